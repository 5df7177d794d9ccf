# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""From a module's options to what the conda layer takes, and from an outcome to what a module returns."""

from __future__ import annotations

import os
import typing as t

from .change import ChangeError, Target
from .channel import without_credentials
from .environment import Environment, check_channels, check_dependencies, check_name, check_pip
from .states import Outcome

Options = t.Mapping[str, t.Any]


def environment_of(options: Options) -> Environment:
    """Return the environment that the options describe; raises EnvironmentFileError naming the option that is wrong."""
    return Environment(
        name=options["name"],
        channels=check_channels(options["channels"]),
        dependencies=check_dependencies(options["dependencies"]),
        pip=check_pip(options["pip"]),
        variables={key: str(value) for key, value in options["variables"].items()},
    )


def target_of(options: Options) -> Target:
    """Return where the environment is; raises ChangeError for conda's base environment."""
    root = options["root_prefix"]
    prefix = options["prefix"] or os.path.join(root, "envs", check_name(options["name"]))
    if os.path.realpath(prefix) == os.path.realpath(root):
        raise ChangeError(f"{prefix} is the root prefix (conda's base environment), which is not managed here")
    return Target(prefix=prefix, root_prefix=root)


def report(target: Target, outcome: Outcome) -> dict[str, t.Any]:
    """Return what a module answers: what changed (would change), why, and the difference as ``--diff`` shows it."""
    plan = outcome.plan
    return {
        "changed": outcome.changed,
        "prefix": target.prefix,
        "link": plan.link,
        "unlink": plan.unlink,
        "pip": tuple(map(without_credentials, plan.pip)),
        "why": tuple(map(without_credentials, outcome.why)),
        "diff": {
            "before": _lines(plan.before),
            "after": _lines(plan.after),
            "before_header": target.prefix,
            "after_header": target.prefix,
        },
    }


def _lines(listing: t.Iterable[str]) -> str:
    return without_credentials("".join(line + "\n" for line in listing))
