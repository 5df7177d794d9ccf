"""Real runs of ansible-playbook: what they return, what they can see, and that nothing of them is left."""

from __future__ import annotations

import os
import stat
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from support.waiting import wait_until

from benchwright import runner
from benchwright.ansible_environment import ansible_environment
from benchwright.errors import BenchwrightError
from benchwright.runner import Run, collection_path, run_playbook

SECRET = "hunter2-hunter2"


def names(events: list[dict[str, Any]]) -> list[str]:
    return [event["event"] for event in events]


def processes_with(marker: str) -> list[str]:
    """The command lines on this machine that hold the marker."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:  # it has ended meanwhile
            continue
        if marker in line:
            found.append(line)
    return found


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    directory = tmp_path / "temporary"
    directory.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(directory))
    return directory


@pytest.mark.parametrize(
    ("name", "status", "code", "last"),
    [
        ("changes", "successful", 0, "ok"),
        ("fails", "failed", 2, "failed"),
        ("unreachable", "failed", 4, "unreachable"),
    ],
)
def test_how_a_run_ends(recordings: Any, name: str, status: str, code: int, last: str) -> None:
    recording = recordings(name)
    assert (recording.finished.status, recording.finished.code) == (status, code)
    assert [event["status"] for event in recording.events if event["event"] == "result"][-1] == last
    assert names(recording.events)[-1] == "end"


def test_a_playbook_that_cannot_be_read_is_told_in_ansibles_words(recordings: Any) -> None:
    finished = recordings("syntax_error").finished
    assert finished.status == "failed"
    assert "YAML parsing failed" in finished.text


def test_variables_and_flags_arrive_and_secrets_do_not(
    temporary: Path, inventory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = tmp_path / "vault"
    vault.write_text("the vault's password\n")
    secrets = ("DEPLOY_TOKEN", "my_Password", "CLOUD_API_KEY", "AWS_SECRET_ACCESS_KEY")
    for name in secrets:
        monkeypatch.setenv(name, SECRET)
    monkeypatch.setenv("PLAIN", "a plain value")
    monkeypatch.setenv("ANSIBLE_VAULT_PASSWORD_FILE", str(vault))
    playbook = tmp_path / "playbook.yml"
    playbook.write_text(
        "- hosts: all\n  gather_facts: false\n  tasks:\n    - ansible.builtin.debug:\n        msg:"
        " \"{{ variable }}|{{ other }}|{{ lookup('env', 'DEPLOY_TOKEN') }}|{{ lookup('env', 'PLAIN') }}\"\n"
    )
    written: dict[str, bytes] = {}
    modes: set[int] = set()
    messages: list[str] = []

    def inspect(event: dict[str, Any]) -> None:
        for directory in temporary.glob("benchwright-run-*"):
            modes.add(stat.S_IMODE(directory.stat().st_mode))
            written.update({str(path): path.read_bytes() for path in directory.rglob("*") if path.is_file()})
        if event["event"] == "result":
            messages.append(event["answer"]["msg"])

    variables = {"variable": 'it\'s [a] "value" $HOME'}
    run = Run(str(playbook), ("-i", str(inventory), "-e", "other='two words'"), variables)
    finished = run_playbook(run, inspect, threading.Event())

    assert finished.status == "successful", finished.text
    assert messages == ['it\'s [a] "value" $HOME|two words||a plain value']
    assert modes == {0o700}
    everything = b"\n".join(written.values())
    assert b"a plain value" in everything  # so the environment is among what was inspected
    assert str(vault).encode() in everything
    assert SECRET.encode() not in everything
    assert [os.environ[name] for name in secrets] == [SECRET] * len(secrets)
    assert list(temporary.iterdir()) == []


def test_secrets_are_back_when_the_run_fails_to_start(monkeypatch: pytest.MonkeyPatch, temporary: Path) -> None:
    monkeypatch.setenv("DEPLOY_TOKEN", SECRET)
    with pytest.raises(RuntimeError), runner._private_directory():
        assert "DEPLOY_TOKEN" not in os.environ
        raise RuntimeError
    assert os.environ["DEPLOY_TOKEN"] == SECRET
    assert list(temporary.iterdir()) == []


def test_a_stopped_run_ends_soon_and_leaves_no_process(temporary: Path, inventory: Path, tmp_path: Path) -> None:
    playbook = tmp_path / "long.yml"
    playbook.write_text(
        f"- hosts: all\n  gather_facts: false\n  tasks:\n    - ansible.builtin.shell: touch {tmp_path}/began; sleep 300\n"
    )
    stop, stopped = threading.Event(), []

    def stop_in_the_middle() -> None:
        wait_until((tmp_path / "began").exists, "it never began")
        assert processes_with(str(tmp_path / "began"))
        stopped.append(time.monotonic())
        stop.set()

    waiting = threading.Thread(target=stop_in_the_middle, daemon=True)
    waiting.start()
    finished = run_playbook(Run(str(playbook), ("-i", str(inventory))), lambda event: None, stop)
    assert finished.status != "successful"
    assert time.monotonic() - stopped[0] < 100
    wait_until(lambda: processes_with(str(tmp_path)) == [], "something of it still runs")
    assert list(temporary.iterdir()) == []


def test_ansible_that_does_not_heed_an_interruption_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[tuple[int, int]] = []
    clock = iter([100.0, 100.0, 100.0 + runner.GRACE + 1])
    monkeypatch.setattr(runner.os, "kill", lambda pid, number: sent.append((pid, number)))
    monkeypatch.setattr(runner.time, "monotonic", lambda: next(clock))
    stop = threading.Event()
    interruption = runner._Interruption(stop)
    assert not interruption.kill_now()
    stop.set()
    assert interruption.kill_now()  # nothing has begun
    interruption.ansible = 4242
    assert [interruption.kill_now(), interruption.kill_now()] == [False, True]
    assert sent == [(4242, runner.signal.SIGINT)]


def test_the_collection_is_found_or_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert (collection_path() / "playbooks/site.yml").is_file()
    monkeypatch.setattr(runner.sysconfig, "get_path", lambda kind: str(tmp_path))
    with pytest.raises(BenchwrightError, match=rf"is not at {tmp_path}.*; install the wheel"):
        collection_path()


def test_settings_of_the_user_win_over_defaults_but_not_over_the_place_of_the_collection(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ANSIBLE_HOST_KEY_CHECKING", "False")
    monkeypatch.delenv("ANSIBLE_PIPELINING", raising=False)
    monkeypatch.setenv("ANSIBLE_COLLECTIONS_PATH", "/somewhere/else")
    (tmp_path / "ansible.cfg").write_text("[defaults]\ncallbacks_enabled = ansible.posix.profile_tasks\n")
    environment = ansible_environment(tmp_path / "events.jsonl")
    assert (environment["ANSIBLE_HOST_KEY_CHECKING"], environment["ANSIBLE_PIPELINING"]) == ("False", "True")
    assert environment["ANSIBLE_CALLBACKS_ENABLED"] == "ansible.posix.profile_tasks,benchwright.python.events"
    first, *others = environment["ANSIBLE_COLLECTIONS_PATH"].split(":")
    assert (Path(first, runner.COLLECTION), others) == (collection_path(), ["/somewhere/else"])
    assert Path(environment["PATH"].split(":")[0], "ansible-playbook").is_file()
