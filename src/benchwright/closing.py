"""What a command says at its end."""

from __future__ import annotations

from collections import Counter

import typer

from benchwright.record import Record
from benchwright.status import ExitCode
from benchwright.workbench import Result

SECRETS = {"password": "password_file", "token": "token_file"}
MOST_NAMED = 10
"""Failed hosts that the last lines name."""
UNCHANGED = {
    "rollback": "no change: that release is the current one",
    "releases": "nothing was changed",
    "audit": "nothing serious was found",
    "status": "nothing was changed",
    "export": "every file is as the environments are",
}


def show_addresses(record: Record) -> None:
    """Print where each server answers, and where its secrets stand."""
    for host, address in record.answers.addresses.items():
        secrets = [f"{name}: in {address[key]}" for name, key in SECRETS.items() if address.get(key)]
        typer.echo("\n".join([f"{host}: {address['url']}", *secrets]))


def outcomes(record: Record) -> dict[str, str]:
    """Return how each host ended: failed, changed or unchanged."""
    return {
        host: "failed" if progress.failed else "changed" if progress.changed else "unchanged"
        for host, progress in record.progress.items()
    }


def recap(record: Record) -> str:
    """Return how the hosts ended, by outcome and not one by one; nothing where there is only one."""
    ended = outcomes(record)
    if len(ended) < 2:
        return ""
    failed = [host for host, word in ended.items() if word == "failed"]
    named = f" ({', '.join(failed[:MOST_NAMED])}{', ...' * (len(failed) > MOST_NAMED)})" if failed else ""
    counts = Counter(ended.values())
    return f"hosts: {len(failed)} failed{named}, {counts['changed']} changed, {counts['unchanged']} unchanged"


def verdict(result: Result, check: bool, command: str) -> str:
    """Return the last line."""
    count = result.record.changed
    if result.code is ExitCode.INTERRUPTED:
        return f"interrupted; run 'benchwright {command}' again to go on where it stopped"
    if result.code is not ExitCode.SUCCESS:
        return f"not finished; mend what is named above and run 'benchwright {command}' again"
    if check:
        return f"{count} change{'s' * (count != 1)} would be made" if count else "no change would be made"
    unchanged = UNCHANGED.get(command, "no change: everything is as described")
    return f"{count} change{'s' * (count != 1)} made" if count else unchanged
