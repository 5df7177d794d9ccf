"""mamba 2 and micromamba, which answer alike: their arguments, their JSON, their exit codes."""

from __future__ import annotations

import json
import os
import shutil
import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from . import linking, solving
from .errors import CondaFailure, SeveralFailures, UsageError
from .generation import Flavour, generation_of
from .mamba2_arguments import parse, wanted_packages
from .mamba2_reports import NOTHING, export, full, info, installed, print_json, show_envs, show_list, show_search
from .prefix import Record, masked, records, requested, spec_name, write_history
from .settings import Settings, read_settings
from .solving import Plan

USAGE = 109
TRACE = """info     libmamba ****************** Backtrace Start ******************
error    libmamba No prefix found at: {prefix}
error    libmamba Environment must first be created with "micromamba create -n {{env_name}} ..."
critical libmamba Aborting.
info     libmamba ****************** Backtrace End ********************
"""
UNSOLVED = "critical libmamba Could not solve for environment specs\n"
MISMATCH = "critical libmamba Found incorrect downloads. Aborting\n"


class Stopped(Exception):
    """The command ends here with code 1: text for stderr, and for stdout an answer or nothing."""

    def __init__(self, text: str, answer: dict[str, Any] | None = None) -> None:
        super().__init__(text)
        self.text, self.answer = text, answer


def run(root: Path, version: str, flavour: Flavour, argv: list[str]) -> int:
    if argv == ["--version"]:
        sys.stdout.write(f"{version}\n")
        return 0
    try:
        given = parse(argv, tuple(COMMANDS))
    except UsageError as error:
        unexpected = next((word for word in argv if word in str(error)), argv[0] if argv else "")
        sys.stderr.write(
            f"The following argument was not expected: {unexpected}\nRun with --help for more information.\n"
        )
        return USAGE
    base = Path(given.root_prefix or os.environ.get("MAMBA_ROOT_PREFIX") or root)
    settings = read_settings(base, generation_of(version), flavour, sys.argv)
    if given.no_rc:
        settings = replace(settings, configuration={}, files=())
    try:
        COMMANDS[given.command](settings, given)
    except Stopped as stopped:
        sys.stderr.write(stopped.text)
        if stopped.answer and given.json:
            print_json(stopped.answer)
        return 1
    return 0


def create(settings: Settings, given: Namespace) -> None:
    """What is there is destroyed before anything is solved."""
    prefix = settings.prefix(given.name, given.prefix)
    if not given.dry_run and (prefix / "conda-meta").is_dir():
        if not given.yes:
            sys.stdout.write(
                f"Found conda-prefix at '{prefix}'. Overwrite?: [y/N] " + ("" if given.json else "Aborted.\n")
            )
            raise Stopped("critical libmamba Aborting.\n")
        shutil.rmtree(prefix)
    if prefix.is_dir() and any(prefix.iterdir()) and not (prefix / "conda-meta").is_dir():
        raise Stopped("critical libmamba Non-conda folder exists at prefix - aborting.\n")
    specs, linked = wanted_packages(given)
    if linked is not None:
        _explicit(settings, given, prefix, linked)
    elif not specs:
        _begin(prefix)
        print_json({"success": True})
    else:
        found = _solve(settings, given, prefix / "conda-meta/nowhere", specs)
        if not given.dry_run:
            _begin(prefix)
        _transact(settings, given, prefix, found, specs)


def _begin(prefix: Path) -> None:
    (prefix / "conda-meta").mkdir(parents=True, exist_ok=True)
    (prefix / "conda-meta/history").touch()


def install(settings: Settings, given: Namespace) -> None:
    """What is installed stays where the specs allow it, and goes where they do not."""
    prefix = _existing(settings, given)
    specs, linked = wanted_packages(given)
    if linked is not None:
        _explicit(settings, given, prefix, linked)
        return
    there = {record["name"] for record in records(prefix)}
    new = {spec_name(spec) for spec in specs} - there
    found = _solve(settings, given, prefix, specs, locked=given.command == "install" or bool(new))
    if given.force_reinstall:
        again = [record for record in records(prefix) if record["name"] in {spec_name(spec) for spec in specs}]
        found = Plan([*found.unlink, *again], [*found.link, *again])
    _transact(settings, given, prefix, found, specs)


def remove(settings: Settings, given: Namespace) -> None:
    """What is not there is no error."""
    prefix = _existing(settings, given)
    there = {record["name"]: record for record in records(prefix)}
    everything = given.command == "env remove"
    names = list(there) if everything or given.all else [name for name in given.specs if name in there]
    found = Plan([there[name] for name in names], [])
    if not given.force:
        found = solving.removal(prefix, names, orphans=not given.no_prune_deps)
    _transact(settings, given, prefix, found, names, "remove")
    if everything and not given.dry_run:
        shutil.rmtree(prefix)


def _existing(settings: Settings, given: Namespace) -> Path:
    prefix = settings.prefix(given.name, given.prefix)
    if not (prefix / "conda-meta").is_dir():
        raise Stopped(TRACE.format(prefix=prefix))
    return prefix


