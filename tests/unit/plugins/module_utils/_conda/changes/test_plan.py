"""What changes, and how it is shown: all as data."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes.difference import Contents, Unmet
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes.plan import (
    Plan,
    listing,
    make_plan,
    moves_python,
)
from ansible_collections.benchwright.python.plugins.module_utils._conda.installed.prefix import InstalledPackage
from ansible_collections.benchwright.python.plugins.module_utils._conda.installed.python_package import PythonPackage


def package(name: str, version: str = "1.0") -> InstalledPackage:
    return InstalledPackage(name, version, "0", 0, "lab", "noarch", "", "", "", "", (), (), ())


def solved(name: str, version: str = "1.0", build: str = "0") -> dict[str, Any]:
    return {"name": name, "version": version, "build": build}


FOUND = Contents(
    packages=(package("numpy", "2.1"), package("python", "3.12.1"), package("six", "1.17")),
    python_packages=(
        PythonPackage("humanize", "4.12.0", "pip", ""),
        PythonPackage("numpy", "2.1", "conda", ""),
        PythonPackage("rich", "13", "uv", ""),
    ),
    variables={"LEVEL": "3", "PLACE": "lab"},
)


def test_a_plan_is_the_difference_between_what_is_there_and_what_was_solved() -> None:
    solution = [solved("numpy", "2.2"), solved("python", "3.12.1"), solved("zlib", build="h_1")]
    plan = make_plan(Unmet(specs=("numpy>=2.2",)), FOUND, solution)
    assert plan.link == ("numpy 2.2 0", "zlib 1.0 h_1")
    assert plan.unlink == ("numpy 2.1 0", "six 1.17 0")
    assert plan.conda
    others = ("pip: humanize==4.12.0", "pip: rich==13", "variable: LEVEL", "variable: PLACE")
    assert plan.before == ("numpy 2.1 0", "python 3.12.1 0", "six 1.17 0", *others)
    assert plan.after == ("numpy 2.2 0", "python 3.12.1 0", "zlib 1.0 h_1", *others)


def test_where_conda_has_no_part_its_packages_stay() -> None:
    digest = "--hash=sha256:" + "0" * 64
    plan = make_plan(Unmet(pip=(f"Humanize==4.13.0 {digest}",), variables={"LEVEL": "4"}), FOUND, None)
    assert (plan.link, plan.unlink, plan.conda) == ((), (), False)
    gone, come = set(plan.before) - set(plan.after), set(plan.after) - set(plan.before)
    assert gone == {"pip: humanize==4.12.0", "variable: LEVEL"}
    assert come == {"pip: Humanize==4.13.0", "variable: LEVEL (set)"}


def test_a_solution_without_packages_takes_all_of_them_out() -> None:
    assert make_plan(Unmet(), FOUND, []).unlink == ("numpy 2.1 0", "python 3.12.1 0", "six 1.17 0")


def test_a_repair_is_seen_though_name_version_and_build_stay() -> None:
    same = [solved("numpy", "2.1"), solved("python", "3.12.1"), solved("six", "1.18")]
    plan = make_plan(Unmet(reinstall={"numpy": "damaged", "six": "damaged"}), FOUND, same)
    assert plan.repair == ("numpy 2.1 0",)  # six is replaced, which mends it too
    assert plan.conda
    assert set(plan.before) - set(plan.after) == {"numpy 2.1 0 (damaged)", "six 1.17 0"}


def test_what_goes_from_pip_and_variables_is_no_longer_listed() -> None:
    plan = make_plan(Unmet(pip_surplus=("rich",), variables_surplus=("PLACE",)), FOUND, None)
    assert (plan.pip_removed, plan.variables_removed) == (("rich",), ("PLACE",))
    assert set(plan.before) - set(plan.after) == {"pip: rich==13", "variable: PLACE"}
    assert set(plan.after) <= set(plan.before)


def test_no_value_of_a_variable_is_shown() -> None:
    plan = make_plan(Unmet(variables={"TOKEN": "secret"}), replace(FOUND, variables={"OTHER": "secret"}), None)
    assert "secret" not in repr(plan)


@pytest.mark.parametrize(
    ("version", "moves"), [("3.12.9", False), ("3.13.0", True), ("3.1", True), ("4.12.1", True), (None, False)]
)
def test_another_minor_version_of_python_leaves_pips_packages_behind(version: str | None, moves: bool) -> None:
    solution = [solved("python", version)] if version else []
    assert moves_python(FOUND, solution) is moves
    plan = make_plan(Unmet(pip=("humanize",)), FOUND, solution)
    assert ("pip: rich==13" in plan.after) is not moves
    assert "pip: humanize" in plan.after


def test_a_new_environment_moves_no_python() -> None:
    assert not moves_python(Contents(), [solved("python", "3.13")])
    assert not moves_python(FOUND, None)


def test_nothing_unmet_changes_nothing() -> None:
    plan = make_plan(Unmet(), FOUND, None)
    assert not plan
    assert plan == Plan(before=listing(FOUND), after=listing(FOUND))
    assert plan.before == plan.after
    assert len(plan.before) == 7
