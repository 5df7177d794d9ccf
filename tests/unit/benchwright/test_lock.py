"""``benchwright lock`` with a channel of tiny packages: what is written, what stays, and what is refused."""

from __future__ import annotations

import json
import os
import socket
from pathlib import Path
from typing import Any

import pytest
import rattler
import yaml
from ansible_collections.benchwright.python.plugins.module_utils._conda.descriptions.description import read_description
from ansible_collections.benchwright.python.plugins.module_utils._conda.descriptions.environment import LockedPackage
from rattler.explicit_environment import ExplicitEnvironmentSpec
from support.tiny_channel import TinyChannel

from benchwright.channel.build import BuiltChannel
from benchwright.errors import BenchwrightError
from benchwright.locking import solve as solve_module
from benchwright.locking.asked import Asked
from benchwright.locking.channels import may_fall_back
from benchwright.locking.existing import Existing
from benchwright.locking.solve import known_platform, solve
from benchwright.locking.wanted import Wanted, read_wanted
from benchwright.locking.work import lock_of
from benchwright.project import Project
from benchwright.source import offline_address

UNSOLVABLE = "Cannot solve the request because of:"
LINUX = ("--platform", "linux-64")


@pytest.fixture
def tiny(tmp_path: Path) -> TinyChannel:
    channel = TinyChannel(tmp_path / "channel")
    channel.add("lib")
    channel.add("app", depends=["lib >=1", "__glibc >=2.17"])
    channel.add("tool")
    return channel


def describe(tiny: TinyChannel, *dependencies: str, more: str = "") -> Path:
    path = tiny.path.parent / "environment.yml"
    lines = "".join(f"  - {each}\n" for each in dependencies)
    path.write_text(f"name: lab\nchannels:\n  - {tiny.url}\ndependencies:\n{lines}{more}")
    return path


def packages(path: Path, platform: str = "linux-64") -> list[str]:
    """What the collection's own reader takes out of the lock."""
    found = read_description(path.read_text(), str(path), platform).packages
    assert all(package.sha256 for package in found)
    return sorted(package.dist for package in found)


def test_the_lock_is_what_the_collection_reads(tiny: TinyChannel, command: Any, tmp_path: Path) -> None:
    describe(tiny, "app")
    code, out, err = command("lock", *LINUX)
    assert code == 0
    said = err.splitlines()
    assert said[0] == "solving environment.yml for linux-64"
    assert said[1].startswith(
        "conda-lock.yml: addresses of this machine's disk (file://), which other hosts cannot read"
    )
    assert len(said) == 2
    assert out.splitlines()[-1] == "conda-lock.yml: written, for linux-64"
    assert [line.split() for line in out.splitlines()[2:4]] == [
        ["+", "app", "-", "1.0", "0"],
        ["+", "lib", "-", "1.0", "0"],
    ]
    lock = tmp_path / "conda-lock.yml"
    assert packages(lock) == ["app-1.0-0", "lib-1.0-0"]
    document = yaml.safe_load(lock.read_text())
    assert (document["version"], document["metadata"]["platforms"]) == (1, ["linux-64"])
    assert document["package"][0]["dependencies"] == {"lib": ">=1", "__glibc": ">=2.17"}
    assert document["package"][0]["url"] == f"{tiny.url}/noarch/app-1.0-0.conda"


def test_a_second_run_changes_nothing_and_asks_no_channel(tiny: TinyChannel, command: Any, tmp_path: Path) -> None:
    describe(tiny, "app")
    command("lock", *LINUX)
    lock = tmp_path / "conda-lock.yml"
    before = (lock.read_bytes(), lock.stat().st_mtime_ns)
    tiny.destroy()
    code, out, err = command("lock", "--detailed-exitcode")
    assert (code, out, err) == (0, "conda-lock.yml: unchanged, for linux-64\n", "")
    assert (lock.read_bytes(), lock.stat().st_mtime_ns) == before


