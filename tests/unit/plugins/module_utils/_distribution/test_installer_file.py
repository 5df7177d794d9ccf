# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a file is, by what it begins with."""

from __future__ import annotations

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._distribution.errors import DistributionError
from ansible_collections.benchwright.python.plugins.module_utils._distribution.installer_file import (
    SPARE,
    TIMES,
    check_installer,
    recognise,
)
from support import installer_stand_in

SCRIPT = b'#!/bin/sh\n# VER:   26.3.2-3\n# PLAT:  linux-64\ntotal_installation_size_kb="1000"\n@@END_HEADER@@\n\0\1'


def test_an_installer_says_what_it_is_and_what_it_needs() -> None:
    file = recognise(SCRIPT, 10)
    assert (file.kind, file.platform, file.version, file.unpacked) == (
        "script",
        "linux-64",
        "26.3.2-3",
        1024000 + SPARE,
    )


def test_an_old_installer_that_does_not_say_needs_several_times_its_size() -> None:
    assert recognise(SCRIPT.replace(b"total_", b"other_"), 1000).unpacked == 1000 * TIMES + SPARE


def test_the_stand_ins_are_seen_as_what_they_imitate(tmp_path) -> None:
    paths = [
        installer_stand_in.build_installer(tmp_path),
        installer_stand_in.build_micromamba(tmp_path, "aarch64"),
        installer_stand_in.build_micromamba(tmp_path, archive=True),
    ]
    found = [recognise(path.read_bytes(), path.stat().st_size) for path in paths]
    assert [(file.kind, file.platform) for file in found] == [
        ("script", "linux-64"),
        ("program", "linux-aarch64"),
        ("archive", None),
    ]


@pytest.mark.parametrize(
    ("head", "kind", "words"),
    [
        (b"  <!DOCTYPE html>", "conda", "a web page, but wanted an installer script"),
        (b"<Error><Code>NoSuchKey</Code></Error>", "micromamba", "a web page, but wanted a program or an archive"),
        (b"", "conda", "something else"),
        (b"#!/bin/sh\necho hello\n", "conda", "something else"),
        (SCRIPT, "micromamba", "an installer script, but wanted"),
        (SCRIPT.replace(b"linux-64", b"linux-aarch64"), "conda", "is for linux-aarch64, but this host is linux-64"),
        (b"\x7fELF\x02\x01" + bytes(12) + b"\xb7\x00", "micromamba", "is for linux-aarch64"),
        (b"\x7fELF\x02\x02" + bytes(12) + b"\x00\x16", "micromamba", "is for machine 22"),
    ],
)
def test_what_is_no_installer_for_this_host_is_refused(head: bytes, kind: str, words: str) -> None:
    with pytest.raises(DistributionError, match=words):
        check_installer(recognise(head, len(head)), kind, "linux-64", "the file")
