"""What a plan makes of a check run's events, how it looks, and when a kept one no longer holds."""

from __future__ import annotations

import io
import json
import stat
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from benchwright.errors import BenchwrightError
from benchwright.pieces import Piece, pieces_of
from benchwright.plan import Plan, plan_of
from benchwright.plan_file import check_still_true, read_plan, write_plan
from benchwright.plan_view import MOST_NEW_LINES, show_plan
from benchwright.record import Record

CONFIGURATION = {
    "before_header": "/etc/x.py",
    "after_header": "/etc/x.py",
    "before": "port = 1\n",
    "after": "port = 2\n",
}
OTHER = {**CONFIGURATION, "after": "port = 3\n"}
NEW_DIRECTORY = {"before": {"path": "/srv", "state": "absent"}, "after": {"path": "/srv", "state": "directory"}}
GONE = {"before_header": "/etc/old", "after_header": "/etc/old", "before": "x\n", "after": ""}
PACKAGES = {
    "after_header": "/envs/ds",
    "before": "numpy 1.0 py_0\npandas 2.1 py_0\nsix 1 0\n",
    "after": "numpy 2.0 py_0\npandas 2.1 py_0\nscipy 1.17 py_0\n",
}


def task(name: str, *results: dict[str, Any], action: str = "m", **more: Any) -> list[dict[str, Any]]:
    path = "/x/roles/web/tasks/main.yml:3"
    start = {"event": "task", "id": name, "task": name, "role": "web", "action": action, "path": path, **more}
    return [start, *({"event": "result", "id": name, "status": "ok", "end": 1.0, **result} for result in results)]


def changed(host: str, *diff: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"host": host, "changed": True, "diff": list(diff), **more}


def plan(*tasks: list[dict[str, Any]], hosts: tuple[str, ...] = ("a", "b", "c"), ended: bool = True) -> Plan:
    record = Record()
    record.event({"event": "play", "hosts": list(hosts)})
    for event in (event for events in tasks for event in events):
        record.event(event)
    if ended:
        record.event({"event": "end"})
    return plan_of(record)


WHOLE = (
    task("Write the configuration", changed("b", CONFIGURATION), changed("a", CONFIGURATION), changed("c", OTHER)),
    task("Have the directory", changed("a", NEW_DIRECTORY)),
    task("Take it away", changed("a", GONE)),
    task(
        "Make the environment",
        {"host": "a", "changed": True, "items": [{"item": "ds.yml", "changed": True, "diff": [PACKAGES]}]},
        action="benchwright.python.conda_env",
    ),
    task("Set the password", changed("a", no_log=True)),
    task("Restart", changed("a"), handler=True),
    task("Nothing to do", {"host": "a"}),
    task(
        "Ask a command", {"host": "b", "status": "skipped", "unpredictable": True, "skip_reason": "it would have run"}
    ),
    task("Break", {"host": "c", "status": "failed", "message": "no such file", "stderr": "cat: /nowhere"}),
)


def shown(made: Plan, full: bool = False) -> str:
    text = io.StringIO()
    show_plan(Console(file=text, width=120, color_system=None), made, "the hosts of lab.yml", full)
    return "".join(f"{line.rstrip()}\n" for line in text.getvalue().splitlines())


def test_the_picture_of_a_plan() -> None:
    assert shown(plan(*WHOLE)) == (Path(__file__).parent / "golden/plan.txt").read_text()


def test_the_same_change_is_told_once_and_signs_are_counted_by_host() -> None:
    made = plan(*WHOLE)
    assert [(change.sign, change.hosts) for change in made.changes] == [
        ("~", ("a", "b")),
        ("~", ("c",)),
        ("+", ("a",)),
        ("-", ("a",)),
        ("~", ("a",)),
        ("~", ("a",)),
        ("↻", ("a",)),
    ]
    assert made.signs == {"+": 1, "~": 5, "-": 1, "↻": 1}
    assert [failure.message for failure in made.failures] == ["no such file"]
    assert plan(task("x", changed("a", GONE), changed("b", GONE))).alike == 2


def test_a_document_is_json_and_holds_no_more_than_the_plan() -> None:
    document = json.loads(json.dumps(plan(*WHOLE).document()))
    assert document["planned_hosts"] == ["a", "b", "c"]
    assert document["planned"][0]["pieces"] == [
        {"sign": "~", "subject": "/etc/x.py", "lines": ["-port = 1", "+port = 2"], "packages": []}
    ]
    assert document["unpredictable"][0]["reason"] == "it would have run"
    assert len(document["fingerprint"]) == 8


