"""From a solution to steps, and to the file that says them."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.engines import explicit
from ansible_collections.benchwright.python.plugins.module_utils._conda.engines.interface import EngineError
from ansible_collections.benchwright.python.plugins.module_utils._conda.installed.prefix import InstalledPackage, Prefix

CHANNEL = "https://conda.example.org/lab"


def record(name: str, version: str = "1.0", depends: tuple[str, ...] = (), **fields: Any) -> dict[str, Any]:
    url = f"{CHANNEL}/noarch/{name}-{version}-0.conda"
    return explicit.make_record(
        {"name": name, "version": version, "build": "0", "url": url, "depends": depends, **fields}
    )


def installed(name: str, version: str = "1.0", sha256: str = "", subdir: str = "noarch") -> InstalledPackage:
    return InstalledPackage(name, version, "0", 0, CHANNEL, subdir, "", "", sha256, "", (), (), ())


def test_a_record_of_conda_and_one_of_mamba_become_the_same() -> None:
    url = "https://alice:pw@conda.example.org/lab/noarch/a-1.0-0.conda"
    conda = {"name": "a", "version": "1.0", "build": "0", "build_number": 0, "channel": f"{CHANNEL}/noarch", "url": url}
    mamba = {**conda, "build_string": "0", "channel": "lab", "subdir": "noarch", "depends": None, "size": 0}
    wanted = {
        **{"name": "a", "version": "1.0", "build": "0", "build_number": 0, "subdir": "noarch", "channel": CHANNEL},
        **{"url": f"{CHANNEL}/noarch/a-1.0-0.conda", "depends": [], "constrains": []},
    }
    assert explicit.make_record(conda) == explicit.make_record(mamba) == wanted


@pytest.mark.parametrize(
    ("before", "after", "reinstall", "replaces", "unlink", "link"),
    [
        ([], [record("a")], (), True, (), ["a"]),
        ([installed("a")], [record("a")], (), True, (), []),
        ([installed("a")], [], (), True, ("a",), []),
        ([installed("a")], [record("a", "2.0")], (), True, (), ["a"]),
        ([installed("a")], [record("a", "2.0")], (), False, ("a",), ["a"]),
        ([installed("a")], [record("a")], ("a", "absent"), True, ("a",), ["a"]),
        ([installed("a", sha256="1" * 64)], [record("a", sha256="2" * 64)], (), True, (), ["a"]),
        ([installed("a", sha256="1" * 64)], [record("a", md5="2" * 32)], (), True, (), []),
        ([installed("a", subdir="linux-64")], [record("a")], (), True, (), ["a"]),
        (
            [installed("b"), installed("old")],
            [record("a", depends=("b",)), record("b", "2.0")],
            (),
            True,
            ("old",),
            ["b", "a"],
        ),
    ],
)
def test_only_what_differs_is_touched(
    before: list[InstalledPackage],
    after: list[dict[str, Any]],
    reinstall: tuple[str, ...],
    replaces: bool,
    unlink: tuple[str, ...],
    link: list[str],
) -> None:
    steps = explicit.make_steps(before, after, reinstall, replaces)
    assert (steps.unlink, [found["name"] for found in steps.link]) == (unlink, link)


def test_dependencies_come_first_and_a_circle_is_no_trap() -> None:
    solution = [
        record("app", depends=("lib >=1", "python", "__glibc")),
        record("lib", depends=("python",)),
        record("pip", depends=("python",)),
        record("python", depends=("pip", "ssl[version='>=3']")),
        record("ssl"),
    ]
    order = [found["name"] for found in explicit.in_order(solution)]
    assert sorted(order) == ["app", "lib", "pip", "python", "ssl"]
    assert order.index("ssl") < order.index("python") < order.index("lib") < order.index("app")


def test_a_chain_of_a_thousand_packages_is_no_trap() -> None:
    solution = [record(f"p{number}", depends=(f"p{number + 1}",)) for number in range(2000)]
    assert next(found["name"] for found in explicit.in_order(solution)) == "p1999"


@pytest.mark.parametrize(
    ("fields", "sha256", "ending"),
    [
        ({"sha256": "a" * 64, "md5": "b" * 32}, True, "#sha256:" + "a" * 64),
        ({"sha256": "a" * 64, "md5": "b" * 32}, False, "#" + "b" * 32),
        ({"md5": "b" * 32}, True, "#" + "b" * 32),
        ({}, True, ""),
    ],
)
def test_a_line_has_the_best_digest_that_the_tool_checks(fields: dict[str, str], sha256: bool, ending: str) -> None:
    text = explicit.explicit_file([record("a", **fields)], lambda url: url.replace("https://", "https://x@"), sha256)
    assert text == f"@EXPLICIT\nhttps://x@conda.example.org/lab/noarch/a-1.0-0.conda{ending}\n"


def test_a_digest_that_nobody_would_check_is_refused() -> None:
    with pytest.raises(EngineError, match=r"a-1.0-0.conda has a sha256 only.*update conda to 24.9"):
        explicit.explicit_file([record("a", sha256="a" * 64)], str, sha256=False)


@pytest.mark.parametrize("name", ["sha256", "md5"])
def test_a_local_file_is_compared_with_its_digest(name: str, tmp_path: Path) -> None:
    path = tmp_path / "with blank-1.0-0.conda"
    path.write_bytes(b"sound")
    digest = hashlib.new(name, b"sound").hexdigest()
    found = record("a", url=path.as_uri(), **{name: digest})
    explicit.check_local_files([found, record("remote", sha256="0" * 64)])
    path.write_bytes(b"spoilt")
    spoilt = hashlib.new(name, b"spoilt").hexdigest()
    with pytest.raises(EngineError) as raised:
        explicit.check_local_files([found])
    assert str(raised.value) == (
        f"{path} is not what is wanted: its {name} is {spoilt}, wanted is {digest}; the file is damaged, or the lock or the "
        "channel's index is wrong: make anew the one that is"
    )
    path.unlink()
    with pytest.raises(EngineError, match=r"cannot be read .*; check the channel's path"):
        explicit.check_local_files([found])


@pytest.mark.parametrize(("version", "wanted"), [("3.12.4", {"pure"}), ("3.11.9", set()), ("4.11.2", {"pure"})])
def test_pure_python_packages_follow_a_new_minor_version(version: str, wanted: set[str], tmp_path: Path) -> None:
    meta = tmp_path / "conda-meta"
    meta.mkdir()
    for name, fields in {
        "python": {"version": "3.11.2"},
        "pure": {"noarch": "python"},
        "data": {"noarch": "generic"},
    }.items():
        full = {
            "name": name,
            "version": "1.0",
            "build": "0",
            "build_number": 0,
            "depends": [],
            "subdir": "noarch",
            **fields,
        }
        (meta / f"{name}-{full['version']}-0.json").write_text(json.dumps(full))
    found = explicit.noarch_to_relink(str(tmp_path), Prefix(tmp_path).records(), [record("python", version)])
    assert found == wanted
