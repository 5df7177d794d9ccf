"""The whole engine, on the stand-in's generations, and on real tools: $BENCHWRIGHT_TEST_CONDA, paths with commas between."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.descriptions.environment import LockedPackage
from ansible_collections.benchwright.python.plugins.module_utils._conda.engines.cache_lock import LOCK
from ansible_collections.benchwright.python.plugins.module_utils._conda.engines.cli import CommandLineEngine
from ansible_collections.benchwright.python.plugins.module_utils._conda.engines.interface import EngineError, Request
from ansible_collections.benchwright.python.plugins.module_utils._conda.installed.prefix import Prefix, State
from ansible_collections.benchwright.python.plugins.module_utils._conda.scratch import PREFIX
from support.channel_server import serve
from support.conda_stand_in import Flavour, install_stand_in
from support.tiny_channel import TinyChannel

REAL = [path for path in os.environ.get("BENCHWRIGHT_TEST_CONDA", "").split(",") if path]
STAND_INS = ["conda 24.11.3", "conda 26.7.1", "mamba1 24.11.3", "mamba2 2.8.1", "micromamba 2.8.1"]


def said(words: str) -> str | None:
    """What a real tool's error has to match; the stand-in explains less."""
    return words if REAL else None


class Host:
    """One tool, one channel, one prefix and one cache, with a home whose configuration is against us."""

    def __init__(self, path: Path, executable: str) -> None:
        self.path = path
        self.channel = TinyChannel(path / "channel")
        self.prefix, self.cache = path / "root" / "envs" / "lab", path / "root" / "pkgs"
        self.engine = CommandLineEngine(executable, timeout=120)

    def request(self, *specs: str, **fields: Any) -> Request:
        channels = fields.pop("channels", (self.channel.url,))
        prefer = fields.pop("prefer", tuple(self.installed()))
        return Request(str(self.prefix), str(self.cache), channels, specs=specs, prefer=prefer, **fields)

    def solve(self, *specs: str, **fields: Any) -> dict[str, str]:
        with self.engine.session(self.request(*specs, **fields)) as session:
            return {record["name"]: record["version"] for record in session.solve()}

    def install(self, *specs: str, **fields: Any) -> dict[str, str]:
        with self.engine.session(self.request(*specs, **fields)) as session:
            session.solve()
            session.install()
        return self.installed()

    def installed(self) -> dict[str, str]:
        return {record.name: record.version for record in Prefix(self.prefix).records()}

    def content(self, name: str) -> str:
        return (self.prefix / "share" / name / "version.txt").read_text()


