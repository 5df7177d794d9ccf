"""Settings are read out of files, and nothing is executed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._posture.facts import UNKNOWN
from ansible_collections.benchwright.python.plugins.module_utils._posture.settings import (
    FileText,
    of_text,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("c.NotebookApp.ip = '*'", [("NotebookApp", "ip", "*")]),
        ("c.NotebookApp.password = u'sha1:a:b'", [("NotebookApp", "password", "sha1:a:b")]),
        ("c.A.one, c.B.two = 1, True", [("A", "one", 1), ("B", "two", True)]),
        ("c.A.one, c.B.two = values()", [("A", "one", UNKNOWN), ("B", "two", UNKNOWN)]),
        ("c.A.one = c.B.two = 3", [("A", "one", 3), ("B", "two", 3)]),
        ("c['A']['one'] = 1", [("A", "one", 1)]),
        ("c.A.one = os.environ['X']", [("A", "one", UNKNOWN)]),
        ("c.A.one += ['x']", [("A", "one", UNKNOWN)]),
        ("c.A.one.append('x')", [("A", "one", UNKNOWN)]),
        ("if x:\n    c.A.one = 1", [("A", "one", UNKNOWN)]),
        ("c.A.update({'one': 1})", [("A", "one", 1)]),
        ("c.update({'A': {'one': 1}})", [("A", "one", 1)]),
        ("""c.update(json.loads('{"A": {"one": 1}}'))""", [("A", "one", 1)]),
        ("c.update(json.loads(text))", []),
        ("c.A.one = Path('/etc/hash').read_text().strip()", [("A", "one", FileText("/etc/hash"))]),
        ("c.A.one = open('/etc/hash').read()", [("A", "one", FileText("/etc/hash"))]),
        ("# c.A.one = 1\nd.A.one = 1\nprint(c)\nc.A = 1", []),
    ],
)
def test_python_is_read_and_not_run(text: str, expected: list[tuple[str, str, Any]]) -> None:
    assert [setting[:3] for setting in of_text(text, "x.py")] == expected


def test_a_setting_tells_its_line() -> None:
    assert of_text("\n\nc.A.one = 1", "/x.py")[0].where == "/x.py:3"
    assert of_text('{\n"A": {\n"one": 1}}', "/x.json")[0].where == "/x.json:3"


def test_a_file_with_code_that_would_do_harm_does_none(tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    assert of_text(f"open({str(canary)!r}, 'w').close()\nc.A.one = __import__('os').system('true')", "x.py")
    assert not canary.exists()


@pytest.mark.parametrize(
    ("text", "path"), [("c.A.one = (", "x.py"), ("{", "x.json"), ("[]", "x.json"), ("c\0", "x.py")]
)
def test_what_jupyter_could_not_read_either_is_refused(text: str, path: str) -> None:
    with pytest.raises(ValueError):
        of_text(text, path)
