"""Files are replaced whole or not at all, and locks hold between processes, for a bounded time."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._files import (
    LockError,
    locked,
    read_text,
    write_atomically,
)

# Holds the lock, hands it to a grandchild, says its and the grandchild's id, and waits.
HOLDER = """
import subprocess, sys
from pathlib import Path
from ansible_collections.benchwright.python.plugins.module_utils._files import locked
with locked(Path(sys.argv[1])) as descriptor:
    heir = subprocess.Popen(["sleep", "30"], pass_fds=(descriptor,) if sys.argv[2] == "inherit" else ())
    print(heir.pid, flush=True)
    sys.stdin.readline()
"""


class Holder:
    """Another process with the lock; its child inherits the lock if asked."""

    def __init__(self, path: Path, inherit: str = "") -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", HOLDER, str(path), inherit], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self.process.stdout
        self.heir = int(self.process.stdout.readline())

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def kill_heir(self) -> None:
        os.kill(self.heir, 9)


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    return tmp_path / ".lab.lock"


def can_lock(path: Path) -> bool:
    try:
        with locked(path, patience=0.0):
            return True
    except LockError:
        return False


def test_a_file_is_replaced_with_its_mode_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "state"
    path.write_text("old")
    before = path.stat().st_ino
    write_atomically(path, "nëw\n", mode=0o600)
    assert path.read_bytes() == "nëw\n".encode()
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.stat().st_ino != before  # who has the old file open, still reads it whole
    assert list(tmp_path.iterdir()) == [path]


def test_the_umask_does_not_narrow_the_mode(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        write_atomically(tmp_path / "state", "text")
    finally:
        os.umask(before)
    assert (tmp_path / "state").stat().st_mode & 0o777 == 0o644


def test_a_write_that_fails_leaves_the_old_file_alone(tmp_path: Path) -> None:
    path = tmp_path / "state"
    path.write_text("old")
    with pytest.raises(UnicodeEncodeError):
        write_atomically(path, "new \udcff")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_the_bytes_are_on_the_disk_before_the_name_changes_and_the_name_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, calls = tmp_path / "state", []
    fsync, replace = os.fsync, os.replace

    def fsync_stand_in(descriptor: int) -> None:
        status = os.fstat(descriptor)
        calls.append(("fsync of directory", 0) if stat.S_ISDIR(status.st_mode) else ("fsync", status.st_size))
        fsync(descriptor)

    def replace_stand_in(old: str, new: str) -> None:
        calls.append(("replace", os.stat(old).st_size))
        replace(old, new)

    monkeypatch.setattr(os, "fsync", fsync_stand_in)
    monkeypatch.setattr(os, "replace", replace_stand_in)
    write_atomically(path, "text")
    assert calls == [("fsync", 4), ("replace", 4), ("fsync of directory", 0)]


@pytest.mark.parametrize(("number", "told"), [(errno.EINVAL, False), (errno.EIO, True)])
def test_a_directory_that_cannot_be_synced_is_no_error_and_one_that_fails_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, told: bool
) -> None:
    fsync = os.fsync

    def fsync_stand_in(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(number, os.strerror(number))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", fsync_stand_in)
    with pytest.raises(OSError, match=os.strerror(number)) if told else contextlib.nullcontext():
        write_atomically(tmp_path / "state", "text")
    assert [path.read_text() for path in tmp_path.iterdir()] == ["text"]


def test_bytes_that_are_no_text_survive_reading_and_writing_on_demand(tmp_path: Path) -> None:
    path = tmp_path / "state"
    path.write_bytes(b"\xff\r\n")
    with pytest.raises(UnicodeDecodeError):
        read_text(str(path))
    text = read_text(str(path), errors="surrogateescape", newline="")
    assert text == "\udcff\r\n"
    write_atomically(path, text, errors="surrogateescape")
    assert path.read_bytes() == b"\xff\r\n"


@pytest.mark.parametrize("name", ["absent", "absent/state", "file/state"])
def test_no_file_is_no_text(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    assert read_text(str(tmp_path / name)) is None


def test_another_process_keeps_one_waiting_and_is_named_when_patience_ends(lock: Path) -> None:
    holder = Holder(lock)
    try:
        began = time.monotonic()
        told = (
            rf"^{lock} is held by process {holder.process.pid} \(python[\d.]*\) since \d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d, and "
            "this run has waited 0 seconds for it; run again when that is done, end it, or raise 'lock_timeout'$"
        )
        with (
            pytest.raises(LockError, match=told),
            locked(lock, patience=0.5),
        ):
            pytest.fail("two have the lock")
        assert 0.5 <= time.monotonic() - began < 60
    finally:
        holder.kill()
        holder.kill_heir()


def test_a_lock_is_free_once_its_holder_is_killed(lock: Path) -> None:
    holder = Holder(lock)
    assert not can_lock(lock)
    holder.kill()
    assert can_lock(lock)  # the child lives on, but was not handed the lock
    holder.kill_heir()


def test_an_orphan_that_was_handed_the_lock_keeps_it(lock: Path) -> None:
    holder = Holder(lock, "inherit")
    holder.kill()
    told = rf"held by process {holder.heir} \(sleep\) since "  # and not by who is dead
    with pytest.raises(LockError, match=told), locked(lock, patience=0.0):
        pytest.fail("two have the lock")
    holder.kill_heir()
    with locked(lock, patience=60.0):
        assert lock.read_text().split()[0] == str(os.getpid())


def test_who_waited_for_a_removed_lock_file_locks_the_one_that_others_see(lock: Path) -> None:
    waiting, entered, leave = threading.Event(), threading.Event(), threading.Event()

    def wait_and_hold() -> None:
        waiting.set()
        with locked(lock, patience=120.0):
            entered.set()
            leave.wait(120)

    waiter = threading.Thread(target=wait_and_hold)
    with locked(lock):
        waiter.start()
        waiting.wait(60)
        time.sleep(0.3)  # it has opened the file by now
        lock.unlink()
    assert entered.wait(60)
    try:
        assert not can_lock(lock)
    finally:
        leave.set()
        waiter.join()


def test_a_directory_that_vanished_while_waiting_is_made_again(tmp_path: Path) -> None:
    path = tmp_path / "envs/.lab.lock"
    entered = threading.Event()

    def wait_and_hold() -> None:
        with locked(path, patience=120.0):
            if path.exists():
                entered.set()

    waiter = threading.Thread(target=wait_and_hold)
    with locked(path):
        waiter.start()
        time.sleep(0.3)  # it has opened the file by now
        shutil.rmtree(path.parent)
    waiter.join(120)
    assert entered.is_set()


def test_a_lock_that_cannot_be_made_is_an_error_and_no_endless_loop(tmp_path: Path) -> None:
    (tmp_path / "lock").symlink_to(tmp_path / "absent/lock")
    with pytest.raises(FileNotFoundError), locked(tmp_path / "lock", patience=0.1):
        pass


def test_a_lock_is_released_when_the_work_fails(lock: Path) -> None:
    with pytest.raises(RuntimeError), locked(lock):
        raise RuntimeError
    assert can_lock(lock)
