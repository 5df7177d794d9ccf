"""Ansible's flags: spelled as Ansible spells them, taken by every command that touches hosts, handed on as they are."""

from __future__ import annotations

import shlex
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any, get_type_hints

import pytest

from benchwright.ansible_flags import AnsibleFlags, names_of
from benchwright.cli import HOST_COMMANDS

# All of the issue's, in one line each; what Ansible is given is the long form, where there is one.
GIVEN = {
    "-l web": "--limit web",
    "-t fast": "--tags fast",
    "--skip-tags slow": "--skip-tags slow",
    "-e a=b": "--extra-vars a=b",
    "-f 9": "--forks 9",
    "-u me": "--user me",
    "-b": "--become",
    "-K": "--ask-become-pass",
    "-k": "--ask-pass",
    "--private-key key": "--private-key key",
    "--vault-id lab@file": "--vault-id lab@file",
    "--vault-password-file file": "--vault-password-file file",
    "-J": "--ask-vault-pass",
    "-C": "--check",
    "-D": "--diff",
    "-M modules": "--module-path modules",
    "--start-at-task 'Do it'": "--start-at-task 'Do it'",
    "--flush-cache": "--flush-cache",
    "--list-hosts": "--list-hosts",
    "--list-tasks": "--list-tasks",
    "--list-tags": "--list-tags",
    "--syntax-check": "--syntax-check",
    "-vvv": "-vvv",
}
WORDS = {"rollback": ["workbench"], "releases": ["workbench"], "run": ["site"]}


@pytest.fixture(scope="module")
def ansible_help() -> str:
    program = Path(sys.executable).with_name("ansible-playbook")
    return subprocess.run([program, "--help"], capture_output=True, text=True, check=True).stdout.replace(",", " ")


def test_every_spelling_is_ansibles(ansible_help: str) -> None:
    hints = get_type_hints(AnsibleFlags, include_extras=True)
    for field in fields(AnsibleFlags):
        if field.name != "verbatim":
            assert set(names_of(hints[field.name])) <= set(ansible_help.split()), field.name


@pytest.mark.parametrize("name", HOST_COMMANDS)
def test_every_command_takes_them_all_and_hands_them_on(command: Any, inventory: Path, name: str) -> None:
    given = [word for line in GIVEN for word in shlex.split(line)]
    words = [*WORDS.get(name, []), "-i", str(inventory), "-i", "other,", *given, "--show-command", "--", "--step", "-x"]
    code, out, err = command(name, *words)
    assert code == 0, err
    program, *handed_on = shlex.split(out)
    assert Path(program).name == "ansible-playbook"
    assert handed_on[:4] == ["-i", str(inventory), "-i", "other,"]
    for line in GIVEN.values():
        assert f" {line} " in f" {shlex.join(handed_on)} "
    assert "--step -x" in shlex.join(handed_on)
    assert handed_on[-1].startswith("benchwright.python.")


def test_the_command_that_is_shown_works_when_pasted(command: Any, tmp_path: Path, inventory: Path) -> None:
    playbook = tmp_path / "my play.yml"
    playbook.write_text(
        "- hosts: all\n  gather_facts: false\n  tasks: [{ansible.builtin.debug: {msg: '{{ a }} | {{ b }}'}}]\n"
    )
    given = ["-e", "a='two words'", "-e", '{"b": "it\'s $HOME"}', "-D", "--", "--force-handlers"]
    dummy, out, dummy_err = command("run", str(playbook), "-i", str(inventory), "--show-command", *given)
    done = subprocess.run(out, shell=True, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert '"msg": "two words | it\'s $HOME"' in done.stdout
    assert not (tmp_path / ".benchwright").exists()


def test_lists_are_ansibles_own_words(command: Any, tmp_path: Path, inventory: Path) -> None:
    playbook = tmp_path / "play.yml"
    playbook.write_text("- hosts: all\n  gather_facts: false\n  tasks: [{name: Reach, ansible.builtin.ping: }]\n")
    code, out, err = command("run", str(playbook), "-i", str(inventory), "--list-hosts", "--list-tasks")
    assert (code, err) == (0, "")
    assert {"here", "Reach"} <= set(out.split())
    assert not (tmp_path / ".benchwright").exists()
