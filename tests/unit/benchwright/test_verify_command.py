"""`verify`: hosts of several inventories, a provider's among them, are looked at, and a report tells what was seen."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from support.digitalocean_stand_in import TOKEN, StandIn, serving
from support.digitalocean_stand_in.account import new_droplet

TAGS = ["benchwright", "benchwright-project:lab", "benchwright-role:workbench"]
HERE = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def provider(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    """One machine, behind whose address nothing is."""
    (tmp_path / "lab.digitalocean.yml").write_text("plugin: benchwright.python.digitalocean\nproject: lab\n")
    with serving() as api:
        monkeypatch.setenv("DIGITALOCEAN_ACCESS_TOKEN", TOKEN)
        monkeypatch.setenv("DIGITALOCEAN_API_URL", api.url)
        body = {"name": "wb-01", "tags": TAGS, "size": "s-1vcpu-2gb", "image": "debian-12-x64", "region": "fra1"}
        api.account.droplets[1] = {**new_droplet(1, body), "status": "active"}
        yield api
        assert api.violations == []


def words(**variables: Any) -> list[str]:
    return ["-e", json.dumps({**HERE, "conda_env_facts_directory": "/nowhere", **variables})]


def test_hosts_of_a_provider_and_of_a_file_and_the_report_of_it(
    command: Command, provider: StandIn, inventory: Path
) -> None:
    where = ["-i", "lab.digitalocean.yml", "-i", str(inventory)]
    tools = "{{ ['coreutils', 'no-such-tool'] if inventory_hostname == 'wb-01' else ['coreutils'] }}"
    code, output, errors = command(
        "verify", "--hosts-only", "--checks", "tools", "--json", *where, *words(linux_base_packages=tools)
    )
    document = json.loads(output)
    assert (code, sorted(document["hosts"]), "TASK" in errors) == (2, ["here", "wb-01"], False)
    checks = {host: told["checks"] for host, told in document["hosts"].items()}
    assert [(check["name"], check["ok"], check["task"]) for check in checks["here"]] == [
        ("the_tools_are_installed", True, "Look at the host")
    ]
    assert checks["wb-01"][0]["detail"] == "not installed: no-such-tool"
    (failure,) = document["failures"]
    assert failure["host"] == "wb-01"
    told = json.loads(command("report", "--format", "json")[1])
    assert (told["run"], told["status"], told["meta"]["failed"]) == (document["run"], "host_failed", ["wb-01"])
    assert {host: each["checks"] for host, each in told["hosts"].items()} == checks
    suites = ElementTree.fromstring(command("report", "--format", "junit")[1])
    (case,) = [case for case in suites.iter("testcase") if case.get("classname") == "wb-01.Look at the host"]
    assert case.find("failure").get("message") == "not installed: no-such-tool"  # type: ignore[union-attr]
    assert "the tools are installed" in Path(command("report")[1].split(" (")[0]).read_text()
    assert "| wb-01 | 0 of 1 | the tools are installed |" in command("report", "--format", "md")[1]


def test_nothing_to_look_at_is_no_success(command: Command, inventory: Path) -> None:
    tools = ["--checks", "tools", *words(linux_base_packages=[])]
    code, dummy, errors = command("verify", "--hosts-only", "-i", str(inventory), *tools)
    assert (code, "no check concerns any of these hosts" in errors) == (1, True)


def test_without_testinfra_it_says_what_to_install(
    command: Command, inventory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda dummy: None)
    code, dummy, errors = command("verify", "--on-hosts", "-i", str(inventory))
    assert (code, f"{sys.executable} -m pip install pytest-testinfra" in errors) == (1, True)


@pytest.mark.parametrize(
    ("flags", "parts"),
    [
        ([], ["server", "outside"]),
        (["--no-outside"], ["server"]),
        (["--on-hosts"], ["host", "server", "outside"]),
        (["--hosts-only"], ["host"]),
    ],
)
def test_what_is_done(command: Command, played_back: Any, inventory: Path, flags: list[str], parts: list[str]) -> None:
    asked = played_back("changes")
    assert command("verify", "-i", str(inventory), *flags)[0] == 0
    assert asked[0].variables == {"workbench_verify": parts}


def test_on_this_machine_from_outside_is_from_here(command: Command, played_back: Any) -> None:
    asked = played_back("changes")
    command("verify")
    assert asked[0].variables == {"workbench_verify": ["server"]}
