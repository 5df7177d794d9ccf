# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""What the roles left on a host: recorded environments beside what is there now, the certificate, the service. Changes nothing."""

from __future__ import annotations

import contextlib
import os
import time
import typing as t
from pathlib import Path

from .._certificates.certificate import DAY, Certificate, certificates_in
from .._certificates.names import CertificateError
from .._certificates.openssl import OpenSSL, executable
from .._conda.answers.snapshot import read_snapshot
from .._conda.installed.prefix import Prefix, PrefixError, State
from .._conda.registrations.facts import Entry, recorded
from .._conda.releases.drift import changed_by_hand
from .._conda.releases.store import Store
from .._service.plan import Status
from .._service.supervisors import SUPERVISORS, Run, Service, ServiceError

SERVICE = "benchwright-jupyter-server"
VARIABLE = "BENCHWRIGHT_JUPYTER_SERVER"
Answer = t.Dict[str, t.Any]


class Layout(t.NamedTuple):
    """Where the roles put things: for root in the system, for anybody else at home."""

    configuration: Path
    state: Path
    units: Path
    manager: str

    @property
    def certificate(self) -> Path:
        return self.configuration / "jupyter_server.pem"

    @property
    def script(self) -> Path:
        return self.configuration / "start_jupyter_server"

    @property
    def unit(self) -> Path:
        return self.units / (SERVICE + ".service")


def layout_of(uid: int, home: Path, root: Path = Path("/")) -> Layout:
    """Return the layout of this account."""
    if uid == 0:
        return Layout(root / "etc/benchwright", root / "var/lib/benchwright", root / "etc/systemd/system", "systemd")
    settings = home / ".config"
    return Layout(
        settings / "benchwright", home / ".local/state/benchwright", settings / "systemd/user", "systemd_user"
    )


def environments(facts: Path) -> list[Answer]:
    """Return what is recorded of each environment, what is there now, and how the two differ."""
    return [_environment(prefix, entry) for prefix, entry in sorted(recorded(facts).items())]


def _environment(prefix: str, entry: Entry) -> Answer:
    versions = entry.get("versions") or {}
    answer: Answer = {key: str(entry.get(key) or "") for key in ("name", "description", "release", "kernel")}
    answer.update(prefix=prefix, versions=versions, python="", package_count=0)
    found = Prefix(prefix)
    try:
        answer["state"] = found.state.value
        if found.state is not State.ENVIRONMENT:
            return dict(answer, drift=["it is recorded, and there is: %s" % found.state.value])
        snapshot = read_snapshot(found)
    except (PrefixError, OSError) as error:
        return dict(answer, state="unreadable", drift=["it cannot be read: %s" % error])
    there = {package.name: package.version for package in snapshot.packages}
    there.update((package.name, package.version) for package in snapshot.pip)
    store = Store(prefix)
    answer.update(python=there.get("python", ""), package_count=len(snapshot.packages), release_now=store.current or "")
    by_hand = list(changed_by_hand(store.marker, snapshot.contents))
    return dict(answer, drift=[*_moved(answer), *(by_hand or _other_versions(versions, there))])


def _moved(answer: Answer) -> t.Iterator[str]:
    if answer["release"] != answer["release_now"]:
        yield "release %s is current, and %s is recorded" % (
            answer["release_now"] or "none",
            answer["release"] or "none",
        )


def _other_versions(recorded_ones: t.Mapping[str, str], there: t.Mapping[str, str]) -> t.Iterator[str]:
    for name, version in sorted(recorded_ones.items()):
        if there.get(name) != version:
            yield "%s is %s, and %s is recorded" % (name, there.get(name, "gone"), version)


def certificate(path: Path, openssl: str | None, now: float) -> Answer:
    """Return what matters of the server's certificate; nothing where there is none."""
    try:
        pems = certificates_in(path.read_text(encoding="ascii"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        return {"path": str(path), "problem": str(error)}
    try:
        return {"path": str(path), **_described(OpenSSL(executable(openssl)).certificate(pems[0]), now)}
    except (CertificateError, IndexError) as error:
        return {"path": str(path), "problem": str(error) or "it holds no certificate"}


def _described(found: Certificate, now: float) -> Answer:
    return {
        "names": sorted(name.partition(":")[2] for name in found.names),
        "not_after": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(found.not_after)),
        "days_left": int((found.not_after - now) // DAY),
        "self_signed": found.self_signed,
        "issuer": found.issuer,
    }


def service(layout: Layout, run: Run) -> Answer:
    """Return how the server is kept running, and whether it runs; nothing where there is none."""
    manager = layout.manager if layout.unit.exists() else "start_stop_daemon"
    if not layout.script.exists():
        return {}
    pid_file = str(layout.state / "jupyter_server.pid")
    described = Service(SERVICE, str(layout.script), VARIABLE, "", pid_file)
    status, problem = Status(), ""
    try:
        status = SUPERVISORS[manager](described, run).status()
    except (ServiceError, OSError) as error:
        problem = str(error)
    answer = {"name": SERVICE, "manager": manager, "running": bool(status.pid), "enabled": status.enabled}
    return dict(answer, pid=status.pid, since=_began(status.pid), **({"problem": problem} if problem else {}))


def _began(pid: int) -> str:
    """When a process began; empty for one that does not run."""
    with contextlib.suppress(OSError):
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(os.stat("/proc/%d" % pid).st_mtime)) if pid else ""
    return ""
