# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read from the real /proc, and from lines as the kernel prints them."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._service import process

TABLE = """\
  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:22B8 00000000:0000 0A 00000000:00000000 00:00000000 00000000   999        0 138498 1 0 100 0 0 10 0
   1: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 11 1 0 100 0 0 10 0
   2: 0100007F:22B8 0100007F:D2F0 01 00000000:00000000 00:00000000 00000000   999        0 12 1 0 100 0 0 10 0
"""


def test_only_listeners_on_the_port_are_found():
    assert process.parse_listeners(TABLE, 8888) == [process.Listener("127.0.0.1", 999, "138498")]
    assert process.parse_listeners(TABLE, 8889) == []


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("0100007F", "127.0.0.1"),
        ("00000000", "0.0.0.0"),
        ("00000000000000000000000001000000", "::1"),
        ("00000000000000000000000000000000", "::"),
        ("0000000000000000FFFF00000100007F", "127.0.0.1"),
    ],
)
@pytest.mark.skipif(sys.byteorder != "little", reason="the texts are those of a little-endian machine")
def test_addresses_are_read(text, address):
    assert process.decode_address(text) == address


@pytest.mark.parametrize(
    ("one", "other", "in_the_way"),
    [
        ("127.0.0.1", "127.0.0.1", True),
        ("0.0.0.0", "127.0.0.1", True),
        ("127.0.0.1", "0.0.0.0", True),
        ("::", "127.0.0.1", True),
        ("127.0.0.1", "127.0.0.2", False),
    ],
)
def test_what_is_in_the_way(one, other, in_the_way):
    assert process.overlaps(one, other) is in_the_way


def test_a_foreign_listener_is_named_and_an_own_one_is_not():
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        found = process.foreign_listener("0.0.0.0", port, own=0)
        assert found.startswith("process %d (" % os.getpid())
        assert process.foreign_listener("0.0.0.0", port, own=os.getpid()) is None
        assert process.foreign_listener("127.0.0.2", port, own=0) is None
    assert process.foreign_listener("0.0.0.0", port, own=0) is None


def until(holds, seconds=120):
    """A child may need a moment until it runs its program."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_the_life_of_a_process():
    with subprocess.Popen(["sleep", "60"], env={"MARK": "a=b"}) as child:
        assert process.is_running(child.pid)
        until(lambda: process.environment_of(child.pid) == {"MARK": "a=b"})
        until(lambda: process.command_line_of(child.pid) == "sleep 60")
        child.kill()
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        assert not process.is_running(child.pid)  # a zombie by now
    assert not process.is_running(child.pid)
    assert process.environment_of(child.pid) == {}
    assert process.command_line_of(child.pid) == ""
