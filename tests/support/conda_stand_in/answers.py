"""What is printed."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .errors import CondaFailure
from .generation import MAMBA1
from .linking import is_cached
from .prefix import Record, full, short
from .settings import Settings
from .solving import Plan

DONE = "All requested packages already installed."


def print_json(settings: Settings, answer: Any) -> None:
    """As conda's reporter does: no newline at the end."""
    text = json.dumps(answer, indent=2, sort_keys=settings.generation.sorted_keys, ensure_ascii=False)
    sys.stdout.write(text)


def print_failure(settings: Settings, failure: CondaFailure, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(failure.answer(), indent=2, sort_keys=True) + "\n\n")
    else:
        sys.stderr.write(f"\n{failure.name}: {failure.message}\n\n")


def nothing_to_do(settings: Settings, as_json: bool) -> None:
    if as_json:
        print_json(settings, {"success": True, "message": DONE})
    else:
        sys.stdout.write(f"\n# {DONE}\n\n")


def actions(settings: Settings, prefix: Path, found: Plan, dry_run: bool, uncached: Sequence[Record]) -> dict[str, Any]:
    """What a transaction does; only FETCH describes packages in full, and holds only what no cache has."""
    describe = full if settings.flavour == "mamba1" else short
    parts: dict[str, Any] = {"FETCH": [full(record) for record in uncached], "PREFIX": str(prefix)}
    for key, changed in (("UNLINK", found.unlink), ("LINK", found.link)):
        if changed:
            parts[key] = [describe(record) for record in changed]
    return {"success": True, "actions": parts, "prefix": str(prefix), **({"dry_run": True} if dry_run else {})}


def uncached(settings: Settings, found: Plan) -> list[Record]:
    return [record for record in found.link if not is_cached(settings, record)]


def print_actions(settings: Settings, answer: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(settings, answer)
        return
    sys.stdout.write(f"\n## Package Plan ##\n\n  environment location: {answer['prefix']}\n\n")
    for key in ("UNLINK", "LINK"):
        for record in answer["actions"].get(key, ()):
            sys.stdout.write(f"  {key.lower()} {record['name']}-{record['version']}\n")


def version_text(settings: Settings) -> str:
    begin = f"mamba {MAMBA1}\n" if settings.flavour == "mamba1" else ""
    return f"{begin}conda {settings.generation.version}\n"
