"""A run as JUnit's XML, which every CI shows: a suite for each host, a case for each task, and for each check of its server."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from benchwright.outcome import Outcome
from benchwright.paths import short
from benchwright.record import Task
from benchwright.report.story import Story

FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML cannot hold, as the colours of a terminal."""


def junit(story: Story) -> str:
    """Return the document."""
    root = Element("testsuites", name=f"benchwright {story.meta.get('command', '')}".strip())
    for host in story.hosts:
        suite = SubElement(root, "testsuite", name=_clean(host.name), time=f"{host.seconds:.3f}")
        cases = [*_tasks(story, host.name), *_checks(story, host.name)]
        suite.extend(cases)
        counts = {"tests": len(cases)}
        counts |= {kind: sum(case.find(tag) is not None for case in cases) for kind, tag in _KINDS.items()}
        suite.attrib.update({name: str(count) for name, count in counts.items()})
    indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(root, encoding="unicode")}\n'


_KINDS = {"failures": "failure", "errors": "error", "skipped": "skipped"}


def _tasks(story: Story, host: str) -> Iterator[Element]:
    for task in story.record.tasks:
        if host in task.outcomes:
            yield _case(task, task.outcomes[host])


def _case(task: Task, outcome: Outcome) -> Element:
    where = f"{outcome.host}.{task.role or 'play'}"
    time = f"{outcome.end - outcome.start:.3f}"
    case = Element(
        "testcase", classname=_clean(where), name=_clean(task.name), time=time, file=_clean(short(task.path))
    )
    if outcome.failed:
        tag = "error" if outcome.status == "unreachable" else "failure"
        why = SubElement(case, tag, message=_clean(outcome.message))
        why.text = _clean(outcome.stderr or outcome.message)
    elif outcome.status == "skipped":
        SubElement(case, "skipped", message=_clean(outcome.skip_reason))
    return case


def _checks(story: Story, host: str) -> Iterator[Element]:
    for check in story.record.answers.checks.get(host, []):
        name = str(check["name"]).replace("_", " ")
        where = _clean(f"{host}.{check['task']}")
        case = Element("testcase", classname=where, name=_clean(name), time=f"{check['seconds']:.3f}")
        if not check["ok"]:
            SubElement(case, "failure", message=_clean(str(check.get("detail") or "")))
        yield case


def _clean(text: str) -> str:
    return FORBIDDEN.sub("", text)
