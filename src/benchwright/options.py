"""The options that several commands take, besides Ansible's own."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

PANEL = "What is shown"


class Shown(StrEnum):
    """How a run is shown."""

    AUTO = "auto"
    LIVE = "live"
    PLAIN = "plain"
    RAW = "raw"
    JSON = "json"
    JSONL = "jsonl"


@dataclass(frozen=True, kw_only=True)
class View:
    """How a command shows what it does."""

    shown: Annotated[
        Shown,
        typer.Option(
            "-o",
            "--output",
            help="live: a moving picture on a terminal; plain: lines; raw: Ansible's own words; json: one document on stdout; "
            "jsonl: events on stdout as they happen; auto: live on a terminal, else plain.",
            rich_help_panel=PANEL,
        ),
    ] = Shown.AUTO
    as_json: Annotated[
        bool, typer.Option("--json", help="The same as -o json; everything else goes to stderr.", rich_help_panel=PANEL)
    ] = False
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="No progress.", rich_help_panel=PANEL)] = False
    no_color: Annotated[
        bool, typer.Option("--no-color", help="No colours, as with NO_COLOR.", rich_help_panel=PANEL)
    ] = False
    show_command: Annotated[
        bool,
        typer.Option(
            "--show-command",
            help="Run nothing; print the ansible-playbook command line that does the same.",
            rich_help_panel=PANEL,
        ),
    ] = False
    chdir: Annotated[
        Path | None,
        typer.Option(
            "--chdir", metavar="DIR", help="Go to this project's directory first.", file_okay=False, exists=True
        ),
    ] = None

    @property
    def kind(self) -> Shown:
        return Shown.JSON if self.as_json else self.shown


EnvironmentName = Annotated[str, typer.Argument(metavar="ENV", help="The environment's name, or its absolute path.")]
Port = Annotated[
    int | None, typer.Option(min=1024, max=65535, help="The port of the Jupyter server, if not the inventory's.")
]
Yes = Annotated[bool, typer.Option("-y", "--yes", help="Do not ask.")]
Playbook = Annotated[
    str | None,
    typer.Argument(
        metavar="[PLAYBOOK]",
        help="A file, or the name of a collection's playbook. Default: the project's playbooks/site.yml, else (and on this machine) site.",
    ),
]
FullDiff = Annotated[bool, typer.Option("--full-diff", help="Show every line of each difference.")]
