"""What ``benchwright init`` writes, in other hands: ansible-navigator's, AWX's, and those of a runner of GitHub's actions."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from benchwright.scaffold.project import File, Provider, project_files

BIN = Path(sys.executable).parent
PLAY = """
- name: Describe
  hosts: all
  gather_facts: false
  tasks:
    - name: Check the descriptions
      ansible.builtin.import_role: {name: benchwright.python.conda_env, tasks_from: preflight}
    - name: Write
      ansible.builtin.copy: {content: "{{ conda_env_environments[0].file }}", dest: "{{ playbook_dir }}/out", mode: "0600"}
"""
RUN_STEPS = re.compile(r"pip install|ssh-agent|benchwright plan|benchwright apply|benchwright report")
SECRET = re.compile(r"\$\{\{ secrets\.(\w+) \}\}")


def written(directory: Path, provider: Provider = Provider.LOCAL) -> Path:
    for file in project_files(directory.name, provider):
        write(directory, file)
    return directory


def write(directory: Path, file: File) -> None:
    path = directory / file.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(file.text)
    path.chmod(0o755 if file.executable else 0o644)


def call(*words: str | Path, cwd: Path, **variables: str) -> str:
    environment = {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}", "HOME": str(cwd.parent), **variables}
    done = subprocess.run(words, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_ansible_navigator_knows_inventory_playbook_and_where_its_records_go(tmp_path: Path) -> None:
    project = written(tmp_path / "lab")
    navigator = ("ansible-navigator", "--mode", "stdout")  # that there is no image is what the project says
    assert "--localhost" in call(*navigator, "inventory", "--graph", cwd=project)
    assert "Make the hosts Python workbenches" in call(
        *navigator, "run", "playbooks/site.yml", "--list-tasks", cwd=project
    )
    (record,) = (project / ".cache/navigator").glob("site-*.json")
    assert json.loads(record.read_text())["status"] == "successful"


def listed_by_awx(project: Path) -> list[str]:
    """The playbooks that AWX offers: YAML with a line that begins as a play or an import does, outside of some directories."""
    left_out = {"roles", "tasks", "group_vars", "host_vars"}
    paths = [path.relative_to(project) for path in project.rglob("*.yml")]
    seen = [path for path in paths if not any(part in left_out or part.startswith(".") for part in path.parts)]
    begins = re.compile(r"\s*-?\s*(hosts|include|import_playbook):", re.MULTILINE)
    return sorted(str(path) for path in seen if begins.search((project / path).read_text()))


def test_awx_finds_the_playbook_and_its_collections_and_runs_with_its_own_copy_of_the_inventory(tmp_path: Path) -> None:
    project = written(tmp_path / "lab")
    assert "playbooks/site.yml" in listed_by_awx(project)
    wanted = yaml.safe_load((project / "collections/requirements.yml").read_text())["collections"]
    assert "benchwright.python" in {each["name"] for each in wanted}
    copy = tmp_path / "awx/hosts"
    copy.parent.mkdir()
    # AWX imports an inventory with these words, and hands a job a script that prints what it has kept.
    words = ("ansible-inventory", "-i", "inventories/local/hosts.yml", "--list", "--export")
    (copy.parent / "kept").write_text(call(*words, cwd=project))
    copy.write_text(f"#!/bin/sh\nexec cat {copy.parent}/kept\n")
    copy.chmod(0o755)
    (project / "playbooks/site.yml").write_text(PLAY)
    told = (project / "README.md").read_text()
    (extra,) = re.findall(r"extra variable `inventory_dir: /runner/project/(\S+)`", told)
    call("ansible-playbook", "-i", copy, "-e", f"inventory_dir={project}/{extra}", "playbooks/site.yml", cwd=project)
    assert Path((project / "playbooks/out").read_text()).is_file()


def steps(project: Path) -> tuple[dict[str, str], list[dict[str, Any]]]:
    workflow = yaml.safe_load((project / ".github/workflows/workbench.yml").read_text())
    (job,) = workflow["jobs"].values()
    return job["env"], [step for step in job["steps"] if "run" in step]


@pytest.fixture
def runner(tmp_path: Path) -> Iterator[dict[str, str]]:
    """What a runner tells its steps; an agent that a step has left is ended."""
    files = {name: tmp_path / name.lower() for name in ("GITHUB_ENV", "GITHUB_STEP_SUMMARY")}
    for path in files.values():
        path.touch()
    told = {name: str(path) for name, path in files.items()}
    yield told
    if pid := told.get("AGENT"):
        os.kill(int(pid), 15)


def test_every_step_of_the_workflow_works(tmp_path: Path, runner: dict[str, str]) -> None:
    project = written(tmp_path / "lab", Provider.SSH)
    (project / "inventories/ssh/hosts.yml").write_text(
        f"workbenches: {{hosts: {{here: {{ansible_connection: local, ansible_python_interpreter: {sys.executable}}}}}}}\n"
    )
    (project / "playbooks/site.yml").write_text(PLAY)
    key = tmp_path / "key"
    call("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key, cwd=project)
    secrets = {"SSH_PRIVATE_KEY": key.read_text(), "SSH_KNOWN_HOSTS": "web ssh-ed25519 AAAA", "VAULT_PASSWORD": "hush"}

    def known(variables: dict[str, str]) -> dict[str, str]:
        return {name: SECRET.sub(lambda found: secrets[found[1]], value) for name, value in variables.items()}

    variables, listed = steps(project)
    assert all(RUN_STEPS.search(step["run"]) for step in listed)
    script = tmp_path / "step.sh"
    for step in listed:  # as the runner does where no shell is named
        script.write_text(step["run"])
        given = {**known(variables), **known(step.get("env", {})), **runner, "CI": "true"}
        said = call("bash", "-e", script, cwd=project, **given)
        if agent := re.search(r"Agent pid (\d+)", said):
            runner["AGENT"] = agent[1]
        for line in Path(runner["GITHUB_ENV"]).read_text().splitlines():
            runner.setdefault(*line.split("=", 1))
    assert (tmp_path / ".ssh/known_hosts").read_text() == "web ssh-ed25519 AAAA\n"
    assert "ED25519" in call("ssh-add", "-l", cwd=project, SSH_AUTH_SOCK=runner["SSH_AUTH_SOCK"])
    assert (project / "playbooks/out").is_file()
    assert "Write" in Path(runner["GITHUB_STEP_SUMMARY"]).read_text()
    assert (project / "report.html").is_file() and (project / "report.xml").is_file()


@pytest.mark.parametrize(
    ("provider", "wanted"),
    [
        (Provider.LOCAL, {"VAULT_PASSWORD"}),
        (Provider.SSH, {"VAULT_PASSWORD", "SSH_PRIVATE_KEY", "SSH_KNOWN_HOSTS"}),
        (Provider.HETZNER, {"VAULT_PASSWORD", "SSH_PRIVATE_KEY", "HCLOUD_TOKEN"}),
    ],
)
def test_the_workflow_asks_for_no_secret_that_it_has_no_use_for(
    tmp_path: Path, provider: Provider, wanted: set[str]
) -> None:
    project = written(tmp_path / "lab", provider)
    variables, listed = steps(project)
    used = SECRET.findall(json.dumps([variables, listed]))
    assert set(used) == wanted
    installs = any("ansible-galaxy collection install" in step["run"] for step in listed)
    assert installs == (provider is Provider.HETZNER)
