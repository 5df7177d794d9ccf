"""Writes one line of JSON per playbook run: whether it was check mode, which tasks changed (would change) which host, and how many
module calls each role made there in each play."""

from __future__ import annotations

DOCUMENTATION = """
name: changed_tasks
type: notification
short_description: Records which tasks changed a host, and how many modules were called there
description: For tests that compare what check mode says with what a run does.
options:
  path:
    description: The file to add to.
    env: [{name: BENCHWRIGHT_CHANGED_TASKS}]
    required: true
"""

import json
from collections import Counter, defaultdict

from ansible import context
from ansible.playbook.task_include import TaskInclude
from ansible.plugins.callback import CallbackBase
from ansible.plugins.loader import action_loader

# These call two modules on a host: stat, and what then needs to be done.
TWO_CALLS = ("copy", "template")


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "changed_tasks"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        self.playbook = self.play = ""
        self.changed: list[list[str]] = []
        self.calls: dict[str, Counter[str]] = defaultdict(Counter)

    def v2_playbook_on_start(self, playbook):
        self.playbook = playbook._file_name.rsplit("/", 1)[-1]

    def v2_playbook_on_play_start(self, play):
        self.play = play.get_name()

    def v2_runner_on_ok(self, result):
        if result.is_changed():
            self.changed.append([result.host.get_name(), result.task.get_name()])
        if not result.task.loop:
            self._count(result)

    def v2_runner_item_on_ok(self, result):
        self._count(result)

    def _count(self, result):
        task = result.task
        plugin = action_loader.get(task.action, class_only=True)  # those of assert, set_fact and the like need no host
        if task._role and not isinstance(task, TaskInclude) and (plugin is None or plugin._requires_connection):
            calls = 2 if task.action.rpartition(".")[2] in TWO_CALLS else 1
            self.calls[result.host.get_name()][f"{task._role.get_name()} in the play {self.play!r}"] += calls

    def v2_playbook_on_stats(self, stats):
        line = {
            "playbook": self.playbook,
            "check": bool(context.CLIARGS.get("check")),
            "changed": self.changed,
            "failed": sorted({**stats.failures, **stats.dark}),
            "calls": self.calls,
        }
        with open(self.get_option("path"), "a", encoding="utf-8") as stream:
            stream.write(json.dumps(line) + "\n")
