"""Passwords that Ansible would ask for: asked once, before the run, kept in memory, and given to each of its prompts."""

from __future__ import annotations

import getpass
import re
import sys
from collections.abc import Callable, Iterator

from benchwright.ansible_flags import AnsibleFlags
from benchwright.errors import BenchwrightError


def ask_passwords(flags: AnsibleFlags, ask: Callable[[str], str] = getpass.getpass) -> dict[str, str]:
    """Return the password for each pattern of a prompt of Ansible's. Raises BenchwrightError where nobody can be asked."""
    wanted = list(prompts(flags))
    if wanted and not sys.stdin.isatty():
        raise BenchwrightError(
            f"{wanted[0][0]} is to be asked for, but there is no terminal; name a file instead: --vault-password-file, "
            "--become-password-file or --connection-password-file (these two behind --)"
        )
    return {pattern: ask(f"{label}: ") for label, pattern in wanted}


def prompts(flags: AnsibleFlags) -> Iterator[tuple[str, str]]:
    """Yield what people are asked for, and the pattern of Ansible's prompt for it."""
    if flags.ask_pass:
        yield "SSH password", r"^SSH password:\s*?$"
    if flags.ask_become_pass:
        yield "BECOME password", r"^BECOME password.*:\s*?$"
    if flags.ask_vault_pass:
        yield "Vault password", r"^Vault password:\s*?$"
    for vault in flags.vault_id or ():
        name, dummy, source = vault.rpartition("@")
        if source in ("prompt", "prompt_ask_vault_pass"):
            yield f"Vault password ({name or 'default'})", rf"^Vault password \({re.escape(name or 'default')}\):\s*?$"
