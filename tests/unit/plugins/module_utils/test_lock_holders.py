"""Who holds a lock is told, without what is nobody's business."""

from __future__ import annotations

import fcntl
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.benchwright.python.plugins.module_utils import _lock_holders
from ansible_collections.benchwright.python.plugins.module_utils._lock_holders import told_holders
from support.waiting import wait_for_program


@pytest.fixture
def lock(tmp_path: Path) -> Iterator[int]:
    """A locked file's descriptor."""
    descriptor = os.open(tmp_path / "lock", os.O_CREAT | os.O_RDWR)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    yield descriptor
    os.close(descriptor)


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        (["sleep", "60"], "sleep"),
        ([sys.executable, "{directory}/waiting.py", "https://me:secret@mirror.example/"], r"python[\d.]* waiting\.py"),
        ([sys.executable, "-c", "input()", "secret"], r"python[\d.]*"),
        ([sys.executable, "-m", "waiting", "--token=secret"], r"python[\d.]* waiting"),
        (["bash", "-c", "read line; : secret"], "bash"),
    ],
)
def test_holders_are_told_by_the_base_names_of_what_they_run(
    lock: int, tmp_path: Path, argv: list[str], told: str
) -> None:
    (tmp_path / "waiting.py").write_text("input()")
    argv = [word.format(directory=tmp_path) for word in argv]
    with subprocess.Popen(argv, pass_fds=[lock], stdin=subprocess.PIPE, cwd=tmp_path) as holder:
        try:
            wait_for_program(holder.pid)
            found = told_holders(lock)
        finally:
            holder.kill()
    assert re.findall(r"process (\d+)", found) == [str(pid) for pid in sorted([holder.pid, os.getpid()])]
    assert re.search(rf"process {holder.pid} \({told}\)", found), found
    assert "secret" not in found


def test_who_only_waits_for_the_lock_is_not_told(lock: int, tmp_path: Path) -> None:
    waiting = os.open(tmp_path / "lock", os.O_RDWR)
    with subprocess.Popen(["sleep", "60"], pass_fds=[waiting]) as other:
        try:
            assert str(other.pid) not in told_holders(lock)
        finally:
            other.kill()
    os.close(waiting)


@pytest.mark.parametrize(
    ("noted", "told"),
    [
        ("{pid} 0\n", r"process {pid} \(.+\) since (1970-01-01|1969-12-31) \d\d:\d\d:\d\d"),
        ("4194305 \n", "process 4194305"),  # no process has such a number
        ("", "another run"),
    ],
)
def test_of_other_users_processes_what_the_file_says_is_told(
    lock: int, monkeypatch: pytest.MonkeyPatch, noted: str, told: str
) -> None:
    monkeypatch.setattr(_lock_holders, "_holders", lambda dummy: [])  # what /proc shows of other users' descriptors
    os.pwrite(lock, noted.format(pid=os.getpid()).encode(), 0)
    assert re.fullmatch(told.replace("{pid}", str(os.getpid())), told_holders(lock))
