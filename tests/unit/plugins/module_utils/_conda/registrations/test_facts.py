"""Local facts are true of each environment, and vanish with the last one."""

from __future__ import annotations

import dataclasses
import json
import os
import threading
from pathlib import Path

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.descriptions.environment import (
    Environment,
    LockedPackage,
)
from ansible_collections.benchwright.python.plugins.module_utils._conda.registrations.facts import (
    Entry,
    digest_of,
    entry_of,
    fact_steps,
    recorded,
    rolled_back,
)

WANTED = Environment(channels=("lab",), dependencies=("python", "Six >=1"), pip=("Humanize",))
LINES = ["python 3.12.1 0", "six 1.0 0", "zlib 1 0", "pip: humanize==4.1", "pip: other==1", "variable: LEVEL"]


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "ansible/facts.d"


@pytest.fixture
def prefix(tmp_path: Path) -> str:
    (tmp_path / "lab").mkdir()
    return str(tmp_path / "lab")


def bring(prefix: str, entry: Entry | None, directory: Path, forget: bool = False) -> list[tuple[str, str]]:
    """Do all steps; there is nothing left to do then. Returns what they say."""
    steps = list(fact_steps(prefix, entry, directory, forget))
    for step in steps:
        step.take()
    assert not list(fact_steps(prefix, entry, directory, forget))
    return [tuple(step.difference) for step in steps]


def entry(prefix: str, release: str = "a1") -> Entry:
    return entry_of(prefix, WANTED, release, LINES, "lab")


def test_an_entry_says_what_there_is_of_what_was_asked_for(prefix: str) -> None:
    made = entry(prefix)
    assert made["versions"] == {"humanize": "4.1", "python": "3.12.1", "six": "1.0"}
    assert (made["name"], made["prefix"], made["release"], made["kernel"]) == ("lab", prefix, "a1", "lab")


def test_of_a_lock_all_versions_are_told() -> None:
    lock = Environment(packages=(LockedPackage("https://conda.example.org/lab/noarch/zlib-1-0.conda", "", ""),))
    assert entry_of("/lab", lock, "", LINES, "")["versions"] == {"python": "3.12.1", "zlib": "1"}


@pytest.mark.parametrize("field", ["channels", "dependencies", "pip"])
def test_the_digest_is_that_of_the_description(field: str) -> None:
    assert digest_of(WANTED) == digest_of(dataclasses.replace(WANTED, name="other"))
    assert digest_of(WANTED) != digest_of(dataclasses.replace(WANTED, **{field: ("other",)}))
    assert digest_of(WANTED) != digest_of(dataclasses.replace(WANTED, variables={"LEVEL": "3"}))


def test_a_new_password_is_no_other_description() -> None:
    one, other = (
        dataclasses.replace(WANTED, channels=(f"https://me:{word}@conda.example.org/lab",)) for word in ("a", "b")
    )
    assert digest_of(one) == digest_of(other)


def test_it_comes_and_goes_without_a_trace(prefix: str, directory: Path, tmp_path: Path) -> None:
    assert bring(prefix, entry(prefix), directory) == [("", f"facts: {prefix}")]
    document = json.loads((directory / "benchwright.fact").read_text())
    assert document == {"environments": {prefix: entry(prefix)}}
    assert bring(prefix, entry(prefix, "b2"), directory) == [
        (f"facts: {prefix} (out of date: release)", f"facts: {prefix}")
    ]
    assert bring(prefix, None, directory) == [(f"facts: {prefix}", "")]
    assert [path.name for path in tmp_path.iterdir()] == ["lab"]


def test_a_directory_that_was_there_stays(prefix: str, directory: Path) -> None:
    directory.mkdir(parents=True)
    bring(prefix, entry(prefix), directory)
    bring(prefix, None, directory)
    assert list(directory.iterdir()) == []


@pytest.mark.parametrize("text", ["", "{", "[]", '{"environments": []}', '{"environments": {}}'])
def test_what_cannot_be_ours_is_written_anew(prefix: str, directory: Path, text: str) -> None:
    bring(prefix, entry(prefix), directory)
    (directory / "benchwright.fact").write_text(text)
    assert len(bring(prefix, entry(prefix), directory)) == 1


@pytest.mark.parametrize("there", [None, "text", {"name": "lab"}])
def test_an_entry_that_is_none_of_ours_differs_in_what_it_lacks(prefix: str, directory: Path, there: object) -> None:
    bring("/other", entry("/other"), directory)
    path = directory / "benchwright.fact"
    document = {"environments": {**json.loads(path.read_text())["environments"], prefix: there}}
    path.write_text(json.dumps(document))
    lacks = "description, release, versions, kernel"
    told = f"prefix, {lacks}" if isinstance(there, dict) else f"name, prefix, {lacks}"
    assert bring(prefix, entry(prefix), directory) == [(f"facts: {prefix} (out of date: {told})", f"facts: {prefix}")]


@pytest.mark.parametrize("forget", [True, False])
def test_what_nobody_can_read_goes_with_the_environments(prefix: str, directory: Path, forget: bool) -> None:
    bring(prefix, entry(prefix), directory)
    (directory / "benchwright.fact").write_text("nothing")
    bring(prefix, None, directory, forget=forget)
    assert directory.exists() is not forget


def test_what_ansible_would_run_or_not_read_is_mended(prefix: str, directory: Path) -> None:
    bring(prefix, entry(prefix), directory)
    for mode in (0o755, 0o600):
        os.chmod(directory / "benchwright.fact", mode)
        assert bring(prefix, entry(prefix), directory) == [
            (f"facts: {prefix} (out of date: the file's mode)", f"facts: {prefix}")
        ]


def test_what_others_record_stays(prefix: str, directory: Path) -> None:
    directory.mkdir(parents=True)
    path = directory / "benchwright.fact"
    path.write_text(json.dumps({"distribution": {"version": "1"}}))
    bring(prefix, entry(prefix), directory)
    bring(prefix, None, directory)
    assert json.loads(path.read_text())["distribution"] == {"version": "1"}


@pytest.mark.parametrize("forget", [True, False])
def test_those_of_environments_that_are_gone_go_where_that_is_asked_for(
    prefix: str, directory: Path, forget: bool
) -> None:
    bring("/gone", entry("/gone"), directory)
    bring(prefix, entry(prefix), directory, forget=forget)
    assert ("/gone" in recorded(directory)) is not forget


def test_going_back_tells_the_versions_of_then_and_no_description(prefix: str) -> None:
    back = rolled_back(entry(prefix), "b2", ["python 3.11.0 0", "six 0.9 0"])
    assert (back["release"], back["description"], back["versions"]) == ("b2", "", {"python": "3.11.0", "six": "0.9"})
    assert rolled_back(entry(prefix), "a1", []) == entry(prefix)


def test_runs_side_by_side_lose_nothing(directory: Path) -> None:
    names = [f"/lab{number}" for number in range(12)]
    threads = [threading.Thread(target=bring, args=(name, entry(name), directory)) for name in names]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(recorded(directory)) == sorted(names)
    assert sorted(path.name for path in directory.iterdir()) == [".made_by_benchwright", "benchwright.fact"]
