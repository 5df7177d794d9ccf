"""A disk with too little room for the next release changes nothing that is live; with just enough, the release is made."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator

import pytest
from support.laboratory import Laboratory
from support.probe import Probe

# Bytes: what file systems round up, and the module's own files.
MARGIN = 2 << 20
DISK = 400 << 20


@pytest.fixture
def small_disk(shared_laboratory: Laboratory) -> Iterator[Laboratory]:
    """The environment lies on a disk of its own."""
    root = shared_laboratory.root
    shared_laboratory.end_runs()
    shared_laboratory.sound = False
    root.mkdir(exist_ok=True)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", root], check=True)
    try:
        yield shared_laboratory
    finally:
        shared_laboratory.end_runs()
        subprocess.run(["umount", "--lazy", root], check=True)


def room(laboratory: Laboratory) -> int:
    """Bytes that are free."""
    status = os.statvfs(laboratory.root)
    return status.f_bavail * status.f_frsize


def leave(laboratory: Laboratory, free: int) -> None:
    """Fill the disk up to so many bytes."""
    filler = laboratory.root / "filler"
    filler.unlink(missing_ok=True)
    size = room(laboratory) - free
    with filler.open("wb") as stream:
        os.posix_fallocate(stream.fileno(), 0, size)


@pytest.fixture(scope="session")
def measured_needs() -> dict[str, int]:
    """By the laboratory: each is measured once."""
    return {}


def measured_need(laboratory: Laboratory) -> int:
    """Bytes that a further release takes, package and all; the environment is as before afterwards."""
    before = room(laboratory)
    assert laboratory.call(laboratory.describe("B")).changed
    need = before - room(laboratory)
    assert laboratory.call(laboratory.describe("A")).changed
    laboratory.forget_download("B")
    return need


@pytest.mark.parametrize("percent", range(0, 101, 10))
def test_room_for_a_part_of_the_next_release(
    small_disk: Laboratory, percent: int, measured_needs: dict[str, int]
) -> None:
    assert small_disk.call(small_disk.describe("A")).changed
    place = str(small_disk.directory)
    need = measured_needs[place] = measured_needs.get(place) or measured_need(small_disk)
    wanted = small_disk.describe("B")
    release = small_disk.prefix.resolve()
    leave(small_disk, need * percent // 100 + (MARGIN if percent == 100 else 0))
    with Probe(small_disk) as probe:
        answer = small_disk.call(wanted)
    assert probe.failures == []
    if percent == 100:
        assert not answer.failed, answer.result["msg"]
        assert small_disk.seen() == "B"
        return
    assert answer.failed, f"{percent} % of {need} bytes were enough"
    message = answer.result["msg"]
    assert str(small_disk.root) in message, message
    assert re.search(r"\d+ bytes", message), message
    assert "Traceback" not in str(answer.result)
    assert (small_disk.prefix.resolve(), small_disk.seen()) == (release, "A")
    (small_disk.root / "filler").unlink()
    assert small_disk.left_over() == []
    assert small_disk.call(wanted).changed
    assert small_disk.seen() == "B"
