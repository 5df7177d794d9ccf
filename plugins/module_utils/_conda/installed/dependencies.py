# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Whether installed packages have what they need. Pure."""

from __future__ import annotations

import typing as t

from ..specs.match_spec import MatchSpec, MatchSpecError
from .prefix import InstalledPackage


def unsatisfied_dependencies(records: t.Iterable[InstalledPackage]) -> list[str]:
    """A sentence for each dependency that no record satisfies, with what is there instead."""
    return [f"{who.name} {who.version} needs {text!r}, but {why}" for who, text, why in unsatisfied(records)]


def unsatisfied(records: t.Iterable[InstalledPackage]) -> list[tuple[InstalledPackage, str, str]]:
    """Who needs what that no record satisfies, and why none does; virtual ones and unreadable ones are not judged."""
    installed = {record.name: record for record in records}
    verdicts: dict[str, str] = {}
    for record in installed.values():
        for text in record.depends:
            if text not in verdicts and text not in installed:
                verdicts[text] = "" if text.startswith("__") else _why_unsatisfied(text, installed)
    return [
        (record, text, verdicts[text]) for record in installed.values() for text in record.depends if verdicts.get(text)
    ]


def _why_unsatisfied(text: str, installed: dict[str, InstalledPackage]) -> str:
    try:
        spec = MatchSpec.parse(text)
        found = installed.get(spec.name)
        if found is None:
            return f"{spec.name} is not installed"
        return "" if spec.matches(found) else f"{found.name} {found.version} {found.build} is installed"
    except MatchSpecError:  # stricter than conda, which installed it
        return ""
