"""Scratch directories go with their run or with the next one, and never under somebody who works there."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda import scratch
from ansible_collections.benchwright.python.plugins.module_utils._conda.scratch import PREFIX, scratch_directory

# Makes a scratch directory, lets a child that is handed it live on, says where and who, and waits to be killed.
KILLED = """
import subprocess, sys
from ansible_collections.benchwright.python.plugins.module_utils._conda.process import running
from ansible_collections.benchwright.python.plugins.module_utils._conda.scratch import scratch_directory
with scratch_directory() as scratch, running(["sleep", "60"], {}, [scratch.descriptor]) as child:
    open(scratch.path + "/file", "w").close()
    print(scratch.path, child.pid, flush=True)
    sys.stdin.readline()
"""
# Makes and sweeps as often as it can, and dies if a directory goes while it is at work there.
BUSY = """
from pathlib import Path
from ansible_collections.benchwright.python.plugins.module_utils._conda.scratch import scratch_directory
for number in range(150):
    with scratch_directory() as scratch:
        path = Path(scratch.path, "file")
        path.write_text(str(number))
        with scratch_directory() as another:
            assert path.read_text() == str(number)
            assert list(Path(another.path).iterdir()) == []
"""


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The directory for temporary files, of this process and its children."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


def python(program: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def sweep() -> None:
    with scratch_directory():
        pass


def test_it_is_its_owners_alone_and_goes_at_the_end(temporary: Path) -> None:
    with pytest.raises(RuntimeError), scratch_directory() as made:
        assert os.stat(made.path).st_mode & 0o777 == 0o700
        Path(made.path, "directory").mkdir()
        raise RuntimeError
    assert list(temporary.iterdir()) == []


def test_what_a_killed_run_left_goes_with_the_next_once_no_orphan_works_there(temporary: Path) -> None:
    with python(KILLED) as killed:
        assert killed.stdout
        place, pid = killed.stdout.readline().split()
        sweep()
        assert Path(place, "file").exists()  # it is at work
        killed.kill()
    sweep()
    assert Path(place, "file").exists()  # its child still is
    os.kill(int(pid), 9)
    while Path("/proc", pid, "fd").exists() and list(Path("/proc", pid, "fd").iterdir()):
        pass
    sweep()
    assert list(temporary.iterdir()) == []


def test_what_is_no_left_over_of_ours_stays(temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = temporary / "mine"
    mine.mkdir()
    (temporary / "benchwright-run-1").mkdir()
    (temporary / (PREFIX + "file")).touch()
    (temporary / (PREFIX + "link")).symlink_to(mine)
    before = sorted(temporary.iterdir())
    sweep()
    assert sorted(temporary.iterdir()) == before
    (temporary / (PREFIX + "left")).mkdir()
    monkeypatch.setattr(os, "geteuid", lambda: 4242)
    sweep()
    assert (temporary / (PREFIX + "left")).exists()


def test_a_directory_that_is_swept_before_it_is_locked_is_not_used(
    temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make, made = tempfile.mkdtemp, []

    def mkdtemp(prefix: str) -> str:
        made.append(make(prefix=prefix))
        if len(made) == 1:
            sweep_all()  # before it is opened
        return made[-1]

    def open_late(path: str) -> int:
        descriptor = opened(path)
        if len(made) == 2:
            os.rmdir(path)  # between opening and locking
        return descriptor

    opened, sweep_all = scratch._open, scratch.sweep
    monkeypatch.setattr(tempfile, "mkdtemp", mkdtemp)
    monkeypatch.setattr(scratch, "_open", open_late)
    with scratch_directory() as third:
        assert third.path == made[2]
        assert [Path(path).exists() for path in made] == [False, False, True]


def test_many_runs_at_once_take_nothing_from_each_other(temporary: Path) -> None:
    crowd = [python(BUSY) for dummy in range(4)]
    assert [member.wait(120) for member in crowd] == [0, 0, 0, 0]
    assert list(temporary.iterdir()) == []


def test_a_place_that_cannot_be_listed_is_no_error(temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def scandir(path: str) -> None:
        raise PermissionError(path)

    monkeypatch.setattr(os, "scandir", scandir)
    with scratch_directory() as made:
        assert Path(made.path).exists()