def test_the_same_packages_give_the_same_bytes(tiny: TinyChannel, command: Any, tmp_path: Path) -> None:
    describe(tiny, "tool", "app")
    texts = []
    for words in (["linux-64", "linux-aarch64"], ["linux-aarch64", "linux-64"]):
        code, *dummy = command("lock", "--platform", words[0], "--platform", words[1])
        assert code == 0
        texts.append((tmp_path / "conda-lock.yml").read_bytes())
        (tmp_path / "conda-lock.yml").unlink()
    assert texts[0] == texts[1]


def test_what_is_newer_waits_for_upgrade(tiny: TinyChannel, command: Any, tmp_path: Path) -> None:
    describe(tiny, "app")
    command("lock", *LINUX)
    for name in ("lib", "tool"):
        tiny.add(name, "2.0")
    tiny.add("app", "2.0", depends=["lib >=1"])
    lock = tmp_path / "conda-lock.yml"
    describe(tiny, "app", "tool")  # has to be solved, and what is locked stays
    assert command("lock")[0] == 0
    assert packages(lock) == ["app-1.0-0", "lib-1.0-0", "tool-2.0-0"]
    assert command("lock", "--upgrade-package", "lib")[0] == 0
    assert packages(lock) == ["app-1.0-0", "lib-2.0-0", "tool-2.0-0"]
    assert command("lock", "--upgrade")[0] == 0
    assert packages(lock) == ["app-2.0-0", "lib-2.0-0", "tool-2.0-0"]
    describe(tiny, "tool")
    assert command("lock")[0] == 0
    assert packages(lock) == ["tool-2.0-0"]


def test_check_says_what_a_run_then_does(tiny: TinyChannel, command: Any, tmp_path: Path) -> None:
    describe(tiny, "app")
    lock = tmp_path / "conda-lock.yml"
    assert command("lock", *LINUX, "--check")[0] == 0
    assert not lock.exists()
    command("lock", *LINUX)
    tiny.add("lib", "2.0")
    before = lock.read_bytes()
    code, out, dummy = command("lock", "--check", "--upgrade", "--detailed-exitcode", "--json")
    predicted = json.loads(out)
    assert (code, predicted["status"], predicted["exit_code"], out.count("\n")) == (2, "changes_pending", 2, 1)
    assert predicted["changes"] == [{"platform": "linux-64", "package": "lib", "before": "1.0 0", "after": "2.0 0"}]
    assert lock.read_bytes() == before
    done = json.loads(command("lock", "--upgrade", "--json")[1])
    assert (done["status"], done["changes"], done["lock"]) == ("changed", predicted["changes"], str(lock))
    assert command("lock", "--check", "--upgrade", "--detailed-exitcode")[0] == 0


