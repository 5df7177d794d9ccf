"""Servers are known by their command lines, and by real processes and sockets."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._posture.facts import Process
from ansible_collections.benchwright.python.plugins.module_utils._posture.processes import (
    address_of,
    application_of,
    loopback,
    servers,
)
from ansible_collections.benchwright.python.plugins.module_utils._posture.reader import Reader

LISTEN = """
import socket, sys, time
sockets = [socket.create_server(("127.0.0.1", 0)), socket.create_server(("0.0.0.0", 0))]
sys.stdout.write(" ".join(str(one.getsockname()[1]) for one in sockets) + "\\n")
sys.stdout.flush()
time.sleep(60)
"""


@pytest.mark.parametrize(
    ("argv", "application"),
    [
        ("/env/bin/python3.11 /env/bin/jupyter-lab --port=1", "lab"),
        ("/usr/bin/python3 /usr/bin/jupyter-notebook", "notebook"),
        ("/env/bin/python -m jupyterlab", "lab"),
        ("python3 -m jupyter_server --port=1", "server"),
        ("python3 -m jupyter notebook", "notebook"),
        ("python3 -m notebook", "notebook"),
        ("/env/bin/python3 /env/bin/jupyter-nbclassic", "nbclassic"),
        ("/env/bin/python3 /env/bin/jupyter server", "server"),
        ("vim jupyter-lab", ""),
        ("SCREEN -dmS lab jupyter lab", ""),
        ("screen jupyter lab", ""),
        ("grep jupyter lab", ""),
        ("/env/bin/python -m ipykernel_launcher -f /run/kernel.json", ""),
        ("/env/bin/python /env/bin/jupyterhub-singleuser", ""),
        ("/env/bin/python /env/bin/jupyter-nbconvert x.ipynb", ""),
        ("", ""),
    ],
)
def test_a_command_line_tells_the_application(argv: str, application: str) -> None:
    assert application_of(argv.split())[0] == application


@pytest.mark.skipif(sys.byteorder != "little", reason="the kernel writes words of four bytes in the machine's order")
@pytest.mark.parametrize(
    ("text", "address", "local"),
    [
        ("0100007F:22B8", ("127.0.0.1", 8888), True),
        ("00000000:22B9", ("0.0.0.0", 8889), False),
        ("00000000000000000000000001000000:22B8", ("::1", 8888), True),
        ("00000000000000000000000000000000:22B8", ("::", 8888), False),
        ("0000000000000000FFFF00000100007F:22B8", ("::ffff:127.0.0.1", 8888), True),
    ],
)
def test_the_kernels_addresses(text: str, address: tuple[str, int], local: bool) -> None:
    found = address_of(text)
    assert (found[1], loopback(found[0])) == (address[1], local)
    assert found[0] in (address[0], "::ffff:7f00:1")


def test_a_real_process_with_its_sockets_and_environment(tmp_path: Path) -> None:
    script = tmp_path / "bin/jupyter-lab"
    script.parent.mkdir(parents=True)
    script.write_text(LISTEN)
    began = time.time()
    with subprocess.Popen(
        [sys.executable, script, "--port=1"], stdout=subprocess.PIPE, text=True, env={"HOME": str(tmp_path), "X": "a=b"}
    ) as process:
        try:
            assert process.stdout
            ports = [int(word) for word in process.stdout.readline().split()]
            [found] = [one for one in servers(Reader()) if one.pid == process.pid]
        finally:
            process.kill()
    assert isinstance(found, Process)
    assert set(found.listening or ()) == {("127.0.0.1", ports[0]), ("0.0.0.0", ports[1])}
    assert found.environment == {"HOME": str(tmp_path), "X": "a=b"}
    assert (found.application, found.prefix, found.uid) == ("lab", str(Path(sys.executable).parents[1]), os.geteuid())
    assert began - 3 < found.started < time.time() + 3
