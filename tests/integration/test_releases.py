"""The life of an environment as releases: what check mode says is what a run does, and what is in use never changes."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.ansible_call import Answer
from support.host import Host
from support.tiny_channel import TinyChannel

from benchwright.channel.build import BuiltChannel

TOLD = ("release", "releases_removed", "drift")
APP: dict[str, Any] = {"dependencies": ["app"]}
TOOL: dict[str, Any] = {"dependencies": ["app", "tool=1"]}
# For what does not depend on the engine.
with_rattler = pytest.mark.parametrize("host", ["rattler"], indirect=True)
# Readers ask no channel.
NOTHING_OFFERED: dict[str, Any] = {"channels": None}
Steps = Callable[..., dict[str, Any]]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Engines note there where they installed to."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def agreed(host: Host, module: str, **options: Any) -> Answer:
    """Check, then run: both say the same, but for the name of a release that gets it from what it holds."""
    predicted, did = (host.call(module, check, **options) for check in (True, False))
    assert not predicted.failed, predicted.result["msg"]
    assert not did.failed, did.result["msg"]
    for key in ("link", "unlink", "repair", "why", "changed", "diff", *TOLD):
        if key != "release" or predicted.result[key]:
            assert predicted.result.get(key) == did.result.get(key), key
    return did


@pytest.fixture
def steps(host: Host) -> Steps:
    """Check, run, check, run; returns what the run changed and told, without what it did not."""

    def steps(module: str = "conda_env", **options: Any) -> dict[str, Any]:
        did = agreed(host, module, **options)
        for check in (True, False):
            again = host.call(module, check, **options)
            assert not again.failed, again.result["msg"]
            assert (again.changed, again.diff) == (False, ([], [])), again.result
            assert [again.result[key] for key in ("release", "releases_removed")] == [current(host), []]
        assert did.result.get("release", "") == current(host)
        keys = ("link", "unlink", "repair", "variables", "variables_removed", "releases_removed", "drift")
        return {key: did.result[key] for key in keys if did.result.get(key)}

    return steps


@pytest.fixture
def lab(host: Host, tiny: TinyChannel, steps: Steps) -> Host:
    """A host with ``app`` as the first release of ``lab``."""
    assert steps(**APP) == {"link": ["app 1.0 0", "lib 1.0 0"]}
    tiny.add("tool", "2.0")
    return host


def current(host: Host) -> str:
    """The digest that the environment's link holds; empty where it is none."""
    return os.readlink(host.prefix).rpartition("-")[2] if host.prefix.is_symlink() else ""


def releases(host: Host) -> list[str]:
    directory = host.root / ".releases"
    return sorted(path.name.rpartition("-")[2] for path in directory.iterdir()) if directory.exists() else []


def version(host: Host, name: str) -> str:
    return (host.prefix / f"share/{name}/version.txt").read_text()


# --- from one release to the next -------------------------------------------------------------------------------------


def test_each_change_is_a_release_and_so_many_are_kept(lab: Host, steps: Steps, home: Path) -> None:
    first = current(lab)
    assert os.readlink(lab.prefix) == f"../.releases/lab-{first}"
    assert steps(**TOOL) == {"link": ["tool 1.0 0"]}
    second = current(lab)
    changes = steps(**{**APP, "dependencies": ["app", "tool=2"]}, keep=2)
    assert changes == {"link": ["tool 2.0 0"], "unlink": ["tool 1.0 0"], "releases_removed": [f"lab-{first}"]}
    assert releases(lab) == sorted([second, current(lab)])
    assert version(lab, "tool") == "tool 2.0\n"
    assert steps(**APP, keep=1) == {"releases_removed": [f"lab-{second}"]}
    noted = home / ".conda/environments.txt"
    assert ".releases" not in (noted.read_text() if noted.exists() else "")


@with_rattler
def test_a_process_keeps_what_it_uses(lab: Host, steps: Steps) -> None:
    first = current(lab)
    with subprocess.Popen(["sleep", "600"], cwd=lab.prefix) as process:
        steps(**TOOL, keep=1)
        assert releases(lab) == sorted([first, current(lab)])
        told = lab.call("conda_env_info", **NOTHING_OFFERED).result["environments"][0]["releases"]
        assert [[user["pid"] for user in release["users"]] for release in told] == [[process.pid], []]
        process.kill()
    assert steps(**TOOL, keep=1) == {"releases_removed": [f"lab-{first}"]}


