# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Match specs are read and judged as conda does; where conda drops a part of a spec, they are refused."""

from __future__ import annotations

import os
from contextlib import suppress
from types import SimpleNamespace

import pytest
import rattler
import rattler.exceptions
from ansible_collections.benchwright.python.plugins.module_utils._conda.specs.match_spec import (
    MatchSpec,
    MatchSpecError,
)
from hypothesis import given, settings
from hypothesis import strategies as st

many = settings(max_examples=int(os.environ.get("BENCHWRIGHT_EXAMPLES", "1200")))

# Each spec is tried on 33 records: 2,000 examples in two tests are 132,000 pairs.
pairs = settings(max_examples=int(os.environ.get("BENCHWRIGHT_EXAMPLES", "2000")))

MD5, SHA256 = "0123456789abcdef" * 2, "0123456789abcdef" * 4
FORGE = "https://conda.example.org/conda-forge/linux-64"
NUMPY = {
    "name": "numpy",
    "version": "1.26.4",
    "build": "py312h1234567_0",
    "build_number": 0,
    "channel": FORGE,
    "subdir": "linux-64",
    "md5": MD5,
    "sha256": SHA256,
    "url": f"{FORGE}/numpy-1.26.4-py312h1234567_0.conda",
    "license": "BSD-3-Clause",
}


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("numpy", "numpy"),
        (" NumPy ", "numpy"),
        ("numpy # for the models", "numpy"),
        ("numpy=1.2", "numpy=1.2"),
        ("numpy = 1.2", "numpy=1.2"),
        ("numpy= 1.2", "numpy=1.2"),
        ("numpy=1.2.*", "numpy=1.2"),
        ("numpy 1.2.*", "numpy=1.2"),
        ("numpy 1.2*", "numpy=1.2"),
        ("numpy[version='=1.2']", "numpy=1.2"),
        ("numpy==1.2", "numpy==1.2"),
        ("numpy == 1.2", "numpy==1.2"),
        ("numpy 1.2", "numpy==1.2"),
        ("numpy[version=1.2]", "numpy==1.2"),
        ("numpy *", "numpy"),
        ("numpy * *", "numpy"),
        ("numpy=*", "numpy"),
        ("numpy>=1,<2|3.*", "numpy[version='>=1,<2|3.*']"),
        ("numpy >= 1 , < 2", "numpy[version='>=1,<2']"),
        ("numpy!=1.2", "numpy[version='!=1.2']"),
        ("numpy ~=1.2.3", "numpy[version='~=1.2.3']"),
        ("numpy 1.2 py_0", "numpy==1.2[build='py_0']"),
        ("numpy=1.2=py_0", "numpy==1.2[build='py_0']"),
        ("numpy==1.2=py_0", "numpy==1.2[build='py_0']"),
        ("numpy =1.2 py_0", "numpy==1.2[build='py_0']"),
        ("numpy=1.2.*=py_0", "numpy=1.2[build='py_0']"),
        ("numpy=1.2=py*", "numpy==1.2[build='py*']"),
        ("numpy >=1.0 , < 2.0 =py_0", "numpy[version='>=1.0,<2.0',build='py_0']"),
        ("numpy * *openblas", "numpy[build='*openblas']"),
        ("numpy 1.2 ^py.*$", "numpy==1.2[build='^py.*$']"),
        ("numpy[build='^py[0-9]+_0$']", "numpy[build='^py[0-9]+_0$']"),
        ("conda-forge::numpy", "conda-forge::numpy"),
        ("conda-forge/noarch::numpy=1", "conda-forge/noarch::numpy=1"),
        ("pkgs/main::numpy", "pkgs/main::numpy"),
        ("conda-forge/label/dev::numpy", "conda-forge/label/dev::numpy"),
        ("https://host:8080/a/b/noarch::numpy", "https://host:8080/a/b/noarch::numpy"),
        ("/srv/channel::numpy", "/srv/channel::numpy"),
        ("*/linux-64::numpy", "numpy[subdir='linux-64']"),
        ("numpy[channel=conda-forge/noarch]", "conda-forge/noarch::numpy"),
        ("defaults::numpy[channel=conda-forge, build=py_0]", "conda-forge::numpy[build='py_0']"),
        ("numpy=9[version='>=1']", "numpy[version='>=1']"),
        ('numpy[version=">=1" subdir=noarch]', "numpy[subdir='noarch',version='>=1']"),
        ("numpy[build_number=3]", "numpy[build_number='3']"),
        ("numpy[build_number='>=3']", "numpy[build_number='>=3']"),
        (f"numpy[md5={MD5.upper()}]", f"numpy[md5='{MD5}']"),
        (f"numpy[ sha256 = '{SHA256}' ]", f"numpy[sha256='{SHA256}']"),
        ("numpy[license='MIT*', url=https://h/n-1-0.conda]", "numpy[license='MIT*',url='https://h/n-1-0.conda']"),
        ("_libgcc_mutex", "_libgcc_mutex"),
        ("__glibc>=2.17", "__glibc[version='>=2.17']"),
        ("ruamel.yaml.clib-x_y", "ruamel.yaml.clib-x_y"),
    ],
)
def test_spellings(text: str, canonical: str) -> None:
    spec = MatchSpec.parse(text)
    assert str(spec) == canonical
    again = MatchSpec.parse(canonical)
    assert again == spec
    assert hash(again) == hash(spec)
    for strict in (False, True):
        rattler.MatchSpec(canonical, strict=strict)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("numpy", True),
        ("NUMPY", True),
        ("scipy", False),
        ("numpy=1.26", True),
        ("numpy=1.2", False),
        ("numpy==1.26", False),
        ("numpy==1.26.4.0", True),
        ("numpy >=1.26,<2", True),
        ("numpy >=2|1.26.*", True),
        ("numpy !=1.26.*", False),
        ("numpy ~=1.26.1", True),
        ("numpy 1.26.4 py312h1234567_0", True),
        ("numpy=1.26=py312h1234567_0", False),
        ("numpy=1.26.*=py312*", True),
        ("numpy 1.26.4 py311*", False),
        ("numpy[build='^py31[0-3]h.*$']", True),
        ("numpy[build='py312H*']", False),
        ("numpy[build_number=0]", True),
        ("numpy[build_number='>0']", False),
        ("numpy[subdir=linux-64]", True),
        ("numpy[subdir=noarch]", False),
        ("conda-forge::numpy", True),
        ("conda-forge/linux-64::numpy", True),
        ("conda-forge/noarch::numpy", False),
        ("defaults::numpy", False),
        ("https://conda.example.org/conda-forge::numpy", True),
        ("https://conda.example.org/conda-forge/::numpy", True),
        ("https://mirror.example/conda-forge::numpy", False),
        (f"numpy[md5={MD5}]", True),
        (f"numpy[md5={'0' * 32}]", False),
        (f"numpy[sha256={SHA256.upper()}]", True),
        ("numpy[license='bsd-*']", True),
        ("numpy[license=MIT]", False),
        (f"numpy[url={NUMPY['url']}]", True),
        ("numpy[url=https://h/numpy.conda]", False),
    ],
)
def test_matching(text: str, expected: bool) -> None:
    spec = MatchSpec.parse(text)
    assert spec.matches(NUMPY) is expected
    assert spec.matches(SimpleNamespace(**NUMPY)) is expected


