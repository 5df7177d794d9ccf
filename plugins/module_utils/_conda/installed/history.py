# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""conda-meta/history, whose presence makes a directory an environment: read and continued as conda does it. Pure.

A revision is a line ``==> date <==``, comments (``# cmd:``, ``# conda version:``, ``# update specs: [...]``) and a line
for each package that was linked (``+channel/subdir::name-version-build``) or unlinked (``-``). ``conda list
--revisions`` shows them, ``conda env export --from-history`` prints the specs.
"""

from __future__ import annotations

import ast
import datetime
import json
import re
import typing as t
from dataclasses import dataclass, replace

from ..specs.channel import split_subdir, strip_credentials
from ..specs.match_spec import MatchSpec, MatchSpecError

if t.TYPE_CHECKING:
    from .prefix import InstalledPackage

HEAD = re.compile(r"==>\s*(.+?)\s*<==")
COMMAND = re.compile(r"#\s*cmd:\s*(.+)")
CONDA_VERSION = re.compile(r"#\s*conda version:\s*(.+)")
SPECS = re.compile(r"#\s*(\w+)\s*specs:\s*(.+)?")
# conda before 4.5 wrote "a >=1,<2,b"; what begins with an operator belongs to the spec before it.
CONTINUED = re.compile(r"[=<>!~*]")
NAME = re.compile(r"(?:.*::)?\s*([^\s=<>!~\[]+)")
# What conda calls an action in the file, and which of a revision's fields it fills.
ACTIONS = {
    "update": "update_specs",
    "install": "update_specs",
    "create": "update_specs",
    "remove": "remove_specs",
    "uninstall": "remove_specs",
    "neutered": "neutered_specs",
}


@dataclass(frozen=True)
class Revision:
    """One change of an environment, as its history tells it. Texts are as written and may hold credentials."""

    date: str
    """Local time, ``2026-11-22 18:31:47``."""
    command: str = ""
    conda_version: str = ""
    link: tuple[str, ...] = ()
    """Packages that came, as ``channel/subdir::name-version-build``."""
    unlink: tuple[str, ...] = ()
    update_specs: tuple[str, ...] = ()
    remove_specs: tuple[str, ...] = ()
    neutered_specs: tuple[str, ...] = ()
    """Specs that conda loosened because they were in the way of others."""
    whole: bool = False
    """``link`` is all that was there, without signs, as conda before 2.0 wrote it."""


def parse_history(text: str) -> list[Revision]:
    """Return the revisions, the oldest first. What is no line of a history is passed over."""
    sections: list[tuple[str, list[str]]] = []
    for line in filter(None, map(str.strip, text.splitlines())):
        head = HEAD.match(line)
        if head:
            sections.append((head.group(1), []))
        elif sections:
            sections[-1][1].append(line)
    return [_revision(date, lines) for date, lines in sections]


def requested_specs(revisions: t.Iterable[Revision], installed: t.Collection[str]) -> dict[str, str]:
    """Return what the user asked for and did not remove again: the package's name and the last spec for it.

    Names that are not in ``installed`` are left out, because conda did not always record removals.
    """
    specs: dict[str, str] = {}
    for revision in revisions:
        if not revision.command:  # as conda reads it
            continue
        for spec in revision.remove_specs:
            specs.pop(_name(spec), None)
        for spec in (*revision.update_specs, *revision.neutered_specs):
            specs[_name(spec)] = spec
    return {name: spec for name, spec in specs.items() if name in installed}


def channel_names(revisions: t.Iterable[Revision]) -> dict[str, str]:
    """Return, for each package that is there after the last revision, the channel as conda called it when it came."""
    linked = ((dist, line.rpartition("::")[0]) for dist, line in _linked(revisions).items())
    return {dist: strip_credentials(split_subdir(channel)[0]) for dist, channel in linked if channel}


def append_revision(
    history: str,
    records: t.Iterable[InstalledPackage],
    update_specs: t.Sequence[str],
    channels: t.Collection[str] = (),
    now: datetime.datetime | None = None,
    remove_specs: t.Sequence[str] = (),
    command: str = "benchwright.python.conda_env",
) -> str:
    """Return the history with one more revision: from what the revisions before left to ``records``.

    Before is what the history says and not what a run found, as in conda: that also tells what a killed run had linked.
    ``channels`` are those that were asked for, so that one that was asked for by its name is called by it.
    """
    before = _linked(parse_history(history))
    lines_now = (_history_line(package, channels) for package in records)
    after = {line.rpartition("::")[2]: line for line in lines_now}
    lines = [
        "==> {} <==".format((now or datetime.datetime.now()).strftime("%Y-%m-%d %H:%M:%S")),
        f"# cmd: {command}",
        *("-" + before[package] for package in sorted(set(before) - set(after))),
        *("+" + after[package] for package in sorted(set(after) - set(before))),
        *(f"# remove specs: {json.dumps(list(specs))}" for specs in [remove_specs] if specs),
        *(f"# update specs: {json.dumps(list(specs))}" for specs in [update_specs] if specs),
    ]
    separator = "\n" if history and not history.endswith("\n") else ""
    return history + separator + "\n".join(lines) + "\n"


def _revision(date: str, lines: t.Sequence[str]) -> Revision:
    revision = Revision(date)
    for line in lines:
        if line.startswith("#"):
            revision = replace(revision, **_comment(line))
    signs = "".join(line[0] for line in lines)
    if "+" in signs or "-" in signs:
        linked, unlinked = (tuple(sorted(line[1:] for line in lines if line[0] == sign)) for sign in "+-")
        return replace(revision, link=linked, unlink=unlinked)
    listed = tuple(sorted(line for line in lines if line[0] != "#"))
    return replace(revision, link=listed, whole=bool(listed))


def _comment(line: str) -> dict[str, t.Any]:
    command, version, specs = COMMAND.match(line), CONDA_VERSION.match(line), SPECS.match(line)
    if command:
        return {"command": command.group(1)}
    if version:
        return {"conda_version": version.group(1)}
    field = ACTIONS.get(specs.group(1)) if specs else None
    found = _specs(specs.group(2) or "") if specs and field else ()
    return {str(field): found} if found else {}


def _specs(text: str) -> tuple[str, ...]:
    """The specs of a comment; none where it is neither a list nor the old form."""
    specs: list[t.Any] = []
    if text.startswith("["):
        try:
            specs = list(ast.literal_eval(text))
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
            return ()
    elif "[" not in text:
        for part in text.split(","):
            if specs and CONTINUED.match(part):
                specs[-1] += "," + part
            else:
                specs.append(part)
    # conda marks with "@" what stood for a feature, not for a package.
    return tuple(spec for spec in specs if isinstance(spec, str) and spec.strip() and not spec.endswith("@"))


def _name(spec: str) -> str:
    try:
        return MatchSpec.parse(spec).name
    except MatchSpecError:  # conda's own spec, in a form that is not accepted from users
        found = NAME.match(spec)
        return found.group(1).lower() if found else spec


def _linked(revisions: t.Iterable[Revision]) -> dict[str, str]:
    """What is there after the last revision: ``name-version-build`` and the line that says so."""
    linked: dict[str, str] = {}
    for revision in revisions:
        if revision.whole:
            linked = {}
        for line in revision.unlink:
            linked.pop(line.rpartition("::")[2], None)
        linked.update((line.rpartition("::")[2], line) for line in revision.link)
    return linked


def _history_line(package: InstalledPackage, channels: t.Collection[str]) -> str:
    """A package as conda's history calls it: ``conda-forge/linux-64::six-1.17.0-0``."""
    channel = strip_credentials(split_subdir(package.channel)[0].rstrip("/"))
    name = channel.rpartition("/")[2]
    channel = name if name in channels and channel not in channels else channel
    return f"{channel}/{package.subdir}::{package.dist}"