def test_nothing_to_do_is_said_in_one_line() -> None:
    assert shown(plan(task("Look", {"host": "a"}))).splitlines()[1:] == ["No changes: 3 hosts as described."]


def test_a_plan_that_was_interrupted_says_how_far_it_got() -> None:
    look, going = task("Look", {"host": "a"}, {"host": "b"}), task("Go on")
    going.append({"event": "start", "id": "Go on", "host": "b"})
    made = plan(look, going, ended=False)
    assert shown(made).splitlines()[1:] == [
        "No changes so far.",
        "NOT COMPLETE: on a it ends at web : Look; what comes after is not in this plan.",
        "NOT COMPLETE: on b it ends at web : Go on; what comes after is not in this plan.",
    ]
    assert (made.document()["complete"], made.document()["ends"][1]) == (
        False,
        {"task": "web : Go on", "hosts": ("b",)},
    )
    assert shown(plan(ended=False)).splitlines()[2:] == [
        "NOT COMPLETE: it ends before the first task; what comes after is not in this plan."
    ]


def test_packages_are_compared_by_name() -> None:
    [piece] = pieces_of([PACKAGES], "benchwright.python.conda_env")
    assert piece.packages == (("numpy", "1.0 py_0", "2.0 py_0"), ("scipy", "", "1.17 py_0"), ("six", "1 0", ""))
    new = {"after_header": "/envs/ds", "before": "", "after": "six 1 0\nfacts: /envs/ds\n"}
    assert pieces_of([new], "benchwright.python.conda_env") == (
        Piece("+", "/envs/ds", ("+facts: /envs/ds",), (("six", "", "1 0"),)),
    )
    [piece] = pieces_of([{"before": "", "after": "htop\n"}], "benchwright.python.debian_packages")
    assert piece.packages == (("htop", "", "any"),)


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ({"prepared": "one\ntwo"}, Piece("~", "", ("one", "two"))),
        (
            {"before": {"mode": "0644", "owner": "me"}, "after": {"mode": "0600", "owner": "me"}},
            Piece("~", "", ("mode: 0644 -> 0600",)),
        ),
        ({"before": {}, "after": {"names": ["a"]}}, Piece("+", "", ("names: ['a']",))),
        (NEW_DIRECTORY, Piece("+", "/srv", ("state: absent -> directory",))),
        (GONE, Piece("-", "/etc/old", ("-x",))),
    ],
)
def test_each_shape_of_a_difference(part: dict[str, Any], expected: Piece) -> None:
    assert pieces_of([part], "any") == (expected,)


def test_long_differences_are_cut_unless_all_is_wanted() -> None:
    long = {"after_header": "/f", "before": "", "after": "".join(f"line {number}\n" for number in range(100))}
    made = plan(task("x", changed("a", long)))
    assert f"... {100 - MOST_NEW_LINES} more; --full-diff shows them" in shown(made)
    assert "+line 99" not in shown(made)
    assert "+line 99" in shown(made, full=True)


def test_a_plan_that_cannot_be_kept_is_told(tmp_path: Path) -> None:
    with pytest.raises(BenchwrightError, match=r"--out .*/nowhere/plan.json: No such file or directory"):
        write_plan(tmp_path / "nowhere" / "plan.json", {})


def test_a_kept_plan_holds_until_something_else_would_happen(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    path.touch(0o644)
    made = plan(task("x", changed("a", CONFIGURATION)))
    write_plan(path, {"format_version": "1.2", "playbook": "site", **made.document()})
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    kept = read_plan(path)
    check_still_true("plan.json", kept, made, "site")
    with pytest.raises(BenchwrightError, match=r"no longer: a: web : x\n  new or different: a: web : x\nPlan again"):
        check_still_true("plan.json", kept, plan(task("x", changed("a", OTHER))), "site")
    with pytest.raises(BenchwrightError, match="new or different: b: web : x"):
        check_still_true(
            "plan.json", kept, plan(task("x", changed("a", CONFIGURATION), changed("b", CONFIGURATION))), "site"
        )
    with pytest.raises(BenchwrightError, match="is of the playbook site, not of other"):
        check_still_true("plan.json", kept, made, "other")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (None, "plan --out"),
        ("[", "not JSON"),
        ("{}", "not a plan"),
        ('{"fingerprint": [], "format_version": "2.0"}', "format 2.0"),
        ('{"fingerprint": [], "format_version": "1.2", "complete": false}', "the plan is not complete"),
    ],
)
def test_what_is_no_plan_is_refused(tmp_path: Path, text: str | None, why: str) -> None:
    path = tmp_path / "plan.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(BenchwrightError, match=why):
        read_plan(path)
