"""Bad servers of the real Jupyter, each bad in its own ways: the audit sees all of them, and never tells a secret."""

from __future__ import annotations

import hashlib
import http.cookiejar
import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._posture.kinds import KINDS
from support.ansible_call import ANSIBLE_PLAYBOOK, LOCAL
from support.module_call import run_module
from support.ports import free_port

AUDIT = Path(__file__).parents[2] / "playbooks/audit.yml"
PASSWORD = "a password of the old days"
SHA1 = "sha1:67c9e60bb8b6:" + hashlib.sha1(f"{PASSWORD}67c9e60bb8b6".encode()).hexdigest()
TOKEN = "a-token-that-nobody-may-see"
NO_EXTENSIONS = "--ServerApp.jpserver_extensions={'jupyterlab': False, 'notebook': False, 'notebook_shim': False}"
BOOK = f"""
c.NotebookApp.password = '{SHA1}'
c.NotebookApp.open_browser = False
c.NotebookApp.allow_origin = '*'
c.NotebookApp.disable_check_xsrf = True
"""
# "Python for Finance", code/ch02/cloud, with a key as short as the one that is there.
RECIPE = """
c.NotebookApp.certfile = u'{home}/cert.pem'
c.NotebookApp.keyfile = u'{home}/key.pem'
c.NotebookApp.ip = '0.0.0.0'
c.NotebookApp.port = 8888
c.NotebookApp.password = 'SHA1'
c.NotebookApp.open_browser = False
""".replace("SHA1", SHA1)
TLS = """
c.ServerApp.certfile = '{home}/cert.pem'
c.ServerApp.keyfile = '{home}/key.pem'
c.PasswordIdentityProvider.hashed_password = 'argon2:$argon2id$v=19$m=10240,t=10,p=8$c2FsdHNhbHQ$aGFzaGhhc2g'
"""


class Server(NamedTuple):
    """What is started, and with which files in its home."""

    application: str
    files: dict[str, str]
    arguments: list[str]
    variables: dict[str, str]


SERVERS = {
    "book": Server("lab", {"jupyter_notebook_config.py": BOOK}, [], {}),
    "recipe": Server("lab", {"jupyter_notebook_config.py": RECIPE}, [], {}),
    "argument": Server("lab", {}, [f"--IdentityProvider.token={TOKEN}"], {}),
    "open": Server(
        "server", {"jupyter_server_config.py": "c.ServerApp.token = ''\nc.ServerApp.port_retries = 0\n"}, [], {}
    ),
    "moved": Server("server", {}, ["--port={taken}"], {}),
    "tls": Server("server", {"jupyter_server_config.py": TLS}, [], {}),
    "ignored": Server("server", {"jupyter_server_config.py": BOOK}, [NO_EXTENSIONS], {}),
    "two": Server(
        "lab",
        {
            "jupyter_notebook_config.py": BOOK,
            "jupyter_server_config.json": json.dumps(
                {"IdentityProvider": {"hashed_password": SHA1.replace("67", "68")}}
            ),
        },
        [],
        {},
    ),
    "variable": Server("server", {}, [], {"JUPYTER_TOKEN": TOKEN}),
    "computed": Server(
        "server", {"jupyter_server_config.py": "import os\nc.ServerApp.certfile = os.environ.get('CERT', '')\n"}, [], {}
    ),
}
OF_THE_RECIPE = {
    "weak-hash",
    "weak-key",
    "readable-key",
    "ending-certificate",
    "certificate-without-names",
    "open-routes",
    "readable-hash",
    "not-supervised",
    "old-keys",
    "port-moves",
}
EXPECTED = {
    "recipe": OF_THE_RECIPE,
    "book": {
        "weak-hash",
        "any-origin",
        "no-xsrf-check",
        "writable-configuration",
        "readable-hash",
        "old-keys",
        "not-reloaded",
    },
    "argument": {"secret-in-argv", "open-routes", "not-supervised", "port-moves"},
    "open": {"no-authentication", "open-routes"},
    "moved": {"port-moved", "port-moves", "printed-token"},
    "tls": {"ending-certificate", "certificate-without-names", "readable-key", "no-hsts", "insecure-cookie"},
    "ignored": {"ignored-keys", "weak-hash", "printed-token"},
    "two": {"password-ignored", "weak-hash", "old-keys"},
    "variable": {"secret-in-environment"},
    "computed": {"not-evaluated"},
}
NOT_EXPECTED = {
    # docs/comparison.md tells what there is, and that is all.
    "recipe": set(KINDS) - OF_THE_RECIPE - {"root"},
    "book": {"no-authentication", "printed-token", "ignored-keys", "secret-in-argv", "password-ignored"},
    "argument": {"no-authentication", "printed-token", "port-moved", "secret-in-environment"},
    "open": {"port-moves", "secret-in-argv", "printed-token"},
    "tls": {"old-tls", "foreign-key", "weak-key", "weak-signature", "no-tls", "weak-hash", "no-authentication"},
    "ignored": {"no-authentication"},
    "computed": {"no-authentication"},
}


