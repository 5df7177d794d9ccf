"""What a record makes of the events of real runs, and of the few that need a Jupyter server, as data."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from benchwright.record import VERIFY_ACTION, Failure, Record, Task


def recorded(recordings: Any, name: str) -> Record:
    """A record of a run whose clock goes on by a second whenever it is asked."""
    seconds = itertools.count()
    record = Record(clock=lambda: float(next(seconds)))
    for event in recordings(name).events:
        record.event(event)
    return record


def verification(event: str, **result: Any) -> dict[str, Any]:
    return {"event": event, "event_data": {"host": "here", "task_action": VERIFY_ACTION, "res": result}}


def started(name: str, role: str = "") -> dict[str, Any]:
    return {"event": "playbook_on_task_start", "event_data": {"task": name, "role": role}}


def test_tasks_notes_addresses_and_phases(recordings: Any) -> None:
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
    assert record.changed == 1
    assert record.notes == ["hello [all] of you"]
    assert record.addresses == {"here": {"url": "https://here:8888", "password_file": "/secret/password"}}
    assert record.phases == {"greeter": 3.0}
    assert (record.current, record.failures) == (None, [])


def test_a_failure_names_each_item_that_failed_and_ignored_errors_are_none(recordings: Any) -> None:
    record = recorded(recordings, "fails")
    [failure] = record.failures
    assert (failure.host, failure.task, failure.unreachable) == ("here", "Break", False)
    assert failure.message.splitlines() == [
        "non-zero return code",
        "cat: /nowhere/first: No such file or directory",
        "non-zero return code",
        "cat: /nowhere/second: No such file or directory",
    ]
    assert [task.failed for task in record.tasks] == [set(), {"here"}]
    assert record.phases == {"play": 2.0}


def test_an_unreachable_host(recordings: Any) -> None:
    [failure] = recorded(recordings, "unreachable").failures
    assert (failure.host, failure.unreachable) == ("away", True)
    assert "Connection refused" in failure.message


def test_listeners_hear_of_each_task_once_when_it_has_ended(recordings: Any) -> None:
    heard: list[tuple[str, bool]] = []
    record = Record(listen=lambda task: heard.append((task.name, task.seconds is not None)))
    for event in recordings("changes").events:
        record.event(event)
    assert heard == [("Greet", True), ("Set up", True), ("Show where the server answers", True)]


RELEASES = [{"digest": "0123456789ab", "current": True}]


@pytest.mark.parametrize(
    ("module", "result", "expected"),
    [
        (
            "conda_env",
            {"prefix": "/envs/lab", "release": "0123456789ab", "changed": False, "link": []},
            [{"prefix": "/envs/lab", "release": "0123456789ab"}],
        ),
        (
            "conda_env",
            {"results": [{"prefix": "/envs/a", "release": ""}, {"prefix": "/envs/b"}, {"skipped": True}]},
            [{"prefix": "/envs/a", "release": ""}, {"prefix": "/envs/b"}],
        ),
        (
            "conda_env_info",
            {"environments": [{"prefix": "/envs/lab", "state": "environment", "releases": RELEASES, "packages": [{}]}]},
            [{"prefix": "/envs/lab", "state": "environment", "releases": RELEASES}],
        ),
        ("conda_env", {"changed": False}, []),
    ],
)
def test_environments_and_their_releases_are_kept(
    module: str, result: dict[str, Any], expected: list[dict[str, Any]]
) -> None:
    record = Record()
    record.event(started("Make", "conda_env"))
    data = {"host": "here", "task_action": f"benchwright.python.{module}", "res": result}
    record.event({"event": "runner_on_ok", "event_data": data})
    assert record.environments == {"here": expected}
    assert record.hosts == ["here"]


@pytest.mark.parametrize(
    ("module", "result"),
    [
        ("conda_env", {"prefix": "/envs/lab", "drift": ["added by hand: six 1.0 0"]}),
        (
            "conda_env_info",
            {"environments": [{"prefix": "/envs/lab", "changed_by_hand": ["added by hand: six 1.0 0"]}]},
        ),
    ],
)
def test_what_somebody_changed_by_hand_is_said(module: str, result: dict[str, Any]) -> None:
    record = Record()
    record.event(started("Make", "conda_env"))
    data = {"host": "here", "task_action": f"benchwright.python.{module}", "res": result}
    record.event({"event": "runner_on_ok", "event_data": data})
    assert record.notes == ["here: /envs/lab: added by hand: six 1.0 0"]


@pytest.mark.parametrize("event", ["runner_on_ok", "runner_on_failed"])
def test_checks_are_kept_whether_verifying_succeeds_or_fails(event: str) -> None:
    record = Record()
    record.event(started("Use the server"))
    record.event(
        verification(event, checks=[{"name": "log in", "ok": event == "runner_on_ok", "seconds": 0.1}], msg="m")
    )
    assert record.checks["here"][0]["name"] == "log in"
    assert [failure.message for failure in record.failures] == ([] if event == "runner_on_ok" else ["m"])


def test_names_lose_the_role_that_ansible_puts_before_them_and_roles_their_collection() -> None:
    record = Record()
    record.event(started("conda_env : Make it", role="benchwright.python.conda_env"))
    assert record.tasks[0].title == "conda_env : Make it"


def test_what_comes_before_the_play_is_a_phase_and_an_unfinished_task_counts() -> None:
    seconds = iter([10.0, 14.0, 20.0, 23.0])
    record = Record(clock=lambda: next(seconds))
    with record.phase("source"):
        pass
    record.event(started("Sleep"))
    assert record.current == Task("Sleep", "", 20.0)
    assert record.phases == {"source": 4.0, "play": 3.0}


def test_a_failure_before_any_task_and_events_without_meaning_do_no_harm() -> None:
    record = Record()
    record.event({"event": "verbose"})
    record.event({})
    record.event({"event": "runner_on_unreachable", "event_data": {"host": "away", "res": {"unreachable": True}}})
    assert record.failures == [Failure("away", "connect", "no message", True)]


def test_a_long_stderr_is_cut_at_its_beginning() -> None:
    record = Record()
    record.event(started("Break"))
    result = {"msg": "m", "module_stderr": "x" * 5000 + "the end"}
    record.event({"event": "runner_on_failed", "event_data": {"host": "here", "res": result}})
    message = record.failures[0].message
    assert message.startswith("m\nx")
    assert message.endswith("the end")
    assert len(message) == len("m\n") + 2000
