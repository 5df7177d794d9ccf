"""A plan that is kept in a file, and whether it is still what would happen."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchwright.errors import BenchwrightError
from benchwright.plan import Plan
from benchwright.whole_file import PRIVATE, write_whole

FORMAT = "1."
MOST_SHOWN = 10


def write_plan(path: Path, document: Mapping[str, Any]) -> None:
    """Write a plan's document, readable by its owner alone: differences may be nobody else's business. Raises BenchwrightError."""
    try:
        write_whole(path, (json.dumps(document, indent=2) + "\n").encode(), PRIVATE)
    except OSError as error:
        raise BenchwrightError(f"--out {path}: {error.strerror}") from error


def read_plan(path: Path) -> dict[str, Any]:
    """Return a plan's document. Raises BenchwrightError for what is none."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BenchwrightError(f"--plan {path}: {error.strerror}; 'benchwright plan --out {path}' makes it") from error
    except ValueError as error:
        raise BenchwrightError(f"--plan {path}: not JSON ({error})") from error
    if not (isinstance(found, dict) and isinstance(found.get("fingerprint"), list)):
        raise BenchwrightError(f"--plan {path}: not a plan; 'benchwright plan --out {path}' makes one")
    if not str(found.get("format_version", "")).startswith(FORMAT):
        raise BenchwrightError(f"--plan {path}: format {found.get('format_version')}, but only {FORMAT}x is understood")
    if not found.get("complete"):
        raise BenchwrightError(f"--plan {path}: the plan is not complete, so nothing was done; plan again")
    return found


def check_still_true(name: str, kept: Mapping[str, Any], now: Plan, playbook: str) -> None:
    """Raise BenchwrightError unless the plan of now is the kept one: the same changes on the same hosts, and nothing else."""
    if kept.get("playbook") != playbook:
        raise BenchwrightError(f"{name} is of the playbook {kept.get('playbook')}, not of {playbook}")
    before = {tuple(each) for each in kept["fingerprint"]}
    after = {tuple(each) for each in now.fingerprint}
    lines = [f"  no longer: {host}: {task}" for host, task, _digest in sorted(before - after)]
    lines += [f"  new or different: {host}: {task}" for host, task, _digest in sorted(after - before)]
    if lines:
        more = [f"  and {len(lines) - MOST_SHOWN} more"] if len(lines) > MOST_SHOWN else []
        told = "\n".join([*lines[:MOST_SHOWN], *more])
        raise BenchwrightError(f"{name} is no longer what would happen, so nothing was done:\n{told}\nPlan again.")
