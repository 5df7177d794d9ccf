"""What a record makes of the events of real runs, and of the few that need a Jupyter server, as data."""

from __future__ import annotations

from typing import Any

import pytest

from benchwright.answers import EXPORT_TASK, VERIFY_ACTIONS
from benchwright.outcome import Failure
from benchwright.record import Record, Task


def recorded(recordings: Any, name: str) -> Record:
    record = Record()
    for event in recordings(name).events:
        record.event(event)
    return record


def task(name: str, role: str = "", time: float = 0.0, **more: Any) -> dict[str, Any]:
    return {"event": "task", "task": name, "role": role, "id": name, "time": time, **more}


def result(of: str, host: str = "here", status: str = "ok", time: float = 0.0, **more: Any) -> dict[str, Any]:
    return {"event": "result", "id": of, "host": host, "status": status, "time": time, "end": time, **more}


def record_of(*events: dict[str, Any]) -> Record:
    record = Record(clock=lambda: 100.0)
    for event in events:
        record.event(event)
    return record


def test_tasks_notes_addresses_and_hosts(recordings: Any) -> None:
    record = recorded(recordings, "changes")
    assert [task.title for task in record.tasks] == [
        "greeter : Greet",
        "greeter : Set up",
        "greeter : Show where the server answers",
    ]
    assert [(task.ok, task.changed, task.failed) for task in record.tasks] == [
        ({"here"}, set(), set()),
        ({"here"}, {"here"}, set()),
        ({"here"}, set(), set()),
    ]
    assert record.tasks[1].path.endswith("roles/greeter/tasks/main.yml:4")
    assert record.changed == 1
    assert record.answers.notes == ["hello [all] of you"]
    assert record.answers.addresses == {"here": {"url": "https://here:8888", "password_file": "/secret/password"}}
    assert list(record.phases) == ["greeter"]
    assert 0 < record.phases["greeter"] < 60
    assert (record.current, record.failures) == (None, [])
    progress = record.progress["here"]
    assert (progress.ok, progress.changed, progress.skipped, progress.failed, progress.task) == (3, 1, 0, 0, None)


def test_a_failure_names_each_item_that_failed_and_ignored_errors_are_none(recordings: Any) -> None:
    record = recorded(recordings, "fails")
    [failure] = record.failures
    assert (failure.host, failure.task, failure.unreachable) == ("here", "Break", False)
    assert failure.path.endswith("fails.yml:8")
    assert failure.message.splitlines() == ["first: non-zero return code", "second: non-zero return code"]
    assert failure.stderr.splitlines() == [
        "cat: /nowhere/first: No such file or directory",
        "cat: /nowhere/second: No such file or directory",
    ]
    assert [task.failed for task in record.tasks] == [set(), {"here"}]


def test_an_unreachable_host(recordings: Any) -> None:
    [failure] = recorded(recordings, "unreachable").failures
    assert (failure.host, failure.unreachable) == ("away", True)
    assert "Connection refused" in failure.message


def test_an_item_that_is_a_whole_description_goes_by_its_name() -> None:
    items = [
        {"item": {"file": "/e.yml", "state": "present"}, "status": "failed", "message": "empty"},
        {"item": {"a": 1}, "status": "failed", "message": "odd"},
        {"item": 3, "status": "ok"},
    ]
    record = record_of(task("Make"), result("Make", status="failed", items=items))
    assert record.failures[0].message == "/e.yml: empty\nan item: odd"


def test_no_host_at_all(recordings: Any) -> None:
    assert recorded(recordings, "no_host").progress == {}


def test_listeners_hear_of_each_task_once_when_it_has_ended_and_of_failures_at_once() -> None:
    heard: list[str] = []
    record = Record(listen=lambda ended: heard.append(ended.name), alarm=lambda failure: heard.append(failure.message))
    for event in (task("a"), result("a"), task("b"), result("b", status="failed", message="no"), task("c")):
        record.event(event)
    assert heard == ["a", "no", "b"]
    record.event({"event": "end"})
    assert heard == ["a", "no", "b", "c"]


