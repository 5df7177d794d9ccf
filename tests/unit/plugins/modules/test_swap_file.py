# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When there is a swap file, how large it is, and that it is whole. Swapping itself is the kernel's; tests start none."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._linux import swap
from ansible_collections.benchwright.python.plugins.module_utils._linux.command import LinuxError

GIB = 1024**3


@pytest.mark.parametrize(
    ("size", "container", "memory", "others", "wanted"),
    [
        ("none", False, GIB, [], 0),
        ("auto", False, GIB, [], 2 * GIB),
        ("auto", False, 2 * GIB, [], 0),
        ("auto", False, GIB, ["/dev/sda2"], 0),
        ("auto", True, GIB, [], 0),
        ("512M", False, 8 * GIB, ["/dev/sda2"], GIB // 2),
        ("1G", False, 8 * GIB, [], GIB),
    ],
)
def test_who_gets_one(
    monkeypatch: pytest.MonkeyPatch, size: str, container: bool, memory: int, others: list[str], wanted: int
) -> None:
    monkeypatch.setattr(swap, "in_container", lambda: container)
    monkeypatch.setattr(swap, "memory", lambda: memory)
    monkeypatch.setattr(swap, "active", lambda: others)
    found, why_none = swap.decide(size, "/swap")
    assert found == wanted
    assert bool(why_none) == (size == "auto" and not wanted)


@pytest.mark.parametrize(("size", "container", "told"), [("512M", True, "container"), ("12X", False, "512M")])
def test_what_cannot_be(monkeypatch: pytest.MonkeyPatch, size: str, container: bool, told: str) -> None:
    monkeypatch.setattr(swap, "in_container", lambda: container)
    with pytest.raises(LinuxError, match=told):
        swap.decide(size, "/swap")


class KernelStandIn:
    """swapon, swapoff and mkswap that take notes; what is in use is a list."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.used: list[str] = []
        monkeypatch.setattr(swap, "active", lambda: self.used)
        monkeypatch.setattr(swap, "run", self.run)
        monkeypatch.setattr(swap, "attempt", lambda *argv: (0, ""))
        monkeypatch.setattr(swap, "SPARE", 0)

    def run(self, *argv: str, advice: str = "") -> str:
        if argv[0] == "swapon":
            self.used.append(argv[1])
        if argv[0] == "swapoff":
            self.used.remove(argv[1])
        return ""


def test_a_file_is_made_whole_resized_and_taken_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kernel = KernelStandIn(monkeypatch)
    path, units = tmp_path / "swap.me", tmp_path / "units"
    file = swap.Swap(str(path), str(units))
    file.unit, file.link = str(units / "me.swap"), str(units / "swap.target.wants/me.swap")
    for size in (3_000_000, 5_000_000):
        assert file.keep(size, check=True) == file.keep(size, check=False) != []
        assert (path.stat().st_size, path.stat().st_mode & 0o777) == (size, 0o600)
        assert path.stat().st_blocks * 512 >= size  # no holes
        assert kernel.used == [str(path)]
        assert file.keep(size, check=False) == []
    assert os.path.realpath(file.link) == file.unit
    kernel.used.clear()  # somebody ended it
    assert [item["after_header"] for item in file.keep(5_000_000, check=False)] == ["swap in use"]
    assert file.keep(0, check=False) != []
    assert (kernel.used, path.exists(), os.path.lexists(file.link)) == ([], False, False)
    assert file.keep(0, check=False) == []


def test_a_disk_that_is_too_small_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    KernelStandIn(monkeypatch)
    file = swap.Swap(str(tmp_path / "swap.me"), str(tmp_path / "units"))
    with pytest.raises(LinuxError, match="make room"):
        file.keep(1 << 60, check=False)
    assert list(tmp_path.iterdir()) == []


def test_the_module_makes_none_where_none_is_wanted(run_module, tmp_path) -> None:
    assert not run_module("swap_file", size="none", path=str(tmp_path / "swap"))["changed"]
    assert "512M" in run_module("swap_file", check=True, size="12X", path=str(tmp_path / "swap"))["msg"]
