# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""What renews the certificate between two runs of the role: the same code, with its settings in a file."""

from __future__ import annotations

import json
import os
import pwd
import sys
import typing as t

from .keeper import describe, keep
from .names import CertificateError
from .openssl import OpenSSL, executable
from .sources import settings_of


def main(arguments: t.Sequence[str]) -> int:
    """Keep the certificate that the settings in this JSON file ask for; returns the exit code, 1 where something is wrong."""
    try:
        with open(arguments[0], encoding="utf-8") as file:
            given = json.load(file)
        kept = keep(settings_of(given), OpenSSL(executable(given["openssl"])), rights_of(given["user"], given["mode"]))
    except (CertificateError, OSError, ValueError, LookupError) as error:
        return failure("the certificate is as it was: %s" % error)
    done = "replaced, because %s" % kept.reason if kept.reason else "unchanged"
    sys.stdout.write("%s: %s: %s\n" % (given["path"], done, json.dumps(describe(kept.after), sort_keys=True)))
    return failure(kept.overdue) if kept.overdue else 0


def failure(text: str) -> int:
    sys.stderr.write("%s\n" % text)
    return 1


def rights_of(user: str, mode: str) -> t.Callable[[str], None]:
    """What gives a new file the group of the server's user, and its mode."""

    def own(new: str) -> None:
        os.chown(new, -1, pwd.getpwnam(user).pw_gid)
        os.chmod(new, int(mode, 8))

    return own
