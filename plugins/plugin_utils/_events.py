# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This plugin util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""What is written of a task's result: enough to show, plan and report, and nothing of what ``no_log`` hides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

LAST_LINES = 20
"""Lines that are kept of what a command said when it failed."""
MOST_CHARACTERS = 4000
# What people want to see of an answer, by action; the rest of it may be large, or nobody's business.
ANSWERS = {
    "ansible.builtin.debug": ("msg",),
    "benchwright.python.conda_env": (
        *("prefix", "state", "release", "releases", "releases_removed", "drift"),
        *("link", "unlink", "pip"),
    ),
    "benchwright.python.conda_env_info": ("environments",),
    "benchwright.python.digitalocean_machines": ("machines", "created", "summary", "notes"),
    "benchwright.python.jupyter_posture_info": ("findings",),
    "benchwright.python.jupyter_server_verify": ("checks",),
    "benchwright.python.workbench_checks": ("checks",),
    "benchwright.python.workbench_info": ("environments", "certificate", "service"),
}
FACT_ACTIONS = ("ansible.builtin.gather_facts", "ansible.builtin.setup")
FACTS = ("distribution", "distribution_version", "architecture", "kernel", "python_version")
"""Of hundreds of facts, those that tell one host from another."""
ONLY_READING = ("benchwright.python.jupyter_server_verify", "benchwright.python.workbench_checks")
"""What check mode leaves out although it changes nothing."""
UNWANTED = frozenset({"packages", "pip_packages"})
"""Keys within an environment: it has hundreds of these."""


def described(result: Mapping[str, Any], action: str, diff: bool, failed: bool) -> dict[str, Any]:
    """Return what is written of a result that nothing hides, or of a loop and its items."""
    items = [item for item in result.get("results") or () if isinstance(item, Mapping)]
    line = _one(result, action, diff, failed)
    if items:
        line.pop("answer", None)  # that of a loop is Ansible's own words about it
        line["items"] = [_item(item, action, diff) for item in items]
    return line


def hidden(result: Mapping[str, Any]) -> bool:
    """Whether ``no_log`` was set for the result, or for any item of a loop."""
    items = [item for item in result.get("results") or () if isinstance(item, Mapping)]
    return any("censored" in part or part.get("_ansible_no_log") for part in (result, *items))


def unpredictable(result: Mapping[str, Any], action: str) -> bool:
    """Whether check mode skipped what a run would have done, so that nobody knows whether something changes."""
    if action in ONLY_READING:
        return False
    items = [item for item in result.get("results") or () if isinstance(item, Mapping)]
    return any(
        part.get("skipped") is True and "check mode" in str(part.get("msg") or "")
        for part in items or ({**result, "skipped": True},)
    )


def skip_reason(result: Mapping[str, Any]) -> str:
    """Return why a task was skipped: the condition that was false, or the module's own words."""
    condition = result.get("false_condition")
    reason = result.get("skip_reason") or result.get("skipped_reason") or result.get("msg") or ""
    return f"{reason}: {condition}" if condition else str(reason)


def _item(item: Mapping[str, Any], action: str, diff: bool) -> dict[str, Any]:
    failed, skipped = bool(item.get("failed")), bool(item.get("skipped"))
    label = item.get("_ansible_item_label", item.get(item.get("ansible_loop_var", "item")))
    status = "failed" if failed else "skipped" if skipped else "ok"
    line = {"item": label, "status": status, "changed": bool(item.get("changed"))}
    if skipped:
        line["skip_reason"] = skip_reason(item)
    return {**line, **_one(item, action, diff, failed)}


def _one(result: Mapping[str, Any], action: str, diff: bool, failed: bool) -> dict[str, Any]:
    line: dict[str, Any] = {}
    if failed:
        line["message"] = str(result.get("msg") or "no message")
        if said := _said(result):
            line["stderr"] = "\n".join(said.splitlines()[-LAST_LINES:])[-MOST_CHARACTERS:]
    if diff and (found := list(_diffs(result.get("diff")))):
        line["diff"] = found
    if action in FACT_ACTIONS and (facts := _facts(result.get("ansible_facts") or {})):
        line["answer"] = {"facts": facts}
    if answer := {key: _slim(result[key]) for key in ANSWERS.get(action, ()) if key in result}:
        line["answer"] = answer
    return line


def _said(result: Mapping[str, Any]) -> str:
    """Return what was said by a command, by a module that could not even start, or by each such module that an action ran."""
    modules = result.get("failed_modules") or {}
    if modules:
        return "\n".join(f"{name}: {_said(each) or each.get('msg')}" for name, each in modules.items())
    # Over a terminal, as ssh often has one, a module's errors come on its stdout, and on stderr there is only ssh's farewell.
    unread = [str(result.get(key) or "").strip() for key in ("module_stdout", "module_stderr")]
    said = str(result.get("stderr") or "").strip() or "\n".join(filter(None, unread))
    return said or str(result.get("stdout") or "").strip()


def _facts(found: Mapping[str, Any]) -> dict[str, Any]:
    address = (found.get("ansible_default_ipv4") or {}).get("address")
    facts = {name: found[f"ansible_{name}"] for name in FACTS if f"ansible_{name}" in found}
    return {**facts, **({"address": address} if address else {})}


def _diffs(found: Any) -> Iterator[dict[str, Any]]:
    """Modules give one difference or several, and some give empty ones."""
    for difference in found if isinstance(found, list) else [found]:
        if isinstance(difference, Mapping):
            kept = {
                key: difference[key]
                for key in ("before_header", "after_header", "before", "after", "prepared")
                if key in difference
            }
            if kept.get("prepared") or kept.get("before") != kept.get("after"):
                yield kept


def _slim(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _slim(inner) for key, inner in value.items() if key not in UNWANTED}
    return [_slim(inner) for inner in value] if isinstance(value, list) else value
