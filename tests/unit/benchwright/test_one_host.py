"""HOST on a command line."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchwright.errors import BenchwrightError
from benchwright.one_host import Address, address_of, check_key, inventory_of


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("46.101.156.199", Address("46.101.156.199")),
        ("root@desk.example.org", Address("desk.example.org", "root")),
        ("quant@desk:2222", Address("desk", "quant", 2222)),
        ("ssh://desk:22", Address("desk", "", 22)),
        ("[2001:db8::7]:22", Address("2001:db8::7", "", 22)),
        ("root@2001:db8::7", Address("2001:db8::7", "root")),
    ],
)
def test_what_ssh_takes(text: str, address: Address) -> None:
    assert address_of(text) == address


@pytest.mark.parametrize("text", ["", "-oProxyCommand=true", "desk:0", "desk:99999", "a b", "desk;true", "root@-x"])
def test_what_is_no_host(text: str) -> None:
    with pytest.raises(BenchwrightError, match="expected a host as ssh takes it"):
        address_of(text)


def test_the_inventory_is_read_with_the_collections_options_and_is_gone_afterwards() -> None:
    with inventory_of(Address("203.0.113.7", "root", 2222)) as path:
        host = json.loads(path.read_text())["all"]["hosts"]["203.0.113.7"]
        assert host == {"ansible_host": "203.0.113.7", "ansible_user": "root", "ansible_port": 2222}
        assert "StrictHostKeyChecking=accept-new" in (path.parent / "group_vars/all.yml").read_text()
    assert not path.parent.exists()


def test_a_key_that_would_be_asked_about_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    for name, passphrase in (("open", ""), ("closed", "a passphrase")):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-f", tmp_path / name], check=True)
    check_key(None)
    check_key(str(tmp_path / "open"))
    with pytest.raises(BenchwrightError, match=r"has a passphrase.*ssh-add"):
        check_key(str(tmp_path / "closed"))
    with pytest.raises(BenchwrightError, match="there is no key"):
        check_key(str(tmp_path / "none"))
    (tmp_path / "text").write_text("no key\n")
    with pytest.raises(BenchwrightError, match="is no private key"):
        check_key(str(tmp_path / "text"))


def test_a_host_is_made_ready_then_a_workbench_then_looked_at_from_here(
    played_back: Callable[[str], list[Any]], command: Callable[..., tuple[int, str, str]]
) -> None:
    asked = played_back("changes")
    code, dummy, errors = command("up", "quant@desk.example.org:2222", "-e", "jupyter_server_port=9999")
    assert code == 0, errors
    assert [run.playbook.rpartition(".")[2] for run in asked] == ["ready", "site"]
    assert asked[1].variables["workbench_verify"] == ["server", "outside"]
    assert len({run.words[1] for run in asked}) == 1
    assert not Path(asked[0].words[1]).exists()
    assert all("jupyter_server_port=9999" in run.words for run in asked)


def test_what_fails_first_ends_it(
    played_back: Callable[[str], list[Any]], command: Callable[..., tuple[int, str, str]]
) -> None:
    asked = played_back("unreachable")
    assert command("up", "desk.example.org")[0] == 4
    assert len(asked) == 1


def test_a_host_and_an_inventory_are_too_much(command: Callable[..., tuple[int, str, str]], inventory: Path) -> None:
    code, dummy, errors = command("up", "desk", "-i", str(inventory))
    assert (code, "give either a HOST or an inventory with -i, not both" in errors) == (1, True)
