"""What was changed by hand is told in sentences, and a release can be asked for as it was."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes.difference import (
    Contents,
    Policy,
    compare,
)
from ansible_collections.benchwright.python.plugins.module_utils._conda.descriptions.environment import (
    Environment,
    LockedPackage,
)
from ansible_collections.benchwright.python.plugins.module_utils._conda.installed.prefix import InstalledPackage
from ansible_collections.benchwright.python.plugins.module_utils._conda.installed.python_package import PythonPackage
from ansible_collections.benchwright.python.plugins.module_utils._conda.releases.drift import (
    changed_by_hand,
    damage,
    made_anew,
)
from ansible_collections.benchwright.python.plugins.module_utils._conda.releases.marker import Marker

CHANNEL = "https://conda.example.org/lab"
HUMANIZE = PythonPackage("humanize", "4", "pip", "")


def installed(name: str, version: str = "1.0") -> InstalledPackage:
    url = f"{CHANNEL}/noarch/{name}-{version}-0.conda"
    texts: dict[str, Any] = {"channel": CHANNEL, "subdir": "noarch", "url": url, "md5": "", "sha256": "", "license": ""}
    return InstalledPackage(name, version, "0", 0, **texts, depends=(), constrains=(), requested_specs=())


SIX, PIP = installed("six"), installed("pip")
MADE = Contents(packages=(PIP, SIX), python_packages=(HUMANIZE,), variables={"LEVEL": "3"})
MARKER = Marker(
    "lab-0123456789ab",
    "",
    1,
    0.0,
    contents=("pip 1.0 0", "six 1.0 0", "pip: humanize==4", "variable: LEVEL"),
    packages=(LockedPackage(PIP.url), LockedPackage(SIX.url)),
    pip=("humanize==4",),
)


def changed(**fields: Any) -> Contents:
    return dataclasses.replace(MADE, **fields)


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (MADE, ()),
        (changed(packages=(PIP, SIX, installed("tool"))), ("added by hand: tool 1.0 0",)),
        (changed(packages=(PIP,)), ("removed by hand: six 1.0 0",)),
        (changed(packages=(PIP, installed("six", "2.0"))), ("added by hand: six 2.0 0", "removed by hand: six 1.0 0")),
        (changed(python_packages=()), ("removed by hand: pip: humanize==4",)),
        (changed(variables={}), ("removed by hand: variable: LEVEL",)),
        (changed(variables={"LEVEL": "3", "PLACE": "x"}), ("added by hand: variable: PLACE",)),
        (changed(missing_files={"six": ["lib/six.py"]}), ("file removed by hand: lib/six.py (six)",)),
    ],
)
def test_each_change_is_a_sentence(found: Contents, told: tuple[str, ...]) -> None:
    assert changed_by_hand(MARKER, found) == told
    assert damage(MARKER, found) == tuple(text for text in told if not text.startswith("added"))


def test_what_has_no_marker_has_no_drift() -> None:
    assert changed_by_hand(None, MADE) == ()


def test_condas_package_that_does_not_say_so_is_no_drift() -> None:
    """Whose it is, is known for certain only where pip may remove something."""
    torch = PythonPackage("torch", "2.1", "", "")
    marker = dataclasses.replace(MARKER, contents=(*MARKER.contents, "pip: torch==2.1"))
    for installer in ("", "conda"):
        packages = (HUMANIZE, torch._replace(installer=installer))
        assert changed_by_hand(marker, changed(python_packages=packages)) == ()
    assert changed_by_hand(marker, MADE) == ("removed by hand: pip: torch==2.1",)


@pytest.mark.parametrize(
    "wanted",
    [
        Environment(),
        Environment(dependencies=("six",)),
        Environment(dependencies=("six>=1", "pip"), pip=("humanize",), variables={"LEVEL": "3"}),
        Environment(channels=(CHANNEL,), dependencies=(f"{CHANNEL}::six",)),
    ],
)
def test_a_met_description_leads_to_the_release_as_it_was(wanted: Environment) -> None:
    """What is installed beyond the description belonged to it."""
    asked, policy = made_anew(wanted, MARKER, MADE, Policy(latest=True))
    assert (asked.packages, asked.pip, asked.pip_complete) == (MARKER.packages, MARKER.pip, True)
    assert asked.channels == wanted.channels
    assert (policy.exact, policy.latest) == (True, False)
    assert not compare(asked, MADE, policy)
    surplus = compare(asked, changed(packages=(PIP, SIX, installed("tool"))), policy).surplus
    assert surplus == ("tool",)


@pytest.mark.parametrize(
    "wanted",
    [
        Environment(dependencies=("six>=2",)),
        Environment(dependencies=("tool",)),
        Environment(dependencies=("elsewhere::six",)),
        Environment(dependencies=("six",), pip=("humanize==5",)),
        Environment(dependencies=("six",), pip=("rich",)),
        Environment(packages=(LockedPackage(SIX.url),)),
    ],
)
def test_what_asks_for_more_is_followed_and_nothing_else_stays(wanted: Environment) -> None:
    asked, policy = made_anew(wanted, MARKER, MADE, Policy())
    assert asked == wanted
    assert policy == Policy(exact=True)


def test_variables_go_back_too() -> None:
    """The value of one that was there is not in the marker, as it may be a secret; the release's own stays."""
    found = changed(variables={"LEVEL": "4", "PLACE": "by hand"})
    asked, policy = made_anew(Environment(dependencies=("six",)), MARKER, found, Policy())
    assert asked.variables == {"LEVEL": "4"}
    assert compare(asked, found, policy).variables_surplus == ("PLACE",)
    wanted = Environment(dependencies=("six",), variables={"LEVEL": "3"})
    assert made_anew(wanted, MARKER, found, Policy())[0].variables == {"LEVEL": "3"}
