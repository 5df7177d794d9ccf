"""Where the files of an installed package really are."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.installed.paths import resolved_entries

SITE = "lib/python3.12/site-packages"


@pytest.mark.parametrize(
    ("entries", "files", "resolved"),
    [
        (["share/a"], ["share/a"], ["share/a"]),
        (["site-packages/six.py"], [f"{SITE}/six.py"], [f"{SITE}/six.py"]),
        (["site-packages/six.py"], ["lib/python3.13t/site-packages/six.py"], ["lib/python3.13t/site-packages/six.py"]),
        (["python-scripts/run"], ["bin/run"], ["bin/run"]),
        (["share/a"], [], ["share/a"]),
    ],
)
def test_an_entry_is_where_its_file_is(entries: list[str], files: list[str], resolved: list[str]) -> None:
    paths = [{"_path": path, "path_type": "softlink", "sha256": "0" * 64} for path in entries]
    found = resolved_entries({"paths_data": {"paths": paths}, "files": files})
    assert found == [{"_path": path, "path_type": "softlink", "sha256": "0" * 64} for path in resolved]


@pytest.mark.parametrize("record", [{}, {"paths_data": {}}, {"paths_data": {"paths": None}, "files": None}])
def test_a_record_without_lists_has_no_entries(record: dict[str, Any]) -> None:
    assert resolved_entries(record) == []


def test_a_file_without_an_entry_gets_one() -> None:
    paths = [{"_path": "site-packages/six.py", "path_type": "hardlink"}]
    found = resolved_entries({"paths_data": {"paths": paths}, "files": [f"{SITE}/six.py", f"{SITE}/six.pyc"]})
    assert found == [{"_path": f"{SITE}/{name}", "path_type": "hardlink"} for name in ("six.py", "six.pyc")]
