"""An image of a tiny environment, and the command line that makes it and looks after it.

The environment's Python is a stand-in that starts the base's, and its IPython is that Python's own prompt.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from .ansible_call import ANSIBLE_PLAYBOOK, LOCAL, recording
from .nemesis import Run
from .tiny_channel import TinyChannel

BENCHWRIGHT = Path(sys.executable).with_name("benchwright")
TOKEN = "channel-t0ken"
"""What the environment's channel asks for."""
BASE = "benchwright-test/systemd-trixie"
PLAYBOOK = "benchwright.python.images"
SECONDS = 120.0
PYTHON = b'#!/bin/sh\nexec /usr/bin/python3 "$@"\n'
IPYTHON = b"#!/bin/sh\nPYTHON_BASIC_REPL=1 exec /usr/bin/python3 -q\n"


class Lab:
    """One image's name, its environment, and the command line that is asked for it."""

    def __init__(self, directory: Path, channel: TinyChannel, address: str) -> None:
        self.channel = channel
        self.directory, self.name = directory, f"lab-{uuid.uuid4().hex[:8]}"
        self.image = f"benchwright-test/{self.name}"
        self.file = directory / "environment.yml"
        self.file.write_text("dependencies: [ipython]\n")
        own = {
            "docker_image_root_prefix": str(directory / "root"),
            "docker_image_repository": f"{self.image}/environment",
        }
        described = ["--file", str(self.file), "--source", address, "--extra-vars", json.dumps(own)]
        self.build_on_default = ["build", self.image, *described]
        self.build = [*self.build_on_default, "--base", BASE]

    def start(self, *words: str, **environment: str) -> Run:
        return Run([BENCHWRIGHT, "image", *words], self.directory / uuid.uuid4().hex, environment=environment)

    def __call__(self, *words: str, host: str = "", code: int = 0) -> str:
        """What the command says, both as the answer and beside it."""
        environment = {**os.environ, **({"DOCKER_HOST": host} if host else {})}
        command = [BENCHWRIGHT, "image", *words]
        done = subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout + done.stderr

    def there(self, kind: str, host: str = "") -> dict[str, dict]:
        """What ``list`` or ``ps`` tells of this laboratory, by name."""
        found = json.loads(self("list" if kind == "images" else "ps", "--json", host=host))[kind]
        return {one["name"]: one for one in found if self.name in one["name"]}


@contextmanager
def image_lab(directory: Path) -> Iterator[Lab]:
    """Have one; what it made of images is gone afterwards."""
    channel = TinyChannel(directory / "channel")
    channel.add("python", files={"bin/python": PYTHON, "lib/python3/compiled.py": b"answer = 42\n"})
    channel.add("ipython", depends=["python"], files={"bin/ipython": IPYTHON})
    with channel.serve(token=TOKEN) as served:
        made = Lab(directory, channel, served.url)
        try:
            yield made
        finally:
            for name in made.there("images"):
                made("rmi", name)
            for name in docker("images", "--format={{.Repository}}:{{.Tag}}").split():
                if name.startswith(made.image):
                    docker("rmi", "--force", name)


def docker(*words: str) -> str:
    return subprocess.run(["docker", *words], check=True, capture_output=True, text=True).stdout


def four_steps(host: str, *verbs: Mapping[str, object]) -> str:
    """Play the verbs of the playbook images with ``--check``, for real, and both again; what was foretold is done, and then nothing.

    :param verbs: the variables of each, without what their names begin with.
    :returns: what Ansible said at last.
    """
    with tempfile.TemporaryDirectory() as name:
        play, record = Path(name, "play.json"), Path(name, "record")
        given = [{f"docker_image_{key}": value for key, value in verb.items()} for verb in verbs]
        play.write_text(json.dumps([{"ansible.builtin.import_playbook": PLAYBOOK, "vars": one} for one in given]))
        environment = {
            **os.environ,
            "DOCKER_HOST": host,
            "ANSIBLE_PIPELINING": "true",
            "ANSIBLE_CALLBACK_RESULT_FORMAT": "json",
            **recording(record),
        }
        for flags in (["--check"], [], ["--check"], []):
            command = [ANSIBLE_PLAYBOOK, *LOCAL, *flags, play]
            done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stdout + done.stderr
        changed = [json.loads(line)["changed"] for line in record.read_text().splitlines()]
    assert len(changed[0]) == len([verb for verb in verbs if verb["verb"] != "list"])
    assert changed == [changed[0], changed[0], [], []]
    return done.stdout


def at_work_on(lab: Lab) -> list[str]:
    """The containers in which the engine is building its image now."""
    listed = docker("ps", "--no-trunc", "--format={{.ID}} {{.Command}}").splitlines()
    return [line.split()[0] for line in listed if f"/envs/{lab.name}" in line]


def nameless(lab: Lab) -> str:
    """The ids of its images that have no name."""
    of_it = f"--filter=label=benchwright.image={lab.image}"
    return docker("images", "--quiet", "--filter=dangling=true", of_it)


def command_lines(run: Run) -> str:
    """All that whoever lists the processes can read while it works."""
    seen: set[bytes] = set()
    while run.process.poll() is None:
        for number in run.processes():
            try:
                seen.add(Path("/proc", str(number), "cmdline").read_bytes())
            except OSError:  # it has just ended
                continue
        time.sleep(0.2)
    return b"\n".join(seen).decode("utf-8", "replace")
