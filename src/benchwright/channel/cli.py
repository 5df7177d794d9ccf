"""`benchwright channel`: build and serve the offline channel."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from benchwright.progress import steps

from .build import SHIPPED, build_channel, default_output

app = typer.Typer(
    no_args_is_help=True,
    help="A conda channel made of wheels and Debian's CPython, for machines that reach no conda host.",
)


@app.command()
def build(
    requirements: Annotated[
        Path | None,
        typer.Option(
            "--requirements",
            "-r",
            metavar="FILE",
            help="Hashed requirements to build from, instead of the shipped Jupyter and data tools.",
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="DIR", help="Where the channel goes, instead of a place in the user's cache."
        ),
    ] = None,
    refresh: Annotated[bool, typer.Option("--refresh", help="Ask apt again for a newer CPython or library.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as one JSON object.")] = False,
) -> None:
    """Build the channel, or find out in less than a second that it is built.

    CPython comes from apt's sources, wheels from pip's index: both as this machine has them configured.
    The channel's URL is printed; use it in an environment file as any other: below `channels:`.
    """
    with steps() as progress:
        built = build_channel(requirements, output, progress=progress, refresh=refresh)
    if as_json:
        typer.echo(json.dumps(asdict(built) | {"path": str(built.path)}))
        return
    state = "unchanged" if built.unchanged else f"built in {built.seconds:.0f} s"
    typer.echo(f"{built.packages} packages, {state}", err=True)
    typer.echo(built.url)


@app.command()
def serve(
    directory: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="The channel; the one that `build` makes when not given.")
    ] = None,
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 lets other machines in.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")] = 8765,
) -> None:
    """Serve a channel over HTTP until interrupted (Ctrl-C). Its URL is printed once it answers."""
    from .serve import serve as serve_channel

    try:
        serve_channel(directory or default_output(SHIPPED), host, port, announce=typer.echo)
    except KeyboardInterrupt:
        raise typer.Exit(0) from None
