# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Decides whether a certificate has to be replaced, and says why. Pure: nothing here reads or changes anything."""

from __future__ import annotations

import time
import typing as t

from .certificate import DAY, Certificate, Pair
from .names import constraints, not_covered

HOUR = 3600  # seconds
OVERDUE = 0.5
"""Of the days ahead of its end from which on a certificate is renewed: when no more are left, renewing it has failed for long."""


def day_of(seconds: float) -> str:
    """Unix seconds -> `2027-11-23T07:36:14Z`."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def ending(not_after: float, now: float) -> str:
    """`ends in 3 days`, `ended 3 days ago`."""
    days = (not_after - now) / DAY
    return "ends in %d days" % days if days >= 0 else "ended %d days ago" % -days


def outside_its_life(found: Certificate | None, now: float) -> str | None:
    """`ended 3 days ago`, or `begins on ...` where the clock was ahead when it was made. An hour's waiting mends itself."""
    if found is None:
        return None
    if found.not_before - now > HOUR:
        return "begins on %s, and by the clock it is %s" % (day_of(found.not_before), day_of(now))
    return ending(found.not_after, now) if found.not_after <= now else None


def reason_to_renew(
    found: Certificate | None, names: t.Sequence[str], renew_before_days: int, now: float, until: float
) -> str | None:
    """Why a new certificate is needed, or None when the one found will do.

    :param now: Unix seconds, as is ``until``, the end that a new one would have. Where that is not later, it is of no use.
    """
    if found is None:
        return "there is no usable key and certificate"
    if found.names != frozenset(names):
        return "it is for %s, not for %s" % (", ".join(sorted(found.names)) or "no name", ", ".join(sorted(names)))
    if not found.server_use:
        return "it is not for servers"
    if found.not_after - now < renew_before_days * DAY and until - found.not_after > DAY:
        return "it %s" % ending(found.not_after, now)
    return None


def reason_to_replace_issuer(
    found: Pair | None, authority: Certificate, names: t.Sequence[str], needed_days: int, now: float
) -> str | None:
    """Why the authority on the host has to be signed anew by the one that people trust; None when it will do.

    :param needed_days: how long a certificate that it issues is to be valid.
    """
    if found is None:
        return "there is no usable authority on the host"
    if not found.chain or found.chain[0].pem.split() != authority.pem.split():
        return "the authority on the host is not of %s" % authority.subject
    if found.leaf.constraints != frozenset(constraints(names)):
        return "the authority on the host is for %s" % ", ".join(sorted(found.leaf.constraints))
    if found.leaf.not_after - now < needed_days * DAY and authority.not_after - found.leaf.not_after > DAY:
        return "the authority on the host %s" % ending(found.leaf.not_after, now)
    return None


def wrong_names(leaf: Certificate, names: t.Sequence[str]) -> list[str]:
    """What people will be told who come by a name that the certificate is not for."""
    missing = ", ".join(name.partition(":")[2] for name in not_covered(names, leaf.names))
    return ["the certificate is not for %s, but for %s" % (missing, ", ".join(sorted(leaf.names)))] if missing else []


def overdue(not_after: float, renew_before_days: int, now: float) -> str | None:
    """Whether the end is nearer than it ever should be."""
    if not_after - now >= OVERDUE * renew_before_days * DAY:
        return None
    advice = "it should have been renewed %d days ahead, so what renews it does not work" % renew_before_days
    return "the certificate %s, on %s; %s" % (ending(not_after, now), day_of(not_after), advice)
