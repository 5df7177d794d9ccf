from __future__ import annotations

import re
from pathlib import Path

import pytest

from benchwright.channel.build import SHIPPED
from benchwright.channel.errors import ChannelError
from benchwright.channel.requirements import Requirements, read
from benchwright.channel.target import Target

DIGEST = "0" * 64


def pins(text: str, target: Target) -> dict[str, str]:
    return {pin.name: str(pin.version) for pin in Requirements(Path("r.txt"), text).pins(target.markers)}


def test_lines_are_joined_and_markers_evaluated_for_the_interpreter(target: Target) -> None:
    text = f"""
# made by uv
numpy==2.4.6 ; python_full_version < '3.12' \\
    --hash=sha256:{DIGEST} \\
    --hash=sha256:{"1" * 64}
    # via pandas
numpy==2.5.5 ; python_full_version >= '3.12' \\
    --hash=sha256:{DIGEST}
colorama==0.4.6 ; sys_platform == 'win32' --hash=sha256:{DIGEST}
Typing_Extensions==4.16.0 --hash=sha256:{DIGEST}  # a comment
"""
    found = Requirements(Path("r.txt"), text).pins(target.markers)

    assert [(pin.name, str(pin.version), pin.line) for pin in found] == [
        ("numpy", "2.4.6", 3),
        ("typing-extensions", "4.16.0", 10),
    ]
    assert found[0].sha256 == {DIGEST, "1" * 64}
    assert found[0].text == f"numpy==2.4.6 --hash=sha256:{DIGEST} --hash=sha256:{'1' * 64}"


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        ("numpy==2.0", "numpy has no --hash=sha256"),
        (f"numpy==2.0 --hash=md5:{DIGEST}", "numpy has no --hash=sha256"),
        (f"numpy>=2.0 --hash=sha256:{DIGEST}", "numpy is not pinned to one version"),
        (f"numpy==2.* --hash=sha256:{DIGEST}", "numpy is not pinned to one version"),
        (f"numpy --hash=sha256:{DIGEST}", "numpy is not pinned to one version"),
        ("--index-url=https://example.org/simple", "option '--index-url=https://example.org/simple' is not taken"),
        ("-r other.txt", "option '-r' is not taken"),
        ("./local.whl", "is no requirement"),
    ],
)
def test_what_is_no_hashed_pin_is_refused_with_file_and_line(line: str, complaint: str, target: Target) -> None:
    with pytest.raises(ChannelError, match=rf"^r\.txt:2: .*{re.escape(complaint)}.*; make the file with"):
        pins(f"# first\n{line}\n", target)


def test_a_second_pin_of_a_project_is_refused(target: Target) -> None:
    with pytest.raises(ChannelError, match=r"^r\.txt:2: ruff is pinned a second time \(line 1\)"):
        pins(f"ruff==1.0 --hash=sha256:{DIGEST}\nRuff==1.1 --hash=sha256:{DIGEST}", target)


def test_an_empty_file_is_refused(target: Target) -> None:
    with pytest.raises(ChannelError, match=r"^r\.txt: names no package"):
        pins("# nothing\n", target)


def test_an_unreadable_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ChannelError, match="cannot read the requirements file"):
        read(tmp_path / "none.txt")


@pytest.mark.parametrize("version", ["3.11.2", "3.12.3", "3.13.5"])
def test_the_shipped_file_serves_every_interpreter(version: str) -> None:
    names = pins(SHIPPED.read_text(), Target("x86_64", "linux-64", version, 36))
    wanted = "pip setuptools wheel ipython ipykernel jupyterlab notebook jupyter-server numpy pandas matplotlib scipy"

    assert {*wanted.split(), "scikit-learn", "tables", "openpyxl", "pyyaml", "requests"} <= names.keys()


def test_the_shipped_file_names_no_index() -> None:
    assert "//" not in SHIPPED.read_text()
