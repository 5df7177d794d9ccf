# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""What is refused, with a reason and a way out: each check raises ChangeError before anything is touched."""

from __future__ import annotations

import os
import typing as t

from ..._files import write_atomically
from ..descriptions.environment import Environment
from ..engines.interface import Record
from ..errors import CondaError
from ..host_platform import this_platform
from ..installed.dependencies import unsatisfied
from ..installed.disk_usage import unshared_bytes
from ..installed.prefix import Prefix, State
from ..space import free_space
from ..specs.match_spec import MatchSpec, unsatisfied_specs
from .difference import Contents, Policy, Unmet, wanted_names
from .plan import Plan, package_line, versions_in

# An installed package takes about this many times its download (measured: 171 MB downloaded, 660 MB installed).
UNPACKED = 5
# What may be there when an environment is asked for; anything else is somebody's directory and is left alone.
OURS = (State.ABSENT, State.EMPTY, State.INTERRUPTED, State.ENVIRONMENT)
# Without these, the base environment is no longer one that conda runs in.
CONDA_ITSELF = ("conda", "python")

# What programs say of a full disk, and the bytes below which nothing can be installed, whatever they say.
NO_SPACE = ("os error 28", "No space left", "Errno 28", "NoSpaceLeft")
LITTLE_SPACE = 1 << 18

# So many of those that need a package are told by name.
MOST_TOLD = 5

# What names the files that an environment was made beside of.
BESIDE = ".benchwright-beside"


class ChangeError(CondaError):
    """The prefix cannot be brought to what is wanted. Nothing was lost; the text is for the user."""


def check_state(prefix: Prefix, allow: t.Collection[str]) -> None:
    """Refuse what is no environment and no place for one."""
    if prefix.state in OURS or (prefix.state is State.FOREIGN and "foreign" in allow):
        return
    way_out = ", or add 'foreign' to 'allow' to make the environment beside what is there"
    raise ChangeError(
        "{} exists and is no conda environment ({}); choose another name or prefix, or move it away{}".format(
            prefix.path, prefix.state.value, way_out if prefix.state is State.FOREIGN else ""
        )
    )


def check_removal(found: Contents, unmet: Unmet, policy: Policy) -> None:
    """Refuse to remove what something else needs that stays: conda would take that along in silence."""
    if not policy.without:
        return
    staying = [package for package in found.packages if package.name not in unmet.surplus]
    before = {(package.name, text) for package, text, dummy in unsatisfied(found.packages)}
    broken = [
        f"{package.name} {package.version} needs {text!r}"
        for package, text, dummy in unsatisfied(staying)
        if (package.name, text) not in before
    ]
    if broken:
        more = [f"and {len(broken) - MOST_TOLD} more"] if len(broken) > MOST_TOLD else []
        raise ChangeError(
            "{} cannot be removed: {}; name what needs it as well, or leave both".format(
                ", ".join(policy.without), "; ".join([*broken[:MOST_TOLD], *more])
            )
        )


def check_sources(wanted: Environment) -> None:
    """Refuse to solve without channels, or for a spec that names a channel which is not one of them."""
    if not wanted.channels:
        raise ChangeError("no channel to take packages from; give 'channels', for example conda-forge")
    for text in wanted.dependencies:
        spec = MatchSpec.parse(text)
        source = MatchSpec(spec.name, {key: value for key, value in spec.fields.items() if key == "channel"})
        if not any(source.matches({"name": spec.name, "channel": channel}) for channel in wanted.channels):
            raise ChangeError(
                f"{text} names a channel that is not one of 'channels', and no other is asked; add it there"
            )


def check_solution(wanted: Environment, solution: t.Sequence[Record]) -> None:
    """Refuse what an engine solved if it is not what was asked for."""
    missing = unsatisfied_specs(wanted.dependencies, solution)
    if missing:
        raise ChangeError(
            "{} is asked for, and what the channels offer does not satisfy that; check the channels and the specs".format(
                ", ".join(missing)
            )
        )


def check_pip(wanted: Environment, found: Contents) -> None:
    """Refuse requirements of pip where no pip will be; locks often have the one without the other."""
    names = {*(package.name for package in found.packages), *(package.name for package in found.python_packages)}
    if wanted.pip and "pip" not in names | wanted_names(wanted):
        raise ChangeError(
            "the description has packages for pip, and there is no pip to install them; add 'pip' to what conda installs "
            "and make the lock anew"
        )


