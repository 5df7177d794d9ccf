# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This plugin util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""testinfra's checks of one host: pytest runs here, and what a check asks of the host goes through a connection that is open already."""

from __future__ import annotations

import contextlib
import io
import os
import shlex
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ansible.errors import AnsibleConnectionFailure

try:
    import pytest
    from testinfra.backend.base import BaseBackend
    from testinfra.host import Host
except ImportError:
    pytest, BaseBackend = None, object

Execute = Callable[[str], Mapping[str, Any]]
"""Runs a shell command on the host; returns ``rc``, ``stdout`` and ``stderr``."""
LAST_LINES = 15


class ChecksError(Exception):
    """The checks could not be run at all."""


def run_checks(
    name: str, execute: Execute, variables: Mapping[str, Any], directories: Iterable[str], only: str | None
) -> list[dict[str, Any]]:
    """Return the checks of the host of that name, each with ``name``, ``ok``, ``seconds`` and ``detail``, those that were skipped left out.

    Raises ChecksError where pytest or testinfra is missing or does not understand ``only``, AnsibleConnectionFailure where the host
    is lost.
    """
    if pytest is None:
        install = f"{shlex.quote(sys.executable)} -m pip install pytest-testinfra"
        raise ChecksError(f"the checks need pytest and testinfra here: {install}")
    backend, said = Backend(name, execute, variables), io.StringIO()
    observer = Observer(name, Host(backend))
    settings = ["--capture=no", "--import-mode=importlib", "-p", "no:cacheprovider", "-c", os.devnull]
    # testinfra's own plugin would look for hosts. Ansible has forked this process for the one task, so nobody else sees this.
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    os.environ.pop("PYTEST_ADDOPTS", None)
    places = list(directories)
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = pytest.main([*settings, f"--rootdir={places[0]}", *(("-k", only) if only else ()), *places], [observer])
    if backend.lost:
        raise backend.lost
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED):
        raise ChecksError(
            "the checks could not run:\n{}".format("\n".join(said.getvalue().strip().splitlines()[-LAST_LINES:]))
        )
    return observer.checks


class Backend(BaseBackend):
    """What testinfra reaches the host by."""

    NAME = "ansible"
    HAS_RUN_ANSIBLE = True  # for its variables; modules are not run

    def __init__(self, name: str, execute: Execute, variables: Mapping[str, Any]) -> None:
        super().__init__(name)
        self.execute, self.variables = execute, variables
        self.lost: AnsibleConnectionFailure | None = None

    def run(self, command: str, *args: str, **dummy: Any) -> Any:
        command = self.get_command(command, *args)
        try:
            done = self.execute(command)
        except AnsibleConnectionFailure as error:
            self.lost = error
            raise
        return self.result(done["rc"], command.encode(), done["stdout"], done["stderr"])

    def get_variables(self) -> Mapping[str, Any]:
        return self.variables


class Observer:
    """Gives checks their ``host``, and keeps how they ended."""

    def __init__(self, name: str, host: Any) -> None:
        self.name, self.host = name, host
        self.checks: list[dict[str, Any]] = []

    def pytest_generate_tests(self, metafunc: Any) -> None:
        if "host" in metafunc.fixturenames:
            metafunc.parametrize("host", [self.host], ids=[self.name], scope="session")

    def pytest_runtest_logreport(self, report: Any) -> None:
        """A check is told of once: when it has run, or when what it needs could not be had."""
        if report.failed or (report.when == "call" and report.passed):
            name = report.location[2].partition("[")[0].removeprefix("test_")
            self.checks.append(
                {"name": name, "ok": report.passed, "seconds": round(report.duration, 3), "detail": _why(report)}
            )


def _why(report: Any) -> str:
    """Return the first line of what an assertion said."""
    crash = getattr(report.longrepr, "reprcrash", None)
    said = crash.message if crash else str(report.longrepr or "")
    return next(iter(said.removeprefix("AssertionError: ").splitlines()), "")
