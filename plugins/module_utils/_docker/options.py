# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""From a module's options to what makes environment images."""

from __future__ import annotations

import re
import typing as t

from .._conda.changes.change import Target
from .._conda.changes.guards import ChangeError
from .._conda.changes.options import environment_of, root_of
from .._conda.descriptions.environment import check_name
from .description import Wanted

Options = t.Mapping[str, t.Any]
# As the engine has it, but for a registry's port, for which nobody asks here.
REPOSITORY = re.compile(r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*")


def wanted_of(item: Options, options: Options) -> Wanted:
    """Return the image that one of ``environments`` asks for; raises a CondaError that says what is wrong with it."""
    name = check_name(item["name"], "environments[].name")
    if not any(item[part] for part in ("dependencies", "packages", "pip")):
        raise ChangeError(f"nothing describes the environment {name}; give it a 'file', or 'dependencies'")
    accepted = options["accept_anaconda_terms"]
    shared = {"channels": item["channels"] or options["channels"], "accept_anaconda_terms": accepted}
    return Wanted(environment_of({**item, **shared}), options["channel_priority"], _repository_of(options))


def target_of(options: Options) -> Target:
    """Return where environments are made; what is to become of each is said later."""
    if options["lock_timeout"] < 0:
        raise ChangeError("'lock_timeout' is %d; give the seconds to wait, 0 for not at all" % options["lock_timeout"])
    root = root_of({"prefix": None, **options})
    return Target("", root, options["channel_priority"], patience=options["lock_timeout"])


def _repository_of(options: Options) -> str:
    repository = str(options["repository"])
    if not REPOSITORY.fullmatch(repository):
        raise ChangeError(
            f"'repository' is {repository!r}, which is no name for images; use small letters, digits and single . _ - between them, "
            "and / between parts"
        )
    return repository
