# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PEP 440's versions and specifiers, against its examples and against the packaging library."""

from __future__ import annotations

import os
from contextlib import suppress
from itertools import combinations

import packaging.specifiers
import packaging.version
import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.specs.pep440 import (
    PythonVersion,
    PythonVersionError,
    SpecifierSet,
)
from hypothesis import given, settings
from hypothesis import strategies as st

many = settings(max_examples=int(os.environ.get("BENCHWRIGHT_EXAMPLES", "1200")))

ORDER = [
    "1.dev0",
    "1.0.dev456",
    "1.0a1",
    "1.0a2.dev456",
    "1.0a12.dev456",
    "1.0a12",
    "1.0b1.dev456",
    "1.0b2",
    "1.0b2.post345.dev456",
    "1.0b2.post345",
    "1.0rc1.dev456",
    "1.0rc1",
    "1.0",
    "1.0+abc.5",
    "1.0+abc.7",
    "1.0+5",
    "1.0.post456.dev34",
    "1.0.post456",
    "1.0.15",
    "1.1.dev1",
    "1!0.1",
]


def test_order_of_the_pep() -> None:
    for smaller, greater in combinations(map(PythonVersion, ORDER), 2):
        assert smaller < greater
        assert smaller != greater


@pytest.mark.parametrize(
    "spellings",
    [
        "1.0 v1.0 1 1.0.0 0!1.0 01.0",
        "1.0a1 1.0-alpha.1 1.0_A1 1.0.a01",
        "1.0rc1 1.0c1 1.0-pre1 1.0.preview_1",
        "1.0.post1 1.0-1 1.0-rev1 1.0r1 1.0post1",
        "1.0.dev0 1.0dev 1.0-DEV",
        "1.0+ubuntu.1 1.0+Ubuntu-1 1.0+ubuntu_1",
    ],
)
def test_spellings_of_one_version(spellings: str) -> None:
    assert len({PythonVersion(text) for text in spellings.split()}) == 1


@pytest.mark.parametrize(
    "text", ["", "abc", "1.0.", "1..0", "1.0+", "1.0+a+b", "1.0-", "a1", "1.0 1", "1.0alphabet", "٣.1"]
)
def test_invalid_versions(text: str) -> None:
    with pytest.raises(PythonVersionError, match="is not a version"):
        PythonVersion(text)


@pytest.mark.parametrize(
    ("specifiers", "admitted", "refused"),
    [
        ("", "1.0 1.0a1 not-a-version", ""),
        ("==1.0", "1.0 1 1.0+local", "1.0.1 1.0a1 1.0.post1"),
        ("==1.0+a", "1.0+a", "1.0 1.0+b"),
        ("==1.1.*", "1.1 1.1a1 1.1.post1 1.1.9 1.1+x", "1.10 1!1.1"),
        ("!=1.1.*", "1.2", "1.1.3"),
        ("!=1.0", "1.1 1.0.post1", "1.0 1.0+x"),
        ("===1.0", "1.0", "1.0.0 1"),
        ("===odd-Version", "odd-version ODD-VERSION", "odd"),
        ("~=2.2", "2.2 2.9 2.2.post3", "3.0 2.1 2.2rc1"),
        ("~=1.4.5", "1.4.5 1.4.9", "1.5 1.4.4"),
        ("~=2.2.post3", "2.2.post3 2.9", "2.2 3"),
        (">=1.0, <2", "1.0 1.9", "2.0a1 2.0 0.9"),
        ("<=1.0", "1.0 1.0+x 1.0a1", "1.0.post1"),
        ("<3.1", "3.0 3.0.dev0", "3.1 3.1rc1 3.1.dev0"),
        ("<3.1rc2", "3.1rc1 3.1.dev1", "3.1rc2"),
        (">1.7", "1.7.1 1.8", "1.7 1.7.post1 1.7+x 1.7.0.post1"),
        (">1.7.post2", "1.7.post3 1.7.1", "1.7.post2 1.7.0"),
        (">=1", "2", "not-a-version"),
        ("!=1", "2", "not-a-version"),
    ],
)
def test_specifiers(specifiers: str, admitted: str, refused: str) -> None:
    wanted = SpecifierSet(specifiers)
    assert [version for version in admitted.split() if not wanted.admits(version)] == []
    assert [version for version in refused.split() if wanted.admits(version)] == []


