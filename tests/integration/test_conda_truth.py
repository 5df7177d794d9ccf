"""Every conda module, state and engine: what check mode says is what a run does, and a second run changes nothing.

On a fresh host, a converged one, and one that drifted by hand.
"""

from __future__ import annotations

from typing import Any

import pytest
from support.host import Host
from support.tiny_channel import TinyChannel

WANTED: dict[str, Any] = {"dependencies": ["app"], "variables": {"LEVEL": "3"}}
STATES = ("present", "latest", "exact")
FRESH = {"link": ["app 1.0 0", "lib 1.0 0"], "variables": ["LEVEL"]}


@pytest.fixture
def lab(host: Host) -> Host:
    """A host whose environment is as it is wanted."""
    assert host.four_steps("conda_env", **WANTED) == FRESH
    return host


@pytest.mark.parametrize("state", STATES)
def test_a_fresh_host(host: Host, state: str) -> None:
    assert host.four_steps("conda_env", **WANTED, state=state) == FRESH
    assert host.records() == ["app-1.0-0", "lib-1.0-0"]
    assert (host.prefix / "share/app/version.txt").exists()


def drift_package_removed(host: Host, dummy: TinyChannel) -> None:
    host.remove_by_hand("lib")


def drift_package_added(host: Host, dummy: TinyChannel) -> None:
    assert host.call("conda_package", packages=["tool"]).changed


def drift_file_deleted(host: Host, dummy: TinyChannel) -> None:
    (host.prefix / "share/app/version.txt").unlink()


def drift_variable_set(host: Host, dummy: TinyChannel) -> None:
    host.set_variable_by_hand("PLACE", "elsewhere")


def drift_variable_changed(host: Host, dummy: TinyChannel) -> None:
    host.set_variable_by_hand("LEVEL", "4")


def newer_version_published(dummy: Host, channel: TinyChannel) -> None:
    channel.add("app", "2.0", depends=["lib >=1"])


FOLLOWED = {"link": ["app 2.0 0"], "unlink": ["app 1.0 0"]}


@pytest.mark.parametrize(
    ("drift", "outcomes"),
    [
        (drift_package_removed, [{"link": ["lib 1.0 0"]}] * 3),
        (drift_package_added, [{}, {}, {"unlink": ["tool 1.0 0"]}]),
        (drift_file_deleted, [{"repair": ["app 1.0 0"]}] * 3),
        (drift_variable_set, [{}, {}, {"variables_removed": ["PLACE"]}]),
        (drift_variable_changed, [{"variables": ["LEVEL"]}] * 3),
        (newer_version_published, [{}, FOLLOWED, {}]),
    ],
)
@pytest.mark.parametrize("state", STATES)
def test_a_host_that_drifted(
    lab: Host, tiny: TinyChannel, state: str, drift: Any, outcomes: list[dict[str, Any]]
) -> None:
    drift(lab, tiny)
    assert lab.four_steps("conda_env", **WANTED, state=state) == outcomes[STATES.index(state)]
    assert (lab.prefix / "share/app/version.txt").exists()
    assert (lab.prefix / "share/lib/version.txt").exists()


def test_packages_come_and_go_in_one_transaction(lab: Host, tiny: TinyChannel) -> None:
    assert lab.four_steps("conda_package", packages=["tool", "gear >=1"]) == {"link": ["gear 1.0 0", "tool 1.0 0"]}
    tiny.add("tool", "2.0")
    tiny.add("lib", "1.5")
    assert lab.four_steps("conda_package", packages=["tool"]) == {}
    assert lab.four_steps("conda_package", packages=["tool"], state="latest") == {
        "link": ["tool 2.0 0"],
        "unlink": ["tool 1.0 0"],
    }
    gone = lab.four_steps("conda_package", packages=["tool", "gear", "absent"], state="absent")
    assert gone == {"unlink": ["gear 1.0 0", "tool 2.0 0"]}
    assert lab.four_steps("conda_package", packages=["app"], state="absent") == {"unlink": ["app 1.0 0", "lib 1.0 0"]}


def test_what_something_else_needs_is_not_removed(lab: Host) -> None:
    for check in (True, False):
        answer = lab.call("conda_package", check, packages=["lib"], state="absent")
        assert answer.failed
        assert "app 1.0 needs 'lib >=1'" in answer.result["msg"]
    assert lab.records() == ["app-1.0-0", "lib-1.0-0"]


@pytest.mark.parametrize("state", ["present", "exact"])
def test_a_lock_is_installed_as_it_is(lab: Host, tiny: TinyChannel, state: str) -> None:
    old = tiny.add("app", "0.9", depends=["lib >=1"])
    tiny.add("lib", "3.0")
    assert lab.call("conda_package", packages=["tool"]).changed
    lock = [{"url": record["url"], "sha256": record["sha256"]} for record in (old, lab.record("lib"))]
    changes = {"link": ["app 0.9 0"], "unlink": ["app 1.0 0"]}
    if state == "exact":
        changes = {"link": ["app 0.9 0"], "unlink": ["app 1.0 0", "tool 1.0 0"], "variables_removed": ["LEVEL"]}
    assert lab.four_steps("conda_env", packages=lock, state=state) == changes


def test_a_clone_holds_the_same(lab: Host) -> None:
    assert lab.four_steps("conda_env", name="copy", clone_from="lab") == FRESH
    assert lab.four_steps("conda_env", name="copy", state="absent") == {"unlink": FRESH["link"]}
    assert lab.records() == ["app-1.0-0", "lib-1.0-0"]


def test_removing_the_environment(lab: Host) -> None:
    assert lab.four_steps("conda_env", state="absent") == {"unlink": FRESH["link"]}
    assert not lab.prefix.exists()


def test_a_channel_named_in_a_spec_may_be_a_mirror(host: Host, tiny: TinyChannel) -> None:
    name = tiny.url.rpartition("/")[2]
    assert host.four_steps("conda_env", dependencies=[f"{name}::tool"]) == {"link": ["tool 1.0 0"]}
    answer = host.call("conda_package", packages=["elsewhere::gear"])
    assert answer.failed
    assert "is not one of 'channels'" in answer.result["msg"]


def test_conda_itself_in_base(host: Host, tiny: TinyChannel) -> None:
    tiny.add("python", "3.12")
    tiny.add("conda", "26.1", depends=["python"])
    base = {"name": "base"}
    assert host.four_steps("conda_package", **base, packages=["conda", "tool"])["link"][0] == "conda 26.1 0"
    tiny.add("conda", "26.2", depends=["python"])
    assert host.four_steps("conda_package", **base, packages=["conda"]) == {}
    followed = {"link": ["conda 26.2 0"], "unlink": ["conda 26.1 0"]}
    assert host.four_steps("conda_package", **base, packages=["conda"], state="latest") == followed
    refusals: list[tuple[str, dict[str, Any], str]] = [
        ("conda_package", {**base, "packages": ["conda"], "state": "absent"}, "out of conda's base environment"),
        ("conda_env", {**base, "dependencies": ["tool"], "state": "exact"}, "out of conda's base environment"),
        ("conda_env", {**base, "state": "absent"}, "base environment"),
        ("conda_env", {"name": None, "prefix": str(host.root), "dependencies": ["gear"]}, "add 'base' to 'allow'"),
    ]
    for module, options, told in refusals:
        for check in (True, False):
            answer = host.call(module, check, **options)
            assert answer.failed, (module, options)
            assert told in answer.result["msg"]
    assert (host.root / "conda-meta/conda-26.2-0.json").exists()
