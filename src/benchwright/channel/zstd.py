"""Zstandard: the standard library's where it has it (Python 3.14), else its backport."""

from __future__ import annotations

from importlib import import_module
from typing import Any


def library() -> Any:
    """The module with compress() and decompress()."""
    try:
        return import_module("compression.zstd")
    except ImportError:
        return import_module("backports.zstd")


def compress(data: bytes | memoryview, level: int) -> bytes:
    """One frame; the same data, level and library give the same bytes."""
    return bytes(library().compress(data, level))
