"""What an engine is asked: all as data."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes.difference import (
    Contents,
    Policy,
    Unmet,
    compare,
)
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes.request import make_request
from ansible_collections.benchwright.python.plugins.module_utils._conda.descriptions.environment import (
    Environment,
    LockedPackage,
)
from ansible_collections.benchwright.python.plugins.module_utils._conda.engines.interface import Request
from ansible_collections.benchwright.python.plugins.module_utils._conda.installed.prefix import InstalledPackage

CHANNEL = "https://conda.example.org/lab"
WHERE = Request("/srv/envs/lab", "/srv/pkgs", ("lab",), "disabled")
SIX = Environment(dependencies=("six>=1",))


def package(name: str, version: str = "1.0", *depends: str) -> InstalledPackage:
    return InstalledPackage(name, version, "0", 0, CHANNEL, "noarch", "", "", "", "", depends, (), ())


FOUND = Contents(
    packages=(
        package("idna", "3"),
        package("libblas", "3.9"),
        package("numpy", "2.1", "libblas >=3", "python"),
        package("python", "3.12", "zlib"),
        package("zlib", "1.3"),
    ),
    requested={"python": "python=3.12", "idna": "idna >=3"},
)


def request(wanted: Environment, found: Contents = FOUND, policy: Policy = Policy()) -> Request:  # noqa: B008
    return make_request(wanted, found, compare(wanted, found, policy), policy, WHERE)


def test_what_is_there_for_its_own_sake_is_solved_for_with_its_own_spec_and_mere_dependencies_are_not() -> None:
    asked = request(Environment(dependencies=("numpy>=2", "scipy")))
    assert asked == WHERE.replace(
        specs=("numpy>=2", "scipy", "idna >=3", "python=3.12"), prefer=("idna", "libblas", "numpy", "python", "zlib")
    )


@pytest.mark.parametrize(
    "spec",
    [
        "idna >=4",  # no longer true
        "idna >>3",
        "https://conda.example.org/lab/noarch/idna-3-0.conda",
        "idna[url='https://conda.example.org/lab/noarch/idna-3-0.conda']",
        "idna[md5=00000000000000000000000000000000]",
        "elsewhere::idna",
        "",
        "six",
    ],
)
def test_a_spec_that_no_longer_holds_or_names_one_file_gives_way_to_the_name(spec: str) -> None:
    asked = request(SIX, replace(FOUND, requested={"idna": spec}))
    assert asked.specs == ("six>=1", "idna", "numpy")


def test_what_is_asked_for_now_is_not_asked_for_as_before() -> None:
    assert request(Environment(dependencies=("python=3.13",))).specs == ("python=3.13", "idna >=3", "numpy")


def test_packages_that_only_need_each_other_are_kept() -> None:
    found = Contents(packages=(package("pip", "25", "python"), package("python", "3.12", "pip")))
    assert request(SIX, found).specs == ("six>=1", "pip")


def test_exact_keeps_nothing_but_prefers_what_is_there() -> None:
    asked = request(SIX, policy=Policy(exact=True))
    assert asked.specs == ("six>=1",)
    assert asked.prefer == ("idna", "libblas", "numpy", "python", "zlib")


@pytest.mark.parametrize("text", ["python 3.12.*", "numpy <3", "absent ==1"])
@pytest.mark.parametrize("latest", [False, True])
def test_what_is_pinned_binds_also_what_is_asked_for(text: str, latest: bool) -> None:
    """As in conda; or else 'latest' would lead 'python' past the pin that somebody set against that."""
    found = replace(FOUND, pinned=(text,))
    asked = request(Environment(dependencies=("python", "scipy")), found, Policy(latest=latest))
    assert asked.constraints == (text,)


def test_latest_prefers_nothing() -> None:
    asked = request(Environment(dependencies=("numpy",)), policy=Policy(latest=True))
    assert (asked.specs, asked.prefer) == (("numpy", "idna >=3", "python=3.12"), ())


def test_latest_of_some_leaves_the_others_as_they_are() -> None:
    asked = request(Environment(dependencies=("numpy",)), policy=Policy(latest=True, only_named=True))
    assert asked.specs == ("numpy", "idna >=3", "python=3.12")
    assert asked.prefer == ("idna", "python", "zlib")


def test_a_lock_is_not_solved_and_no_channel_is_asked() -> None:
    lock = Environment(packages=(LockedPackage(f"{CHANNEL}/noarch/idna-4-0.conda"),))
    asked = request(lock, replace(FOUND, pinned=("idna 3",)))
    assert asked == WHERE.replace(
        packages=lock.packages, prefer=("idna", "libblas", "numpy", "python", "zlib"), reinstall=("idna",)
    )
    assert request(lock, policy=Policy(exact=True)).prefer == ("idna",)
    assert request(lock, policy=Policy(latest=True)).specs == ()


def test_a_removal_is_not_solved() -> None:
    asked = request(Environment(), policy=Policy(without=("numpy",)))
    assert asked == WHERE.replace(prefer=("idna", "python", "zlib"))


def test_a_repair_is_not_solved() -> None:
    asked = request(Environment(), replace(FOUND, missing_files={"zlib": ["lib/libz.so"]}))
    assert asked == WHERE.replace(prefer=("idna", "libblas", "numpy", "python", "zlib"), reinstall=("zlib",))


def test_what_is_broken_is_solved() -> None:
    found = Contents(packages=(package("numpy", "2.1", "libblas"),))
    asked = make_request(Environment(), found, Unmet(broken=("numpy needs libblas",)), Policy(), WHERE)
    assert (asked.specs, asked.prefer) == (("numpy",), ("numpy",))


def test_exactly_nothing_is_not_solved_either_however_broken_it_is() -> None:
    found = Contents(packages=(package("numpy", "2.1", "libblas"),))
    assert request(Environment(), found, Policy(exact=True)) == WHERE


def test_what_does_not_satisfy_is_not_preferred() -> None:
    asked = request(Environment(dependencies=("elsewhere::numpy", "python=3.12", "zlib>=2")))
    assert asked.prefer == ("idna", "libblas", "python")
    assert asked.reinstall == ("numpy",)
