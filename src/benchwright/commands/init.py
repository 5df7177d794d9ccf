"""`benchwright init`: a project that Ansible's own tools recognise."""

from __future__ import annotations

import json
import os
import shlex
from pathlib import Path
from typing import Annotated

import typer

from benchwright.errors import BenchwrightError
from benchwright.scaffold.project import File, Provider, project_files


def init(
    directory: Annotated[Path, typer.Argument(metavar="[DIR]", help="Where; it need not exist. Default: here.")] = Path(
        "."
    ),
    provider: Annotated[
        Provider,
        typer.Option(
            help="Where the machines are: this one, some that ssh reaches, a checkout's containers, or those that 'provision' makes."
        ),
    ] = Provider.LOCAL,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document on stdout.")] = False,
) -> None:
    """Write the files of a project: inventory, playbook, ansible.cfg, vault, CI. A file that exists stays as it is."""
    place = directory.absolute()
    written: list[str] = []
    kept: list[str] = []
    for file in project_files(place.name, provider):
        (written if _write(place / file.path, file) else kept).append(str(file.path))
    if as_json:
        typer.echo(json.dumps({"format_version": "1.0", "directory": str(place), "written": written, "kept": kept}))
        return
    for name in written:
        typer.echo(f"+ {name}")
    for name in kept:
        typer.echo(f"  {name} exists and stays as it is")
    there = "" if place == Path.cwd() else f" --chdir {shlex.quote(str(directory))}"
    typer.echo(f"\nNext: look at inventories/{provider}/, then: benchwright plan{there}")


def _write(path: Path, file: File) -> bool:
    """Write a file unless there is one; returns whether it was written."""
    mode = 0o755 if file.executable else 0o644
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    except FileExistsError:
        if path.parent.is_dir():
            return False
        raise BenchwrightError(f"{path.parent} is in the way: it is no directory") from None
    except OSError as error:
        raise BenchwrightError(f"{error.filename}: {error.strerror}") from error
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(file.text)
    return True
