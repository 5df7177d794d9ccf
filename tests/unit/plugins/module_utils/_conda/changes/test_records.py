"""What stands in conda-meta after every engine, whatever the engine wrote."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes.records import (
    complete_records,
    requested_by,
    write_history,
    write_variables,
)
from ansible_collections.benchwright.python.plugins.module_utils._conda.descriptions.environment import (
    Environment,
    LockedPackage,
)
from ansible_collections.benchwright.python.plugins.module_utils._conda.installed.history import parse_history
from ansible_collections.benchwright.python.plugins.module_utils._conda.installed.prefix import Prefix

LAB = "https://conda.example.org/lab"


@pytest.fixture
def lab(install_packages: Any, make_package: Any, prefix: Path) -> Path:
    install_packages(
        prefix,
        make_package("pip", depends=["python"]),
        make_package("python", "3.12", depends=["pip"]),
        make_package("six", depends=["python"]),
    )
    return prefix


def locked(name: str, version: str = "1.0") -> LockedPackage:
    return LockedPackage(f"{LAB}/noarch/{name}-{version}-0.conda")


ALL = (locked("pip"), locked("python", "3.12"), locked("six"))


@pytest.mark.parametrize(
    ("wanted", "before", "requested"),
    [
        (Environment(), {}, {}),
        (Environment(), {"six": "six=1", "gone": "gone"}, {"six": "six=1"}),
        (Environment(dependencies=("six >=1", "python")), {"six": "six=1"}, {"six": "six >=1", "python": "python"}),
        # Of a lock, only what nothing else in it needs.
        (Environment(packages=ALL), {"python": "python=3.12"}, {"six": "six"}),
        (Environment(packages=ALL[:2]), {"six": "six=1"}, {"six": "six=1", "pip": "pip"}),
    ],
)
def test_what_is_there_for_its_own_sake(
    lab: Path, wanted: Environment, before: dict[str, str], requested: dict[str, str]
) -> None:
    assert requested_by(wanted, before, Prefix(lab)) == requested


def record(prefix: Path, name: str) -> tuple[Path, dict[str, Any]]:
    [path] = (prefix / "conda-meta").glob(f"{name}-*.json")
    return path, json.loads(path.read_text())


def test_records_say_what_was_asked_for_and_hold_no_password(
    install_packages: Any, make_package: Any, prefix: Path
) -> None:
    secret = {
        "channel": "https://me:pw@mirror.example/lab",
        "url": "https://mirror.example/t/tk/lab/noarch/a-1.0-0.conda",
    }
    asked = {"requested_spec": "b=1", "requested_specs": ["b=1"]}
    install_packages(prefix, make_package("a", **secret, files=["ä"]), make_package("b", **asked))
    complete_records(str(prefix), {"a": "a >=1"})
    path, first = record(prefix, "a")
    assert (first["requested_spec"], first["requested_specs"]) == ("a >=1", ["a >=1"])
    assert (first["channel"], first["files"]) == ("https://mirror.example/lab", ["ä"])
    assert not any(word in path.read_text() for word in ("pw", "tk"))
    assert record(prefix, "b")[1]["requested_spec"] == "None"
    assert record(prefix, "b")[1]["requested_specs"] == []


def test_what_is_complete_is_not_written_again_but_made_readable(lab: Path) -> None:
    complete_records(str(lab), {})
    path = record(lab, "six")[0]
    path.chmod(0o600)
    before = path.stat().st_ino
    complete_records(str(lab), {})
    assert (path.stat().st_ino, path.stat().st_mode & 0o777) == (before, 0o644)


def test_a_file_url_may_look_like_one_with_a_token(install_packages: Any, make_package: Any, prefix: Path) -> None:
    url = "file:///srv/t/mirror/noarch/a-1.0-0.conda"
    install_packages(prefix, make_package("a", url=url))
    complete_records(str(prefix), {})
    assert record(prefix, "a")[1]["url"] == url


def test_the_history_names_the_specs_and_what_went(lab: Path) -> None:
    before = (
        "==> 2026-01-01 00:00:00 <==\n# cmd: conda create\n+lab/noarch::six-1.0-0\n+lab/noarch::old-1-0\n"
        "# update specs: ['old']"
    )
    (lab / "conda-meta/history").write_text("what an engine made of it")
    wanted = Environment(channels=("lab",), dependencies=("python",))
    write_history(Prefix(lab), before, wanted, {"python": "python", "six": "six=1"}, ["old"])
    text = (lab / "conda-meta/history").read_text()
    assert text.startswith(before + "\n==> ")
    revision = parse_history(text)[-1]
    assert revision.unlink == ("lab/noarch::old-1-0",)
    assert revision.link == ("lab/noarch::pip-1.0-0", "lab/noarch::python-3.12-0")
    assert (revision.update_specs, revision.remove_specs) == (("python",), ("old",))


def test_the_history_of_a_lock_names_what_was_asked_for(lab: Path) -> None:
    write_history(Prefix(lab), "", Environment(packages=ALL), {"six": "six", "other": "other"}, [])
    assert parse_history((lab / "conda-meta/history").read_text())[-1].update_specs == ("six",)


def test_a_history_makes_an_environment_of_nothing(prefix: Path) -> None:
    write_history(Prefix(prefix), "", Environment(), {}, [])
    assert Prefix(prefix).state.name == "ENVIRONMENT"


def test_variables_are_set_and_removed_and_the_rest_stays(lab: Path) -> None:
    state = lab / "conda-meta/state"
    state.write_text('{"env_vars": {"KEPT": "1", "GONE": "2", "LEVEL": "2", "OFF": "***unset***"}, "other": true}')
    write_variables(str(lab), {"LEVEL": "3", "NEW": "é"}, ["GONE", "absent"])
    assert json.loads(state.read_text()) == {
        "env_vars": {"KEPT": "1", "LEVEL": "3", "NEW": "é", "OFF": "***unset***"},
        "other": True,
    }


@pytest.mark.parametrize("mode", [0o600, 0o644, 0o664])
def test_values_that_somebody_hid_stay_hidden(lab: Path, mode: int) -> None:
    state = lab / "conda-meta/state"
    state.write_text("{}")
    state.chmod(mode)
    write_variables(str(lab), {"TOKEN": "secret"}, [])
    assert state.stat().st_mode & 0o777 == mode