def test_a_channel_that_never_answers(
    tiny: TinyChannel, command: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    describe(tiny, "app")
    monkeypatch.setattr(solve_module, "PATIENCE", 2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}/channel"
        code, dummy, err = command("lock", *LINUX, "--channel", address)
    assert code == 1
    assert f"(channels: {address}):\nno answer within 2 seconds\n" in err
    assert not (tmp_path / "conda-lock.yml").exists()


def test_another_reader_understands_both_formats(tiny: TinyChannel, command: Any) -> None:
    describe(tiny, "app")
    assert command("lock", *LINUX)[0] == 0
    assert command("lock", *LINUX, "--format", "explicit")[0] == 0
    environment = rattler.LockFile.from_path("conda-lock.yml").default_environment()
    assert environment is not None
    [platform] = environment.platforms()
    assert {package.name for package in environment.packages(platform) or ()} == {"app", "lib"}
    listed = ExplicitEnvironmentSpec.from_path(Path("environment-linux-64.lock"))
    assert [package.url.partition("#")[0].rpartition("/")[2] for package in listed.packages] == [
        "lib-1.0-0.conda",
        "app-1.0-0.conda",
    ]


def test_an_explicit_list(tiny: TinyChannel, command: Any, tmp_path: Path) -> None:
    describe(tiny, "app")
    code, *dummy = command("lock", "--format", "explicit", *LINUX)
    lock = tmp_path / "environment-linux-64.lock"
    assert code == 0
    assert packages(lock) == ["app-1.0-0", "lib-1.0-0"]
    addresses = [line for line in lock.read_text().splitlines() if line.startswith("file://")]
    assert "/lib-" in addresses[0]  # what app needs is linked before it
    tiny.add("lib", "2.0")
    assert command("lock", "--format", "explicit")[1] == "environment-linux-64.lock: unchanged, for linux-64\n"
    code, dummy, err = command("lock", "--format", "explicit", *LINUX, "--platform", "osx-64")
    assert code == 1
    assert "--format explicit is for one platform, and linux-64, osx-64 were given" in err


def test_what_hosts_have_is_not_what_this_machine_has(tiny: TinyChannel, command: Any, tmp_path: Path) -> None:
    tiny.add("new", depends=["__glibc >=2.99"])
    describe(tiny, "new")
    code, dummy, err = command("lock", *LINUX)
    assert code == 1
    assert "__glibc=2.28" in err
    assert command("lock", *LINUX, "--virtual-package", "__glibc=2.99")[0] == 0
    assert packages(tmp_path / "conda-lock.yml") == ["new-1.0-0"]


def test_other_channels_than_the_description_has(tiny: TinyChannel, command: Any, tmp_path: Path) -> None:
    other = TinyChannel(tmp_path / "other")
    other.add("tool", "9.0")
    path = describe(tiny, "tool")
    path.write_text(path.read_text().replace(tiny.url, "file:///nowhere/at/all"))
    assert command("lock", *LINUX, "--source", other.url)[0] == 0
    assert packages(tmp_path / "conda-lock.yml") == ["tool-9.0-0"]
    # Strict priority: the first channel that has a package is the only one for it.
    assert command("lock", "--channel", tiny.url, "--channel", other.url, "--upgrade")[0] == 0
    assert packages(tmp_path / "conda-lock.yml") == ["tool-1.0-0"]


def test_a_password_in_an_address_is_not_written(tiny: TinyChannel, command: Any, tmp_path: Path) -> None:
    describe(tiny, "app")
    with tiny.serve(user="me", password="hunter2") as served:
        assert "hunter2" in served.url
        code, out, err = command("lock", *LINUX, "--channel", served.url, "--json")
        assert code == 0, err
        assert "this machine's disk" not in err
        err += command("lock", *LINUX, "--channel", f"{served.url}/nowhere")[2]
    assert "cannot be read" in err
    assert packages(tmp_path / "conda-lock.yml") == ["app-1.0-0", "lib-1.0-0"]
    assert "hunter2" not in (tmp_path / "conda-lock.yml").read_text() + out + err


def test_what_a_lock_has_no_place_for(tiny: TinyChannel, command: Any, tmp_path: Path) -> None:
    tiny.add("pip")
    describe(tiny, "tool", more="  - pip:\n      - numpy-financial==1.0.0\nvariables:\n  LEVEL: '3'\n")
    for words, why in (
        (["--platform", "osx-64"], "only a machine of the platform can lock pip's packages for osx-64"),
        ([*LINUX, "--format", "explicit"], "--format explicit has no place for pip's packages"),
    ):
        code, dummy, err = command("lock", *words)
        assert (code, why in err, "--without-pip" in err) == (1, True, True)
    code, out, err = command("lock", *LINUX, "--without-pip", "--json")
    assert (code, json.loads(out)["not_locked"]) == (0, ["pip", "variables"])
    assert "variables: not part of a lock" in err
    assert packages(tmp_path / "conda-lock.yml") == ["pip-1.0-0", "tool-1.0-0"]


@pytest.mark.parametrize(
    ("dependencies", "words", "message"),
    [
        (
            ["lib 3"],
            [],
            f"cannot be solved for linux-64 (channels: {{}}):\n{UNSOLVABLE} No candidates were found for lib",
        ),
        (["app"], ["--channel", "file:///nowhere/x"], "cannot be read for linux-64 (channels: file:///nowhere/x)"),
        (["app"], ["--channel", "http://127.0.0.1:9/x"], "127.0.0.1:9"),
        (["app"], ["--channel", "defaults"], "licensed channel"),
        (["app"], ["--channel", "x", "--source", "auto"], "either --source or --channel"),
        (["app"], ["--platform", "linux-46"], "'linux-46' is not a"),
        (["app"], ["--platform", "noarch"], "expected a machine's platform"),
        (["app"], ["--virtual-package", "glibc"], "expected NAME=VERSION"),
        (["a b c d"], [], "environment.yml:5: dependencies[0]: 'a b c d'"),
        (["app"], ["--out", "environment.yml"], "environment.yml is no conda-lock.yml"),
        (["app"], ["--format", "explicit", "--out", "environment.yml"], "no @EXPLICIT list"),
        (["app"], ["--out", "."], "'.' is a directory"),
    ],
)
def test_what_is_refused(
    tiny: TinyChannel, command: Any, dependencies: list[str], words: list[str], message: str
) -> None:
    path = describe(tiny, *dependencies)
    there = (path.read_text(), sorted(os.listdir()))
    code, dummy, err = command("lock", *(() if "--platform" in words else LINUX), *words)
    assert code in (1, 5)
    assert message.replace("{}", tiny.url) in err
    assert "Traceback" not in err
    assert (path.read_text(), sorted({*os.listdir()} - {"cache"})) == (there[0], there[1])


def test_no_description(command: Any) -> None:
    code, dummy, err = command("lock", "nowhere.yml")
    assert code == 1
    assert "nowhere.yml: No such file or directory; expected a description" in err


def test_a_lock_is_no_description_and_a_damaged_one_is_named(tiny: TinyChannel, command: Any, tmp_path: Path) -> None:
    describe(tiny, "app")
    command("lock", *LINUX)
    assert "is a lock itself" in command("lock", "conda-lock.yml", *LINUX)[2]
    lock = tmp_path / "conda-lock.yml"
    lock.write_text(lock.read_text().replace("sha256: ", "sha256: x"))
    code, dummy, err = command("lock")
    assert code == 1
    assert "conda-lock.yml:" in err
    assert "package[0]" in err


def test_packages_of_pip_in_a_lock_of_another_tool_are_not_lost_in_silence(
    tiny: TinyChannel, command: Any, tmp_path: Path
) -> None:
    describe(tiny, "app")
    command("lock", *LINUX)
    lock = tmp_path / "conda-lock.yml"
    document = yaml.safe_load(lock.read_text())
    wheel = {"url": "https://index.example/w-1-py3-none-any.whl", "hash": {"sha256": "0" * 64}}
    document["package"].append({"name": "w", "version": "1", "manager": "pip", "platform": "linux-64", **wheel})
    lock.write_text(json.dumps(document))
    code, output, dummy = command("lock", "--upgrade", "--check", "--json")
    assert code == 0
    assert json.loads(output)["changes"] == [
        {"platform": "linux-64", "package": "w (pip)", "before": "1", "after": None}
    ]


def test_somebody_else_wrote_the_lock_meanwhile(tiny: TinyChannel, tmp_path: Path) -> None:
    made = lock_of(describe(tiny, "app"), Asked(platforms=["linux-64"]), print, print, here=True)
    (tmp_path / "conda-lock.yml").write_text("theirs")
    with pytest.raises(BenchwrightError, match="changed by somebody else meanwhile"):
        made.write()
    assert (tmp_path / "conda-lock.yml").read_text() == "theirs"


def test_a_file_of_the_same_version_that_is_another(tiny: TinyChannel, command: Any) -> None:
    describe(tiny, "tool")
    command("lock", *LINUX)
    tiny.replace_package("tool", {"share/other": b"other"})
    tiny.add("tool", files={"share/other": b"other"})
    [change] = json.loads(command("lock", "--upgrade", "--json")[1])["changes"]
    assert change["before"] != change["after"]
    assert change["before"].startswith("1.0 0 file://")


def test_a_package_without_a_digest_is_refused(tiny: TinyChannel) -> None:
    index = tiny.path / "noarch/repodata.json"
    index.write_text(index.read_text().replace('"sha256"', '"sha_unknown"'))
    with pytest.raises(BenchwrightError, match=r"tool-1\.0-0\.conda has no sha256"):
        solve(Wanted("environment.yml", (tiny.url,), ("tool",)), "linux-64", [])


def test_what_the_lock_was_made_of_does_not_depend_on_how_it_was_written(tiny: TinyChannel) -> None:
    def digest(*dependencies: str) -> str:
        return read_wanted(describe(tiny, *dependencies), (), (), False, False).digest("linux-64")

    assert digest("app", "lib >=1.0") == digest("lib>=1.0   # a comment", "app") != digest("app", "lib >=1.1")


@pytest.fixture
def offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TinyChannel:
    """The offline channel where it always is, made by nobody, on a machine that reaches no conda host."""
    channel = TinyChannel(Path(offline_address().removeprefix("file://")))
    channel.add("own", depends=[f"__glibc >={os.confstr('CS_GNU_LIBC_VERSION').split()[1]}"])  # type: ignore[union-attr]
    built = BuiltChannel(channel.path, offline_address(), 1, True, 0.0)
    monkeypatch.setattr("benchwright.channel.build.build_channel", lambda *dummy, **dummies: built)
    monkeypatch.setattr("benchwright.source.conda_forge_problem", lambda: "no such host")
    (tmp_path / "environment.yml").write_text("channels: [conda-forge]\ndependencies: [own]\n")
    return channel


def test_this_machine_locks_from_its_own_channel_where_no_conda_host_answers(
    offline: TinyChannel, command: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, dummy, err = command("lock")
    assert code == 0, err
    assert err.startswith("NO CONDA HOST ANSWERS (no such host): using the OFFLINE CHANNEL")
    assert "which other hosts cannot read" in err
    lock = tmp_path / "conda-lock.yml"
    assert packages(lock) == ["own-1.0-0"]
    monkeypatch.setattr("benchwright.source.conda_forge_problem", pytest.fail)
    assert command("lock")[1:] == (f"conda-lock.yml: unchanged, for {known_platform(None)}\n", "")
    assert command("lock", "--source", "offline")[1].startswith("conda-lock.yml: unchanged")


def test_python_is_warned_of_the_offline_channel(offline: TinyChannel, tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="OFFLINE CHANNEL"):
        assert Project(tmp_path).lock().changed
    assert packages(tmp_path / "conda-lock.yml", known_platform(None)) == ["own-1.0-0"]


def test_a_lock_for_others_never_falls_back(offline: TinyChannel) -> None:
    def falls(before: Existing, platform: str, **asked: Any) -> bool:
        wanted = read_wanted(Path("environment.yml"), asked.get("channels", ()), (), False, False)
        return may_fall_back(Asked(**asked), wanted, before, [platform])

    none, own = Existing(), known_platform(None)
    published = LockedPackage("https://conda.example/noarch/own-1.0-0.conda")
    assert falls(none, own)
    assert not falls(none, "osx-64")
    assert not falls(none, own, channels=["conda-forge"])
    assert not falls(none, own, source="conda-forge")
    assert not falls(Existing("", {}, {own: [published]}), own)


def test_the_error_about_a_virtual_package_gives_the_option(tiny: TinyChannel, command: Any) -> None:
    tiny.add("new", depends=["__glibc >=2.99", "__linux >=5.10,<9"])
    describe(tiny, "new")
    given: list[str] = []
    for name in ("__glibc=2.99", "__linux=5.10"):
        err = command("lock", *LINUX, *given)[2]
        assert (f"if they have more, say so: --virtual-package {name}" in err) or name in given, err
        given += ["--virtual-package", name]
    assert command("lock", *LINUX, *given)[0] == 0
