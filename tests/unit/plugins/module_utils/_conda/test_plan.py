"""What is missing, what is solved for, and what changes: all as data."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.environment import Environment
from ansible_collections.benchwright.python.plugins.module_utils._conda.plan import (
    Contents,
    Plan,
    Unmet,
    compare,
    listing,
    make_plan,
    specs_to_solve,
)
from ansible_collections.benchwright.python.plugins.module_utils._conda.prefix import InstalledPackage
from ansible_collections.benchwright.python.plugins.module_utils._conda.python_package import PythonPackage


def package(name: str, version: str = "1.0", *depends: str, asked: str = "") -> InstalledPackage:
    return InstalledPackage(
        name, version, "0", 0, "lab", "noarch", "", "", "", "", depends, (), (asked,) if asked else ()
    )


def solved(name: str, version: str = "1.0", build: str = "0") -> dict[str, Any]:
    return {"name": name, "version": version, "build": build}


FOUND = Contents(
    packages=(package("numpy", "2.1", "python"), package("python", "3.12.1"), package("six", "1.17")),
    python_packages=(
        PythonPackage("humanize", "4.12.0", "pip", ""),
        PythonPackage("numpy", "2.1", "conda", ""),
        PythonPackage("rich", "13", "uv", ""),
    ),
    variables={"LEVEL": "3", "PLACE": "lab"},
)


@pytest.mark.parametrize(
    ("wanted", "unmet"),
    [
        (Environment(), Unmet()),
        (Environment(dependencies=("numpy", "numpy>=2", "python=3.12")), Unmet()),
        (Environment(dependencies=("numpy>=3", "six", "scipy")), Unmet(specs=("numpy>=3", "scipy"))),
        (Environment(pip=("humanize>=4",)), Unmet()),
        (Environment(pip=("humanize==4.13.0", "Rich", "absent")), Unmet(pip=("humanize==4.13.0", "absent"))),
        (Environment(variables={"LEVEL": "3"}), Unmet()),
        (Environment(variables={"LEVEL": "4", "NEW": "", "PLACE": "lab"}), Unmet(variables={"LEVEL": "4", "NEW": ""})),
    ],
)
def test_what_is_unmet(wanted: Environment, unmet: Unmet) -> None:
    found = compare(wanted, FOUND)
    assert found == unmet
    assert bool(found) == (unmet != Unmet())


def test_a_dependency_of_what_is_installed_is_unmet_too() -> None:
    found = Contents(packages=(package("numpy", "2.1", "python", "libblas >=3"), package("python", "3.12")))
    [sentence] = compare(Environment(dependencies=("numpy",)), found).specs
    assert sentence == "numpy 2.1 needs 'libblas >=3', but libblas is not installed"


def test_what_is_there_for_its_own_sake_is_solved_for_and_mere_dependencies_are_not() -> None:
    found = Contents(
        packages=(
            package("numpy", "2.1", "libblas >=3", "python"),
            package("libblas", "3.9"),
            package("python", "3.12", asked="python"),
            package("idna", "3"),
        )
    )
    assert specs_to_solve(Environment(dependencies=("numpy>=2", "scipy")), found) == [
        "numpy>=2",
        "scipy",
        "python",  # needed by numpy, and also asked for once
        "idna",
    ]


def test_a_plan_is_the_difference_between_what_is_there_and_what_was_solved() -> None:
    solution = [solved("numpy", "2.2"), solved("python", "3.12.1"), solved("zlib", build="h_1")]
    plan = make_plan(Unmet(specs=("numpy>=2.2",)), FOUND, solution)
    assert plan.link == ("numpy 2.2 0", "zlib 1.0 h_1")
    assert plan.unlink == ("numpy 2.1 0", "six 1.17 0")
    others = ("pip: humanize==4.12.0", "pip: rich==13", "variable: LEVEL", "variable: PLACE")
    assert plan.before == ("numpy 2.1 0", "python 3.12.1 0", "six 1.17 0", *others)
    assert plan.after == ("numpy 2.2 0", "python 3.12.1 0", "zlib 1.0 h_1", *others)


def test_where_conda_has_no_part_its_packages_stay() -> None:
    digest = "--hash=sha256:" + "0" * 64
    plan = make_plan(Unmet(pip=(f"Humanize==4.13.0 {digest}",), variables={"LEVEL": "4"}), FOUND, [])
    assert (plan.link, plan.unlink) == ((), ())
    gone, come = set(plan.before) - set(plan.after), set(plan.after) - set(plan.before)
    assert gone == {"pip: humanize==4.12.0", "variable: LEVEL"}
    assert come == {"pip: Humanize==4.13.0", "variable: LEVEL (set)"}


def test_nothing_unmet_changes_nothing() -> None:
    plan = make_plan(Unmet(), FOUND, [])
    assert plan == Plan(before=listing(FOUND), after=listing(FOUND))
    assert len(plan.before) == 7
