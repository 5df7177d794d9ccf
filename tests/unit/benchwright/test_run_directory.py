"""What is kept of runs, who may read it, and how a run is found again."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from benchwright.errors import BenchwrightError
from benchwright.run_directory import RunDirectory, all_runs, find_run, new_run, runs_of, without_values


def run(place: Path) -> RunDirectory:
    return new_run(place, "apply", "site", ["hosts.yml"], "the hosts of hosts.yml")


def test_only_the_owner_reads_it_and_git_does_not_see_it(tmp_path: Path) -> None:
    made = run(runs_of(here=False))
    assert made.path.parent == tmp_path / ".benchwright/runs"
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in made.path.iterdir()} == {0o600}
    assert sorted(path.name for path in made.path.iterdir()) == ["events.jsonl", "meta.json", "stdout"]
    assert (tmp_path / ".benchwright/.gitignore").read_text() == "*\n"
    meta = made.meta
    assert {"run", "command", "who", "started", "versions", "inventory"} <= set(meta)
    assert (meta["run"], meta["playbook"], meta["on"]) == (made.id, "site", "the hosts of hosts.yml")


def test_runs_of_this_machine_are_kept_in_the_users_state_directory(tmp_path: Path) -> None:
    assert runs_of(here=True) == tmp_path / "state/benchwright/runs"


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / ".benchwright").write_text("")
    with pytest.raises(BenchwrightError, match=r"cannot be recorded in .*/\.benchwright/runs: Not a directory"):
        run(runs_of(here=False))


def test_a_run_is_found_by_its_name_a_part_of_it_or_as_the_last_one(tmp_path: Path) -> None:
    with pytest.raises(BenchwrightError, match="there is no run in"):
        find_run("last", tmp_path)
    made = [run(tmp_path) for dummy in range(2)]
    assert {found.id for found in all_runs(tmp_path)} == {each.id for each in made}
    assert find_run("last", tmp_path) == all_runs(tmp_path)[0]
    assert find_run(made[0].id, tmp_path) == made[0]
    assert find_run(made[0].id[-6:], tmp_path) == made[0]
    with pytest.raises(BenchwrightError, match="2 runs are called '20'"):
        find_run("20", tmp_path)
    with pytest.raises(BenchwrightError, match="no runs are called 'nonsense'"):
        find_run("nonsense", tmp_path)


def test_a_kill_in_the_middle_of_a_line_loses_that_line_alone(tmp_path: Path) -> None:
    made = run(tmp_path)
    made.events.write_text('{"event": "run"}\n{"event": "ta')
    assert list(made.read_events()) == [{"event": "run"}]
    (made.path / "meta.json").write_text("{")
    assert made.meta == {}


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["-e", "password=hunter2 a=b"], ["-e", "password=... a=..."]),
        (["--extra-vars=password=hunter2"], ["--extra-vars=password=..."]),
        (["-epassword=hunter2"], ["-epassword=..."]),
        (["-e", '{"password": "hunter2"}'], ["-e", "password=..."]),
        (["-e", "{password: hunter2, a: 1}"], ["-e", "password=... a=..."]),
        (["-e", '{"password'], ["-e", "..."]),
        (["-e", "password=aHVudGVyMg== a='b c=d'"], ["-e", "password=... a=..."]),
        (["-e", "password='hunter2 a=b"], ["-e", "password=..."]),
        (["-e", "@secrets.yml", "-l", "web"], ["-e", "@secrets.yml", "-l", "web"]),
        (["-e"], ["-e"]),
        (["-Ce", "password=hunter2", "-D"], ["-Ce", "password=...", "-D"]),
        (["-bepassword=hunter2"], ["-bepassword=..."]),
        (["--", "--extra", "password=hunter2"], ["--", "--extra", "password=..."]),
        (["-e", "-e", "web"], ["-e", "...", "web"]),
    ],
)
def test_values_of_options_are_left_out(words: list[str], expected: list[str]) -> None:
    assert without_values(words) == expected
