"""What somebody put into an environment is in its next release, too, and leads to that one."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.releases.carry import (
    carried_files,
    carry,
    size_of,
)
from ansible_collections.benchwright.python.plugins.module_utils._conda.releases.pin import pin

DAY = 86400 * 10**9


@pytest.fixture
def old(tmp_path: Path, install_packages: Any, make_package: Any) -> Path:
    """A release with one package of conda's."""
    path = tmp_path / ".releases/lab-0123456789ab"
    install_packages(path, make_package("six", files=["lib/six.py", "bin/six"]))
    return path


@pytest.fixture
def new(tmp_path: Path, install_packages: Any, make_package: Any) -> Path:
    """The next one, with another version."""
    path = tmp_path / ".releases/lab-ba9876543210"
    install_packages(path, make_package("six", "2.0", files=["lib/six2.py", "bin/six"]))
    return path


def take_over(old: Path, new: Path) -> list[str]:
    paths = carried_files(old)
    carry(old, new, paths)
    return paths


def test_only_what_no_package_brought_comes_along(old: Path, new: Path) -> None:
    (old / "etc/conf.d").mkdir(parents=True)
    (old / "etc/conf.d/proxy.conf").write_text("mine")
    (old / "lib/extra.py").write_text("mine, too")
    paths = take_over(old, new)
    assert paths == ["etc/conf.d/proxy.conf", "lib/extra.py"]
    assert size_of(old, paths) == 13
    assert (new / "etc/conf.d/proxy.conf").read_text() == "mine"
    assert (new / "lib/extra.py").read_text() == "mine, too"
    assert not (new / "lib/six.py").exists()


def test_a_file_keeps_its_mode_time_and_owner(old: Path, new: Path) -> None:
    (old / "secret").write_text("x")
    (old / "secret").chmod(0o640)
    os.utime(old / "secret", ns=(DAY, 2 * DAY))
    take_over(old, new)
    before, after = (old / "secret").stat(), (new / "secret").stat()
    assert (after.st_mode, after.st_mtime_ns, after.st_uid, after.st_gid) == (
        before.st_mode,
        before.st_mtime_ns,
        before.st_uid,
        before.st_gid,
    )


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_what_belongs_to_somebody_else_still_does(old: Path, new: Path) -> None:
    (old / "course").mkdir()
    (old / "course/notes").touch()
    (old / "course/link").symlink_to("notes")
    for path in (old / "course", old / "course/notes", old / "course/link"):
        os.chown(path, 1234, 4321, follow_symlinks=False)
    take_over(old, new)
    for name in ("course", "course/notes", "course/link"):
        status = (new / name).lstat()
        assert (status.st_uid, status.st_gid) == (1234, 4321), name


def test_directories_are_made_with_their_mode(old: Path, new: Path) -> None:
    (old / "course/private").mkdir(parents=True)
    (old / "course/private/notes").touch()
    (old / "course").chmod(0o2775)
    (old / "course/private").chmod(0o700)
    (new / "lib").chmod(0o755)
    (old / "lib").chmod(0o700)
    (old / "lib/mine").touch()
    take_over(old, new)
    modes = [stat.S_IMODE((new / name).stat().st_mode) for name in ("course", "course/private", "lib")]
    assert modes == [0o2775, 0o700, 0o755]


@pytest.mark.parametrize("target", ["lib/six2.py", "/etc/hosts", "nowhere", "."])
def test_a_link_leads_where_it_led(old: Path, new: Path, target: str) -> None:
    (old / "link").symlink_to(target)
    take_over(old, new)
    assert os.readlink(new / "link") == target


