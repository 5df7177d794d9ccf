"""A scenario's tests look at all its containers, as root, unless a module says `testinfra_hosts` itself."""

from __future__ import annotations

import functools
import os
import subprocess

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if not hasattr(metafunc.module, "testinfra_hosts"):
        metafunc.module.testinfra_hosts = containers(os.environ["MOLECULE_SCENARIO_NAME"])


@functools.cache
def containers(scenario: str) -> list[str]:
    command = ["docker", "ps", "--filter", f"label=benchwright-molecule={scenario}", "--format", "docker://{{.Names}}"]
    return sorted(subprocess.check_output(command, text=True).split())
