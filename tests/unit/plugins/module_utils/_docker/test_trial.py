"""What a new image is tried with, and when there is nothing to try; containers on a real engine are in tests/containers."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._docker.builder import _is_tried
from ansible_collections.benchwright.python.plugins.module_utils._docker.trial import words
from ansible_collections.benchwright.python.plugins.module_utils._docker.workbench import Layer, Server, Workbench

LAYER = Layer("lab", "environment:1", "/opt/benchwright/envs/lab", "a" * 64, ("python 3.12 0",), (), {})
LAB = Workbench("lab", "latest", "base", (LAYER,), (), ("ipython",), {})
SERVER = Server("/opt/benchwright/start.py", 8888, ())
SERVING = replace(LAB, command=SERVER.command, server=SERVER)


def image(*layers: str, command: str = "ipython") -> dict[str, Any]:
    return {"Config": {"Cmd": [command]}, "RootFS": {"Layers": list(layers)}}


@pytest.mark.parametrize(
    ("wanted", "tried_with"),
    [
        (LAB, "ipython -c pass"),
        (replace(LAB, command=("python", "-m", "pdb")), "python -c pass"),
        (replace(LAB, command=("reboot",)), "python3 -I /opt/benchwright/health.py"),
        (replace(LAB, command=()), "python3 -I /opt/benchwright/health.py"),
        (SERVING, "python -IB /opt/benchwright/start.py --show-config"),
    ],
)
def test_what_is_run(wanted: Workbench, tried_with: str) -> None:
    assert " ".join(words(wanted, ("CMD", "python3", "-I", "/opt/benchwright/health.py"))) == tried_with


@pytest.mark.parametrize(
    ("wanted", "before", "now", "tried"),
    [
        (LAB, None, image("base", "tools", "lab"), False),
        (LAB, image("base", "tools", "lab"), image("base", "tools", "lab"), True),
        (LAB, image("base", "tools", "lab"), image("base", "tools", "other"), False),
        (LAB, image("base", "tools", "lab", command="python"), image("base", "tools", "lab"), False),
        (SERVING, image("base", "tools", "lab", "one"), image("base", "tools", "lab", "other"), True),
        (SERVING, image("base", "tools", "other", "one"), image("base", "tools", "lab", "one"), False),
    ],
)
def test_what_has_run_before_is_not_tried_again(
    wanted: Workbench, before: dict[str, Any] | None, now: dict[str, Any], tried: bool
) -> None:
    assert _is_tried(wanted, before, now) is tried
