# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""From a module's options to what the conda layer takes, and from an outcome to what a module returns."""

from __future__ import annotations

import os
import typing as t
from dataclasses import replace

from ..descriptions.environment import (
    Environment,
    check_channels,
    check_dependencies,
    check_name,
    check_pip,
    check_variables,
)
from ..descriptions.lock_builder import check_packages
from ..engines.choose import find_executable
from ..engines.choose import root_of as root_of_executable
from ..installed.prefix import Prefix
from ..specs.channel import without_credentials
from ..specs.match_spec import MatchSpec
from .change import Target
from .clone import environment_like
from .difference import Policy
from .guards import ChangeError
from .rights import rights_of
from .states import Outcome

Options = t.Mapping[str, t.Any]
BASE = ("base", "root")


def environment_of(options: Options) -> Environment:
    """Return the environment that the options describe; raises EnvironmentFileError naming the option that is wrong."""
    channels = check_channels(options["channels"], accept_anaconda_terms=options["accept_anaconda_terms"])
    if options.get("clone_from"):
        like = environment_like(Prefix(prefix_of(options["clone_from"], root_of(options))))
        return replace(like, channels=channels)
    dependencies = check_dependencies(options["dependencies"], accept_anaconda_terms=options["accept_anaconda_terms"])
    if (
        options["pip"]
        and not options["packages"]
        and "pip" not in {MatchSpec.parse(spec).name for spec in dependencies}
    ):
        dependencies = (*dependencies, "pip")  # it does the work; files are read in the same way, and conda adds it too
    return Environment(
        name=options["name"],
        channels=channels,
        dependencies=dependencies,
        pip=check_pip(options["pip"]),
        variables=check_variables(options["variables"]),
        packages=check_packages(options["packages"], accept_anaconda_terms=options["accept_anaconda_terms"]),
        pip_complete=options["pip_complete"],
    )


def policy_of(options: Options, needs: tuple[str, ...] = ()) -> Policy:
    """Return how the environment is brought to its description: ``state``, ``verify_files``, and what it has to have in any case."""
    state = options["state"]
    if state == "exact" and not any(options[name] for name in ("dependencies", "packages", "pip", "clone_from")):
        raise ChangeError(
            "'state: exact' without a description would empty the environment; describe it, or say 'state: absent'"
        )
    return Policy(
        exact=state == "exact", latest=state == "latest", verify_files=options["verify_files"], needs=tuple(needs)
    )


def packages_of(options: Options) -> tuple[Environment, Policy]:
    """Return the packages that are wanted, or are not to be there, and how; for a module that leaves the rest alone."""
    specs = check_dependencies(options["packages"], "packages", options["accept_anaconda_terms"])
    channels = check_channels(options["channels"], accept_anaconda_terms=options["accept_anaconda_terms"])
    if options["state"] == "absent":
        return Environment(channels=channels), Policy(without=specs, verify_files=options["verify_files"])
    latest = options["state"] == "latest"
    policy = Policy(latest=latest, only_named=True, verify_files=options["verify_files"])
    return Environment(channels=channels, dependencies=specs), policy


def target_of(options: Options) -> Target:
    """Return where the environment is; raises ChangeError for conda's base environment unless that is named."""
    if options["lock_timeout"] < 0:
        raise ChangeError("'lock_timeout' is %d; give the seconds to wait, 0 for not at all" % options["lock_timeout"])
    root = root_of(options)
    target = Target(
        prefix=_directory(options["prefix"]) or _named(options["name"], root),
        root_prefix=root,
        channel_priority=options.get("channel_priority") or "strict",
        allow=frozenset(options.get("allow") or ()),
        rights=rights_of(options),
        patience=options["lock_timeout"],
    )
    if target.is_base and target.rights:
        raise ChangeError(
            f"{target.prefix} is conda's base environment, below which all others lie: it is given to nobody here; leave out "
            "'owner', 'group' and 'mode'"
        )
    if target.is_base and options["name"] not in BASE and "base" not in target.allow:
        raise ChangeError(
            f"{target.prefix} is the root prefix (conda's base environment), which is changed only if it is meant: say "
            "'name: base', or add 'base' to 'allow'"
        )
    return target


def prefix_of(environment: str, root: str) -> str:
    """Return the directory of an environment that is given by name, by ``base`` or by its directory."""
    return _directory(environment) if os.path.isabs(environment) else _named(environment, root)


def root_of(options: Options) -> str:
    """Return the root prefix: as given, or that of the prefix, or of the conda at hand, or for a prefix the user's cache.

    Raises ChangeError where none of them is known.
    """
    parent, envs = os.path.split(os.path.dirname(_directory(options["prefix"])))
    root: str | None = _directory(options["root_prefix"]) or (parent if envs == "envs" else None)
    if root is None:
        executable = find_executable(options.get("engine") or "auto", options.get("executable"), None)
        root = root_of_executable(executable) if executable else None
    if root is None and options["prefix"]:
        cache = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
        root = os.path.join(cache, "benchwright")  # only for the packages; no name leads there
    if root is None:
        raise ChangeError(
            "which root prefix is meant cannot be told, because no conda or mamba was found; give 'root_prefix', the "
            "directory below which envs/ and pkgs/ lie"
        )
    return root


def _named(name: str | None, root: str) -> str:
    if name is None:
        raise ChangeError("which environment is meant is not said; give its 'name' or its 'prefix'")
    return root if name in BASE else os.path.join(root, "envs", check_name(name))


def _directory(path: str | None) -> str:
    """The path in one spelling, empty where none is given; where '..' leads is seen only by following links."""
    if path and (not os.path.isabs(path) or ".." in path.split("/") or os.path.normpath(path).strip("/") == ""):
        raise ChangeError(f"{path!r} is no place for environments; give a directory's whole path, without '..' in it")
    return os.path.normpath(path) if path else ""


def report(target: Target, outcome: Outcome) -> dict[str, t.Any]:
    """Return what a module answers: what changed (would change), why, and the difference as ``--diff`` shows it."""
    plan = outcome.plan
    return {
        "changed": outcome.changed,
        "prefix": target.prefix,
        "link": plan.link,
        "unlink": plan.unlink,
        "repair": plan.repair,
        "pip": tuple(map(without_credentials, plan.pip)),
        "pip_removed": plan.pip_removed,
        "variables": plan.variables,
        "variables_removed": plan.variables_removed,
        "why": tuple(map(without_credentials, outcome.why)),
        "release": outcome.release,
        "releases_removed": outcome.releases_removed,
        "drift": outcome.drift,
        "warnings": [*outcome.warnings, *(f"{target.prefix}: {sentence}" for sentence in outcome.drift)],
        "diff": {
            "before": _lines([*plan.before, *(difference.before for difference in outcome.further)]),
            "after": _lines([*plan.after, *(difference.after for difference in outcome.further)]),
            "before_header": target.prefix,
            "after_header": target.prefix,
        },
    }


def _lines(listing: t.Iterable[str]) -> str:
    return without_credentials("".join(line + "\n" for line in listing if line))
