"""The arguments of mamba 2 and micromamba; unlike conda's they may stand in any order."""

from __future__ import annotations

import argparse
from argparse import Namespace
from collections.abc import Collection
from pathlib import Path
from typing import NoReturn

import yaml

from .errors import UsageError
from .packages import explicit_record
from .prefix import Record


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(message)


def parse(argv: list[str], commands: Collection[str]) -> Namespace:
    """The arguments; ``command`` is one of the commands. Raises UsageError."""
    words = 2 if argv[:1] == ["env"] else 1
    parser = _Parser(add_help=False, allow_abbrev=False)
    for names in (("-p", "--prefix"), ("-n", "--name"), ("-r", "--root-prefix"), ("--rc-file",)):
        parser.add_argument(*names)
    for names in (("-c", "--channel"), ("-f", "--file")):
        parser.add_argument(*names, action="append", default=[])
    flags = "--json --no-rc --override-channels --dry-run --offline --all --md5 --sha256 --explicit --prune --no-builds"
    flags += " --from-history --channel-subdir --no-prune-deps --force-reinstall --freeze-installed --download-only"
    for name in flags.split():
        parser.add_argument(name, action="store_true")
    parser.add_argument("-y", "--yes", action="store_true")
    parser.add_argument("-q", "--quiet", action="store_true")
    # -f means --file, so there is no short form; only remove has it.
    parser.add_argument("--force", action="store_true")
    parser.add_argument("specs", nargs="*")
    command = " ".join(argv[:words])
    if command not in commands:
        raise UsageError(command)
    given = parser.parse_intermixed_args(argv[words:])
    given.command = command
    return given


def wanted_packages(given: Namespace) -> tuple[list[str], list[Record] | None]:
    """The specs, and in place of them the records of an @EXPLICIT file."""
    specs = list(given.specs)
    for name in given.file:
        text = Path(name).read_text()
        lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
        if "@EXPLICIT" in lines:
            return [], [explicit_record(line) for line in lines if line != "@EXPLICIT"]
        if name.endswith((".yml", ".yaml")):
            content = yaml.safe_load(text)
            given.channel += content.get("channels", ())
            lines = content.get("dependencies", [])
        specs += lines
    return specs, None
