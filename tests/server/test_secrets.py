"""Password, token and private key are where they belong, and nowhere else, while the role runs and somebody logs in."""

from __future__ import annotations

import json
import re
import secrets
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from support.file_watch import holders as held_in
from support.file_watch import watched
from support.jupyter_host import AGAIN, CONFIG, UNIT, JupyterHost

from benchwright.runner import Run, run_playbook

SUPPORT = Path(__file__).parents[1] / "support"
PROGRAMS = SUPPORT / "programs/sample_processes.py", SUPPORT / "file_watch.py"
PASSWORD_FILE = f"{CONFIG}/jupyter_server_password"
TOKEN_FILE = f"{CONFIG}/jupyter_server_token"
CERTIFICATE = f"{CONFIG}/jupyter_server.pem"
# Root's and the server's, of the right mode; nothing else on the whole file system may hold a secret.
BELONGS = {PASSWORD_FILE, TOKEN_FILE, CERTIFICATE}
# They, and what becomes one of them by a rename, in the same directory.
OWN = re.compile(
    rf"{CONFIG}/([.]jupyter_server(_password|_token|[.]pem)\w{{8}}|jupyter_server(_password|_token|[.]pem))"
)
ROOTS = "/etc /home /root /var /tmp /run /srv /dev/shm /opt/benchwright/envs /usr/local"
# Where a program may leave something for a moment.
PASSING = f"/tmp /var/tmp /dev/shm /root/.ansible {CONFIG}"
# How every private key of the role's kind is written: it is yet to be made when the watch begins.
KEYS = ["PRIVATE KEY-----", "MIGHAgEAMBMGByqGSM49AgEG"]


def words_of(secret: str) -> str:
    """A piece in the middle that is a line's part, as a pattern would hold it."""
    lines = [line for line in secret.splitlines() if line and not line.startswith("-----")]
    return lines[0][:40]


@contextmanager
def sampled(server: JupyterHost, directory: Path, words: list[str]) -> Iterator[dict[str, list[str]]]:
    """What shows a word in its arguments or environment, of all processes, there and here, and which of the host's files
    hold one for a moment; a look each ten milliseconds.

    Who looks reads the words from a pipe, or would find himself.
    """
    found: dict[str, list[str]] = {}
    stop = directory / "stop"
    there = "/run/stop-sampling"
    server.host.run(f"rm -f {there}; mkdir -p /root/watch")
    for program in PROGRAMS:
        subprocess.run(["docker", "cp", "-q", program, f"{server.host.name}:/root/watch/"], check=True)
    text = "\n".join(words)

    def sample_there() -> None:
        found["host"] = server.host.run(f"python3 /root/watch/sample_processes.py {there}", stdin=text).splitlines()

    def watch_there() -> None:
        found["files"] = server.host.run(
            f"python3 /root/watch/file_watch.py {there} {PASSING}", stdin=text
        ).splitlines()

    def sample_here() -> None:
        command = [sys.executable, PROGRAMS[0], stop]
        done = subprocess.run(command, input=text, capture_output=True, text=True, check=True)
        found["controller"] = done.stdout.splitlines()

    threads = [threading.Thread(target=target) for target in (sample_there, watch_there, sample_here)]
    for thread in threads:
        thread.start()
    time.sleep(1)
    try:
        yield found
    finally:
        stop.touch()
        server.host.run(f"touch {there}")
        for thread in threads:
            thread.join()
        server.host.run(f"rm -rf {there} /root/watch")


def holders(server: JupyterHost, words: list[str]) -> set[str]:
    """Files of the host that hold a word."""
    patterns = "/run/words"
    server.host.run(f"umask 077; cat > {patterns}", stdin="\n".join(words) + "\n")
    found = server.host.run(
        f"grep -rlaF -f {patterns} {ROOTS} --exclude={Path(patterns).name} 2>/dev/null; rm {patterns}"
    )
    return {line for line in found.splitlines() if line.startswith("/")}


def told(server: JupyterHost) -> str:
    """Everything that the system tells of itself."""
    commands = ["journalctl --no-pager --output=verbose", f"systemctl show {UNIT}", f"systemctl cat {UNIT}"]
    return server.host.run("; ".join(commands))