@pytest.mark.parametrize(
    ("spec", "channel", "expected"),
    [
        ("conda-forge", "conda-forge", True),
        ("conda-forge", "https://mirror.example/api/conda/conda-forge/noarch", True),
        ("conda-forge", "https://user:secret@mirror.example/conda-forge/", True),
        ("conda-forge", "https://mirror.example/t/token/conda-forge", True),
        ("conda-forge", "file:///srv/channels/conda-forge/linux-64", True),
        ("conda-forge", "/srv/channels/conda-forge", True),
        ("conda-forge", "https://conda.example.org/conda-forge/label/dev/noarch", False),
        ("conda-forge", "https://conda.example.org/my-conda-forge", False),
        ("conda-forge", "", False),
        ("main", "pkgs/main", False),
        ("pkgs/main", "https://packages.anaconda.com/pkgs/main/linux-64", True),
        ("defaults", "https://packages.anaconda.com/pkgs/main/linux-64", True),
        ("defaults", "pkgs/r", True),
        ("defaults", "https://conda.example.org/main", False),
        ("https://h/c", "https://h/c/noarch", True),
        ("https://h/c", "http://h/c", True),
        ("https://h/c", "https://h:8080/c", False),
        ("https://h/a/c", "https://h/b/c", False),
        ("https://h/a/c", "c", True),
        ("https://h/a/c", "", False),
        ("/srv/c", "file:///srv/c/noarch", True),
        ("/srv/c", "file:///other/c", False),
        ("/srv/c", "https://srv/c", False),
        ("*", "anything", True),
    ],
)
def test_channels_are_compared_by_name(spec: str, channel: str, expected: bool) -> None:
    assert MatchSpec.parse(f"numpy[channel='{spec}']").matches({"name": "numpy", "channel": channel}) is expected


def test_a_missing_field_satisfies_nothing_but_a_name() -> None:
    assert MatchSpec.parse("numpy").matches({"name": "numpy"})
    assert not MatchSpec.parse("numpy[license='*']").fields
    for text in ("numpy>=0", f"numpy[md5={MD5}]", "conda-forge::numpy", "numpy[license='M*']"):
        assert not MatchSpec.parse(text).matches({"name": "numpy", "license": None})


