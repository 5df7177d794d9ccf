"""Machines at AWS, by amazon.aws, at moto: a stand-in for AWS's API. Nothing is behind its machines, so nothing is sent to them."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from support.crypto_collection import unpack_collections
from support.ports import free_port

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEHKD34CmRz1JkvH8ejwcIp2rsdDSf1LKdRl/jmL1aDo quant@example.org"
REGION = "eu-central-1"
SECRET = "secret-of-the-stand-in"
Play = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """AWS as an environment: moto's address, and credentials."""
    collections = unpack_collections(tmp_path_factory.mktemp("collections"), "amazon.aws")
    port = free_port()
    server = subprocess.Popen([BIN / "moto_server", "-H", "127.0.0.1", "-p", str(port)], stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 120
        while socket.socket().connect_ex(("127.0.0.1", port)):
            assert time.monotonic() < deadline and server.poll() is None
            time.sleep(0.2)
        yield {
            **os.environ,
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_DEFAULT_REGION": REGION,
            "ANSIBLE_COLLECTIONS_PATH": f"{collections}:{sysconfig.get_path('purelib')}",
        }
    finally:
        server.terminate()
        server.wait()


@pytest.fixture(scope="module")
def account(environment: dict[str, str]) -> Any:
    keys = {"aws_access_key_id": "testing", "aws_secret_access_key": SECRET, "region_name": REGION}
    return boto3.client("ec2", endpoint_url=environment["AWS_ENDPOINT_URL"], **keys)


@pytest.fixture(scope="module")
def inventory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The inventory that comes along, in one region only: asking all takes a minute here."""
    path = tmp_path_factory.mktemp("inventory") / "workbench.aws_ec2.yml"
    shipped = (ROOT / "inventories/aws/workbench.aws_ec2.yml").read_text(encoding="utf-8")
    path.write_text(f"{shipped}regions: [{REGION}]\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def play(environment: dict[str, str], inventory: Path) -> Play:
    def play(playbook: str, *flags: str, **variables: Any) -> subprocess.CompletedProcess[str]:
        described = {
            "machines_provider": "aws",
            "machines_ssh_public_key": KEY,
            "machines_admin_networks": ["203.0.113.0/24"],
        }
        described |= {"machines_ports": [8888], "machines_boot_timeout": 30, **variables}
        # Nothing is sent to the addresses that moto makes up: they belong to somebody.
        described |= {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
        command = [BIN / "ansible-playbook", "-i", inventory, "-e", json.dumps(described), *flags]
        done = subprocess.run(
            [*command, f"benchwright.python.{playbook}"], env=environment, capture_output=True, text=True, check=False
        )
        assert SECRET not in done.stdout + done.stderr
        return done

    return play


def living(account: Any) -> list[dict[str, Any]]:
    found = account.describe_instances(Filters=[{"Name": "instance-state-name", "Values": ["pending", "running"]}])
    return [instance for reservation in found["Reservations"] for instance in reservation["Instances"]]


def changes(done: subprocess.CompletedProcess[str]) -> list[str]:
    assert done.returncode == 0, done.stdout + done.stderr
    tasks = done.stdout.split("TASK [")
    return [task.partition("]")[0].rpartition(" : ")[2] for task in tasks if "\nchanged: " in task]


def test_machines_come_are_listed_and_go(
    play: Play, account: Any, environment: dict[str, str], inventory: Path
) -> None:
    image = account.describe_images(Filters=[{"Name": "architecture", "Values": ["x86_64"]}])["Images"][0]["ImageId"]
    described = {
        "machines_wanted": [{"name": "wb-01", "image": image}, {"name": "wb-02", "image": image, "role": "teaching"}]
    }
    described["machines_expires"] = "2999-12-31"  # type: ignore[assignment]

    predicted = play("provision", "--check", **described)
    assert changes(predicted) == ["Have the key", "Have the firewall", "Tell what would be made"]
    assert (
        "would create wb-01, wb-02 (t3.small; what that costs, AWS's API for machines does not tell)"
        in predicted.stdout
    )
    assert living(account) == []
    assert changes(play("provision", **described)) == ["Have the key", "Have the firewall", "Make the machines"]
    assert changes(play("provision", **described)) == []

    instances = living(account)
    tags = [{tag["Key"]: tag["Value"] for tag in instance["Tags"]} for instance in instances]
    assert sorted(each["Name"] for each in tags) == ["wb-01", "wb-02"]
    assert {each["benchwright-expires"] for each in tags} == {"2999-12-31"}
    (group,) = account.describe_security_groups(GroupNames=["benchwright-workbench"])["SecurityGroups"]
    assert sorted((rule["FromPort"], rule["IpRanges"][0]["CidrIp"]) for rule in group["IpPermissions"]) == [
        (22, "203.0.113.0/24"),
        (8888, "203.0.113.0/24"),
    ]

    command = [BIN / "ansible-inventory", "-i", inventory, "--list"]
    listed = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    groups = json.loads(listed.stdout, object_hook=lambda each: each.get("__ansible_unsafe", each))
    assert sorted(groups["workbenches"]["hosts"]) == ["wb-01", "wb-02"]
    assert groups["role_teaching"]["hosts"] == ["wb-02"]
    assert groups["_meta"]["hostvars"]["wb-01"]["machine_expires"] == "2999-12-31"

    gone = changes(play("destroy", destroy_project="workbench"))
    assert gone == ["Terminate the machines", "Remove the firewall", "Remove the key"]
    assert living(account) == []


def test_an_image_that_is_not_there(play: Play, account: Any) -> None:
    done = play("provision", machines_wanted=[{"name": "wb-09", "image": "no-such-*"}])
    assert done.returncode == 2
    assert f"{REGION} has no image no-such-*" in done.stdout
    assert living(account) == account.describe_key_pairs()["KeyPairs"] == []
