"""What the role conda_env is to have made of a host, seen on the host itself.

Alone: pytest --hosts=ansible://all --ansible-inventory=hosts.yml, and this file.
"""

from __future__ import annotations

import json

import pytest


@pytest.fixture
def environments(host) -> list[dict]:
    """What the role has recorded in the host's local facts."""
    default = "/etc/ansible/facts.d" if host.user().uid == 0 else f"{host.user().home}/.ansible/facts.d"
    directory = host.ansible.get_variables().get("conda_env_facts_directory") or default
    file = host.file(f"{directory}/benchwright.fact")
    recorded = json.loads(file.content_string)["environments"] if file.exists else {}
    if not recorded:
        pytest.skip(f"no environment is recorded in {directory}")
    return list(recorded.values())


def test_the_recorded_environments_are_there(host, environments) -> None:
    missing = [each["prefix"] for each in environments if not host.file(f"{each['prefix']}/conda-meta/history").exists]
    assert not missing, f"not there: {', '.join(missing)}"


def test_their_pythons_start_and_what_they_hold_fits_together(host, environments) -> None:
    wrong = []
    for each in environments:
        python = f"{each['prefix']}/bin/python"
        if host.file(python).exists:
            done = host.run("%s -c 'import ssl, sqlite3, ctypes'", python)
            if host.run("%s -c 'import pip'", python).rc == 0:
                done = done if done.rc else host.run("%s -m pip check", python)
            wrong += [f"{python}: {done.stdout}{done.stderr}".strip()] * (done.rc != 0)
    assert not wrong, "\n".join(wrong)


def test_their_kernels_lead_to_them(host, environments) -> None:
    root = "/usr/local" if host.user().uid == 0 else f"{host.user().home}/.local"
    wrong = []
    for each in environments:
        file = host.file(f"{root}/share/jupyter/kernels/{each['kernel']}/kernel.json")
        if each["kernel"] and not (file.exists and each["prefix"] in file.content_string):
            wrong.append(f"{each['kernel']} does not lead to {each['prefix']}")
    assert not wrong, ", ".join(wrong)
