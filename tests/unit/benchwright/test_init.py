"""``benchwright init``: a project in which Ansible's own tools work as it is, and in which nothing of anybody's is lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import pytest
import yaml

from benchwright.runner import collection_path
from benchwright.scaffold.project import INVENTORIES, Provider, project_files

Command = Callable[..., tuple[int, str, str]]
BIN = Path(sys.executable).parent


def shipped(provider: Provider) -> bool:
    return (collection_path() / "inventories" / INVENTORIES.get(provider, provider.value)).is_dir()


PROVIDERS = [provider for provider in Provider if shipped(provider)]


def tool(name: str, *words: str, cwd: Path) -> str:
    environment = {**os.environ, "XDG_CONFIG_HOME": str(cwd.parent / "config"), "HOME": str(cwd.parent)}
    done = subprocess.run([BIN / name, *words], cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_file_is_what_its_name_says(provider: Provider) -> None:
    files = {str(file.path): file for file in project_files("lab", provider)}
    assert {
        "ansible.cfg",
        "ansible-navigator.yml",
        "execution-environment.yml",
        "collections/requirements.yml",
        "requirements.txt",
        "playbooks/site.yml",
        ".gitignore",
        ".github/workflows/workbench.yml",
        "vault-password",
        f"inventories/{provider}/environment.yml",
    } <= set(files)
    for name, file in files.items():
        assert "{%" not in file.text and "/../" not in file.text.replace("/../../", ""), name
        if name.endswith(".yml"):
            assert yaml.safe_load(file.text), name
    assert files["vault-password"].executable
    assert f"benchwright[verify]=={version('benchwright')}" in files["requirements.txt"].text.splitlines()


def test_nothing_that_is_there_is_overwritten(command: Command, tmp_path: Path) -> None:
    (tmp_path / "lab").mkdir()
    (tmp_path / "lab/ansible.cfg").write_text("[defaults]\n# mine\n")
    code, out, dummy_err = command("init", "lab", "--json")
    assert (code, json.loads(out)["kept"]) == (0, ["ansible.cfg"])
    assert (tmp_path / "lab/ansible.cfg").read_text() == "[defaults]\n# mine\n"
    second = json.loads(command("init", "lab", "--json")[1])
    assert (second["written"], sorted(second["kept"])) == ([], sorted([*json.loads(out)["written"], "ansible.cfg"]))


def test_what_is_in_the_way_is_told(command: Command, tmp_path: Path) -> None:
    (tmp_path / "lab").write_text("")
    code, dummy_out, err = command("init", "lab")
    assert code == 1
    assert "lab" in err


def test_plain_ansible_works_in_it(command: Command, tmp_path: Path) -> None:
    assert command("init", "lab", "--provider", "ssh")[0] == 0
    project = tmp_path / "lab"
    graph = tool("ansible-inventory", "--graph", cwd=project)
    assert "@all" in graph
    tool("ansible-playbook", "--syntax-check", "playbooks/site.yml", cwd=project)
    shown = tool("benchwright", "plan", "--show-command", cwd=project)
    assert shown.split()[-1] == "playbooks/site.yml"


def test_a_secret_can_be_encrypted_at_once(command: Command, tmp_path: Path) -> None:
    assert command("init", "lab")[0] == 0
    encrypted = tool("ansible-vault", "encrypt_string", "--name", "word", "hush", cwd=tmp_path / "lab")
    (tmp_path / "lab/secret.yml").write_text(encrypted)
    words = ("-m", "debug", "-a", "var=word", "-e", "@secret.yml", "localhost")
    assert "hush" in tool("ansible", *words, cwd=tmp_path / "lab")
    (password,) = (tmp_path / "config/benchwright/vault").iterdir()
    assert (password.name, password.stat().st_mode & 0o777) == ("lab", 0o600)


def test_ansible_builder_takes_the_execution_environment(command: Command, tmp_path: Path) -> None:
    assert command("init", "lab")[0] == 0
    tool("ansible-builder", "create", "--file", "execution-environment.yml", cwd=tmp_path / "lab")
    assert "FROM" in (tmp_path / "lab/context/Dockerfile").read_text()
