"""The command itself: arguments in, JSON or text and an exit code out."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NoReturn

from . import answers, environments, mamba2, packages, reports
from .arguments import parse
from .errors import CondaFailure, UsageError
from .generation import Flavour, generation_of
from .settings import read_settings

MODULES = (packages, environments, reports)


def main(root: str, generation: str, flavour: Flavour) -> NoReturn:
    """Run once and leave. py-rattler can die in its teardown, so this does not wait for that."""
    run = mamba2.run if flavour in ("mamba2", "micromamba") else _run
    code = run(Path(root), generation, flavour, sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _run(root: Path, version: str, flavour: Flavour, argv: list[str]) -> int:
    settings = read_settings(root, generation_of(version), flavour, sys.argv)
    if argv[:1] in (["-V"], ["--version"]):
        sys.stdout.write(answers.version_text(settings))
        return 0
    try:
        given = parse(settings.generation, argv)
    except UsageError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    try:
        found = [getattr(module, given.command) for module in MODULES if hasattr(module, given.command)]
        found[0](settings, given)
    except CondaFailure as failure:
        answers.print_failure(settings, failure, getattr(given, "json", False))
        return failure.code
    return 0