def check_platform(wanted: Environment) -> None:
    """Refuse a lock that was made for another platform than this host's."""
    others = [package.file_name for package in wanted.packages if package.subdir not in ("noarch", this_platform())]
    if others:
        raise ChangeError(
            f"{others[0]} is for another platform than this host, which is {this_platform()}; make the lock for it as well"
        )


def check_plan(plan: Plan, prefix: Prefix, allow: t.Collection[str], is_base: bool) -> None:
    """Refuse to change what is frozen (CEP 22), and to leave a base environment without conda."""
    check_frozen(prefix, allow, "changed")
    comes = {line.split(" ")[0] for line in plan.link}
    gone = [name for name in (line.split(" ")[0] for line in plan.unlink) if name in CONDA_ITSELF and name not in comes]
    if is_base and gone:
        raise ChangeError(f"this would take {' and '.join(gone)} out of conda's base environment {prefix.path}")


def check_needs(needs: t.Iterable[str], lines: t.Iterable[str], prefix: str) -> None:
    """Refuse an environment whose contents, as a listing tells them, lack what its kernel cannot start without."""
    missing = [name for name in needs if name not in versions_in(lines)]
    if missing:
        raise ChangeError(
            f"{prefix} is to have a kernel and does not have {missing[0]}, which that needs; add {missing[0]} to its description, "
            "or leave out 'kernel'"
        )


def check_frozen(prefix: Prefix, allow: t.Collection[str], what: str) -> None:
    """Refuse to have an environment changed, or removed, that its owner froze."""
    frozen = prefix.frozen() if prefix.state is State.ENVIRONMENT else None
    if frozen is not None and "frozen" not in allow:
        raise ChangeError(
            "{} is frozen (conda-meta/frozen{}), so it is not {}; add 'frozen' to 'allow' if that is meant".format(
                prefix.path, ": " + frozen if frozen else "", what
            )
        )


def check_shared(prefix: Prefix) -> None:
    """Refuse to remove an environment that was made beside somebody's files: they would go with it."""
    note = prefix.history.parent / BESIDE
    if note.exists():
        raise ChangeError(
            f"{prefix.path} also holds what was there before the environment ({note.read_text(encoding='utf-8')}), so it is "
            f"not removed; move that away and delete {note}, or delete the directory yourself"
        )


def note_shared(prefix: Prefix, before: t.Sequence[str]) -> None:
    """Note in an environment what was in its directory before it."""
    if before:
        write_atomically(prefix.history.parent / BESIDE, ", ".join(before))


def check_writable(path: str) -> None:
    """Refuse to begin where this user cannot write."""
    place = free_space(path)[0]
    if not os.access(place, os.W_OK | os.X_OK):
        raise ChangeError(
            "%s cannot be written by user %d, so %s cannot be changed; run as its owner (become), "
            "or choose another place" % (place, os.geteuid(), path)
        )


def check_room(new: t.Sequence[Record], prefix: str, package_cache: str, more: int = 0) -> None:
    """Refuse to begin what the disk has no room for: packages to be linked anew, and ``more`` bytes."""
    needed = more + sum(_space(record, prefix, package_cache) for record in new)
    place, free = free_space(prefix)
    if free < needed:
        raise ChangeError(
            "not enough space below %s: about %d bytes (%d MB) are needed for %s, %d bytes (%d MB) are free; make room, or "
            "choose another place" % (place, needed, needed >> 20, prefix, free, free >> 20)
        )


def with_next_step(message: str, place: str) -> str:
    """Return an engine's or pip's message, with what to do where it is the disk; not every tool says why it could not write."""
    nearest, free = free_space(place)
    if free < LITTLE_SPACE or any(sign in message for sign in NO_SPACE):
        return (
            "the disk below %s is full (%d bytes are free at %s); make room and run again, what is there is kept (%s)"
            % (
                place,
                free,
                nearest,
                message,
            )
        )
    return message


def _space(record: Record, prefix: str, package_cache: str) -> int:
    """The bytes that linking a package takes: its download and contents, or where the cache has it what is not shared."""
    extracted = os.path.join(package_cache, package_line(record).replace(" ", "-"))
    if not os.path.isdir(extracted):
        return UNPACKED * int(record.get("size") or 0)
    return unshared_bytes(extracted, free_space(prefix)[0])
