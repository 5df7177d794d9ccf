# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Prefixes that no distribution can be in, and places without room."""

from __future__ import annotations

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._distribution import guards
from ansible_collections.benchwright.python.plugins.module_utils._distribution.errors import DistributionError


@pytest.mark.parametrize(
    "prefix", ["/opt/conda", "/srv/a/b-1.0_x", "/home/ada/conda", "/usr/local/conda", "/var/lib/conda", "/opt/conda/"]
)
def test_a_directory_of_its_own_is_good(prefix: str) -> None:
    guards.check_prefix(prefix)


@pytest.mark.parametrize(
    "prefix",
    ["", "opt/conda", "~/conda", "/", "//", "/opt", "/usr/", "/usr/bin", "/etc/conda", "/proc/1", "/opt/with space", "/opt/a'b",
     "/opt/a\nb", "/opt/../etc", "/opt/./conda", "/opt//conda", "/opt/$HOME", "/var/lib"],
)  # fmt: skip
def test_any_other_is_refused(prefix: str) -> None:
    with pytest.raises(DistributionError, match="prefix is "):
        guards.check_prefix(prefix)


def test_what_is_needed_on_one_file_system_is_added_up(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(guards, "free_space", lambda path: (str(tmp_path), 100))
    guards.check_room({str(tmp_path / "a"): 60, str(tmp_path / "b"): 40})
    with pytest.raises(DistributionError, match=r"needs 101 bytes .* only 100 .* are free"):
        guards.check_room({str(tmp_path / "a"): 60, str(tmp_path / "b"): 41})
