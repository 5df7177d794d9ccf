# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Whether a container of a workbench's image is well: run in it by the engine. Silence and 0 are good news.

``health.py [PROGRAM PORT]``. Where the container runs PROGRAM, which is the Jupyter server's, the server has to answer. Of anything else
the Python has to start, which it has. What is asked is public, so that the server's log does not fill with refusals.
"""

from __future__ import annotations

import http.client
import ssl
import sys
from pathlib import Path

SECONDS = 20
FIRST = Path("/proc/1/cmdline")
"""What the container was started with: the init's words, and after them those of what it runs."""
WELL = 200


def main(*arguments: str) -> int:
    """Return the exit code; the last line says what is wrong."""
    if not arguments or arguments[0].encode() not in FIRST.read_bytes().split(b"\0"):
        return 0
    found = answer(int(arguments[1]))
    if found != WELL:
        sys.stdout.write(f"the server on port {arguments[1]} answers with {found}\n")
    return int(found != WELL)


def answer(port: int) -> int | str:
    """The status of the server's answer, or what went wrong."""
    # The certificate is the server's own, and the container speaks to itself.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=SECONDS, context=context)
    try:
        connection.request("GET", "/api")
        return connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        return repr(error)


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
