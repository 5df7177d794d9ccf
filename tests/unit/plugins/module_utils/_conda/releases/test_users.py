"""Who uses a directory is found in /proc: whoever runs from it, maps a file of it, or stands in it."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.releases.users import Process, users_of

MAPS = """
import mmap, sys
with open(sys.argv[1], "rb") as stream:
    kept = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
print("ready", flush=True)
sys.stdin.read()
"""
WAITS = "echo ready; read line || true"


@pytest.fixture
def release(tmp_path: Path) -> Path:
    path = tmp_path / "lab-0123456789ab"
    (path / "lib").mkdir(parents=True)
    (path / "lib/data").write_bytes(b"data")
    shutil.copy2("/bin/sh", path / "sh")
    return path


@contextlib.contextmanager
def running(*command: str | Path, cwd: Path | None = None) -> Iterator[subprocess.Popen[bytes]]:
    """A process that has begun, until the block ends."""
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=cwd) as process:
        assert process.stdout
        assert process.stdout.readline() == b"ready\n"
        yield process
        process.kill()


def maps(release: Path) -> contextlib.AbstractContextManager[subprocess.Popen[bytes]]:
    """Reads the path from a link that is no part of the release, so that its command line does not tell."""
    link = release.with_name("link")
    link.symlink_to(release / "lib/data")
    return running(sys.executable, "-c", MAPS, link)


def runs(release: Path) -> contextlib.AbstractContextManager[subprocess.Popen[bytes]]:
    link = release.with_name("link")
    link.symlink_to(release / "sh")
    return running(link, "-c", WAITS)


def stands(release: Path) -> contextlib.AbstractContextManager[subprocess.Popen[bytes]]:
    return running("/bin/sh", "-c", WAITS, cwd=release)


def stands_below(release: Path) -> contextlib.AbstractContextManager[subprocess.Popen[bytes]]:
    return running("/bin/sh", "-c", WAITS, cwd=release / "lib")


def was_called(release: Path) -> contextlib.AbstractContextManager[subprocess.Popen[bytes]]:
    """All that a normal user sees of others."""
    return running("/bin/sh", "-c", WAITS, release / "bin/jupyter")


@pytest.mark.parametrize("use", [maps, runs, stands, stands_below, was_called])
def test_each_use_is_seen_while_it_lasts(
    release: Path, use: Callable[[Path], contextlib.AbstractContextManager[subprocess.Popen[bytes]]]
) -> None:
    assert users_of([release]) == {release: []}
    with use(release) as process:
        assert [user.pid for user in users_of([release])[release]] == [process.pid]
    assert users_of([release]) == {release: []}


def test_a_path_that_only_begins_alike_is_another(release: Path) -> None:
    longer, shorter = release.with_name("lab-0123456789abc"), release.with_name("lab-0123456789a")
    for directory in (longer, shorter):
        directory.mkdir()
    with stands(longer) as process:
        found = users_of([release, longer, shorter])
    assert {path.name: [user.pid for user in users] for path, users in found.items()} == {
        release.name: [],
        longer.name: [process.pid],
        shorter.name: [],
    }


def test_a_renamed_directory_is_known_by_its_new_name(release: Path) -> None:
    """As that of an environment that becomes a release."""
    moved = release.with_name("lab-ba9876543210")
    with stands(release) as process:
        release.rename(moved)
        assert [user.pid for user in users_of([release, moved])[moved]] == [process.pid]


def test_arguments_are_not_told_as_they_may_be_secrets(release: Path) -> None:
    with running("/bin/sh", "-c", WAITS, "sh", "--password=hunter2", cwd=release) as process:
        assert users_of([release])[release] == [Process(process.pid, "/bin/sh -c")]


def test_nothing_to_look_for_takes_no_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "listdir", lambda path: pytest.fail(f"{path} is read"))
    assert users_of([]) == {}


def test_another_users_process_that_names_the_link_may_be_of_any_release(
    release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link, other = release.parent / "envs/lab", release.with_name("lab-ba9876543210")
    with running("/bin/sh", "-c", WAITS, link / "bin/python") as process:
        assert users_of([release, other], link) == {release: [], other: []}
        monkeypatch.setattr(os, "access", lambda *dummy: False)  # as /proc says of what is not ours to see
        found = users_of([release, other], link)
    assert [[user.pid for user in found[path]] for path in (release, other)] == [[process.pid], [process.pid]]
