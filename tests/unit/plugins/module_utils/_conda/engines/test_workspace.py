"""The directories that a tool works in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.engines import workspace
from ansible_collections.benchwright.python.plugins.module_utils._conda.engines.credentials import Credentials
from ansible_collections.benchwright.python.plugins.module_utils._conda.engines.interface import EngineError
from ansible_collections.benchwright.python.plugins.module_utils._conda.installed.pinned import pins_of
from ansible_collections.benchwright.python.plugins.module_utils._conda.installed.prefix import Prefix, State

NOTHING = Credentials([], True)
TOKEN = Credentials(["https://conda.example.org/t/S3cr3t/lab"], True)


def put(prefix: Path, name: str, **fields: str) -> None:
    (prefix / "conda-meta").mkdir(parents=True, exist_ok=True)
    record = {"name": name, "version": "1.0", "build": "0", "build_number": 0, "depends": [], **fields}
    (prefix / "conda-meta" / f"{name}-1.0-0.json").write_text(json.dumps(record))


def test_a_scratch_copy_is_an_environment_with_what_stays_and_its_pins(tmp_path: Path) -> None:
    put(tmp_path / "real", "a")
    put(tmp_path / "real", "b")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    stay = [package for package in Prefix(tmp_path / "real").records() if package.name == "a"]
    workspace.write_scratch(str(scratch), str(tmp_path / "real"), stay, ["c <2"])
    assert [package.name for package in Prefix(scratch).records()] == ["a"]
    assert (scratch / "conda-meta" / "history").exists()
    assert pins_of(str(scratch)) == ("c <2",)
    assert pins_of(str(tmp_path / "real")) == ()


def test_a_scratch_cache_shares_the_indexes_and_no_packages(tmp_path: Path) -> None:
    shared, scratch = tmp_path / "pkgs", tmp_path / "scratch"
    shared.mkdir()
    scratch.mkdir()
    (shared / "a-1.0-0").mkdir()
    assert workspace.write_cache(str(scratch), str(shared)) == {"CONDA_PKGS_DIRS": str(scratch)}
    assert [path.name for path in scratch.iterdir()] == ["cache"]
    assert (scratch / "cache").resolve() == shared / "cache"


def test_a_scratch_cache_makes_no_shared_one(tmp_path: Path) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    workspace.write_cache(str(scratch), str(tmp_path / "pkgs"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["scratch"]


def test_a_prefix_in_which_nothing_could_be_installed_is_as_before(tmp_path: Path) -> None:
    for prefix in (tmp_path / "new", tmp_path / "mine"):
        existed = prefix.name == "mine"
        if existed:
            prefix.mkdir()
            (prefix / "notebook.ipynb").touch()
        with pytest.raises(EngineError), workspace.environment(str(prefix), NOTHING):
            assert (prefix / "conda-meta" / "history").exists()
            raise EngineError
        assert Prefix(prefix).state is (State.FOREIGN if existed else State.ABSENT)


def test_what_an_environment_holds_outlives_a_failure(tmp_path: Path) -> None:
    put(tmp_path, "a")
    with pytest.raises(EngineError), workspace.environment(str(tmp_path), NOTHING):
        raise EngineError
    assert [package.name for package in Prefix(tmp_path).records()] == ["a"]
    assert (tmp_path / "conda-meta" / "history").exists()


def test_a_prefix_that_cannot_be_made_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    lab = workspace.environment(str(tmp_path / "file" / "lab"), NOTHING)
    with pytest.raises(EngineError, match=r"nothing can be made in .*file/lab"), lab:
        pass


@pytest.mark.parametrize("fails", [False, True])
def test_no_token_stays_in_records_and_history(tmp_path: Path, fails: bool) -> None:
    try:
        with workspace.environment(str(tmp_path), TOKEN):
            put(tmp_path, "a", url="https://conda.example.org/t/S3cr3t/lab/noarch/a-1.0-0.conda")
            (tmp_path / "conda-meta" / "history").write_text(
                "# update specs: ['https://conda.example.org/t/S3cr3t/lab::a']\n"
            )
            if fails:
                raise EngineError
    except EngineError:
        assert fails
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and "S3cr3t" in path.read_text()]
    assert Prefix(tmp_path).records()[0].url == "https://conda.example.org/lab/noarch/a-1.0-0.conda"


def test_with_a_token_packages_go_through_a_cache_that_nobody_else_reads(tmp_path: Path) -> None:
    with workspace.package_cache(str(tmp_path / "pkgs"), TOKEN, 1.0) as (settings, dummy):
        private = Path(settings["CONDA_PKGS_DIRS"])
        assert private.stat().st_mode & 0o777 == 0o700 and private.parent == tmp_path / "pkgs"
    assert not private.exists()
    with workspace.package_cache(str(tmp_path / "pkgs"), NOTHING, 1.0) as (settings, dummy):
        assert settings == {"CONDA_PKGS_DIRS": str(tmp_path / "pkgs")}


def test_a_silent_python_is_there_only_while_it_is_needed(tmp_path: Path) -> None:
    with workspace.silent_python(str(tmp_path)):
        assert (tmp_path / "bin" / "python").exists() and (tmp_path / "bin" / "uv").exists()
    assert not list(tmp_path.iterdir())


def test_a_python_of_its_own_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").write_text("mine")
    with workspace.silent_python(str(tmp_path)):
        pass
    assert (tmp_path / "bin" / "python").read_text() == "mine"
