"""The role options that 'up' or 'apply' was given on this machine, so that a bare 'up', 'verify' or 'down' means the same workbench."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from benchwright.errors import BenchwrightError
from benchwright.option_names import PAIR, mapping_of, names_in
from benchwright.whole_file import PRIVATE, write_whole


def checked(options: Sequence[str]) -> list[str]:
    """Return options as ``-e`` takes them, from wherever; refuse what Ansible would misread or overlook."""
    return [_check(option) for option in options]


def _check(option: str) -> str:
    if option.startswith("@"):
        path = Path(option[1:]).resolve()
        if not path.is_file():
            raise BenchwrightError(f"-e {option}: there is no file {path}")
        return f"@{path}"
    if option.startswith("{"):
        mapping_of(option)
    elif not PAIR.match(option):
        raise BenchwrightError(f"-e {option}: expected name=value, a JSON or YAML object, or @file")
    return option


def recall() -> list[str]:
    """Return what the last successful 'up' or 'apply' was given, and what those before it were."""
    try:
        return checked(json.loads(_path().read_text(encoding="utf-8"))["extra_vars"])
    except (FileNotFoundError, ValueError, KeyError, TypeError, BenchwrightError):
        return []  # nothing is lost but a default: what matters stands on the command line or in an inventory


def merged(before: Sequence[str], now: Sequence[str]) -> list[str]:
    """Return both, where names that are given now replace those from before."""
    replaced = {name for option in now for name in names_in(option)}
    kept = [option for option in before if not (names := names_in(option)) or not replaced.issuperset(names)]
    return [*(option for option in kept if option not in now), *now]


def named(options: Sequence[str]) -> list[str]:
    """Return what people are told of options: names, and files."""
    return [name for option in options for name in ([option] if option.startswith("@") else names_in(option))]


def remember(options: Sequence[str]) -> None:
    """Keep the options for the next time, readable by this user alone."""
    path = _path()
    if not options:
        forget()
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, json.dumps({"extra_vars": list(options)}).encode(), PRIVATE)


def forget() -> None:
    """Remove what was kept."""
    _path().unlink(missing_ok=True)
    with suppress(OSError):  # environments lie there too
        _path().parent.rmdir()


def _path() -> Path:
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share"
    return Path(base, "benchwright", "up.json")