def test_what_nobody_asked_to_change_is_as_it_was(lab: Host, steps: Steps) -> None:
    old = lab.prefix.resolve()

    def seen() -> dict[Path, tuple[int, bytes]]:
        return {
            path: (path.lstat().st_mtime_ns, path.read_bytes() if path.is_file() else b"") for path in old.rglob("*")
        }

    before = seen()
    steps(**TOOL)
    assert len(before) > 5
    assert seen() == before


@with_rattler
def test_an_earlier_description_leads_back_to_its_release(lab: Host, steps: Steps) -> None:
    first = current(lab)
    steps(**TOOL)
    assert steps(**APP, state="exact") == {"unlink": ["tool 1.0 0"]}
    assert current(lab) == first
    assert len(releases(lab)) == 2


# --- changed by hand --------------------------------------------------------------------------------------------------


def test_what_somebody_put_there_comes_along(lab: Host, steps: Steps) -> None:
    (lab.prefix / "mine").mkdir()
    (lab.prefix / "mine/notes.txt").write_text(f"see {lab.prefix.resolve()}/share")
    lab.set_variable_by_hand("PLACE", "here")
    assert steps(**TOOL) == {"link": ["tool 1.0 0"], "drift": ["added by hand: variable: PLACE"]}
    assert (lab.prefix / "mine/notes.txt").read_text() == f"see {lab.prefix.resolve()}/share"
    assert '"PLACE": "here"' in (lab.prefix / "conda-meta/state").read_text()


def test_a_deleted_file_is_put_back_in_the_next_release(lab: Host, steps: Steps) -> None:
    (lab.prefix / "share/app/version.txt").unlink()
    drift = ["file removed by hand: share/app/version.txt (app)"]
    assert steps(**APP) == {"repair": ["app 1.0 0"], "drift": drift}
    assert version(lab, "app") == "app 1.0\n"
    answer = agreed(lab, "conda_env", state="rolled_back", release=current(lab))
    assert not answer.changed


def add_by_hand(host: Host) -> None:
    """As somebody would who logs in: the engine changes the release itself."""
    release = host.prefix.resolve()
    record = host.call("conda_env", name="other", dependencies=["tool=1"])
    assert record.changed
    other = host.root / "envs/other"
    shutil.copytree(other / "share/tool", release / "share/tool")
    [path] = (other / "conda-meta").glob("tool-*.json")
    shutil.copy(path, release / "conda-meta")


def test_a_package_added_by_hand_is_told_kept_or_taken_out(lab: Host, steps: Steps) -> None:
    add_by_hand(lab)
    drift = ["added by hand: tool 1.0 0"]
    for check in (True, False):
        answer = lab.call("conda_env", check, **APP)
        assert (answer.changed, answer.result["drift"]) == (False, drift)
    [told] = lab.call("conda_env_info", **NOTHING_OFFERED).result["environments"]
    assert told["changed_by_hand"] == drift
    gear = {"dependencies": ["app", "gear"]}
    assert steps(**gear) == {"link": ["gear 1.0 0"], "drift": drift}
    assert version(lab, "tool") == "tool 1.0\n"
    assert lab.call("conda_env", **gear).result["drift"] == []


def test_a_release_is_rebuilt_as_it_was(lab: Host, steps: Steps) -> None:
    steps("conda_package", packages=["gear"])
    add_by_hand(lab)
    changes = steps(**APP, on_drift="rebuild")
    assert changes == {"unlink": ["tool 1.0 0"], "drift": ["added by hand: tool 1.0 0"]}
    assert lab.records() == ["app-1.0-0", "gear-1.0-0", "lib-1.0-0"]


@with_rattler
def test_exact_takes_out_what_is_not_described(lab: Host, steps: Steps) -> None:
    add_by_hand(lab)
    steps("conda_package", packages=["gear"])
    assert steps(**APP, state="exact") == {"unlink": ["gear 1.0 0", "tool 1.0 0"]}


# --- back -------------------------------------------------------------------------------------------------------------


