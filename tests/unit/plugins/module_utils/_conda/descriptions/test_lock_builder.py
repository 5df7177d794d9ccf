"""The packages that a module is handed pass the checks of a lock once more."""

from __future__ import annotations

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.descriptions.environment import (
    EnvironmentFileError,
    LockedPackage,
)
from ansible_collections.benchwright.python.plugins.module_utils._conda.descriptions.lock_builder import check_packages

URL = "https://conda.example.org/x/linux-64/six-1-0.conda"


def test_packages_are_taken_with_the_digests_they_have() -> None:
    given = [{"url": URL, "sha256": "AB" * 32, "md5": ""}, {"url": URL.replace("six", "xz"), "md5": "cd" * 16}]
    assert check_packages(given) == (LockedPackage(URL, "ab" * 32), LockedPackage(given[1]["url"], "", "cd" * 16))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ([{"url": "six"}], r"packages: \[0\]: 'six' is no address of a package"),
        ([{"url": URL}, {"url": URL}], r"packages: \[1\]: 'six' is given twice; a lock has one of each"),
        ([{"url": URL, "sha256": "ab"}], r"packages: \[0\]: 'ab' is no sha256; wanted 64 hexadecimal digits"),
        ([{"url": URL.replace("conda.example.org", "packages.anaconda.com")}], r"packages: \[0\]: .*licensed"),
    ],
)
def test_what_is_wrong_is_named_by_option_and_index(given: list[dict[str, str]], message: str) -> None:
    with pytest.raises(EnvironmentFileError, match=message):
        check_packages(given)
