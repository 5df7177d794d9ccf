# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes what a playbook does as events, one JSON document a line."""

from __future__ import annotations

DOCUMENTATION = """
name: events
type: notification
author: The benchwright authors (@benchwright)
version_added: 1.0.0
short_description: Records every result of a playbook as JSON lines
description:
  - "Writes a line when a play, a task, or a task on a host begins, and one for each result: host, task, role, file and line, start and end,
    status, whether it changed something, why it was skipped, differences, and the items of a loop."
  - Of tasks with C(no_log) it writes that they ran, how they ended and whether they changed something; nothing else.
  - Differences are written only where Ansible would show them, that is with C(--diff) or C(diff=true).
  - The format is described in U(https://example.org/benchwright/benchwright/blob/main/docs/events.md).
requirements:
  - Enable it with C(ANSIBLE_CALLBACKS_ENABLED=benchwright.python.events), or with C(callbacks_enabled) in C(ansible.cfg).
options:
  path:
    description:
      - The file to add to. It is made so that only its owner can read it.
      - Where C(AWX_ISOLATED_DATA_DIR) is set, as AWX and ansible-runner do, the events go to C(events.jsonl) in there, too.
    type: path
    env:
      - name: BENCHWRIGHT_EVENTS
    ini:
      - section: callback_events
        key: path
"""

import json
import os
import time

from ansible import context
from ansible.plugins.callback import CallbackBase
from ansible_collections.benchwright.python.plugins.plugin_utils._events import (
    described,
    hidden,
    skip_reason,
    unpredictable,
)

FORMAT = "1.1"
"""A new key is a new minor version; anything else that readers would notice is a new major one."""


class CallbackModule(CallbackBase):
    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "benchwright.python.events"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        self.files: list[int] = []
        self.started: dict[tuple[str, str], float] = {}

    def set_options(self, task_keys=None, var_options=None, direct=None):
        super().set_options(task_keys=task_keys, var_options=var_options, direct=direct)
        shared = os.environ.get("AWX_ISOLATED_DATA_DIR")
        paths = [self.get_option("path"), os.path.join(shared, "events.jsonl") if shared else None]
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
        self.files = [os.open(path, flags, 0o600) for path in dict.fromkeys(paths) if path]
        if not self.files:
            self._display.warning("the callback benchwright.python.events has no path, so no event is recorded")

    def v2_playbook_on_start(self, playbook):
        modes = {name: bool(context.CLIARGS.get(name)) for name in ("check", "diff")}
        forks = context.CLIARGS.get("forks")
        self._write("run", format=FORMAT, playbook=os.path.basename(playbook._file_name), forks=forks, **modes)

    def v2_playbook_on_play_start(self, play):
        variables = play.get_variable_manager().get_vars(play=play, include_hostvars=False)
        self._write("play", play=play.get_name().strip(), hosts=variables.get("ansible_play_hosts_all", []))

    def v2_playbook_on_no_hosts_matched(self):
        self._write("no_hosts")

    def v2_playbook_on_task_start(self, task, is_conditional):
        self._write("task", **self._task(task), handler=False)

    def v2_playbook_on_cleanup_task_start(self, task):
        self._write("task", **self._task(task), handler=False)

    def v2_playbook_on_handler_task_start(self, task):
        self._write("task", **self._task(task), handler=True)

    def v2_runner_on_start(self, host, task):
        self.started[host.get_name(), task._uuid] = now = time.time()
        self._write("start", now, host=host.get_name(), id=task._uuid)

    def v2_runner_on_ok(self, result):
        self._result(result, "ok")

    def v2_runner_on_failed(self, result, ignore_errors=False):
        self._result(result, "failed", ignored=bool(ignore_errors))

    def v2_runner_on_unreachable(self, result):
        self._result(result, "unreachable", ignored=bool(result.task_fields.get("ignore_unreachable")))

    def v2_runner_on_skipped(self, result):
        self._result(result, "skipped")

    def v2_runner_item_on_ok(self, result):
        self._item(result, "ok")

    def v2_runner_item_on_failed(self, result):
        self._item(result, "failed")

    def v2_runner_item_on_skipped(self, result):
        self._item(result, "skipped")

    def v2_playbook_on_stats(self, stats):
        self._write("end", hosts={host: stats.summarize(host) for host in sorted(stats.processed)})

    def _result(self, result, status, ignored=False):
        end, host, task = time.time(), result.host.get_name(), self._task(result.task)
        line = {
            "host": host,
            **task,
            "start": round(self.started.pop((host, task["id"]), end), 3),
            "end": round(end, 3),
        }
        line.update(status=status, changed=result.is_changed())
        if ignored:
            line["ignored"] = True
        if status == "failed" and self._rescued(result.task):
            line["rescued"] = True
        self._write("result", end, **line, **self._inside(result, status))

    def _inside(self, result, status):
        """What only a result that nothing hides tells; everything else is known from outside."""
        answer = result.result
        if result.task_fields.get("no_log") or hidden(answer):
            return {"no_log": True}
        line = described(
            answer, self._action(result.task), bool(result.task_fields.get("diff")), status in ("failed", "unreachable")
        )
        if facts := line.get("answer", {}).get("facts"):
            facts.update(self._reached_at(result.host))
        if status == "skipped":
            line["skip_reason"] = skip_reason(answer)
        if status in ("ok", "skipped") and unpredictable(answer, self._action(result.task)):
            line["unpredictable"] = True
        return line

    def _item(self, result, status):
        secret = result.task_fields.get("no_log") or hidden(result.result)
        label = {} if secret else {"item": result.result.get("_ansible_item_label")}
        identity = {"host": result.host.get_name(), "id": result.task._uuid}
        self._write("item", **identity, status=status, changed=result.is_changed(), **label)

    @staticmethod
    def _rescued(task):
        """Whether the task stands in the first part of a block that has a rescue, directly or further out."""
        part, block = task, task._parent
        while block:
            if getattr(block, "rescue", None) and any(each._uuid == part._uuid for each in block.block):
                return True
            part, block = block, block._parent
        return False

    @staticmethod
    def _reached_at(host):
        """The address that the inventory gives to the host itself; one that a template makes is not known here."""
        address = str(host.vars.get("ansible_host") or "")
        return {"address": address} if address and "{{" not in address else {}

    @staticmethod
    def _action(task):
        return task.resolved_action or task.action

    def _task(self, task):
        role = task._role.get_name() if task._role else ""
        name = (
            task.get_name().removeprefix(f"{task._role.get_name(include_role_fqcn=True)} : ")
            if task._role
            else task.get_name()
        )
        where = {"role": role.rpartition(".")[2], "action": self._action(task), "path": task.get_path() or ""}
        return {"id": task._uuid, "task": name.strip(), **where}

    def _write(self, event, now=None, **fields):
        line = {"event": event, "time": round(time.time() if now is None else now, 3), **fields}
        text = json.dumps(line, default=str) + "\n"
        for descriptor in self.files:
            os.write(descriptor, text.encode())
