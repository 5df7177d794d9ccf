"""What a report has to tell, from a run's events."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from support.made_up_run import BEGAN, made_up_run

from benchwright.report.story import Story, tell
from benchwright.run_directory import new_run

META = {"command": "apply", "started": BEGAN, "seconds": 119.0}


def without(kind: str, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [event for event in events if event["event"] != kind]


def test_hosts_are_told_by_how_they_ended() -> None:
    story = tell(META, made_up_run(3))
    assert {host.name: host.status for host in story.hosts} == {
        "wb-01": "changed",
        "wb-02": "changed",
        "wb-03": "failed",
    }
    assert story.ended == {"failed": 1, "changed": 2, "unchanged": 0}
    (failure,) = story.failures
    assert (failure.hosts, failure.task) == (("wb-03",), "conda_env : Make the environments hold what is described")
    assert [host.seconds for host in story.slowest_hosts] == sorted(
        (host.seconds for host in story.hosts), reverse=True
    )


def test_the_same_failure_on_several_hosts_is_told_once() -> None:
    story = tell(META, made_up_run(200))
    (failure,) = story.failures
    assert len(failure.hosts) == story.ended["failed"] > 1


def test_a_task_counts_from_its_first_host_to_its_last() -> None:
    story = tell(META, made_up_run(6, forks=2))
    first = story.slowest[0]
    assert first.title.startswith("conda_env") and first.hosts == 6
    assert first.seconds > 2 * first.slowest_seconds / 1.5 > first.slowest_seconds


@pytest.mark.parametrize(
    ("meta", "change", "status", "verdict"),
    [
        ({"exit_code": 0}, lambda events: events, "failed", "1 of 3 hosts failed"),
        ({"exit_code": 130}, lambda events: events, "interrupted", "Interrupted before its end"),
        ({}, lambda events: events[:4], "unfinished", "It did not come to its end"),
        ({}, lambda events: [*events[:2], events[-1]], "success", "Everything was as described"),
    ],
)
def test_the_verdict_is_one_sentence(
    meta: dict[str, Any], change: Callable[[list[Any]], list[Any]], status: str, verdict: str
) -> None:
    story = tell(meta, change(list(made_up_run(3))))
    assert (story.status, story.verdict) == (status, verdict)


def test_check_mode_is_never_told_as_if_it_had_changed_something() -> None:
    story = tell({}, made_up_run(2, check=True))
    assert story.verdict == f"{story.record.changed} changes would be made"


def test_events_alone_tell_the_playbook_and_the_times() -> None:
    story: Story = tell({}, made_up_run(2))
    assert story.meta["playbook"] == "site.yml"
    assert story.began == BEGAN and story.seconds > 60


def test_a_run_that_was_kept_has_its_story(tmp_path: Any) -> None:
    from benchwright.report.story import story_of

    assert story_of(new_run(tmp_path, "apply", "site", [], "here")).status == "unfinished"
