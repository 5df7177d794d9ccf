"""What a verification looks at, as variables of the collection's playbook, and what it saw."""

from __future__ import annotations

import importlib.util
import shlex
import sys
from dataclasses import dataclass
from typing import Any

from benchwright.answers import CHECKS_ACTION
from benchwright.errors import BenchwrightError
from benchwright.record import Record
from benchwright.workbench import Result


@dataclass(frozen=True)
class Verification:
    """``only`` is an expression of pytest's ``-k``, for the checks of the hosts."""

    server: bool = True
    """Use each host's server on the host."""
    outside: bool = True
    """Use it from here, too, over the network."""
    hosts: bool = False
    """Look at the hosts themselves, with the checks that come with the roles."""
    only: str | None = None

    def variables(self) -> dict[str, Any]:
        """Return what the playbook is given. Raises BenchwrightError where testinfra is missing."""
        if self.hosts and importlib.util.find_spec("testinfra") is None:
            install = f"{shlex.quote(sys.executable)} -m pip install pytest-testinfra"
            raise BenchwrightError(f"looking at hosts takes testinfra; install it: {install}")
        parts = {"host": self.hosts, "server": self.server, "outside": self.outside}
        wanted = {"workbench_verify": [name for name, is_wanted in parts.items() if is_wanted]}
        return {**wanted, **({"workbench_verify_checks": self.only} if self.only else {})}

    def check_that_something_was_seen(self, record: Record) -> None:
        """Raises BenchwrightError where no check concerned any host: that is no success."""
        looks = [each for task in record.tasks if task.action == CHECKS_ACTION for each in task.outcomes.values()]
        if any(look.status != "skipped" for look in looks) and not any(
            (look.answer or {}).get("checks") for look in looks
        ):
            raise BenchwrightError(
                "no check concerns any of these hosts; nothing of the roles is described or recorded there"
            )


@dataclass(frozen=True)
class Check:
    """One thing that was tried, or looked at, on one host."""

    host: str
    task: str
    """Where from it was looked."""
    name: str
    ok: bool
    seconds: float
    detail: str


@dataclass(frozen=True)
class Verified:
    """What a verification returns in Python."""

    result: Result

    @property
    def ok(self) -> bool:
        """Whether every host was reached, and everything was as it is to be."""
        return self.result.ok

    @property
    def checks(self) -> tuple[Check, ...]:
        """What was seen on all hosts."""
        by_host = self.result.record.answers.checks
        names = ("task", "name", "ok", "seconds", "detail")
        return tuple(Check(host, *(each.get(name, "") for name in names)) for host in by_host for each in by_host[host])

    @property
    def failed(self) -> tuple[Check, ...]:
        """Those that were not as they are to be."""
        return tuple(check for check in self.checks if not check.ok)
