"""What is read of an environment, and what of it only where it is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes.contents import read_contents
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes.difference import Contents, Policy
from ansible_collections.benchwright.python.plugins.module_utils._conda.installed.prefix import Prefix, PrefixError
from ansible_collections.benchwright.python.plugins.module_utils._conda.installed.python_package import (
    PythonPackage,
    PythonRequirement,
)


@pytest.fixture
def lab(install_packages: Any, make_package: Any, make_dist_info: Any, prefix: Path) -> Path:
    install_packages(
        prefix,
        make_package("python", "3.12.1"),
        make_package("six", files=["lib/six.py"]),
        make_package("idna", requested_spec="idna >=3", requested_specs=["idna >=3"]),
    )
    return prefix


@pytest.mark.parametrize("kind", ["nothing", "empty", "foreign", "file"])
def test_where_no_environment_is_nothing_is_found(prefix: Path, kind: str) -> None:
    (prefix.parent if kind in ("nothing", "file") else prefix).mkdir(parents=True)
    if kind == "file":
        prefix.touch()
    elif kind == "foreign":
        (prefix / "lib").mkdir()
    assert read_contents(Prefix(prefix)) == Contents()


def test_what_a_killed_creation_left_is_read(lab: Path) -> None:
    (lab / "conda-meta/history").unlink()
    assert [package.name for package in read_contents(Prefix(lab)).packages] == ["idna", "python", "six"]


def test_what_was_asked_for_stands_in_the_records_and_in_the_history(lab: Path) -> None:
    assert read_contents(Prefix(lab)).requested == {"idna": "idna >=3"}
    (lab / "conda-meta/history").write_bytes(
        b"==> 2026-01-01 00:00:00 <==\n# cmd: conda install six=1 \xff\n# update specs: ['six=1', 'gone', 'idna=4']\n"
    )
    assert read_contents(Prefix(lab)).requested == {"idna": "idna=4", "six": "six=1"}


@pytest.mark.parametrize("word", ["7", "[7, null]", '{"a": 1}', '["None"]', '[""]'])
def test_what_is_no_spec_was_not_asked_for(lab: Path, word: str) -> None:
    path = lab / "conda-meta/idna-1.0-0.json"
    path.write_text(path.read_text().replace('["idna >=3"]', word))
    assert read_contents(Prefix(lab)).requested == {}


@pytest.mark.parametrize("depends", ["[7]", "[null]", '[["python"]]', '{"python": 3}', "null"])
def test_a_record_with_dependencies_that_are_no_texts_is_damaged(lab: Path, depends: str) -> None:
    path = lab / "conda-meta/six-1.0-0.json"
    path.write_text(path.read_text().replace('"depends": []', f'"depends": {depends}'))
    with pytest.raises(PrefixError, match=r"six-1.0-0.json is no record of a package: 'depends' is missing or wrong"):
        read_contents(Prefix(lab))


def test_the_lines_of_a_pinned_file(lab: Path) -> None:
    (lab / "conda-meta/pinned").write_bytes(b"# why\r\npython 3.12.*  # course\r\n\r\n  numpy <3\r\n")
    assert read_contents(Prefix(lab)).pinned == ("python 3.12.*", "numpy <3")


def test_pips_requirements_are_read_for_exact_only(lab: Path, make_dist_info: Any) -> None:
    make_dist_info(
        lab,
        "Tool_Box",
        "1.0",
        requires=[
            "idna",
            "httpx[http2, Brotli]>=0.2",
            'h2 >=3 ; extra == "http2"',
            "uvloop (>=0.1) ; sys_platform != 'win32' and (extra == 'a' or extra == 'all')",
        ],
    )
    found = read_contents(Prefix(lab), Policy(exact=True))
    assert found.python_packages == (PythonPackage("tool-box", "1.0", "pip", ""),)
    assert found.python_requirements == {
        "tool-box": [
            PythonRequirement("idna"),
            PythonRequirement("httpx", ("http2", "brotli")),
            PythonRequirement("h2", (), ("http2",)),
            PythonRequirement("uvloop", (), ("a", "all")),
        ]
    }
    assert read_contents(Prefix(lab)).python_requirements == {}


def test_files_are_looked_for_only_if_the_policy_says_so(lab: Path) -> None:
    (lab / "lib/six.py").unlink()
    assert read_contents(Prefix(lab)).missing_files == {}
    assert read_contents(Prefix(lab), Policy()).missing_files == {"six": ["lib/six.py"]}
