"""What is kept of a run: events.jsonl, Ansible's own words (stdout), and meta.json. Readable by their owner alone.

Nothing that ansible-runner writes is among it, and no value of an option: who may read a run learns no password from it.
"""

from __future__ import annotations

import getpass
import json
import os
import re
import secrets
import socket
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchwright.errors import BenchwrightError
from benchwright.option_names import names_in
from benchwright.whole_file import PRIVATE, write_whole

# Switches may stand before -e in one word, and behind -- Ansible takes the beginning of a long flag for the whole.
VALUED = re.compile(r"(-[bKkJCDv]*e|--ext?r?a?-?v?a?r?s?)(=?)(.*)", re.DOTALL)


@dataclass(frozen=True)
class RunDirectory:
    """One run's directory."""

    path: Path

    @property
    def id(self) -> str:
        return self.path.name

    @property
    def events(self) -> Path:
        return self.path / "events.jsonl"

    @property
    def stdout(self) -> Path:
        return self.path / "stdout"

    @property
    def meta(self) -> dict[str, Any]:
        """What stands in meta.json; nothing for a run that was killed before it could be written."""
        try:
            found = json.loads((self.path / "meta.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def write_meta(self, values: Mapping[str, Any]) -> None:
        """Add values to meta.json, which is whole at any moment."""
        content = json.dumps({**self.meta, **values}, indent=2) + "\n"
        write_whole(self.path / "meta.json", content.encode(), PRIVATE)

    def read_events(self) -> Iterator[dict[str, Any]]:
        """Yield the events; a line that a kill cut off is left out."""
        with self.events.open(encoding="utf-8") as stream:
            for line in stream:
                try:
                    yield json.loads(line)
                except ValueError:
                    continue


def new_run(place: Path, command: str, playbook: str, inventory: Sequence[str], on: str) -> RunDirectory:
    """Make a directory for a run that begins now. ``place`` is what :func:`runs_of` returns, ``on`` what people call the hosts."""
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    directory = RunDirectory(place / f"{stamp}-{secrets.token_hex(3)}")
    try:
        _make(directory)
    except OSError as error:
        raise BenchwrightError(
            f"the run cannot be recorded in {place}: {error.strerror}; make that directory writable, or make room"
        ) from error
    directory.write_meta(
        {
            "format_version": "1.0",
            "run": directory.id,
            "command": command,
            "playbook": playbook,
            "arguments": without_values(sys.argv[1:]),
            "inventory": list(inventory),
            "on": on,
            "who": f"{getpass.getuser()}@{socket.gethostname()}",
            "started": time.time(),
            "versions": {name: version(name) for name in ("benchwright", "ansible-core", "ansible-runner")},
        }
    )
    return directory


def _make(directory: RunDirectory) -> None:
    place = directory.path.parent
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    ignored = place.parent / ".gitignore"
    if place.parent.name == ".benchwright" and not ignored.exists():
        ignored.write_text("*\n", encoding="utf-8")
    directory.path.mkdir(mode=0o700)
    for path in (directory.events, directory.stdout):
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def runs_of(here: bool) -> Path:
    """Return where runs are kept: those of this machine in the user's state directory, those of a project in the project."""
    if not here and os.access(Path.cwd(), os.W_OK):
        return Path.cwd() / ".benchwright" / "runs"
    base = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local/state"
    return Path(base, "benchwright", "runs")


def places_in_view() -> list[Path]:
    """Return where a run may be that somebody asks for here: in this directory's project, and among those of this machine."""
    return list(dict.fromkeys((runs_of(here=False), runs_of(here=True))))


def all_runs(*places: Path) -> list[RunDirectory]:
    """Return the runs of all of these places together, the last one first."""
    found = [
        path for place in places if place.is_dir() for path in place.iterdir() if (path / "events.jsonl").is_file()
    ]
    return [RunDirectory(path) for path in sorted(found, key=lambda path: path.name, reverse=True)]


def find_run(name: str, *places: Path) -> RunDirectory:
    """Return the run of a name, of its beginning or end, or ``last``. Raises BenchwrightError where it is none, or several."""
    found = all_runs(*places)
    if not found:
        raise BenchwrightError(no_run(*places))
    if name == "last":
        return found[0]
    matching = [run for run in found if run.id == name] or [
        run for run in found if run.id.startswith(name) or run.id.endswith(name)
    ]
    if len(matching) != 1:
        known = ", ".join(run.id for run in (matching or found)[:5])
        raise BenchwrightError(f"{len(matching) or 'no'} runs are called {name!r}; there are: {known}")
    return matching[0]


def no_run(*places: Path) -> str:
    """Return what is said where nothing has run yet."""
    return f"there is no run in {' or '.join(str(place) for place in places)} yet"


def without_values(words: Sequence[str]) -> list[str]:
    """Return a command line without the values of role options, which may be secrets; their names stay."""
    shown: list[str] = []
    is_value = False
    for word in words:
        if is_value:
            shown.append(_name_of(word))
            is_value = False
        elif found := VALUED.fullmatch(word):
            flag, equals, value = found.groups()
            shown.append(f"{flag}{equals}{_name_of(value)}" if value else word)
            is_value = not value
        else:
            shown.append(word)
    return shown


def _name_of(option: str) -> str:
    if option.startswith("@"):
        return option
    return " ".join(f"{name}=..." for name in names_in(option)) or "..."