def test_where_hosts_go_at_their_own_pace_a_task_ends_with_its_last_host() -> None:
    ended: list[tuple[str, float]] = []
    record = Record(listen=lambda task: ended.append((task.name, task.seconds or 0.0)))
    starts = [{"event": "start", "id": "a", "host": host, "time": 1.0} for host in ("fast", "slow")]
    for event in (task("a", time=1.0), *starts, result("a", "fast", time=2.0), task("b", time=2.0)):
        record.event(event)
    assert ended == []
    assert record.progress["slow"].task == record.tasks[0]
    record.event(result("a", "slow", time=9.0))
    assert ended == [("a", 8.0)]
    assert record.tasks[0].ok == {"fast", "slow"}


def test_an_include_has_a_start_and_no_result() -> None:
    record = record_of(
        task("include", time=1.0),
        {"event": "start", "id": "include", "host": "a", "time": 1.0},
        task("next", time=2.0),
        {"event": "start", "id": "next", "host": "a", "time": 2.0},
        task("last", time=4.0),
    )
    assert record.tasks[0].running == set()
    assert record.tasks[0].seconds == 3.0


def test_a_failure_that_was_made_good_is_none() -> None:
    alarms: list[str] = []
    record = Record(alarm=lambda failure: alarms.append(failure.host))
    events = [
        task("a"),
        result("a", "known", "failed", rescued=True),
        result("a", "unknown", "failed"),
        result("a", "bad", "failed"),
    ]
    for event in (*events, {"event": "end", "hosts": {"known": {}, "unknown": {"rescued": 1}, "bad": {"failures": 1}}}):
        record.event(event)
    assert alarms == ["unknown", "bad"]
    assert [failure.host for failure in record.failures] == ["bad"]
    assert (record.progress["known"].ok, record.progress["known"].failed) == (1, 0)


def test_a_task_that_begins_once_for_each_host_is_one_task() -> None:
    record = record_of(task("a"), result("a", "x"), task("a"), result("a", "y"), task("b"), task("a"))
    assert [task.name for task in record.tasks] == ["a", "b", "a"]  # the last one is of another batch of hosts
    assert record.tasks[0].ok == {"x", "y"}


def test_no_log_hides_why_and_says_so() -> None:
    record = record_of(task("Secret"), result("Secret", status="failed", changed=True, no_log=True))
    assert "no_log hides why" in record.failures[0].message
    assert record.changed == 0


RELEASES = [{"digest": "0123456789ab", "current": True}]


@pytest.mark.parametrize(
    ("module", "told", "expected"),
    [
        (
            "conda_env",
            {"answer": {"prefix": "/envs/lab", "release": "0123456789ab", "link": []}},
            [{"prefix": "/envs/lab", "release": "0123456789ab"}],
        ),
        (
            "conda_env",
            {"items": [{"answer": {"prefix": "/envs/a", "release": ""}}, {"answer": {"prefix": "/envs/b"}}, {}]},
            [{"prefix": "/envs/a", "release": ""}, {"prefix": "/envs/b"}],
        ),
        (
            "conda_env_info",
            {"answer": {"environments": [{"prefix": "/envs/lab", "state": "environment", "releases": RELEASES}]}},
            [{"prefix": "/envs/lab", "state": "environment", "releases": RELEASES}],
        ),
        ("conda_env", {}, []),
    ],
)
def test_environments_and_their_releases_are_kept(
    module: str, told: dict[str, Any], expected: list[dict[str, Any]]
) -> None:
    record = record_of(task("Make"), result("Make", action=f"benchwright.python.{module}", **told))
    assert record.answers.environments == {"here": expected}
    assert record.answers.hosts == ["here"]


