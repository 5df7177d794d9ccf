# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is put into a file can be taken out again byte for byte, whatever else is in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._distribution import shell_block
from hypothesis import given
from hypothesis import strategies as st
from support import installer_stand_in

PREFIX = "/opt/conda"
KINDS = [(kind, shell) for kind in ("conda", "micromamba") for shell in shell_block.FILES]


@pytest.mark.parametrize(("kind", "shell"), KINDS)
@given(text=st.text(st.characters(exclude_characters="\r", exclude_categories=["Cs"])))
def test_undoing_leaves_what_was_there(kind: str, shell: str, text: str) -> None:
    new = shell_block.block(kind, shell, PREFIX)
    done = shell_block.insert(kind, text, new)
    assert shell_block.names_prefix(shell_block.present_block(kind, done), PREFIX)
    assert shell_block.insert(kind, done, new) == done
    assert shell_block.take_out(kind, done, new, "") == text


@pytest.mark.parametrize(("kind", "shell"), KINDS)
def test_what_was_written_later_stays_and_another_block_comes_back(kind: str, shell: str) -> None:
    other = shell_block.block(kind, shell, "/opt/other")
    new = shell_block.block(kind, shell, PREFIX)
    before = shell_block.insert(kind, "mine\n", other)
    done = shell_block.insert(kind, before, new) + "later\n"
    assert "/opt/other" not in done
    assert shell_block.take_out(kind, done, new, shell_block.present_block(kind, before)) == before + "later\n"


@pytest.mark.parametrize(("kind", "shell"), KINDS)
def test_a_block_that_somebody_edited_is_taken_out_whole(kind: str, shell: str) -> None:
    new = shell_block.block(kind, shell, PREFIX)
    done = shell_block.insert(kind, "mine\n", new).replace("managed", "not managed")
    assert "initialize" not in shell_block.take_out(kind, done, new, "")


def test_one_prefix_is_not_taken_for_another() -> None:
    block = shell_block.block("conda", "bash", "/opt/conda-2")
    assert shell_block.names_prefix(block, "/opt/conda-2")
    assert not shell_block.names_prefix(block, "/opt/conda")


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_the_block_is_what_conda_init_writes(shell: str) -> None:
    """The recorded block is that of conda 26.7.1."""
    recorded = (Path(installer_stand_in.__file__).parent / "block.txt").read_text()
    assert shell_block.block("conda", shell, PREFIX) == recorded.replace("@PREFIX@", PREFIX).replace("@SHELL@", shell)
