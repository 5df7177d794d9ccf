"""What a lock is made of and how: the options of the command line that say so."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Format(StrEnum):
    """What locks are written as."""

    CONDA_LOCK = "conda-lock"
    EXPLICIT = "explicit"


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The options; None where nothing was said."""

    platforms: Annotated[
        list[str] | None,
        typer.Option(
            "--platform",
            metavar="PLATFORM",
            help="As conda names it; as often as you like. Default: those of the lock that is there, else this machine's.",
        ),
    ] = None
    form: Annotated[Format, typer.Option("--format", help="An explicit list is for one platform.")] = Format.CONDA_LOCK
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", dir_okay=False, help="Default: conda-lock.yml, beside the description."),
    ] = None
    channels: Annotated[
        list[str] | None,
        typer.Option("--channel", metavar="CHANNEL", help="Instead of the description's; as often as you like."),
    ] = None
    source: Annotated[
        str | None,
        typer.Option(help="Instead of the description's channels: auto, conda-forge, offline or a channel's URL."),
    ] = None
    virtual: Annotated[
        list[str] | None,
        typer.Option(
            "--virtual-package",
            metavar="NAME=VERSION",
            help="What the hosts have, such as __glibc=2.36 or __cuda=12.4.",
        ),
    ] = None
    upgrade: Annotated[bool, typer.Option("--upgrade", help="Take the newest of everything.")] = False
    upgraded: Annotated[
        list[str] | None,
        typer.Option("--upgrade-package", metavar="NAME", help="Take the newest of this package; others stay."),
    ] = None
    without_pip: Annotated[bool, typer.Option("--without-pip", help="Leave out pip's packages.")] = False
    accept_terms: Annotated[
        bool, typer.Option("--accept-anaconda-terms", help="Allow Anaconda's licensed channels.")
    ] = False
