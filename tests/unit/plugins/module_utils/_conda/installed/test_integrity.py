"""A file of a package that holds something else than its record says is found."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.installed.integrity import altered_files


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def entry(path: str, text: str = "as packed", **more: Any) -> dict[str, Any]:
    return {"_path": path, "path_type": "hardlink", "sha256": digest(text), **more}


@pytest.fixture
def lab(tmp_path: Path) -> Any:
    """``lab(*entries, files=...)`` is an environment with one package, each file of which holds ``as packed``."""

    def make(*entries: dict[str, Any], name: str = "six", files: list[str] | None = None) -> Path:
        listed = files if files is not None else [item["_path"] for item in entries]
        (tmp_path / "conda-meta").mkdir(exist_ok=True)
        record = {"name": name, "files": listed, "paths_data": {"paths": list(entries), "paths_version": 1}}
        (tmp_path / f"conda-meta/{name}-1.0-0.json").write_text(json.dumps(record))
        for path in listed:
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / path).write_text("as packed")
        return tmp_path

    return make


def test_what_is_as_packed_is_fine(lab: Any) -> None:
    assert altered_files(lab(entry("lib/six.py"), entry("bin/six"))) == {}


def test_an_altered_file_is_told_with_its_package(lab: Any) -> None:
    prefix = lab(entry("lib/six.py"), entry("bin/six"), entry("top"))
    (prefix / "lib/six.py").write_text("something else")
    (prefix / "top").write_text("")
    assert altered_files(prefix) == {"six": ["lib/six.py", "top"]}


def test_where_the_prefix_was_written_in_the_sum_of_that_counts(lab: Any) -> None:
    placeholder = {"prefix_placeholder": "/placeholder"}
    prefix = lab(
        entry("bin/a", "before", sha256_in_prefix=digest("as packed"), **placeholder),
        entry("bin/b", "before", **placeholder),  # no sum of what came of it
        entry("bin/c", "before", sha256_in_prefix=digest("another place"), **placeholder),
    )
    assert altered_files(prefix) == {"six": ["bin/c"]}


@pytest.mark.parametrize(
    "passed_over",
    [
        entry("lib/__pycache__/six.cpython-312.pyc", "x"),
        entry("lib/libsix.so", "x", path_type="softlink"),
        {"_path": "lib/six.py", "path_type": "hardlink"},
    ],
)
def test_what_has_no_sum_to_trust_is_not_judged(lab: Any, passed_over: dict[str, Any]) -> None:
    assert altered_files(lab(passed_over)) == {}


def test_links_and_what_is_gone_are_not_judged(lab: Any) -> None:
    prefix = lab(entry("lib/six.py"), entry("bin/six"))
    (prefix / "lib/six.py").unlink()
    (prefix / "bin/six").unlink()
    (prefix / "bin/six").symlink_to("nowhere")
    assert altered_files(prefix) == {}


def test_a_package_that_changes_its_files_itself_is_not_judged(lab: Any) -> None:
    prefix = lab(entry("lib/six.py", "x"), entry("bin/.six-post-link.sh"))
    assert altered_files(prefix) == {}


def test_a_path_of_two_packages_may_be_either_ones(lab: Any) -> None:
    lab(entry("share/info", "theirs"), name="tool")
    prefix = lab(entry("share/info"), name="six")
    assert altered_files(prefix) == {}
    (prefix / "share/info").write_text("theirs")
    assert altered_files(prefix) == {}
    (prefix / "share/info").write_text("nobodys")
    assert altered_files(prefix) == {"six": ["share/info"]}


def test_a_pure_python_package_is_looked_for_where_it_went(lab: Any) -> None:
    prefix = lab(entry("site-packages/six.py"), files=["lib/python3.12/site-packages/six.py"])
    assert altered_files(prefix) == {}
    (prefix / "lib/python3.12/site-packages/six.py").write_text("x")
    assert altered_files(prefix) == {"six": ["lib/python3.12/site-packages/six.py"]}


def test_a_damaged_record_is_an_error(lab: Any) -> None:
    prefix = lab(entry("lib/six.py"))
    (prefix / "conda-meta/six-1.0-0.json").write_text("{")
    with pytest.raises(ValueError, match="Expecting"):
        altered_files(prefix)


def test_where_nothing_is_nothing_is_altered(tmp_path: Path) -> None:
    assert altered_files(tmp_path / "nowhere") == {}
