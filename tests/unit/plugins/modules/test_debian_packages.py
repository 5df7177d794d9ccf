"""The whole module with an apt-get of our own first in PATH and dpkg's database in a file."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest
from ansible.module_utils.testing import patch_module_args
from ansible_collections.benchwright.python.plugins.module_utils._apt import apt, packages, states
from ansible_collections.benchwright.python.plugins.modules import debian_packages

# Knows three packages: gcc needs cpp, and somebody's own "mine" needs what its file says. Keeps dpkg's database in ./status.
APT_GET_STAND_IN = """#!%s
import os, sys
os.chdir(os.path.dirname(sys.argv[0]))
open("asked", "a").write(" ".join(sys.argv[1:]) + "\\n")
assert os.environ["LC_ALL"] == "C" and os.environ["DEBIAN_FRONTEND"] == "noninteractive"
if os.path.exists("broken") and open("broken").read() in sys.argv:
    sys.exit("E: the mirror is gone")
names = sys.argv[sys.argv.index("--") + 1:] if "--" in sys.argv else []
if "clean" in sys.argv:
    for name in os.listdir("archives"):
        os.unlink("archives/" + name)
    sys.exit()
if "upgrade" in sys.argv or names and "=" in names[0]:
    for line in open("upgrades").read().splitlines() if os.path.exists("upgrades") else []:
        if "upgrade" in sys.argv or line.split()[1] in [name.split("=")[0] for name in names]:
            print(line)
    if "--simulate" not in sys.argv:
        os.unlink("upgrades")
    sys.exit()
installed = {line.split()[1] for line in open("status") if line.startswith("Package")}
needs = {"gcc": {"cpp"}, "mine": set(open("mine").read().split()) if os.path.exists("mine") else set()}
if "install" in sys.argv:
    change = set(names)
    for name in names:
        change |= needs.get(name, set())
    change -= installed
    installed |= change
    word = "Inst"
else:
    change = set(names) & installed
    for name in installed:
        if needs.get(name, set()) & change:
            change.add(name)
    installed -= change
    word = "Remv"
if "--simulate" in sys.argv:
    print("\\n".join("%%s %%s (1.0)" %% (word, name) for name in sorted(change)))
elif names:
    open("status", "w").write("".join("Package: %%s\\nStatus: install ok installed\\n\\n" %% name for name in sorted(installed)))
