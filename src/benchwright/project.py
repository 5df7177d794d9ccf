"""The verbs of the command line in Python, for notebooks and CI: what they return are objects, and nothing is printed."""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from rich.console import Console

from benchwright.ansible_flags import AnsibleFlags
from benchwright.display import Display
from benchwright.errors import BenchwrightError
from benchwright.exports import Exported
from benchwright.nearest import did_you_mean
from benchwright.options import View
from benchwright.passwords import prompts
from benchwright.plan import Plan, plan_of
from benchwright.plan_file import check_still_true
from benchwright.playbooks import NAMESPACE, playbook_of
from benchwright.runner import collection_path
from benchwright.session import Session
from benchwright.target import target_of
from benchwright.verification import Verification, Verified
from benchwright.workbench import Result

if TYPE_CHECKING:
    from benchwright.locking.work import Lock

Kind = TypeVar("Kind")


@dataclass(frozen=True)
class Project:
    """A directory with an inventory and, where wanted, playbooks of its own.

    Every method takes Ansible's flags by name, as ``limit="web"``, ``tags=["fast"]`` or ``forks=20``, and raises
    :class:`benchwright.errors.BenchwrightError` where nothing could be run. A host that fails is no exception: see
    ``Result.ok``, ``Result.code`` and ``Result.record.failures``.
    """

    path: str | Path = "."
    inventory: str | Sequence[str] | None = None
    """As ``-i``; relative to ``path``. Without it: what ansible.cfg names, else this machine."""
    variables: Mapping[str, Any] = field(default_factory=dict)
    """Role options. They reach Ansible in a file that only its owner can read."""
    on_event: Callable[[Mapping[str, Any]], None] | None = None
    """Progress: is called with each event (docs/events.md) as it happens."""

    def plan(self, playbook: str | None = None, **flags: Any) -> Plan:
        """Return what a run would change. Hosts that fail in check mode are in ``Plan.failures``."""
        return plan_of(self._play("plan", playbook, {**flags, "check": True, "diff": True}).record)

    def apply(self, playbook: str | None = None, plan: Plan | None = None, **flags: Any) -> Result:
        """Run the playbook. With a plan: only if what would happen is still the same, else BenchwrightError."""
        if plan is not None:
            with self._here():
                name = playbook_of(playbook, self._session("apply", flags).target.here)
            if not plan.complete:
                raise BenchwrightError("the plan is not complete, so nothing was done; plan again")
            kept = {"playbook": name, "fingerprint": plan.fingerprint}
            check_still_true("the plan", kept, self.plan(playbook, **flags), name)
        return self._play("apply", playbook, {"diff": True, **flags})

    def verify(
        self, servers: bool = True, outside: bool = True, on_hosts: bool = False, only: str | None = None, **flags: Any
    ) -> Verified:
        """Use the hosts' servers as a person does, on the hosts and from here; ``Verified.checks`` says what worked.

        With ``on_hosts`` the hosts themselves are looked at, too, with those of the roles' checks that ``only`` chooses (pytest's ``-k``).
        """
        wanted = Verification(servers, outside, on_hosts, only)
        result = self._play("verify", f"{NAMESPACE}.verify", flags, wanted.variables())
        wanted.check_that_something_was_seen(result.record)
        return Verified(result)

    def status(self, **flags: Any) -> Mapping[str, Mapping[str, Any]]:
        """Return by host what is installed: ``environments``, ``certificate`` and ``service``, as the module workbench_info tells.

        A host that failed or could not be reached is not in it.
        """
        return self._play("status", f"{NAMESPACE}.status", flags).record.answers.workbenches

    def export(self, to: str | Path = "exports", environments: Sequence[str] = (), **flags: Any) -> Exported:
        """Write environments down in ``to/HOST/ENVIRONMENT/``, relative to ``path``; those that are named, or all that are recorded."""
        wanted = {"workbench_export_environments": list(environments)} if environments else {}
        place = {"workbench_export_to": str(Path(self.path).absolute() / to)}
        return Exported(self._play("export", f"{NAMESPACE}.export", flags, {**place, **wanted}))

    def lock(self, description: str | Path = "environment.yml", check: bool = False, **asked: Any) -> Lock:
        """Solve a description, relative to ``path``, into a lock, and write that unless ``check``; ``Lock.changes`` says what is new.

        Options are named as in :class:`benchwright.locking.asked.Asked`, as ``platforms=["linux-64"]`` or ``upgrade=True``. A
        warning says so where packages come from the offline channel because no conda host answers.
        """
        collection_path()  # the description is read by the collection's own reader
        from benchwright.locking.asked import Asked
        from benchwright.locking.work import lock_of

        wanted = _made(Asked, asked, "lock", "option")
        with self._here():
            here = not self.inventory and target_of(None).here
        made = lock_of(Path(self.path).absolute() / description, wanted, warnings.warn, _unheard, here)
        if made.changed and not check:
            made.write()
        return made

    def run(self, playbook: str, **flags: Any) -> Result:
        """Run any playbook: a file, one of the collection's, or another collection's."""
        return self._play("run", playbook, flags)

    def _play(
        self, command: str, playbook: str | None, flags: Mapping[str, Any], further: Mapping[str, Any] | None = None
    ) -> Result:
        with self._here():
            session = self._session(command, flags)
            return session.play(playbook_of(playbook, session.target.here), {**self.variables, **(further or {})})

    def _session(self, command: str, flags: Mapping[str, Any]) -> Session:
        inventory = [self.inventory] if isinstance(self.inventory, str) else self.inventory
        given = _made(AnsibleFlags, flags, command, "flag")
        if any(prompts(given)):
            raise BenchwrightError(
                f"{command}: nobody is asked for passwords in Python; give ansible_become_password or ansible_password in "
                "'variables', and vault_password_file"
            )
        return Session(command, given, View(quiet=True), target_of(inventory), _Silent(self.on_event), {})

    def _here(self) -> contextlib.chdir[str | Path]:
        return contextlib.chdir(self.path)


def _made(kind: type[Kind], given: Mapping[str, Any], command: str, noun: str) -> Kind:
    """Return the dataclass with what is given by name. Raises BenchwrightError for a name that it does not have."""
    known = [each.name for each in fields(kind)]  # type: ignore[arg-type]
    for name in given:
        if name not in known:
            where = f"{kind.__module__}.{kind.__name__}"
            raise BenchwrightError(
                f"{command}: there is no {noun} {name!r}{did_you_mean(name, known)}; they are named as in {where}"
            )
    return kind(**given)


def _unheard(dummy: str) -> None:
    """Who calls from Python hears of nothing but results."""


class _Silent(Display):
    """Prints nowhere, and hands events on."""

    def __init__(self, on_event: Callable[[Mapping[str, Any]], None] | None) -> None:
        super().__init__(Console(file=io.StringIO()), quiet=True)
        self.on_event = on_event

    def event(self, event: Mapping[str, Any]) -> None:
        if self.on_event:
            self.on_event(event)
