# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which lines of environments.txt go with a prefix."""

from __future__ import annotations

from ansible_collections.benchwright.python.plugins.module_utils._distribution.registrations import without_lines


def test_exactly_the_lines_that_point_into_the_prefix_go() -> None:
    text = "/opt/conda\n/opt/conda/envs/a\n/opt/conda-2\n/home/x/env\n/opt/conda/envs/b"
    assert without_lines(text, "/opt/conda") == "/opt/conda-2\n/home/x/env\n"


def test_a_file_without_them_stays_byte_for_byte() -> None:
    text = "/opt/other\r\n\n  /home/x\n"
    assert without_lines(text, "/opt/conda/") == text
