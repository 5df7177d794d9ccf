"""`benchwright image build`: the playbook docker_image, for what an inventory describes or for one image named here."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Annotated, Any

import typer

from benchwright.errors import BenchwrightError
from benchwright.source import choose_channels
from benchwright.status import ExitCode
from benchwright.target import local_inventory

from .engine import whole
from .options import AsJson, Check

PLAYBOOK = "benchwright.python.docker_image"


def build(
    image: Annotated[
        str | None,
        typer.Argument(metavar="[IMAGE]", help="The image's name. Default: those that the inventory describes."),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(
            "-f",
            "--file",
            help="The environment of the image that is named: environment.yml or a lock.",
            dir_okay=False,
        ),
    ] = None,
    serve: Annotated[bool, typer.Option("--serve", help="It serves Jupyter, instead of running IPython.")] = False,
    package: Annotated[
        list[str] | None, typer.Option("-p", "--package", metavar="NAME", help="A package of Debian's in it.")
    ] = None,
    base: Annotated[
        str | None, typer.Option(help="What it begins with. Default: an image of Debian's archive.")
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(
            help="Where packages come from: auto, conda-forge, offline or a channel's URL, if not as the file says."
        ),
    ] = None,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Build anew though nothing changed, for Debian's updates.")
    ] = False,
    inventory: Annotated[
        Path | None, typer.Option("-i", "--inventory", help="Inventory file or directory. Default: this machine.")
    ] = None,
    check: Check = False,
    extra_vars: Annotated[
        list[str] | None, typer.Option("-e", "--extra-vars", help="Role options, as key=value, JSON or @file.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Build images where what they are made of differs. Ansible's own words tell how far it is."""
    variables: dict[str, Any] = {"docker_image_rebuild": True} if rebuild else {}
    if image:
        variables["docker_image_images"] = [described(image, file, serve, package or [], base)]
    elif file or serve or package or base:
        raise BenchwrightError("--file, --serve, --package and --base describe an image; give its name, too")
    if source:
        variables["docker_image_channels"] = list(choose_channels(source, lambda words: print(words, file=sys.stderr)))
    code = subprocess.run(
        command(inventory, variables, extra_vars or [], check),
        check=False,
        env={**os.environ, "ANSIBLE_COLLECTIONS_PATH": sysconfig.get_path("purelib"), "ANSIBLE_PIPELINING": "True"},
        stdout=sys.stderr,
    ).returncode
    if as_json:
        typer.echo(json.dumps({"format_version": "1.0", "command": "image build", "exit_code": code}))
    if code:
        raise typer.Exit(code if code in list(ExitCode) else ExitCode.HOST_FAILED)


def described(image: str, file: Path | None, serve: bool, packages: list[str], base: str | None) -> dict[str, Any]:
    """Return the image as the role takes it. Raises BenchwrightError."""
    if file is None or not file.is_file():
        raise BenchwrightError(
            f"the image {image} needs an environment; name its file with --file ({file or 'none'} is not there)"
        )
    name, tag = whole(image).rsplit(":", 1)
    # a lock has no name of its own
    environment = {"name": name.rpartition("/")[2].replace(".", "-"), "file": str(file.absolute())}
    more = {"base": base} if base else {}
    return {"name": name, "tag": tag, "environments": [environment], "serve": serve, "packages": packages, **more}


def command(inventory: Path | None, variables: dict[str, Any], extra_vars: list[str], check: bool) -> list[str]:
    """Return the command line of Ansible. No variable of ours is a secret. Raises BenchwrightError."""
    if inventory and not inventory.exists():
        raise BenchwrightError(f"no inventory at {inventory}; give a file or directory that exists with -i")
    return [
        str(Path(sysconfig.get_path("scripts"), "ansible-playbook")),
        f"--inventory={inventory or local_inventory()}",
        *(["--check"] if check else []),
        *([f"--extra-vars={json.dumps(variables)}"] if variables else []),
        *(f"--extra-vars={words}" for words in extra_vars),
        PLAYBOOK,
    ]
