"""A container serves with the configuration that a host serves with, word by word, but for what is known of each alone."""

from __future__ import annotations

import json
import os
import pwd
import subprocess
from difflib import ndiff
from pathlib import Path
from typing import Any

import pytest
from support.ansible_call import ANSIBLE_PLAYBOOK, LOCAL

FILES = ("jupyter_server_config.py", "jupyter_server_login.py", "jupyter_server_visitors.py", "jupyter")
IMAGE = {"/home/workbench/.local/state/benchwright": "SECRETS", "/opt/benchwright/jupyter_server": "HERE"}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, str]]:
    """Of each file the host's and the image's text, paths replaced. The host is an account without rights, in a directory."""
    home = tmp_path_factory.mktemp("home")
    answer = home / "container.json"
    me = {"user_uid": 1000, "user_gid": os.getegid(), "user_id": pwd.getpwuid(os.geteuid()).pw_name}
    facts: dict[str, Any] = {**me, "user_dir": str(home), "fqdn": "lab", "service_mgr": "none", "default_ipv4": {}}
    same = {"ip": "0.0.0.0", "cull_idle_seconds": 7200, "configuration": {"ServerApp": {"max_body_size": 1000}}}
    options = {f"jupyter_server_{name}": value for name, value in {**same, "manager": "start_stop_daemon"}.items()}
    options |= {"jupyter_server_environment": "/srv/lab", "__jupyter_server_host_info": {"found": []}}
    role = "benchwright.python.jupyter_server"
    tasks = [
        {"ansible.builtin.set_fact": {**facts, "cacheable": True}},
        {"ansible.builtin.include_role": {"name": role, "tasks_from": "files"}},
        {"ansible.builtin.include_role": {"name": role, "tasks_from": "container"}},
        {"ansible.builtin.copy": {"content": "{{ jupyter_server_container.files | to_json }}", "dest": str(answer)}},
    ]
    play = home / "play.json"
    play.write_text(json.dumps([{"hosts": "all", "gather_facts": False, "vars": options, "tasks": tasks}]))
    done = subprocess.run([ANSIBLE_PLAYBOOK, *LOCAL, play], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    image = {Path(file["path"]).name: file["content"] for file in json.loads(answer.read_text())}
    here = home / ".config/benchwright"
    secrets = {f"{here}/jupyter_server_{name}": f"SECRETS/jupyter_server_{name}" for name in ("password_hash", "token")}
    host = {f"{here}/jupyter_server.pem": "SECRETS/jupyter_server.pem", **secrets, str(here): "HERE", str(home): "HOME"}
    return {
        name: (replaced((here / name).read_text(), host), replaced(image[name], {**IMAGE, "/home/workbench": "HOME"}))
        for name in FILES
    }


def replaced(text: str, places: dict[str, str]) -> str:
    for place, name in places.items():
        text = text.replace(place, name)
    return text


@pytest.mark.parametrize("name", FILES[1:])
def test_who_is_let_in_is_decided_by_the_same_code(written: dict[str, tuple[str, str]], name: str) -> None:
    host, image = written[name]
    assert len(host) > 1000
    assert image == host


def test_the_configuration_is_the_same_but_for_the_names_by_which_each_is_reached(
    written: dict[str, tuple[str, str]],
) -> None:
    host, image = written[FILES[0]]
    other = [line for line in ndiff(host.splitlines(), image.splitlines()) if line[0] in "+-"]
    begins = (
        "- c.CarefulIdentityProvider.hosts = json.loads(",
        "+ c.CarefulIdentityProvider.hosts = json.loads(",
        "+ # By which names a container is reached",
        '+ c.CarefulIdentityProvider.hosts += os.environ.get("JUPYTER_SERVER_NAMES", "")',
    )
    assert len(other) == len(begins), other
    for line, begin in zip(other, begins, strict=True):
        assert line.startswith(begin), other
    assert '{\\"ServerApp\\": {\\"max_body_size\\": 1000}}' in image
