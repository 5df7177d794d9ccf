"""Kills ansible-playbook with all that it started, at the start of one task: what a power failure or a lost session does to a play."""

from __future__ import annotations

DOCUMENTATION = """
name: kill_at_task
type: notification
short_description: Kills the play at one of its tasks
description:
  - For tests that let a play be killed and run again.
  - Writes the names of tasks down, of those that are skipped as well, one a line, as it comes to them. A name stands behind C(=) where
    no module was called on a host since the task before, so that a kill here is a kill there.
options:
  name:
    description: At which task to kill the process group, the first of this name, before anything of it was sent to a host.
    default: ""
    env: [{name: BENCHWRIGHT_KILL_AT_TASK}]
  path:
    description: The file for the names.
    env: [{name: BENCHWRIGHT_TASKS}]
    required: true
"""

import os
import signal

from ansible.playbook.task_include import TaskInclude
from ansible.plugins.callback import CallbackBase
from ansible.plugins.loader import action_loader


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "kill_at_task"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        self.touched = True

    def v2_runner_on_ok(self, result):
        plugin = action_loader.get(
            result.task.action, class_only=True
        )  # those of assert, set_fact and the like need no host
        if not isinstance(result.task, TaskInclude) and (plugin is None or plugin._requires_connection):
            self.touched = True

    def v2_playbook_on_task_start(self, task, is_conditional):
        with open(self.get_option("path"), "a", encoding="utf-8") as stream:
            stream.write(f"{' ' if self.touched else '='} {task.get_name()}\n")
        self.touched = False
        if task.get_name() == self.get_option("name"):
            os.killpg(os.getpgrp(), signal.SIGKILL)

    def v2_playbook_on_handler_task_start(self, task):
        self.v2_playbook_on_task_start(task, False)
