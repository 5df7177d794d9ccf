# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A line of the pip section is read exactly, or refused with a reason; and compared with what is installed."""

from __future__ import annotations

import os
from contextlib import suppress

import packaging.requirements
import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.installed.python_package import PythonPackage
from ansible_collections.benchwright.python.plugins.module_utils._conda.specs.pip_requirement import (
    PipRequirement,
    PipRequirementError,
)
from hypothesis import given, settings
from hypothesis import strategies as st

many = settings(max_examples=int(os.environ.get("BENCHWRIGHT_EXAMPLES", "1200")))

SHA256 = "sha256:" + "0123456789abcdef" * 4
SHA512 = "sha512:" + "0123456789abcdef" * 8


@pytest.mark.parametrize(
    ("text", "name", "extras", "specifier", "url", "hashes"),
    [
        ("humanize", "humanize", [], "", "", []),
        (" Foo.Bar__baz ", "foo-bar-baz", [], "", "", []),
        ("humanize==4.13.0", "humanize", [], "==4.13.0", "", []),
        ("humanize >= 4, <5", "humanize", [], ">= 4, <5", "", []),
        ("humanize (>=4)", "humanize", [], ">=4", "", []),
        ("humanize~=4.1  # pinned for the reports", "humanize", [], "~=4.1", "", []),
        ("uvicorn[standard, Watch_Files]>=1", "uvicorn", ["standard", "watch-files"], ">=1", "", []),
        ("uvicorn[]", "uvicorn", [], "", "", []),
        ("x @ https://host/x-1.whl", "x", [], "", "https://host/x-1.whl", []),
        ("x[a]@git+https://host/x@v1#egg=x", "x", ["a"], "", "git+https://host/x@v1#egg=x", []),
        (f"x==1 --hash={SHA256}", "x", [], "==1", "", [SHA256]),
        (f"x==1 --hash={SHA256}  --hash={SHA512} ", "x", [], "==1", "", [SHA256, SHA512]),
        (f"x @ https://host/x.whl --hash={SHA256}", "x", [], "", "https://host/x.whl", [SHA256]),
    ],
)
def test_lines(text: str, name: str, extras: list[str], specifier: str, url: str, hashes: list[str]) -> None:
    line = PipRequirement.parse(text)
    assert line == (text.partition("  #")[0].strip(), name, extras, specifier, url, hashes)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "it is empty"),
        ("  # nothing", "it is empty"),
        ("-r requirements.txt", "options such as"),
        ("-e .", "options such as"),
        ("--index-url https://host", "options such as"),
        ("x --no-deps", "only --hash"),
        ("x==1 --hash=md5:abc", "is no digest"),
        (f"x==1 --hash={SHA256[:-1]}", "is no digest"),
        (f"x==1 --hash={SHA256} --no-deps", "only --hash"),
        ("./x", "paths and bare addresses"),
        ("../x", "paths and bare addresses"),
        ("/srv/x", "paths and bare addresses"),
        ("~/x", "paths and bare addresses"),
        ("sub/x", "paths and bare addresses"),
        ("x-1.0-py3-none-any.whl", "paths and bare addresses"),
        ("x-1.0.tar.gz", "paths and bare addresses"),
        ("C:\\x", "paths and bare addresses"),
        ("https://host/x.whl", "paths and bare addresses"),
        ("git+https://host/x", "paths and bare addresses"),
        ("x; python_version < '3.9'", "markers"),
        ("x @ https://host/x.whl ; os_name == 'posix'", "markers"),
        ("x @ here", "is no URL"),
        ("x 1.0", "not a version specifier"),
        ("x=1.0", "not a version specifier"),
        ("x>=1,", "not a version specifier"),
        ("x>=one", "not a version"),
        ("x==1.*.2", "not a version"),
        ("x[a b]", "no name of an extra"),
        ("x[a", "not a version specifier"),
        ("é", "paths and bare addresses"),
        ("x\0", "control characters"),
        ("x\ny", "control characters"),
    ],
)
def test_refusals_say_why(text: str, reason: str) -> None:
    with pytest.raises(PipRequirementError, match=reason) as caught:
        PipRequirement.parse(text)
    assert str(caught.value).startswith(f"{text!r} is not a requirement of pip: ")