def test_a_record_with_an_invalid_version_is_named() -> None:
    with pytest.raises(MatchSpecError, match=r"numpy cannot be judged by numpy=1: '1/2' is not a conda version"):
        MatchSpec.parse("numpy=1").matches({"name": "numpy", "version": "1/2"})


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "'' is not a package name"),
        ("# only a comment", "'' is not a package name"),
        (">=1.2", "'' is not a package name"),
        ("-numpy", "'-numpy' is not a package name"),
        ("num/py", "'num/py' is not a package name"),
        ("numpy--x", "'numpy--x' is not a package name"),
        ("num:py", "'num:py' is not a package name"),
        ("num*", "'num\\*' is not a package name"),
        ("numpy,scipy", "'numpy,scipy' is not a package name"),
        ("numpé", "is not a package name"),
        ("num\tpy", "control characters"),
        ("numpy\0", "control characters"),
        ("numpy=", "a version is missing after '='"),
        ("numpy==", "a version is missing after '=='"),
        ("numpy >=2, <", "a version is missing after '<'"),
        ("numpy[version='!=']", "a version is missing after '!='"),
        ("numpy>=", "a version is missing after '>='"),
        ("numpy>=1,", "lacks a version before its end"),
        ("numpy>=1 <2", "lacks ',' between two constraints"),
        ("numpy 1.2 py-0", "blank inside a version"),
        ("numpy 1 2 3", "blank inside a version|no build"),
        ("numpy 1.2 a'b", "no build string"),
        ("numpy (>=1)", "parentheses"),
        ("numpy >=1 (optional)", "parentheses"),
        ("numpy if python", "conditions"),
        ("numpy * ^py31[0-3].*$", "brackets stand once"),
        ("numpy[", "brackets stand once"),
        ("numpy]", "brackets stand once"),
        ("numpy[build=a]x", "brackets stand once"),
        ("numpy[build]", "is not key='value'"),
        ("numpy[build='a]", "is not key='value'"),
        ("numpy[build=]", "is not key='value'"),
        ("numpy[build=a][md5=b]", "is not key='value'|no build"),
        ("numpy[name=scipy]", "field 'name' is not supported"),
        ("numpy[track_features=x]", "field 'track_features' is not supported"),
        ("numpy[build=a,build=b]", "stands twice"),
        ("numpy[build='(']", "no build string"),
        ("numpy[build='^($']", "no regular expression"),
        ("numpy[build_number=x]", "no number"),
        ("numpy[md5=abc]", "not 32 hexadecimal digits"),
        ("https://h/c/noarch/numpy-1-0.conda", "a file or an address"),
        ("/srv/numpy-1-0.tar.bz2", "a file or an address"),
        ("numpy-1.0-py_0.conda", "a file or an address"),
        ("https://h/c", "a file or an address"),
        ("conda forge::numpy", "is no channel"),
        ("./here::numpy", "is no channel"),
        ("::numpy", "is no channel"),
    ],
)
def test_refusals_say_why(text: str, reason: str) -> None:
    with pytest.raises(MatchSpecError, match=reason) as caught:
        MatchSpec.parse(text)
    assert str(caught.value).startswith(f"{text!r} is not a match spec: ")


@pytest.mark.parametrize(
    "text",
    [
        "https://user:hunter2@host/channel::numpy",
        "https://host/t/hunter2/channel::numpy",
        "numpy[url='https://user:hunter2@host/numpy-1-0.conda']",
        "https://user:hunter2@host/channel/numpy-1-0.conda",
    ],
)
def test_secrets_are_refused_and_not_shown(text: str) -> None:
    with pytest.raises(MatchSpecError) as caught:
        MatchSpec.parse(text)
    assert "hunter2" not in str(caught.value)


# --- against py-rattler ---------------------------------------------------------------------------------------------

VERSIONS = ["1", "1.2", "1.2.0", "1.2.3", "1.20", "1.2rc1", "1.2.post1", "2.0a0", "1!1.2", "1.2+l", "10"]
# Without the bounds that rattler judges otherwise than conda: see DISAGREEMENTS here and in test_version.
BOUNDS = [bound for bound in VERSIONS if bound not in ("1.2.0", "1.2+l")]
CONSTRAINTS = st.builds(
    lambda parts, glue: glue.join(parts),
    st.lists(
        st.sampled_from(
            [
                sign + bound
                for sign in ("", "=", "==", "!=", "!= ", "<", "< ", "<=", ">", ">=", ">= ")
                for bound in BOUNDS
            ]
            + [f"{sign}{bound}.*" for sign in ("", "=", "!=", ">=") for bound in BOUNDS]
            + [f"~={bound}" for bound in BOUNDS if "." in bound]
        ),
        min_size=1,
        max_size=3,
    ),
    st.sampled_from([",", "|", " , ", ", "]),
)
BUILDS = ["py_0", "py312_1", "py*", "*_0", "*", "^py.*$", "0"]
BRACKETS = st.lists(
    st.sampled_from([f"build={build}" for build in BUILDS])
    | st.sampled_from([f"build_number='{number}'" for number in ("0", "1", ">=1", "!=0", "<2")])
    | st.sampled_from([f"md5={MD5}", "license=MIT"])
    | CONSTRAINTS.map(lambda text: f"version='{text}'"),
    max_size=2,
    unique_by=lambda pair: pair.partition("=")[0],
).map(lambda pairs: f"[{','.join(pairs)}]" if pairs else "")


