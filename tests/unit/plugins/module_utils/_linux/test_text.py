# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Blocks in files of others, and records that are written ahead."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._linux import text

BLOCK = f"{text.BEGIN}\nmine\n{text.END}\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("theirs\n", f"theirs\n{BLOCK}"),
        ("no newline", f"no newline\n{BLOCK}"),
        (f"a\n{BLOCK}b\n", f"a\n{BLOCK}b\n"),
        (f"a\n{BLOCK.replace('mine', 'old')}b\n", f"a\n{BLOCK}b\n"),
        (None, BLOCK.replace(text.BEGIN, text.BEGIN + text.MADE)),
    ],
)
def test_a_block_comes_at_the_end_or_where_it_was(before: str | None, after: str) -> None:
    assert text.with_block(before, "mine\n") == after
    assert text.with_block(after, "mine\n") == after


@pytest.mark.parametrize("before", ["theirs\n", "", None, "a\nb\n"])
def test_without_its_block_a_file_is_as_before(before: str | None) -> None:
    assert text.without_block(text.with_block(before, "mine")) == before
    assert text.without_block(before) == before


def test_a_block_whose_end_somebody_removed_takes_nothing_of_theirs_along() -> None:
    assert text.without_block(f"a\n{text.BEGIN}\ntheirs\n") == "a\ntheirs\n"


def test_an_edited_file_keeps_its_mode_and_a_link_stays_one(tmp_path: Path) -> None:
    file, link = tmp_path / "file", tmp_path / "link"
    file.write_text("a")
    file.chmod(0o640)
    link.symlink_to(file)
    text.edit(str(link), "b")
    assert (file.read_text(), file.stat().st_mode & 0o777, link.is_symlink()) == ("b", 0o640, True)


def test_a_file_that_is_not_utf_8_keeps_what_is_not_edited(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"# caf\xe9\n")
    text.edit(str(file), text.with_block(text.read_text(str(file)), "mine"))
    assert file.read_bytes() == b"# caf\xe9\n" + BLOCK.encode()


def test_an_empty_record_is_no_file_and_no_directory(tmp_path: Path) -> None:
    path = tmp_path / "state/record.json"
    record = text.Record(str(path))
    record.known["added"] = ["a"]
    record.write()
    assert text.Record(str(path)).known == {"added": ["a"]}
    record.known = {}
    record.write()
    assert not path.parent.exists()