@contextmanager
def started(server: Server, home: Path, workbench: Path, taken: int) -> Iterator[int]:
    """Run it until it listens; yields its number."""
    configuration = home / ".jupyter"
    configuration.mkdir(parents=True, exist_ok=True)
    for name, text in server.files.items():
        (configuration / name).write_text(text.format(home=home) if "{home}" in text else text)
    arguments = [argument.format(taken=taken) if "{taken}" in argument else argument for argument in server.arguments]
    port = [] if "--port={taken}" in server.arguments else [f"--port={free_port()}"]
    command = [workbench / "bin/jupyter", server.application, "--no-browser", "--ip=127.0.0.1", *port, *arguments]
    environment = {"HOME": str(home), "PATH": "/usr/bin:/bin", **server.variables}
    root = ["--allow-root"] if os.geteuid() == 0 else []
    with (home / "log").open("w") as log:
        process = subprocess.Popen([*command, *root], stdout=log, stderr=log, env=environment, cwd=home)
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def wait_for(homes: dict[str, Path], pids: dict[str, int]) -> None:
    """A server that listens has written the file of its runtime directory."""
    deadline = time.monotonic() + 300  # ten at once, which is a minute of the processor
    for name, home in homes.items():
        told = home / f".local/share/jupyter/runtime/jpserver-{pids[name]}.json"
        while not told.exists():
            assert time.monotonic() < deadline, (home / "log").read_text()
            time.sleep(0.1)


class Audited(NamedTuple):
    """What was found of each server, the whole answer, how many seconds it took, and what the command said."""

    found: dict[str, set[str]]
    answer: str
    seconds: float
    command: subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def audited(workbench: Path, tmp_path_factory: pytest.TempPathFactory) -> Audited:
    """All servers at once, looked at by the module and by the command."""
    homes = {name: tmp_path_factory.mktemp(name) for name in SERVERS}
    make_certificate(homes["tls"])
    make_certificate(homes["recipe"], bits=1024)
    with ExitStack() as stack:
        taken = stack.enter_context(socket.create_server(("127.0.0.1", 0))).getsockname()[1]
        pids = {
            name: stack.enter_context(started(server, homes[name], workbench, taken))
            for name, server in SERVERS.items()
        }
        wait_for(homes, pids)
        book = homes["book"] / ".jupyter/jupyter_notebook_config.py"
        book.chmod(0o666)
        later = time.time() + 60
        os.utime(book, (later, later))
        began = time.monotonic()
        answer = run_module("jupyter_posture_info", {"translate": True}, tmp_path_factory.mktemp("module"))
        seconds = time.monotonic() - began
        benchwright = Path(sys.executable).with_name("benchwright")
        command = subprocess.run([benchwright, "audit", "--json"], capture_output=True, text=True, check=False)
    found: dict[str, set[str]] = {
        name: {
            finding["id"]
            for finding in answer.result["findings"]
            if f"process {pids[name]} " in json.dumps(finding) or f"{home}/" in finding["where"]
        }
        for name, home in homes.items()
    }
    return Audited(found, json.dumps(answer.result), seconds, command)


def make_certificate(home: Path, bits: int = 2048) -> None:
    """Of one day, and with no name but the common one. The key is for everybody to read."""
    options = [
        "-newkey",
        f"rsa:{bits}",
        "-nodes",
        "-subj",
        "/CN=old",
        "-keyout",
        home / "key.pem",
        "-out",
        home / "request.pem",
    ]
    subprocess.run(["openssl", "req", "-new", *options], check=True, capture_output=True)
    options = ["-in", home / "request.pem", "-signkey", home / "key.pem", "-days", "1", "-out", home / "cert.pem"]
    subprocess.run(["openssl", "x509", "-req", *options], check=True, capture_output=True)
    (home / "key.pem").chmod(0o644)


