"""How one task ended on one host, and what there is to say of it where it failed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from benchwright.difference import differences


@dataclass(frozen=True)
class Outcome:
    """One result. Times are in seconds since 1970. Of a task with ``no_log`` there are no words, differences and items."""

    host: str
    status: str = "ok"
    """ok, failed, skipped or unreachable."""
    changed: bool = False
    start: float = 0.0
    end: float = 0.0
    ignored: bool = False
    rescued: bool = False
    """It failed, and its block goes on with ``rescue``."""
    no_log: bool = False
    unpredictable: bool = False
    """Check mode could not find out what a run would do."""
    skip_reason: str = ""
    message: str = ""
    stderr: str = ""
    diff: tuple[Mapping[str, Any], ...] = ()
    items: tuple[Mapping[str, Any], ...] = ()
    answer: Mapping[str, Any] | None = None

    @property
    def failed(self) -> bool:
        return self.status in ("failed", "unreachable") and not (self.ignored or self.rescued)

    @property
    def parts(self) -> list[Mapping[str, Any]]:
        """The differences of the result, or of all items of a loop, as modules give them."""
        return [*self.diff, *(each for item in self.items for each in item.get("diff") or ())]

    @property
    def differences(self) -> list[str]:
        """Lines of a unified diff."""
        return differences(self.parts)


@dataclass(frozen=True)
class Failure:
    """A task that failed on a host, or a host that could not be reached."""

    host: str
    task: str
    message: str
    unreachable: bool = False
    path: str = ""
    """The task's file and line."""
    stderr: str = ""


def outcome_of(event: Mapping[str, Any]) -> Outcome:
    """Return what a ``result`` event tells. A failed task changed nothing that anybody could count."""
    known = {
        name: event[name] for name in Outcome.__dataclass_fields__ if name in event and name not in ("diff", "items")
    }
    known["changed"] = bool(event.get("changed")) and event.get("status", "ok") in ("ok", "skipped")
    return Outcome(**known, diff=tuple(event.get("diff") or ()), items=tuple(event.get("items") or ()))


def failure_of(outcome: Outcome, task: str, path: str) -> Failure:
    """Return the failure with the words of each item that failed, where it was a loop."""
    items = [item for item in outcome.items if item.get("status") == "failed"]
    message, stderr = outcome.message, outcome.stderr
    if items:
        message = "\n".join(f"{_label(item.get('item'))}: {item.get('message')}" for item in items)
        stderr = "\n".join(str(item["stderr"]) for item in items if item.get("stderr"))
    if outcome.no_log:
        message = "no_log hides why; the task's own log or a run without no_log tells"
    return Failure(outcome.host, task, message or "no message", outcome.status == "unreachable", path, stderr)


def _label(item: Any) -> str:
    """Return what an item is called: a loop may go over whole descriptions."""
    if isinstance(item, Mapping):
        item = next((item[key] for key in ("name", "file", "path", "dest", "key") if item.get(key)), "an item")
    return str(item)
