# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.
"""A table of nftables of one's own, tried before it is kept: unless it is confirmed in time, the one before comes back by itself."""

from __future__ import annotations

import contextlib
import hashlib
import os

from . import text
from .command import LinuxError, attempt, change, run
from .firewall_rules import EMPTY, TABLE

KEPT, UNIT_NAME = "/etc/benchwright/firewall.nft", "benchwright-firewall.service"
UNIT, LINK = f"/etc/systemd/system/{UNIT_NAME}", f"/etc/systemd/system/multi-user.target.wants/{UNIT_NAME}"
RECORD = "/var/lib/benchwright/host_firewall.json"
TRIED, BEFORE = "/run/benchwright/firewall_tried.nft", "/run/benchwright/firewall_before.nft"
ROLLBACK = "benchwright-firewall-rollback"
UNIT_TEXT = f"""[Unit]
Description=Firewall of benchwright
DefaultDependencies=no
Before=network-pre.target shutdown.target
Wants=network-pre.target
Conflicts=shutdown.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/sbin/nft -f {KEPT}
ExecStop=/usr/sbin/nft delete table {TABLE}

[Install]
WantedBy=multi-user.target
"""


def listing() -> str:
    """Return the table as the kernel has it; empty when there is none. Raises LinuxError where nft may not ask."""
    code, out = attempt("nft", "--stateless", "list", "table", *TABLE.split())
    if code == 0:
        return out
    if code == 127 or "No such file" in out or "does not exist" in out:
        return ""
    raise LinuxError(f"nft cannot read the firewall: {out.strip()}; in a container that needs CAP_NET_ADMIN")


def _digest(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()


def difference(wanted: str | None) -> list[dict[str, str]]:
    """Return what differs from the wanted text, None for no firewall: the file, the unit, and what the kernel has."""
    loaded, known = listing(), text.Record(RECORD).known.get("listing")
    state = {
        KEPT: (text.read_text(KEPT), wanted),
        UNIT: (text.read_text(UNIT), wanted and UNIT_TEXT),
        LINK: (str(os.path.islink(LINK)), str(wanted is not None)),
    }
    found = [change(subject, *pair) for subject, pair in state.items() if pair[0] != pair[1]]
    if (known != _digest(loaded)) if wanted else loaded:
        found.append(change(f"table {TABLE}", "not as wanted" if wanted else loaded, wanted and "as wanted"))
    return found


def try_out(wanted: str, seconds: int) -> None:
    """Load the table; a timer takes it back after so many seconds. Raises LinuxError, OSError."""
    if not os.path.isdir("/run/systemd/system"):
        raise LinuxError(
            "the firewall needs systemd, whose timer takes it back if it shuts you out; leave linux_base_firewall off"
        )
    _write_checked(wanted)
    if not pending():  # otherwise what was there before that one is still the way back
        text.replace(BEFORE, EMPTY + listing())
    _stop_timer()
    back = ("/bin/sh", "-c", f"nft --file {BEFORE}; rm -f {TRIED} {BEFORE}")
    run("systemd-run", f"--unit={ROLLBACK}", f"--on-active={seconds}", "--timer-property=AccuracySec=100ms", *back)
    run("nft", "--file", TRIED)


def pending() -> bool:
    """Whether a table is being tried out."""
    return attempt("systemctl", "is-active", "--quiet", ROLLBACK + ".timer")[0] == 0


def confirm() -> list[dict[str, str]]:
    """Keep what is being tried out: the caller has come in through it. Raises LinuxError when it was taken back already."""
    wanted = text.read_text(TRIED)
    if not pending() or wanted is None:
        raise LinuxError(
            "the new firewall was not confirmed in time, and the one before is back: the next connection took too long or was "
            "blocked; look at linux_base_firewall_allow and linux_base_firewall_rules, or raise linux_base_firewall_confirm_seconds"
        )
    _stop_timer()
    _keep(wanted)
    return []


def load(wanted: str) -> None:
    """Load a table that differs from the one before in services only, and keep it. Raises LinuxError, OSError."""
    _write_checked(wanted)
    run("nft", "--file", TRIED)
    _keep(wanted)


def _write_checked(wanted: str) -> None:
    os.makedirs(os.path.dirname(TRIED), exist_ok=True)
    text.replace(TRIED, wanted)
    run("nft", "--check", "--file", TRIED, advice="mend linux_base_firewall_rules or linux_base_firewall_allow")


def _keep(wanted: str) -> None:
    record = text.Record(RECORD)
    record.known = {"listing": _digest(listing())}
    record.write()
    os.makedirs(os.path.dirname(KEPT), exist_ok=True)
    text.replace(UNIT, UNIT_TEXT, mode=0o644)
    if not os.path.islink(LINK):
        os.makedirs(os.path.dirname(LINK), exist_ok=True)
        os.symlink(UNIT, LINK)
    text.replace(KEPT, wanted, mode=0o640)
    attempt("systemctl", "daemon-reload")
    attempt("systemctl", "start", UNIT_NAME)  # so that it says that it is active; it loads the same once more
    _forget_trial()


def remove() -> None:
    """Take the firewall away, now and for the next start. Raises LinuxError, OSError."""
    _stop_timer()
    attempt("systemctl", "stop", UNIT_NAME)  # which takes the table away where it had loaded it
    attempt("systemctl", "reset-failed", UNIT_NAME)
    if listing():
        run("nft", "delete", "table", *TABLE.split())
    for path in (LINK, UNIT, KEPT):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)
    attempt("systemctl", "daemon-reload")
    record = text.Record(RECORD)
    record.known = {}
    record.write()
    _forget_trial()


def _stop_timer() -> None:
    attempt("systemctl", "stop", ROLLBACK + ".timer", ROLLBACK + ".service")
    attempt("systemctl", "reset-failed", ROLLBACK + ".timer", ROLLBACK + ".service")


def _forget_trial() -> None:
    for path in (TRIED, BEFORE):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)
    with contextlib.suppress(OSError):
        os.rmdir(os.path.dirname(TRIED))
