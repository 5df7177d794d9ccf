# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from support.environment_stand_in import environment_of


@pytest.fixture
def environment(tmp_path):
    """`environment(**versions)` makes one that holds these packages and Python."""

    def make(**versions):
        release = environment_of(tmp_path / ".releases/lab-0123456789ab", versions)
        (tmp_path / "lab").symlink_to(release)
        return str(tmp_path / "lab")

    return make


def test_an_environment_that_may_serve(run_module, environment):
    result = run_module("jupyter_server_info", environment=environment(jupyter_server="2.21.1", jupyterlab="4.6.4"))
    assert (result["changed"], result["holes"]) == (False, [])
    assert result["versions"] == {"jupyter-server": "2.21.1", "jupyterlab": "4.6.4"}
    assert result["target"] == "lab-0123456789ab"


def test_known_holes_are_named_with_what_mends_them(run_module, environment):
    prefix = environment(jupyter_server="2.19.9", jupyterlab="4.10.0", notebook="7.6.3rc1", nbconvert="7.17.1")
    first, second = run_module("jupyter_server_info", environment=prefix)["holes"]
    assert first.startswith("jupyter-server 2.19.9 (CVE-")
    assert first.endswith("mended in 2.20.0)")
    assert second.startswith("notebook 7.6.3rc1 (CVE-")


def test_no_environment_is_no_error(run_module, tmp_path):
    result = run_module("jupyter_server_info", environment=str(tmp_path / "none"))
    assert (result["versions"], result["holes"]) == ({}, [])