@with_rattler
def test_back_and_forth(lab: Host, steps: Steps) -> None:
    first = current(lab)
    steps(**TOOL)
    second = current(lab)
    back = agreed(lab, "conda_env", state="rolled_back")
    assert (back.changed, back.result["unlink"], current(lab)) == (True, ["tool 1.0 0"], first)
    assert lab.records() == ["app-1.0-0", "lib-1.0-0"]
    for check in (True, False):
        assert "no release older" in lab.call("conda_env", check, state="rolled_back").result["msg"]
    forth = agreed(lab, "conda_env", state="rolled_back", release=second[:3])
    assert (forth.result["link"], current(lab)) == (["tool 1.0 0"], second)
    agreed(lab, "conda_env", state="rolled_back")
    assert steps(**TOOL) == {"link": ["tool 1.0 0"]}
    assert current(lab) == second


# --- in place, and adopted --------------------------------------------------------------------------------------------


@pytest.fixture
def plain(host: Host, tiny: TinyChannel) -> Host:
    """A host whose environment is a plain directory, as it was before there were releases."""
    answer = host.call("conda_env", **APP, deploy="in_place")
    assert answer.changed, answer.result
    assert not host.prefix.is_symlink()
    return host


@with_rattler
def test_a_plain_directory_becomes_a_release_and_stays_the_same(plain: Host, steps: Steps) -> None:
    inode, records = plain.prefix.stat().st_ino, plain.records()
    answer = agreed(plain, "conda_env", **APP)
    assert (answer.changed, answer.result["link"]) == (True, [])
    assert (plain.prefix.is_symlink(), plain.prefix.stat().st_ino) == (True, inode)
    assert plain.records() == records
    assert steps(**APP) == {}
    adopted = current(plain)
    assert steps(**TOOL) == {"link": ["tool 1.0 0"]}
    assert agreed(plain, "conda_env", state="rolled_back").result["release"] == adopted


@with_rattler
@pytest.mark.parametrize("keep", [1, 2])
def test_a_plain_directory_is_adopted_and_changed_at_once(plain: Host, steps: Steps, keep: int) -> None:
    changes = steps(**TOOL, keep=keep)
    assert changes["link"] == ["tool 1.0 0"]
    assert (len(releases(plain)), len(changes.get("releases_removed", []))) == (keep, 2 - keep)


@with_rattler
def test_conda_package_leaves_a_plain_directory_one(plain: Host, steps: Steps) -> None:
    assert steps("conda_package", packages=["gear"]) == {"link": ["gear 1.0 0"]}
    assert not plain.prefix.is_symlink()


def test_a_release_can_be_changed_in_place(lab: Host, steps: Steps) -> None:
    first = current(lab)
    assert steps(**TOOL, deploy="in_place") == {"link": ["tool 1.0 0"]}
    assert (current(lab), releases(lab)) == (first, [first])
    assert steps(**TOOL) == {}  # and is no drift
    assert steps(**APP, state="exact") == {"unlink": ["tool 1.0 0"]}
    assert current(lab) != first


# --- the other modules ------------------------------------------------------------------------------------------------


def test_conda_package_makes_releases_and_collects_none(lab: Host, steps: Steps) -> None:
    linked = {"gear": "gear 1.0 0", "tool=1": "tool 1.0 0", "tool=2": "tool 2.0 0"}
    for number, (spec, package) in enumerate(linked.items()):
        assert steps("conda_package", packages=[spec])["link"] == [package]
        assert len(releases(lab)) == number + 2
    assert steps("conda_package", packages=["tool"], state="absent") == {"unlink": ["tool 2.0 0"]}
    assert lab.records() == ["app-1.0-0", "gear-1.0-0", "lib-1.0-0"]


@with_rattler
def test_releases_are_told(lab: Host, steps: Steps) -> None:
    steps(**TOOL)
    [told] = lab.call("conda_env_info", **NOTHING_OFFERED, size=True).result["environments"]
    assert (told["state"], told["name"], told["changed_by_hand"]) == ("environment", "lab", [])
    assert [(release["digest"], release["current"], release["adopted"]) for release in told["releases"]] == [
        (digest, digest == current(lab), False)
        for digest in sorted(releases(lab), key=lambda digest: digest == current(lab))
    ]
    for release in told["releases"]:
        assert release["path"] == str(lab.root / f".releases/lab-{release['digest']}")
        assert release["users"] == []
        assert 0 <= release["age"] < 600
        assert release["size"] > 0
    listed = lab.call("conda_env_info", **NOTHING_OFFERED, name=None).result["environments"]
    assert [one["prefix"] for one in listed if ".releases" in one["prefix"]] == []
    assert str(lab.prefix) in [one["prefix"] for one in listed]