def test_a_link_to_a_directory_is_a_link(old: Path, new: Path, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data/large").touch()
    (old / "data").symlink_to(tmp_path / "data")
    assert take_over(old, new) == ["data"]
    assert (new / "data").is_symlink()
    assert (new / "data/large").exists()


def test_a_link_into_the_old_release_leads_into_the_new_one(old: Path, new: Path) -> None:
    (old / "link").symlink_to(old / "bin/six")
    take_over(old, new)
    assert (new / "link").resolve() == new / "bin/six"


@pytest.mark.parametrize("around", [b"#!%s/bin/python\n", b"\x7fELF\0%s/lib\0\xff\xfe%s\0"])
def test_what_names_the_old_path_names_the_new_one(old: Path, new: Path, around: bytes) -> None:
    program = old / "bin/mine"
    program.write_bytes(around.replace(b"%s", os.fsencode(old)))
    program.chmod(0o755)
    os.utime(program, ns=(DAY, 2 * DAY))
    take_over(old, new)
    copy = new / "bin/mine"
    assert copy.read_bytes() == around.replace(b"%s", os.fsencode(new))
    assert (copy.stat().st_mtime_ns, copy.stat().st_mode) == (program.stat().st_mtime_ns, program.stat().st_mode)
    assert program.read_bytes() == around.replace(b"%s", os.fsencode(old))


@pytest.fixture
def anybodys() -> Iterator[Path]:
    """A directory that everybody reaches."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as name:
        Path(name).chmod(0o777)
        yield Path(name)


def test_a_file_that_its_owner_may_not_write_is_rewritten(anybodys: Path) -> None:
    old, new = anybodys / "lab-0123456789ab", anybodys / "lab-ba9876543210"
    for path in (old, new):
        path.mkdir()
        path.chmod(0o777)
    user = os.geteuid()
    os.seteuid(65534 if user == 0 else user)
    try:
        (old / "script").write_text(f"#!{old}/bin/python\n")
        (old / "script").chmod(0o555)
        carry(old, new, ["script"])
    finally:
        os.seteuid(user)
    assert (new / "script").read_text() == f"#!{new}/bin/python\n"
    assert stat.S_IMODE((new / "script").stat().st_mode) == 0o555


def test_what_the_new_release_has_is_not_overwritten(old: Path, new: Path) -> None:
    (old / "bin/tool").write_text("by hand")
    (new / "bin/tool").write_text("of a package")
    (old / "link").write_text("by hand")
    (new / "link").symlink_to("nowhere")
    take_over(old, new)
    assert (new / "bin/tool").read_text() == "of a package"
    assert os.readlink(new / "link") == "nowhere"


def test_the_owners_notes_for_conda_come_along_and_its_book_keeping_does_not(old: Path, new: Path) -> None:
    notes = {"pinned": "six ==1.0\n", "frozen": "{}", "state": '{"env_vars": {"LEVEL": "3"}}'}
    for name, text in notes.items():
        (old / "conda-meta" / name).write_text(text)
    history = (new / "conda-meta/history").read_text()
    (old / "conda-meta/history").write_text("other")
    take_over(old, new)
    assert {name: (new / "conda-meta" / name).read_text() for name in notes} == notes
    assert (new / "conda-meta/history").read_text() == history
    assert [path.name for path in (new / "conda-meta").glob("*.json")] == ["six-2.0-0.json"]


def test_the_pin_of_the_old_release_stays_behind(old: Path, new: Path, make_python: Any) -> None:
    shutil.rmtree(old)
    make_python(old)
    before = carried_files(old)
    pin(old, old.with_name("lab"))
    assert carried_files(old) == before


def test_what_is_no_file_stays_behind(old: Path, new: Path) -> None:
    os.mkfifo(old / "pipe")
    take_over(old, new)
    assert not os.path.lexists(new / "pipe")


@pytest.mark.parametrize("name", ["with space", "umläut", "new\nline", os.fsdecode(b"\xff\xfe")])
def test_names_of_any_kind(old: Path, new: Path, name: str) -> None:
    (old / name).write_text("x")
    take_over(old, new)
    assert (new / name).read_text() == "x"
