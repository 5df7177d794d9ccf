# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Wrong options of jupyter_server, and environments that should not serve, are refused before anything is changed, and named."""

from __future__ import annotations

from typing import Any

import pytest
from support.environment_stand_in import environment_of
from support.role_options import told_by, wrong_and_right

ROOT = {
    "user_uid": 0,
    "user_gid": 0,
    "user_id": "root",
    "user_dir": "/root",
    "fqdn": "lab",
    "service_mgr": "systemd",
    "default_ipv4": {"address": "192.0.2.7"},
}
ACME = {"tls": "acme", "host": "lab.example.org", "acme_agree_terms": True}
# Options without the role's name before them.
WRONG: list[tuple[dict[str, Any], str]] = [
    ({"environment": "relative"}, "environment must be the absolute path"),
    ({"port": 80}, "port must be between 1024 and 65535"),
    ({"port": 65536}, "port must be between 1024 and 65535"),
    ({"ip": "localhost"}, "ip must be an IP address"),
    ({"ip": "256.0.0.1"}, "ip must be an IP address"),
    ({"user": "root"}, "user must be a user name, and other than root"),
    ({"user": "a b"}, "user must be a user name"),
    ({"authentication": []}, "authentication must name password, token"),
    ({"networks": ["desk"]}, "networks must hold networks"),
    ({"networks": []}, "networks must hold networks"),
    ({"memory_max": "much"}, "memory_max must be a size"),
    ({"cpu_quota": "2"}, "cpu_quota must be a share"),
    ({"tasks_max": 10}, "tasks_max must be at least 64"),
    ({"cull_idle_seconds": 5}, "cull_idle_seconds must be 0 for never"),
    ({"shutdown_idle_seconds": 5}, "shutdown_idle_seconds must be 0 for never"),
    ({"writable_paths": ["here"]}, "writable_paths must be absolute"),
    ({"configuration": {"IdentityProvider": {"token": "canary"}}}, "configuration must hold classes"),
    ({"configuration": {"PasswordIdentityProvider": {}}}, "configuration must hold classes"),
    ({"configuration": {"JupyterServer": {"allow_origin": "*"}}}, "configuration must hold classes"),
    ({"configuration": {"ServerApp": {"IdentityProvider": {"token": "canary"}}}}, "configuration must hold classes"),
    ({"configuration": {"ServerApp": "open"}}, "configuration must hold classes"),
    ({"notebooks": "/home"}, "notebooks must be the absolute path"),
    ({"notebooks": "/home/../etc/lab"}, "notebooks must be the absolute path"),
    ({"working_directory": "/etc"}, "working_directory must be the path of a directory below"),
    ({"working_directory": "desk/../.."}, "working_directory must be the path of a directory below"),
    ({"certificate_valid_days": 3}, "certificate_valid_days must be more than"),
    ({"certificate_valid_days": 399}, "certificate_valid_days must be more than"),
    ({"tls": "files"}, "certificate_files must hold absolute paths"),
    ({**ACME, "acme_agree_terms": False}, "acme_agree_terms must be true"),
    ({**ACME, "host": "192.0.2.1"}, "names must hold host names"),
    ({**ACME, "names": ["*.example.org"]}, "names must hold host names"),
    ({**ACME, "acme_directory": "http://acme.example.org"}, "acme_directory must be the https URL"),
    ({**ACME, "acme_directory": "https://me:canary@acme.example.org"}, "acme_directory must be the https URL"),
    ({**ACME, "acme_email": "me"}, "acme_email must be one address"),
    ({"timeout": 0}, "timeout must be at least 1 second"),
    ({"variables": {"a b": "canary"}}, "variables must have names"),
]
RIGHT: list[dict[str, Any]] = [
    {},
    {"interface": "notebook"},
    {"user": "root", "allow_root": True, "notebooks": "/srv/lab/", "working_directory": "the desk/now"},
    {"ip": "::", "networks": ["192.0.2.0/24", "fd00::/8"], "memory_max": "", "cpu_quota": "150%"},
    ACME,
]


def without(versions: dict[str, str], *names: str) -> dict[str, str]:
    return {name: version for name, version in versions.items() if name not in names}


# What is in an environment, the page in front, and why it is refused.
GOOD = {"jupyter_server": "2.20.0", "jupyterlab": "4.6.4", "nbconvert": "7.17.1", "tornado": "6.5"}
NOTEBOOK = {**GOOD, "notebook": "7.6.3"}
REFUSED: list[tuple[dict[str, str], str, str]] = [
    ({**GOOD, "jupyter_server": "2.19.0"}, "lab", "jupyter-server 2.19.0 (CVE-"),
    ({**GOOD, "jupyterlab": "4.6.3"}, "lab", "jupyterlab 4.6.3 (CVE-"),
    ({**GOOD, "notebook": "7.6.2"}, "lab", "notebook 7.6.2 (CVE-"),
    ({**GOOD, "nbconvert": "7.16.0"}, "lab", "nbconvert 7.16.0 (CVE-"),
    (without(GOOD, "jupyter_server"), "lab", "The version of jupyter-server in"),
    (without(GOOD, "nbconvert", "tornado"), "lab", "The version of nbconvert and of tornado in"),
    (without(NOTEBOOK, "jupyterlab"), "notebook", "The version of jupyterlab in"),
    (GOOD, "notebook", "There is no notebook in"),
    (without(NOTEBOOK, "jupyterlab"), "lab", "There is no jupyterlab in"),
    ({}, "lab", "There is no jupyterlab in"),
]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What Ansible said of each case."""
    directory = tmp_path_factory.mktemp("options")
    good = environment_of(directory / "good", NOTEBOOK)
    cases = wrong_and_right(WRONG, RIGHT)
    for number, (versions, interface, dummy) in enumerate(REFUSED):
        options = {"environment": environment_of(directory / f"refused{number}", versions), "interface": interface}
        cases |= {f"refused{number}": options, f"allowed{number}": {**options, "allow_known_holes": True}}
    hosts = {
        name: {f"jupyter_server_{option}": value for option, value in {"environment": good, **options}.items()}
        for name, options in cases.items()
    }
    said, everything = told_by("jupyter_server", "preflight", hosts, directory, ROOT)
    assert "canary" not in everything
    return said


@pytest.mark.parametrize("number", range(len(WRONG)))
def test_what_is_wrong_is_told_with_the_options_name(told: dict[str, str], number: int) -> None:
    assert WRONG[number][1] in told[f"wrong{number}"]


@pytest.mark.parametrize("number", range(len(RIGHT)))
def test_what_is_right_passes(told: dict[str, str], number: int) -> None:
    assert told[f"right{number}"] == ""


@pytest.mark.parametrize("number", range(len(REFUSED)))
def test_an_environment_that_should_not_serve_is_refused(told: dict[str, str], number: int) -> None:
    said = REFUSED[number][2]
    assert said in told[f"refused{number}"]
    # Holes may be served with on request, but not what is not known, or cannot serve.
    assert (said in told[f"allowed{number}"]) == ("CVE" not in said)
