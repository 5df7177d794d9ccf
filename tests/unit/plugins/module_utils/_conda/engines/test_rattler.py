"""The talk with the child process: a real solve, and children that misbehave."""

from __future__ import annotations

import os
import sys
import time
import zipfile
from importlib.metadata import PackageNotFoundError
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.engines import rattler
from ansible_collections.benchwright.python.plugins.module_utils._conda.engines.cache_lock import cache_lock
from ansible_collections.benchwright.python.plugins.module_utils._conda.engines.interface import EngineError, Request
from ansible_collections.benchwright.python.plugins.module_utils._conda.engines.rattler import RattlerEngine
from support.rattler_prefix import RattlerPrefix
from support.tiny_channel import TIMESTAMP, TinyChannel

SOMETHING = Request("/nowhere/prefix", "/nowhere/pkgs", specs=("demo",))
RECORD = (
    *("name", "version", "build", "build_number", "subdir", "url", "depends"),
    *("constrains", "size", "md5", "sha256", "license"),
)


@pytest.fixture
def prefix(tmp_path: Path) -> RattlerPrefix:
    """A channel with two versions of ``demo`` and the ``base-lib`` that the newer one needs."""
    channel = TinyChannel(tmp_path / "channel")
    channel.add("demo", "1.0")
    channel.add("demo", "2.0", depends=["base-lib >=1"], constrains=["other <3"], license="MIT")
    channel.add("base-lib", "1.5")
    return RattlerPrefix(tmp_path, channel)


@pytest.fixture
def child(monkeypatch: pytest.MonkeyPatch) -> Any:
    """``child(program)`` lets that program stand in for the worker."""

    def stand_in(program: str) -> None:
        monkeypatch.setattr(rattler, "_START", program.replace("%", "%%") + "\n# %s")

    return stand_in


def search(prefix: RattlerPrefix, *specs: str, **fields: Any) -> list[tuple[str, str, str]]:
    found = RattlerEngine().search(prefix.request(*specs, **fields))
    return sorted((record["name"], record["version"], record["build"]) for record in found)


def test_a_real_solve_picks_the_newest_with_its_dependencies_and_installs_nothing(prefix: RattlerPrefix) -> None:
    wanted = prefix.channel.add("demo", "2.0", depends=["base-lib >=1"], constrains=["other <3"], license="MIT")
    with RattlerEngine().session(prefix.request("demo")) as session:
        solution = {record["name"]: record for record in session.solve()}
    assert set(solution) == {"demo", "base-lib"}
    assert solution["demo"].pop("channel").rstrip("/") == prefix.channel.url
    known = {*solution["demo"], *RECORD}
    assert {key: solution["demo"].get(key) for key in known} == {
        **{key: wanted[key] for key in RECORD},
        "timestamp": TIMESTAMP * 1000,
    }
    assert not prefix.path.exists()


@pytest.mark.parametrize(
    ("specs", "told"),
    [
        (["demmo"], "no channel has a package 'demmo'; did you mean 'demo'? (channels: file://"),
        (["base-lib", "demo>=3"], "no channel has demo>=3; there are 2.0, 1.0 (channels: file://"),
        (
            ["demo=2", "base-lib=3", "demo=3"],
            "no channel has base-lib=3; there are 1.5; no channel has demo=3; there are ",
        ),
        (["demo=2", "base-lib <2", "rival"], "the packages cannot be had together: "),
        (["demo=9", "demmo"], "no channel has a package 'demmo'; did you mean 'demo'? (channels: file://"),
    ],
)
def test_what_cannot_be_solved_is_told(prefix: RattlerPrefix, specs: list[str], told: str) -> None:
    prefix.channel.add("rival", "1.0", depends=["base-lib >=2"])
    with RattlerEngine().session(prefix.request(*specs)) as session, pytest.raises(EngineError) as raised:
        session.solve()
    assert str(raised.value).startswith(told)


def test_of_many_versions_the_newest_are_told_in_their_order_each_once(prefix: RattlerPrefix) -> None:
    for version in ("10.0", "9.0", "9.1", "11.0rc1", "0.1"):
        prefix.channel.add("demo", version)
        prefix.channel.add("demo", version, build="again_1")
    told = "no channel has demo=77; there are 11.0rc1, 10.0, 9.1, 9.0, 2.0 and 2 older "
    with RattlerEngine().session(prefix.request("demo=77")) as session, pytest.raises(EngineError) as raised:
        session.solve()
    assert str(raised.value).startswith(told)


