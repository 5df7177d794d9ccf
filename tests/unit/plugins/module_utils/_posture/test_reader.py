"""What cannot be read is told, and what is not there is not."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._posture.reader import LARGEST, Reader, homes

ROOT = Path(__file__).parents[5]
LOOK = """
from ansible_collections.benchwright.python.plugins.module_utils._posture import look
print(*look.look(probe=False).unread, sep="\\n")
"""


def test_what_is_not_there_is_no_secret(tmp_path: Path) -> None:
    reader = Reader()
    assert reader.file(str(tmp_path / "none")) is None
    assert reader.file("/dev/null/none") is None
    assert reader.file(str(tmp_path)) is None
    assert reader.names(str(tmp_path / "none")) == []
    assert reader.unread == []


def test_of_a_long_history_the_end_is_read(tmp_path: Path) -> None:
    (tmp_path / "history").write_text("a" * LARGEST + "the end")
    found = Reader().file(str(tmp_path / "history"), end=True)
    assert found
    assert (found.text or "").endswith("the end")
    assert len(found.text or "") == LARGEST


@pytest.mark.parametrize(("mode", "writable"), [(0o755, False), (0o777, True), (0o1777, False)])
def test_a_directory_that_all_can_write_to_lets_them_replace_files(tmp_path: Path, mode: int, writable: bool) -> None:
    (tmp_path / "file").touch()
    tmp_path.chmod(mode)
    found = Reader().file(str(tmp_path / "file"))
    assert found
    assert found.directory_writable is writable


def test_homes_are_those_of_the_accounts() -> None:
    found = homes(Reader())
    assert os.path.realpath(pwd.getpwuid(os.geteuid()).pw_dir) in found
    assert len(found) == len(set(found))


@pytest.mark.skipif(os.geteuid() != 0, reason="somebody else is made of root")
def test_who_is_not_root_is_told_what_was_not_looked_at() -> None:
    """A Python that everybody may run, and a copy of the collection's code that everybody may read."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as place:
        Path(place).chmod(0o755)
        target = Path(place, "ansible_collections/benchwright/python/plugins")
        shutil.copytree(ROOT / "plugins/module_utils", target / "module_utils")
        command = ["setpriv", "--reuid=65534", "--clear-groups", "/usr/bin/python3", "-c", LOOK]
        environment = {"PYTHONPATH": place, "PYTHONDONTWRITEBYTECODE": "1"}
        done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False, cwd="/")
    assert done.returncode == 0, done.stderr
    assert "/root: Permission denied" in done.stdout.splitlines()
