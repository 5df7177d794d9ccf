"""`plan`, `apply`, `run`, `runs` and `log` as typed, on real runs in a small project."""

from __future__ import annotations

import io
import json
import os
import signal
import threading
from pathlib import Path
from typing import Any

import pytest
from support.waiting import wait_until

from benchwright import sources
from benchwright.run_directory import new_run, runs_of

PLAYBOOK = """
- name: Small
  hosts: all
  gather_facts: false
  tasks:
    - name: Write
      ansible.builtin.copy: {content: "{{ text | default('one') }}\\n", dest: "{{ playbook_dir }}/out", mode: "0600"}
    - name: Break
      ansible.builtin.command: cat /nowhere
      check_mode: false
      when: broken | default(false) | bool
"""


@pytest.fixture
def project(tmp_path: Path, inventory: Path) -> Path:
    """A directory whose ansible.cfg names the inventory, as that of any project."""
    (tmp_path / "ansible.cfg").write_text("[defaults]\ninventory = inventory.yml\n")
    (tmp_path / "playbooks").mkdir()
    (tmp_path / "playbooks/site.yml").write_text(PLAYBOOK)
    return tmp_path


def test_plan_then_apply_then_nothing_is_left_to_do(command: Any, project: Path) -> None:
    code, out, dummy = command("plan", "--detailed-exitcode", "--out", "plan.json")
    assert code == 2
    assert out.splitlines()[0] == "Plan for the hosts of inventory.yml"
    assert "          +one" in out.splitlines()
    assert not (project / "playbooks/out").exists()
    code, out, err = command("apply", "--plan", "plan.json", "-o", "jsonl")
    assert code == 0, err
    assert "1 change made" in err
    assert (project / "playbooks/out").read_text() == "one\n"
    events = [json.loads(line) for line in out.splitlines()]
    assert [event["check"] for event in events if event["event"] == "run"] == [True, False]
    assert events[-1]["event"] == "end"
    code, dummy_out, err = command("apply", "--plan", "plan.json")
    assert code == 1
    assert "plan.json is no longer what would happen, so nothing was done" in err

    code, out, dummy = command("runs", "--json")
    assert [run["command"] for run in json.loads(out)["runs"]] == ["apply", "apply", "apply", "plan"]
    code, out, dummy = command("runs")
    assert len(out.splitlines()) == 5
    code, out, dummy = command("log", json.loads(command("runs", "--json")[1])["runs"][-1]["run"])
    assert "PLAY RECAP" in out


def test_a_failure_is_told_with_its_place_and_how_to_try_again(command: Any, project: Path) -> None:
    code, out, err = command("run", "playbooks/site.yml", "-e", "broken=true", "-o", "plain")
    assert code == 2
    lines = [line.strip() for line in err.splitlines()]
    assert "here failed at Break" in lines
    assert "playbooks/site.yml:8" in lines
    assert "cat: /nowhere: No such file or directory" in lines
    assert "again: benchwright run playbooks/site.yml -e broken=... -o plain --limit here" in lines
    code, out, dummy = command("log", "--failed")
    assert "cat: /nowhere: No such file or directory" in out
    code, out, dummy = command("log", "--host", "here")
    assert [line.split()[1] for line in out.splitlines()] == ["changed", "failed"]
    code, out, dummy = command("run", "playbooks/site.yml", "--limit", "@failed", "--show-command")
    assert "--limit here" in out