def test_a_search_finds_what_matches_for_this_platform_and_for_all(prefix: RattlerPrefix) -> None:
    prefix.channel.add("demo", "3.0", build="h_0", subdir="linux-64")
    assert search(prefix, "demo") == [("demo", "1.0", "0"), ("demo", "2.0", "0"), ("demo", "3.0", "h_0")]
    assert search(prefix, "demo <2", "base-lib") == [("base-lib", "1.5", "0"), ("demo", "1.0", "0")]


def test_a_search_finds_a_package_once_and_an_unknown_one_not_at_all(prefix: RattlerPrefix) -> None:
    assert search(prefix, "demo=2", "demo>1") == [("demo", "2.0", "0")]
    assert search(prefix, "nothing", "demo>=3") == []
    assert not prefix.path.exists()


def test_a_spec_may_name_the_channel_to_search(prefix: RattlerPrefix, tmp_path: Path) -> None:
    other = TinyChannel(tmp_path / "other")
    other.add("demo", "3.0")
    channels = (prefix.channel.url, other.url)
    assert [version for dummy, version, dummy in search(prefix, "demo", channels=channels)] == ["1.0", "2.0", "3.0"]
    assert search(prefix, f"{other.url}::demo", channels=channels) == [("demo", "3.0", "0")]


def test_a_channel_that_does_not_answer_is_told(prefix: RattlerPrefix) -> None:
    with prefix.channel.serve() as served:
        served.broken = {"repodata.json": 503, ".zst": 503}
        with pytest.raises(EngineError, match=r"503.*; mend the network, or name a channel that answers in 'channels'"):
            search(prefix, "demo", channels=(served.url,))


def test_a_channel_that_is_not_there_is_told(prefix: RattlerPrefix, tmp_path: Path) -> None:
    told = rf"^{tmp_path}/nowhere/noarch/repodata.json cannot be read \(No such file.*\); check the channel's path and who may"
    with pytest.raises(EngineError, match=told):
        search(prefix, "demo", channels=((tmp_path / "nowhere").as_uri(),))


