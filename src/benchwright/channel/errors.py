"""The one exception of the offline channel."""

from __future__ import annotations

from benchwright.errors import BenchwrightError


class ChannelError(BenchwrightError):
    """Says what was wanted, what was found, and what to do next."""
