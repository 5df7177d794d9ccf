"""Files that are whole at any moment: whoever reads one has what was there before, or what comes."""

from __future__ import annotations

import os
import uuid
from pathlib import Path

PARTIAL = ".partial"
"""How the names of files end that a kill left without the one that they were for."""
PRIVATE = 0o600


def write_whole(path: Path, data: bytes, mode: int = 0o666) -> None:
    """Replace the file's content by one rename; it is on the disk before it has its name.

    It is born with ``mode``, less the umask. Where a link leads, the file is replaced and not the link; a pipe or a terminal, which has
    nothing to lose, is written to. Its directory must be there. Raises OSError.
    """
    if path.exists() and not path.is_file():
        path.write_bytes(data)
        return
    path = path.resolve()
    partial = path.with_name(f".{path.name}.{uuid.uuid4().hex}{PARTIAL}")
    try:
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
