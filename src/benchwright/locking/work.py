"""From what is asked to the text of a lock, and the one place that writes it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ansible_collections.benchwright.python.plugins.module_utils._conda.descriptions.environment import (
    EnvironmentFileError,
    check_channels,
)

from benchwright.channel.storage import write_bytes
from benchwright.errors import BenchwrightError
from benchwright.locking.asked import Asked, Format
from benchwright.locking.existing import Existing, changes, read_existing
from benchwright.locking.formats import default_path, text_of
from benchwright.locking.pip_packages import pip_packages
from benchwright.locking.solve import known_platform, solve
from benchwright.locking.wanted import Wanted, read_wanted
from benchwright.pieces import Piece
from benchwright.source import choose_channels

Told = Callable[[str], None]


@dataclass(frozen=True)
class Lock:
    """A lock as it is to be."""

    path: Path
    wanted: Wanted
    platforms: tuple[str, ...]
    before: Existing
    text: str
    changes: tuple[Piece, ...]

    @property
    def changed(self) -> bool:
        """Whether the file is to be any other."""
        return self.text != self.before.text

    def write(self) -> None:
        """Replace the file at once. Raises BenchwrightError where somebody else has changed it meanwhile."""
        try:
            if (self.path.read_text(encoding="utf-8") if self.path.exists() else None) != self.before.text:
                raise BenchwrightError(
                    f"{self.path} was changed by somebody else meanwhile; look at it, and lock again"
                )
            write_bytes(self.path.resolve(), self.text.encode())
        except OSError as error:
            raise BenchwrightError(f"{self.path} cannot be written ({error.strerror}); choose --out") from error


def lock_of(description: Path, asked: Asked, loudly: Told, progress: Told) -> Lock:
    """Return the lock of a description; solves only where the one that is there is no longer what is asked for.

    ``loudly`` is told where packages come from if that is a surprise, ``progress`` what takes time. Raises BenchwrightError
    for what cannot be read, solved or reached.
    """
    named = tuple(known_platform(each) for each in asked.platforms or ())
    if asked.form is Format.EXPLICIT and len(named) > 1:
        raise BenchwrightError(
            f"--format explicit is for one platform, and {', '.join(named)} were given; lock each one"
        )
    wanted = read_wanted(
        description, _channels(asked, loudly), asked.virtual or (), asked.accept_terms, asked.without_pip
    )
    if asked.form is Format.EXPLICIT and wanted.pip:
        raise BenchwrightError("--format explicit has no place for pip's packages; leave them out with --without-pip")
    path = asked.out or default_path(description, asked.form, (*named, known_platform(None))[0])
    before = read_existing(path, asked.form, asked.accept_terms)
    platforms = tuple(sorted(set(named or before.platforms or [known_platform(None)])))
    _check_upgraded(asked, wanted, before)
    if before.text is not None and not (asked.upgrade or asked.upgraded) and before.satisfies(wanted, platforms):
        return Lock(path, wanted, platforms, before, before.text, ())
    solved = {}
    for platform in platforms:
        progress(f"solving {description} for {platform}")
        conda = solve(wanted, platform, [each for each in before.of(platform) if _stays(each.name, asked)])
        prefer = [each for each in before.pip_of(platform) if _stays(each.name, asked)]
        solved[platform] = (*conda, *pip_packages(wanted, platform, conda, prefer))
    text = text_of(wanted, solved, asked.form, os.path.relpath(description, path.parent))
    return Lock(path, wanted, platforms, before, text, tuple(changes(before, solved)))


def _channels(asked: Asked, loudly: Told) -> tuple[str, ...]:
    """The channels of the command line; none where the description's count."""
    if asked.source is not None and asked.channels:
        raise BenchwrightError("give either --source or --channel, not both")
    if asked.source is not None:
        return choose_channels(asked.source, loudly)
    try:
        return tuple(check_channels(asked.channels or (), "--channel", asked.accept_terms))
    except EnvironmentFileError as error:
        raise BenchwrightError(str(error)) from error


def _check_upgraded(asked: Asked, wanted: Wanted, before: Existing) -> None:
    locked = [each for platform in before.platforms for each in (*before.of(platform), *before.pip_of(platform))]
    known = {package.name for package in locked}
    for name in asked.upgraded or ():
        if before.text is not None and name not in known:
            raise BenchwrightError(f"--upgrade-package {name}: the lock of {wanted.description} has no such package")


def _stays(name: str, asked: Asked) -> bool:
    """Whether what the lock has of a package is to stay as it is where it can."""
    return not asked.upgrade and name not in (asked.upgraded or ())