@pytest.mark.parametrize(
    "text",
    [
        "1.0",
        "=1.0",
        ">=",
        ">=1.0 <2",
        "~=1",
        ">=1.*",
        "<1.0+x",
        "~=1.0+x",
        "==1.0a1.*",
        "==1.0+x.*",
        "=>1",
        ",",
        ">=1,",
    ],
)
def test_invalid_specifiers(text: str) -> None:
    with pytest.raises(PythonVersionError):
        SpecifierSet(text)


# --- against packaging ----------------------------------------------------------------------------------------------

RELEASES = ["0", "1", "1.0", "1.0.0", "1.1", "1.10", "1.2.3", "2", "01.2", "1!1.0", "v1.1"]
PRES = [""] * 4 + ["a1", "b2", "rc1", "-rc.1", "_ALPHA", "c", ".preview2"]
POSTS = [""] * 4 + [".post1", "-1", "post", ".rev2", "-r3", ".post0"]
DEVS = [""] * 4 + [".dev1", "dev", "-dev0"]
LOCALS = [""] * 4 + ["+a", "+1", "+a.1", "+A_1", "+1.a"]
VERSIONS = st.builds(
    lambda *parts: "".join(parts), *(st.sampled_from(part) for part in (RELEASES, PRES, POSTS, DEVS, LOCALS))
)
CHANGES = st.sampled_from(["", ".0", ".post1", "a1", ".dev1", "+x", "1"])
# A version, and one that stands close to it in the order.
CLOSE_PAIRS = st.builds(
    lambda first, change, cut: (first, (first[:cut] if cut else first.partition("+")[0]) + change or "0"),
    VERSIONS,
    CHANGES,
    st.sampled_from([0, 0, 1, 3, -1, -2]),
)
SIGNS = st.sampled_from(["==", "===", "!=", "~=", "<", "<=", ">", ">="])


@many
@given(CLOSE_PAIRS)
def test_order_is_packagings(pair: tuple[str, str]) -> None:
    try:
        theirs = [packaging.version.Version(text) for text in pair]
    except packaging.version.InvalidVersion:
        with pytest.raises(PythonVersionError):
            [PythonVersion(text) for text in pair]
        return
    ours = [PythonVersion(text) for text in pair]
    assert (ours[0] < ours[1], ours[0] == ours[1]) == (theirs[0] < theirs[1], theirs[0] == theirs[1])
    if ours[0] == ours[1]:
        assert hash(ours[0]) == hash(ours[1])


@many
@given(CLOSE_PAIRS, SIGNS, st.sampled_from(["", "", ".*"]), VERSIONS | st.just(""), st.sampled_from(["!=", "<", ">="]))
def test_specifiers_are_packagings(pair: tuple[str, str], sign: str, series: str, other: str, second: str) -> None:
    version, bound = pair
    text = f"{sign} {bound}{series}" + (f", {second}{other}" if other else "")
    try:
        theirs = packaging.specifiers.SpecifierSet(text)
    except packaging.specifiers.InvalidSpecifier:
        with pytest.raises(PythonVersionError):
            SpecifierSet(text)
        return
    with suppress(packaging.version.InvalidVersion):
        packaging.version.Version(version)
        assert SpecifierSet(text).admits(version) is theirs.contains(version, prereleases=True), (text, version)


NOISE = st.text(max_size=40) | st.text(alphabet="0129.!+-_*<>=~, abcdeprstv\t\n", max_size=40)


@many
@given(NOISE)
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(PythonVersionError):
        version = PythonVersion(text)
        assert packaging.version.Version(text) is not None
        assert version == PythonVersion(f" {text}")
    with suppress(PythonVersionError):
        SpecifierSet(text).admits("1.2")


def test_numbers_too_long_to_read() -> None:
    with suppress(PythonVersionError):  # older Pythons read them
        assert PythonVersion("1" * 100_000) > PythonVersion("1")
