"""What a run would change, made of the record of a run in check mode: the same change on several hosts is told once."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from benchwright.outcome import Failure, Outcome
from benchwright.pieces import ADDED, CHANGED, REMOVED, Piece, pieces_of
from benchwright.record import Record, Task

RESTARTED = "↻"


@dataclass(frozen=True)
class Change:
    """One task's change, with all hosts where it is the same."""

    sign: str
    task: str
    path: str
    hosts: tuple[str, ...]
    pieces: tuple[Piece, ...]
    digest: str
    """Of the task and its differences; ``no_log`` and modules without a diff have only the task in it."""
    hidden: bool = False
    """Whether ``no_log`` hides what would be different."""


@dataclass(frozen=True)
class Unpredictable:
    """A task that check mode cannot predict, and why."""

    task: str
    path: str
    hosts: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class End:
    """The last task that was planned on some hosts, where it is not the playbook's last."""

    task: str
    hosts: tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """What would happen."""

    hosts: tuple[str, ...]
    changes: tuple[Change, ...]
    unpredictable: tuple[Unpredictable, ...]
    failures: tuple[Failure, ...]
    ends: tuple[End, ...] = ()
    """Where an incomplete plan ends: on all hosts where it was interrupted, else on those that failed."""
    complete: bool = True
    """Whether nobody interrupted it, and no host failed."""

    @property
    def signs(self) -> Counter[str]:
        """How many host changes there are, by sign."""
        return Counter({sign: sum(len(c.hosts) for c in self.changes if c.sign == sign) for sign in "+~-↻"})

    @property
    def fingerprint(self) -> list[list[str]]:
        """What two plans are compared by: host, task and digest of each change."""
        return sorted([host, change.task, change.digest] for change in self.changes for host in change.hosts)

    @property
    def alike(self) -> int:
        """How many hosts share the most common plan."""
        by_host = defaultdict(list)
        for host, task, digest in self.fingerprint:
            by_host[host].append((task, digest))
        return max(Counter(tuple(by_host.get(host, ())) for host in self.hosts).values(), default=0)

    def document(self) -> dict[str, Any]:
        """Return what ``--json`` and ``--out`` add to the document of a run."""
        return {
            "planned_hosts": list(self.hosts),
            "planned": [asdict(change) for change in self.changes],
            "unpredictable": [asdict(each) for each in self.unpredictable],
            "fingerprint": self.fingerprint,
            "complete": self.complete,
            "ends": [asdict(end) for end in self.ends],
        }


def plan_of(record: Record) -> Plan:
    """Return the plan that a check run's record holds."""
    changes = [change for task in record.tasks for change in _changes(task)]
    unpredictable = [each for task in record.tasks for each in _unpredictable(task)]
    complete = record.ended and not record.failures
    return Plan(
        tuple(record.progress),
        tuple(changes),
        tuple(unpredictable),
        tuple(record.failures),
        tuple(_ends(record)),
        complete,
    )


def _ends(record: Record) -> Iterable[End]:
    failed = {failure.host for failure in record.failures}
    groups: dict[str, list[str]] = defaultdict(list)
    for host, progress in record.progress.items():
        if host in failed or not record.ended:
            done = (task for task in reversed(record.tasks) if host in task.outcomes)
            if last := progress.task or next(done, None):
                groups[last.title].append(host)
    yield from (End(task, tuple(hosts)) for task, hosts in groups.items())


def _changes(task: Task) -> Iterable[Change]:
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in task.outcomes.values():
        if outcome.changed:
            groups[_digest(task, outcome)].append(outcome)
    for digest, outcomes in groups.items():
        pieces = pieces_of(outcomes[0].parts, task.action)
        hosts = tuple(sorted(outcome.host for outcome in outcomes))
        yield Change(_sign(task, pieces), task.title, task.path, hosts, pieces, digest, outcomes[0].no_log)


def _digest(task: Task, outcome: Outcome) -> str:
    told = json.dumps([task.title, outcome.parts, [item.get("item") for item in outcome.items if item.get("changed")]])
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _sign(task: Task, pieces: tuple[Piece, ...]) -> str:
    signs = {piece.sign for piece in pieces}
    if task.handler:
        return RESTARTED
    return signs.pop() if signs in ({ADDED}, {REMOVED}) else CHANGED


def _unpredictable(task: Task) -> Iterable[Unpredictable]:
    groups: dict[str, list[str]] = defaultdict(list)
    for outcome in task.outcomes.values():
        if outcome.unpredictable:
            reasons = [str(item["skip_reason"]) for item in outcome.items if item.get("skip_reason")]
            groups[reasons[0] if reasons else outcome.skip_reason].append(outcome.host)
    for reason, hosts in groups.items():
        yield Unpredictable(task.title, task.path, tuple(sorted(hosts)), reason)