def glued(start: str, constraints: str) -> str:
    """Something that can stand behind a name: a bare version needs a separator, an operator no further '='."""
    if constraints[0].isdigit():
        return (start or " ") + constraints
    return start.strip("=") + constraints


SPECS = st.builds(
    lambda name, version, build, brackets: name + (version + build if version else brackets),
    st.sampled_from(["foo", "foo", "Foo", "bar"]),
    st.just("") | st.builds(glued, st.sampled_from([" ", "", "="]), CONSTRAINTS),
    st.sampled_from(["", "", *(f" {build}" for build in BUILDS), *(f"={build}" for build in BUILDS)]),
    BRACKETS,  # behind the bare name only: what stands outside and is overridden, conda does not even read
)
# py-rattler matches a mere PackageRecord whatever subdir is asked for, so that none is asked for here.
RECORDS = [
    {
        "name": "foo",
        "version": version,
        "build": build,
        "build_number": len(version) % 3,
        "subdir": "noarch" if len(build) % 2 else "linux-64",
        "md5": MD5 if version < "1.2.3" else "f" * 32,
        "license": "MIT" if build == "0" else "BSD",
    }
    for version in VERSIONS
    for build in ("py_0", "py312_1", "0")
]


def rattler_record(fields: dict[str, object]) -> rattler.PackageRecord:
    arguments = {**fields, "build": rattler.BuildString(fields["build"]), "md5": bytes.fromhex(str(fields["md5"]))}
    return rattler.PackageRecord(**arguments)


RATTLER_RECORDS = [rattler_record(fields) for fields in RECORDS]


def verdicts(
    spec: MatchSpec | rattler.MatchSpec, records: list[dict[str, object]] | list[rattler.PackageRecord]
) -> str:
    return "".join("01"[spec.matches(record)] for record in records)


@pairs
@given(SPECS)
def test_canonical_spelling_means_the_same_to_rattler(text: str) -> None:
    try:
        ours = MatchSpec.parse(text)
    except MatchSpecError:
        return
    assert verdicts(ours, RECORDS) == verdicts(rattler.MatchSpec(str(ours)), RATTLER_RECORDS)
    again = MatchSpec.parse(str(ours))
    assert again == ours
    assert verdicts(again, RECORDS) == verdicts(ours, RECORDS)


@pairs
@given(SPECS)
def test_the_text_as_written_means_the_same_to_rattler(text: str) -> None:
    try:
        ours = MatchSpec.parse(text)
        theirs = rattler.MatchSpec(text)
    except (MatchSpecError, rattler.exceptions.InvalidMatchSpecError):
        return
    assert verdicts(ours, RECORDS) == verdicts(theirs, RATTLER_RECORDS)


# What conda's own source answers where py-rattler 0.28 differs. Ours is conda's answer; the last column is rattler's.
DISAGREEMENTS = [
    # conda takes the '.*' off, rattler makes it >=1.2.
    ("foo >1.2.*", "1.2", False, True),
    # conda compares a prefix segment by segment, and 2rc is no 2.
    ("foo=1.2.0", "1.2rc1", False, True),
    # The series of 1.2+l is 1 for conda.
    ("foo ~=1.2+l", "1.2.3", True, False),
]


@pytest.mark.parametrize(("text", "version", "conda", "theirs"), DISAGREEMENTS)
def test_known_disagreements(text: str, version: str, conda: bool, theirs: bool) -> None:
    place = next(place for place, record in enumerate(RECORDS) if record["version"] == version)
    assert MatchSpec.parse(text).matches(RECORDS[place]) is conda
    assert rattler.MatchSpec(text).matches(RATTLER_RECORDS[place]) is theirs


NOISE = st.text(max_size=40) | st.text(alphabet="numpy-_.:/*#[]'\"=<>!~,|()^$ 0129@\\\t\0", max_size=40)


@many
@given(NOISE | NOISE.map(lambda text: f"numpy{text}") | NOISE.map(lambda text: f"numpy[{text}]"))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(MatchSpecError):
        spec = MatchSpec.parse(text)
        assert MatchSpec.parse(str(spec)) == spec
        spec.matches(NUMPY)