def test_runs_of_the_project_and_of_this_machine_are_in_view_and_failed_hosts_are_those_of_the_last_run_of_such_hosts(
    command: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def recorded(here: bool, on: str, failed: list[str]) -> str:
        made = new_run(runs_of(here), "apply", "site", ["hosts.yml"], on)
        made.write_meta({"failed": failed})
        moved = made.path.with_name(f"2026010{len(names) + 1}T000000Z-{made.id[-6:]}")
        made.path.rename(moved)
        names.append(moved.name)
        moved.joinpath("stdout").write_text(f"{moved.name}\n")
        return moved.name

    names: list[str] = []
    recorded(True, "this machine", ["localhost"])
    recorded(False, "the hosts of hosts.yml", ["web"])
    recorded(True, "this machine", [])
    listed = [line.split()[0] for line in command("runs")[1].splitlines()[1:]]
    assert listed == names[::-1]
    for name in names:
        assert command("log", name)[1] == f"{name}\n"
        assert command("report", name, "--format", "md")[0] == 0
    assert command("log")[1] == f"{names[-1]}\n"
    (tmp_path / "hosts.yml").write_text("web:\n")
    again = ["run", "x.yml", "--limit", "@failed", "--show-command"]
    (tmp_path / "x.yml").touch()
    assert "--limit web" in command(*again, "-i", "hosts.yml")[1]
    assert "no host failed in the last run" in command(*again)[2]
    monkeypatch.chdir(tmp_path / "state")
    assert [line.split()[0] for line in command("runs")[1].splitlines()[1:]] == [names[2], names[0]]


def test_apply_asks_and_a_pipe_cannot_answer(
    command: Any, project: Path, played_back: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = played_back("changes")
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    code, out, err = command("apply")
    assert (code, len(asked)) == (1, 1)
    assert "1 to change" in out
    assert "not confirmed, so nothing was done; --yes" in err
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    assert command("apply")[0] == 0
    assert command("apply", "-y")[0] == 0
    assert [("--check" in run.words, run.playbook) for run in asked] == [
        (check, "playbooks/site.yml") for check in (True, True, False, False)
    ]


def test_a_plan_as_one_document(command: Any, project: Path, played_back: Any) -> None:
    played_back("changes")
    dummy_code, out, dummy = command("plan", "--json")
    [line] = out.splitlines()
    document = json.loads(line)
    assert (document["command"], document["playbook"], document["exit_code"]) == ("plan", "playbooks/site.yml", 0)
    assert [change["task"] for change in document["planned"]] == ["greeter : Set up"]
    documentation = (Path(__file__).parents[3] / "docs/command-line.md").read_text(encoding="utf-8")
    assert {key for key in document if f"`{key}`" not in documentation} == set()


def test_apply_with_nothing_to_do_asks_nothing_and_is_one_document(
    command: Any, project: Path, played_back: Any
) -> None:
    asked = played_back("nothing")
    code, out, err = command("apply", "--json")
    assert (code, len(asked)) == (0, 1)
    [line] = out.splitlines()
    assert (json.loads(line)["command"], json.loads(line)["changed"]) == ("apply", 0)
    assert "No changes: 1 host as described." in err


@pytest.mark.parametrize(
    ("recording", "words", "code"),
    [
        ("changes", ["plan"], 0),
        ("changes", ["plan", "--detailed-exitcode"], 2),
        ("nothing", ["plan", "--detailed-exitcode"], 0),
        ("nothing", ["apply"], 0),
        ("fails", ["plan"], 2),
        ("fails", ["plan", "--detailed-exitcode"], 1),
        ("fails", ["apply"], 2),
        ("unreachable", ["plan"], 4),
        ("unreachable", ["plan", "--detailed-exitcode"], 1),
        ("no_host", ["plan"], 1),
        ("syntax_error", ["apply", "-y"], 1),
    ],
)
def test_exit_codes_of_plans(
    command: Any, project: Path, played_back: Any, recording: str, words: list[str], code: int
) -> None:
    asked = played_back(recording)
    found, dummy, err = command(*words)
    assert found == code, err
    assert len(asked) == 1


def test_a_plan_that_fails_is_neither_kept_nor_applied(command: Any, project: Path, played_back: Any) -> None:
    played_back("fails")
    dummy, out, err = command("plan", "--out", "plan.json")
    assert "NOT COMPLETE: on here it ends at Break" in out
    assert "plan.json is not written: the plan is not complete" in err
    assert not Path("plan.json").exists()
    dummy, dummy_out, err = command("apply")
    assert "the plan failed on here, so nothing was done" in err


SLOW = """
- hosts: all
  gather_facts: false
  tasks:
    - name: Reach
      ansible.builtin.ping:
    - name: Wait
      ansible.builtin.command: sh -c 'touch began; sleep 300'
      args: {chdir: "{{ playbook_dir }}"}
      check_mode: false
    - name: Never come here
      ansible.builtin.copy: {content: one, dest: /nowhere/out}
"""


def interrupt_when_there_is(path: Path) -> None:
    wait_until(path.exists, "it never began")
    os.kill(os.getpid(), signal.SIGINT)


def test_a_plan_that_is_interrupted_is_no_all_clear(command: Any, project: Path) -> None:
    (project / "playbooks/site.yml").write_text(SLOW)
    threading.Thread(target=interrupt_when_there_is, args=(project / "playbooks/began",), daemon=True).start()
    code, out, err = command("plan", "--out", "plan.json")
    assert code == 130
    assert out.splitlines()[-2:] == [
        "No changes so far.",
        "NOT COMPLETE: on here it ends at Wait; what comes after is not in this plan.",
    ]
    assert "may still be running on here: Wait" in err
    assert "goes on where it stopped" not in err  # a plan begins anew
    assert not Path("plan.json").exists()


def test_failed_hosts_of_no_run_are_nobody(command: Any, project: Path) -> None:
    code, dummy, err = command("run", "playbooks/site.yml", "--limit", "@failed")
    assert code == 1
    assert "no host failed in the last run" in err


@pytest.mark.parametrize(
    ("word", "why"),
    [
        ("nowhere.yml", "no playbook nowhere.yml: give"),
        ("siet", "no playbook siet (did you mean 'site'?): give a file, or one of audit, conda, destroy"),
    ],
)
def test_a_playbook_that_is_none(command: Any, project: Path, word: str, why: str) -> None:
    code, dummy, err = command("plan", word)
    assert code == 1
    assert why in err


def test_a_project_elsewhere(command: Any, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")
    code, out, dummy = command("plan", "--chdir", str(project), "--show-command")
    assert code == 0
    assert out.split()[-1] == "playbooks/site.yml"
    assert Path(os.getcwd()) == project


def test_on_this_machine_a_plan_is_of_what_up_does(
    command: Any, project: Path, played_back: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A checkout of benchwright has a playbooks/site.yml, too."""
    (project / "ansible.cfg").unlink()
    monkeypatch.setattr(sources, "choose_channels", lambda text, loudly: (f"channel of {text}",))
    asked = played_back("nothing")
    assert command("plan")[0] == 0
    assert command("up")[0] == 0
    assert command("status", "--drift")[0] == 0
    assert asked.pop(-2).playbook == "benchwright.python.status"
    assert [(run.playbook, run.variables) for run in asked] == [
        ("benchwright.python.site", {"conda_env_channels": ["channel of auto"]})
    ] * 3
