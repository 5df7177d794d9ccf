"""From what is asked to the text of a lock, and the one place that writes it."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchwright.errors import BenchwrightError
from benchwright.locking.asked import Asked, Format
from benchwright.locking.channels import asked_channels, may_fall_back, of_channels
from benchwright.locking.existing import Existing, changes, read_existing
from benchwright.locking.formats import default_path, text_of
from benchwright.locking.pip_packages import pip_packages
from benchwright.locking.solve import Package, known_platform, solve
from benchwright.locking.wanted import Wanted, read_wanted
from benchwright.pieces import Piece
from benchwright.source import Named, choose_channels, offline_address
from benchwright.whole_file import write_whole

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
            write_whole(self.path, self.text.encode())
        except OSError as error:
            raise BenchwrightError(f"{self.path} cannot be written ({error.strerror}); choose --out") from error


def lock_of(description: Path, asked: Asked, loudly: Told, progress: Told, here: bool) -> Lock:
    """Return the lock of a description; solves only where the one that is there is no longer what is asked for.

    ``loudly`` is told where packages come from if that is a surprise, ``progress`` what takes time. ``here`` says that the lock
    is this machine's, because no inventory is named. Raises BenchwrightError for what cannot be read, solved or reached.
    """
    named = tuple(known_platform(each) for each in asked.platforms or ())
    if asked.form is Format.EXPLICIT and len(named) > 1:
        raise BenchwrightError(
            f"--format explicit is for one platform, and {', '.join(named)} were given; lock each one"
        )
    channels = asked_channels(asked, loudly)
    read = read_wanted(description, channels, asked.virtual or (), asked.accept_terms, asked.without_pip)
    wanted = of_channels(read, read.channels)
    if asked.form is Format.EXPLICIT and wanted.pip:
        raise BenchwrightError("--format explicit has no place for pip's packages; leave them out with --without-pip")
    path = asked.out or default_path(description, asked.form, (*named, known_platform(None))[0])
    before = read_existing(path, asked.form, asked.accept_terms)
    platforms = tuple(sorted(set(named or before.platforms or [known_platform(None)])))
    _check_upgraded(asked, wanted, before)
    falls_back = here and may_fall_back(asked, wanted, before, platforms)
    if before.text is not None and not (asked.upgrade or asked.upgraded):
        for each in (wanted, *((of_channels(wanted, (offline_address(),)),) if falls_back else ())):
            if before.satisfies(each, platforms):
                return Lock(path, each, platforms, before, before.text, ())
    if falls_back:
        wanted = of_channels(wanted, choose_channels(Named.AUTO, loudly))
    solved = _solved(wanted, platforms, before, asked, progress)
    text = text_of(wanted, solved, asked.form, os.path.relpath(description, path.parent))
    return Lock(path, wanted, platforms, before, text, tuple(changes(before, solved)))


def _solved(
    wanted: Wanted, platforms: Sequence[str], before: Existing, asked: Asked, progress: Told
) -> dict[str, tuple[Package, ...]]:
    solved = {}
    for platform in platforms:
        progress(f"solving {wanted.description} for {platform}")
        conda = solve(wanted, platform, [each for each in before.of(platform) if _stays(each.name, asked)])
        prefer = [each for each in before.pip_of(platform) if _stays(each.name, asked)]
        solved[platform] = (*conda, *pip_packages(wanted, platform, conda, prefer))
    return solved


def _check_upgraded(asked: Asked, wanted: Wanted, before: Existing) -> None:
    locked = [each for platform in before.platforms for each in (*before.of(platform), *before.pip_of(platform))]
    known = {package.name for package in locked}
    for name in asked.upgraded or ():
        if before.text is not None and name not in known:
            raise BenchwrightError(f"--upgrade-package {name}: the lock of {wanted.description} has no such package")


def _stays(name: str, asked: Asked) -> bool:
    """Whether what the lock has of a package is to stay as it is where it can."""
    return not asked.upgrade and name not in (asked.upgraded or ())
