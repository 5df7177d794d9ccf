"""What docs/security.md says was tried was tried: every test that it names is there, and every test of abuse is named."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs/security.md").read_text(encoding="utf-8")
NAMED = set(re.findall(r"\b(test_\w+)`", TEXT))
FILES = set(re.findall(r"`([\w/]*test_\w+\.py)", TEXT))
# What they are about is not an attack.
NO_ATTACKS = {
    "test_kernels_are_heard_by_nobody_else_on_the_host",
    "test_what_pages_remember_is_kept_and_nothing_outside_is_asked",
}


def named_in(path: Path) -> set[str]:
    """The names of the tests in a file."""
    functions = [node for node in ast.parse(path.read_text(encoding="utf-8")).body if isinstance(node, ast.FunctionDef)]
    return {function.name for function in functions if function.name.startswith("test_")}


def test_every_test_that_is_named_is_there() -> None:
    there = set().union(*(named_in(path) for path in (ROOT / "tests").rglob("test_*.py")))
    assert {name for name in NAMED if name not in there} == set()
    assert {name for name in FILES if not list((ROOT / "tests").rglob(name.removeprefix("tests/")))} == set()
    assert len(NAMED) > 20


def test_every_abuse_is_in_the_table() -> None:
    abuse = set().union(*(named_in(path) for path in (ROOT / "tests/server").rglob("test_abuse*.py")))
    assert abuse - NAMED - NO_ATTACKS == set()
