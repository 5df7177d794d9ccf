"""Reports, as they are kept in golden/: ``BENCHWRIGHT_GOLDEN=write`` makes these anew, to be looked at before they are kept."""

from __future__ import annotations

import json
import os
import re
from importlib.resources import files
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from support.made_up_run import BEGAN, made_up_run

from benchwright.answers import EXPORT_TASK
from benchwright.exports import FILES
from benchwright.report.render import COLOURS, Format, render
from benchwright.report.story import tell

GOLDEN = Path(__file__).parents[1] / "golden"
META: dict[str, Any] = {
    "run": "20260921T141320Z-1a2b3c",
    "command": "apply",
    "arguments": ["apply", "-i", "inventories/lab", "-D"],
    "on": "the hosts of inventories/lab",
    "who": "ada@desk",
    "playbook": "playbooks/site.yml",
    "started": BEGAN,
    "seconds": 119.2,
    "exit_code": 2,
    "versions": {"benchwright": "1.0.0", "ansible-core": "2.19.4"},
}
EVIL = "</title><script>alert(1)</script>\x1b[31m"


def evil_events() -> list[dict[str, Any]]:
    task = {"id": "1", "task": EVIL, "role": EVIL, "action": "m", "path": f"/x/{EVIL}"}
    difference = {"before": EVIL, "after": f"{EVIL} two", "after_header": EVIL}
    result = {**task, "event": "result", "start": 1.0, "end": 2.0, "time": 2.0}
    failed = {**result, "host": "b", "status": "failed", "message": EVIL, "stderr": EVIL}
    return [
        {"event": "play", "time": 1.0, "hosts": ["a", "b", EVIL]},
        {"event": "task", "time": 1.0, **task},
        {**result, "host": "a", "status": "ok", "changed": True, "diff": [difference]},
        {**result, "host": EVIL, "status": "ok", "changed": True, "unpredictable": True},
        failed,
        {"event": "end", "time": 3.0},
    ]


@pytest.mark.parametrize("format", Format)
def test_a_report_is_as_it_was_looked_at(format: Format) -> None:
    text, golden = render(tell(META, made_up_run(3)), format), GOLDEN / f"report.{format.value}"
    if os.environ.get("BENCHWRIGHT_GOLDEN") == "write":
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


def test_the_colours_are_those_of_the_style() -> None:
    style = files("benchwright.report").joinpath("templates/report.css").read_text(encoding="utf-8")
    assert tuple(re.findall(r"--c[0-7]: (#\w+)", style)[: len(COLOURS)]) == COLOURS


def test_the_page_needs_nothing_else_and_runs_nothing() -> None:
    page = render(tell(META, made_up_run(3)), Format.HTML)
    assert not re.findall(r"<(script|link|img|iframe)|\bsrc=|url\(|@import", page)
    assert re.findall(r"https?://[^\s\"']+", page) == ["http://www.w3.org/2000/svg"]


def test_500_hosts_are_a_page_of_less_than_2_mb() -> None:
    story = tell(META, made_up_run(500, forks=50))
    assert len(render(story, Format.HTML).encode()) < 2_000_000
    assert len(render(story, Format.MARKDOWN)) < 65_000  # what a comment on a change may have


def test_500_hosts_that_all_differ_and_all_fail_are_no_more() -> None:
    events = []
    for event in made_up_run(500, forks=50):
        if event["event"] == "result":
            lines = "\n".join(f"{event['host']} {number}" for number in range(300))
            event |= {"changed": True, "diff": [{"before": "", "after": lines}]}
            if event["id"] == "task-12":
                event |= {"status": "failed", "message": f"{event['host']} is not well", "stderr": "x" * 4000}
        events.append(event)
    story = tell(META, events)
    assert len(story.failures) > 400
    assert len(render(story, Format.HTML).encode()) < 2_000_000
    assert len(render(story, Format.MARKDOWN)) < 65_000


@pytest.mark.parametrize("format", Format)
def test_nothing_that_a_host_says_becomes_markup(format: Format) -> None:
    text = render(tell({}, evil_events()), format)
    if format is Format.JSON:
        assert json.loads(text)["planned"][0]["task"].startswith(EVIL)
    elif format is Format.JUNIT:
        assert len(ElementTree.fromstring(text).findall("testsuite")) == 3
    else:
        outside_of_code = re.sub(r"(?s)```.*?```|`[^`\n]*`", "", text) if format is Format.MARKDOWN else text
        assert "<script" not in outside_of_code.replace("\\<script", "")


def test_junit_counts_what_it_holds() -> None:
    root = ElementTree.fromstring(render(tell(META, made_up_run(3)), Format.JUNIT))
    for suite in root:
        cases = suite.findall("testcase")
        assert int(suite.attrib["tests"]) == len(cases) > 0
        assert int(suite.attrib["failures"]) == len(suite.findall("testcase/failure"))
        assert int(suite.attrib["skipped"]) == len(suite.findall("testcase/skipped"))
    assert [suite.attrib["name"] for suite in root if suite.attrib["failures"] == "1"] == ["wb-03"]
    assert root.findall(".//testcase[@classname='wb-01.Look at the host']")


def test_what_was_exported_is_listed_with_its_files() -> None:
    task = {"id": "1", "task": EXPORT_TASK, "action": "ansible.builtin.debug"}
    answer = {"msg": {"lab": "/work/exports/wb-01/lab"}}
    story = tell({}, [{"event": "result", "host": "wb-01", **task, "status": "ok", "answer": answer}])
    page, comment = render(story, Format.HTML), render(story, Format.MARKDOWN)
    assert all(f"<code>/work/exports/wb-01/lab/{file}</code>" in page for file in FILES)
    assert "| wb-01 | lab | /work/exports/wb-01/lab |" in comment


def test_json_is_the_document_of_the_run_and_more() -> None:
    document = json.loads(render(tell(META, made_up_run(3)), Format.JSON))
    assert (document["command"], document["run"], document["exit_code"]) == ("apply", META["run"], 2)
    assert document["failures"][0]["host"] == "wb-03"
    assert document["slowest"][0]["task"].startswith("conda_env")
    assert document["meta"]["who"] == "ada@desk"
