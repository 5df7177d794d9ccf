# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A renewed certificate replaces the old one under those who read it: never is there a key that is not its own."""

from __future__ import annotations

import os
import shutil
import ssl
import threading
import time
from pathlib import Path

import pytest
from support.certificates import public_key

MODULE = "server_certificate"


@pytest.fixture
def path(tmp_path):
    return tmp_path / "server.pem"


def mixed(path, taking_turns, seconds):
    """Whether a read failed while the files took turns at the path; looks until one did, or the time is over."""
    path.write_bytes(taking_turns[0].read_bytes())
    ended = threading.Event()

    def take_turns():
        new = path.with_suffix(".new")
        while not ended.wait(0.0003):
            for file in taking_turns:
                os.link(file, new)
                new.replace(path)

    thread = threading.Thread(target=take_turns)
    thread.start()
    ends = time.monotonic() + seconds
    try:
        while time.monotonic() < ends:
            ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(path)
    except ssl.SSLError as error:
        assert error.reason == "KEY_VALUES_MISMATCH"
        return True
    finally:
        ended.set()
        thread.join()
    return False


def test_who_reads_while_it_is_renewed_always_has_a_pair(run_module, path, tmp_path):
    """OpenSSL opens the file twice, for the certificates and for the key; with another key it soon meets half of either."""

    def made(name, *names):
        run_module(MODULE, path=str(path), names=names)
        return Path(shutil.copy(path, tmp_path / name))

    first, renewed = made("first.pem", "localhost"), made("renewed.pem", "localhost", "127.0.0.1")
    path.unlink()
    with_another_key = made("another.pem", "localhost")
    assert public_key(first) == public_key(renewed) != public_key(with_another_key)
    assert mixed(path, [first, with_another_key], seconds=30)
    assert not mixed(path, [first, renewed], seconds=1)
