"""The commands: what each takes, what it says at the end, and its exit code."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from benchwright.channel.cli import app as channel_app
from benchwright.channel.storage import remove_cache
from benchwright.display import Display, releases_table
from benchwright.environments import RELEASES, ROLLBACK, Question, ask
from benchwright.errors import BenchwrightError
from benchwright.record import Record
from benchwright.remembered import checked, forget, merged, recall, remember
from benchwright.source import Named, choose_channels
from benchwright.status import ExitCode
from benchwright.workbench import Result, execute, local_inventory

app = typer.Typer(
    no_args_is_help=True,
    help="Turn a Linux host into a verified Python workbench, and keep it one.",
    pretty_exceptions_enable=False,
)
app.add_typer(channel_app, name="channel")

Inventory = Annotated[
    Path | None, typer.Option("-i", "--inventory", help="Inventory file or directory. Default: this machine.")
]
EnvironmentName = Annotated[str, typer.Argument(metavar="ENV", help="The environment's name, or its absolute path.")]
Port = Annotated[
    int | None, typer.Option(min=1024, max=65535, help="The port of the Jupyter server, if not the inventory's.")
]
Limit = Annotated[str | None, typer.Option("-l", "--limit", help="Only these hosts or groups of the inventory.")]
Check = Annotated[bool, typer.Option("-C", "--check", help="Say what would change; change nothing.")]
Diff = Annotated[bool, typer.Option("-D", "--diff", help="Show differences of packages and files.")]
ExtraVars = Annotated[
    list[str] | None, typer.Option("-e", "--extra-vars", help="Role options, as key=value, JSON or @file.")
]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on stdout; everything else on stderr.")]
Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="No progress.")]


PIPED_WIDTH = 200
"""Columns of a table that nobody sees on a terminal."""
UNCHANGED = {"rollback": "no change: that release is the current one", "releases": "nothing was changed"}


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(version("benchwright"))
        raise typer.Exit


@app.callback()
def _main(
    dummy: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    pass


@app.command()
def up(
    source: Annotated[
        str | None,
        typer.Option(
            help="Where packages come from: auto, conda-forge, offline or a channel's URL. "
            "Default: auto on this machine, what the inventory says elsewhere."
        ),
    ] = None,
    port: Port = None,
    inventory: Inventory = None,
    limit: Limit = None,
    check: Check = False,
    diff: Diff = False,
    extra_vars: ExtraVars = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Make this machine (or an inventory's hosts) a Python workbench, and verify it."""
    display = Display(Console(stderr=True), quiet, diff)
    options = _options(inventory, [*(extra_vars or ()), *_server(port)], display)
    record = Record()
    with record.phase("source"):
        channels = _channels(source, inventory, display)
    variables = {"conda_env_channels": list(channels)} if channels else {}
    flags = _flags(limit, check, diff, options)
    result = execute("site", inventory or local_inventory(), variables, flags, display, record)
    display.checks(result.record)
    if inventory is None and not check and result.code is ExitCode.SUCCESS:
        remember(options)
    _close(result, display, "up", as_json, check)


