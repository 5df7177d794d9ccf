# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The whole role on this machine, with a real environment: set up, use, change, break, mend, take away.

The role is run for a throw-away user, so that nothing of the machine is touched.
"""

from __future__ import annotations

import contextlib
import json
import os
import pwd
import re
import shutil
import signal
import subprocess
import sys
import uuid
from pathlib import Path

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._jupyter.certificate import trusting_context
from ansible_collections.benchwright.python.plugins.module_utils._jupyter.session import Session
from support.foreign_configuration import foreign_files
from support.module_call import run_module
from support.ports import free_port

pytestmark = pytest.mark.skipif(os.getuid() != 0, reason="a throw-away user is made, which takes root")
PLAYBOOK = """
- hosts: all
  gather_facts: false
  tasks:
    - ansible.builtin.import_role:
        name: benchwright.python.jupyter_server
        tasks_from: "{{ entry }}"
"""
PASSED = re.compile(r"changed=(\d+) +unreachable=0 +failed=(\d+)")


@pytest.fixture(scope="module")
def user():
    name = "bw" + uuid.uuid4().hex[:8]
    subprocess.run(["useradd", "--create-home", "--shell", "/bin/bash", name], check=True)
    yield pwd.getpwnam(name)
    subprocess.run(["userdel", "--remove", "--force", name], check=False, capture_output=True)


@pytest.fixture(scope="module")
def port():
    return free_port()


@pytest.fixture(scope="module")
def run(user, port, workbench, tmp_path_factory):
    """`run(entry, check=False, **options)` runs the role and returns (changed tasks, failed tasks, output)."""
    directory = tmp_path_factory.mktemp("play")
    fixed = {
        "ansible_connection": "local",
        "ansible_python_interpreter": "/usr/bin/python3",
        "ansible_become": True,
        "ansible_become_user": user.pw_name,
        "ansible_become_method": "su",
        "jupyter_server_environment": str(workbench),
        "jupyter_server_ip": "127.0.0.1",
        "jupyter_server_port": port,
    }

    def play(entry="main", check=False, **options):
        playbook = directory / f"{entry}.yml"
        playbook.write_text(PLAYBOOK.replace("{{ entry }}", entry))
        variables = json.dumps({**fixed, **{f"jupyter_server_{name}": value for name, value in options.items()}})
        argv = [
            str(Path(sys.executable).with_name("ansible-playbook")),
            "-i",
            "here,",
            str(playbook),
            "-e",
            variables,
            "--diff",
            "-v",
        ]
        done = subprocess.run(
            [*argv, *(["--check"] if check else [])], capture_output=True, text=True, check=False, timeout=600
        )
        found = PASSED.search(done.stdout)
        assert found, done.stdout + done.stderr
        return int(found[1]), int(found[2]), done.stdout

    yield play
    play(state="absent")


def home(user, *parts):
    return Path(user.pw_dir, *parts)


def pid_of(user):
    return int(home(user, ".local/state/benchwright/jupyter_server.pid").read_text())


def environ_of(user):
    """What shows the server's environment to its user: root in a container may lack the right."""
    return ["su", user.pw_name, "-c", f"cat /proc/{pid_of(user)}/environ"]


