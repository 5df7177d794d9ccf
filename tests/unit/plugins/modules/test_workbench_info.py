# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is told of a host, from what an environment and the facts really hold."""

from __future__ import annotations

import json


def facts(directory, prefix, **entry):
    directory.mkdir(exist_ok=True)
    known = {
        "name": "lab",
        "prefix": str(prefix),
        "description": "d" * 64,
        "release": "",
        "versions": {},
        "kernel": "lab",
    }
    document = {"environments": {str(prefix): {**known, **entry}}}
    (directory / "benchwright.fact").write_text(json.dumps(document))
    return str(directory)


def test_a_host_without_anything_has_nothing(run_module, tmp_path):
    result = run_module("workbench_info", facts_directory=str(tmp_path / "facts.d"))
    assert result["environments"] == []
    assert result["changed"] is False


def test_an_environment_that_is_gone_is_told(run_module, tmp_path):
    (entry,) = run_module("workbench_info", facts_directory=facts(tmp_path / "facts.d", tmp_path / "lab"))[
        "environments"
    ]
    assert (entry["name"], entry["state"]) == ("lab", "absent")
    assert entry["drift"] == ["it is recorded, and there is: absent"]


def test_what_is_recorded_is_compared_with_what_is_there(run_module, tmp_path):
    records = tmp_path / "lab/conda-meta"
    records.mkdir(parents=True)
    (records / "history").write_text("==> 2026-01-01 00:00:00 <==\n")
    package = {
        "name": "numpy",
        "version": "2.3.5",
        "build": "0",
        "build_number": 0,
        "channel": "c",
        "subdir": "noarch",
        "depends": [],
    }
    (records / "numpy-2.3.5-0.json").write_text(
        json.dumps({**package, "url": "c/noarch/numpy-2.3.5-0.conda", "files": []})
    )
    for recorded, drift in (("2.3.5", []), ("2.3.4", ["numpy is 2.3.5, and 2.3.4 is recorded"])):
        directory = facts(tmp_path / "facts.d", tmp_path / "lab", versions={"numpy": recorded})
        (entry,) = run_module("workbench_info", facts_directory=directory)["environments"]
        assert (entry["state"], entry["package_count"], entry["drift"]) == ("environment", 1, drift)


def test_a_damaged_environment_is_told_and_hides_nothing(run_module, tmp_path):
    records = tmp_path / "lab/conda-meta"
    records.mkdir(parents=True)
    (records / "history").write_text("==> 2026-01-01 00:00:00 <==\n")
    (records / "numpy-2.3.5-0.json").write_text("{")
    result = run_module("workbench_info", facts_directory=facts(tmp_path / "facts.d", tmp_path / "lab"))
    assert result["environments"][0]["state"] == "unreadable"
    assert "cannot be read" in result["environments"][0]["drift"][0]
