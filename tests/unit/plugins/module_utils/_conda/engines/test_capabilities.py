"""From what ``--version`` prints to what the tool can do."""

from __future__ import annotations

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.engines.capabilities import read_version
from ansible_collections.benchwright.python.plugins.module_utils._conda.engines.interface import EngineError


@pytest.mark.parametrize(
    ("text", "executable", "tool", "version", "sha256", "replaces"),
    [
        ("conda 23.1.0\n", "/opt/bin/conda", "conda", "23.1.0", False, True),
        ("conda 24.7.1\n", "/opt/bin/conda", "conda", "24.7.1", False, True),
        ("conda 24.9.0\n", "/opt/bin/conda", "conda", "24.9.0", True, True),
        ("conda 26.7.1\n", "/opt/bin/my-conda", "conda", "26.7.1", True, True),
        ("conda 26.7.2.dev3+g1234\n", "/opt/bin/conda", "conda", "26.7.2", True, True),
        ("mamba 1.5.8\nconda 24.3.0\n", "/opt/bin/mamba", "mamba", "1.5.8", False, True),
        ("mamba 1.5.12\nconda 24.11.3\n", "/opt/bin/mamba", "mamba", "1.5.12", True, True),
        ("2.0.5\n", "/opt/bin/mamba", "mamba", "2.0.5", True, False),
        ("2.8.1\n", "/usr/local/bin/micromamba", "micromamba", "2.8.1", True, False),
        ("1.5.12\n", "/usr/local/bin/micromamba-1.5.12", "micromamba", "1.5.12", True, False),
    ],
)
def test_a_version_says_what_can_be_done(
    text: str, executable: str, tool: str, version: str, sha256: bool, replaces: bool
) -> None:
    found = read_version(text, executable)
    assert (found.tool, found.version, found.sha256, found.replaces) == (tool, version, sha256, replaces)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("conda 22.11.1\n", "/opt/bin/tool is conda 22.11.1, and 23 is the oldest that is supported"),
        ("conda 4.14.0\n", "conda 4.14.0, and 23"),
        ("mamba 0.27.0\nconda 23.1.0\n", "mamba 0.27.0, and 1 is the oldest"),
        ("mamba 1.4.2\nconda 22.11.1\n", "conda 22.11.1, and 23"),
        ("0.25.1\n", "mamba 0.25.1, and 1"),
        ("Python 3.11.7\n", "which is no conda's or mamba's answer"),
        ("", "says '', which is no conda's"),
    ],
)
def test_what_is_too_old_or_no_such_tool_is_refused(text: str, message: str) -> None:
    with pytest.raises(EngineError, match=message):
        read_version(text, "/opt/bin/tool")
