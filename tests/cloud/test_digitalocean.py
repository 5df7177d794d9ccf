"""From a token to machines that work, and back to nothing."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from .conftest import WHOLE, Cloud

RecordProperty = Callable[[str, object], None]


@pytest.mark.parametrize("count", [1, pytest.param(10, marks=WHOLE)])
def test_whole_workbenches_come_work_and_go(cloud: Cloud, count: int, record_property: RecordProperty) -> None:
    """The times are printed with -s, and are properties in JUnit's report."""
    timed = Timed(count, record_property)
    names = [f"wb-{number:02}" for number in range(1, count + 1)]
    cloud.describe(*names, machines_expires="2999-12-31")
    with timed("provision"):
        made = cloud.run("provision")
    assert f"create {count} x s-1vcpu-2gb in fra1, about ${12 * count:.2f} a month" in made.stderr
    assert re.findall(r"^(wb-\d+): [\d.]+$", made.stdout, re.MULTILINE) == names
    assert cloud.machine("cloud-init status; hostname", names[-1]).split() == ["status:", "done", names[-1]]
    listed = json.loads(cloud.run("hosts", "--json").stdout)["machines"]
    assert [(each["name"], each["role"], each["expires"], each["monthly_cost"]) for each in listed] == [
        (name, "workbench", "2999-12-31", 12.0) for name in names
    ]
    assert "no change" in cloud.run("provision").stderr
    tools = ["--checks", "tools", "-e", '{"linux_base_packages": ["openssh-server", "no-such-tool"]}']
    seen = json.loads(cloud.run("verify", "--hosts-only", "--json", *tools, code=2).stdout)["hosts"]
    assert [check["detail"] for name in names for check in seen[name]["checks"]] == [
        "not installed: no-such-tool"
    ] * count

    with timed("up"):
        up = json.loads(cloud.run("up", "--json").stdout)
    assert all(up["hosts"][name]["url"].startswith("https://172.") for name in names)
    assert all(check["ok"] for name in names for check in up["hosts"][name]["checks"])
    used = "Use the server from outside as a person does"
    events = (cloud.project / ".benchwright/runs" / up["run"] / "events.jsonl").read_text(encoding="utf-8")
    results = [each for each in map(json.loads, events.splitlines()) if each.get("task") == used and "status" in each]
    assert sorted((each["host"], each["status"]) for each in results) == [(name, "ok") for name in names]
    with timed("site again"):
        assert json.loads(cloud.run("run", "site", "--json").stdout)["changed"] == 0

    elsewhere = json.dumps({"jupyter_server_networks": ["203.0.113.0/24"]})
    left_out = cloud.run("run", "verify_outside", "--limit", "wb-01", "-e", elsewhere)
    assert "not verified from outside: jupyter_server_networks leaves 172." in left_out.stderr

    cloud.machine("rm /etc/ssh/ssh_host_*; ssh-keygen -A; systemctl restart ssh")
    cloud.forget_connections()
    changed = cloud.run("run", "reach", "--limit", "wb-01", code=4)
    assert "REMOTE HOST IDENTIFICATION HAS CHANGED" in changed.stderr

    with timed("destroy"):
        gone = cloud.run("destroy", "--project", "workbench")
    assert gone.stdout == "nothing is left of the project workbench\n"
    assert cloud.containers.left() == []
    assert cloud.known_hosts.read_text() == ""


@dataclass
class Timed:
    """Notes and prints how long each step took."""

    count: int
    record_property: RecordProperty

    @contextmanager
    def __call__(self, step: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        seconds = round(time.monotonic() - began, 1)
        self.record_property(step, seconds)
        print(f"{self.count} machines: {step} {seconds} s")
