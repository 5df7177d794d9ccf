"""The talk with the child process: a real solve, and children that misbehave."""

from __future__ import annotations

import json
import os
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.engines import rattler
from ansible_collections.benchwright.python.plugins.module_utils._conda.engines.rattler import (
    EngineError,
    RattlerSession,
)


@pytest.fixture
def request_of(tmp_path: Path) -> Any:
    """A request to a channel on disk, with two versions of ``demo`` and the ``base-lib`` that the newer one needs."""
    packages = {
        f"{name}-{version}-0.conda": {
            "name": name,
            "version": version,
            "build": "0",
            "build_number": 0,
            "depends": depends,
            "sha256": "0" * 64,
            "size": 1000,
            "subdir": "noarch",
        }
        for name, version, depends in (("demo", "1.0", []), ("demo", "2.0", ["base-lib >=1"]), ("base-lib", "1.5", []))
    }
    channel = tmp_path / "channel/noarch"
    channel.mkdir(parents=True)
    (channel / "repodata.json").write_text(json.dumps({"info": {"subdir": "noarch"}, "packages.conda": packages}))

    def request(*specs: str) -> dict[str, Any]:
        return {
            "prefix": str(tmp_path / "prefix"),
            "cache_dir": str(tmp_path / "pkgs"),
            "channels": [channel.parent.as_uri()],
            "channel_priority": "strict",
            "specs": list(specs),
            "requested": list(specs),
        }

    return request


@pytest.fixture
def child(monkeypatch: pytest.MonkeyPatch) -> Any:
    """``child(program)`` lets that program stand in for the worker."""

    def stand_in(program: str) -> None:
        monkeypatch.setattr(rattler, "_START", program.replace("%", "%%") + "\n# %s")

    return stand_in


def test_a_real_solve_picks_the_newest_with_its_dependencies_and_installs_nothing(
    request_of: Any, tmp_path: Path
) -> None:
    with RattlerSession(request_of("demo")) as session:
        solution = {record["name"]: record for record in session.solve()}
    assert {name: record["version"] for name, record in solution.items()} == {"demo": "2.0", "base-lib": "1.5"}
    assert solution["demo"]["depends"] == ["base-lib >=1"]
    assert (solution["demo"]["build"], solution["demo"]["size"]) == ("0", 1000)
    assert not (tmp_path / "prefix").exists()


@pytest.mark.parametrize(
    ("specs", "told"),
    [
        (["demmo"], "no channel has a package 'demmo'; did you mean 'demo'? (channels: file://"),
        (["demo>=3"], "the packages cannot be had together: "),
    ],
)
def test_what_cannot_be_solved_is_told(request_of: Any, specs: list[str], told: str) -> None:
    with RattlerSession(request_of(*specs)) as session, pytest.raises(EngineError) as raised:
        session.solve()
    assert str(raised.value).startswith(told)


def test_a_damaged_local_package_is_refused_before_anything_is_linked(request_of: Any, tmp_path: Path) -> None:
    (tmp_path / "channel/noarch/demo-1.0-0.conda").write_bytes(b"damaged")
    with RattlerSession(request_of("demo=1.0")) as session:
        session.solve()
        with pytest.raises(EngineError, match=r"demo-1.0-0.conda is damaged: its sha256 is .*; build the channel anew"):
            session.install()
    assert not (tmp_path / "prefix/conda-meta").exists()


def test_a_child_that_dies_is_told_with_its_last_words(child: Any) -> None:
    child("import sys; sys.stdin.readline(); sys.exit('no such library')")
    with RattlerSession({}) as session, pytest.raises(EngineError, match="ended without an answer: no such library"):
        session.solve()


def test_an_error_shows_no_password(child: Any) -> None:
    child('import json; print(json.dumps({"error": "none in https://me:secret@mirror.example/lab"}), flush=True)')
    with RattlerSession({}) as session, pytest.raises(EngineError, match=r"^none in https://\*\*\*mirror.example/lab$"):
        session.solve()


def test_a_silent_death_is_told_with_the_exit_code(child: Any) -> None:
    child("import os; os._exit(7)")
    with RattlerSession({}) as session, pytest.raises(EngineError, match="ended without an answer: exit code 7"):
        session.solve()


def test_a_child_in_the_middle_of_something_does_not_outlive_the_session(child: Any) -> None:
    child("import time; print('{\"solution\": []}', flush=True); time.sleep(60)")
    began = time.monotonic()
    with RattlerSession({}) as session:
        assert session.solve() == []
        pid = session.child.pid
        assert os.getsid(pid) == pid  # a lost terminal does not reach it
    assert time.monotonic() - began < 10
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_noise_of_the_library_does_not_block_or_mix_with_answers(child: Any) -> None:
    child("import sys; sys.stderr.write('x' * 10**6); print('{\"solution\": [1]}', flush=True)")
    with RattlerSession({}) as session:
        assert session.solve() == [1]


def test_only_named_descriptors_are_inherited(child: Any, tmp_path: Path) -> None:
    child("import json, os; print(json.dumps({'solution': sorted(map(int, os.listdir('/proc/self/fd')))}), flush=True)")
    inherited, kept = (os.open(tmp_path / name, os.O_CREAT | os.O_RDWR) for name in "ab")
    try:
        with RattlerSession({}, inherit=[inherited]) as session:
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
        "print(json.dumps({'solution': [sys.path[0], dict(os.environ), os.getcwd()]}), flush=True)"
    )
    with RattlerSession({}, [str(tmp_path)]) as session:
        first, environment, directory = session.solve()
    assert (first, directory) == (str(tmp_path), "/")
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