@pytest.fixture
def here(server: JupyterHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The directory of this machine where a run writes all that it writes: ansible-runner's artifacts, and Ansible's own files."""
    directory = tmp_path / "here"
    directory.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(directory))
    monkeypatch.setenv("TMPDIR", str(directory))
    monkeypatch.setenv("ANSIBLE_HOME", str(directory / "ansible"))
    monkeypatch.setenv("ANSIBLE_SSH_CONTROL_PATH_DIR", str(server.host.scratch / "ssh"))  # whose names must be short
    return directory


def run_by_command_line(server: JupyterHost, *flags: str, **variables: Any) -> str:
    """The role, as `benchwright` runs playbooks: by ansible-runner. Returns all that display, report and record are made of."""
    events: list[dict[str, Any]] = []
    run = Run(str(AGAIN), ["-i", str(server.host.scratch / "inventory.json"), *flags], variables)
    finished = run_playbook(run, events.append, threading.Event())
    assert finished.code == 0, finished.text[-3000:]
    assert len(events) > 50
    return finished.text + json.dumps(events)


def test_secrets_are_nowhere_but_where_they_belong(server: JupyterHost, tmp_path: Path, here: Path) -> None:
    """A new password and a token and a new key come while everything is watched; both have never been anywhere else."""
    password = "canary-" + secrets.token_urlsafe(24)
    server.host.run(f"umask 077; cat > {PASSWORD_FILE}", stdin=password + "\n")
    server.host.run(f"rm -f {TOKEN_FILE} {CERTIFICATE}")
    token = secrets.token_hex(24)
    server.host.run(f"umask 077; cat > {TOKEN_FILE}", stdin=token + "\n")
    words = [password, token]
    both = {"jupyter_server_authentication": ["password", "token"]}
    try:
        with sampled(server, tmp_path, words + KEYS) as found, watched(here) as files:
            check = server.play("-vvv", "--diff", "--check", **both)
            output = run_by_command_line(server, "-vvv", "--diff", **both, control="word of the control")
            output += check.stdout + check.stderr
            server.copy_certificate()
            user = server.user()
            user.request("GET", "/logout")
            stranger = server.visitor()
            stranger.request("GET", f"/api/contents?token={token}")
        assert check.returncode == 0, check.stdout[-3000:]
        key = server.host.run(f"sed -n '/BEGIN .*PRIVATE/,/END/p' {CERTIFICATE}")
        assert all(mark in key for mark in KEYS)
        words.append(words_of(key))
        assert len(words[-1]) > 30
        files_there = set(found.pop("files"))
        assert found == {"host": [], "controller": []}
        assert {file for file in files_there if not OWN.fullmatch(file)} == set()
        assert files_there > {CERTIFICATE, PASSWORD_FILE}  # and what they were before they had their names
        assert len(output) > 10_000
        assert held_in(files, words) == set()
        assert held_in(files, ["word of the control"]) >= {"variables.json"}
        for where, text in {"output of ansible": output, "journal and unit": told(server)}.items():
            assert [number for number, word in enumerate(words) if word in text] == [], where
        others = holders(server, words) - BELONGS
        # By which `jupyter server list` knows it: its own user's, in a directory that nobody else enters.
        assert [
            file
            for file in others
            if not re.fullmatch(r"/run/benchwright-jupyter-server-kernels/jpserver-\d+.json", file)
        ] == []
        assert holders(server, [password]) == {PASSWORD_FILE}
        modes = server.host.run(f"stat -c '%a %U' {PASSWORD_FILE} {CERTIFICATE}").split("\n")
        assert modes[0] == "600 root"
        assert re.fullmatch("6[04]0 root", modes[1])
    finally:
        server.host.run(f"rm -f {TOKEN_FILE}")
        assert server.play().returncode == 0


def test_what_is_not_where_it_belongs_is_found(server: JupyterHost, tmp_path: Path) -> None:
    """In arguments, in the environment, in the journal and in a file: or the test above would prove nothing."""
    word = "control-" + secrets.token_urlsafe(24)
    with sampled(server, tmp_path, [word]) as found:
        server.host.run(f"sh -c 'sleep 0.3; exit 0' {word}; CONTROL={word} sleep 0.3")
        server.host.run(f"echo {word} > /dev/shm/passing; sleep 0.3; rm /dev/shm/passing")
        subprocess.run(["sh", "-c", "sleep 0.3; exit 0", word], check=True)
    assert {line.partition(" ")[0] for line in found["host"]} == {"cmdline", "environ"}
    assert {line.partition(" ")[0] for line in found["controller"]} >= {"cmdline"}
    assert found["files"] == ["/dev/shm/passing"]
    server.host.run(f"systemd-cat echo {word}; journalctl --sync; echo {word} > /var/tmp/control")
    assert word in told(server)
    assert "/var/tmp/control" in holders(server, [word])
    server.host.run("rm /var/tmp/control")


@pytest.mark.parametrize("name", ["jupyter_server_password", "jupyter_server.pem", "jupyter_server_password_hash"])
def test_others_on_the_host_cannot_read_them(server: JupyterHost, name: str) -> None:
    assert "Permission denied" in server.host.run(f"su nobody --shell /bin/sh -c 'cat {CONFIG}/{name}'", check=False)
