"""The command line on a real terminal: prompts, the moving picture, a run that is cancelled, and what is left behind of secrets."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pexpect
import pytest

BIN = Path(sys.executable).parent
VAULT_PASSWORD, TOKEN, SECRET = "vault-hunter2", "token-hunter3", "secret-hunter4"
PLAYBOOK = """
- name: Small
  hosts: all
  gather_facts: false
  vars_files: [secrets.yml]
  tasks:
    - name: Take some time
      ansible.builtin.command: sleep 4
      changed_when: false
    - name: Write the secret
      ansible.builtin.copy: {content: "{{ secret }}", dest: "{{ playbook_dir }}/out", mode: "0600"}
      no_log: true
    - name: Wait for the end
      ansible.builtin.command: sleep {{ seconds }}
      changed_when: false
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("project")
    (directory / "play.yml").write_text(PLAYBOOK)
    (directory / "password").write_text(VAULT_PASSWORD)
    (directory / "inventory.yml").write_text(
        "all: {hosts: {one: {}, two: {}}, vars: {ansible_connection: local, "
        f"ansible_python_interpreter: {sys.executable}}}}}\n"
    )
    encrypt = [
        BIN / "ansible-vault",
        "encrypt_string",
        "--vault-id",
        f"lab@{directory}/password",
        SECRET,
        "-n",
        "secret",
    ]
    encrypted = subprocess.run(encrypt, capture_output=True, text=True, check=True).stdout
    (directory / "secrets.yml").write_text(encrypted)
    (directory / "password").unlink()
    (directory / "temporary").mkdir()
    return directory


def start(project: Path, *words: str) -> pexpect.spawn:
    environment = {
        **os.environ,
        "TERM": "xterm",
        "TMPDIR": str(project / "temporary"),
        "DEPLOY_TOKEN": TOKEN,
        "ANSIBLE_INVENTORY": str(project / "inventory.yml"),
    }
    for name in ("CI", "COLUMNS", "LINES"):  # a COLUMNS that is inherited counts before the terminal's own width
        environment.pop(name, None)
    command = ["run", "play.yml", "--vault-id", "lab@prompt", *words]
    child = pexpect.spawn(
        str(BIN / "benchwright"),
        command,
        cwd=str(project),
        env=environment,
        encoding="utf-8",
        timeout=300,
        dimensions=(40, 80),
    )
    child.expect_exact("Vault password (lab): ")
    time.sleep(0.2)  # until the terminal no longer echoes
    child.sendline(VAULT_PASSWORD)
    return child


def everything_written(project: Path) -> bytes:
    kept = [path for name in (".benchwright", "temporary") for path in (project / name).rglob("*") if path.is_file()]
    assert {"events.jsonl", "meta.json", "stdout"} <= {path.name for path in kept}
    return b"\n".join(path.read_bytes() for path in kept)


@pytest.fixture(scope="module")
def first_run(project: Path) -> str:
    """Return what the terminal showed of a run that came to its end."""
    child = start(project, "-e", f"seconds=0 also={TOKEN}")
    child.expect("Ansible starts")
    child.expect(r"2 hosts  forks 20  \d\d:\d\d")
    child.expect(r"one +\S.*Take some time")
    child.expect(pexpect.EOF)
    child.close()
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", child.before)
    assert child.exitstatus == 0, text
    return text


def test_a_password_is_asked_for_once_the_picture_moves_and_no_secret_is_left(project: Path, first_run: str) -> None:
    assert "✓ Take some time" in first_run
    assert "1 change made" in first_run
    assert (project / "out").read_text() == SECRET
    written = everything_written(project)
    assert b"Write the secret" in written
    for secret in (VAULT_PASSWORD, TOKEN, SECRET):
        assert secret.encode() not in written
        assert secret not in first_run
    assert list((project / "temporary").glob("benchwright-run-*")) == []


@pytest.mark.usefixtures("first_run")
def test_a_cancelled_run_says_what_still_runs_where(project: Path) -> None:
    child = start(project, "-e", "seconds=300")
    child.expect(r"Wait for the end")
    child.expect(r"one +\S.*Wait for the end")
    child.expect(r"ETA ~\d\d:\d\d \(from 1 earlier run\)")
    child.sendintr()
    child.expect("may still be running on one, two: Wait for the end")
    child.expect("interrupted; run 'benchwright run' again to go on where it stopped")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 130
    last = max((project / ".benchwright/runs").iterdir())
    assert '"status": "interrupted"' in (last / "meta.json").read_text()
