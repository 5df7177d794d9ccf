"""Facts become findings: each fact that is wrong gives its own, and what is right gives none."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._posture import look
from ansible_collections.benchwright.python.plugins.module_utils._posture.facts import (
    UNKNOWN,
    Answer,
    Configuration,
    File,
    Host,
    Process,
    Server,
    Setting,
    Unit,
)

ARGON2 = "argon2:$argon2id$v=19$m=10240,t=10,p=8$a$b"
PATH = "/srv/jupyter_server_config.py"
PROCESS = Process(
    pid=7,
    uid=4242,
    user="jupyter",
    application="lab",
    argv=("python", "jupyter-lab"),
    prefix="/env",
    started=1000.0,
    cgroup="/system.slice/lab.service",
    network=True,
    environment={},
    listening=(("127.0.0.1", 8888),),
)
FILE = File(PATH, 0o600, 0, 0, 900.0, "")
GOOD = Server(
    process=PROCESS,
    settings=(
        Setting("PasswordIdentityProvider", "hashed_password", ARGON2, PATH + ":1"),
        Setting("IdentityProvider", "token", "", PATH + ":2"),
        Setting("ServerApp", "port_retries", 0, PATH + ":3"),
        Setting("ServerApp", "allow_unauthenticated_access", False, PATH + ":4"),
    ),
    files=(FILE,),
    info={"password": True, "token": "", "port": 8888, "secure": False, "hostname": "127.0.0.1"},
    versions={"jupyter-server": "2.21.1", "jupyterlab": "4.6.6", "notebook-shim": "0.2.4", "tornado": "6.6.1"},
    unit=Unit("lab.service", (), "on-failure"),
)


def with_settings(*settings: tuple[str, str, Any]) -> Server:
    """The good server with these settings before its own."""
    more = tuple(
        Setting(cls, name, value, f"{PATH}:{number}") for number, (cls, name, value) in enumerate(settings, 10)
    )
    return replace(GOOD, settings=(*more, *GOOD.settings))


def with_process(**changes: Any) -> Server:
    return replace(GOOD, process=replace(PROCESS, **changes))


def ids(server: Server, **host: Any) -> set[str]:
    """What is found of a host with that server."""
    configurations = [Configuration(file, server.settings) for file in server.files]
    return {finding.id for finding in look.judge(Host(2000.0, [server], **{"configurations": configurations, **host}))}


def test_a_good_server_is_found_good() -> None:
    assert ids(GOOD) == set()


PUBLIC = (("0.0.0.0", 8888),)
ANSWERED = Answer("0.0.0.0", 8888, tls=True, status=200, hsts=True)


@pytest.mark.parametrize(
    ("server", "kinds"),
    [
        (with_process(uid=0), {"root"}),
        (with_settings(("ServerApp", "allow_root", True)), {"allow-root"}),
        (with_process(listening=(("127.0.0.1", 8889),)), {"port-moved"}),
        (with_settings(("ServerApp", "port_retries", 50)), {"port-moves"}),
        (replace(GOOD, unit=None), {"not-supervised"}),
        (replace(GOOD, unit=Unit("lab.service", (), "no")), {"not-supervised"}),
        (replace(GOOD, files=(replace(FILE, mtime=1100.0),)), {"not-reloaded"}),
        (replace(GOOD, versions={**GOOD.versions, "jupyter-server": "2.10.0"}), {"known-hole"}),
        (replace(GOOD, versions={**GOOD.versions, "tornado": "6.4.1"}), {"known-hole"}),
        (replace(GOOD, versions={**GOOD.versions, "jupyter-server-proxy": "4.0.0"}), {"known-hole"}),
        # Who gets in: what the server tells of itself, or else its configuration, and its own answer above all.
        (replace(GOOD, info={**(GOOD.info or {}), "password": False}), set()),
        (
            replace(with_settings(("PasswordIdentityProvider", "hashed_password", "")), info={"token": ""}),
            {"no-authentication"},
        ),
        (replace(GOOD, info=None), set()),
        (replace(with_settings(("PasswordIdentityProvider", "hashed_password", "")), info=None), {"no-authentication"}),
        (
            replace(with_settings(("PasswordIdentityProvider", "hashed_password", UNKNOWN)), info=None),
            {"not-evaluated", "password-elsewhere"},
        ),
        (replace(GOOD, answers=(Answer("127.0.0.1", 8888, status=302, passes=True),)), {"no-authentication"}),
        (replace(GOOD, answers=(Answer("127.0.0.1", 8888, status=200),)), set()),
        (
            with_settings(("PasswordIdentityProvider", "hashed_password", "hello")),
            {"password-in-clear", "password-ignored"},
        ),
        (with_settings(("ServerApp", "password", "sha1:a:b")), {"weak-hash", "password-ignored"}),
        (with_settings(("ServerApp", "password", ARGON2)), {"password-elsewhere"}),
        # On the wire
        (with_process(listening=PUBLIC), {"no-tls", "any-host"}),
        (replace(with_process(listening=PUBLIC), answers=(ANSWERED,)), {"any-host"}),
        (replace(with_process(listening=PUBLIC), info={**(GOOD.info or {}), "secure": True}), {"any-host"}),
        (replace(GOOD, answers=(replace(ANSWERED, old_tls=True),)), {"old-tls"}),
        (replace(GOOD, answers=(replace(ANSWERED, hsts=False),)), {"no-hsts"}),
        (replace(GOOD, answers=(replace(ANSWERED, insecure_cookies=("_xsrf",)),)), {"insecure-cookie"}),
        # What is switched off
        (with_settings(("ServerApp", "allow_origin", "*")), {"any-origin"}),
        (with_settings(("ServerApp", "allow_origin_pat", ".*")), {"any-origin"}),
        (with_settings(("ServerApp", "allow_origin", "https://example.org")), set()),
        (with_settings(("ServerApp", "disable_check_xsrf", True)), {"no-xsrf-check"}),
        (with_settings(("ServerApp", "allow_unauthenticated_access", True)), {"open-routes"}),
        # Files
        (replace(GOOD, files=(replace(FILE, mode=0o602),)), {"writable-configuration"}),
        (replace(GOOD, files=(replace(FILE, directory_writable=True),)), {"writable-configuration"}),
        (replace(GOOD, files=(replace(FILE, mode=0o644),)), {"readable-hash"}),
        # Old keys: by the shim they count, without it they do not, and for the old server they are right.
        (with_settings(("NotebookApp", "ip", "127.0.0.1")), {"old-keys"}),
        (replace(with_settings(("NotebookApp", "ip", "0.0.0.0")), info=None, versions={}), {"ignored-keys"}),
        (replace(with_settings(("NotebookApp", "quit_button", False)), versions={}), {"old-keys"}),
        (replace(with_settings(("NotebookApp", "certfile", "/x")), info={**(GOOD.info or {})}), {"ignored-keys"}),
        (
            replace(
                with_settings(("NotebookApp", "port_retries", 0), ("NotebookApp", "password", ARGON2)), classic=True
            ),
            set(),
        ),
        # The environment
        (with_process(environment={"JUPYTER_TOKEN": "x"}), {"secret-in-environment"}),
    ],
)
def test_what_is_wrong_with_a_server(server: Server, kinds: set[str]) -> None:
    assert ids(server) == kinds


@pytest.mark.parametrize(
    ("host", "kinds"),
    [
        (
            {"crontabs": [File("/etc/crontab", 0o600, 0, 0, 0, "@reboot jupyter lab --ServerApp.token=x")]},
            {"secret-in-crontab"},
        ),
        ({"histories": [File("/h", 0o600, 0, 0, 0, "jupyter lab --ServerApp.token=x")]}, {"secret-in-history"}),
        ({"units": [Unit("u", (replace(FILE, text="Environment=JUPYTER_TOKEN=x"),))]}, {"secret-in-unit"}),
        (
            {"units": [Unit("u", (), environment_files=(replace(FILE, mode=0o644, text="JUPYTER_TOKEN=x"),))]},
            {"secret-in-unit"},
        ),
        ({"units": [Unit("u", (), environment_files=(replace(FILE, text="JUPYTER_TOKEN=x"),))]}, set()),
        ({"unread": ["/root: Permission denied"]}, {"not-read"}),
        (
            {
                "configurations": [
                    Configuration(File("/old", 0o600, 0, 0, 0), (Setting("NotebookApp", "ip", "*", "/old:1"),))
                ]
            },
            {"old-keys"},
        ),
    ],
)
def test_what_is_wrong_with_a_host(host: dict[str, Any], kinds: set[str]) -> None:
    assert ids(GOOD, **host) == kinds