@pytest.mark.parametrize("name", SERVERS)
def test_a_bad_server_is_found_out(audited: Audited, name: str) -> None:
    assert EXPECTED[name] <= audited.found[name]


@pytest.mark.parametrize("name", NOT_EXPECTED)
def test_a_server_is_not_blamed_for_what_it_does_right(audited: Audited, name: str) -> None:
    assert audited.found[name].isdisjoint(NOT_EXPECTED[name])


@pytest.mark.skipif(os.geteuid() != 0, reason="the servers run as who runs the tests")
def test_servers_of_root_are_found_out(audited: Audited) -> None:
    assert all("root" in found for found in audited.found.values())


def test_no_secret_is_told(audited: Audited) -> None:
    assert TOKEN not in audited.answer
    assert SHA1[-40:] not in audited.answer


def test_ten_servers_do_not_take_long(audited: Audited) -> None:
    """A few seconds where nothing else runs; the bound allows for a busy machine."""
    assert audited.seconds < 60


def test_the_command_fails_and_tells_the_same(audited: Audited) -> None:
    document = json.loads(audited.command.stdout)
    assert audited.command.returncode == document["exit_code"] == 2
    told = {finding["id"] for finding in document["hosts"]["localhost"]["findings"]}
    assert set().union(*EXPECTED.values()) <= told
    assert "weak-hash: the password's hash" in audited.command.stderr
    assert TOKEN not in audited.command.stdout + audited.command.stderr


def test_what_the_playbook_translates_counts(workbench: Path, tmp_path: Path) -> None:
    """A plain server has no shim for the old words: with the new ones it has the password that it was given."""
    [name] = SERVERS["ignored"].files
    old, new = tmp_path / ".jupyter" / name, tmp_path / "translated.py"
    with started(SERVERS["ignored"], tmp_path, workbench, 0) as pid:
        wait_for({"it": tmp_path}, {"it": pid})
        assert "ignored-keys" in findings_of(pid, tmp_path, translate=old, translate_to=new)
        assert entered(tmp_path, pid, PASSWORD) == 401
    with started(SERVERS["ignored"]._replace(files={name: new.read_text()}), tmp_path, workbench, 0) as pid:
        wait_for({"it": tmp_path}, {"it": pid})
        assert {"ignored-keys", "printed-token"}.isdisjoint(findings_of(pid, tmp_path))
        assert (entered(tmp_path, pid, "another"), entered(tmp_path, pid, PASSWORD)) == (401, 200)


def findings_of(pid: int, home: Path, **variables: Path) -> set[str]:
    """What the playbook finds of this server, run with variables of its own."""
    given = [f"--extra-vars=jupyter_posture_{name}={value}" for name, value in variables.items()]
    command = [ANSIBLE_PLAYBOOK, *LOCAL, *given, "--extra-vars=jupyter_posture_fail_on=never", AUDIT]
    environment = {**os.environ, "ANSIBLE_CALLBACK_RESULT_FORMAT": "json"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stdout + done.stderr
    [shown] = re.findall(r'^    "msg": (\[.*?^    \])', done.stdout, re.DOTALL | re.MULTILINE)
    found = json.loads(shown)
    return {one["id"] for one in found if f"process {pid} " in json.dumps(one) or f"{home}/" in one["where"]}


def entered(home: Path, pid: int, password: str) -> int:
    """The status of the page behind the login, for somebody who fills in its form; 401 where he is refused."""
    told = json.loads((home / f".local/share/jupyter/runtime/jpserver-{pid}.json").read_text())
    cookies = http.cookiejar.CookieJar()
    browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(cookies))
    browser.open(f"{told['url']}login", timeout=60)
    [token] = [cookie.value for cookie in cookies if cookie.name == "_xsrf"]
    form = urllib.parse.urlencode({"_xsrf": token, "password": password}).encode()
    try:
        return int(browser.open(f"{told['url']}login?next=%2Fapi%2Fcontents", form, timeout=60).status)
    except urllib.error.HTTPError as error:
        return error.code
