"""What goes wrong around an environment ends in a correct result or in a clear error, and never in a lost environment."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from support.ansible_call import Answer
from support.channel_server import serve
from support.host import Host
from support.tiny_channel import TinyChannel

APP = ["app-1.0-0", "lib-1.0-0"]


@pytest.fixture
def lab(host: Host) -> Host:
    """A host whose environment holds app and lib."""
    answer = host.call("conda_env", dependencies=["app"])
    assert answer.changed, answer.result
    return host


def refused(answer: Answer, *words: str) -> None:
    """The answer is an error that says all of this, and no traceback."""
    assert answer.failed, answer.result
    message = answer.result["msg"]
    assert "Traceback" not in json.dumps(answer.result)
    assert [word for word in words if word not in message] == [], message


def test_two_modules_at_once_on_one_environment(lab: Host) -> None:
    with ThreadPoolExecutor(4) as pool:
        calls = [
            pool.submit(lab.call, "conda_package", packages=["tool"]),
            pool.submit(lab.call, "conda_package", packages=["gear"]),
            pool.submit(lab.call, "conda_env", dependencies=["app"], variables={"LEVEL": "3"}),
            pool.submit(lab.call, "conda_package", packages=["tool"]),
        ]
    answers = [call.result() for call in calls]
    assert [answer.result.get("msg") for answer in answers if answer.failed] == []
    assert sorted(answer.changed for answer in answers) == [False, True, True, True]
    assert lab.records() == [*APP[:1], "gear-1.0-0", APP[1], "tool-1.0-0"]


def test_an_index_cut_off_in_the_middle(lab: Host, tiny: TinyChannel) -> None:
    tiny.truncate_repodata()
    refused(lab.call("conda_package", packages=["tool"]), tiny.url.rpartition("/")[2])
    assert not lab.call("conda_env", dependencies=["app"]).changed
    assert lab.records() == APP


def test_a_channel_that_is_gone(lab: Host, tiny: TinyChannel) -> None:
    tiny.destroy()
    refused(lab.call("conda_package", packages=["tool"]), "channel")
    assert not lab.call("conda_env", dependencies=["app"]).changed
    assert lab.call("conda_package", packages=["app"], state="absent").changed


@pytest.mark.parametrize("spoil", ["corrupt_package", "truncate_package"])
def test_a_package_that_is_not_what_the_index_says(lab: Host, tiny: TinyChannel, spoil: str) -> None:
    file = getattr(tiny, spoil)("tool")
    wrong = hashlib.sha256(file.read_bytes()).hexdigest()
    refused(lab.call("conda_package", packages=["tool"]), "tool-1.0-0", wrong)
    assert lab.records() == APP
    assert not list((lab.prefix / "share").glob("tool"))


@pytest.mark.parametrize("http", [False, True])
@pytest.mark.parametrize("kind", ["sha256", "md5"])
def test_a_lock_with_a_wrong_digest(lab: Host, tiny: TinyChannel, http: bool, kind: str) -> None:
    with tiny.serve() as served:
        place = served.url if http else tiny.url
        wrong = {"sha256": "0" * 64, "md5": "0" * 32}[kind]
        lock = [{"url": f"{place}/noarch/{tiny.package_file('tool').name}", kind: wrong}]
        answer = lab.call("conda_env", packages=lock)
    refused(answer, "tool-1.0-0")
    # A conda that cannot check a sha256 is not asked to install without.
    assert wrong in answer.result["msg"] or "this conda checks md5 only" in answer.result["msg"]
    assert lab.records() == APP


def test_a_tampered_file_in_the_package_cache_is_not_installed(lab: Host) -> None:
    assert lab.call("conda_package", packages=["tool"]).changed
    lab.call("conda_package", packages=["tool"], state="absent")
    [cached] = (lab.root / "pkgs").rglob("tool-*/share/tool/version.txt")
    sound = cached.read_text()
    cached.unlink()  # it may be a hard link
    cached.write_text("tampered")
    answer = lab.call("conda_package", packages=["tool"])
    if answer.failed:
        refused(answer, "tool")
        assert lab.records() == APP
    else:
        assert (lab.prefix / "share/tool/version.txt").read_text() == sound


def test_a_damaged_release_can_be_left(rattler_host: Host) -> None:
    host = rattler_host
    for dependencies in (["app"], ["app", "tool"]):
        assert host.call("conda_env", dependencies=dependencies).changed
    (host.prefix / "conda-meta/tool-1.0-0.json").write_text('{"name": "tool", "ver')
    refused(host.call("conda_env", dependencies=["app", "tool"]), "no JSON", "'state: rolled_back'")
    for check in (True, False):
        assert host.call("conda_env", check, state="rolled_back").changed
    assert host.records() == APP
    answer = host.call("conda_env", dependencies=["app", "tool"])
    assert answer.changed, answer.result["msg"]


def test_a_record_that_is_no_json(lab: Host) -> None:
    record = lab.prefix / "conda-meta/app-1.0-0.json"
    record.write_text('{"name": "app", "ver')
    for module, options in (("conda_env", {"dependencies": ["app"]}), ("conda_package", {"packages": ["tool"]})):
        for check in (True, False):
            refused(lab.call(module, check, **options), str(record.resolve()), "no JSON")
    assert record.exists()
    assert (lab.prefix / "share/lib/version.txt").exists()
    assert lab.call("conda_env", state="absent").changed


@pytest.fixture
def small_disk(host: Host) -> Iterator[Callable[[int], None]]:
    """Below the root prefix there is little room; call it with how many bytes to leave."""
    host.root.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", host.root], check=True)

    def leave(bytes_free: int) -> None:
        status = os.statvfs(host.root)
        (host.root / "filler").write_bytes(b"\1" * (status.f_bavail * status.f_frsize - bytes_free))

    yield leave
    subprocess.run(["umount", "--lazy", host.root], check=True)


def test_a_full_disk(small_disk: Callable[[int], None], host: Host, tiny: TinyChannel) -> None:
    assert host.call("conda_env", dependencies=["app"]).changed
    tiny.add("large", files={"share/large/data": os.urandom(400_000)})
    small_disk(200_000)
    refused(host.call("conda_package", packages=["large"]), "make room")
    (host.root / "filler").unlink()
    small_disk(20_000)
    refused(host.call("conda_package", packages=["tool", "gear"]), "make room")
    (host.root / "filler").unlink()
    assert host.records() == APP
    assert not host.call("conda_env", dependencies=["app"]).changed
    assert host.call("conda_package", packages=["large"]).changed


def test_an_environment_that_is_frozen(lab: Host) -> None:
    (lab.prefix / "conda-meta/frozen").write_text('{"message": "the course has begun"}')
    for check in (True, False):
        refused(lab.call("conda_package", check, packages=["tool"]), "frozen", "the course has begun", "'allow'")
        refused(lab.call("conda_env", check, state="absent"), "frozen")
    assert not lab.call("conda_env", dependencies=["app"]).changed
    assert lab.call("conda_package", packages=["tool"], allow=["frozen"]).changed


def test_a_directory_of_somebody_else(host: Host) -> None:
    host.prefix.mkdir(parents=True)
    (host.prefix / "thesis.tex").write_text("years of work")
    wanted = {"dependencies": ["app"], "allow": ["foreign"]}
    for options in (
        {"dependencies": ["app"]},
        wanted,
        {"dependencies": ["app"], "deploy": "in_place"},
        {"state": "absent"},
        {"state": "absent", "allow": ["foreign"]},
    ):
        refused(host.call("conda_env", **options), "no conda environment")
    assert host.four_steps("conda_env", **wanted, deploy="in_place")
    refused(host.call("conda_env", state="absent"), "thesis.tex", "not removed")
    assert (host.prefix / "thesis.tex").read_text() == "years of work"


def test_channels_of_the_hosts_condarc_have_no_say(lab: Host, tmp_path: Path) -> None:
    other = TinyChannel(tmp_path / "other")
    other.add("app", "9.0")
    other.add("only-there")
    condarc = {"channels": [other.url], "create_default_packages": ["only-there"], "pinned_packages": ["tool 0.1"]}
    for place in (lab.root / ".condarc", tmp_path / "home/.condarc", tmp_path / "home/.mambarc"):
        place.parent.mkdir(exist_ok=True)
        place.write_text(json.dumps(condarc))
    lab.environment.update(HOME=str(tmp_path / "home"), CONDA_CHANNELS=other.url, MAMBA_CHANNELS=other.url)
    assert lab.four_steps("conda_env", name="fresh", dependencies=["app"]) == {"link": ["app 1.0 0", "lib 1.0 0"]}
    assert lab.four_steps("conda_env", dependencies=["app"], state="latest") == {}
    refused(lab.call("conda_package", packages=["only-there"]), "only-there")


@pytest.mark.parametrize("credentials", [{"user": "quant", "password": "s3cr3t-word"}, {"token": "tk-s3cr3t-word"}])
def test_credentials_stay_out_of_sight(host: Host, tiny: TinyChannel, credentials: dict[str, str]) -> None:
    with serve(tiny.path.parent, **credentials) as served:
        options: dict[str, Any] = {"channels": [f"{served.url}/{tiny.path.name}"]}
        answers = [host.call("conda_env", check, dependencies=["app"], **options) for check in (True, False)]
        answers.append(host.call("conda_package", packages=["tool"], state="latest", **options))
        answers.append(host.call("conda_package", packages=["absent-package"], **options))
    assert [answer.failed for answer in answers] == [False, False, False, True]
    assert "s3cr3t-word" not in json.dumps([answer.result for answer in answers])
    readable = [path for path in host.root.rglob("*") if path.is_file() and path.stat().st_mode & 0o077]
    leaks = [path for path in readable if b"s3cr3t-word" in path.read_bytes() and not _private(path, host.root)]
    assert leaks == []


def _private(path: Path, root: Path) -> bool:
    """Whether a directory above keeps others out."""
    return any(not parent.stat().st_mode & 0o077 for parent in path.parents if root in parent.parents)
