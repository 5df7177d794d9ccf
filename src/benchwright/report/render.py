"""A story in the format that was asked for."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from benchwright.exports import FILES
from benchwright.paths import short
from benchwright.pieces import Piece
from benchwright.plan import Change
from benchwright.report.axis import duration
from benchwright.report.fleet import pictures
from benchwright.report.junit import junit
from benchwright.report.story import Story
from benchwright.status import ExitCode
from benchwright.workbench import Result

COLOURS = ("#4269d0", "#e0a100", "#3ca951", "#a463f2", "#17a2b8", "#ef7fb1", "#9c6b4e", "#7f8ca6")
"""Those of report.css, for whoever shows a picture without it."""
MOST_HOSTS = 12
"""Hosts that are named where something is the same on several."""
MOST_VARIANTS = 8
"""Changes of one task that are shown where they are another on each host."""

MOST_ROWS = 50
"""Hosts of a table in a comment."""
MOST_LINES = 40
"""Lines of a difference in a comment."""


class Format(StrEnum):
    """What a report can be."""

    HTML = "html"
    MARKDOWN = "md"
    JUNIT = "junit"
    JSON = "json"


def render(story: Story, format: Format) -> str:
    """Return the report."""
    return _RENDERERS[format](story)


def _page(story: Story) -> str:
    drawn = {"pictures": pictures(story), "colours": COLOURS}
    return _templates().get_template("report.html.j2").render(story=story, **drawn, **_told(story))


def _markdown(story: Story) -> str:
    text = _templates().get_template("report.md.j2").render(story=story, **_told(story))
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def _document(story: Story) -> str:
    """The document that ``--json`` printed when it was run, and what is known of it besides."""
    code = ExitCode(int(story.meta.get("exit_code", ExitCode.HOST_FAILED if story.failures else ExitCode.SUCCESS)))
    result = Result(story.record, code, story.seconds, str(story.meta.get("run", "")))
    document = result.document(str(story.meta.get("command", "")))
    slowest = [{"task": task.title, "seconds": round(task.seconds, 2)} for task in story.slowest]
    known = {key: value for key, value in story.meta.items() if key != "tasks"}
    return json.dumps({**document, "meta": known, "slowest": slowest, **story.plan.document()}, indent=2) + "\n"


_RENDERERS: dict[Format, Callable[[Story], str]] = {
    Format.HTML: _page,
    Format.MARKDOWN: _markdown,
    Format.JUNIT: junit,
    Format.JSON: _document,
}


def _told(story: Story) -> dict[str, Any]:
    """Return what both templates take besides the story."""
    variants: dict[str, list[Change]] = {}
    for change in story.plan.changes:
        variants.setdefault(change.task, []).append(change)
    answers = story.record.answers
    return {
        "changes": {task: (each[:MOST_VARIANTS], len(each[MOST_VARIANTS:])) for task, each in variants.items()},
        "checks": {host: checks for host, checks in answers.checks.items() if checks},
        "environments": {host: each for host, each in answers.environments.items() if each},
        "facts": {host: known for host, known in answers.facts.items() if known},
        "exports": answers.exports,
        "export_files": FILES,
        "most_hosts": MOST_ROWS,
        "findings": {host: each for host, each in answers.findings.items() if each},
        "with_differences": any(change.pieces for change in story.plan.changes),
    }


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("benchwright.report"),
        autoescape=select_autoescape(["html.j2", "svg.j2"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    told = {
        "system": _system,
        "hosts": _hosts,
        "cell": _cell,
        "when": _when,
        "fence": _fence,
        "difference": _difference,
    }
    environment.filters.update(duration=duration, short=short, **told)
    return environment


def _system(facts: Mapping[str, str]) -> str:
    """Return what a host runs: Debian 12.5, x86_64."""
    words = [str(facts[name]) for name in ("distribution", "distribution_version") if facts.get(name)]
    return ", ".join(filter(None, [" ".join(words), facts.get("architecture")]))


def _hosts(hosts: Sequence[str]) -> str:
    """Return the names; of many, the first ones and the number of the others."""
    more = len(hosts) - MOST_HOSTS
    return ", ".join(hosts[:MOST_HOSTS]) + (f" and {more} more" if more > 0 else "")


def _cell(text: object) -> str:
    """Return text as Markdown shows it, in a table too: nothing in it is markup."""
    return re.sub(r"([\\`*_{}\[\]<>|#~])", r"\\\1", " ".join(str(text).split()))


def _fence(text: str) -> str:
    """Return backticks that do not occur in the text."""
    return "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", text)), default=0))


def _difference(piece: Piece) -> str:
    """Return the lines of a difference; of a list of packages, those of before and after."""
    lines = list(piece.lines)
    for name, before, after in piece.packages:
        lines += [f"{sign} {name} {version}" for sign, version in (("-", before), ("+", after)) if version]
    more = [f"... and {len(lines) - MOST_LINES} more"] if len(lines) > MOST_LINES else []
    return "\n".join([*lines[:MOST_LINES], *more])


def _when(seconds: float) -> str:
    """Return a time as people read it, everywhere the same."""
    return time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(seconds))
