"""What no package brought is told from what conda and pip did bring."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.installed.unowned import unowned_files

SITE = "lib/python3.12/site-packages"


@pytest.fixture
def lab(install_packages: Any, make_package: Any, prefix: Path) -> Path:
    """conda installed Python and six."""
    install_packages(prefix, make_package("python", "3.12.1"), make_package("six", files=[f"{SITE}/six.py", "bin/six"]))
    return prefix


def put(prefix: Path, *paths: str) -> None:
    for path in paths:
        (prefix / path).parent.mkdir(parents=True, exist_ok=True)
        (prefix / path).touch()


def test_what_packages_brought_is_owned(lab: Path) -> None:
    assert unowned_files(lab) == []


def test_what_somebody_put_there_is_not(lab: Path) -> None:
    put(lab, "mine", f"{SITE}/mine.py", "share/jupyter/kernels/r/kernel.json", "bin/six2")
    assert unowned_files(lab) == ["bin/six2", f"{SITE}/mine.py", "mine", "share/jupyter/kernels/r/kernel.json"]


def test_what_pip_installed_is_owned_wherever_it_lies(lab: Path, make_dist_info: Any) -> None:
    metadata = make_dist_info(lab, "humanize", "4")
    (metadata / "licenses").mkdir()
    put(metadata, "licenses/LICENSE", "REQUESTED")
    put(lab, f"{SITE}/humanize/__init__.py", f"{SITE}/humanize/a, b.py", "bin/humanize", f"{SITE}/humanize/mine.py")
    lines = ["humanize/__init__.py,sha256=x,0", '"humanize/a, b.py",,', "../../../bin/humanize,,", ""]
    (metadata / "RECORD").write_text("\n".join(lines))
    assert unowned_files(lab) == [f"{SITE}/humanize/mine.py"]


def test_metadata_without_a_list_of_files_owns_itself(lab: Path, make_dist_info: Any) -> None:
    make_dist_info(lab, "humanize", "4")
    assert unowned_files(lab) == []


@pytest.mark.parametrize(
    "path",
    [
        "conda-meta/history",
        "conda-meta/.lock",
        "conda-meta/state",
        f"{SITE}/__pycache__/six.cpython-312.pyc",
        ".condatmp/x/y",
        "bin/python.c~",
        "lib/libold.so.conda_trash_1",
    ],
)
def test_what_tools_keep_or_make_again_is_passed_over(lab: Path, path: str) -> None:
    put(lab, path)
    assert unowned_files(lab) == []


@pytest.mark.parametrize(
    "path", ["my-conda-meta/x", "data/conda-meta/x", "conda-metadata", ".condatmpx/x", "a.pyc.txt"]
)
def test_what_is_only_called_alike_is_not(lab: Path, path: str) -> None:
    put(lab, path)
    assert unowned_files(lab) == [path]


def test_links_are_told_and_not_followed(lab: Path, tmp_path: Path) -> None:
    put(tmp_path, "data/large")
    (lab / "data").symlink_to(tmp_path / "data")
    (lab / "dangling").symlink_to("nowhere")
    (lab / "itself").symlink_to(".")
    assert unowned_files(lab) == ["dangling", "data", "itself"]


def test_a_damaged_record_is_an_error(lab: Path) -> None:
    (lab / "conda-meta/six-1.0-0.json").write_text("{")
    with pytest.raises(ValueError, match="Expecting"):
        unowned_files(lab)


def test_where_nothing_is_nothing_is_unowned(tmp_path: Path) -> None:
    assert unowned_files(tmp_path / "nowhere") == []