@pytest.fixture(params=REAL or STAND_INS, ids=[Path(tool).name.replace(" ", "-") for tool in REAL or STAND_INS])
def host(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Host:
    home = tmp_path / "home"
    home.mkdir()
    evil = TinyChannel(tmp_path / "evil")
    for name in ("evil", "lib", "app"):
        evil.add(name, "9.9")
    settings = {
        "channels": [evil.url],
        "default_channels": [evil.url],
        "channel_priority": "disabled",
        "override_channels_enabled": False,
        "create_default_packages": ["evil"],
        "add_pip_as_python_dependency": True,
        "always_yes": False,
    }
    (home / ".condarc").write_text(json.dumps(settings))
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("CONDA_CHANNELS", evil.url)
    host = Host(tmp_path, request.param if REAL else _stand_in(tmp_path / "tool", request.param))
    host.channel.add("lib", "1.0")
    host.channel.add("lib", "1.1")
    host.channel.add("lib", "2.0")
    host.channel.add("app", "1.0", depends=["lib >=1,<2"], license="MIT")
    host.channel.add("tool", "1.0")
    host.channel.add("tool", "1.1")
    return host


def _stand_in(directory: Path, tool: str) -> str:
    flavour, generation = tool.split()
    return str(install_stand_in(directory, generation, cast(Flavour, flavour)))


def test_a_new_environment_holds_what_was_solved_and_nothing_of_the_users_channels(host: Host) -> None:
    assert host.solve("app", "tool") == {"app": "1.0", "lib": "1.1", "tool": "1.1"}
    assert not host.prefix.exists()
    assert host.install("app", "tool") == {"app": "1.0", "lib": "1.1", "tool": "1.1"}
    assert host.content("app") == "app 1.0\n"


# Notes what it is asked, which files it was handed and where it may make temporary ones; then becomes the tool.
NOTING = """#!{python}
import json, os, sys
links = [f"/proc/self/fd/{{name}}" for name in os.listdir("/proc/self/fd")]
handed = [os.path.basename(os.readlink(link)) for link in links if os.path.lexists(link)]
print(json.dumps([sys.argv[1:], handed, os.environ.get("TMPDIR", "")]), file=open({notes!r}, "a"))
os.execv({tool!r}, [{tool!r}, *sys.argv[1:]])
"""


def test_while_it_installs_the_tool_holds_the_cache_and_always_its_scratch_directory(host: Host) -> None:
    notes, noting = host.path / "notes", host.path / "bin/noting"
    noting.parent.mkdir()
    tool = host.engine.tool.executable
    noting.write_text(NOTING.format(python=sys.executable, notes=str(notes), tool=tool))
    noting.chmod(0o755)
    host.engine = CommandLineEngine(str(noting))
    notes.unlink()  # its version belongs to no session
    host.install("app", "tool=1.0")
    host.install("lib=1.0", prefer=("app",))
    calls = [json.loads(line) for line in notes.read_text().splitlines()]
    assert {argv[0] for argv, *dummy in calls} >= {"install"}
    for argv, handed, temporary in calls:
        changes = "--file" in argv or argv[0] == "remove"
        assert (LOCK in handed) == changes, argv
        assert Path(temporary).name in handed
        assert Path(temporary).name.startswith(PREFIX)
        assert not Path(temporary).exists()


def test_a_package_that_only_the_users_channel_has_is_not_found(host: Host) -> None:
    with pytest.raises(EngineError, match=said(r"evil")):
        host.solve("evil")
    assert not host.prefix.exists()


@pytest.mark.parametrize(("priority", "version"), [("strict", "1.1"), ("disabled", "3.0")])
def test_the_first_channel_wins_unless_priorities_are_disabled(host: Host, priority: str, version: str) -> None:
    second = TinyChannel(host.path / "second")
    second.add("tool", "3.0")
    channels = (host.channel.url, second.url)
    assert host.solve("tool", channels=channels, channel_priority=priority) == {"tool": version}
    assert host.solve("tool", channels=channels[::-1], channel_priority=priority) == {"tool": "3.0"}


def test_a_record_says_where_a_package_comes_from_and_how_it_is_verified(host: Host) -> None:
    with host.engine.session(host.request("app")) as session:
        (app,) = [record for record in session.solve() if record["name"] == "app"]
    wanted = host.channel.add("app", "1.0", depends=["lib >=1,<2"], license="MIT")
    keys = ("name", "version", "build", "build_number", "subdir", "url", "md5", "sha256", "size", "depends", "license")
    assert {key: app[key] for key in keys} == {key: wanted[key] for key in keys}
    assert app["channel"] == host.channel.url


def test_what_is_preferred_stays_though_something_newer_is_there(host: Host) -> None:
    host.install("lib=1.0", "tool=1.0")
    assert host.solve("app", "tool") == {"app": "1.0", "lib": "1.0", "tool": "1.0"}
    assert host.solve("app", "tool", prefer=()) == {"app": "1.0", "lib": "1.1", "tool": "1.1"}
    assert host.install("app", "tool") == {"app": "1.0", "lib": "1.0", "tool": "1.0"}


def test_what_is_preferred_moves_where_the_specs_want_it(host: Host) -> None:
    host.install("lib=2.0", "tool=1.0")
    assert host.install("app", "tool") == {"app": "1.0", "lib": "1.1", "tool": "1.0"}
    assert host.content("lib") == "lib 1.1\n"


def test_what_is_preferred_and_in_no_channel_any_more_stays(host: Host) -> None:
    host.install("tool=1.0", "lib=1.0")
    host.channel.remove("tool")
    assert host.install("app") == {"app": "1.0", "lib": "1.0", "tool": "1.0"}


def test_a_constraint_binds_and_is_not_installed(host: Host) -> None:
    assert host.solve("app", constraints=("lib <1.1", "tool <1")) == {"app": "1.0", "lib": "1.0"}


def test_the_pins_of_the_prefix_bind(host: Host) -> None:
    host.install("tool")
    (host.prefix / "conda-meta" / "pinned").write_text("# ours\nlib <1.1\n")
    assert host.solve("app") == {"app": "1.0", "lib": "1.0", "tool": "1.1"}


def test_a_package_whose_dependency_is_lost_gets_it_again(host: Host) -> None:
    host.install("app")
    for path in (host.prefix / "conda-meta").glob("lib-*.json"):
        path.unlink()
    assert host.install("app") == {"app": "1.0", "lib": "1.1"}


def test_impossible_specs_are_refused_in_the_tools_own_words(host: Host) -> None:
    with pytest.raises(EngineError, match=said(r"(?s)lib.*2")) as caught:
        host.solve("app", "lib=2.0")
    assert "Traceback" not in str(caught.value)


def test_what_is_asked_for_is_not_given_up_for_something_else_that_is(host: Host) -> None:
    host.channel.add("rival", "1.0", depends=["lib >=2"])
    host.install("app")
    with pytest.raises(EngineError, match=said(r"lib|rival")):
        host.solve("app", "rival")
    assert host.installed() == {"app": "1.0", "lib": "1.1"}


def test_what_is_in_the_solution_no_longer_is_removed_with_its_files(host: Host) -> None:
    host.install("app", "tool")
    assert host.install(prefer=("tool",)) == {"tool": "1.1"}
    assert not (host.prefix / "share" / "app").exists()


def test_a_lock_is_installed_without_solving_and_removes_what_it_does_not_name(host: Host) -> None:
    host.install("tool=1.0", "lib=1.0")
    wanted = host.channel.add("lib", "2.0")
    lock = (LockedPackage(wanted["url"], wanted["sha256"], wanted["md5"]),)
    assert host.install(packages=lock, prefer=()) == {"lib": "2.0"}
    assert host.content("lib") == "lib 2.0\n"


def test_an_unchanged_package_is_linked_again_when_asked_for(host: Host) -> None:
    host.install("tool", "lib=1.0")
    (host.prefix / "share" / "tool" / "version.txt").unlink()
    assert host.install("tool", "lib=1.0", reinstall=("tool",)) == {"tool": "1.1", "lib": "1.0"}
    assert host.content("tool") == "tool 1.1\n"


def test_pure_python_packages_follow_python_to_its_new_directory(host: Host) -> None:
    for version in ("3.11.1", "3.12.1"):
        interpreter = {"bin/python": b"#!/bin/sh\nexit 0\n", f"bin/python{version[:4]}": b"#!/bin/sh\nexit 0\n"}
        host.channel.add("python", version, subdir="linux-64", files=interpreter)
    host.channel.add("pip", "1.0")
    host.channel.add("pure", "1.0", depends=["python"], files={"site-packages/pure.py": b"x = 1\n"})
    _make_noarch_python(host.channel, "pure")
    host.install("python=3.11", "pure")
    assert (host.prefix / "lib/python3.11/site-packages/pure.py").exists()
    assert host.install("python=3.12", "pure")["python"] == "3.12.1"
    assert (host.prefix / "lib/python3.12/site-packages/pure.py").exists()
    assert not (host.prefix / "lib/python3.11/site-packages/pure.py").exists()


def test_a_lost_python_comes_back_though_pip_is_still_there(host: Host) -> None:
    interpreter = {"bin/python": b"#!/bin/sh\nexit 0\n"}
    host.channel.add("python", "3.12.1", subdir="linux-64", files=interpreter)
    host.channel.add("pip", "1.0", depends=["python"])
    host.install("python", "pip")
    (host.prefix / "conda-meta" / "python-3.12.1-0.json").unlink()
    (host.prefix / "bin" / "python").unlink()
    assert host.install("python", "pip") == {"python": "3.12.1", "pip": "1.0"}
    assert (host.prefix / "bin" / "python").read_bytes() == interpreter["bin/python"]
    assert not (host.prefix / "bin" / "uv").exists()


def _make_noarch_python(channel: TinyChannel, name: str) -> None:
    """Turn a generic package into a pure Python one: by its index.json, its link.json and its repodata."""
    record = channel.add(
        name, "1.0", depends=["python"], extension=".tar.bz2", files={"site-packages/pure.py": b"x = 1\n"}
    )
    path = channel.path / "noarch" / record["fn"]
    out = io.BytesIO()
    with tarfile.open(path) as old, tarfile.open(fileobj=out, mode="w:bz2") as new:
        for member in old:
            content = old.extractfile(member).read() if member.isfile() else b""  # type: ignore[union-attr]
            if member.name == "info/index.json":
                content = json.dumps({**json.loads(content), "noarch": "python"}).encode()
            member.size = len(content)
            new.addfile(member, io.BytesIO(content))
        link = json.dumps({"noarch": {"type": "python"}, "package_metadata_version": 1}).encode()
        member = tarfile.TarInfo("info/link.json")
        member.size = len(link)
        new.addfile(member, io.BytesIO(link))
    path.write_bytes(out.getvalue())
    sums = {"md5": hashlib.md5(out.getvalue()).hexdigest(), "sha256": hashlib.sha256(out.getvalue()).hexdigest()}
    repodata = channel.path / "noarch" / "repodata.json"
    content = json.loads(repodata.read_text())
    content["packages.conda"] = {
        key: value for key, value in content["packages.conda"].items() if value["name"] != name
    }
    content["packages"][record["fn"]].update(sums, size=len(out.getvalue()), noarch="python")
    repodata.write_text(json.dumps(content))


@pytest.mark.parametrize("kind", ["corrupt_package", "replace_package"])
def test_a_local_package_that_is_not_what_the_channel_says_is_refused(host: Host, kind: str) -> None:
    if kind == "corrupt_package":
        path = host.channel.corrupt_package("tool", "1.1")
    else:
        path = host.channel.replace_package("tool", {"share/tool/version.txt": b"evil\n"}, "1.1")
    with pytest.raises(EngineError, match=f"{path} is not what is wanted: its sha256 is .* wanted is"):
        host.install("tool")
    assert Prefix(host.prefix).state is State.ABSENT


def test_a_download_that_is_not_what_the_channel_says_is_refused(host: Host) -> None:
    host.channel.replace_package("tool", {"share/tool/version.txt": b"evil\n"}, "1.1")
    with host.channel.serve() as served, pytest.raises(EngineError):
        host.install("tool", channels=(served.url,))
    assert Prefix(host.prefix).state is State.ABSENT


def test_a_failed_upgrade_leaves_what_was_there(host: Host) -> None:
    host.install("tool=1.0")
    host.channel.replace_package("tool", {"share/tool/version.txt": b"evil\n"}, "1.1")
    with host.channel.serve() as served, pytest.raises(EngineError):
        host.install("tool=1.1", channels=(served.url,))
    assert host.installed() == {"tool": "1.0"}
    assert host.content("tool") == "tool 1.0\n"


def test_a_search_gives_every_version_and_nothing_for_an_unknown_name(host: Host) -> None:
    found = host.engine.search(host.request("lib", "tool>=1.1", "nothing-such"))
    offered = sorted((record["name"], record["version"]) for record in found)
    assert offered == [("lib", "1.0"), ("lib", "1.1"), ("lib", "2.0"), ("tool", "1.1")]
    assert all(record["channel"] == host.channel.url and record["size"] and record["sha256"] for record in found)


class CommandLines:
    """Every command line that a process on this machine has while the block runs."""

    def __enter__(self) -> CommandLines:
        self.seen: set[str] = set()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def _watch(self) -> None:
        while not self._stop.wait(0.005):
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    self.seen.add(path.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace"))
                except OSError:
                    continue

    def __exit__(self, *dummy: object) -> None:
        self._stop.set()
        self._thread.join()


@pytest.fixture(params=["login", "token"])
def secret(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    yield {"user": "alice", "password": "S3cr3tWord"} if request.param == "login" else {"token": "S3cr3tWord"}


def test_credentials_reach_the_server_and_no_command_line_record_or_cache(host: Host, secret: dict[str, str]) -> None:
    (host.path / "served").mkdir()
    host.channel = TinyChannel(host.path / "served" / "private")
    host.channel.add("tool", "1.1", depends=["lib"])
    host.channel.add("lib", "1.1")
    with serve(host.path / "served", **secret) as served, CommandLines() as lines:
        channel = served.url + "/private"
        assert host.install("tool", channels=(channel,)) == {"tool": "1.1", "lib": "1.1"}
        found = host.engine.search(host.request("tool", channels=(channel,)))
        assert [record["channel"] for record in found] == [served.public_url + "/private"]
    executable = host.engine.tool.executable
    assert any(executable in line or "conda" in line for line in lines.seen)
    assert not [line for line in lines.seen if "S3cr3tWord" in line]
    places = [path for path in host.path.rglob("*") if path.is_file()]
    assert not [path for path in places if b"S3cr3tWord" in path.read_bytes()]
    (record,) = [record for record in Prefix(host.prefix).records() if record.name == "tool"]
    assert record.url.startswith(served.public_url + "/private/noarch/tool-1.1-")


def test_a_locked_package_is_fetched_with_its_credentials(host: Host, secret: dict[str, str]) -> None:
    wanted = host.channel.add("tool", "1.1")
    with serve(host.path, **secret) as served:
        url = f"{served.url}/channel/noarch/{wanted['fn']}"
        lock = (LockedPackage(url, wanted["sha256"], wanted["md5"]),)
        assert host.install(packages=lock, prefer=(), channels=()) == {"tool": "1.1"}
    places = [path for path in host.path.rglob("*") if path.is_file()]
    assert not [path for path in places if b"S3cr3tWord" in path.read_bytes()]


def test_a_wrong_password_is_an_error_that_does_not_show_it(host: Host) -> None:
    with host.channel.serve(user="alice", password="right") as served:
        wrong = served.url.replace("right", "Wr0ngWord")
        with pytest.raises(EngineError) as caught:
            host.install("tool", channels=(wrong,))
    assert "Wr0ngWord" not in str(caught.value)


def test_an_interrupted_creation_is_finished_and_what_is_in_the_directory_stays(host: Host) -> None:
    (host.prefix / "conda-meta").mkdir(parents=True)
    (host.prefix / "notebook.ipynb").write_text("{}")
    assert host.install("tool") == {"tool": "1.1"}
    assert (host.prefix / "notebook.ipynb").read_text() == "{}"


def test_neither_the_users_caches_nor_his_eager_updates_change_the_plan(host: Host) -> None:
    host.install("lib=1.0", "tool=1.0")
    others = {"pkgs_dirs": [str(host.cache)], "aggressive_update_packages": ["lib", "tool"], "pinned_packages": []}
    (Path.home() / ".condarc").write_text(json.dumps(others))
    assert host.solve("app", "lib", "tool") == {"app": "1.0", "lib": "1.0", "tool": "1.0"}
    shutil.rmtree(host.prefix)
    with host.engine.session(host.request("lib=1.0")) as session:
        (lib,) = session.solve()
    assert lib["sha256"] and lib["url"].startswith(host.channel.url)


KILLED = """
import sys
from ansible_collections.benchwright.python.plugins.module_utils._conda.engines.cli import CommandLineEngine
from ansible_collections.benchwright.python.plugins.module_utils._conda.engines.interface import Request
executable, prefix, cache, channel = sys.argv[1:]
with CommandLineEngine(executable).session(Request(prefix, cache, (channel,), specs=("app", "tool"))) as session:
    session.solve()
    print("solved", flush=True)
    session.install()
"""


@pytest.mark.parametrize("delay", [0.05, 0.3, 0.6, 1.0])
def test_after_a_kill_the_same_request_converges(host: Host, delay: float) -> None:
    arguments = [host.engine.tool.executable, str(host.prefix), str(host.cache), host.channel.url]
    child = subprocess.Popen([sys.executable, "-c", KILLED, *arguments], stdout=subprocess.PIPE, start_new_session=True)
    assert child.stdout and child.stdout.readline() == b"solved\n"
    time.sleep(delay)
    _kill_tree(child.pid)
    child.wait()
    child.stdout.close()
    assert host.install("app", "tool") == {"app": "1.0", "lib": "1.1", "tool": "1.1"}
    assert [host.content(name) for name in ("app", "lib", "tool")] == ["app 1.0\n", "lib 1.1\n", "tool 1.1\n"]


def _kill_tree(pid: int) -> None:
    """A process and its children, who live in sessions of their own."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # it may end just now by itself
        for child in Path("/proc", str(pid), "task", str(pid), "children").read_text().split():
            _kill_tree(int(child))
        os.kill(pid, signal.SIGKILL)
