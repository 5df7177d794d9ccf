"""From the records of a search to a module's result: pure, no engine."""

from __future__ import annotations

import random
from typing import Any

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.answers.offers import (
    as_result,
    missing,
    newest,
    newest_first,
)


def record(version: str, build: str = "0", name: str = "demo", **fields: Any) -> dict[str, Any]:
    build_number = int(build.rpartition("_")[2])
    url = f"https://conda.example.org/lab/noarch/{name}-{version}-{build}.conda"
    return {"name": name, "version": version, "build": build, "build_number": build_number, "url": url, **fields}


def lines(records: list[Any]) -> list[str]:
    return ["{name} {version} {build}".format(**found) for found in records]


ORDERED = [
    record("1.0", name="alpha"),
    record("1!0.1"),
    record("10.0", "h_1", timestamp=1),
    record("10.0", "h_0", timestamp=2),
    record("10.0", "g_0", timestamp=1),
    record("9.0"),
    record("9.0rc1"),
]


@pytest.mark.parametrize("seed", range(5))
def test_the_newest_comes_first_and_each_once(seed: int) -> None:
    shuffled = random.Random(seed).sample([*ORDERED, *ORDERED[2:4]], len(ORDERED) + 2)
    assert lines(newest_first(shuffled)) == lines(ORDERED)


def test_what_no_record_satisfies_is_missing() -> None:
    assert missing(["demo", "demo >=11,<12", "nothing", "alpha=1"], ORDERED) == ["demo >=11,<12", "nothing"]


def test_the_newest_version_that_each_spec_allows_in_all_its_builds() -> None:
    assert lines(newest(["demo <1!0", "alpha", "nothing"], ORDERED)) == [
        "alpha 1.0 0",
        "demo 10.0 h_1",
        "demo 10.0 h_0",
        "demo 10.0 g_0",
    ]
    assert lines(newest(["demo=9.0", "demo"], ORDERED)) == ["demo 1!0.1 0", "demo 9.0 0"]


def test_builds_that_the_spec_does_not_allow_are_not_its_newest() -> None:
    assert lines(newest(["demo=10.0=g_*"], ORDERED)) == ["demo 10.0 g_0"]


def test_every_field_is_there_whatever_the_channel_says() -> None:
    bare, full = (
        as_result(record("1.0")),
        as_result(record("1.0", md5="1" * 32, size=7, depends=("a",), channel="lab", subdir="noarch", timestamp=0)),
    )
    assert {key: type(value) for key, value in bare.items()} == {key: type(value) for key, value in full.items()}
    assert (bare["license"], bare["depends"], bare["size"], bare["timestamp"]) == ("", [], 0, "")
    assert (full["md5"], full["depends"], full["size"]) == ("1" * 32, ["a"], 7)


def test_the_time_is_in_iso_8601() -> None:
    assert as_result(record("1.0", timestamp=1_700_000_000_000))["timestamp"] == "2023-11-14T22:13:20Z"


@pytest.mark.parametrize("secret", ["me:secret@", ""])
def test_no_credentials_are_returned(secret: str) -> None:
    base = f"https://{secret}conda.example.org{'' if secret else '/t/secret'}/lab"
    found = as_result(record("1.0") | {"url": f"{base}/noarch/demo-1.0-0.conda", "channel": base + "/"})
    assert found["url"] == "https://conda.example.org/lab/noarch/demo-1.0-0.conda"
    assert found["channel"] == "https://conda.example.org/lab"
