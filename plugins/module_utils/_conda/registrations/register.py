# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Brings what says elsewhere on the host that there is an environment in step with it: Jupyter's kernelspec, and local facts."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, replace
from pathlib import Path

from ..changes.change import Target
from ..changes.contents import read_contents
from ..changes.guards import check_writable
from ..changes.plan import listing
from ..changes.states import Outcome
from ..descriptions.environment import Environment
from ..installed.prefix import Prefix
from .facts import Entry, entry_of, fact_steps, recorded, rolled_back
from .kernels import Kernel, check_free, kernel_of, kernel_steps, kernels_in
from .places import Step, facts_directory, kernels_directory

IPYKERNEL = "ipykernel"


@dataclass(frozen=True)
class Registration:
    """What is to be known of one environment outside of it."""

    prefix: str
    kernel: Kernel | None
    keep_kernel: bool
    """Nobody said whether there is to be a kernel."""
    kernels: Path
    facts: Path
    record: bool
    """Whether the environment is to have an entry; otherwise one that is there is kept true."""
    forget: bool
    """Whether what is known of environments that are gone goes, too."""

    @property
    def needs(self) -> tuple[str, ...]:
        """The packages without which a kernel cannot start."""
        return (IPYKERNEL,) if self.kernel else ()


def registration_of(options: t.Mapping[str, t.Any], target: Target) -> Registration:
    """Return what the options ask for, seen to be possible; raises ChangeError."""
    wanted = options["state"] not in ("absent", "rolled_back")
    facts, kernels = options["facts_directory"], options["kernels_directory"]
    registration = Registration(
        prefix=target.prefix,
        kernel=kernel_of(options, target.prefix) if wanted else None,
        keep_kernel=options["state"] == "rolled_back" or (wanted and options["kernel"] is None),
        kernels=Path(kernels) if kernels else kernels_directory(),
        facts=Path(facts) if facts else facts_directory(),
        record=bool(facts) and wanted,
        forget=options["forget_missing"],
    )
    if registration.kernel:
        check_free(registration.kernel, registration.prefix, registration.kernels)
    if any(_kernel_steps(registration)):
        check_writable(str(registration.kernels))
    if registration.record:
        check_writable(str(registration.facts))
    return registration


def register(registration: Registration, wanted: Environment | None, outcome: Outcome, check_mode: bool) -> Outcome:
    """Do what is to be done after the environment came to its state, or say it; ``wanted`` is None where it went or went back."""
    lines = outcome.plan.after
    if outcome.changed and not check_mode:
        lines = listing(read_contents(Prefix(registration.prefix)))
    steps = [*_kernel_steps(registration), *_fact_steps(registration, wanted, outcome.release, lines)]
    for step in () if check_mode else steps:
        step.take()
    return replace(
        outcome,
        changed=outcome.changed or bool(steps),
        further=(*outcome.further, *(step.difference for step in steps)),
    )


def _kernel_steps(registration: Registration) -> t.Iterator[Step]:
    return kernel_steps(
        registration.kernel, registration.prefix, registration.kernels, registration.keep_kernel, registration.forget
    )


def _fact_steps(
    registration: Registration, wanted: Environment | None, release: str, lines: t.Sequence[str]
) -> t.Iterator[Step]:
    there = recorded(registration.facts).get(registration.prefix)
    entry: Entry | None = None
    if wanted and (registration.record or there):
        entry = entry_of(registration.prefix, wanted, release, lines, _kernel_name(registration))
    elif there and release:  # it went back to an earlier one
        entry = rolled_back(there, release, lines)
    return fact_steps(registration.prefix, entry, registration.facts, registration.forget)


def _kernel_name(registration: Registration) -> str:
    if registration.kernel or not registration.keep_kernel:
        return registration.kernel.name if registration.kernel else ""
    found = kernels_in(registration.kernels).items()
    return next((name for name, environment in found if environment == registration.prefix), "")
