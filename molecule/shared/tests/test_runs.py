"""What the runs of converge.yml said, told by tests/callback/changed_tasks.py: every scenario's verification has this, too."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

# A call of a module costs 0.3 s on a host, so that a role which finds nothing to do may make so many.
CALLS_PER_ROLE = 8


@pytest.fixture(scope="module")
def runs() -> list[dict[str, Any]]:
    """Check mode on a fresh host, a run, check mode, and a run again."""
    lines = Path(os.environ["MOLECULE_EPHEMERAL_DIRECTORY"], "changed_tasks.jsonl").read_text().splitlines()
    found = [run for run in map(json.loads, lines) if run["playbook"] == "converge.yml"][:4]
    assert [run["check"] for run in found] == [True, False, True, False]
    assert not any(run["failed"] for run in found)
    return found


def test_check_mode_said_what_the_run_did_and_a_second_run_did_nothing(runs: list[dict[str, Any]]) -> None:
    predicted, did, predicted_again, did_again = (sorted(run["changed"]) for run in runs)  # hosts run side by side
    assert did
    assert predicted == did
    assert predicted_again == did_again == []


def test_a_role_that_finds_nothing_to_do_makes_few_calls(runs: list[dict[str, Any]]) -> None:
    calls = runs[3]["calls"]
    print("module calls of a run that finds nothing to do:", calls)
    assert all(count <= CALLS_PER_ROLE for roles in calls.values() for count in roles.values()), calls
