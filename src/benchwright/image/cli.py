"""`benchwright image`: each command asks one of the collection's modules, and shows its answer."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from benchwright.errors import BenchwrightError
from benchwright.questions import confirm

from . import terminal
from .build import build
from .engine import ask, find_container, find_image, whole
from .options import AsJson, Check, File, Image, Images, Name, Names, Secrets, Yes, files, pairs
from .tables import containers_table, images_table, show

app = typer.Typer(
    no_args_is_help=True,
    help="Images of workbenches and their containers, on this machine's Docker engine. What others made is left alone; on other hosts "
    "the playbook images does the same.",
)
app.command()(build)
SERVED_AT = "127.0.0.1:8888"
PASSWORD = "jupyter_server_password"


@app.command("list")
def list_images(as_json: AsJson = False) -> None:
    """List the images: name, tag, id, age, size, environments, and how many containers are of each."""
    images = ask("workbench_image_info", {})["images"]
    if as_json:
        _document("list", images=images)
    else:
        show(images_table(images, datetime.now(UTC)))


@app.command()
def ps(as_json: AsJson = False) -> None:
    """List the containers, those that have ended too."""
    containers = ask("workbench_image_info", {})["containers"]
    if as_json:
        _document("ps", containers=containers)
    else:
        show(containers_table(containers, datetime.now(UTC)))


@app.command(context_settings={"allow_interspersed_args": False})
def run(
    image: Image,
    command: Annotated[list[str] | None, typer.Argument(help="What it runs, instead of the image's command.")] = None,
    name: Annotated[str, typer.Option(help="What the container is called. Needed with --detach.")] = "",
    detach: Annotated[bool, typer.Option("-d", "--detach", help="In the background, once it is well.")] = False,
    publish: Annotated[
        str, typer.Option(metavar="ADDRESS:PORT", help="Where on this machine an image that serves is reached.")
    ] = SERVED_AT,
    volume: Annotated[list[str] | None, typer.Option("-v", "--volume", metavar="SOURCE:TARGET[:ro]")] = None,
    password_file: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The Jupyter server's password, which the number 1000 may read.")
    ] = None,
    secret: Secrets = None,
    env: Annotated[list[str] | None, typer.Option("-e", "--env", metavar="NAME=VALUE")] = None,
    as_json: AsJson = False,
) -> None:
    """Run an image: in this terminal, or with --detach in the background. It gets no rights of root."""
    port = find_image(image)["port"]
    given = {**pairs(secret, "--secret"), **({PASSWORD: str(password_file)} if password_file else {})}
    asked = terminal.Container(
        image=whole(image),
        command=tuple(command or ()),
        name=name,
        publish=publish if port else "",
        port=port,
        volumes=tuple(volume or ()),
        secrets=files(given),
        variables=pairs(env, "--env"),
    )
    if not detach:
        terminal.run(asked)
    if not name:
        raise BenchwrightError(
            "a container in the background needs a name, by which it is stopped; give one with --name"
        )
    wanted = {key: value for key, value in vars(asked).items() if key != "port"}
    _changed("run", {**ask("workbench_container", {**wanted, "name": [name]}), "address": _address(asked)}, as_json)


@app.command()
def attach(container: Name) -> None:
    """Show a running container in this terminal, and give it what is typed.

    Ctrl-P Ctrl-Q leaves it running. One that was started with --detach takes nothing: it is watched until Ctrl-C, and runs on.
    """
    found = find_container(container)
    if found["state"] != "running":
        raise BenchwrightError(f"{container} does not run ({found['status']}); start it with 'benchwright image run'")
    terminal.attach(found["id"])


@app.command()
def stop(
    containers: Names,
    seconds: Annotated[int, typer.Option(min=0, help="After so many seconds it is killed.")] = 30,
    check: Check = False,
    as_json: AsJson = False,
) -> None:
    """Stop containers. They can be started again."""
    asked = {"name": containers, "state": "stopped", "timeout": seconds}
    _changed("stop", ask("workbench_container", asked, check), as_json, check)


@app.command()
def rm(containers: Names, check: Check = False, as_json: AsJson = False) -> None:
    """Remove containers; what runs is killed."""
    for name in containers:
        find_container(name)
    _changed("rm", ask("workbench_container", {"name": containers, "state": "absent"}, check), as_json, check)


@app.command()
def rmi(images: Images, check: Check = False, as_json: AsJson = False) -> None:
    """Remove images that no container is of, and what they were built from."""
    names = [whole(str(name)) for name in images]
    for reference in names:
        find_image(reference)
    asked = [dict(zip(("name", "tag"), reference.rsplit(":", 1), strict=True)) for reference in names]
    _changed("rmi", ask("workbench_image", {"images": asked, "state": "absent"}, check), as_json, check)


@app.command()
def prune(
    every: Annotated[
        bool,
        typer.Option(
            "-a", "--all", help="Also images that have a name and no container, and what images are built from."
        ),
    ] = False,
    yes: Yes = False,
    check: Check = False,
    as_json: AsJson = False,
) -> None:
    """Remove what nobody uses of what benchwright made: containers that have ended, images without a name."""
    asked = {"state": "pruned", "unused": every}
    foreseen = ask("workbench_image", asked, check=True)
    if foreseen["changed"] and not (yes or check):
        going = "\n".join((*foreseen["containers"], *foreseen["removed"]))
        confirm(f"{going}\nRemove these?")
    _changed("prune", foreseen if check else ask("workbench_image", asked), as_json, check)


@app.command()
def save(file: File, images: Images, check: Check = False, as_json: AsJson = False) -> None:
    """Write images into a file, for networks that reach no registry."""
    asked = {"state": "saved", "path": str(file.absolute()), "images": [whole(str(name)) for name in images]}
    _changed("save", ask("workbench_image_archive", asked, check), as_json, check)


@app.command()
def load(file: File, check: Check = False, as_json: AsJson = False) -> None:
    """Take images in from a file that 'save' wrote."""
    if not file.is_file():
        raise BenchwrightError(f"there is no file {file}; 'benchwright image save' writes one")
    asked = {"state": "loaded", "path": str(file.absolute())}
    _changed("load", ask("workbench_image_archive", asked, check), as_json, check)


def _address(asked: terminal.Container) -> str:
    if not (asked.publish and asked.port) or asked.command:
        return ""
    host, dummy, number = asked.publish.rpartition(":")
    return f"https://{host or '127.0.0.1'}:{number}"


def _changed(command: str, answer: Mapping[str, Any], as_json: bool, check: bool = False) -> None:
    """Print what was done, one thing a line."""
    things: Sequence[str] = [*answer.get("containers", ()), *answer.get("removed", ()), *answer.get("images", ())]
    done = {key: answer[key] for key in ("containers", "removed", "images", "address") if answer.get(key)}
    if as_json:
        _document(command, changed=answer["changed"], **done)
        return
    for thing in things if answer["changed"] else ():
        typer.echo(thing)
    if answer.get("address"):
        typer.echo(answer["address"])
    said = "would be changed" if check else "done"
    print(said if answer["changed"] else "no change: everything is as asked for", file=sys.stderr)


def _document(command: str, **content: Any) -> None:
    typer.echo(json.dumps({"format_version": "1.0", "command": f"image {command}", **content}))
