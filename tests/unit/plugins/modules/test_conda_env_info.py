# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module answers for one environment and for all, and fails with a sentence."""

from __future__ import annotations

import json

import pytest

MODULE = "conda_env_info"


@pytest.fixture
def root(tmp_path):
    for name in ("lab", "other"):
        meta = tmp_path / "root/envs" / name / "conda-meta"
        meta.mkdir(parents=True)
        (meta / "history").write_text("==> 2026-01-01 00:00:00 <==\n")
        fields = {"name": "six", "version": "1.0", "build": "0", "build_number": 0, "depends": [], "subdir": "noarch"}
        (meta / "six-1.0-0.json").write_text(json.dumps(fields))
    return tmp_path / "root"


@pytest.mark.parametrize("check", [False, True])
def test_all_environments_are_listed(run_module, root, check):
    answer = run_module(MODULE, check=check, root_prefix=str(root))
    listed = {entry["prefix"]: entry for entry in answer["environments"]}
    assert not answer["changed"]
    for name in ("lab", "other"):
        entry = listed[str(root / "envs" / name)]
        assert (entry["name"], entry["state"], entry["package_count"]) == (name, "environment", 1)


def test_one_is_told_with_its_drift(run_module, root):
    (entry,) = run_module(MODULE, root_prefix=str(root), name="lab", dependencies=["zlib"])["environments"]
    assert entry["drift"]["missing"] == ["zlib: not installed"]
    assert entry["drift"]["surplus"] == ["six"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"name": "a/b"}, "no name for an environment"),
        ({"name": "lab", "dependencies": ["num py!"]}, "dependencies: [0]"),
        ({"dependencies": ["six"]}, "give its 'name' or 'prefix'"),
        ({"name": "lab", "prefix": "/srv"}, "mutually exclusive"),
        ({"name": "lab", "executable": "/nowhere/conda", "root_prefix": None}, "'executable' is /nowhere/conda"),
        ({"name": "lab", "channels": ["defaults"], "dependencies": ["six"]}, "terms"),
    ],
)
def test_bad_input_is_named(run_module, root, arguments, message):
    given = {"root_prefix": str(root), **arguments}
    answer = run_module(MODULE, **{key: value for key, value in given.items() if value is not None})
    assert answer["failed"]
    assert message in answer["msg"]
