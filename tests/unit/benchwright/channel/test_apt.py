from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

import pytest

from benchwright.channel import libraries
from benchwright.channel.apt import Apt, Deb, Relation, parse_stanzas
from benchwright.channel.errors import ChannelError
from benchwright.channel.interpreter import Interpreter
from benchwright.channel.target import Target

INDEX = """\
Package: libssl3t64
Source: openssl (3.5.0-1)
Version: 3.5.7-1~deb13u3
Section: libs
Depends: libc6 (>= 2.34), media-types | mime-support
Pre-Depends: libzstd1:any (>= 1.5.5)
Size: 2438256
SHA256: 0123abc

Package: zlib1g
Version: 1:1.2.13.dfsg-1
Section: universe/libs
Description: not a
 SHA256: field
Size: 86728
SHA256: 4567def

Package: without-a-digest
Version: 1.0
Size: 1
"""


def test_stanzas_are_read() -> None:
    ssl, zlib = parse_stanzas(INDEX)

    assert (ssl.name, ssl.source, ssl.section, ssl.sha256, ssl.size) == (
        "libssl3t64",
        "openssl",
        "libs",
        "0123abc",
        2438256,
    )
    assert ssl.depends == (Relation("libzstd1", "1.5.5"), Relation("libc6", "2.34"), Relation("media-types", ""))
    assert (zlib.source, zlib.section, zlib.depends) == ("zlib1g", "libs", ())


@pytest.mark.parametrize(
    ("version", "upstream"),
    [
        ("1:1.2.13.dfsg-1", "1.2.13"),
        ("3.0.17-1~deb12u2", "3.0.17"),
        ("6.4+20240113-1", "6.4"),
        ("3.13.0~rc2-1", "3.13.0"),
    ],
)
def test_upstream_version(version: str, upstream: str) -> None:
    assert Deb("demo", version, "demo", "libs", (), "", 0).upstream == upstream


def test_the_newest_glibc_counts() -> None:
    depends = [(Relation("libc6", "2.9"),), (Relation("libc6", "2.34-1~"), Relation("libssl3", "3.0")), ()]
    debs = [Deb("demo", "1", "demo", "libs", relations, "", 0) for relations in depends]

    assert libraries.glibc_spec(debs) == "__glibc >=2.34"


def test_a_machine_without_apt_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ChannelError, match="this machine has no apt-get: build it on a Debian or Ubuntu machine"):
        Apt(tmp_path, tmp_path)


def test_a_newer_library_makes_a_channel_old(target: Target) -> None:
    class Archive:
        """Stands in for apt: it offers these digests."""

        offers: ClassVar = {"python3.11": "a", "openssl": "b", "libexpat1": "c"}

        def show(self, names: Iterable[str]) -> list[Deb]:
            return [deb(name, self.offers[name]) for name in names if name in self.offers]

    def deb(name: str, digest: str) -> Deb:
        return Deb(name, "1", name, "libs", (), digest, 0)

    found = Interpreter(target, (deb("python3.11", "a"),), (), deb("openssl", "b"))

    assert found.is_current({"python3.11": "a", "openssl": "b", "libexpat1": "c"}, Archive())
    assert not found.is_current({"python3.11": "a", "openssl": "b", "libexpat1": "older"}, Archive())
    assert not found.is_current({"python3.11": "a", "openssl": "b", "libgone1": "d"}, Archive())
    assert not found.is_current({"openssl": "b", "libexpat1": "c"}, Archive())
