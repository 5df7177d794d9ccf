"""The plays of docs/other-collections.md, as they stand there: what other collections keep, these roles work with."""

from __future__ import annotations

import json
import os
import re
import subprocess
import uuid
from pathlib import Path

import pytest
from support.ansible_call import ANSIBLE_PLAYBOOK, LOCAL
from support.crypto_collection import unpack_collections
from support.image_lab import image_lab
from support.jupyter_host import serve_jupyter
from support.served_certificate import shown

TEXT = (Path(__file__).parents[2] / "docs/other-collections.md").read_text(encoding="utf-8")
CERTIFICATE, CONTAINER = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
KEPT = "/etc/workbench-certificate"


@pytest.fixture(scope="module")
def collections(tmp_path_factory: pytest.TempPathFactory) -> str:
    names = ("community.crypto", "community.docker", "community.library_inventory_filtering_v1")
    return unpack_collections(tmp_path_factory.mktemp("collections"), *names)


def written(play: str, directory: Path) -> Path:
    """A playbook with the play, each time with the same path."""
    path = directory / "play.yml"
    path.write_text("---\n" + play)
    return path


def changes(done: subprocess.CompletedProcess[str]) -> int:
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr
    return int(re.findall(r"changed=(\d+)", done.stdout)[-1])


def test_community_crypto_keeps_the_certificate_and_the_server_takes_it_over(collections: str, tmp_path: Path) -> None:
    with serve_jupyter("--hostname=workbench") as server:

        def play() -> int:
            options = {name: server.variables[name] for name in ("jupyter_server_ip", "jupyter_server_memory_max")}
            play = written(CERTIFICATE, tmp_path)
            return changes(server.host.play(play, options, ANSIBLE_COLLECTIONS_PATH=collections))

        before = shown(server)
        assert play() > 0
        pid = server.pid()
        assert play() == 0
        certificate = server.host.run(f"cat {KEPT}/certificate.pem")
        first = shown(server, certificate, "workbench")
        assert first != before

        server.host.run(f"rm {KEPT}/certificate.pem")
        assert play() > 0
        assert shown(server, server.host.run(f"cat {KEPT}/certificate.pem"), "workbench") != first
        assert server.pid() == pid


def test_community_docker_keeps_a_container_of_the_image(collections: str, tmp_path: Path) -> None:
    container = f"kept-{uuid.uuid4().hex[:8]}"
    with image_lab(tmp_path) as lab:
        lab(*lab.build)
        options = json.dumps({"image": lab.image, "container": container})
        command = [ANSIBLE_PLAYBOOK, *LOCAL, "--extra-vars", options, str(written(CONTAINER, tmp_path))]

        def play() -> int:
            environment = {**os.environ, "ANSIBLE_COLLECTIONS_PATH": collections}
            return changes(subprocess.run(command, env=environment, capture_output=True, text=True, check=False))

        try:
            assert play() == 1
            assert play() == 0
            [told] = [one for one in json.loads(lab("ps", "--json"))["containers"] if one["name"] == container]
            assert told["state"] == "running"
            assert "is using" in lab("rmi", lab.image, code=2)
            assert container not in lab("prune", "--check")  # no more than that: others build with this engine, too
        finally:
            lab("rm", container)
