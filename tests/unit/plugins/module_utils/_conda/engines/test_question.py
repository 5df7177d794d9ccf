"""What a tool is asked: what stays, what is named, and in which order it is tried."""

from __future__ import annotations

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.engines.question import (
    Question,
    kept,
    questions,
)
from ansible_collections.benchwright.python.plugins.module_utils._conda.installed.prefix import InstalledPackage


def package(name: str, version: str = "1.0", depends: tuple[str, ...] = ()) -> InstalledPackage:
    where = ("https://conda.example.org/lab/noarch", "noarch", "")
    return InstalledPackage(name, version, "0", 0, *where, "", "", "", depends, (), ())


APP = package("app", depends=("lib >=1,<2", "__glibc >=2.17"))
LIB = package("lib", "1.5")
TOOL = package("tool")
ALL = ("app", "lib", "tool")


@pytest.mark.parametrize(
    ("installed", "prefer", "constraints", "wanted"),
    [
        ((APP, LIB, TOOL), ALL, (), {"app", "lib", "tool"}),
        ((APP, LIB, TOOL), ("app", "lib"), (), {"app", "lib"}),
        ((APP, TOOL), ALL, (), {"tool"}),
        ((APP, package("lib", "2.0")), ALL, (), {"lib"}),
        ((APP, LIB, TOOL), ALL, ("lib <1.5",), {"tool"}),
        ((APP, LIB), ALL, ("absent <1",), {"app", "lib"}),
        ((package("top", depends=("app",)), APP, TOOL), ("top", *ALL), (), {"tool"}),
        ((package("a", depends=("b",)), package("b", depends=("a",))), ("a", "b"), (), {"a", "b"}),
        ((package("odd", depends=("x; y",)),), ("odd",), (), {"odd"}),
    ],
)
def test_what_can_stay_is_what_is_whole(
    installed: tuple[InstalledPackage, ...], prefer: tuple[str, ...], constraints: tuple[str, ...], wanted: set[str]
) -> None:
    assert set(kept(installed, prefer, constraints)) == wanted


STAY = {"app": APP, "lib": LIB}


def test_where_all_is_met_there_is_nothing_to_ask() -> None:
    assert questions(["app", "lib >=1"], ["pin"], ["app", "lib"], STAY) == []


@pytest.mark.parametrize(
    ("specs", "prefer", "wanted", "exact"),
    [
        (["app", "tool  # for the lab"], ["app", "lib"], "tool", ("app==1.0=0", "lib==1.5=0")),
        (["app", "lib >=2"], ["app", "lib"], "lib >=2", ("app==1.0=0",)),
        (["app"], ["app", "lib", "lost"], "lost", ("app==1.0=0", "lib==1.5=0")),
    ],
)
def test_first_what_stays_is_asked_for_exactly_then_what_its_specs_want_then_all(
    specs: list[str], prefer: list[str], wanted: str, exact: tuple[str, ...]
) -> None:
    assert questions(specs, ["pin"], prefer, STAY) == [
        Question((wanted, *exact), ("pin",)),
        Question((wanted,), ("pin", "app")),
        Question((wanted, "app"), ("pin",)),
    ]


def test_where_no_spec_is_met_the_second_question_is_the_last() -> None:
    first, last = questions(["tool"], [], ["app", "lib"], STAY)
    assert first == Question(("tool", "app==1.0=0", "lib==1.5=0"))
    assert last == Question(("tool",))


def test_where_nothing_stays_there_is_one_question() -> None:
    assert questions(["app"], [], [], {}) == [Question(("app",))]