@pytest.mark.parametrize(
    ("module", "answer"),
    [
        ("conda_env", {"prefix": "/envs/lab", "drift": ["added by hand: six 1.0 0"]}),
        (
            "conda_env_info",
            {"environments": [{"prefix": "/envs/lab", "changed_by_hand": ["added by hand: six 1.0 0"]}]},
        ),
    ],
)
def test_what_somebody_changed_by_hand_is_said(module: str, answer: dict[str, Any]) -> None:
    record = record_of(task("Make"), result("Make", action=f"benchwright.python.{module}", answer=answer))
    assert record.answers.notes == ["here: /envs/lab: added by hand: six 1.0 0"]


@pytest.mark.parametrize("status", ["ok", "failed"])
def test_checks_are_kept_whether_verifying_succeeds_or_fails(status: str) -> None:
    checks = [{"name": "log in", "ok": status == "ok", "seconds": 0.1}]
    event = result("Use", status=status, action=VERIFY_ACTIONS[0], answer={"checks": checks}, message="m")
    record = record_of(task("Use"), event)
    assert record.answers.checks["here"] == [{**checks[0], "task": "Use"}]
    assert [failure.message for failure in record.failures] == ([] if status == "ok" else ["m"])


def test_a_server_that_is_used_in_two_ways_has_the_checks_of_both_and_of_each_the_last() -> None:
    said = [("Use", "first"), ("Use from outside", "log in"), ("Use", "second"), ("Look", "tools")]
    events = []
    for number, (name, check) in enumerate(said):
        answer = {"checks": [{"name": check, "ok": True, "seconds": 0.1}]}
        action = VERIFY_ACTIONS[name == "Look"]
        events += [{**task(name), "id": str(number)}, result(name, action=action, answer=answer) | {"id": str(number)}]
    checks = record_of(*events).answers.checks["here"]
    assert [(check["task"], check["name"]) for check in checks] == [
        ("Use from outside", "log in"),
        ("Use", "second"),
        ("Look", "tools"),
    ]


def test_what_comes_before_the_play_is_a_phase_and_an_unfinished_task_counts() -> None:
    seconds = iter([10.0, 14.0, 23.0])
    record = Record(clock=lambda: next(seconds))
    with record.phase("source"):
        pass
    record.event(task("Sleep", time=20.0))
    assert record.current == Task("Sleep", "", 20.0, id="Sleep")
    assert record.phases == {"source": 4.0, "play": 3.0}


def test_a_failure_before_any_task_and_events_without_meaning_do_no_harm() -> None:
    record = record_of(
        {"event": "verbose"}, {}, {"event": "result", "host": "away", "status": "unreachable", "message": ""}
    )
    assert record.failures == [Failure("away", "connect", "no message", True)]


def test_what_an_audit_finds_is_kept() -> None:
    answer = {"findings": [{"id": "root"}]}
    record = record_of(task("Look"), result("Look", action="benchwright.python.jupyter_posture_info", answer=answer))
    assert (record.answers.findings, record.answers.hosts) == ({"here": [{"id": "root"}]}, ["here"])


def test_hosts_are_told_in_the_inventorys_order_and_not_in_the_one_in_which_they_answered() -> None:
    answers = [
        ("Look", "benchwright.python.jupyter_posture_info", {"findings": []}),
        ("Verify", VERIFY_ACTIONS[0], {"checks": []}),
        (EXPORT_TASK, "ansible.builtin.debug", {"msg": {"lab": "/exports"}}),
    ]
    events: list[dict[str, Any]] = [{"event": "play", "hosts": ["new", "old", "away"]}]
    for name, action, answer in answers:
        events += [task(name), *(result(name, host, action=action, answer=answer) for host in ("old", "new"))]
    record = record_of(*events, {"event": "end"})
    told = record.answers
    tables: list[dict[str, Any]] = [told.findings, told.checks, told.exports, record.tasks[0].outcomes]
    assert [list(each) for each in tables] == [["new", "old"]] * 4
