"""What several of the commands take, and how words are read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from benchwright.errors import BenchwrightError

Image = Annotated[str, typer.Argument(metavar="IMAGE", help="The image's name; its tag is latest unless it is given.")]
Images = Annotated[list[str], typer.Argument(metavar="IMAGE...", help="The images' names.")]
Name = Annotated[str, typer.Argument(metavar="CONTAINER", help="The container's name.")]
Names = Annotated[list[str], typer.Argument(metavar="CONTAINER...", help="The containers' names.")]
File = Annotated[Path, typer.Argument(metavar="FILE", help="The archive.", dir_okay=False)]
Check = Annotated[bool, typer.Option("-C", "--check", help="Say what would change; change nothing.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on stdout; everything else on stderr.")]
Yes = Annotated[bool, typer.Option("-y", "--yes", help="Do not ask.")]
Secrets = Annotated[
    list[str] | None,
    typer.Option(
        "--secret",
        metavar="NAME=FILE",
        help="A file that is to be in /run/secrets under this name; the number 1000 must be able to read it.",
    ),
]


def pairs(words: Sequence[str] | None, option: str) -> dict[str, str]:
    """``["a=b"]`` -> ``{"a": "b"}``. Raises BenchwrightError."""
    for word in words or ():
        if not word.partition("=")[0] or "=" not in word:
            raise BenchwrightError(f"{option} {word!r}: expected NAME=VALUE")
    return {name: value for name, dummy, value in (word.partition("=") for word in words or ())}


def files(secrets: dict[str, str]) -> dict[str, str]:
    """Return the secrets with whole paths. Raises BenchwrightError for a file that is not there."""
    for name, path in secrets.items():
        if not Path(path).is_file():
            raise BenchwrightError(f"the secret {name} is to be in {path}, which is no file; write one there")
    return {name: str(Path(path).absolute()) for name, path in secrets.items()}
