"""A play of several roles finds what is wrong in the options of any of them before the first role changes a host."""

from __future__ import annotations

import re
import shutil
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


def test_hosts_are_set_up_a_part_at_a_time_and_a_part_that_fails_is_the_last(tmp_path: Path) -> None:
    roles = {"linux_base", "miniconda", "conda_env", "docker_image"}
    for play in (play for playbook in PLAYBOOKS for play in load(playbook)):
        if (
            roles & {entry["role"].rpartition(".")[2] for entry in play.get("roles", [])}
            and "Remove" not in play["name"]
        ):
            assert {"serial", "max_fail_percentage"} <= set(play), play["name"]
    inventory = tmp_path / "hosts.yml"
    local = f"ansible_connection: local, ansible_python_interpreter: {sys.executable}"
    inventory.write_text(f"all: {{hosts: {{a: {{linux_base_state: no}}, b: , c: }}, vars: {{{local}}}}}\n")
    words = ["-i", str(inventory), "--check", "-e", "benchwright_serial=2", "-e", "benchwright_max_fail_percentage=0"]
    command = [Path(sys.executable).parent / "ansible-playbook", *words, "benchwright.python.linux_base"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2, done.stderr
    recap = done.stdout.partition("PLAY RECAP")[2]
    assert re.search(r"^a .*failed=1", recap, re.MULTILINE)
    assert re.search(r"^b .*failed=0", recap, re.MULTILINE)
    assert "\nc " not in recap


def test_nothing_asks_whoever_is_not_there() -> None:
    """A play that AWX or CI runs has nobody who answers: no prompt, and no pause that waits for a key."""
    tasks = (ROOT / "roles").glob("*/tasks/**/*.yml")
    assert not [play for playbook in PLAYBOOKS for play in load(playbook) if "vars_prompt" in play]
    assert not [path for path in (*PLAYBOOKS, *tasks) if re.search(r"\bpause:", path.read_text(encoding="utf-8"))]


WRONG = {
    "linux_base_upgrade": "sometimes",
    "linux_base_packages": ["no such name"],
    "miniconda_distribution": "anaconda",
    "conda_env_deploy": "by_hand",
    "conda_env_keep": 0,
    "jupyter_server_manager": "upstart",
    "jupyter_server_port": 80,
    "docker_image_engine": "podman",
    "docker_image_images": [{"name": "Lab", "environments": [{"name": "lab", "dependencies": ["python"]}]}],
    "docker_image_repository": "No such name",
}


def test_a_wrong_option_of_any_role_is_told_before_the_first_role_begins(tmp_path: Path) -> None:
    """One host for each; in check mode, so that nothing happens to this machine where it is not."""
    shutil.copytree(ROOT / "inventories/local", tmp_path, dirs_exist_ok=True)
    local = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
    hosts = {option: {option: value} for option, value in WRONG.items()}
    (tmp_path / "hosts.yml").write_text(yaml.safe_dump({"all": {"hosts": hosts, "vars": local}}))
    command = [Path(sys.executable).with_name("ansible-playbook"), "-i", tmp_path / "hosts.yml", "--check", "-f", "10"]
    done = subprocess.run([*command, "benchwright.python.site"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    for option in WRONG:
        assert re.search(rf"^(failed|fatal): \[{option}\].*{option}", done.stdout, re.MULTILINE), done.stdout
        assert re.search(rf"^{option} .* changed=0 .* failed=1", done.stdout, re.MULTILINE)
    assert "TASK [benchwright.python.linux_base : Write" not in done.stdout