def test_a_channel_that_is_a_file_is_told_with_its_path(prefix: RattlerPrefix, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    told = rf"^{tmp_path}/file/[a-z0-9-]+/repodata.json cannot be read \(Not a directory.*\); check the channel's path"
    request = prefix.request("demo", channels=((tmp_path / "file").as_uri(),))
    with RattlerEngine().session(request) as session, pytest.raises(EngineError, match=told):
        session.solve()


@pytest.mark.parametrize("secret", [{}, {"user": "lab", "password": "secret"}])
def test_a_package_cache_that_cannot_be_made_is_told(prefix: RattlerPrefix, secret: dict[str, str]) -> None:
    prefix.cache.write_text("a file")
    told = r"/pkgs.*; run as the owner \(become\), or choose another root_prefix$"
    with prefix.channel.serve(**secret) as served, pytest.raises(EngineError, match=told):
        search(prefix, "demo", channels=(served.url,))
    with pytest.raises(EngineError, match=told):
        prefix.install("demo")


def test_too_old_a_library_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert rattler.has_rattler()
    monkeypatch.setattr("importlib.metadata.version", lambda dummy: "0.27.3")
    assert not rattler.has_rattler()

    def absent(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr("importlib.metadata.version", absent)
    assert not rattler.has_rattler()


def test_a_child_that_dies_is_told_with_its_last_words(child: Any) -> None:
    child("import sys; sys.stdin.readline(); sys.exit('no such library')")
    with (
        RattlerEngine().session(SOMETHING) as session,
        pytest.raises(EngineError, match="ended without an answer: no such library"),
    ):
        session.solve()


def test_an_error_shows_no_password(child: Any) -> None:
    child('import json; print(json.dumps({"error": "none in https://me:secret@mirror.example/lab"}), flush=True)')
    with (
        RattlerEngine().session(SOMETHING) as session,
        pytest.raises(EngineError, match=r"^none in https://\*\*\*mirror.example/lab$"),
    ):
        session.solve()


def test_a_silent_death_is_told_with_the_exit_code(child: Any) -> None:
    child("import os; os._exit(7)")
    with (
        RattlerEngine().session(SOMETHING) as session,
        pytest.raises(EngineError, match="ended without an answer: exit code 7"),
    ):
        session.solve()


def test_a_child_in_the_middle_of_something_does_not_outlive_the_session(child: Any) -> None:
    child("import time; print('{\"records\": []}', flush=True); time.sleep(60)")
    began = time.monotonic()
    with RattlerEngine().session(SOMETHING) as session:
        assert session.solve() == []
        pid = session.child.pid
        assert os.getsid(pid) == pid  # a lost terminal does not reach it
    assert time.monotonic() - began < 50
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_child_that_does_not_answer_is_ended_and_told(child: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rattler, "TIMEOUT", 0.5)
    child("import time; time.sleep(60)")
    with RattlerEngine().session(SOMETHING.replace(lock_timeout=0.5)) as session:
        with pytest.raises(EngineError, match="had not answered after 1 seconds; look for what it waits for"):
            session.solve()
        pid = session.child.pid
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_request_that_the_child_does_not_read_is_no_endless_wait(child: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rattler, "TIMEOUT", 0.5)
    child("import time; time.sleep(60)")
    long = SOMETHING.replace(prefer=("package",) * 1_000_000, lock_timeout=0.0)
    with RattlerEngine().session(long) as session, pytest.raises(EngineError, match="had not answered"):
        session.solve()


def test_another_run_at_the_package_cache_is_waited_for_and_named(prefix: RattlerPrefix) -> None:
    told = rf"{prefix.cache}/\.benchwright\.lock is held by process {os.getpid()} \(.*raise 'lock_timeout'$"
    with cache_lock(str(prefix.cache)), pytest.raises(EngineError, match=told):
        prefix.install("demo", lock_timeout=0.3)
    assert not prefix.path.exists()
    prefix.install("demo", lock_timeout=0.3)


def test_noise_of_the_library_does_not_block_or_mix_with_answers(child: Any) -> None:
    child("import sys; sys.stderr.write('x' * 10**6); print('{\"records\": [1]}', flush=True)")
    with RattlerEngine().session(SOMETHING) as session:
        assert session.solve() == [1]


def test_only_named_descriptors_are_inherited(child: Any, tmp_path: Path) -> None:
    child("import json, os; print(json.dumps({'records': sorted(map(int, os.listdir('/proc/self/fd')))}), flush=True)")
    inherited, kept = (os.open(tmp_path / name, os.O_CREAT | os.O_RDWR) for name in "ab")
    try:
        with RattlerEngine().session(SOMETHING, [inherited]) as session:
            found = session.solve()
    finally:
        os.close(inherited)
        os.close(kept)
    assert inherited in found
    assert kept not in found


def test_the_engines_place_comes_first_and_the_users_settings_do_not_come(
    child: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("CONDA_CHANNELS", "MAMBA_ROOT_PREFIX", "RATTLER_CACHE_DIR", "PYTHONHOME_STAND_IN"):
        monkeypatch.setenv(name, "misleading")
    monkeypatch.setenv("https_proxy", "http://proxy.example")
    child(
        "import json, os, sys; sys.path[:] = json.loads(sys.argv[1])\n"
        "print(json.dumps({'records': [sys.path[0], dict(os.environ), os.getcwd()]}), flush=True)"
    )
    with zipfile.ZipFile(tmp_path / "engine.whl", "w") as archive:
        archive.writestr("rattler/__init__.py", "here = True")
    with RattlerEngine(str(tmp_path / "engine.whl")).session(SOMETHING) as session:
        first, environment, directory = session.solve()
        assert Path(first, "rattler/__init__.py").exists()
    assert not Path(first).exists()
    assert (Path(first).parent, directory) == (Path(environment["TMPDIR"]), "/")
    assert "misleading" not in environment.values()
    assert environment["https_proxy"] == "http://proxy.example"


def test_a_wheel_is_unpacked_and_something_else_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with zipfile.ZipFile(tmp_path / "engine.whl", "w") as archive:
        archive.writestr("rattler/__init__.py", "here = True")
    place = rattler.unpack_wheel(str(tmp_path / "engine.whl"), str(tmp_path / "scratch"))
    assert Path(place, "rattler/__init__.py").read_text() == "here = True"
    (tmp_path / "other.whl").write_text("no zip")
    for name in ("other.whl", "absent.whl"):
        with pytest.raises(EngineError, match=rf"{name} cannot be unpacked"):
            rattler.unpack_wheel(str(tmp_path / name), str(tmp_path / "scratch"))
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))
    with pytest.raises(EngineError, match=r"needs Python 3.10 or newer on the host, and .* is 3.9; set"):
        rattler.unpack_wheel(str(tmp_path / "engine.whl"), str(tmp_path / "scratch"))