def test_secrets_are_not_shown() -> None:
    with pytest.raises(PipRequirementError) as caught:
        PipRequirement.parse("x @ https://user:hunter2@host/x.whl; os_name == 'posix'")
    assert "hunter2" not in str(caught.value)


GIT = "git+https://host/x@v1"
INSTALLED = [
    PythonPackage("foo-bar", "4.13.0", "pip", ""),
    PythonPackage("numpy", "2.0rc1", "conda", ""),
    PythonPackage("torch", "2.4.0+cu121", "uv", ""),
    PythonPackage("x", "1.0", "pip", GIT),
    PythonPackage("sub", "1.0", "pip", "https://host/repository.zip#subdirectory=sub"),
    PythonPackage("odd", "of-no-pep", "", ""),
]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Foo_Bar", True),
        ("foo.bar>=4,<5", True),
        ("foo-bar[extra]==4.13", True),
        ("foo-bar==4.12", False),
        ("foo", False),
        ("numpy>=2.0rc1", True),
        ("numpy>=1", True),
        ("numpy<2", False),
        ("torch==2.4", True),
        ("torch==2.4.0+cu121", True),
        ("torch==2.4.0+cpu", False),
        ("x", True),
        (f"x @ {GIT}", True),
        ("x @ git+https://user:secret@host/x@v1#egg=x", True),
        ("x @ git+https://host/x@v2", False),
        ("x @ https://host/x.whl", False),
        ("foo-bar @ https://host/foo.whl", False),
        ("sub @ https://host/repository.zip#egg=sub&subdirectory=sub", True),
        ("sub @ https://host/repository.zip", False),
        ("odd", True),
        ("odd>=0", False),
        ("odd===of-no-pep", True),
    ],
)
def test_satisfied_by(text: str, expected: bool) -> None:
    assert PipRequirement.parse(text).satisfied_by(INSTALLED) is expected


# --- against packaging ----------------------------------------------------------------------------------------------

LINES = st.builds(
    lambda *parts: "".join(parts),
    st.sampled_from(["x", "X", "a.b", "a_-b", "x1", "_x", "x-", ""]),
    st.sampled_from(["", "", "[a]", "[a,b]", "[ ]", "[a,]", " [A_b]"]),
    st.sampled_from(["", " "]),
    st.sampled_from(["", "==1.0", ">=1,<2", "~= 1.2", "(==1.0)", "(>=1", "<<1", "!=1.*", "=1", "==1.0 !=2", "===y"]),
    st.sampled_from(["", "", " ", "@ https://host/x", "#c", " #c"]),
)


@many
@given(LINES)
def test_lines_are_packagings(text: str) -> None:
    try:
        theirs = packaging.requirements.Requirement(text.partition(" #")[0])
    except packaging.requirements.InvalidRequirement:
        with pytest.raises(PipRequirementError):
            PipRequirement.parse(text)
        return
    ours = PipRequirement.parse(text)
    assert (ours.url or None) == theirs.url
    assert len(ours.extras) == len(theirs.extras)
    installed = PythonPackage(packaging.utils.canonicalize_name(theirs.name), "1.5", "pip", theirs.url or "")
    assert ours.satisfied_by([installed]) is theirs.specifier.contains("1.5")


NOISE = st.text(max_size=40) | st.text(alphabet="x1.-_[],<>=!~@:/;#() \\\n\0", max_size=40)


@many
@given(NOISE | NOISE.map(lambda text: f"name{text}"))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(PipRequirementError):
        line = PipRequirement.parse(text)
        assert PipRequirement.parse(line.text) == line
        line.satisfied_by(INSTALLED)
