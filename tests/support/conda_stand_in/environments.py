"""conda env create, update, remove and config vars: what reads environment.yml, and what removes an environment."""

from __future__ import annotations

import shutil
import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

import yaml

from . import answers, packages, solving
from .errors import CondaFailure
from .prefix import (
    base_url,
    is_environment,
    records,
    requested,
    require_environment,
    require_thawed,
    variables,
    write_variables,
)
from .settings import Settings
from .solving import Plan

SECTIONS = ("name", "channels", "dependencies", "prefix", "variables")


def env_create(settings: Settings, given: Namespace) -> None:
    """What happens with an environment that is there depends on the generation: see Generation.existing."""
    content = _read(settings, given.file)
    prefix = _prefix(settings, given, content)
    existing = is_environment(prefix)
    if existing and settings.generation.existing == "refuse":
        raise CondaFailure("CondaValueError", f"prefix already exists: {prefix}")
    if existing and settings.generation.existing == "recreate" and not given.dry_run:
        shutil.rmtree(prefix)
    if given.dry_run and settings.generation.dry_run_environment == "environment":
        _print_solved(settings, prefix, content)
        return
    _apply(settings, given, prefix, content, prune=False)


def env_update(settings: Settings, given: Namespace) -> None:
    """Adds, and with --prune removes packages; variables that the file no longer has stay."""
    content = _read(settings, given.file)
    prefix = _prefix(settings, given, content)
    if not getattr(given, "override_frozen", False):
        require_thawed(settings, prefix)
    _apply(settings, given, prefix, content, prune=given.prune)


def env_remove(settings: Settings, given: Namespace) -> None:
    """Prints nothing where no package was left to unlink, nor in a dry run of that."""
    prefix = settings.prefix(given.name, given.prefix)
    require_environment(prefix)
    require_thawed(settings, prefix)
    found = solving.removal(prefix, [record["name"] for record in records(prefix)])
    if found.unlink:
        packages.transact(settings, prefix, found, given, [])
    if not given.dry_run:
        shutil.rmtree(prefix)


def variables_list(settings: Settings, given: Namespace) -> None:
    prefix = settings.prefix(given.name, given.prefix)
    require_environment(prefix)
    if given.json:
        answers.print_json(settings, variables(prefix))
        return
    sys.stdout.write("".join(f"{key} = {value}\n" for key, value in variables(prefix).items()))


def variables_set(settings: Settings, given: Namespace) -> None:
    prefix = settings.prefix(given.name, given.prefix)
    require_environment(prefix)
    write_variables(prefix, dict(pair.split("=", 1) for pair in given.vars))


def variables_unset(settings: Settings, given: Namespace) -> None:
    prefix = settings.prefix(given.name, given.prefix)
    require_environment(prefix)
    write_variables(prefix, dict.fromkeys(given.vars, "***unset***"))


def _read(settings: Settings, name: str) -> dict[str, Any]:
    """The file; sections that conda does not know are complained of on stdout, even with --json."""
    path = Path(name)
    if not path.is_file():
        message = f"'{path.absolute()}' file not found"
        raise CondaFailure("EnvironmentFileNotFound", message, filename=str(path.absolute()))
    content: dict[str, Any] = yaml.safe_load(path.read_text()) or {}
    unknown = [key for key in content if key not in SECTIONS]
    shown = name if settings.generation.export_formats else path.absolute()
    text = f"\nEnvironmentSectionNotValid: The following section on '{shown}' is invalid and will be ignored:\n"
    if unknown:
        bullets = "".join(f" - {key}\n" for key in unknown)
        sys.stdout.write((text + bullets + "\n") * settings.generation.sections_complained_of)
    return content


def _prefix(settings: Settings, given: Namespace, content: dict[str, Any]) -> Path:
    if not (given.prefix or given.name or content.get("name")):
        raise CondaFailure("SpecNotFound", "Environment with no name: pass --name or --prefix")
    return settings.prefix(given.name or content.get("name"), given.prefix)


def _channels(settings: Settings, content: dict[str, Any]) -> list[str]:
    """Those of the file, and, unless it says nodefaults, those of the configuration."""
    named = list(content.get("channels") or ())
    return settings.channels(named, override="nodefaults" in named)


def _specs(content: dict[str, Any]) -> list[str]:
    found = content.get("dependencies") or ()
    if any(isinstance(entry, dict) for entry in found):
        raise CondaFailure("CondaEnvException", "the stand-in has no pip")
    return [str(entry) for entry in found]


def _solve(settings: Settings, prefix: Path, content: dict[str, Any], keep: bool) -> Plan:
    return solving.plan(settings, prefix, _channels(settings, content), _specs(content), keep=keep)


def _apply(settings: Settings, given: Namespace, prefix: Path, content: dict[str, Any], prune: bool) -> None:
    packages.transact(settings, prefix, _solve(settings, prefix, content, not prune), given, _specs(content))
    if content.get("variables") and not getattr(given, "dry_run", False):
        write_variables(prefix, {key: str(value) for key, value in content["variables"].items()})


def _print_solved(settings: Settings, prefix: Path, content: dict[str, Any]) -> None:
    found = _solve(settings, prefix, content, keep=False)
    solved = ["{}/{subdir}::{name}=={version}={build}".format(base_url(record), **record) for record in found.link]
    channels = _channels(settings, content)
    answers.print_json(settings, {"name": prefix.name, "channels": channels, "dependencies": solved})


def describe(settings: Settings, prefix: Path, from_history: bool, builds: bool, ignore: bool) -> dict[str, Any]:
    """The environment as environment.yml has it."""
    installed = records(prefix)
    channels = [] if ignore else list(dict.fromkeys(base_url(record) for record in installed))
    wanted = [
        "{name}={version}={build}".format(**record) if builds else "{name}={version}".format(**record)
        for record in installed
    ]
    found = variables(prefix)
    return {
        "name": settings.name(prefix) or str(prefix),
        "channels": channels,
        "dependencies": list(requested(prefix).values()) if from_history else wanted,
        **({"variables": found} if found else {}),
        "prefix": str(prefix),
    }
