"""`hosts`, `provision` and `destroy` at a stand-in for a provider's API, behind whose machines nothing is: none is contacted."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.digitalocean_stand_in import TOKEN, StandIn, serving
from support.digitalocean_stand_in.account import new_droplet

from benchwright.commands import destroy
from benchwright.errors import BenchwrightError

KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEHKD34CmRz1JkvH8ejwcIp2rsdDSf1LKdRl/jmL1aDo quant@example.org"
TAGS = ["benchwright", "benchwright-project:lab", "benchwright-role:workbench", "benchwright-expires:2026-01-31"]
PLUGIN = "plugin: benchwright.python.digitalocean\nproject: lab\n"
Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    with serving() as stand_in:
        monkeypatch.setenv("DIGITALOCEAN_ACCESS_TOKEN", TOKEN)
        monkeypatch.setenv("DIGITALOCEAN_API_URL", stand_in.url)
        body = {"name": "wb-01", "tags": TAGS, "size": "s-1vcpu-2gb", "image": "debian-12-x64", "region": "fra1"}
        stand_in.account.droplets[1] = {**new_droplet(1, body), "status": "active"}
        stand_in.account.tag_names.update(TAGS)
        yield stand_in
        assert stand_in.violations == []


@pytest.fixture
def described(tmp_path: Path) -> dict[str, Any]:
    described = {"machines_provider": "digitalocean", "machines_project": "lab", "machines_ssh_public_key": KEY}
    described |= {
        "machines_admin_networks": ["203.0.113.0/24"],
        "machines_wanted": [{"name": "wb-01"}, {"name": "wb-02"}],
    }
    return described


@pytest.fixture
def inventory(tmp_path: Path, described: dict[str, Any]) -> str:
    (tmp_path / "group_vars").mkdir()
    (tmp_path / "group_vars/all.yml").write_text(json.dumps(described), encoding="utf-8")
    path = tmp_path / "lab.digitalocean.yml"
    path.write_text(PLUGIN, encoding="utf-8")
    return str(path)


def test_what_there_is_and_what_is_over(command: Command, api: StandIn, inventory: str) -> None:
    code, output, dummy = command("hosts", "-i", inventory, "--expired", "--json")
    (machine,) = json.loads(output)["machines"]
    assert (code, machine["name"], machine["expires"], machine["monthly_cost"]) == (0, "wb-01", "2026-01-31", 12.0)


def test_what_would_be_made_and_what_it_costs(command: Command, api: StandIn, inventory: str, tmp_path: Path) -> None:
    code, output, errors = command("provision", "-i", inventory, "--check", "-vvvv")
    assert code == 0
    assert "would create 1 x s-1vcpu-2gb in fra1, about $12.00 a month" in errors
    assert {method for method, *dummy in api.requests} == {"GET"}
    assert TOKEN not in output + errors
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert len(kept) > 2
    assert [path for path in kept if TOKEN.encode() in path.read_bytes()] == []


def test_a_wrong_token(command: Command, api: StandIn, inventory: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DIGITALOCEAN_ACCESS_TOKEN", "dop_v1_not_this_one")
    code, output, errors = command("provision", "-i", inventory)
    assert code == 1
    assert "the token is wrong, expired or revoked" in errors
    assert "dop_v1_not_this_one" not in output + errors


def test_a_machine_that_lets_nobody_in(
    command: Command, api: StandIn, described: dict[str, Any], inventory: str
) -> None:
    """Nothing answers at its address, which is one of this machine's own."""
    api.account.droplets.clear()
    described |= {"machines_wanted": [{"name": "wb-02"}], "machines_boot_timeout": 1, "ansible_port": 1}
    Path(inventory).with_name("group_vars").joinpath("all.yml").write_text(json.dumps(described), encoding="utf-8")
    code, dummy, errors = command("provision", "-i", inventory)
    told = " ".join(errors.split())
    assert code == 2, errors
    assert "wb-02 (127.1." in told
    assert "exists, and is billed, but lets nobody in: timed out waiting" in told
    assert "Connection refused" in told
    assert [droplet["name"] for droplet in api.account.droplets.values()] == ["wb-02"]


def test_an_inventory_of_another_project(command: Command, api: StandIn, inventory: str) -> None:
    """What it does not show would be billed unseen."""
    Path(inventory).write_text(PLUGIN.replace("lab", "other"), encoding="utf-8")
    api.account.droplets.clear()
    code, dummy, errors = command("provision", "-i", inventory)
    assert code == 2, errors
    assert "the inventory does not show wb-01, wb-02; does its file name the project lab?" in " ".join(errors.split())


def test_a_question_that_nobody_answers_ends_its_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    with pytest.raises(BenchwrightError, match="--project NAME confirms"):
        destroy._asked("lab")
    assert capsys.readouterr().err.endswith("to confirm:\n")


def test_the_end_is_confirmed_by_the_projects_name(command: Command, api: StandIn, inventory: str) -> None:
    code, dummy, errors = command("destroy", "-i", inventory, "--project", "workbench")
    assert (code, list(api.account.droplets)) == (1, [1])
    assert "would destroy 1 x s-1vcpu-2gb in fra1" in errors
    assert "not confirmed, so nothing was done: the project is lab, not workbench" in errors
    code, output, dummy = command("destroy", "-i", inventory, "--project", "lab")
    assert (code, output, api.account.droplets, api.account.tag_names) == (
        0,
        "nothing is left of the project lab\n",
        {},
        set(),
    )