@app.command()
def verify(
    port: Port = None,
    inventory: Inventory = None,
    limit: Limit = None,
    extra_vars: ExtraVars = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Log in to the Jupyter servers, run cells, a terminal and files, and say whether all of it works."""
    display = Display(Console(stderr=True), quiet)
    flags = _flags(limit, False, False, _options(inventory, [*(extra_vars or ()), *_server(port)], display))
    result = execute("verify", inventory or local_inventory(), {}, flags, display)
    display.checks(result.record)
    _close(result, display, "verify", as_json, check=False)


@app.command()
def down(
    yes: Annotated[bool, typer.Option("-y", "--yes", help="Do not ask.")] = False,
    notebooks: Annotated[bool, typer.Option("--notebooks", help="Remove the notebooks too.")] = False,
    inventory: Inventory = None,
    limit: Limit = None,
    check: Check = False,
    diff: Diff = False,
    extra_vars: ExtraVars = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Stop the workbench and remove exactly what 'up' made. Notebooks are kept, unless asked otherwise."""
    display = Display(Console(stderr=True), quiet, diff)
    options = _options(inventory, extra_vars or (), display)
    if not (yes or check):
        _confirm(inventory, notebooks)
    variables = {"jupyter_server_remove_notebooks": notebooks}
    flags = _flags(limit, check, diff, options)
    result = execute("remove_workbench", inventory or local_inventory(), variables, flags, display)
    if inventory is None and not check and result.code is ExitCode.SUCCESS:
        remove_cache()
        forget()
    _close(result, display, "down", as_json, check)


@app.command()
def rollback(
    environment: EnvironmentName,
    to: Annotated[
        str | None, typer.Option(metavar="DIGEST", help="Which release. Default: the one before the current one.")
    ] = None,
    inventory: Inventory = None,
    limit: Limit = None,
    check: Check = False,
    diff: Diff = False,
    extra_vars: ExtraVars = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Switch an environment back to a release that it was before. What runs goes on with the release it began with."""
    display = Display(Console(stderr=True), quiet, diff)
    options = _options(inventory, extra_vars or (), display)
    question = Question(environment, inventory, limit, options, to, check, diff)
    result = ask(ROLLBACK, question, _flags(limit, check, diff, options), display)
    _close(result, display, "rollback", as_json, check, _current_releases)


@app.command()
def releases(
    environment: EnvironmentName,
    inventory: Inventory = None,
    limit: Limit = None,
    extra_vars: ExtraVars = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """List an environment's releases: which is current, when each was made, its size, and which processes use it."""
    display = Display(Console(stderr=True), quiet)
    options = _options(inventory, extra_vars or (), display)
    question = Question(environment, inventory, limit, options)
    result = ask(RELEASES, question, _flags(limit, False, False, options), display)
    _close(result, display, "releases", as_json, check=False, answer=_releases)


def _server(port: int | None) -> list[str]:
    return [f"jupyter_server_port={port}"] if port else []


def _options(inventory: Path | None, given: Sequence[str], display: Display) -> list[str]:
    """Return the role options: on this machine also those that 'up' was given before."""
    now = checked(given)
    before = recall() if inventory is None else []
    options = merged(before, now)
    kept = [option.partition("=")[0] for option in options if option not in now]
    if kept:
        display.say(f"as before: {', '.join(kept)}")  # names only: a value may be a secret
    return options


def _channels(text: str | None, inventory: Path | None, display: Display) -> tuple[str, ...]:
    """On this machine packages may come from wherever they can be had; an inventory's hosts never fall back by themselves."""
    if inventory is None:
        return choose_channels(text or Named.AUTO, display.loudly)
    if text == Named.AUTO:
        raise BenchwrightError(
            "--source auto is for this machine only; leave it out (then the inventory decides), or name a source"
        )
    if text == Named.OFFLINE:
        raise BenchwrightError(
            "--source offline is a directory of this machine, which other hosts cannot read; serve it with "
            "'benchwright channel serve' and give its URL"
        )
    return choose_channels(text, display.loudly) if text else ()


def _flags(limit: str | None, check: bool, diff: bool, extra_vars: Sequence[str]) -> list[str]:
    flags = [flag for value in extra_vars for flag in ("-e", value)]
    return [
        *flags,
        *(("--limit", limit) if limit else ()),
        *(("--check",) if check else ()),
        *(("--diff",) if diff else ()),
    ]


def _confirm(inventory: Path | None, notebooks: bool) -> None:
    where = f"the hosts of {inventory}" if inventory else "this machine"
    kept = "notebooks INCLUDED" if notebooks else "notebooks are kept"
    try:
        agreed = typer.confirm(
            f"Remove the workbench from {where}, its environments with all that is in them included ({kept})?", err=True
        )
    except typer.Abort as abort:
        raise BenchwrightError("not confirmed, so nothing was done; --yes confirms without a question") from abort
    if not agreed:
        raise BenchwrightError("not confirmed, so nothing was done")


def _addresses(record: Record) -> None:
    for host, address in record.addresses.items():
        typer.echo(f"{host}: {address['url']}\npassword: in {address['password_file']}")


def _current_releases(record: Record) -> None:
    for host, environments in record.environments.items():
        for environment in environments:
            typer.echo(f"{host}: {environment['prefix']} is release {environment['release']}")


def _releases(record: Record) -> None:
    console = Console()
    for host, environments in record.environments.items():
        for environment in environments:
            title = f"{host}: {environment['prefix']}"
            found = environment.get("releases")
            if found:
                console.print(releases_table(title, found), width=None if console.is_terminal else PIPED_WIDTH)
            else:
                typer.echo(f"{title} has no releases ({environment['state']})")


def _close(
    result: Result,
    display: Display,
    command: str,
    as_json: bool,
    check: bool,
    answer: Callable[[Record], None] = _addresses,
) -> None:
    """Print the closing lines, the document or the answer, and leave with the exit code."""
    for note in result.record.notes:
        display.loudly(note)
    for failure in result.record.failures:
        display.failure(failure)
    if not display.quiet:
        display.phases(result.record.phases)
    display.say(_verdict(result, check, command))
    if as_json:
        typer.echo(json.dumps(result.document(command)))
    elif result.code is ExitCode.SUCCESS and not check:
        answer(result.record)
    raise typer.Exit(result.code)


def _verdict(result: Result, check: bool, command: str) -> str:
    count = result.record.changed
    if result.code is ExitCode.INTERRUPTED:
        return f"interrupted; run 'benchwright {command}' again to go on where it stopped"
    if result.code is not ExitCode.SUCCESS:
        return f"not finished; mend what is named above and run 'benchwright {command}' again"
    if check:
        return f"{count} change{'s' * (count != 1)} would be made" if count else "no change would be made"
    unchanged = UNCHANGED.get(command, "no change: everything is as described")
    return f"{count} change{'s' * (count != 1)} made" if count else unchanged
