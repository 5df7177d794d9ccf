"""The command line: every command, named once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from benchwright.channel.cli import app as channel_app
from benchwright.commands.apply import apply
from benchwright.commands.audit import audit
from benchwright.commands.destroy import destroy
from benchwright.commands.doctor import doctor
from benchwright.commands.down import down
from benchwright.commands.export import export
from benchwright.commands.hosts import hosts
from benchwright.commands.init import init
from benchwright.commands.lock import lock
from benchwright.commands.open_server import open_server
from benchwright.commands.plan import plan
from benchwright.commands.provision import provision
from benchwright.commands.releases import releases, rollback
from benchwright.commands.report import report
from benchwright.commands.run import run
from benchwright.commands.runs import log, runs
from benchwright.commands.status import status
from benchwright.commands.up import up
from benchwright.commands.verify import verify
from benchwright.image.cli import app as image_app
from benchwright.option_groups import VerbatimCommand, expanded

HOST_COMMANDS: dict[str, Callable[..., None]] = {
    "up": up,
    "plan": plan,
    "apply": apply,
    "verify": verify,
    "status": status,
    "export": export,
    "audit": audit,
    "down": down,
    "rollback": rollback,
    "releases": releases,
    "open": open_server,
    "run": run,
    "doctor": doctor,
    "provision": provision,
    "destroy": destroy,
    "hosts": hosts,
}
"""Commands that touch hosts, in the order of the help: each takes Ansible's flags, and what stands behind ``--``."""

LOCAL_COMMANDS: dict[str, Callable[..., None]] = {
    "init": init,
    "lock": lock,
    "runs": runs,
    "log": log,
    "report": report,
}
"""Commands that touch no host."""

app = typer.Typer(
    no_args_is_help=True,
    help="Turn a Linux host into a verified Python workbench, and keep it one.",
    pretty_exceptions_enable=False,
)
for name, command in HOST_COMMANDS.items():
    app.command(name, cls=VerbatimCommand)(expanded(command))
for name, command in LOCAL_COMMANDS.items():
    app.command(name)(expanded(command))
app.add_typer(channel_app, name="channel")
app.add_typer(image_app, name="image")


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
