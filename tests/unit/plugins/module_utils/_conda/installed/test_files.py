"""Missing files are found, and what is noted to be quick is never believed wrongly."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.installed import files as module
from ansible_collections.benchwright.python.plugins.module_utils._conda.installed.files import (
    NOTE,
    missing_files,
    note_whole,
)
from ansible_collections.benchwright.python.plugins.module_utils._conda.installed.prefix import PrefixError

FILES = ["bin/six", "lib/six.py", "lib/data/six.txt", "lib/__pycache__/six.cpython-312.pyc", "top"]


@pytest.fixture
def lab(install_packages: Any, make_package: Any, prefix: Path) -> Path:
    """An environment that was made a day ago."""
    install_packages(prefix, make_package("six", files=FILES), make_package("idna", files=["lib/idna.py"]))
    settle(prefix, 86400)
    return prefix


def settle(prefix: Path, age: float) -> None:
    """Let no directory have changed since so many seconds."""
    for directory, *dummy in os.walk(prefix):
        os.utime(directory, (time.time() - age, time.time() - age))


def looks(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """How often all files are looked at from now on."""
    seen: list[Path] = []
    look = module._look
    monkeypatch.setattr(module, "_look", lambda prefix: (seen.append(prefix), look(prefix))[1])
    return seen


def test_what_is_listed_and_not_there_is_found(lab: Path) -> None:
    assert missing_files(lab) == {}
    (lab / "lib/six.py").unlink()
    (lab / "lib/data/six.txt").unlink()
    (lab / "lib/data").rmdir()
    assert missing_files(lab) == {"six": ["lib/six.py", "lib/data/six.txt"]}


def test_compiled_files_are_not_looked_for(lab: Path) -> None:
    (lab / "lib/__pycache__/six.cpython-312.pyc").unlink()
    assert missing_files(str(lab)) == {}


def test_a_link_that_leads_nowhere_is_there(lab: Path) -> None:
    (lab / "lib/six.py").unlink()
    (lab / "lib/six.py").symlink_to("nowhere")
    assert missing_files(lab) == {}


def test_a_file_in_the_place_of_a_directory_is_told(lab: Path) -> None:
    (lab / "lib/data/six.txt").unlink()
    (lab / "lib/data").rmdir()
    (lab / "lib/data").touch()
    assert missing_files(lab) == {"six": ["lib/data/six.txt"]}


def test_what_was_found_whole_is_not_looked_at_again(lab: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    note_whole(lab)
    seen = looks(monkeypatch)
    assert missing_files(lab) == {}
    note_whole(lab)
    assert seen == []


@pytest.mark.parametrize("file", [file for file in [*FILES, "lib/idna.py"] if not file.endswith(".pyc")])
def test_what_goes_after_the_note_is_found(lab: Path, file: str) -> None:
    note_whole(lab)
    (lab / file).unlink()
    assert list(missing_files(lab).values()) == [[file]]
    note_whole(lab)
    assert list(missing_files(lab).values()) == [[file]]


def test_what_comes_back_is_noted_again(lab: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    note_whole(lab)
    (lab / "lib/six.py").unlink()
    (lab / "lib/six.py").touch()
    settle(lab, 3600)
    note_whole(lab)
    seen = looks(monkeypatch)
    assert missing_files(lab) == {}
    assert seen == []


def test_a_clock_that_was_set_back_hides_nothing(lab: Path) -> None:
    """Noted while the clock was a day ahead; then it is put right, and a file goes."""
    note_whole(lab)
    (lab / "lib/six.py").unlink()
    settle(lab, 3 * 86400)
    assert missing_files(lab) == {"six": ["lib/six.py"]}


@pytest.mark.parametrize("age", [0, -3600])
def test_what_changed_a_moment_ago_or_in_the_future_is_not_noted(
    lab: Path, age: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "COARSE_CLOCK", 1800 * 10**9)  # a busy machine is not here again in a moment
    settle(lab, age)
    note_whole(lab)
    assert not (lab / "conda-meta" / NOTE).exists()


def test_another_package_is_looked_for(lab: Path, make_package: Any) -> None:
    note_whole(lab)
    (lab / "conda-meta/new-1.0-0.json").write_text(json.dumps(make_package("new", files=["lib/new.py"])))
    assert missing_files(lab) == {"new": ["lib/new.py"]}


DEEP = "[" * 100_000


@pytest.mark.parametrize(
    "nonsense",
    [
        "",
        "no JSON",
        "null",
        "[]",
        "7",
        DEEP,
        "{}",
        '{"records": RECORDS}',
        '{"records": RECORDS, "directories": null}',
        '{"records": RECORDS, "directories": ["lib"]}',
        '{"records": RECORDS, "directories": "lib"}',
        '{"records": RECORDS, "directories": {"lib": Infinity}}',
        '{"records": RECORDS, "directories": {"lib": "1"}}',
        '{"records": RECORDS, "directories": {"li\\u0000b": 1}}',
        '{"records": RECORDS, "directories": {"li\\ud800b": 1}}',
        '{"records": RECORDS, "looked": 1e999, "directories": ["lib"]}',
    ],
    ids=range(16),
)
def test_a_note_that_is_nonsense_is_as_good_as_none(lab: Path, nonsense: str) -> None:
    records = json.dumps(["idna-1.0-0.json", "six-1.0-0.json"])
    (lab / "conda-meta" / NOTE).write_text(nonsense.replace("RECORDS", records))
    (lab / "lib/six.py").unlink()
    assert missing_files(lab) == {"six": ["lib/six.py"]}


def test_a_note_that_cannot_be_kept_costs_time_only(lab: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*dummy: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(module, "write_atomically", refuse)
    note_whole(lab)
    assert missing_files(lab) == {}
    assert not (lab / "conda-meta" / NOTE).exists()


@pytest.mark.parametrize("made", [False, True])
def test_where_no_environment_is_nothing_is_missing_and_nothing_is_made(prefix: Path, made: bool) -> None:
    if made:
        prefix.mkdir(parents=True)
    note_whole(prefix)
    assert missing_files(prefix) == {}
    assert prefix.exists() is made
    assert not (prefix / "conda-meta").exists()


@pytest.mark.parametrize("text", ["", "{", "[]", "7", DEEP, '{"name": "six", "files": 7}', '{"files": {"a": 1}}'])
def test_a_damaged_record_is_named(lab: Path, text: str) -> None:
    (lab / "conda-meta/six-1.0-0.json").write_text(text)
    with pytest.raises(PrefixError, match=r"six-1.0-0.json is no .*remove it and create it again"):
        missing_files(lab)


@pytest.mark.parametrize("files", ["null", "[]"])
def test_a_package_without_files_is_whole(lab: Path, files: str) -> None:
    (lab / "conda-meta/six-1.0-0.json").write_text('{"name": "six", "files": %s}' % files)
    assert missing_files(lab) == {}
