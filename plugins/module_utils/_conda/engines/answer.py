# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""What a tool's output says: the JSON in it, or one error text. Pure."""

from __future__ import annotations

import contextlib
import json
import re
import signal
import typing as t

from ..process import Finished
from ..specs.channel import without_credentials
from .interface import EngineError

# A JSON object begins a line, also behind the NUL that ends conda's progress reports.
OBJECT = re.compile(r"^[\0\s]*(?=\{)", re.MULTILINE)
# "critical libmamba Could not solve ...", "error    libmamba ...", also with a time before it.
LOG_LINE = re.compile(r"^(?:\[[^\]]*\]\s*)?(?:error|critical)\s+(?:libmamba\s+)?", re.MULTILINE)
# conda with the rattler solver can crash in its teardown, when everything is done and said.
CRASHES = (-signal.SIGSEGV, -signal.SIGABRT)
# What a tool without a word for its failure leaves at least.
LONGEST = 4000


class Refused(EngineError):
    """The tool ended and said no. ``kind`` is the name of conda's exception, empty where it named none."""

    def __init__(self, message: str, kind: str = "") -> None:
        super().__init__(message)
        self.kind = kind


@contextlib.contextmanager
def told_with(context: str) -> t.Iterator[None]:
    """Add to a refusal what the tool was busy with, which some do not say."""
    try:
        yield
    except Refused as error:
        raise EngineError(without_credentials(f"{error} ({context})")) from error


def read_answer(finished: Finished) -> dict[str, t.Any]:
    """Return the last JSON object that was printed, an empty one where a successful call printed none.

    :raises Refused: when the call failed; the text begins with the tool's own message.
    """
    answer = last_object(finished.stdout)
    if finished.returncode == 0:  # whatever "success" says: micromamba 1 says false of a removal that went well
        return answer
    if finished.returncode in CRASHES and answer.get("success") is True:
        return answer
    name = str(answer.get("exception_name") or "")
    message = _message(answer) or _from_text(finished) or f"it ended with code {finished.returncode} and said nothing"
    raise Refused(without_credentials(message.strip()[:LONGEST]), name)


def last_object(text: str) -> dict[str, t.Any]:
    """Return the last complete JSON object that begins a line of the text; an empty one where there is none."""
    decoder = json.JSONDecoder()
    found: dict[str, t.Any] = {}
    position = 0
    start = OBJECT.search(text)
    while start:
        try:
            value, position = decoder.raw_decode(text, start.end())
            found = value if isinstance(value, dict) else found
        except ValueError:
            position = start.end() + 1
        start = OBJECT.search(text, position)
    return found


def _message(answer: t.Mapping[str, t.Any]) -> str:
    """The message of conda's error object, or of mamba's."""
    if answer.get("errors"):  # a CondaMultiError, whose own message says only that there are several
        return "\n".join(filter(None, map(_message, answer["errors"])))
    if answer.get("traceback"):
        return str(answer.get("error") or answer["traceback"]).strip().splitlines()[-1]
    if answer.get("solver_problems"):
        return "the packages cannot be had together:\n" + "\n".join(map(str, answer["solver_problems"]))
    return str(answer.get("message") or answer.get("error") or "")


def _from_text(finished: Finished) -> str:
    """The failure in what was printed for people; a traceback counts by its last line."""
    if finished.returncode < 0:
        return f"it was killed by signal {-finished.returncode} {finished.stderr.strip()[-500:]}"
    for text in (finished.stderr, finished.stdout):
        lines = [line for line in text.replace("\0", "").splitlines() if line.strip()]
        logged = [number for number, line in enumerate(lines) if LOG_LINE.match(line)]
        if logged:  # an explanation follows in lines without a mark
            return "\n".join(dict.fromkeys(LOG_LINE.sub("", line) for line in lines[logged[0] :]))
        if any(line.startswith("Traceback (most recent call last)") for line in lines):
            return lines[-1]
        if lines:
            return _without_usage(lines)
    return ""


def _without_usage(lines: t.Sequence[str]) -> str:
    """What argparse says is behind the lines that explain the command."""
    said = [line.partition("error: ")[2] for line in lines if re.match(r"\S+(?: \S+)*: error: ", line)]
    return said[-1] if said else "\n".join(lines[-20:])
