"""conda create, install, update, remove and search."""

from __future__ import annotations

import re
import shutil
import sys
import time
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

from . import answers, linking, solving
from .errors import CondaFailure, SeveralFailures, not_in_channels, not_in_prefix
from .prefix import (
    Record,
    base_url,
    full,
    is_environment,
    records,
    require_environment,
    require_thawed,
    spec_name,
    write_history,
)
from .settings import SUBDIRS, Settings
from .solving import Plan

EXPLICIT_LINE = re.compile(r"(?P<url>[^#\s]+)(?:#(?P<kind>sha256:)?(?P<digest>[0-9a-f]+))?$")


def create(settings: Settings, given: Namespace) -> None:
    """An environment that is there is destroyed, whatever was said or not said about -y."""
    prefix = settings.prefix(given.name, given.prefix)
    specs = _specs(given)
    if specs is None:
        if is_environment(prefix) and not given.dry_run:
            shutil.rmtree(prefix)
        _explicit(settings, given, prefix)
        return
    found = solving.plan(settings, _nowhere(prefix), channels(settings, given), specs, keep=False) if specs else None
    if is_environment(prefix) and not given.dry_run:
        shutil.rmtree(prefix)
    transact(settings, prefix, found or Plan([], []), given, specs)


def _nowhere(prefix: Path) -> Path:
    """What is installed plays no part in a create."""
    return prefix / "conda-meta/nowhere"


def install(settings: Settings, given: Namespace) -> None:
    prefix = settings.prefix(given.name, given.prefix)
    require_environment(prefix)
    if not getattr(given, "override_frozen", False):
        require_thawed(settings, prefix)
    specs = _specs(given)
    if specs is None:
        _explicit(settings, given, prefix)
        return
    if not specs:
        rest = " or --file" if settings.generation.parts < (26, 0) else ", --file or --revision"
        begin = "command line package specs" if settings.generation.parts < (26, 0) else "one of command line packages"
        raise CondaFailure("CondaValueError", f"too few arguments, must supply {begin}{rest}")
    transact(settings, prefix, solving.plan(settings, prefix, channels(settings, given), specs), given, specs)


def update(settings: Settings, given: Namespace) -> None:
    prefix = settings.prefix(given.name, given.prefix)
    require_environment(prefix)
    installed = [record["name"] for record in records(prefix)]
    for spec in given.packages:
        if spec_name(spec) not in installed:
            message = f"Package is not installed in prefix.\n  prefix: {prefix}\n  package name: {spec}\n"
            raise CondaFailure("PackageNotInstalledError", message, package_name=spec, prefix=str(prefix))
    specs = installed if given.all else given.packages
    asked = channels(settings, given)
    transact(settings, prefix, solving.plan(settings, prefix, asked, specs, update_all=given.all), given, [])


def remove(settings: Settings, given: Namespace) -> None:
    prefix = settings.prefix(given.name, given.prefix)
    require_environment(prefix)
    require_thawed(settings, prefix)
    installed = [record["name"] for record in records(prefix)]
    if given.all:
        transact(settings, prefix, solving.removal(prefix, installed), given, [])
        if not given.dry_run:
            shutil.rmtree(prefix)
        return
    if not given.packages:
        message = 'no package names supplied,\n       try "conda remove -h" for more details'
        raise CondaFailure("CondaValueError", message)
    names = [spec_name(spec) for spec in given.packages]
    missing = [name for name in names if name not in installed]
    if missing:
        raise not_in_prefix(settings.generation, missing, prefix)
    there = {record["name"]: record for record in records(prefix)}
    found = Plan([there[name] for name in names], []) if given.force else solving.removal(prefix, names)
    transact(settings, prefix, found, given, names, word="remove")


def search(settings: Settings, given: Namespace) -> None:
    asked = channels(settings, given)
    found = solving.search(settings, asked, [given.spec])[given.spec]
    if not found:
        urls = [f"{channel}/{subdir}" for channel in asked for subdir in SUBDIRS]
        raise not_in_channels(settings.generation, [solving.canonical(given.spec)], urls)
    if given.json:
        by_name: dict[str, list[Record]] = {}
        for record in found:
            by_name.setdefault(record["name"], []).append(full(record))
        answers.print_json(settings, by_name)
        return
    for record in found:
        sys.stdout.write("{name:20} {version:>10} {build:>20}\n".format(**record))


