"""Which passwords are asked for, once, and what answers Ansible's prompts."""

from __future__ import annotations

import re
import sys
from typing import Any

import pytest

from benchwright.ansible_flags import AnsibleFlags
from benchwright.errors import BenchwrightError
from benchwright.passwords import ask_passwords

FLAGS: dict[str, Any] = {
    "ask_pass": True,
    "ask_become_pass": True,
    "ask_vault_pass": True,
    "vault_id": ["lab@prompt", "b@file"],
}
PROMPTS = [
    "SSH password: ",
    "BECOME password[defaults to SSH password]: ",
    "Vault password: ",
    "Vault password (lab): ",
]


def test_each_password_is_asked_for_once_and_answers_its_prompt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    asked: list[str] = []

    def ask(label: str) -> str:
        asked.append(label)
        return f"secret {len(asked)}"

    passwords = ask_passwords(AnsibleFlags(**FLAGS), ask)
    assert asked == ["SSH password: ", "BECOME password: ", "Vault password: ", "Vault password (lab): "]
    answers = [[word for pattern, word in passwords.items() if re.search(pattern, prompt, re.M)] for prompt in PROMPTS]
    assert answers == [["secret 1"], ["secret 2"], ["secret 3"], ["secret 4"]]


def test_without_a_terminal_nobody_is_asked_in_vain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: False)
    with pytest.raises(BenchwrightError, match="BECOME password is to be asked for, but there is no terminal"):
        ask_passwords(AnsibleFlags(ask_become_pass=True))
    assert ask_passwords(AnsibleFlags()) == {}
