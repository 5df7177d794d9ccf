"""``benchwright report``: which run it tells of, where the report goes, and who can read it."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from support.made_up_run import made_up_run

from benchwright.run_directory import RunDirectory, new_run, runs_of

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def kept() -> RunDirectory:
    run = new_run(runs_of(here=False), "apply", "site", ["hosts.yml"], "the hosts of hosts.yml")
    run.events.write_text("".join(json.dumps(event) + "\n" for event in made_up_run(3)))
    run.write_meta({"exit_code": 2, "seconds": 100.0})
    return run


def test_the_page_lies_beside_the_run_for_its_owner_alone(command: Command, kept: RunDirectory) -> None:
    code, out, dummy_err = command("report")
    page = kept.path / "report.html"
    assert (code, out.startswith(str(page))) == (0, True)
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    assert "1 of 3 hosts failed" in page.read_text()


@pytest.mark.parametrize(("format", "begins"), [("md", "## "), ("junit", "<?xml"), ("json", "{")])
def test_other_formats_go_to_stdout(command: Command, kept: RunDirectory, format: str, begins: str) -> None:
    code, out, dummy_err = command("report", kept.id, "--format", format)
    assert (code, out.startswith(begins)) == (0, True)


def test_out_names_the_file_and_open_opens_it(
    command: Command, kept: RunDirectory, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    opened: list[str] = []
    monkeypatch.setattr("benchwright.commands.report.webbrowser.open", opened.append)
    assert command("report", "last", "--out", "page.html", "--open")[0] == 0
    assert opened == [(tmp_path / "page.html").as_uri()]


def test_events_of_plain_ansible_are_enough(command: Command, tmp_path: Path) -> None:
    events = tmp_path / "events.jsonl"
    events.write_text("".join(json.dumps(event) + "\n" for event in made_up_run(2)))
    code, out, dummy_err = command("report", str(events), "--out", "-")
    assert code == 0
    assert out.startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nothing",), "no run"),
        (("hosts.yml",), "hosts.yml:1: expected an event, as docs/events.md describes it"),
        (("last", "--out", "nowhere/report.html"), "--out nowhere/report.html: No such file or directory"),
        (("last", "--format", "md", "--open"), "--open needs a file"),
    ],
)
def test_what_is_wrong_is_said(
    command: Command, kept: RunDirectory, words: tuple[str, ...], said: str, tmp_path: Path
) -> None:
    (tmp_path / "hosts.yml").write_text("all:\n")
    code, dummy_out, err = command("report", *words)
    assert (code, said in err) == (1, True), err