"""


class Host:
    """A directory with the stand-in, dpkg's database and the module's record."""

    def __init__(self, directory: Path) -> None:
        self.directory, self.record = directory, directory / "state/record.json"
        self.status = directory / "status"
        self.status.write_text("Package: libc6\nStatus: install ok installed\n\n")
        (directory / "apt-get").write_text(APT_GET_STAND_IN % sys.executable)
        (directory / "apt-get").chmod(0o755)

    @property
    def installed(self) -> set[str]:
        return packages.installed_packages(str(self.status)) - {"libc6"}

    @property
    def asked(self) -> list[str]:
        """The verbs that changed something, with their packages."""
        path = self.directory / "asked"
        lines = path.read_text().splitlines() if path.exists() else []
        return [line for line in lines if "--simulate" not in line and " -- " in line]


@pytest.fixture
def host(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Host:
    host = Host(tmp_path)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(debian_packages, "installed_packages", lambda: packages.installed_packages(str(host.status)))
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(apt, "LISTS", str(tmp_path / "lists"))
    monkeypatch.setattr(apt, "ARCHIVES", str(tmp_path / "archives"))
    (tmp_path / "archives").mkdir()
    return host


@pytest.fixture
def call(host: Host, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Any:
    def run(check: bool = False, **options: Any) -> dict[str, Any]:
        internal = {"_ansible_check_mode": check, "_ansible_diff": True, "_ansible_remote_tmp": str(tmp_path)}
        with (
            patch_module_args({"name": ["gcc"], "record": str(host.record), **options, **internal}),
            pytest.raises(SystemExit),
        ):
            debian_packages.main()
        return json.loads(capsys.readouterr().out)

    return run


def test_check_then_run_then_check_then_run(call: Any, host: Host) -> None:
    predicted = call(check=True)
    assert host.installed == set()
    assert not host.record.exists()
    assert not (host.directory / "lists").exists()
    assert all("Dir::State::Lists=" in line for line in (host.directory / "asked").read_text().splitlines())
    did = call()
    assert host.installed == {"gcc", "cpp"}
    for key in ("changed", "missing", "added", "diff"):
        assert predicted[key] == did[key]
    assert (did["missing"], did["added"], did["diff"]) == (
        ["gcc"],
        ["cpp", "gcc"],
        {"before": "", "after": "cpp\ngcc\n"},
    )
    before = host.asked
    for check in (True, False):
        assert not call(check=check)["changed"]
    assert host.asked == before


def test_absent_removes_what_was_added_and_nothing_that_was_there(call: Any, host: Host) -> None:
    host.status.write_text(host.status.read_text() + "Package: git\nStatus: install ok installed\n\n")
    call(name=["gcc", "git"])
    predicted, did = call(check=True, state="absent"), call(state="absent")
    assert host.installed == {"git"}
    assert (did["removed"], did["kept"], predicted["removed"]) == (["cpp", "gcc"], [], ["cpp", "gcc"])
    assert not host.record.exists()
    assert not call(state="absent")["changed"]


def test_what_others_need_now_is_kept(call: Any, host: Host) -> None:
    call()
    (host.directory / "mine").write_text("cpp")
    host.status.write_text(host.status.read_text() + "Package: mine\nStatus: install ok installed\n\n")
    did = call(state="absent")
    assert (did["removed"], did["kept"]) == (["gcc"], ["cpp"])
    assert host.installed == {"cpp", "mine"}


def test_what_a_failed_run_began_to_add_is_on_record(call: Any, host: Host) -> None:
    (host.directory / "broken").write_text("install")
    host.record.parent.mkdir()
    host.record.write_text('{"added": ["older"]}')
    assert "E: the mirror is gone" in call()["msg"]
    assert json.loads(host.record.read_text()) == {"added": ["older"]}  # the simulation failed: nothing was begun
    (host.directory / "broken").unlink()
    call()
    assert json.loads(host.record.read_text()) == {"added": ["cpp", "gcc", "older"]}


def test_the_record_is_written_before_apt_installs(call: Any, host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    install = debian_packages.Apt.install

    def install_stand_in(self: Any, names: list[str]) -> None:
        seen.append(host.record.read_text())
        install(self, names)

    monkeypatch.setattr(debian_packages.Apt, "install", install_stand_in)
    call()
    assert [json.loads(text) for text in seen] == [{"added": ["cpp", "gcc"]}]


def test_a_user_who_is_not_root_is_told_what_is_missing(call: Any, host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    did = call(name=["gcc", "libc6"])
    assert (did["changed"], did["missing"], did["added"]) == (False, ["gcc"], [])
    assert not (host.directory / "asked").exists()


def test_a_damaged_record_is_an_error_and_no_traceback(call: Any, host: Host) -> None:
    host.record.parent.mkdir()
    host.record.write_text("{")
    did = call(state="absent")
    assert did["failed"]
    assert host.record.exists()


UPGRADES = """Inst bash [5.2-1] (5.2-2 Debian:12.1/stable, Debian-Security:12/stable-security [amd64])
Inst gcc [12.1] (12.2 Debian:12.1/stable [amd64])
Inst vim [9.0-1ubuntu1] (9.0-1ubuntu2 Ubuntu:24.04/noble-updates, Ubuntu:24.04/noble-security [amd64]) []
"""


@pytest.mark.parametrize(
    ("policy", "upgraded"),
    [
        ("none", []),
        ("security", ["bash 5.2-1 -> 5.2-2", "vim 9.0-1ubuntu1 -> 9.0-1ubuntu2"]),
        ("all", ["bash 5.2-1 -> 5.2-2", "gcc 12.1 -> 12.2", "vim 9.0-1ubuntu1 -> 9.0-1ubuntu2"]),
    ],
)
def test_check_mode_lists_what_a_policy_upgrades(call: Any, host: Host, policy: str, upgraded: list[str]) -> None:
    (host.directory / "upgrades").write_text(UPGRADES)
    predicted, did = (call(check, name=[], upgrade=policy) for check in (True, False))
    assert predicted["upgraded"] == did["upgraded"] == upgraded
    assert predicted["diff"] == did["diff"]
    assert did["changed"] == bool(upgraded)
    assert not call(name=[], upgrade=policy)["changed"]
    assert not host.record.exists()


def test_the_cache_is_cleaned_when_something_is_in_it_or_will_be(call: Any, host: Host) -> None:
    assert [call(check=check, clean=True)["cleaned"] for check in (True, False)] == [True, True]
    assert call(check=True, clean=True)["cleaned"] is False
    (host.directory / "archives/gcc.deb").touch()
    assert call(check=True, clean=True)["changed"]
    assert (host.directory / "archives/gcc.deb").exists()
    assert call(clean=True)["changed"]
    assert not (host.directory / "archives/gcc.deb").exists()


def test_a_reboot_that_packages_ask_for_is_told(call: Any, host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(states, "REBOOT_REQUIRED", str(host.directory / "reboot-required"))
    assert call(name=[])["reboot_required"] is False
    (host.directory / "reboot-required").touch()
    (host.directory / "reboot-required.pkgs").write_text("linux-image-amd64\nlinux-image-amd64\n")
    did = call(name=[])
    assert (did["reboot_required"], did["reboot_required_by"], did["changed"]) == (True, ["linux-image-amd64"], False)
