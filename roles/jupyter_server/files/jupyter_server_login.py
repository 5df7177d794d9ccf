# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The server's login page: few passwords of one address are looked at, one at a time, and beside everything else.

Jupyter Server verifies a password in the thread that answers everybody, which takes a tenth of a second of it, and as
often as anybody likes. Here a wrong password costs the one who sent it: who has been wrong too often is told when to come
back, everybody waits in one line in which each address stands once, and other requests do not notice.
"""

from __future__ import annotations

import asyncio
import ipaddress
import math
import time
from collections import OrderedDict, deque
from concurrent.futures import ThreadPoolExecutor

from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.auth.login import LoginFormHandler

ATTEMPTS = 10
"""Passwords of one address that are looked at within the window."""
WINDOW = 60.0
"""Seconds."""
PAUSE = 0.5
"""Seconds that pass between two verifications: a storm of passwords takes a quarter of a core, not all of it."""
LINE = 100
"""Addresses that may wait. The last of them waits for less than a minute."""
ADDRESSES = 10_000
"""Addresses that are remembered; the oldest are forgotten."""
AUDIT = "login %s: address=%s agent=%.200r"


class Doorkeeper:
    """Who may have a password looked at, and when."""

    def __init__(self) -> None:
        self._attempts: OrderedDict[str, deque[float]] = OrderedDict()
        self._waiting: set[str] = set()
        self._turn = asyncio.Lock()  # first come, first served
        self._verifier = ThreadPoolExecutor(max_workers=1)

    def refusal(self, address: str, now: float) -> int:
        """Seconds after which ``address`` may try again; 0 notes an attempt of it, which may be made now."""
        attempts = self._attempts.setdefault(address, deque())
        while attempts and now - attempts[0] >= WINDOW:
            attempts.popleft()
        if len(attempts) >= ATTEMPTS:
            return math.ceil(WINDOW - (now - attempts[0]))
        if address in self._waiting or len(self._waiting) >= LINE:
            return 1
        attempts.append(now)
        self._attempts.move_to_end(address)
        while len(self._attempts) > ADDRESSES:
            self._attempts.popitem(last=False)
        return 0

    async def verified(self, address: str, verify):
        """What ``verify`` returns, after everybody who came before."""
        self._waiting.add(address)
        try:
            async with self._turn:
                began = time.monotonic()
                user = await asyncio.get_running_loop().run_in_executor(self._verifier, verify)
                if user is None:
                    await asyncio.sleep(PAUSE - (time.monotonic() - began))
        finally:
            self._waiting.discard(address)
        if user is not None:
            self._attempts.pop(address, None)
        return user


DOORKEEPER = Doorkeeper()


class ThrottledLogin(LoginFormHandler):
    """Jupyter Server's own page, with the doorkeeper in front of the password. Every attempt is in the log."""

    @allow_unauthenticated
    async def post(self) -> None:
        address = network_of(self.request.remote_ip)
        wait = DOORKEEPER.refusal(address, time.monotonic())
        if wait:
            self._audit("put off")
            self.set_status(429)
            self.set_header("Retry-After", str(wait))
            self._render(message={"error": f"Too many attempts. Try again in {wait} s."})
            return
        user = await DOORKEEPER.verified(address, lambda: self.identity_provider.process_login_form(self))
        if user is None:
            self._audit("refused")
            self.set_status(401)
            self._render(message={"error": "Invalid credentials"})
            return
        self._audit("accepted")
        self.current_user = user
        self.identity_provider.set_login_cookie(self, user)
        self._redirect_safe(self.get_argument("next", default=self.base_url))

    def _audit(self, what: str) -> None:
        self.log.warning(AUDIT, what, self.request.remote_ip, self.request.headers.get("User-Agent", ""))


def network_of(address: str) -> str:
    """Whoever has an IPv6 address has 2**64 of them."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if parsed.version == 4:
        return address
    return (
        parsed.ipv4_mapped.compressed if parsed.ipv4_mapped else str(ipaddress.ip_network((parsed, 64), strict=False))
    )
