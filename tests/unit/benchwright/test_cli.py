"""Commands as typed: what they ask to be run, and what they say on stdout and stderr."""

from __future__ import annotations

import io
import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

from benchwright import module_run
from benchwright import sources as sources_module
from benchwright.environments import root_prefix
from benchwright.module_run import ModuleRun
from benchwright.remembered import remember
from benchwright.runner import Finished, Run
from benchwright.target import local_inventory


def words_of(run: Run) -> list[str]:
    return list(run.words)


@pytest.fixture
def sources(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was asked of ``choose_channels``, whose stand-in builds and reaches nothing."""
    asked: list[str] = []

    def choose_channels_stand_in(text: str, loudly: object) -> tuple[str, ...]:
        asked.append(text)
        return (f"channel of {text}",)

    monkeypatch.setattr(sources_module, "choose_channels", choose_channels_stand_in)
    return asked


def test_json_is_one_line_on_stdout_and_everything_else_goes_to_stderr(
    played_back: Any, command: Any, inventory: Path
) -> None:
    played_back("changes")
    code, out, err = command("verify", "-i", str(inventory), "--json")
    assert code == 0
    assert out.count("\n") == 1
    assert out.endswith("}\n")
    document = json.loads(out)
    assert (document["command"], document["status"], document["changed"]) == ("verify", "success", 1)
    assert document["hosts"]["here"]["url"] == "https://here:8888"
    assert document["changes"] == [{"task": "greeter : Set up", "hosts": ["here"], "differences": {"here": []}}]
    assert "greeter : Set up" in err
    assert "1 change made" in err
    assert "hello [all] of you" in err


def test_json_tells_of_failures_too(played_back: Any, command: Any, inventory: Path) -> None:
    played_back("fails")
    code, out, err = command("verify", "-i", str(inventory), "--json")
    document = json.loads(out)
    assert code == document["exit_code"] == 2
    assert document["failures"][0]["task"] == "Break"
    assert "here failed at Break" in err
    assert "cat: /nowhere/first: No such file or directory" in err
    assert "run 'benchwright verify' again" in err


def test_without_json_stdout_holds_the_address_and_where_the_password_is(
    played_back: Any, command: Any, inventory: Path
) -> None:
    played_back("changes")
    dummy, out, dummy_err = command("verify", "-i", str(inventory))
    assert out == "here: https://here:8888\npassword: in /secret/password\n"


def test_quiet_leaves_warnings_and_the_address(played_back: Any, command: Any, inventory: Path) -> None:
    played_back("changes")
    code, out, err = command("verify", "-q", "-i", str(inventory))
    assert code == 0
    assert out.startswith("here: https://here:8888\n")
    assert err == "hello [all] of you\n"


def test_up_on_this_machine(played_back: Any, command: Any, sources: list[str]) -> None:
    [run] = [played_back("changes"), command("up", "--port", "9999", "-e", "a=b c", "-D", "--limit", "x")][0]
    assert run.playbook == "benchwright.python.site"
    assert run.variables == {"conda_env_channels": ["channel of auto"]}
    assert words_of(run) == [
        *("-i", str(local_inventory()), "--limit", "x", "--extra-vars", "a=b c"),
        *("--extra-vars", "jupyter_server_port=9999", "--diff"),
    ]
    assert sources == ["auto"]


def test_a_bare_command_means_the_same_workbench(
    played_back: Any, command: Any, sources: list[str], inventory: Path
) -> None:
    asked = played_back("changes")
    command("up", "--port", "9999", "-e", "a=b")
    dummy, dummy_out, err = command("verify")
    assert "as before: a, jupyter_server_port\n" in err
    command("up", "--port", "9998")
    command("verify", "-i", str(inventory))
    command("down", "--yes")
    command("verify")
    assert [words_of(run)[2:] for run in asked] == [
        ["--extra-vars", "a=b", "--extra-vars", "jupyter_server_port=9999"],
        ["--extra-vars", "a=b", "--extra-vars", "jupyter_server_port=9999"],
        ["--extra-vars", "a=b", "--extra-vars", "jupyter_server_port=9998"],
        [],
        ["--extra-vars", "a=b", "--extra-vars", "jupyter_server_port=9998"],
        [],
    ]


@pytest.mark.parametrize("words", [("up",), ("apply", "--yes")])
def test_what_is_remembered_is_named_and_no_value_is_shown(
    played_back: Any, command: Any, sources: list[str], words: tuple[str, ...]
) -> None:
    asked = played_back("changes")
    command(*words, "-q", "-e", '{"my_api_token": "hunter2"}')
    dummy, out, err = command("status")
    assert "as before: my_api_token\n" in err
    assert "hunter2" not in out + err
    assert words_of(asked[-1])[-1] == '{"my_api_token": "hunter2"}'


@pytest.mark.parametrize(
    ("words", "used"),
    [
        (["verify"], True),
        (["status"], True),
        (["run", "verify"], False),
        (["hosts"], False),
        (["provision"], False),
        (["destroy"], False),
    ],
    ids=lambda each: "-".join(each) if isinstance(each, list) else "",
)
def test_what_is_said_to_be_as_before_is_in_the_command(command: Any, words: list[str], used: bool) -> None:
    remember(["jupyter_server_port=9999"])
    dummy, out, err = command(*words, "--show-command")
    assert ("as before: jupyter_server_port" in err, "--extra-vars jupyter_server_port=9999" in out) == (used, used)


def test_check_mode_says_what_would_change_and_gives_no_address(
    played_back: Any, command: Any, sources: list[str]
) -> None:
    asked = played_back("changes")
    dummy, out, err = command("up", "--check")
    assert words_of(asked[0])[2:] == ["--check"]
    assert "1 change would be made" in err
    assert out == ""


def test_an_inventory_decides_about_its_source_unless_one_is_named(
    played_back: Any, command: Any, sources: list[str], inventory: Path
) -> None:
    asked = played_back("changes")
    command("up", "-i", str(inventory))
    command("up", "-i", str(inventory), "--source", "https://mirror.example/lab")
    named = {"conda_env_channels": ["channel of https://mirror.example/lab"]}
    outside = {"workbench_verify": ["server", "outside"]}
    assert [(run.playbook.rpartition(".")[2], run.variables) for run in asked] == [
        ("site", outside),
        ("site", {**named, **outside}),
    ]
    assert [words_of(run) for run in asked] == [["-i", str(inventory)]] * 2
    assert sources == ["https://mirror.example/lab"]


@pytest.mark.parametrize(("source", "why"), [("auto", "for this machine only"), ("offline", "channel serve")])
def test_sources_of_this_machine_are_refused_for_other_hosts(
    played_back: Any, command: Any, sources: list[str], inventory: Path, source: str, why: str
) -> None:
    asked = played_back("changes")
    code, out, err = command("up", "-i", str(inventory), "--source", source)
    assert (code, out, asked, sources) == (1, "", [], [])
    assert why in err


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("n\n", 1), ("", 1)])
def test_down_asks_first_and_without_an_answer_does_nothing(
    played_back: Any, command: Any, monkeypatch: pytest.MonkeyPatch, answer: str, code: int
) -> None:
    asked = played_back("changes")
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))
    found, dummy, err = command("down")
    assert found == code
    assert "included (notebooks are kept)" in err
    assert "[y/N]:\n" in err  # nobody's Enter ends the line where there is no terminal
    assert ("kept: records of runs in" in err) == (code == 0)
    assert ("DOWN=--yes" in err) == (not answer)
    assert [run.playbook for run in asked] == (["benchwright.python.remove_workbench"] if code == 0 else [])
    assert ("not confirmed, so nothing was done" in err) == (code == 1)


@pytest.mark.parametrize(("words", "notebooks"), [(("--yes",), False), (("-y", "--notebooks"), True), (("-C",), False)])
def test_down_without_a_question(played_back: Any, command: Any, words: tuple[str, ...], notebooks: bool) -> None:
    asked = played_back("changes")
    code, dummy, err = command("down", *words)
    assert code == 0
    assert "Remove the workbench" not in err
    assert asked[0].variables == {"jupyter_server_remove_notebooks": notebooks}


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Any:
    """``answers(result)`` makes modules answer so; returns the list of what was asked of them."""

    def answer(result: dict[str, Any]) -> list[ModuleRun]:
        asked = []

        def run_module_stand_in(run: ModuleRun, on_event: Any, stop: object) -> Finished:
            asked.append(run)
            task = {"id": "1", "task": run.task, "action": f"benchwright.python.{run.module}"}
            on_event({"event": "task", **task})
            on_event({"event": "result", **task, **module_run._result(run, result)})
            on_event({"event": "end"})
            return Finished("successful", 0, "")

        monkeypatch.setattr("benchwright.environments.run_module", run_module_stand_in)
        return asked

    return answer


ROLLED_BACK = {"changed": True, "prefix": "/opt/benchwright/envs/lab", "release": "0123456789ab"}


def test_a_rollback_on_this_machine_runs_the_module_and_says_what_is_current(answers: Any, command: Any) -> None:
    asked = answers(ROLLED_BACK)
    code, out, err = command("rollback", "lab", "--to", "0123456789ab", "-D")
    assert (code, out) == (0, "localhost: /opt/benchwright/envs/lab is release 0123456789ab\n")
    assert "1 change made" in err
    [run] = asked
    assert (run.module, run.check, run.diff) == ("conda_env", False, True)
    assert run.arguments == {
        "name": "lab",
        "root_prefix": str(root_prefix()),
        "state": "rolled_back",
        "release": "0123456789ab",
    }


def test_a_rollback_as_json_and_in_check_mode(answers: Any, command: Any) -> None:
    asked = answers(ROLLED_BACK)
    code, out, err = command("rollback", "/srv/lab", "--json", "-C")
    document = json.loads(out)
    assert (code, document["command"], document["changed"]) == (0, "rollback", 1)
    assert document["hosts"]["localhost"]["environments"] == [
        {"prefix": "/opt/benchwright/envs/lab", "release": "0123456789ab"}
    ]
    assert "1 change would be made" in err
    assert asked[0].check
    assert asked[0].arguments["prefix"] == "/srv/lab"
    assert command("rollback", "lab", "-C")[1] == ""


def test_a_rollback_that_is_refused_says_why(answers: Any, command: Any) -> None:
    answers({"failed": True, "msg": "lab has no release 42; it has 0123456789ab"})
    code, out, err = command("rollback", "lab", "--to", "42")
    assert (code, out) == (2, "")
    assert "localhost failed at Switch to another release" in err
    assert "lab has no release 42" in err


@pytest.mark.parametrize(("words", "release"), [((), ""), (("--to", "42"), "42")])
def test_a_rollback_of_other_hosts_is_a_playbook(
    played_back: Any, command: Any, inventory: Path, words: tuple[str, ...], release: str
) -> None:
    asked = played_back("changes")
    code, dummy, dummy_err = command("rollback", "lab", *words, "-i", str(inventory), "-l", "here", "-C", "-D")
    [run] = asked
    assert code == 0
    assert run.playbook == "benchwright.python.rollback"
    assert run.variables == {"conda_env_target": "lab", "conda_env_release": release}
    assert words_of(run) == ["-i", str(inventory), "--limit", "here", "--check", "--diff"]


def test_releases_are_a_table_the_last_one_first(answers: Any, command: Any) -> None:
    older = {"digest": "0123456789ab", "created": "2026-05-01T08:00:00Z", "current": False, "size": 1_400_000_000}
    newer = {"digest": "ba9876543210", "created": "2026-05-02T08:00:00Z", "current": True, "size": None}
    users = [{"pid": 812, "command": "python [run].py"}, {"pid": 813, "command": "jupyter-lab"}]
    asked = answers({"environments": [{"prefix": "/envs/lab", "releases": [{**older, "users": users}, newer]}]})
    code, out, dummy = command("releases", "lab")
    assert code == 0
    title, head, *lines = (line.split() for line in out.splitlines())
    assert title == ["localhost:", "/envs/lab"]
    assert head == ["release", "made", "size", "used", "by"]
    assert lines == [
        ["ba9876543210", "2026-05-02T08:00:00Z", "current"],
        ["0123456789ab", "2026-05-01T08:00:00Z", "1.4", "GB", "812", "python", "[run].py"],
        ["813", "jupyter-lab"],
    ]
    assert (asked[0].module, asked[0].arguments["size"]) == ("conda_env_info", True)


def test_an_environment_without_releases_says_what_it_is(answers: Any, command: Any) -> None:
    answers({"environments": [{"prefix": "/envs/lab", "state": "environment"}]})
    code, out, err = command("releases", "lab")
    assert (code, out) == (0, "localhost: /envs/lab has no releases (environment)\n")
    assert "nothing was changed" in err


def test_an_environment_that_is_not_there_is_an_error(answers: Any, command: Any) -> None:
    answers({"environments": [{"prefix": "/envs/lab", "state": "absent"}]})
    code, out, err = command("releases", "lab")
    assert (code, out) == (2, "")
    assert "there is no environment /envs/lab" in err


def test_a_relative_path_is_no_environment(answers: Any, command: Any) -> None:
    asked = answers({})
    code, out, err = command("rollback", "envs/lab")
    assert (code, out, asked) == (1, "", [])
    assert "absolute path" in err


def test_the_version_is_the_packages(command: Any) -> None:
    assert command("--version") == (0, version("benchwright") + "\n", "")
