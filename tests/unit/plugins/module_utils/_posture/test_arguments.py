"""Settings are read out of command lines."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._posture.arguments import config_argument, of_arguments
from ansible_collections.benchwright.python.plugins.module_utils._posture.facts import UNKNOWN


@pytest.mark.parametrize(
    ("argv", "expected"),
    [
        (["--ServerApp.token=abc"], [("ServerApp", "token", "abc")]),
        (["--NotebookApp.token="], [("NotebookApp", "token", "")]),
        (["--ServerApp.token", "abc"], [("ServerApp", "token", "abc")]),
        (["--port=8889", "--ip", "0.0.0.0"], [("ServerApp", "port", 8889), ("ServerApp", "ip", "0.0.0.0")]),
        (["--allow-root", "--no-browser", "-y"], [("ServerApp", "allow_root", True)]),
        (["--ServerApp.disable_check_xsrf=True"], [("ServerApp", "disable_check_xsrf", True)]),
        (["--ServerApp.jpserver_extensions={'a': True}"], [("ServerApp", "jpserver_extensions", "{'a': True}")]),
        (["--ServerApp.token"], [("ServerApp", "token", UNKNOWN)]),
        (["notebooks", "--debug"], []),
    ],
)
def test_arguments_are_settings(argv: list[str], expected: list[tuple[str, str, Any]]) -> None:
    assert [setting[:3] for setting in of_arguments(argv, "here")] == expected


@pytest.mark.parametrize(
    ("argv", "expected"),
    [
        (["--config=/a.py"], "/a.py"),
        (["--config", "/a.py"], "/a.py"),
        (["--config"], ""),
        (["--config="], ""),
        ([], ""),
    ],
)
def test_the_file_of_config(argv: list[str], expected: str) -> None:
    assert config_argument(argv) == expected
