"""Free space is asked of what is there."""

from __future__ import annotations

import os
from pathlib import Path

from ansible_collections.benchwright.python.plugins.module_utils._conda import space


def test_free_space_is_asked_where_something_is(tmp_path: Path) -> None:
    status = os.statvfs(tmp_path)
    place, free = space.free_space(str(tmp_path / "not/yet/there"))
    assert place == str(tmp_path)
    assert 0 < free <= status.f_blocks * status.f_frsize
