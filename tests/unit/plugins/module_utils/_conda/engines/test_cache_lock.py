"""Who changes a package cache is alone with it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.engines.cache_lock import cache_lock, is_unused
from ansible_collections.benchwright.python.plugins.module_utils._conda.engines.interface import EngineError
from support.waiting import wait_for_program

# Notes when it has the cache and when it leaves it.
MEMBER = """
import os, sys, time
from ansible_collections.benchwright.python.plugins.module_utils._conda.engines.cache_lock import cache_lock
for dummy in range(5):
    with cache_lock(sys.argv[1]), open(sys.argv[2], "a") as notes:
        print(os.getpid(), file=notes, flush=True)
        time.sleep(0.05)
        print(os.getpid(), file=notes, flush=True)
"""


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "root/pkgs"


def test_two_processes_are_never_in_one_cache_at_once(cache: Path, tmp_path: Path) -> None:
    notes = tmp_path / "notes"
    members = [subprocess.Popen([sys.executable, "-c", MEMBER, cache, notes]) for dummy in range(2)]
    assert [member.wait(60) for member in members] == [0, 0]
    noted = notes.read_text().split()
    assert len(noted) == 20
    assert noted[::2] == noted[1::2]  # who comes, leaves before another comes
    assert set(noted) == {str(member.pid) for member in members}


def test_who_waits_too_long_is_told_for_whom(cache: Path) -> None:
    began = time.monotonic()
    with (
        cache_lock(str(cache)),
        pytest.raises(EngineError, match=rf"{cache}/\S+ is held by process {os.getpid()} \("),
        cache_lock(str(cache), patience=0.3),
    ):
        pytest.fail("two have the lock")
    assert 0.3 <= time.monotonic() - began < 60


def test_an_orphan_keeps_the_cache(cache: Path) -> None:
    with cache_lock(str(cache)) as lock:
        orphan = subprocess.Popen(["sleep", "60"], pass_fds=[lock])
        wait_for_program(orphan.pid)
    with pytest.raises(EngineError, match=rf"held by process {orphan.pid} \(sleep\)"), cache_lock(str(cache), 0.0):
        pytest.fail("two have the lock")
    orphan.kill()
    orphan.wait()
    with cache_lock(str(cache), 60.0):
        pass


def test_what_killed_runs_left_in_the_cache_goes_and_packages_stay(cache: Path) -> None:
    for name in (".private-abc/six-1.0-0", ".locked-abc", "six-1.0-0", "cache"):
        (cache / name).mkdir(parents=True)
    with cache_lock(str(cache)):
        assert sorted(path.name for path in cache.iterdir()) == [".benchwright.lock", "cache", "six-1.0-0"]


def test_a_cache_with_a_lock_alone_is_unused(cache: Path) -> None:
    with cache_lock(str(cache)):
        assert is_unused(cache)
    (cache / "six-1.0-0").mkdir()
    assert not is_unused(cache)


def test_a_cache_that_is_removed_is_a_new_one_for_who_waited(cache: Path) -> None:
    made = threading.Event()

    def wait_and_use() -> None:
        with cache_lock(str(cache), 120.0):
            (cache / "six-1.0-0").mkdir()
            made.set()

    waiter = threading.Thread(target=wait_and_use)
    with cache_lock(str(cache)):
        waiter.start()
        time.sleep(0.4)
        shutil.rmtree(cache)
    waiter.join(120)
    assert made.is_set()
    assert (cache / "six-1.0-0").exists()


def test_an_error_of_the_work_is_not_taken_for_one_of_the_lock(cache: Path) -> None:
    with pytest.raises(KeyError), cache_lock(str(cache)):
        raise KeyError
