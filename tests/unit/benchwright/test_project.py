"""The verbs in Python: the documentation's own example, and what goes wrong."""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from benchwright import Project
from benchwright.errors import BenchwrightError

ROOT = Path(__file__).parents[3]
PLAYBOOK = """
- hosts: all
  gather_facts: false
  tasks:
    - name: Greet
      ansible.builtin.copy: {content: "{{ greeting }}\\n", dest: "{{ playbook_dir }}/out", mode: "0600"}
"""


@pytest.fixture
def project(tmp_path: Path, inventory: Path) -> Path:
    inventory.rename(tmp_path / "hosts.yml")
    (tmp_path / "greet.yml").write_text(PLAYBOOK)
    return tmp_path


def test_the_documentations_example(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    example, *dummy = re.findall(r"```python\n(.*?)```", (ROOT / "docs/python.md").read_text(), re.DOTALL)
    exec(example, {})
    assert capsys.readouterr().out.splitlines() == ["+ Greet on here", "SUCCESS 1"]
    assert (project / "out").read_text() == "hello\n"
    assert b"hello" not in b"".join(path.read_bytes() for path in project.glob(".benchwright/runs/*/meta.json"))


def test_progress_results_and_refusals_in_any_thread(project: Path, played_back: Any) -> None:
    asked, events = played_back("changes"), list[Mapping[str, Any]]()
    lab = Project(project, inventory="hosts.yml", on_event=events.append)
    results: list[Any] = []
    thread = threading.Thread(target=lambda: results.append(lab.run("greet.yml", limit="here", forks=3)))
    thread.start()
    thread.join()
    assert (results[0].ok, results[0].record.changed) == (True, 1)
    assert list(asked[0].words) == ["-i", "hosts.yml", "--limit", "here", "--forks", "3"]
    assert [event["event"] for event in events][:: len(events) - 1] == ["run", "end"]
    plan = lab.plan("greet.yml")
    played_back("nothing")
    with pytest.raises(BenchwrightError, match="the plan is no longer what would happen"):
        lab.apply("greet.yml", plan=plan)
    with pytest.raises(BenchwrightError, match=r"there is no flag 'limits' \(did you mean 'limit'\?\)"):
        lab.run("greet.yml", limits="here")
    with pytest.raises(BenchwrightError, match="give ansible_become_password or ansible_password in 'variables'"):
        lab.run("greet.yml", ask_become_pass=True)
    played_back("fails")
    assert not lab.run("greet.yml").ok
    with pytest.raises(BenchwrightError, match="the plan is not complete"):
        lab.apply("greet.yml", plan=lab.plan("greet.yml"))
    with pytest.raises(BenchwrightError, match="lock: there is no option 'newest'; they are named as in"):
        lab.lock("greet.yml", newest=True)


def test_nothing_else_is_public() -> None:
    import benchwright

    with pytest.raises(AttributeError, match="no attribute 'Projects'"):
        benchwright.Projects  # noqa: B018


def test_status_and_export_run_their_playbooks(project: Path, played_back: Any) -> None:
    asked = played_back("changes")
    lab = Project(project, inventory="hosts.yml", variables={"greeting": "hello"})
    assert lab.status() == {}
    assert lab.export("there", ["lab"]).directories == {}
    assert [run.playbook for run in asked] == ["benchwright.python.status", "benchwright.python.export"]
    given = {"workbench_export_to": str(project / "there"), "workbench_export_environments": ["lab"]}
    assert asked[1].variables == {"greeting": "hello", **given}
