"""A host for action plugins that runs no module, but answers as told."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from ansible.parsing.dataloader import DataLoader
from ansible.playbook.task import Task


@pytest.fixture
def host_stand_in() -> Callable[..., Any]:
    """Make an action whose host gives the answers in turn, and which remembers what it was asked and sent."""

    def make(action: type, arguments: dict[str, Any], *answers: dict[str, Any]) -> Any:
        task = Task()
        task.args = arguments
        shell = SimpleNamespace(tmpdir="/remote/tmp", join_path=lambda *parts: "/".join(parts))

        class HostStandIn(action):  # type: ignore[misc]
            def _execute_module(self, module_name: str, module_args: dict[str, Any], task_vars: Any) -> dict[str, Any]:
                self.modules.append(module_name)
                self.asked.append(dict(module_args))
                return self.answers.pop(0)

            def _transfer_file(self, local_path: str, remote_path: str) -> str:
                self.sent.append((local_path, remote_path))
                return remote_path

            def _fixup_perms2(self, paths: tuple[str, ...]) -> None:
                self.readable.append(paths)

        host = HostStandIn(task, SimpleNamespace(_shell=shell), SimpleNamespace(), DataLoader(), None, None)
        host.answers, host.modules, host.asked, host.sent, host.readable = list(answers), [], [], [], []
        return host

    return make
