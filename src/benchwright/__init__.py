"""benchwright's command line: runs the collection's playbooks and shows what they do. The same verbs in Python: :class:`Project`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from benchwright.project import Project

__all__ = ["Project"]


def __getattr__(name: str) -> Any:
    """Import what has a public name when it is asked for: the command line starts without it."""
    if name == "Project":
        from benchwright.project import Project

        return Project
    raise AttributeError(f"module 'benchwright' has no attribute {name!r}")
