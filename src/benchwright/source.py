"""Where packages come from: a conda host, the offline channel, or what the inventory says."""

from __future__ import annotations

import http.client
import re
import urllib.error
import urllib.request
from collections.abc import Callable
from enum import StrEnum

from benchwright.errors import BenchwrightError

PATIENCE = 5.0
"""Seconds until a conda host that does not answer counts as not reached."""


class Named(StrEnum):
    """The sources that have a name; anything else has to be a URL."""

    AUTO = "auto"
    CONDA_FORGE = "conda-forge"
    OFFLINE = "offline"


def choose_channels(text: str, loudly: Callable[[str], None]) -> tuple[str, ...]:
    """Turn ``--source`` into channels; builds the offline channel where that is the choice.

    ``loudly`` is told, before anything is built, when no conda host answers.
    """
    if text == Named.OFFLINE:
        return (_offline(),)
    if text == Named.AUTO and (problem := conda_forge_problem()):
        loudly(f"NO CONDA HOST ANSWERS ({problem}): using the OFFLINE CHANNEL (--source chooses)")
        return (_offline(),)
    return (Named.CONDA_FORGE.value if text in (Named.AUTO, Named.CONDA_FORGE) else _url(text),)


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
    except (OSError, ValueError, http.client.HTTPException) as error:
        return str(getattr(error, "reason", error)) or type(error).__name__


def offline_address() -> str:
    """Return the address of the offline channel of this machine's user, whether it has been built or not."""
    from benchwright.channel.build import SHIPPED, default_output

    return default_output(SHIPPED).absolute().as_uri()


def _offline() -> str:
    from benchwright.channel.build import build_channel
    from benchwright.progress import steps

    with steps() as progress:
        return build_channel(None, None, progress=progress).url


def _url(text: str) -> str:
    if not re.fullmatch(r"https?://[^/\s]\S*|file:///\S+", text):
        raise BenchwrightError(
            f"--source {text!r}: expected auto, conda-forge, offline, or a channel's URL (https://, http:// or file:///)"
        )
    return text
