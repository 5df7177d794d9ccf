"""Where packages come from: a conda host, the offline channel, or what the inventory says."""

from __future__ import annotations

import re
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from benchwright.errors import BenchwrightError

PATIENCE = 5.0
"""Seconds until a conda host that does not answer counts as not reached."""


class Named(StrEnum):
    """The sources that have a name; anything else has to be a URL."""

    AUTO = "auto"
    CONDA_FORGE = "conda-forge"
    OFFLINE = "offline"


@dataclass(frozen=True)
class Source:
    """The channels to use; none means: those of the description. ``notice`` is what the user has to know of the choice."""

    channels: tuple[str, ...]
    notice: str = ""


def choose_source(text: str, progress: Callable[[str], None]) -> Source:
    """Turn ``--source`` into channels; builds the offline channel where that is the choice."""
    if text == Named.CONDA_FORGE:
        return Source((Named.CONDA_FORGE,))
    if text == Named.OFFLINE:
        return Source((_offline(progress),))
    if text != Named.AUTO:
        return Source((_url(text),))
    problem = conda_forge_problem()
    if not problem:
        return Source((Named.CONDA_FORGE,))
    return Source(
        (_offline(progress),),
        f"NO CONDA HOST ANSWERS ({problem}): packages come from the OFFLINE CHANNEL, made here of wheels and "
        "the system's Python. Use --source to choose otherwise.",
    )


def conda_forge_problem() -> str:
    """Return why conda-forge cannot be used now; nothing if it answers within seconds. Honours the proxy variables."""
    from rattler import Channel

    request = urllib.request.Request(
        f"{Channel(Named.CONDA_FORGE).base_url.rstrip('/')}/noarch/repodata.json.zst", method="HEAD"
    )
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE):
            return ""
    except urllib.error.HTTPError as error:
        return f"it says {error.code}"
    except (OSError, ValueError) as error:
        return str(getattr(error, "reason", error))


def _offline(progress: Callable[[str], None]) -> str:
    from benchwright.channel.build import build_channel
    from benchwright.channel.errors import ChannelError

    try:
        return build_channel(None, None, progress=progress).url
    except ChannelError as error:
        raise BenchwrightError(f"the offline channel cannot be built: {error}") from error


def _url(text: str) -> str:
    if not re.match(r"(https?|file)://[^/]*/?\S*$", text):
        raise BenchwrightError(
            f"--source {text!r}: expected auto, conda-forge, offline, or a channel's URL (https://, http:// or file://)"
        )
    return text
