"""Releases that are made by hand, and a Python that runs in one."""

from __future__ import annotations

import os
import shutil
import sys
import sysconfig
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes.change import Target
from ansible_collections.benchwright.python.plugins.module_utils._conda.releases.build import mark
from ansible_collections.benchwright.python.plugins.module_utils._conda.releases.store import Store
from ansible_collections.benchwright.python.plugins.module_utils._conda.releases.switch import switch

VERSION = f"{sys.version_info[0]}.{sys.version_info[1]}"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nobody's own list of environments is touched."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path / "home"


@pytest.fixture
def store(target: Target) -> Store:
    return Store(target.prefix)


@pytest.fixture
def make_release(store: Store, install_packages: Any) -> Callable[..., Path]:
    """``make_release(digest, *packages)`` makes a whole release; each is newer than the one before."""

    def make(digest: str, *packages: Any, inputs: str = "", current: bool = False) -> Path:
        install_packages(store.path(digest), *packages)
        mark(store, digest, inputs)
        if current:
            switch(store, digest)
        return store.path(digest)

    return make


@pytest.fixture
def make_python(install_packages: Any, make_package: Any) -> Callable[[Path], Path]:
    """Makes the directory an environment of a real Python, and returns its site-packages."""

    def make(prefix: Path) -> Path:
        install_packages(prefix, make_package("python", f"{VERSION}.0"))
        library = prefix / f"lib/python{VERSION}"
        library.mkdir(parents=True)
        (prefix / "bin").mkdir()
        standard = Path(sysconfig.get_path("stdlib", vars={"installed_base": sys.base_prefix}))
        for path in standard.iterdir():
            if path.name not in ("site-packages", "dist-packages", "sitecustomize.py"):
                (library / path.name).symlink_to(path)
        for path in (Path(sys.base_prefix) / "lib").glob("libpython*"):
            (prefix / "lib" / path.name).symlink_to(path)
        # Hard-linked or copied: a link would lead Python to where it came from.
        shutil.copy2(os.path.realpath(sys.executable), prefix / "bin/python")
        (prefix / f"bin/python{VERSION}").symlink_to("python")
        (library / "site-packages").mkdir()
        # Debian's Python looks there.
        (prefix / "lib/python3").mkdir()
        (prefix / "lib/python3/dist-packages").symlink_to(library / "site-packages")
        return library / "site-packages"

    return make
