"""Which channels the hosts of a command get: what ``--source`` says, and what follows where it says nothing."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from benchwright.errors import BenchwrightError
from benchwright.playbooks import NAMESPACE
from benchwright.record import Record
from benchwright.session import Session
from benchwright.source import Named, choose_channels

Source = Annotated[
    str | None,
    typer.Option(
        help="Where packages come from: auto, conda-forge, offline or a channel's URL. "
        "Default: auto on this machine, what the inventory says elsewhere."
    ),
]


def channel_variables(session: Session, playbook: str, source: str | None, record: Record) -> dict[str, Any]:
    """Return the role options that name the channels; building the offline channel counts as a phase of the record."""
    own = playbook.startswith(f"{NAMESPACE}.")
    if source is None and (session.flags.only_lists or not own):
        return {}
    with record.phase("source"):
        channels = _channels(session, source)
    return {"conda_env_channels": list(channels)} if channels else {}


def _channels(session: Session, text: str | None) -> tuple[str, ...]:
    """On this machine packages may come from wherever they can be had; an inventory's hosts never fall back by themselves."""
    loudly = session.display.loudly
    if session.target.here:
        return choose_channels(text or Named.AUTO, loudly)
    if text == Named.AUTO:
        raise BenchwrightError(
            "--source auto is for this machine only; leave it out (then the inventory decides), or name a source"
        )
    if text == Named.OFFLINE:
        raise BenchwrightError(
            "--source offline is a directory of this machine, which other hosts cannot read; serve it with "
            "'benchwright channel serve' and give its URL"
        )
    return choose_channels(text, loudly) if text else ()
