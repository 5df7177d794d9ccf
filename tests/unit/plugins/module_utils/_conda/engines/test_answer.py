"""What real tools printed, and what none should print, read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.engines.answer import (
    Refused,
    last_object,
    read_answer,
)
from ansible_collections.benchwright.python.plugins.module_utils._conda.process import Finished

TRANSCRIPTS = Path(__file__).parents[5] / "data" / "transcripts"
CONDA = sorted(path for path in TRANSCRIPTS.glob("*/*.json") if path.parent.name[0].isdigit())
SUCCESS = [path for path in CONDA if json.loads(path.read_text())["rc"] == 0]
FAILURE = [path for path in CONDA if json.loads(path.read_text())["rc"] != 0]
MICROMAMBA = sorted(TRANSCRIPTS.glob("micromamba-*/*.json"))


def name(path: Path) -> str:
    return f"{path.parent.name}-{path.stem}"


def recorded(path: Path) -> tuple[dict[str, Any], Finished]:
    call = json.loads(path.read_text())
    stdout = call["stdout_text"] if call["stdout_json"] is None else json.dumps(call["stdout_json"], indent=2)
    return call, Finished(call["rc"], stdout or "", call["stderr"])


def test_there_are_recordings_of_three_generations() -> None:
    assert len({path.parent for path in CONDA}) >= 3 and len(SUCCESS) > 60 and len(FAILURE) > 15


@pytest.mark.parametrize("path", SUCCESS, ids=name)
def test_a_recorded_success_is_read_as_conda_printed_it(path: Path) -> None:
    call, finished = recorded(path)
    wanted = call["stdout_json"] if isinstance(call["stdout_json"], dict) else last_object(finished.stdout)
    assert read_answer(finished) == wanted


@pytest.mark.parametrize("path", FAILURE, ids=name)
def test_a_recorded_failure_begins_with_condas_own_words(path: Path) -> None:
    call, finished = recorded(path)
    with pytest.raises(Refused) as caught:
        read_answer(finished)
    own = (call["stdout_json"] or {}).get("message") or call["stderr"].partition("error: ")[2]
    assert str(caught.value) == own.strip()
    assert caught.value.kind == (call["stdout_json"] or {}).get("exception_name", "")


@pytest.mark.parametrize("path", MICROMAMBA, ids=name)
def test_micromambas_answers_are_read_by_their_exit_codes_alone(path: Path) -> None:
    """Three releases; 'success' in their JSON does not always say how it ended."""
    call, finished = recorded(path)
    if call["rc"]:
        with pytest.raises(Refused) as caught:
            read_answer(finished)
        assert str(caught.value).strip()
        assert "Traceback" not in str(caught.value)
    else:
        wanted = call["stdout_json"] if isinstance(call["stdout_json"], dict) else last_object(finished.stdout)
        assert read_answer(finished) == wanted


@pytest.mark.parametrize(
    "stdout",
    [
        '{"a": 1}',
        'EnvironmentSectionNotValid: The following section is invalid:\n - x\n\n{"a": 1}\n',
        '{"fetch": "x", "progress": 0.5}\n\0{"fetch": "x", "progress": 1}\n\0{"a": 1}\n',
        '{"b": {"c":\n {"d": 2}}}\n{"a": 1}\ncritical libmamba something\n',
        'text with { a brace\n  {"a": 1}',
        '{"a": 1}\n{"truncated": ',
    ],
)
def test_the_last_whole_object_is_the_answer(stdout: str) -> None:
    assert read_answer(Finished(0, stdout, "")) == {"a": 1}


@pytest.mark.parametrize("stdout", ["", "done\n", "[]\n", "\0\0", '{"half": '])
def test_a_success_without_an_answer_is_an_empty_one(stdout: str) -> None:
    assert read_answer(Finished(0, stdout, "")) == {}


@pytest.mark.parametrize(
    ("finished", "message"),
    [
        (
            Finished(
                1, json.dumps({"exception_name": "CondaMultiError", "errors": [{"message": "A"}, {"error": "B"}]}), ""
            ),
            "A\nB",
        ),
        (
            Finished(1, json.dumps({"error": "KeyError('x')", "traceback": "Traceback\n  File\nKeyError: 'x'"}), ""),
            "KeyError('x')",
        ),
        (Finished(1, json.dumps({"traceback": "Traceback\n  File\nKeyError: 'x'\n"}), ""), "KeyError: 'x'"),
        (
            Finished(1, "", 'Traceback (most recent call last):\n  File "x"\nImportError: no conda\n'),
            "ImportError: no conda",
        ),
        (
            Finished(2, "", "usage: conda [-h] COMMAND\nconda: error: unrecognized arguments: --nope\n"),
            "unrecognized arguments: --nope",
        ),
        (
            Finished(
                1,
                '{"success": false}',
                "error    libmamba Could not solve\n    nosuch does not exist\ncritical libmamba Could not solve",
            ),
            "Could not solve\n    nosuch does not exist",
        ),
        (Finished(1, "Mamba says why, on stdout\n", ""), "Mamba says why, on stdout"),
        (Finished(-9, "", ""), "it was killed by signal 9"),
        (Finished(7, "", ""), "it ended with code 7 and said nothing"),
        (
            Finished(1, json.dumps({"message": "401 for https://alice:secret@conda.example.org/t/TOKEN/lab"}), ""),
            "401 for https://***conda.example.org/t/***/lab",
        ),
    ],
)
def test_a_failure_is_one_text(finished: Finished, message: str) -> None:
    with pytest.raises(Refused) as caught:
        read_answer(finished)
    assert str(caught.value) == message


def test_a_crash_after_the_last_word_of_a_success_is_none() -> None:
    answer = {"success": True, "actions": {}}
    assert read_answer(Finished(-11, json.dumps(answer), "")) == answer


@pytest.mark.parametrize("finished", [Finished(-11, '{"actions": {}}', ""), Finished(-9, '{"success": true}', "")])
def test_any_other_death_is_a_failure(finished: Finished) -> None:
    with pytest.raises(Refused, match="killed by signal"):
        read_answer(finished)


def test_a_flood_of_errors_is_cut() -> None:
    with pytest.raises(Refused) as caught:
        read_answer(Finished(1, json.dumps({"message": "x" * 100_000}), ""))
    assert len(str(caught.value)) < 5000
