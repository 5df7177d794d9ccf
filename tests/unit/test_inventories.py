"""The inventories that come along can be read, and every playbook with them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
INVENTORIES = sorted((ROOT / "inventories").glob("*/hosts.yml"))
PROVIDERS = ("aws", "digitalocean", "hetzner")
PLAYBOOKS = sorted((ROOT / "playbooks").glob("*.yml"))


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([BIN / command[0], *command[1:]], capture_output=True, text=True, check=False, cwd=ROOT)


@pytest.mark.parametrize("inventory", INVENTORIES, ids=lambda path: path.parent.name)
def test_an_inventory_gives_each_host_environments_and_a_server(inventory: Path) -> None:
    done = run("ansible-inventory", "-i", inventory, "--list")
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    for host, variables in json.loads(done.stdout)["_meta"]["hostvars"].items():
        assert variables["conda_env_environments"], host
        assert variables["jupyter_server_environment"], host


def test_machines_have_the_same_wherever_they_are() -> None:
    """Each provider's directory can be copied alone, so each has the whole file."""
    texts = [(ROOT / "inventories" / name / "group_vars/workbenches.yml").read_text("utf-8") for name in PROVIDERS]
    assert len({*texts}) == 1
    assert texts[0].startswith("---\n")


@pytest.mark.parametrize("name", PROVIDERS)
def test_a_machine_listens_to_nobody_until_networks_are_written_down(name: str) -> None:
    """0.0.0.0 goes with the networks of who administers, which are nobody's at first, and must be somebody's."""
    files = [ROOT / "inventories" / name / f"group_vars/{group}.yml" for group in ("all", "workbenches")]
    given = {key: value for file in files for key, value in yaml.safe_load(file.read_text(encoding="utf-8")).items()}
    own = yaml.safe_load((ROOT / "roles/jupyter_server/defaults/main.yml").read_text(encoding="utf-8"))
    assert own["jupyter_server_ip"] == "127.0.0.1"
    if given.get("jupyter_server_ip", own["jupyter_server_ip"]) != "127.0.0.1":
        assert given["jupyter_server_networks"] == "{{ machines_admin_networks }}"
    assert given["machines_admin_networks"] == []
    role = yaml.safe_load((ROOT / "roles/machines/meta/argument_specs.yml").read_text(encoding="utf-8"))
    networks = role["argument_specs"]["main"]["options"]["machines_admin_networks"]
    assert networks["required"]
    assert "default" not in networks


def test_the_playbooks_are_sound() -> None:
    inventories = [word for inventory in INVENTORIES for word in ("-i", inventory)]
    done = run("ansible-playbook", *inventories, "--syntax-check", *PLAYBOOKS)
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr


@pytest.mark.parametrize("playbook", PLAYBOOKS, ids=lambda path: path.stem)
def test_a_playbook_says_what_it_does_and_how_it_is_called(playbook: Path) -> None:
    comment = "\n".join(line for line in playbook.read_text(encoding="utf-8").splitlines() if line.startswith("#"))
    assert f"ansible-playbook -i hosts.yml benchwright.python.{playbook.stem}" in comment
    assert "Variables: " in comment


def test_the_way_to_a_server_is_found_with_the_local_inventory() -> None:
    """Its options are made of facts, which nothing has gathered yet."""
    done = run("ansible-playbook", "-i", ROOT / "inventories/local/hosts.yml", "playbooks/open.yml")
    assert done.returncode == 0, done.stdout
    assert '"url": "https://127.0.0.1:8888"' in done.stdout