def channels(settings: Settings, given: Namespace) -> list[str]:
    if given.override_channels and not given.channel:
        message = "At least one -c / --channel flag must be supplied when using --override-channels."
        raise CondaFailure("ArgumentError", message, code=2)
    return settings.channels(given.channel, given.override_channels)


def transact(
    settings: Settings, prefix: Path, found: Plan, given: Namespace, specs: Sequence[str], word: str = "update"
) -> None:
    """Print what is done, and do it unless that is a dry run."""
    new = not is_environment(prefix)
    if not new and not found.unlink and not found.link:
        answers.nothing_to_do(settings, given.json)
        return
    dry_run = getattr(given, "dry_run", False)
    answer = answers.actions(settings, prefix, found, dry_run, answers.uncached(settings, found))
    if not dry_run:
        linking.fetch(settings, found.link)
        if not getattr(given, "download_only", False):
            _check_safety(settings, found.link, given.json)
            apply(settings, prefix, found, specs, word)
    answers.print_actions(settings, answer, given.json)


def apply(settings: Settings, prefix: Path, found: Plan, specs: Sequence[str], word: str = "update") -> None:
    """Change the prefix and note it in the history."""
    wanted = {spec_name(spec): spec for spec in specs}
    begin = not is_environment(prefix)
    linking.link(settings, prefix, found.unlink, found.link, wanted)
    write_history(settings, prefix, found.unlink, found.link, f"# {word} specs: {list(specs)}" if specs else "")
    if begin and settings.generation.parts >= (26, 0):
        (prefix / "conda-meta/created_at").write_text(str(time.time()))


def _check_safety(settings: Settings, linked: Sequence[Record], as_json: bool) -> None:
    failures = [failure for record in linked for failure in linking.unsafe(settings, record)]
    if failures and settings.safety_checks[0] == "enabled":
        raise SeveralFailures(failures)
    if failures:  # only a warning, and with --json an error object before the answer
        answers.print_failure(settings, SeveralFailures(failures), as_json)


def _specs(given: Namespace) -> list[str] | None:
    """The specs on the command line and in files; None where a file begins with @EXPLICIT."""
    specs = list(given.packages)
    for name in given.file:
        lines = _lines(Path(name))
        if "@EXPLICIT" in lines:
            return None
        if name.endswith((".yml", ".yaml")):
            raise CondaFailure("CondaValueError", f"Cannot handle format of specfile: {name}")
        specs += lines
    return specs


def _lines(path: Path) -> list[str]:
    if not path.is_file():
        absolute = path.absolute()
        message = f"'{absolute}' file not found"
        raise CondaFailure("EnvironmentFileNotFound", message, filename=str(absolute))
    return [line.strip() for line in path.read_text().splitlines() if line.strip() and not line.startswith("#")]


def _explicit(settings: Settings, given: Namespace, prefix: Path) -> None:
    """Install what the file lists, and print nothing at all. A package that is there is linked again."""
    lines = [line for name in given.file for line in _lines(Path(name)) if line != "@EXPLICIT"]
    linked = [explicit_record(line) for line in lines]
    if settings.generation.parts < (24, 9) and any("sha256" in record for record in linked):
        raise CondaFailure("ParseError", f"Could not parse explicit URL: {lines[0]}")
    if given.dry_run:
        return
    linking.fetch(settings, linked)
    if given.download_only:
        return
    _check_safety(settings, linked, given.json)
    names = {record["name"] for record in linked}
    unlinked = [record for record in records(prefix) if record["name"] in names]
    described = [linking.described(settings, record) for record in linked]
    specs = ["{}/{subdir}::{name}=={version}={build}".format(base_url(record), **record) for record in described]
    order = solving.in_order([linking.as_rattler(settings, record) for record in described])
    by_name = {record["name"]: record for record in described}
    apply(settings, prefix, Plan(unlinked, [by_name[record.name.normalized] for record in order]), specs)


def explicit_record(line: str) -> Record:
    """A line of an @EXPLICIT file; its digest is believed."""
    found = EXPLICIT_LINE.match(line)
    if not found:
        raise CondaFailure("ParseError", f"Could not parse explicit URL: {line}")
    url, digest = found["url"], found["digest"]
    file_name = unquote(urlsplit(url).path).rpartition("/")[2]
    stem = file_name.removesuffix(".conda").removesuffix(".tar.bz2")
    name, version, build = stem.rsplit("-", 2)
    record: Record = {"name": name, "version": version, "build": build, "url": url, "subdir": url.split("/")[-2]}
    if digest:
        record["md5" if len(digest) == 32 else "sha256"] = digest
    return record
