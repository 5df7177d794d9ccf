"""What a prefix is to hold where nothing is solved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.descriptions.environment import LockedPackage
from ansible_collections.benchwright.python.plugins.module_utils._conda.engines.interface import Request
from ansible_collections.benchwright.python.plugins.module_utils._conda.engines.unsolved import as_record, unsolved

LAB, FORGE = "https://conda.example.org/lab", "https://conda.example.org/forge"
ONE, TWO = "1" * 64, "2" * 64


@pytest.fixture
def lab(install_packages: Any, make_package: Any, prefix: Path) -> Path:
    install_packages(prefix, make_package("six", depends=["python"], sha256=ONE), make_package("idna"))
    return prefix


def names(request: Request) -> list[str]:
    return [record["name"] for record in unsolved(request)]


def test_what_is_preferred_stays_and_the_rest_goes(lab: Path) -> None:
    assert names(Request(str(lab), "/pkgs", prefer=("six", "absent"))) == ["six"]
    assert names(Request(str(lab), "/pkgs", prefer=("six", "idna"))) == ["idna", "six"]
    assert names(Request(str(lab), "/pkgs")) == []


@pytest.mark.parametrize("digest", ["", ONE, ONE.upper()])
def test_an_installed_package_that_is_the_locked_one_describes_itself(lab: Path, digest: str) -> None:
    package = LockedPackage(f"{FORGE}/noarch/six-1.0-0.conda", sha256=digest)
    [record] = unsolved(Request(str(lab), "/pkgs", packages=(package,)))
    assert (record["depends"], record["channel"]) == (["python"], LAB)


@pytest.mark.parametrize(
    "package",
    [
        LockedPackage(f"{FORGE}/linux-64/six-1.0-0.conda", sha256=TWO),
        LockedPackage(f"{FORGE}/linux-64/six-2.0-0.conda", sha256=ONE),
    ],
)
def test_another_file_comes_in_the_place_of_what_is_installed(lab: Path, package: LockedPackage) -> None:
    records = unsolved(Request(str(lab), "/pkgs", packages=(package,), prefer=("idna", "six")))
    assert [record["name"] for record in records] == ["idna", "six"]
    assert records[1] == as_record(package)


def test_an_address_tells_what_is_in_it() -> None:
    package = LockedPackage("https://conda.example.org/t/x/forge/linux-64/lib-a-1%211.0-h_1.tar.bz2", md5="3" * 32)
    assert as_record(package) == {
        **{"name": "lib-a", "version": "1!1.0", "build": "h_1", "build_number": 0, "depends": []},
        **{"subdir": "linux-64", "channel": "https://conda.example.org/t/x/forge", "url": package.url},
        **{"sha256": "", "md5": "3" * 32},
    }


def test_a_prefix_that_is_not_there_takes_the_lock(tmp_path: Path) -> None:
    package = LockedPackage(f"{LAB}/noarch/six-1.0-0.conda")
    assert names(Request(str(tmp_path / "absent"), "/pkgs", packages=(package,), prefer=("idna",))) == ["six"]
