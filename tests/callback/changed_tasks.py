"""Writes one line of JSON per playbook run: whether it was check mode, and which tasks changed (would change) which host."""

from __future__ import annotations

DOCUMENTATION = """
name: changed_tasks
type: notification
short_description: Records which tasks changed a host
description: For tests that compare what check mode says with what a run does.
options:
  path:
    description: The file to add to.
    env: [{name: BENCHWRIGHT_CHANGED_TASKS}]
    required: true
"""

import json

from ansible import context
from ansible.plugins.callback import CallbackBase


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "changed_tasks"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        self.playbook = ""
        self.changed: list[list[str]] = []

    def v2_playbook_on_start(self, playbook):
        self.playbook = playbook._file_name.rsplit("/", 1)[-1]

    def v2_runner_on_ok(self, result):
        if result.is_changed():
            self.changed.append([result.host.get_name(), result.task.get_name()])

    def v2_playbook_on_stats(self, stats):
        line = {
            "playbook": self.playbook,
            "check": bool(context.CLIARGS.get("check")),
            "changed": self.changed,
            "failed": sorted({**stats.failures, **stats.dark}),
        }
        with open(self.get_option("path"), "a", encoding="utf-8") as stream:
            stream.write(json.dumps(line) + "\n")
