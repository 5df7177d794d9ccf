"""The pictures: of each host, and of a fleet."""

from __future__ import annotations

from itertools import pairwise

from support.made_up_run import made_up_run

from benchwright.record import Record
from benchwright.report.fleet import MOST_HOSTS, WORST, pictures
from benchwright.report.story import tell
from benchwright.report.timeline import LABELS, WIDTH, timeline


def test_each_host_has_a_row_and_its_bars_do_not_overlap() -> None:
    story = tell({}, made_up_run(8))
    ((dummy_title, picture),) = pictures(story)
    assert [row.label for row in picture.rows] == [host.name for host in story.hosts]
    for row in picture.rows:
        assert all(each.x >= LABELS and each.end <= WIDTH for each in row.bars)
        assert all(each.end <= following.x + 0.2 for each, following in pairwise(row.bars))
    assert [row.label for row in picture.rows if row.failed] == ["wb-03"]


def test_no_task_is_lost_where_bars_become_one() -> None:
    record = tell({}, made_up_run(40, forks=2)).record
    picture = timeline(record, ["wb-01"])
    assert picture is not None
    assert sum(each.tasks for each in picture.rows[0].bars) == sum("wb-01" in task.outcomes for task in record.tasks)
    assert len(picture.rows[0].bars) < len(record.tasks)


def test_a_colour_stands_for_a_role_and_a_kind_for_what_it_did() -> None:
    ((dummy_title, picture),) = pictures(tell({}, made_up_run(8)))
    assert [role for role, _colour in picture.legend] == [
        "play",
        "linux_base",
        "miniconda",
        "conda_env",
        "jupyter_server",
    ]
    assert {each.kind for row in picture.rows for each in row.bars} == {"changed", "unchanged", "failed"}


def test_a_fleet_has_a_row_for_each_task_and_for_the_worst_hosts() -> None:
    story = tell({}, made_up_run(MOST_HOSTS + 1, forks=20))
    (dummy_tasks, fleet), (dummy_hosts, worst) = pictures(story)
    assert [row.label for row in fleet.rows] == [task.title for task in story.record.tasks]
    for whole, band in (row.bars for row in fleet.rows):
        assert whole.x <= band.x and band.end <= whole.end + 0.2
    assert len(worst.rows) == WORST
    failed = [host.name for host in story.hosts if host.failed]
    assert {row.label for row in worst.rows[: len(failed)]} == set(failed)


def test_where_nothing_ran_there_is_no_picture() -> None:
    assert timeline(Record(), []) is None
    assert pictures(tell({}, [])) == []
