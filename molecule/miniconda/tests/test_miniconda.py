"""What the role made, seen on the hosts themselves."""

from __future__ import annotations

import json

import pytest

PREFIXES = {
    "bookworm": "/opt/conda",
    "bookworm-user": "/home/ada/conda",
    "trixie": "/srv/tools/miniconda",
    "trixie-micromamba": "/opt/conda",
}


@pytest.fixture
def name(host) -> str:
    return host.check_output("hostname")


@pytest.fixture
def prefix(name) -> str:
    return PREFIXES[name]


def test_it_runs(host, name, prefix) -> None:
    if name == "trixie-micromamba":
        assert host.check_output(f"{prefix}/bin/micromamba --version").startswith("2.")
    else:
        info = json.loads(host.check_output(f"{prefix}/bin/conda info --json"))
        assert info["root_prefix"] == prefix
        assert host.run(f"{prefix}/bin/python -c 'import ssl, sqlite3, ctypes'").rc == 0


def test_its_marker_says_that_it_is_whole(host, prefix) -> None:
    marker = json.loads(host.file(f"{prefix}/.benchwright-distribution.json").content_string)
    assert marker["state"] == "complete"
    assert not host.file(f"{prefix}/install_tmp").exists


def test_login_shells_know_it_and_activate_nothing(host, name) -> None:
    command = "micromamba" if name == "trixie-micromamba" else "conda"
    if name == "bookworm-user":
        line = host.file("/home/ada/.config/environment.d/50-benchwright-conda.conf").content_string.splitlines()[-1]
        assert line == "PATH=/home/ada/conda/condabin:$PATH"
        assert not host.file("/etc/profile.d/benchwright-conda.sh").exists
        return
    assert host.run(f"su - ada -c 'type {command}'").rc == 0
    assert host.check_output("su - ada -c 'echo \"$CONDA_PREFIX\"'") == ""


def test_a_group_shares_it_whatever_the_umask_is(host, name, prefix) -> None:
    if name != "bookworm":
        pytest.skip("no group")
    assert host.run(f"su - ada -c 'mkdir {prefix}/envs/mine && rmdir {prefix}/envs/mine'").rc == 0
    assert host.check_output(f"find {prefix} -not -group researchers") == ""
    assert host.check_output(f"find {prefix} -type d -not -perm -2775 -not -path '*/envs/*'") == ""
    assert (
        host.check_output(f"find {prefix} -type f -not -perm -0664 -not -name .condarc -not -name '.benchwright*'")
        == ""
    )


def test_others_can_read_it_but_not_write_to_it(host, name, prefix) -> None:
    if name in ("bookworm", "trixie"):
        assert host.run(f"su - grace -c '{prefix}/bin/python --version'").rc == 0
        assert host.run(f"su - grace -c 'touch {prefix}/mine'").rc != 0


def test_credentials_are_for_those_who_need_them(host, name, prefix) -> None:
    condarc = host.file(f"{prefix}/.condarc")
    if name == "bookworm":
        assert (condarc.user, condarc.group, condarc.mode) == ("root", "researchers", 0o640)
        assert "https://site:s3cret%2Fcanary@conda.example.org/private" in condarc.content_string
        assert host.run(f"su - grace -c 'cat {prefix}/.condarc'").rc != 0
    assert "canary" not in host.check_output("journalctl --no-pager -q")


def test_people_have_conda_in_their_shells_beside_what_was_there(host, name) -> None:
    text = host.file("/home/ada/.bashrc").content_string
    assert text.startswith('export TOKEN=mine\nalias ll="ls -l"')
    initialised = {"bookworm": "conda", "trixie-micromamba": "mamba"}
    assert f"# >>> {initialised.get(name)} initialize >>>" in text or name not in initialised
    if name == "bookworm":
        grace = host.file("/home/grace/.bashrc")
        assert (grace.user, grace.group) == ("grace", "grace")
        assert host.run("su - grace -c 'bash -ic \"type conda\"'").rc == 0


def test_terms_are_recorded_where_they_were_accepted(host, name, prefix) -> None:
    found = host.check_output(f"find {prefix}/conda-meta/tos -name '*.json' 2>/dev/null | wc -l")
    assert (found != "0") == (name == "trixie")


def test_homes_have_nothing_of_the_installer(host) -> None:
    assert not host.file("/root/.conda").exists
    assert not host.file("/home/ada/.conda").exists
