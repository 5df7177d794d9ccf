"""A play of several roles finds what is wrong in the options of any of them before the first role changes a host."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
ROLES = sorted(path.name for path in (ROOT / "roles").iterdir())
PLAYBOOKS = sorted((ROOT / "playbooks").glob("*.yml"))


def load(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("role", ROLES)
def test_a_roles_options_can_be_checked_alone(role: str) -> None:
    """``tasks_from: options`` checks what types and choices say as well: Ansible does that by the entry point's name."""
    specs = load(ROOT / "roles" / role / "meta/argument_specs.yml")["argument_specs"]
    assert specs["options"]["options"] == specs["main"]["options"]
    assert (ROOT / "roles" / role / "tasks/options.yml").is_file()


@pytest.mark.parametrize("playbook", PLAYBOOKS, ids=lambda path: path.stem)
def test_a_play_checks_the_options_of_all_its_roles_first(playbook: Path) -> None:
    for play in load(playbook):
        roles = [entry["role"].rpartition(".")[2] for entry in play.get("roles", [])]
        if len(roles) > 1:
            first = play["pre_tasks"][0]
            assert first["ansible.builtin.include_role"] == {
                "name": "benchwright.python.{{ benchwright_role }}",
                "tasks_from": "options",
            }
            assert first["loop"] == roles


def test_nothing_asks_whoever_is_not_there() -> None:
    """A play that AWX or CI runs has nobody who answers: no prompt, and no pause that waits for a key."""
    tasks = (ROOT / "roles").glob("*/tasks/**/*.yml")
    assert not [play for playbook in PLAYBOOKS for play in load(playbook) if "vars_prompt" in play]
    assert not [path for path in (*PLAYBOOKS, *tasks) if re.search(r"\bpause:", path.read_text(encoding="utf-8"))]


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("linux_base_upgrade", "sometimes"),
        ("linux_base_packages", ["no such name"]),
        ("miniconda_distribution", "anaconda"),
        ("conda_env_deploy", "by_hand"),
        ("conda_env_keep", 0),
        ("jupyter_server_manager", "upstart"),
        ("jupyter_server_port", 80),
        ("docker_image_engine", "podman"),
        ("docker_image_images", [{"name": "Lab", "environments": [{"name": "lab", "dependencies": ["python"]}]}]),
        ("docker_image_repository", "No such name"),
    ],
)
def test_a_wrong_option_of_any_role_is_told_before_the_first_role_begins(option: str, value: Any) -> None:
    """In check mode, so that nothing happens to this machine where it is not."""
    inventory = ROOT / "inventories/local/hosts.yml"
    ansible_playbook = Path(sys.executable).with_name("ansible-playbook")
    command = [
        ansible_playbook,
        "-i",
        inventory,
        "--check",
        "-e",
        json.dumps({option: value}),
        "benchwright.python.site",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 2
    assert re.search(rf"^(failed|fatal): .*{option}", done.stdout, re.MULTILINE), done.stdout
    assert "TASK [benchwright.python.linux_base : Write" not in done.stdout
    assert "changed=0 " in done.stdout
