"""The one call of ansible-runner: where everything lies, what the run may see, and what comes back."""

from __future__ import annotations

import json
import os
import shlex
import signal
import sysconfig
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchwright.errors import BenchwrightError

COLLECTION = "ansible_collections/benchwright/python"
# ansible-runner writes the environment it was given to a file. Nothing that looks like a secret is handed on.
SECRET_WORDS = ("TOKEN", "SECRET", "PASSWORD", "PASSWD", "API_KEY", "CREDENTIAL")
GRACE = 10.0
"""Seconds that an interrupted Ansible has to end its workers."""


@dataclass(frozen=True)
class Run:
    """What to run: a playbook's full name, an inventory's path, variables, and further flags of ansible-playbook."""

    playbook: str
    inventory: Path
    variables: Mapping[str, Any]
    flags: Sequence[str] = ()


@dataclass(frozen=True)
class Finished:
    """How a run ended: ansible-runner's status, ansible-playbook's exit code, and Ansible's own text."""

    status: str
    code: int
    text: str


def collection_path() -> Path:
    """Return the directory of the collection that this command line runs."""
    path = Path(sysconfig.get_path("purelib"), COLLECTION)
    if not (path / "galaxy.yml").is_file():
        raise BenchwrightError(
            f"the collection benchwright.python is not at {path}; install the wheel, or run 'make up' in a checkout"
        )
    return path


def run_playbook(run: Run, on_event: Callable[[dict[str, Any]], None], stop: threading.Event) -> Finished:
    """Run the playbook to its end, or until ``stop`` is set; each event of Ansible goes to ``on_event``."""
    import ansible_runner

    text: list[str] = []
    interruption = _Interruption(stop)

    def handle(event: dict[str, Any]) -> bool:
        text.append(event.get("stdout") or "")
        interruption.ansible = event.get("pid") or interruption.ansible
        on_event(event)
        return False  # not kept on disk

    with _private_directory() as directory:
        thread, runner = ansible_runner.run_async(
            private_data_dir=str(directory),
            playbook=run.playbook,
            inventory=str(run.inventory.resolve()),
            cmdline=shlex.join(["-e", f"@{_variables_file(directory, run.variables)}", *run.flags]),
            envvars=_environment(),
            quiet=True,
            suppress_env_files=True,
            event_handler=handle,
            cancel_callback=interruption.kill_now,
        )
        thread.join()
    return Finished(str(runner.status), 1 if runner.rc is None else int(runner.rc), "\n".join(filter(None, text)))


def _variables_file(directory: Path, variables: Mapping[str, Any]) -> Path:
    """Every user of the machine can read a command line; this file they cannot."""
    path = directory / "variables.json"
    path.write_text(json.dumps(dict(variables)), encoding="utf-8")
    return path


class _Interruption:
    """Ends Ansible the way Ctrl-C does: its workers have sessions of their own, and killing its group would orphan them."""

    def __init__(self, stop: threading.Event) -> None:
        self.stop, self.ansible = stop, 0
        self.asked: float | None = None

    def kill_now(self) -> bool:
        """Whether ansible-runner is to kill Ansible; asked about once a second."""
        if not self.stop.is_set() or not self.ansible:  # before its first event Ansible has no workers
            return self.stop.is_set()
        if self.asked is None:
            self.asked = time.monotonic()
            with suppress(ProcessLookupError):
                os.kill(self.ansible, signal.SIGINT)
        return time.monotonic() - self.asked > GRACE


@contextmanager
def _private_directory() -> Iterator[Path]:
    """ansible-runner's directory: for this user alone, and gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="benchwright-run-") as name, _without_secrets():
        settings = Path(name, "env", "settings")
        settings.parent.mkdir()
        settings.write_text(json.dumps({"suppress_output_file": True, "pexpect_timeout": 1}), encoding="utf-8")
        yield Path(name)


@contextmanager
def _without_secrets() -> Iterator[None]:
    hidden = {key: os.environ.pop(key) for key in list(os.environ) if _is_secret(key)}
    try:
        yield
    finally:
        os.environ.update(hidden)


def _is_secret(variable: str) -> bool:
    # ANSIBLE_VAULT_PASSWORD_FILE and its like hold a path, and Ansible needs them.
    return any(word in variable.upper() for word in SECRET_WORDS) and not variable.upper().endswith("_FILE")


def _environment() -> dict[str, str]:
    """Make sure that this installation's ansible-playbook and collection run, not some other on the machine."""
    paths = {
        "PATH": f"{sysconfig.get_path('scripts')}:{os.environ.get('PATH', os.defpath)}",
        "ANSIBLE_COLLECTIONS_PATH": sysconfig.get_path("purelib"),
        "ANSIBLE_PYTHON_INTERPRETER": os.environ.get("ANSIBLE_PYTHON_INTERPRETER", "auto_silent"),
    }
    defaults = {
        "ANSIBLE_HOST_KEY_CHECKING": "True",
        "ANSIBLE_LOCALHOST_WARNING": "False",
        "ANSIBLE_NOCOLOR": "True",
        "ANSIBLE_INVENTORY_UNPARSED_FAILED": "True",
        "ANSIBLE_RETRY_FILES_ENABLED": "False",
        "ANSIBLE_PIPELINING": "True",
    }
    return {
        **{key: os.environ.get(key, value) for key, value in defaults.items()},
        **paths,
    }