def _channels(settings: Settings, given: Namespace) -> list[str]:
    custom = json.loads(os.environ.get("MAMBA_CUSTOM_CHANNELS") or "{}")
    known = [f"{custom[name]}/{name}" if name in custom else name for name in given.channel]
    return settings.channels(known, given.override_channels)


def _solve(settings: Settings, given: Namespace, prefix: Path, specs: Sequence[str], locked: bool = True) -> Plan:
    channels = _channels(settings, given)
    there = [record["name"] for record in records(prefix)]
    wanted = there if given.all else list(specs)
    if locked and all(installed(prefix, spec) for spec in wanted):
        return Plan([], [])
    names = [name for name in there if name not in {spec_name(spec) for spec in wanted}]
    if given.freeze_installed:
        names = ["{name}=={version}={build}".format(**record) for record in records(prefix)]
    while True:
        try:
            return solving.plan(settings, prefix, channels, wanted, keep=False, lock=not given.all, others=names)
        except CondaFailure as failure:
            if failure.name == "UnavailableInvalidChannel":
                raise Stopped(f"critical libmamba Multiple errors occurred:\n    {failure.message}\n") from failure
            if not names or given.freeze_installed or failure.name != "UnsatisfiableError":
                raise Stopped(
                    UNSOLVED, {"solver_problems": [failure.problem or "unsupported request"], "success": False}
                ) from failure
            names = _without_conflict(prefix, wanted, names)


def _without_conflict(prefix: Path, wanted: Sequence[str], names: list[str]) -> list[str]:
    """Without the installed packages that need one of those that are asked for otherwise, and then without any."""
    moving = {spec_name(spec) for spec in wanted} & {record["name"] for record in records(prefix)}
    gone = {record["name"] for record in solving.removal(prefix, moving).unlink}
    left = [name for name in names if name not in gone]
    return left if left != names else []


def _explicit(settings: Settings, given: Namespace, prefix: Path, linked: list[Record]) -> None:
    """Link what the file lists on top of what is there: another version's record stays. Every digest is verified."""
    answer = _answer(settings, given, prefix, Plan([], linked))
    if not given.dry_run:
        _begin(prefix)
        _fetch(settings, linked, answer)
    if not given.dry_run and not given.download_only:
        linking.link(
            settings, prefix, [], linked, {record["name"]: record["name"] for record in linked}, replaces=False
        )
        described = [masked(linking.described(settings, record)) for record in linked]
        write_history(settings, prefix, [], described)
    print_json(answer)


def _transact(
    settings: Settings, given: Namespace, prefix: Path, found: Plan, specs: Sequence[str], word: str = "update"
) -> None:
    if not found.unlink and not found.link:
        print_json({"dry_run": given.dry_run, "message": NOTHING, "prefix": str(prefix), "success": True})
        return
    answer = _answer(settings, given, prefix, found)
    if not given.dry_run:
        _fetch(settings, found.link, answer)
    if not given.dry_run and not given.download_only:
        wanted = {spec_name(spec): spec for spec in [*requested(prefix).values(), *specs]}
        linking.link(settings, prefix, found.unlink, found.link, wanted)
        unlinked, linked = map(masked, found.unlink), map(masked, found.link)
        write_history(settings, prefix, unlinked, linked, f"# {word} specs: {json.dumps(list(specs))}")
    print_json(answer) if given.json else sys.stdout.write("Transaction finished\n")


def _fetch(settings: Settings, linked: Sequence[Record], answer: dict[str, Any]) -> None:
    """What the safety checks find is extracted again without a word, and by default nothing is looked for."""
    for record in linked if settings.safety_checks[0] == "enabled" else ():
        if linking.unsafe(settings, record):
            linking.forget(settings, record)
    try:
        linking.fetch(settings, linked, trust_local=False)
    except SeveralFailures as failure:
        wrong = any(part.name == "ChecksumMismatchError" for part in failure.failures)
        text = MISMATCH if wrong else f"critical libmamba Download error (37) {failure.message}\n"
        raise Stopped(text, {**answer, "success": False}) from failure


def _answer(settings: Settings, given: Namespace, prefix: Path, found: Plan) -> dict[str, Any]:
    fetched = [record for record in found.link if not linking.is_cached(settings, record)]
    parts = {
        "FETCH": [full(record) for record in fetched],
        "LINK": [full(record, "/" + record["subdir"] if record in found.unlink else "") for record in found.link],
        "UNLINK": [full(record, "/" + record["subdir"]) for record in found.unlink],
    }
    actions = {**{key: value for key, value in parts.items() if value}, "PREFIX": str(prefix)}
    return {"actions": actions, "dry_run": given.dry_run, "prefix": str(prefix), "success": True}


def search(settings: Settings, given: Namespace) -> None:
    channels, spec = _channels(settings, given), given.specs[0]
    show_search(spec, solving.search(settings, channels, [spec])[spec])


COMMANDS: dict[str, Callable[[Settings, Namespace], None]] = {
    "create": create,
    "install": install,
    "update": install,
    "remove": remove,
    "list": lambda settings, given: show_list(_existing(settings, given), given),
    "info": info,
    "search": search,
    "env list": show_envs,
    "env create": create,
    "env update": install,
    "env remove": remove,
    "env export": export,
}
