"""Ansible's own flags: one table, spelled as ansible-playbook spells them, for every command that touches hosts."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Annotated, Any, get_args, get_type_hints

import typer

PANEL = "Ansible's own flags"


def _flag(*names: str, help: str, count: bool = False) -> Any:
    metavar = None if count else next(name for name in names if name.startswith("--"))[2:].upper().replace("-", "_")
    return typer.Option(*names, help=help, count=count, metavar=metavar, rich_help_panel=PANEL)


def _switch(*names: str, help: str) -> Any:
    return typer.Option(*names, help=help, rich_help_panel=PANEL)


Text = str | None
Texts = list[str] | None


@dataclass(frozen=True, kw_only=True)
class AnsibleFlags:
    """What was given of them; each field is one flag. ``verbatim`` is what stood behind ``--``."""

    inventory: Annotated[
        Texts,
        _flag(
            "-i",
            "--inventory",
            "--inventory-file",
            help="Inventory file, directory or 'host,'. Default: what ansible.cfg or ANSIBLE_INVENTORY names, else this machine.",
        ),
    ] = None
    limit: Annotated[
        Text, _flag("-l", "--limit", help="Only these hosts or groups; @failed: those that failed in the last run.")
    ] = None
    tags: Annotated[Texts, _flag("-t", "--tags", help="Only what has these tags.")] = None
    skip_tags: Annotated[Texts, _flag("--skip-tags", help="Not what has these tags.")] = None
    extra_vars: Annotated[
        Texts, _flag("-e", "--extra-vars", help="Role options, as key=value, JSON, YAML or @file.")
    ] = None
    forks: Annotated[int | None, _flag("-f", "--forks", help="How many hosts at a time.")] = None
    user: Annotated[Text, _flag("-u", "--user", help="Log in as this user.")] = None
    connection: Annotated[Text, _flag("-c", "--connection", help="The connection, as ssh or local.")] = None
    timeout: Annotated[int | None, _flag("-T", "--timeout", help="Seconds until a connection counts as failed.")] = None
    become: Annotated[bool, _switch("-b", "--become", help="Become another user on the hosts, root by default.")] = (
        False
    )
    become_method: Annotated[Text, _flag("--become-method", help="How to become it, as sudo.")] = None
    become_user: Annotated[Text, _flag("--become-user", help="Which user to become.")] = None
    ask_become_pass: Annotated[
        bool, _switch("-K", "--ask-become-pass", help="Ask for the password to become it, once, before the run.")
    ] = False
    ask_pass: Annotated[
        bool, _switch("-k", "--ask-pass", help="Ask for the connection's password, once, before the run.")
    ] = False
    private_key: Annotated[Text, _flag("--private-key", "--key-file", help="The key to log in with.")] = None
    ssh_common_args: Annotated[Text, _flag("--ssh-common-args", help="Further arguments of ssh, scp and sftp.")] = None
    ssh_extra_args: Annotated[Text, _flag("--ssh-extra-args", help="Further arguments of ssh.")] = None
    vault_id: Annotated[Texts, _flag("--vault-id", help="A vault: name@prompt, or name@file.")] = None
    vault_password_file: Annotated[
        Texts, _flag("--vault-password-file", "--vault-pass-file", help="The file with the vault's password.")
    ] = None
    ask_vault_pass: Annotated[
        bool,
        _switch(
            "-J", "--ask-vault-pass", "--ask-vault-password", help="Ask for the vault's password, once, before the run."
        ),
    ] = False
    check: Annotated[bool, _switch("-C", "--check", help="Say what would change; change nothing.")] = False
    diff: Annotated[bool, _switch("-D", "--diff", help="Show differences of packages and files.")] = False
    module_path: Annotated[Texts, _flag("-M", "--module-path", help="Where further modules are.")] = None
    start_at_task: Annotated[Text, _flag("--start-at-task", help="Begin with the task of this name.")] = None
    force_handlers: Annotated[bool, _switch("--force-handlers", help="Run handlers though a task failed.")] = False
    flush_cache: Annotated[bool, _switch("--flush-cache", help="Forget the facts of every host.")] = False
    list_hosts: Annotated[bool, _switch("--list-hosts", help="List the hosts; do nothing else.")] = False
    list_tasks: Annotated[bool, _switch("--list-tasks", help="List the tasks; do nothing else.")] = False
    list_tags: Annotated[bool, _switch("--list-tags", help="List the tags; do nothing else.")] = False
    syntax_check: Annotated[bool, _switch("--syntax-check", help="Read the playbook; do nothing else.")] = False
    verbose: Annotated[int, _flag("-v", "--verbose", count=True, help="Ansible tells more; -vvvv, everything.")] = 0
    verbatim: tuple[str, ...] = ()

    @property
    def only_lists(self) -> bool:
        """Whether nothing is run on any host."""
        return self.list_hosts or self.list_tasks or self.list_tags or self.syntax_check

    def words(self) -> list[str]:
        """Return them as words of an ``ansible-playbook`` command line, the inventory excepted."""
        words: list[str] = []
        for name, flag in _FLAGS.items():
            value = getattr(self, name)
            if name == "verbose":
                words += ["-" + "v" * value] if value else []
            elif value is True:
                words.append(flag)
            elif value not in (None, False):
                words += [
                    word for each in (value if isinstance(value, list) else [value]) for word in (flag, str(each))
                ]
        return [*words, *self.verbatim]

    def for_inventory(self) -> list[str]:
        """Return those that ansible-inventory takes, too, and that ask nobody anything."""
        vaults = [vault for vault in self.vault_id or () if not vault.endswith(("@prompt", "@prompt_ask_vault_pass"))]
        return [
            *(("--limit", self.limit) if self.limit else ()),
            *(word for vault in vaults for word in ("--vault-id", vault)),
            *(word for file in self.vault_password_file or () for word in ("--vault-password-file", file)),
        ]


def _long_flags() -> dict[str, str]:
    hints = get_type_hints(AnsibleFlags, include_extras=True)
    named = [each.name for each in fields(AnsibleFlags) if each.name not in ("inventory", "verbatim")]
    return {name: next(flag for flag in names_of(hints[name]) if flag.startswith("--")) for name in named}


def names_of(hint: Any) -> tuple[str, ...]:
    """Return all spellings of a field's flag; typer keeps the first one where others have a default."""
    option = get_args(hint)[1]
    first = (option.default,) if isinstance(option.default, str) else ()
    return (*first, *option.param_decls)


_FLAGS = _long_flags()
