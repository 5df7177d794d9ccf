"""What ssh is told, and what people are told when it does not work; tests/server has the real way."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchwright.errors import BenchwrightError
from benchwright.tunnel import Way, free_port, keep_open, the_only_one, tunnel, way_to

ADDRESS: dict[str, Any] = {
    "connection": "ssh",
    "host": "198.51.100.7",
    "ssh_port": "2222",
    "user": "quant",
    "key": "/home/quant/.ssh/key",
    "arguments": "-F '/a path/ssh_config'",
    "listens": "127.0.0.1",
    "port": 8888,
    "url": "https://127.0.0.1:8888",
    "password_file": "/etc/benchwright/jupyter_server_password",
}


def test_ssh_gets_what_ansible_would_give_it() -> None:
    command = way_to(ADDRESS).command(9999)
    assert command[0] == "ssh"
    for words in (["-F", "/a path/ssh_config"], ["-p", "2222"], ["-l", "quant"], ["-i", "/home/quant/.ssh/key"]):
        assert command[command.index(words[0]) :][:2] == words
    assert command[-3:] == ["-L", "127.0.0.1:9999:127.0.0.1:8888", "198.51.100.7"]


def test_an_address_of_six_stands_in_brackets() -> None:
    assert "127.0.0.1:9999:[::1]:8888" in way_to({**ADDRESS, "listens": "::1"}).command(9999)


@pytest.mark.parametrize(
    ("change", "needed"),
    [({}, True), ({"listens": "0.0.0.0"}, False), ({"connection": "local"}, False), ({"listens": "::1"}, True)],
)
def test_a_tunnel_is_for_servers_that_only_their_host_reaches(change: dict[str, Any], needed: bool) -> None:
    assert way_to({**ADDRESS, **change}).needs_tunnel is needed


def test_other_connections_bring_no_ports() -> None:
    with pytest.raises(BenchwrightError, match=r"community\.docker\.docker"):
        way_to({**ADDRESS, "connection": "community.docker.docker"}).command(9999)


def test_without_a_tunnel_the_address_is_shown_and_nothing_is_kept() -> None:
    said: list[str] = []
    shown: list[str] = []
    keep_open(way_to({**ADDRESS, "listens": "0.0.0.0"}), None, shown.append, said.append)
    assert shown == ["https://127.0.0.1:8888"]
    assert said == ["open https://127.0.0.1:8888"]


def test_what_ssh_says_is_handed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in = tmp_path / "ssh"
    stand_in.write_text("#!/bin/sh\necho 'Permission denied (publickey).' >&2\nexit 255\n")
    stand_in.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with pytest.raises(BenchwrightError, match=r"198\.51\.100\.7 ended: Permission denied"), tunnel(way(), 9999):
        pass


def test_ssh_ends_with_the_block(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Way, "command", lambda dummy, dummy_port: ["sleep", "60"])
    monkeypatch.setattr("benchwright.tunnel._answers", lambda dummy: True)
    with tunnel(way(), 9999) as process:
        assert process.poll() is None
    assert process.poll() is not None


def test_a_port_that_is_taken_is_not_used() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert free_port(port) not in (0, port)
    assert free_port(port) == port


@pytest.mark.parametrize("hosts", [[], ["one", "two"]])
def test_one_host_is_opened(hosts: list[str]) -> None:
    with pytest.raises(BenchwrightError, match=f"There are {len(hosts)}"):
        the_only_one(dict.fromkeys(hosts, ADDRESS))
    assert the_only_one({"one": ADDRESS}) is ADDRESS


def way() -> Way:
    return way_to(ADDRESS)


def test_the_command_is_known() -> None:
    program = Path(sys.executable).with_name("benchwright")
    done = subprocess.run([program, "open", "--help"], capture_output=True, text=True, check=False)
    assert "HOST" in done.stdout
