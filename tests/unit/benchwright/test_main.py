"""The command as a process, and how it ends when it is interrupted or given nothing to do."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from support.waiting import wait_until

from benchwright import sources

# The real command line and a real run, of another playbook than those of the collection.
LONG_RUN = """
import dataclasses, sys
from benchwright import session
from benchwright.runner import run_playbook
playbook = sys.argv.pop()
def run_other_playbook_stand_in(run, *rest):
    return run_playbook(dataclasses.replace(run, playbook=playbook), *rest)
session.run_playbook = run_other_playbook_stand_in
from benchwright.__main__ import main
main()
"""


def test_ctrl_c_in_a_long_run(inventory: Path, tmp_path: Path) -> None:
    began, temporary = tmp_path / "began", tmp_path / "temporary"
    temporary.mkdir()
    playbook = tmp_path / "long.yml"
    playbook.write_text(
        f"- hosts: all\n  gather_facts: false\n  tasks:\n    - ansible.builtin.shell: touch {began}; sleep 300\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", LONG_RUN, "verify", "--json", "-i", str(inventory), str(playbook)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(temporary)},
    )
    try:
        wait_until(lambda: began.exists() or child.poll() is not None, "it never began")
        assert child.poll() is None, child.communicate()
        interrupted = time.monotonic()
        child.send_signal(signal.SIGINT)
        out, err = child.communicate(timeout=200)
    finally:
        child.kill()
    assert time.monotonic() - interrupted < 100
    assert child.returncode == 130
    assert json.loads(out)["status"] == "interrupted"
    assert "interrupted; run 'benchwright verify' again to go on where it stopped" in err
    assert "Traceback" not in err
    assert list(temporary.glob("benchwright-run-*")) == []


def test_ctrl_c_before_the_run(monkeypatch: pytest.MonkeyPatch, command: Any) -> None:
    def choose_channels_stand_in(text: str, loudly: object) -> tuple[str, ...]:
        raise KeyboardInterrupt

    monkeypatch.setattr(sources, "choose_channels", choose_channels_stand_in)
    code, out, err = command("up")
    assert (code, out) == (130, "")
    assert "benchwright: interrupted; the same command goes on where it stopped" in err
    assert "Traceback" not in err


def test_without_words_it_says_what_there_is(command: Any) -> None:
    code, out, err = command()
    assert code == 5
    assert {"up", "verify", "down", "channel"} <= set((out + err).split())
    assert "Traceback" not in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("plan", "--detailed-exitcod"),
            "No such option: --detailed-exitcod (Possible options: --detailed-exitcode). See 'benchwright plan --help'.",
        ),
        (("aply",), "No such command 'aply'. Did you mean 'apply'? See 'benchwright --help'."),
        (("image", "bild"), "No such command 'bild'. Did you mean 'build'? See 'benchwright image --help'."),
        (("image", "run"), "Missing argument 'IMAGE'. See 'benchwright image run --help'."),
    ],
)
def test_words_that_are_off_lead_to_the_help_of_their_command(command: Any, words: tuple[str, ...], said: str) -> None:
    assert command(*words) == (5, "", f"benchwright: {said}\n")


def test_help_is_no_error_and_starts_without_ansible() -> None:
    program = (
        "import sys; sys.argv = ['benchwright', '--help']\nfrom benchwright.__main__ import main\n"
        "try:\n    main()\nfinally:\n    print(sorted({'ansible', 'ansible_runner', 'rattler'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "Make this machine" in done.stdout
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("shell", "words", "answer"),
    [
        ("bash", {"COMP_WORDS": "benchwright pl", "COMP_CWORD": "1"}, "plan"),
        ("zsh", {"_TYPER_COMPLETE_ARGS": "benchwright plan --det"}, "--detailed-exitcode"),
        (
            "fish",
            {"_TYPER_COMPLETE_ARGS": "benchwright apply --start", "_TYPER_COMPLETE_FISH_ACTION": "get-args"},
            "--start-at-task",
        ),
    ],
)
def test_shells_complete_commands_and_ansibles_flags(shell: str, words: dict[str, str], answer: str) -> None:
    environment = {**os.environ, "_BENCHWRIGHT_COMPLETE": f"complete_{shell}", **words}
    program = Path(sys.executable).with_name("benchwright")
    done = subprocess.run([program], env=environment, capture_output=True, text=True, check=True)
    assert answer in done.stdout
