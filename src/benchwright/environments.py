"""The commands about one environment's releases: what is asked, and by which way."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchwright.ansible_flags import AnsibleFlags
from benchwright.errors import BenchwrightError
from benchwright.module_run import ModuleRun, run_module
from benchwright.outcome import Failure
from benchwright.playbooks import NAMESPACE
from benchwright.record import Record
from benchwright.session import Session
from benchwright.status import ExitCode
from benchwright.workbench import Result, watch


@dataclass(frozen=True)
class Verb:
    """The same task twice: as a playbook for any hosts, and as the module that the playbook's role runs."""

    playbook: str
    module: str
    task: str
    arguments: Mapping[str, Any]


ROLLBACK = Verb("rollback", "conda_env", "Switch to another release", {"state": "rolled_back"})
RELEASES = Verb("releases", "conda_env_info", "List the releases", {"size": True, "verify_files": True})


@dataclass(frozen=True)
class Question:
    """An environment (its name, or its path), and which of its releases is meant."""

    environment: str
    release: str | None = None


def ask(verb: Verb, question: Question, session: Session) -> Result:
    """Run the verb where the session points to.

    Ansible takes longer to start than a rollback may take, so on this machine the module is run without it.
    """
    check_environment(question.environment)
    if _is_simple(session):
        flags = session.flags
        run = ModuleRun(verb.module, arguments(verb, question), verb.task, flags.check, flags.diff)
        return _missed(watch(lambda on_event, stop: run_module(run, on_event, stop), session.display, Record()))
    variables = {"conda_env_target": question.environment, "conda_env_release": question.release or ""}
    return _missed(session.play(f"{NAMESPACE}.{verb.playbook}", variables))


def _is_simple(session: Session) -> bool:
    """Whether only this machine is asked, and no flag of Ansible's has a say in where its environments are, or how to get there."""
    given = session.flags.extra_vars or ()
    telling = any(option.startswith(("@", "{")) or "conda_env" in option for option in given)
    plain = AnsibleFlags(extra_vars=session.flags.extra_vars, check=session.flags.check, diff=session.flags.diff)
    return session.target.here and session.flags == plain and not telling and not session.view.show_command


def _missed(result: Result) -> Result:
    """For a module it is no error that an environment is not there; for who asks about it by name, it is one."""
    missed = [
        Failure(host, RELEASES.task, f"there is no environment {environment['prefix']}")
        for host, environments in result.record.answers.environments.items()
        for environment in environments
        if environment.get("state") == "absent"
    ]
    if result.code is not ExitCode.SUCCESS or not missed:
        return result
    for failure in missed:
        result.record.failures.append(failure)
        result.record.alarm(failure)
    return replace(result, code=ExitCode.HOST_FAILED)


def arguments(verb: Verb, question: Question) -> dict[str, Any]:
    """Return the module's arguments, as the role's tasks give them."""
    place = "prefix" if question.environment.startswith("/") else "name"
    release = {"release": question.release} if question.release else {}
    return {place: question.environment, "root_prefix": str(root_prefix()), **verb.arguments, **release}


def root_prefix() -> Path:
    """Return where the inventory of this machine has its environments."""
    return Path("/opt/benchwright") if os.geteuid() == 0 else Path.home() / ".local/share/benchwright"


def check_environment(environment: str) -> None:
    """Raise BenchwrightError for what is neither a name nor an absolute path."""
    if not environment or ("/" in environment and not environment.startswith("/")):
        raise BenchwrightError(f"expected an environment's name or its absolute path, but got {environment!r}")
