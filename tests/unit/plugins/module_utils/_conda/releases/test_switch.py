"""A reader of the environment's path sees one release or the other, at every instant."""

from __future__ import annotations

import errno
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes.guards import ChangeError
from ansible_collections.benchwright.python.plugins.module_utils._conda.releases import switch as module
from ansible_collections.benchwright.python.plugins.module_utils._conda.releases.collect import remove
from ansible_collections.benchwright.python.plugins.module_utils._conda.releases.store import Store
from ansible_collections.benchwright.python.plugins.module_utils._conda.releases.switch import exchange, switch, sync

OLD, NEW = "0123456789ab", "ba9876543210"


@contextmanager
def reader(path: Path) -> Iterator[list[str]]:
    """Reads a file of the environment over and over; yields what it has seen, each thing once."""
    seen: list[str] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            try:
                text = path.read_text()
            except OSError as error:
                text = str(error)
            if text not in seen:
                seen.append(text)

    thread = threading.Thread(target=read)
    thread.start()
    try:
        while not seen:
            time.sleep(0.001)
        yield seen
    finally:
        done.set()
        thread.join()


@pytest.fixture
def releases(store: Store) -> Store:
    for digest in (OLD, NEW):
        store.path(digest).mkdir(parents=True)
        (store.path(digest) / "which").write_text(digest)
    return store


def test_whoever_looks_while_it_is_switched_sees_one_or_the_other(releases: Store) -> None:
    switch(releases, OLD)
    with reader(releases.link / "which") as seen:
        for number in range(60):
            switch(releases, NEW if number % 2 == 0 else OLD)
    assert set(seen) <= {OLD, NEW}
    assert releases.current == OLD
    assert not os.path.lexists(releases.next_link)


def test_whoever_looks_while_a_directory_is_exchanged_sees_the_same(store: Store) -> None:
    store.link.mkdir(parents=True)
    (store.link / "which").write_text("mine")
    inode = store.link.stat().st_ino
    with reader(store.link / "which") as seen:
        exchange(store, OLD)
    assert seen == ["mine"]
    assert store.link.is_symlink()
    assert store.path(OLD).stat().st_ino == inode
    assert store.current == OLD


def test_a_link_that_a_killed_run_left_is_in_nobodys_way(releases: Store) -> None:
    releases.next_link.parent.mkdir(parents=True)
    releases.next_link.symlink_to("nowhere")
    switch(releases, NEW)
    assert releases.current == NEW


def test_a_directory_is_never_switched_away(releases: Store) -> None:
    releases.link.mkdir(parents=True)
    with pytest.raises(IsADirectoryError):
        switch(releases, NEW)
    assert releases.link.is_dir()


@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOSYS, errno.EBUSY])
def test_a_file_system_without_exchange_keeps_the_directory(
    store: Store, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(*dummy: Path) -> NoReturn:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(module, "_rename", refuse)
    store.link.mkdir(parents=True)
    with pytest.raises(ChangeError, match=rf"{store.link} is a directory.*{os.strerror(number)}.*'deploy: in_place'"):
        exchange(store, OLD)
    assert store.link.is_dir()
    assert not store.link.is_symlink()
    assert os.listdir(store.directory) == []


def test_the_kernel_says_why_it_does_not_exchange(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="No such file"):
        module._rename(tmp_path / "one", tmp_path / "other")


@pytest.mark.parametrize("prefix", ["root/envs/lab", "srv/lab"])
def test_what_a_kill_before_the_exchange_leaves_is_swept(tmp_path: Path, prefix: str) -> None:
    """A link that leads to itself, or nowhere."""
    store = Store(str(tmp_path / prefix))
    store.link.mkdir(parents=True)
    store.directory.mkdir()
    store.path(OLD).symlink_to(store.target(OLD))
    remove(store, store.unfinished())
    assert store.paths() == []
    assert store.link.is_dir()


@pytest.mark.parametrize("there", [True, False])
def test_everything_reaches_the_disk_with_any_c_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, there: bool
) -> None:
    calls: list[str] = []
    library: Callable[..., object] = lambda *dummy, **options: type(  # noqa: E731
        "Library", (), {"syncfs": lambda self, descriptor: calls.append("syncfs") or 0} if there else {}
    )()
    monkeypatch.setattr(module.ctypes, "CDLL", library)
    monkeypatch.setattr(os, "sync", lambda: calls.append("sync"))
    sync(tmp_path)
    assert calls == ["syncfs" if there else "sync"]
