"""Which packages differ between exported environments."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchwright.errors import BenchwrightError
from benchwright.exports import differences, held_by


def exported(directory: Path, *lines: str, lock: str = "") -> str:
    directory.mkdir(parents=True)
    (directory / "explicit.txt").write_text(f"@EXPLICIT\n{lock}")
    text = "name: lab\ndependencies:\n" + "".join(f"  - {line}\n" for line in lines)
    (directory / "environment.yml").write_text(text)
    return str(directory)


def test_what_differs_is_told_by_host(tmp_path: Path) -> None:
    first = exported(tmp_path / "a", "numpy=2.3.5", "conda-forge::six=1.17", "pip: [tool==1.0]")
    second = exported(tmp_path / "b", "numpy=2.3.4", "conda-forge::six=1.17", """pip: ["tool @ file:///x.whl"]""")
    assert differences({"a": {"lab": first}, "b": {"lab": second}, "c": {"other": first}}) == {
        "lab": {
            "numpy": {"a": "2.3.5", "b": "2.3.4"},
            "tool (pip)": {"a": "1.0", "b": "tool @ file:///x.whl"},
        }
    }


def test_what_is_missing_on_a_host_differs(tmp_path: Path) -> None:
    hosts = {"a": {"lab": exported(tmp_path / "a", "numpy=2.3.5")}, "b": {"lab": exported(tmp_path / "b", "six=1")}}
    assert differences(hosts)["lab"]["numpy"] == {"a": "2.3.5", "b": ""}


def test_another_build_of_the_same_version_is_told_with_its_build(tmp_path: Path) -> None:
    address = "https://conda.example.org/noarch/two-words-1.0-{}.conda#0123\n"
    hosts = {
        name: {"lab": exported(tmp_path / name, "two-words=1.0", "six=1.0", lock=address.format(build))}
        for name, build in (("a", "h1_0"), ("b", "h2_1"))
    }
    assert differences(hosts) == {"lab": {"two-words": {"a": "1.0 h1_0", "b": "1.0 h2_1"}}}


def test_the_same_is_no_difference(tmp_path: Path) -> None:
    directory = exported(tmp_path / "a", "numpy=2.3.5")
    assert differences({"a": {"lab": directory}, "b": {"lab": directory}}) == {}


@pytest.mark.parametrize("text", ["name: x", "[", "- 1"])
def test_what_is_no_export_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "environment.yml").write_text(text)
    (tmp_path / "explicit.txt").write_text("@EXPLICIT\n")
    with pytest.raises(BenchwrightError, match="is no exported environment"):
        held_by(tmp_path)
