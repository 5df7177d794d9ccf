"""What apt and dpkg print is read exactly, and nothing is removed that somebody else needs."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._apt.packages import (
    parse_installs,
    parse_removals,
    parse_status,
    removable,
)

STATUS = """\
Package: mawk
Status: install ok installed
Provides: awk
Version: 1.3.4

Package: gone
Status: deinstall ok config-files

Package: half
Status: install reinstreq half-installed

Package: libc6
Status: hold ok installed
Provides: libc-dev (= 2.36), glibc
"""


def test_only_what_is_installed_counts_and_so_does_what_it_provides() -> None:
    assert parse_status(STATUS) == {"mawk", "awk", "libc6", "libc-dev", "glibc"}


def test_simulations() -> None:
    text = "Inst gcc:amd64 (4:12 Debian)\nInst cpp (4:12)\nConf gcc (4:12)\nRemv old [1]\nPurg older:i386 [1]\n"
    assert parse_installs(text) == ["cpp", "gcc"]
    assert parse_removals(text) == ["old", "older"]


DEPENDENTS = {"git": ["my-tool"], "perl": ["git"], "my-tool": [], "wget": [], "left": [], "right": []}


def simulate_apt_stand_in(names: Sequence[str]) -> str:
    """As apt does: a package goes, and with it all that depend on it."""
    going, todo = set(), list(names)
    while todo:
        name = todo.pop()
        going.add(name)
        todo += [other for other in DEPENDENTS[name] if other not in going]
    return "".join(f"Remv {name} [1]\n" for name in going)


@pytest.mark.parametrize(
    ("recorded", "expected"),
    [
        ([], ([], [])),
        (["wget"], (["wget"], [])),
        (["git", "perl", "wget"], (["wget"], ["git", "perl"])),
        (["git", "my-tool", "perl"], (["git", "my-tool", "perl"], [])),
    ],
)
def test_what_others_need_stays(recorded: list[str], expected: tuple[list[str], list[str]]) -> None:
    assert removable(recorded, simulate_apt_stand_in) == expected
