# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""What was found, with what is known of its kind, and the worst first."""

from __future__ import annotations

import typing as t

from .kinds import KINDS, SEVERITIES


class Finding(t.NamedTuple):
    """Something that was found: which kind, at which place, and what exactly. Never holds a secret."""

    id: str
    where: str
    found: str

    def document(self) -> dict[str, str]:
        """The finding together with what the catalogue says about its kind."""
        kind = KINDS[self.id]
        return {
            "id": self.id,
            "severity": kind.severity,
            "title": kind.title,
            "where": self.where,
            "found": self.found,
            "setting": kind.setting,
            "option": kind.option,
        }


def ranked(findings: t.Iterable[Finding]) -> list[Finding]:
    """Without repetitions, the worst first."""
    order = {kind: (SEVERITIES.index(KINDS[kind].severity), number) for number, kind in enumerate(KINDS)}
    return sorted(set(findings), key=lambda finding: (order[finding.id], finding.where, finding.found))
