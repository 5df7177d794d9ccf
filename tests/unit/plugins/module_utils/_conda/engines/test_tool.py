"""How a tool is called: with a tool that only writes down how."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.engines.interface import EngineError, Request
from ansible_collections.benchwright.python.plugins.module_utils._conda.engines.tool import Tool

RECORDER = """#!{python} -I
import json, os, sys
if sys.argv[1:] == ["--version"]:
    print({version!r})
else:
    print(json.dumps({{"argv": sys.argv[1:], "environment": dict(os.environ)}}))
"""


def recorder(directory: Path, version: str, name: str = "conda") -> str:
    path = directory / name
    path.write_text(RECORDER.format(python=sys.executable, version=version))
    path.chmod(0o755)
    return str(path)


def called(tool: Tool, *command: str, **fields: Any) -> tuple[list[str], dict[str, str]]:
    request = Request("/srv/root/envs/lab", "/srv/root/pkgs", **fields)
    answer = tool.call(command, tool.settings(request))
    return answer["argv"], answer["environment"]


@pytest.mark.parametrize(
    ("version", "command", "wanted"),
    [
        ("conda 26.7.1", ("install", "-p", "x"), ["install", "--json", "--yes", "--quiet", "-p", "x"]),
        ("2.8.1", ("install", "-p", "x"), ["install", "--json", "--yes", "-p", "x"]),
        ("conda 26.7.1", ("remove", "a"), ["remove", "--json", "--yes", "a"]),
        ("2.8.1", ("search", "a"), ["search", "--json", "a"]),
    ],
)
def test_each_command_gets_the_flags_that_it_knows(
    version: str, command: tuple[str, ...], wanted: list[str], tmp_path: Path
) -> None:
    assert called(Tool(recorder(tmp_path, version), False, 20), *command)[0] == wanted


@pytest.mark.parametrize("accepted", [True, False])
def test_terms_are_accepted_only_where_the_user_said_so(accepted: bool, tmp_path: Path) -> None:
    environment = called(Tool(recorder(tmp_path, "conda 26.7.1"), accepted, 20), "info")[1]
    assert environment.get("CONDA_PLUGINS_AUTO_ACCEPT_TOS") == ("yes" if accepted else None)


def test_the_channel_priority_of_the_request_counts_for_every_tool(tmp_path: Path) -> None:
    environment = called(Tool(recorder(tmp_path, "2.8.1"), False, 20), "info", channel_priority="disabled")[1]
    assert {environment[name] for name in ("CONDA_CHANNEL_PRIORITY", "MAMBA_CHANNEL_PRIORITY")} == {"disabled"}


def test_a_micromamba_alone_takes_the_root_prefix_of_the_package_cache(tmp_path: Path) -> None:
    environment = called(Tool(recorder(tmp_path, "2.8.1", "micromamba"), False, 20), "info")[1]
    assert environment["MAMBA_ROOT_PREFIX"] == "/srv/root"
    assert "MAMBA_ROOT_PREFIX" not in called(Tool(recorder(tmp_path, "2.8.1", "mamba"), False, 20), "info")[1]


def test_an_executable_that_fails_says_why(tmp_path: Path) -> None:
    path = tmp_path / "conda"
    path.write_text("#!/bin/sh\necho 'ImportError: no module conda' >&2; exit 1\n")
    path.chmod(0o755)
    with pytest.raises(EngineError, match="ImportError: no module conda"):
        Tool(str(path), False, 20)