def command_lines():
    """Those of all processes; one may end just now."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            yield path.read_bytes()


def other_release(workbench):
    """A release of another name that holds the same as the current one."""
    current = workbench.resolve()
    other = current.with_name("workbench-" + "0" * 12)
    other.mkdir()
    for entry in current.iterdir():
        (other / entry.name).symlink_to(entry)
    return other


def lead(link, target):
    following = link.with_name(".following")
    following.symlink_to(target)
    following.replace(link)


@pytest.fixture
def canary(user, workbench):
    """Where it shows that the server reads files of the home, or of an environment that somebody else configured."""
    trace = home(user, "canary")
    home(user, ".jupyter").mkdir()
    planted = [
        place / name for place in (home(user, ".jupyter"), workbench / "etc/jupyter") for name in foreign_files("")
    ]
    for path in planted:
        path.write_text(foreign_files(str(trace))[path.name])
    yield trace
    for path in planted:
        path.unlink()


def is_closed(user, port):
    """Nothing that was planted counts, and what the environment brings is there."""
    visitor = Session(
        f"https://127.0.0.1:{port}", trusting_context(home(user, ".config/benchwright/jupyter_server.pem"))
    )
    visitor.give(30)
    known = visitor.request("GET", "/lsp/status", further={"Authorization": "token known"})
    return (known.status, known.headers["Access-Control-Allow-Origin"]) == (403, None)


def test_the_life_of_a_server(run, user, port, canary, workbench, tmp_path_factory):
    """One test, because each step begins where the one before ended."""
    # A fresh host: check mode predicts what is then done, and after that there is nothing to do.
    predicted, failed, dummy = run(check=True)
    assert (predicted > 0, failed) == (True, 0)
    assert not home(user, "notebooks").exists()
    assert run()[:2] == (predicted, 0)
    assert run(check=True)[:2] == (0, 0)
    assert run()[:2] == (0, 0)

    # It works, and its secrets are secret.
    changed, failed, output = run("verify")
    assert (changed, failed) == (0, 0), output
    config = home(user, ".config/benchwright")
    password = (config / "jupyter_server_password").read_text().strip()
    for name in (
        "jupyter_server_password",
        "jupyter_server_password_hash",
        "jupyter_server.pem",
        "jupyter_server_config.py",
    ):
        assert (config / name).stat().st_mode & 0o777 == 0o600
    assert password not in output

    assert not canary.exists()
    assert is_closed(user, port)

    # The audit has nothing serious to say about it.
    posture = run_module("jupyter_posture_info", {}, tmp_path_factory.mktemp("posture")).result
    assert pid_of(user) in {server["pid"] for server in posture["servers"]}
    own = (f"process {pid_of(user)} ", str(config))
    about = [finding for finding in posture["findings"] if any(text in json.dumps(finding) for text in own)]
    assert [finding for finding in about if finding["severity"] != "low" or finding["id"] == "port-moves"] == []
    assert password.encode() not in b"".join(command_lines())
    made = (config / "jupyter_server_password_hash").read_text().strip()
    assert made.startswith("argon2:$argon2id$")
    accepted = subprocess.run(
        [f"{workbench}/bin/python", "-c", "import sys; from jupyter_server.auth import passwd_check; "
         "print(passwd_check(sys.argv[1], sys.stdin.read()))", made],
        input=password, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert accepted.stdout == "True\n"
    assert list(home(user, "notebooks").glob("benchwright-verify-*")) == []

    # A changed option restarts it once.
    before = pid_of(user)
    change = {"variables": {"GREETING": "it's"}}
    assert run(check=True, **change)[:2] == (2, 0)
    assert run(**change)[:2] == (2, 0)
    assert pid_of(user) != before
    environment = subprocess.run(environ_of(user), capture_output=True, check=True).stdout
    assert b"GREETING=it's" in environment.split(b"\0")

    # A new password restarts the server that lives once.
    before, password = pid_of(user), "another password of somebody"
    (config / "jupyter_server_password").write_text(password)
    assert run(**change)[:2] == (2, 0)
    assert pid_of(user) != before
    assert run(**change)[:2] == (0, 0)

    # An environment whose name leads to another release restarts it; check mode has to be told of a release that is to come.
    before, current = pid_of(user), os.readlink(workbench)
    other = other_release(workbench)
    assert run(check=True, environment_release=current.rpartition("-")[2], **change)[:2] == (0, 0)
    assert run(check=True, environment_release="0" * 12, **change)[:2] == (1, 0)
    lead(workbench, str(other))
    assert run(**change)[:2] == (1, 0)
    assert pid_of(user) != before
    assert f"PATH={other}/bin:".encode() in subprocess.run(environ_of(user), capture_output=True, check=True).stdout
    lead(workbench, current)
    shutil.rmtree(other)
    assert run(**change)[:2] == (1, 0)

    # A killed server comes back; a hash that is not the password's is replaced.
    os.kill(pid_of(user), signal.SIGKILL)
    assert run(check=True, **change)[:2] == (1, 0)
    (config / "jupyter_server_password_hash").write_text("argon2:nonsense\n")
    assert run(**change)[:2] == (2, 0)
    assert run("verify")[:2] == (0, 0)

    # A wrong password file is noticed by the verification, not passed over.
    (config / "jupyter_server_password").write_text("not the password")
    changed, failed, output = run("verify")
    assert failed == 1
    assert "the password in the password file was refused" in output
    (config / "jupyter_server_password").write_text(password)

    # Everything that the role made goes, the user's work stays.
    home(user, "notebooks/mine.ipynb").write_text("{}")
    predicted = run(check=True, state="absent")[0]
    assert run(state="absent")[:2] == (predicted, 0)
    assert not config.exists()
    assert home(user, "notebooks/mine.ipynb").exists()
    assert run(state="absent", remove_notebooks=True)[:2] == (1, 0)
    assert not home(user, "notebooks").exists()


def test_a_bad_option_is_named_before_anything_changes(run, user):
    """tests/unit/roles has all of them."""
    before = sorted(home(user).rglob("*benchwright*"))
    changed, failed, output = run(port=80)
    assert (changed, failed) == (0, 1)
    assert "jupyter_server_port must" in output
    assert sorted(home(user).rglob("*benchwright*")) == before
