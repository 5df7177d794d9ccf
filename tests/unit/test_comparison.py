"""What the comparison says of benchwright is tested: by files that are there, each named for something."""

from __future__ import annotations

import re
from pathlib import Path

DOCUMENT = Path(__file__).parents[2] / "docs/comparison.md"
TEXT = DOCUMENT.read_text(encoding="utf-8")
LINKS = dict(re.findall(r"^\[(\w+)\]: (\S+)$", TEXT, re.MULTILINE))
NAMED = set(re.findall(r"\]\[(\w+)\]", TEXT))
SOURCES = re.compile(r"\[([A-Z]\d+)\]")


def test_every_test_that_is_named_is_there() -> None:
    assert set(LINKS) == NAMED
    assert [path for path in LINKS.values() if not (DOCUMENT.parent / path).is_file()] == []


def test_every_source_of_a_claim_is_told() -> None:
    table, dummy, sources = TEXT.partition("## Where this stands")
    assert set(SOURCES.findall(table)) == set(SOURCES.findall(sources))


def test_every_row_is_whole() -> None:
    rows = [re.split(r"(?<!\\)\|", line)[1:-1] for line in TEXT.splitlines() if line.startswith("|")]
    assert {len(row) for row in rows} == {7}
