"""How the place of a task is written for people."""

from __future__ import annotations

import re
from pathlib import Path


def short(path: str) -> str:
    """Return the file and line from the role or the project on; the whole path where it is neither's."""
    if found := re.search(r"/roles/([^/]+/(?:tasks|handlers)/.+)$", path):
        return found.group(1)
    return path.removeprefix(f"{Path.cwd()}/")
