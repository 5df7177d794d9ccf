"""What is missing, damaged or too much: all as data."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes.difference import (
    Contents,
    Policy,
    Unmet,
    compare,
    own_sake,
    reachable,
)
from ansible_collections.benchwright.python.plugins.module_utils._conda.descriptions.environment import (
    Environment,
    LockedPackage,
)
from ansible_collections.benchwright.python.plugins.module_utils._conda.installed.prefix import InstalledPackage
from ansible_collections.benchwright.python.plugins.module_utils._conda.installed.python_package import (
    PythonPackage,
    PythonRequirement,
)

CHANNEL = "https://conda.example.org/lab"
EXACT = Policy(exact=True)


def package(name: str, version: str = "1.0", *depends: str, **fields: Any) -> InstalledPackage:
    url = f"{CHANNEL}/noarch/{name}-{version}-0.conda"
    plain = InstalledPackage(name, version, "0", 0, CHANNEL, "noarch", url, "", "", "", depends, (), ())
    return plain._replace(**fields)


def pip(name: str, version: str = "1.0", installer: str = "pip") -> PythonPackage:
    return PythonPackage(name, version, installer, "")


def locked(name: str, version: str = "1.0", **digests: str) -> LockedPackage:
    return LockedPackage(f"{CHANNEL}/noarch/{name}-{version}-0.conda", **digests)


FOUND = Contents(
    packages=(package("numpy", "2.1", "python"), package("python", "3.12.1"), package("six", "1.17")),
    python_packages=(pip("humanize", "4.12.0"), pip("numpy", "2.1", "conda"), pip("rich", "13", "uv")),
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
    found = compare(wanted, FOUND, Policy())
    assert found == unmet
    assert bool(found) == (unmet != Unmet())


def test_whatever_is_unmet_says_why() -> None:
    unmet = Unmet(("six",), ("a b",), {"b": "bad"}, ("c",), ("d",), ("e",), {"F": "secret"}, ("G",))
    assert unmet.why == (
        *("six", "a b", "b: bad", "d", "F"),
        *("c is not asked for", "e is not asked for", "G is not asked for"),
    )


# --- what is broken and damaged ---------------------------------------------------------------------------------------


def test_a_dependency_of_what_is_installed_is_unmet_too() -> None:
    found = Contents(packages=(package("numpy", "2.1", "python", "libblas >=3"), package("python", "3.12")))
    unmet = compare(Environment(dependencies=("numpy",)), found, Policy())
    assert unmet == Unmet(broken=("numpy 2.1 needs 'libblas >=3', but libblas is not installed",))
    assert unmet.conda


@pytest.mark.parametrize(
    "odd", ["python >>3", "python; if linux", "python[when='x']", "", "***", "__glibc >=9", "https://x/y.conda"]
)
def test_a_dependency_that_only_conda_can_read_is_not_broken(odd: str) -> None:
    found = Contents(packages=(package("six", "1", odd), package("python", "3.12")))
    assert not compare(Environment(), found, Policy())
    assert compare(Environment(dependencies=("six", "python")), found, EXACT) == Unmet()


@pytest.mark.parametrize(
    ("wanted", "policy"),
    [(Environment(packages=(locked("six"),)), Policy()), (Environment(), Policy(without=("absent",)))],
)
def test_a_lock_is_what_it_is_and_a_removal_mends_nothing(wanted: Environment, policy: Policy) -> None:
    assert not compare(wanted, Contents(packages=(package("six", "1.0", "gone"),)), policy)


def test_missing_files_are_told_in_short() -> None:
    files = {"numpy": ["a", "b", "c"], "six": ["six.py"]}
    unmet = compare(Environment(), replace(FOUND, missing_files=files), Policy())
    assert unmet == Unmet(reinstall={"numpy": "a is missing, with 2 more", "six": "six.py is missing"})
    assert not compare(Environment(), replace(FOUND, missing_files=files), Policy(without=("absent",)))


def test_an_installed_build_from_another_channel_is_to_be_linked_again() -> None:
    """The line of the plan, name version build, is the same: without this the run would call it done."""
    unmet = compare(Environment(dependencies=("https://conda.example.org/forge::six", "python")), FOUND, Policy())
    assert unmet.specs == ("https://conda.example.org/forge::six",)
    assert list(unmet.reinstall) == ["six"]
    assert "is there from https://conda.example.org/lab" in unmet.reinstall["six"]
    other = Environment(dependencies=("https://conda.example.org/forge::six>=2", "six[build=other]"))
    assert compare(other, FOUND, Policy()).reinstall == {}


def test_of_where_it_is_from_no_password_is_told() -> None:
    secret = package("six", channel="https://me:secret@mirror.example/t/token/lab")
    unmet = compare(Environment(dependencies=("forge::six",)), Contents(packages=(secret,)), Policy())
    assert "secret" not in str(unmet.why)
    assert "token" not in str(unmet.why)


# --- locks ------------------------------------------------------------------------------------------------------------

ONE, TWO = "1" * 64, "2" * 64


@pytest.mark.parametrize(
    ("there", "lock", "why"),
    [
        ({}, {}, ""),
        ({"sha256": ONE}, {"sha256": ONE}, ""),
        ({"sha256": "ab" * 32}, {"sha256": "AB" * 32}, ""),
        ({"sha256": ONE}, {"md5": "3" * 32}, ""),
        ({"sha256": ONE}, {"sha256": TWO}, "1.0 0 is not the locked file: its digest differs"),
        ({"sha256": ONE, "md5": "3" * 32}, {"md5": "4" * 32}, "1.0 0 is not the locked file: its digest differs"),
        ({"version": "0.9", "sha256": ONE}, {"sha256": ONE}, "0.9 0 is not the locked 1.0 0"),
        ({"build": "1"}, {}, "1.0 1 is not the locked 1.0 0"),
    ],
)
def test_a_locked_package_is_that_file(there: dict[str, str], lock: dict[str, str], why: str) -> None:
    found = Contents(packages=(package("six", **there),))
    unmet = compare(Environment(packages=(locked("six", **lock),)), found, Policy())
    assert unmet == Unmet(reinstall={"six": why} if why else {})


def test_what_a_lock_names_is_missing_or_too_much() -> None:
    found = Contents(packages=(package("six"), package("idna", "1", "six"), package("toolz")))
    wanted = Environment(packages=(locked("idna", "1"), locked("zlib", "1.3")))
    assert compare(wanted, found, Policy()) == Unmet(specs=("zlib-1.3-0",))
    assert compare(wanted, found, EXACT) == Unmet(specs=("zlib-1.3-0",), surplus=("six", "toolz"))


# --- what is there for what --------------------------------------------------------------------------------------------

CYCLE = (
    package("openssl"),
    package("pip", "25", "python >=3.9", "setuptools"),
    package("python", "3.12", "openssl", "pip"),
    package("setuptools", "80", "python"),
)


def test_what_is_reachable_ends_in_a_circle_too() -> None:
    assert reachable(CYCLE, ["python"]) == {"openssl", "pip", "python", "setuptools"}
    assert reachable(CYCLE, ["openssl", "absent"]) == {"openssl"}


@pytest.mark.parametrize(
    ("packages", "requested", "names"),
    [
        (FOUND.packages, (), {"numpy", "six"}),
        (FOUND.packages, ("python", "absent"), {"numpy", "python", "six"}),
        ((package("a", "1", "a"),), (), {"a"}),
        (CYCLE, (), {"pip"}),
        (CYCLE, ("python",), {"python"}),
        ((*CYCLE, package("numpy", "2", "python")), (), {"numpy"}),
        ((), ("a",), set()),
    ],
)
def test_what_is_there_for_its_own_sake_leads_to_everything(
    packages: tuple[InstalledPackage, ...], requested: tuple[str, ...], names: set[str]
) -> None:
    found = own_sake(packages, requested)
    assert found == names
    assert reachable(packages, found) == {package.name for package in packages}


def test_exact_keeps_what_is_needed_through_circles() -> None:
    found = Contents(packages=(*CYCLE, package("idna"), package("xz", "1", "xz")))
    assert compare(Environment(dependencies=("python",)), found, EXACT) == Unmet(surplus=("idna", "xz"))


@pytest.mark.parametrize(
    ("without", "requested", "surplus"),
    [
        ("scipy", (), ("libblas", "numpy", "scipy")),
        ("scipy", ("numpy",), ("scipy",)),
        ("numpy", (), ("numpy",)),  # scipy needs both still; that is refused later
        ("scipy >=9", (), ()),
        ("absent", (), ()),
    ],
)
def test_what_goes_takes_along_what_only_it_needed(
    without: str, requested: tuple[str, ...], surplus: tuple[str, ...]
) -> None:
    packages = (
        package("libblas"),
        package("numpy", "2", "libblas", "python"),
        package("scipy", "1", "numpy"),
        package("python", "3.12"),
        package("six", "1", "python"),
    )
    found = Contents(packages=packages, requested=dict.fromkeys(requested, "x"))
    assert compare(Environment(), found, Policy(without=(without,))).surplus == surplus


def test_python_does_not_go_with_pip_though_it_needs_it_and_nobody_asked_for_either() -> None:
    assert compare(Environment(), Contents(packages=CYCLE), Policy(without=("pip",))).surplus == ("pip",)
    # Asked for together, both go, with what they alone needed.
    both = compare(Environment(), Contents(packages=CYCLE), Policy(without=("pip", "python", "setuptools")))
    assert both.surplus == ("openssl", "pip", "python", "setuptools")


# --- pip --------------------------------------------------------------------------------------------------------------


def test_exact_wants_no_other_variables_and_nothing_else_from_pip() -> None:
    wanted = Environment(dependencies=("numpy", "six"), pip=("rich",), variables={"LEVEL": "3"})
    assert compare(wanted, FOUND, EXACT) == Unmet(pip_surplus=("humanize",), variables_surplus=("PLACE",))


def needs(**requirements: tuple[PythonRequirement, ...]) -> Contents:
    """Everything that is named in the requirements is installed by pip."""
    names = set(requirements) | {other.name for others in requirements.values() for other in others}
    return Contents(python_packages=tuple(pip(name) for name in sorted(names)), python_requirements={**requirements})


Req = PythonRequirement


@pytest.mark.parametrize(
    ("wanted", "found", "surplus"),
    [
        (("a",), needs(a=(Req("b"),), b=(Req("a"), Req("c"))), ()),
        (("a",), needs(a=(Req("b", asked_by=("x",)),)), ("b",)),
        (("a[x]",), needs(a=(Req("b", asked_by=("x",)),)), ()),
        (("a[y]",), needs(a=(Req("b", asked_by=("x", "y")),)), ()),
        # First reached without the extra, then with it.
        (("a[x]", "z"), needs(a=(Req("b", asked_by=("x",)),), z=(Req("a"),)), ()),
        # A dependency's extra: httpx[http2] needs h2.
        (("z",), needs(z=(Req("a", ("x",)),), a=(Req("b", asked_by=("x",)), Req("c", asked_by=("y",)))), ("c",)),
        # An extra that is made of others.
        (("a[all]",), needs(a=(Req("a", ("x",), ("all",)), Req("b", asked_by=("x",)))), ()),
        ((), needs(a=(Req("a"),)), ("a",)),
    ],
)
def test_what_pip_has_to_keep(wanted: tuple[str, ...], found: Contents, surplus: tuple[str, ...]) -> None:
    assert compare(Environment(pip=wanted), found, EXACT).pip_surplus == surplus
    assert compare(Environment(pip=wanted), found, Policy()).pip_surplus == ()


def test_a_lock_names_every_dependency_of_pips() -> None:
    found = needs(a=(Req("b"),))
    assert compare(Environment(pip=("a==1.0",), pip_complete=True), found, EXACT).pip_surplus == ("b",)


METADATA = "lib/python3.12/site-packages/NumPy-2.1.dist-info/METADATA"
SHADOWED = replace(FOUND, python_packages=(pip("numpy", "2.2"),), missing_files={"numpy": [METADATA, "numpy/core.py"]})


@pytest.mark.parametrize("policy", [Policy(), EXACT, Policy(latest=True)])
def test_what_pip_put_over_condas_package_goes_and_condas_comes_back(policy: Policy) -> None:
    unmet = compare(Environment(dependencies=("numpy", "six"), variables=FOUND.variables), SHADOWED, policy)
    assert unmet.pip_surplus == ("numpy",)
    assert list(unmet.reinstall) == ["numpy"]


def test_a_removal_does_not_touch_what_it_does_not_mend() -> None:
    assert not compare(Environment(), SHADOWED, Policy(without=("absent",)))


def test_deleted_metadata_of_condas_package_does_not_make_pip_remove_another() -> None:
    found = replace(FOUND, missing_files={"numpy": [METADATA]}, python_packages=(pip("humanize"),))
    assert compare(Environment(), found, Policy()).pip_surplus == ()
