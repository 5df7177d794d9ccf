"""After the role has undone its work: the files, packages and users that were there before, and no others."""

from __future__ import annotations

import re
from pathlib import Path

PREPARE = (Path(__file__).parents[1] / "prepare.sh").read_text(encoding="utf-8")
# What packages leave behind is apt's to keep: beside the files that dpkg knows as their configuration, what their scripts wrote.
LEFT_BY_PACKAGES = re.compile(
    r"/etc/(rc\d\.d/[KS]\d\dunattended|apt/apt\.conf\.d/(20auto|50unattended)|(default/)?locale(\.gen|\.conf)?$|libnl-3$|pm(/sleep\.d)?$"
    r"|systemd/system/multi-user\.target\.wants/unattended)"
)
# The account that stays, its home, and the home of the one that was removed by name.
ACCOUNTS = re.compile(r"/etc/g?(passwd|shadow|group|subuid|subgid)-?$|/home/(quant|former)\b")


def files(text: str) -> dict[str, str]:
    return {line.partition(" ")[0]: line for line in text.splitlines()}


def test_packages_are_those_of_before(host) -> None:
    before = set(host.file("/root/packages.before").content_string.splitlines())
    now = set(host.check_output("dpkg-query --show --showformat '${db:Status-Abbrev} ${Package}\\n'").splitlines())
    assert not [line for line in now - before if line.startswith("ii")]
    assert not [line for line in before - now if line.startswith("ii")]


def test_files_are_those_of_before(host) -> None:
    before = files(host.file("/root/files.before").content_string)
    command = re.search(r"^find .*?\| sort", PREPARE, re.M | re.S)
    assert command
    now = files(host.check_output(command.group(0).replace("\\\n", " ")))
    conffiles = host.check_output("dpkg-query --show --showformat '${Conffiles}\\n'").split()
    changed = {path for path in {*before, *now} if before.get(path) != now.get(path)}
    assert {path for path in changed if not (LEFT_BY_PACKAGES.match(path) or ACCOUNTS.match(path))} - {
        *conffiles
    } == set()


def test_users_stay_but_without_what_the_role_gave_them(host) -> None:
    assert host.user("quant").exists
    assert "research" not in host.user("quant").groups
    assert not host.file("/home/quant/.ssh").exists
    assert "former" not in host.check_output("getent passwd")
    assert host.group("research").exists


def test_nothing_runs_and_nothing_is_trusted_any_longer(host) -> None:
    assert host.run("nft list table inet benchwright").rc != 0
    assert (
        host.check_output("sha256sum </etc/ssl/certs/ca-certificates.crt")
        == host.file("/root/bundle.before").content_string.strip()
    )
    assert host.check_output("find / -xdev -name '*benchwright*' -not -path '/proc/*' -not -path '/srv/channel*'") == ""
    assert "/etc/apt/sources.list.d" in host.check_output("apt-config shell parts Dir::Etc::sourceparts/d")
    assert host.run("systemctl list-units --all 'benchwright*' --no-legend").stdout.strip() == ""
