# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""An environment as a file from which it can be made again: environment.yml, its JSON form, or a list of addresses. Pure.

As conda writes it, apart from this: no ``prefix`` and no time stamps, no credentials, no channel that is only in somebody's
configuration; nothing that is installed is left out in silence; ``--from-history`` keeps exact pins exact.
"""

from __future__ import annotations

import json
import re
import typing as t

from ..errors import CondaError
from ..installed.prefix import InstalledPackage
from ..installed.python_package import PythonPackage
from ..specs.channel import ChannelName, strip_credentials, without_credentials
from ..specs.dependency_name import dependency_name
from ..specs.match_spec import MatchSpec, MatchSpecError
from .snapshot import Snapshot
from .yaml_text import dump

EXPLICIT_HEADER = """\
# This file may be used to create an environment using:
# $ conda create --name <env> --file <this file>
# platform: {}
@EXPLICIT
"""
FORMATS = ("environment-yaml", "environment-json", "explicit")
SURROGATE = re.compile(r"[\ud800-\udfff]")
# The variables of an exported text, YAML or JSON, and the name in each one's first line.
VARIABLES = re.compile(r'(?m)^(variables:|  "variables": \{)\n((?:\n|(?!  \}) .*\n?)*)')
VARIABLE = re.compile(r"""( +)((?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s:"']+):)\s""")


class ExportError(CondaError):
    """The environment cannot be written in this format without losing something; the text says what and what to do."""


class Options(t.NamedTuple):
    """What is to be written, and how."""

    format: str = FORMATS[0]
    no_builds: bool = False
    from_history: bool = False
    variables: bool = True
    pip: bool = True
    channels: tuple[str, ...] = ()
    """What to call channels, in this order; those that no package came from are not written."""


DEFAULTS = Options()


def export(snapshot: Snapshot, options: Options = DEFAULTS) -> str:
    """Return the text of the file; raises :class:`ExportError` where the format cannot hold what is installed."""
    if options.format == "explicit":
        return _explicit(snapshot, options)
    document = _document(snapshot, options)
    if options.format == "environment-json":
        # A half of a surrogate pair, which JSON lets a variable hold, has no place in UTF-8.
        text = json.dumps(document, indent=2, ensure_ascii=False)
        return (json.dumps(document, indent=2) if SURROGATE.search(text) else text) + "\n"
    return dump(document)


def unused_channels(snapshot: Snapshot, options: Options) -> list[str]:
    """Return those of the channels asked for that are not written, because no package came from them."""
    asked = [] if options.format == "explicit" else [strip_credentials(channel) for channel in options.channels]
    return [channel for channel in asked if not any(map(ChannelName(channel).matches, snapshot.channels))]


def without_values(text: str) -> str:
    """Return an exported text as a diff may show it: variables without their values, addresses without credentials."""
    if "variables" in text and not VARIABLES.search(text):
        return "(variables in a layout of somebody else's, not shown because their values may be secrets)\n"
    return without_credentials(VARIABLES.sub(_without_values, text))


def link_order(packages: t.Iterable[InstalledPackage]) -> list[InstalledPackage]:
    """Return the packages so that each comes after what it depends on, in the order of ``conda list --explicit``.

    First those that nothing connects, then in rounds by name; in a cycle the one with the fewest dependencies goes first.
    """
    by_name = {package.name: package for package in packages}
    waiting = {name: _parents(package, by_name) for name, package in by_name.items()}
    _after_menuinst(waiting)
    connected = {parent for parents in waiting.values() for parent in parents}
    order = sorted(name for name, parents in waiting.items() if not parents and name not in connected)
    while waiting:
        free = sorted(name for name, parents in waiting.items() if not parents)
        free = free or [min(waiting, key=lambda name: (len(waiting[name]), name))]
        order += free
        for name in free:
            del waiting[name]
        for parents in waiting.values():
            parents.difference_update(free)
    return [by_name[name] for name in dict.fromkeys(order)]


def _document(snapshot: Snapshot, options: Options) -> dict[str, t.Any]:
    dependencies: list[t.Any] = (
        list(snapshot.requested.values())
        if options.from_history
        else [_pin(package, options.no_builds) for package in snapshot.packages]
    )
    if snapshot.pip and options.pip:
        dependencies.append({"pip": [_requirement(package) for package in snapshot.pip]})
    document: dict[str, t.Any] = {
        "name": snapshot.name,
        "channels": _channels(snapshot.channels, options.channels),
        "dependencies": dependencies,
        "variables": dict(snapshot.contents.variables) if options.variables else {},
    }
    return {key: value for key, value in document.items() if value or key == "dependencies"}


def _channels(found: t.Sequence[str], preferred: t.Sequence[str]) -> list[str]:
    names = {channel: ChannelName(channel) for channel in map(strip_credentials, preferred)}
    used = [channel for channel, name in names.items() if any(name.matches(other) for other in found)]
    return [*used, *(other for other in found if not any(names[channel].matches(other) for channel in used))]


def _pin(package: InstalledPackage, no_builds: bool) -> str:
    return "=".join((package.name, package.version, *([] if no_builds else [package.build])))


def _requirement(package: PythonPackage) -> str:
    """What comes from no index has to say from where; a directory of this host would mean nothing on another one."""
    if package.direct_url and not package.direct_url.startswith("file:"):
        return f"{package.name} @ {strip_credentials(package.direct_url)}"
    return f"{package.name}=={package.version}"


def _explicit(snapshot: Snapshot, options: Options) -> str:
    if snapshot.pip and options.pip:
        names = ", ".join(package.name for package in snapshot.pip)
        raise ExportError(
            f"the format 'explicit' has no place for pip's packages, and these are installed: {names}; choose "
            "'environment-yaml', or leave them out with ignore_pip"
        )
    lines = [_address(package) for package in link_order(snapshot.packages)]
    return EXPLICIT_HEADER.format(snapshot.platform) + "".join(line + "\n" for line in lines)


def _address(package: InstalledPackage) -> str:
    digest = package.sha256 or package.md5
    if "://" not in package.url:
        raise ExportError(
            f"conda's record of {package.name} does not say where it came from, so it cannot be listed by its address; "
            "choose 'environment-yaml'"
        )
    return strip_credentials(package.url) + (f"#{digest}" if digest else "")


def _parents(package: InstalledPackage, installed: t.Mapping[str, InstalledPackage]) -> set[str]:
    """The names of the installed packages that this one depends on; pip, which python may name, would be a circle."""
    found = {name for text in package.depends for name in [dependency_name(text)] if name in installed}
    satisfied = {name for name in found if any(_matches(text, installed[name]) for text in package.depends)}
    return satisfied - {package.name} - ({"pip"} if package.name == "python" else set())


def _matches(text: str, package: InstalledPackage) -> bool:
    try:
        return MatchSpec.parse(text).matches(package)
    except MatchSpecError:  # a channel may write what it likes; the name says enough for an order
        return dependency_name(text) == package.name


def _after_menuinst(waiting: dict[str, set[str]]) -> None:
    """conda links menuinst before all that needs Python, because those may want it to make their menus."""
    first = waiting.get("menuinst", set())
    for name, parents in waiting.items():
        if "menuinst" in waiting and "python" in parents and name != "menuinst" and name not in first:
            parents.add("menuinst")


def _without_values(block: t.Match[str]) -> str:
    """The names alone: what is further in than the first one belongs to a value."""
    names = [name for line in block.group(2).splitlines() for name in [VARIABLE.match(line + " ")] if name]
    shown = [name.group(2) for name in names if name.group(1) == names[0].group(1)]
    return "".join(line + "\n" for line in [block.group(1), *(f"{names[0].group(1)}{name} ***" for name in shown)])
