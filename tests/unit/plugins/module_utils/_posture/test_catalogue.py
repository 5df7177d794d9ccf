"""What the audit can find is what its documentation says."""

from __future__ import annotations

import re
from pathlib import Path

from ansible_collections.benchwright.python.plugins.module_utils._posture import catalogue
from ansible_collections.benchwright.python.plugins.module_utils._posture.catalogue import KINDS, Finding, ranked

ROOT = Path(__file__).parents[5]


def table() -> str:
    """The table of all kinds, as it stands in docs/audit.md."""
    rows = [f"| `{name}` | {kind.severity} | {kind.title} | {kind.setting} |" for name, kind in KINDS.items()]
    return "\n".join(["| finding | severity | what it means | what to do |", "| --- | --- | --- | --- |", *rows])


def test_the_documentation_lists_every_kind_of_finding() -> None:
    text = (ROOT / "docs/audit.md").read_text(encoding="utf-8")
    assert text.partition("<!-- findings -->\n")[2].partition("\n<!-- end of findings -->")[0] == table()


def test_every_kind_is_found_somewhere_and_nothing_else_is() -> None:
    directory = Path(catalogue.__file__).parent
    text = "".join(path.read_text(encoding="utf-8") for path in directory.glob("*.py") if path.stem != "kinds")
    assert {name for name in KINDS if f'"{name}"' not in text} == set()
    assert set(re.findall(r'Finding\("([a-z-]+)"', text)) <= set(KINDS)


def test_the_worst_comes_first_and_nothing_twice() -> None:
    low, high = Finding("old-keys", "a", ""), Finding("root", "b", "")
    assert ranked([low, high, low]) == [high, low]


def test_a_finding_says_what_to_do() -> None:
    assert all(all(text for text in kind) for kind in KINDS.values())
    assert Finding("root", "process 1", "uid 0").document()["option"] == "jupyter_server_user"
