"""The wheel made of what is installed: complete, importable from anywhere, and never half-made."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from importlib.metadata import PackageNotFoundError, PathDistribution
from pathlib import Path

import pytest
from ansible_collections.benchwright.python.plugins.plugin_utils import _engine_wheel
from ansible_collections.benchwright.python.plugins.plugin_utils._engine_wheel import EngineWheelError, engine_wheel


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache/benchwright/engine"


@pytest.fixture
def small_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site-packages with a small stand-in for py-rattler."""
    site = tmp_path / "lib/site-packages"
    info = site / "py_rattler-9.8.dist-info"
    for path, text in {
        info / "METADATA": "Metadata-Version: 2.1\nName: py-rattler\nVersion: 9.8\n",
        info / "RECORD": "rattler/__init__.py,,\nrattler/__pycache__/a.pyc,,\n../../bin/tool,,\n"
        "py_rattler-9.8.dist-info/METADATA,,\n",
        site / "rattler/__init__.py": "here = True\n",
        site / "rattler/__pycache__/a.pyc": "",
        tmp_path / "bin/tool": "",
    }.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    monkeypatch.setattr(_engine_wheel, "distribution", lambda name: PathDistribution(info))
    return site


def test_the_real_one_can_be_imported_from_the_wheels_contents_alone(cache: Path, tmp_path: Path) -> None:
    wheel = engine_wheel()
    assert Path(wheel).parent == cache
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "engine")
    program = "import sys; sys.path.insert(0, sys.argv[1]); import rattler; print(rattler.__file__, rattler.MatchSpec('six >=1'))"
    done = subprocess.run(
        [sys.executable, "-I", "-S", "-c", program, str(tmp_path / "engine")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.startswith(str(tmp_path / "engine")), done.stderr


def test_what_lies_outside_and_what_is_compiled_stays_out(cache: Path, small_engine: Path) -> None:
    wheel = engine_wheel()
    assert wheel == str(cache / "py_rattler-9.8.whl")
    assert sorted(zipfile.ZipFile(wheel).namelist()) == ["py_rattler-9.8.dist-info/METADATA", "rattler/__init__.py"]


def test_it_is_made_once(cache: Path, small_engine: Path) -> None:
    first = Path(engine_wheel()).stat().st_mtime_ns
    assert Path(engine_wheel()).stat().st_mtime_ns == first
    assert len(list(cache.iterdir())) == 1


def test_a_failure_leaves_nothing_that_the_next_call_would_take_for_a_wheel(cache: Path, small_engine: Path) -> None:
    (small_engine / "rattler/__init__.py").unlink()
    with pytest.raises(EngineWheelError, match=r"cannot be made in .*set XDG_CACHE_HOME"):
        engine_wheel()
    assert list(cache.iterdir()) == []


def test_without_py_rattler_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def distribution_stand_in(name: str) -> None:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(_engine_wheel, "distribution", distribution_stand_in)
    with pytest.raises(EngineWheelError, match="pip install py-rattler"):
        engine_wheel()
