"""What the collection's modules answered that people want to know when a run is over: addresses, checks, environments, findings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchwright.outcome import Outcome

CHECKS_ACTION = "benchwright.python.workbench_checks"
VERIFY_ACTIONS = ("benchwright.python.jupyter_server_verify", CHECKS_ACTION)
AUDIT_ACTION = "benchwright.python.jupyter_posture_info"
STATUS_ACTION = "benchwright.python.workbench_info"
ENVIRONMENT_ACTIONS = ("benchwright.python.conda_env", "benchwright.python.conda_env_info")
ENVIRONMENT_KEYS = ("prefix", "state", "release", "releases", "releases_removed", "drift", "changed_by_hand")
"""What is kept of an environment; conda_env_info tells of every package."""
FACT_ACTIONS = ("ansible.builtin.gather_facts", "ansible.builtin.setup")
EXPORT_TASK = "Show what was written down"
ADDRESS_TASKS = ("Show where the server answers", "Show how the host is reached")


@dataclass
class Answers:
    """By host, except for the notes, which are sentences for everybody."""

    notes: list[str] = field(default_factory=list)
    checks: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """Each has ``name``, ``ok``, ``seconds``, ``detail``, and ``task``, which says where from it was looked."""
    addresses: dict[str, dict[str, Any]] = field(default_factory=dict)
    environments: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    findings: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    workbenches: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What is installed: environments, certificate and service, as workbench_info tells them."""
    facts: dict[str, dict[str, str]] = field(default_factory=dict)
    """What was gathered: distribution, Python, address and the like; see docs/events.md."""
    exports: dict[str, dict[str, str]] = field(default_factory=dict)
    """The directories here of exported environments, by their names."""

    @property
    def hosts(self) -> list[str]:
        """The hosts that something is known of besides what their tasks did."""
        return list({**self.addresses, **self.environments, **self.checks, **self.findings, **self.workbenches})

    def take(self, outcome: Outcome, action: str, task: str) -> None:
        """Keep what a result tells; of one that failed, only which checks succeeded."""
        answer, host = outcome.answer or {}, outcome.host
        if action in VERIFY_ACTIONS and "checks" in answer:
            others = [check for check in self.checks.get(host, []) if check["task"] != task]
            self.checks[host] = [*others, *({**check, "task": task} for check in answer["checks"])]
        if outcome.status != "ok":
            return
        if action == AUDIT_ACTION:
            self.findings[host] = list(answer.get("findings") or ())
        elif action in FACT_ACTIONS:
            self.facts.setdefault(host, {}).update(answer.get("facts") or {})
        elif action == STATUS_ACTION:
            self.workbenches[host] = dict(answer)
        elif action in ENVIRONMENT_ACTIONS:
            self.environments[host] = list(_environments(outcome))
            self.notes += [f"{host}: {drift}" for drift in _drift(self.environments[host])]
        elif task in ADDRESS_TASKS and isinstance(answer.get("msg"), dict):
            self.addresses.setdefault(host, {}).update(answer["msg"])
        elif task == EXPORT_TASK and isinstance(answer.get("msg"), dict):
            self.exports[host] = dict(answer["msg"])
        elif action.endswith("debug") and isinstance(answer.get("msg"), str):
            self.notes.append(answer["msg"])

    def arrange(self, order: Sequence[str]) -> None:
        """Have the hosts in this order, and no longer in the one in which they happened to answer."""
        for by_host in vars(self).values():
            if isinstance(by_host, dict):
                arrange(by_host, order)

    def document(self, host: str) -> dict[str, Any]:
        """Return what ``--json`` says of a host."""
        return {
            **self.addresses.get(host, {}),
            "environments": self.environments.get(host, []),
            "checks": self.checks.get(host, []),
            **({"findings": self.findings[host]} if host in self.findings else {}),
            **({"facts": self.facts[host]} if self.facts.get(host) else {}),
            **({"exports": self.exports[host]} if host in self.exports else {}),
            **({"workbench": self.workbenches[host]} if host in self.workbenches else {}),
        }


def arrange(table: dict[str, Any], order: Sequence[str]) -> None:
    """Have the hosts of the table in this order."""
    for host in order:
        if host in table:
            table[host] = table.pop(host)


def _environments(outcome: Outcome) -> Iterator[dict[str, Any]]:
    """Yield what a result, or the items of a loop, say of environments."""
    parts: list[Mapping[str, Any]] = [item.get("answer") or {} for item in outcome.items] or [outcome.answer or {}]
    for part in parts:
        for environment in part.get("environments") or [part]:
            if "prefix" in environment:
                yield {key: environment[key] for key in ENVIRONMENT_KEYS if key in environment}


def _drift(environments: list[dict[str, Any]]) -> Iterator[str]:
    """Yield what somebody changed by hand."""
    for environment in environments:
        for sentence in environment.get("drift") or environment.get("changed_by_hand") or ():
            yield f"{environment['prefix']}: {sentence}"
