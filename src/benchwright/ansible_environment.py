"""What Ansible's processes see of the environment: this installation first, then what the user set, and no secret."""

from __future__ import annotations

import os
import sysconfig
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchwright.configuration import configured

# ansible-runner writes the environment it was given to a file. Nothing that looks like a secret is handed on.
SECRET_WORDS = ("TOKEN", "SECRET", "PASSWORD", "PASSWD", "API_KEY", "CREDENTIAL")
CALLBACK = "benchwright.python.events"
# What counts where the user says nothing; ansible-runner would not check host keys.
DEFAULTS = {
    "host_key_checking": "True",
    "localhost_warning": "False",
    "nocolor": "True",
    "inventory_unparsed_failed": "True",
    "retry_files_enabled": "False",
    "forks": "20",  # hosts work while the controller waits: with Ansible's 5, ten machines take twice as long as five
    "pipelining": "True",
}


@contextmanager
def without_secrets() -> Iterator[None]:
    hidden = {key: os.environ.pop(key) for key in list(os.environ) if _is_secret(key)}
    try:
        yield
    finally:
        os.environ.update(hidden)


def _is_secret(variable: str) -> bool:
    # ANSIBLE_VAULT_PASSWORD_FILE and its like hold a path, and Ansible needs them.
    return any(word in variable.upper() for word in SECRET_WORDS) and not variable.upper().endswith("_FILE")


def ansible_environment(events: Path) -> dict[str, str]:
    """Make sure that this installation's ansible-playbook and collection run; what the user set counts for all else."""
    own = {
        "PATH": f"{sysconfig.get_path('scripts')}:{os.environ.get('PATH', os.defpath)}",
        "ANSIBLE_COLLECTIONS_PATH": ":".join(
            filter(None, [sysconfig.get_path("purelib"), _setting("collections_path")])
        ),
        "ANSIBLE_PYTHON_INTERPRETER": _setting("interpreter_python", "ANSIBLE_PYTHON_INTERPRETER") or "auto_silent",
        "ANSIBLE_CALLBACKS_ENABLED": ",".join(filter(None, [_setting("callbacks_enabled"), CALLBACK])),
        "BENCHWRIGHT_EVENTS": str(events),
    }
    return {**{f"ANSIBLE_{name.upper()}": _setting(name) or value for name, value in DEFAULTS.items()}, **own}


def _setting(name: str, variable: str = "") -> str:
    """Return what the user set, in the environment or in ansible.cfg."""
    return os.environ.get(variable or f"ANSIBLE_{name.upper()}") or configured("defaults", name)
