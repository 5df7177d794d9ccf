"""Solving with rattler, asked as conda's classic solver understands its arguments."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import rattler
from rattler.exceptions import GatewayError, SolverError

from .errors import CondaFailure, not_in_channels, unsatisfiable
from .prefix import Record, dist, rattler_records, records, requested, spec_name
from .settings import READ_TIMEOUT, SUBDIRS, Settings

AnyRecord = TypeVar("AnyRecord", bound=rattler.PackageRecord)


@dataclass(frozen=True)
class Plan:
    """What a transaction unlinks and links, in this order."""

    unlink: list[Record]
    link: list[Record]


def as_record(found: rattler.RepoDataRecord) -> Record:
    record: Record = json.loads(found.to_json())
    return {**record, "url": str(found.url)}


def search(settings: Settings, channels: Sequence[str], specs: Iterable[str]) -> dict[str, list[Record]]:
    """What the channels offer for each spec, oldest first."""
    return asyncio.run(_search(settings, channels, list(specs)))


async def _search(settings: Settings, channels: Sequence[str], specs: list[str]) -> dict[str, list[Record]]:
    found: dict[str, list[Record]] = {}
    for spec in specs:
        parsed = rattler.MatchSpec(spec)
        answers = await _query(settings, channels, parsed)
        matching = [record for record in answers if parsed.matches(record)]
        ordered = sorted(matching, key=lambda record: (record.version, record.build_number))
        found[spec] = [as_record(record) for record in ordered]
    return found


async def _query(settings: Settings, channels: Sequence[str], spec: rattler.MatchSpec) -> list[rattler.RepoDataRecord]:
    try:
        query = _gateway(settings).query(list(channels), list(SUBDIRS), [spec], recursive=False)
        answers = await asyncio.wait_for(query, READ_TIMEOUT)
    except TimeoutError as error:
        message = f"HTTP 000 CONNECTION FAILED for url <{channels[0]}>\nRead timed out. (read timeout={READ_TIMEOUT})"
        raise CondaFailure("CondaHTTPError", message) from error
    except GatewayError as error:
        raise unavailable(channels, str(error)) from error
    return [record for channel in answers for record in channel]


def _gateway(settings: Settings) -> rattler.Gateway:
    """Its client, as that of the downloads, reads the logins in $NETRC or ~/.netrc; no address ever holds them."""
    return rattler.Gateway(cache_dir=settings.package_caches[0] / "cache", client=rattler.Client.default_client())


def unavailable(channels: Sequence[str], cause: str) -> CondaFailure:
    """A channel does not answer, or not with an index."""
    broken = next((channel for channel in channels if channel in cause), channels[0])
    name = broken.rpartition("/")[2]
    if "EOF" in cause or "expected" in cause:
        return CondaFailure("JSONDecodeError", f"{broken}: {cause}")
    return CondaFailure(
        "UnavailableInvalidChannel",
        f"HTTP 404 UNAVAILABLE OR INVALID for channel {name} <{broken}>\n\nThe channel is not accessible or is invalid.",
        channel_name=name,
        channel_url=broken,
        reason="UNAVAILABLE OR INVALID",
        status_code=404,
    )


def canonical(spec: str) -> str:
    """As conda prints a spec: ``tinya[version='>=1,<2']``."""
    found = re.fullmatch(r"([\w.-]+)\s*([<>!=~][^\[\]]*)", spec)
    simple = re.fullmatch(r"[\w.-]+={0,2}[\w.*]*(=[\w.*]+)?", spec)
    return spec if simple or not found else f"{found.group(1)}[version='{found.group(2).strip()}']"


def plan(
    settings: Settings,
    prefix: Path,
    channels: Sequence[str],
    specs: Sequence[str],
    keep: bool = True,
    update_all: bool = False,
    lock: bool = False,
    others: Sequence[str] = (),
) -> Plan:
    """Solve for the specs. With ``keep`` what is installed stays, newer only where that was named; with ``lock`` that too
    stays if it can; ``others`` are further specs, which no channel need have. Raises CondaFailure.
    """
    if not channels:
        raise CondaFailure("NoChannelsConfiguredError", "No channels are configured.")
    missing = [spec for spec, found in search(settings, channels, specs).items() if not found]
    if missing:
        urls = [f"{channel}/{subdir}" for channel in channels for subdir in SUBDIRS]
        raise not_in_channels(settings.generation, [canonical(spec) for spec in missing], urls)
    named = {spec_name(spec) for spec in specs}
    before = rattler_records(prefix)
    asked = [*specs, *others]
    if keep:
        wanted = {} if update_all else requested(prefix)
        names = [record.name.normalized for record in before if record.name.normalized not in named]
        asked += [wanted.get(name, name) for name in names]
    locked = [] if update_all else [record for record in before if lock or record.name.normalized not in named]
    return _difference(prefix, asyncio.run(_solve(settings, prefix, channels, asked, locked)))


async def _solve(
    settings: Settings,
    prefix: Path,
    channels: Sequence[str],
    specs: Sequence[str],
    locked: Sequence[rattler.PrefixRecord],
) -> list[rattler.RepoDataRecord]:
    pinned = prefix / "conda-meta/pinned"
    pins = [line for line in pinned.read_text().splitlines() if line.strip()] if pinned.exists() else []
    priority = rattler.ChannelPriority.Strict if settings.strict else rattler.ChannelPriority.Disabled
    try:
        return await rattler.solve(
            list(channels),
            [rattler.MatchSpec(spec) for spec in specs],
            gateway=_gateway(settings),
            platforms=list(SUBDIRS),
            locked_packages=list(locked),
            virtual_packages=rattler.VirtualPackage.detect(),
            channel_priority=priority,
            constraints=[rattler.MatchSpec(pin) for pin in pins],
        )
    except GatewayError as error:
        raise unavailable(channels, str(error)) from error
    except SolverError as error:
        raise unsatisfiable(settings.generation, *await _conflict(settings, channels, specs)) from error


async def _conflict(
    settings: Settings, channels: Sequence[str], specs: Sequence[str]
) -> tuple[str, list[list[str]], str]:
    """The first package that is asked for and that something else that is asked for wants otherwise."""
    by_name = {spec_name(spec): spec for spec in specs}
    for spec in specs:
        for record in await _query(settings, channels, rattler.MatchSpec(spec)):
            for dependency in record.depends:
                name = spec_name(dependency)
                if name in by_name and by_name[name] != name:
                    package = dist(as_record(record))
                    problem = f"package {package} requires {dependency}, but none of the providers can be installed"
                    return name, [[by_name[name]], [spec, canonical(dependency)]], problem
    return "", [], ""


def _difference(prefix: Path, solution: Sequence[rattler.RepoDataRecord]) -> Plan:
    before = {record["name"]: record for record in records(prefix)}
    after = {record.name.normalized: record for record in solution}

    def same(name: str) -> bool:
        old, new = before[name], after[name]
        return (old["version"], old["build"], old["subdir"]) == (str(new.version), str(new.build), new.subdir)

    stay = {name for name in before if name in after and same(name)}
    linked = [as_record(record) for record in in_order([after[name] for name in after if name not in stay])]
    return Plan([record for name, record in before.items() if name not in stay], linked)


def in_order(found: Sequence[AnyRecord]) -> list[AnyRecord]:
    """Dependencies first."""
    by_name = {record.name.normalized: record for record in found}
    return [by_name[record.name.normalized] for record in rattler.PackageRecord.sort_topologically(list(found))]


def removal(prefix: Path, names: Iterable[str], orphans: bool = True) -> Plan:
    """Unlink the packages, what needs them, and with ``orphans`` what only they needed and nobody asked for."""
    installed = {record["name"]: record for record in records(prefix)}
    needs = {name: {spec_name(text) for text in record["depends"]} for name, record in installed.items()}
    wanted, gone = requested(prefix), list(names)
    for name in gone:
        gone += [other for other, needed in needs.items() if name in needed and other not in gone]
    for name in gone if orphans else ():
        for needed in sorted(needs[name] & set(installed) - set(gone) - set(wanted)):
            if not any(needed in needs[other] for other in installed if other not in gone):
                gone.append(needed)
    return Plan([installed[name] for name in gone], [])