@with_rattler
def test_an_export_through_the_link_names_the_environment(lab: Host) -> None:
    dest = lab.directory / "lab.yml"
    answer = lab.call("conda_env_export", **NOTHING_OFFERED, dest=str(dest))
    assert not answer.failed, answer.result
    assert "name: lab\n" in dest.read_text()
    assert "app=1.0" in dest.read_text().replace("==", "=")
    assert ".releases" not in dest.read_text()


# --- gone -------------------------------------------------------------------------------------------------------------


def test_the_environment_goes_with_all_its_releases(lab: Host, steps: Steps) -> None:
    steps(**TOOL)
    names = [f"lab-{digest}" for digest in releases(lab)]
    changes = steps(state="absent")
    assert changes == {"unlink": ["app 1.0 0", "lib 1.0 0", "tool 1.0 0"], "releases_removed": names}
    assert not lab.prefix.is_symlink()
    assert not (lab.root / ".releases").exists()


@with_rattler
def test_a_link_whose_release_somebody_removed_is_mended(lab: Host, steps: Steps) -> None:
    shutil.rmtree(lab.prefix.resolve())
    assert steps(**APP) == {"link": ["app 1.0 0", "lib 1.0 0"]}
    assert version(lab, "app") == "app 1.0\n"


def test_a_failed_change_leaves_everything_as_it_was(lab: Host, tiny: TinyChannel) -> None:
    before = current(lab), releases(lab), lab.records()
    tiny.add("bad", files={"share/bad/x": b"x"})
    tiny.replace_package("bad", {"share/bad/x": b"y"})
    answer = lab.call("conda_env", dependencies=["app", "bad"])
    assert answer.failed
    assert not answer.result.get("changed")
    assert "Traceback" not in answer.result["msg"]
    assert (current(lab), releases(lab), lab.records()) == before


# --- a real Python ----------------------------------------------------------------------------------------------------

PYTHON: dict[str, Any] = {"dependencies": ["python", "pip", "six"], "pip": ["humanize==4.12.0"]}
# Imports one package at once, and another when it is told to.
LATER = """
import sys, six
print(six.__file__, flush=True)
sys.stdin.readline()
import humanize
print(humanize.__file__, flush=True)
"""


def test_a_real_python_stays_with_its_release_and_pips_packages_come_along(
    rattler_host: Host, channel: BuiltChannel
) -> None:
    """One environment for all, because making one takes seconds."""
    host = rattler_host
    host.options["channels"] = [channel.url]
    agreed(host, "conda_env", **PYTHON)
    first = host.prefix.resolve()
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([host.prefix / "bin/python", "-c", LATER], **pipes) as process:
        assert process.stdin
        assert process.stdout
        assert process.stdout.readline().startswith(f"{first}/")
        subprocess.run(
            [host.prefix / "bin/python", "-m", "pip", "-q", "install", "--no-deps", "numpy-financial==1.0.0"],
            check=True,
        )
        drift = ["added by hand: pip: numpy-financial==1.0.0"]

        more = {**PYTHON, "variables": {"LEVEL": "3"}}
        refused = host.call("conda_env", **more)
        assert refused.failed
        assert "numpy-financial 1.0.0 requires numpy, which is not installed" in refused.result["msg"]
        assert (host.prefix.resolve(), len(releases(host))) == (first, 1)

        did = agreed(host, "conda_env", **more, checks=["files", "imports"])
        assert (did.result["variables"], did.result["drift"]) == (["LEVEL"], drift)
        second = host.prefix.resolve()
        process.stdin.write("\n")
        process.stdin.flush()
        assert process.stdout.readline().startswith(f"{first}/")
    names = {path.name.partition("-")[0] for path in second.glob("lib/python3*/site-packages/*.dist-info")}
    assert {"humanize", "numpy_financial", "pip", "six"} <= names
    for check in (True, False):
        assert not host.call("conda_env", check, **more).changed
    assert host.call("conda_env", **more).result["drift"] == []
    changes = agreed(host, "conda_env", **more, state="exact", keep=1).result
    assert (changes["pip_removed"], changes["releases_removed"]) == (["numpy-financial"], [first.name, second.name])
