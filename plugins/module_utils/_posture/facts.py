# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""What was read of a host, before anything is judged."""

from __future__ import annotations

import typing as t
from dataclasses import dataclass, field

UNKNOWN = object()  # the value of a setting that is computed when the server starts


class Setting(t.NamedTuple):
    """`c.ServerApp.port = 8888`, wherever it was said. ``where`` is `file:line`, or names the process or unit."""

    cls: str
    name: str
    value: t.Any
    where: str


@dataclass(frozen=True)
class File:
    """A file and who may do what with it."""

    path: str
    mode: int
    uid: int
    gid: int
    mtime: float  # Unix seconds
    text: str | None = None  # None: not allowed to read
    directory_writable: bool = False  # by others than its owner, so that they can replace the file

    @property
    def others_read(self) -> bool:
        return bool(self.mode & 0o004)

    @property
    def others_write(self) -> bool:
        return bool(self.mode & 0o002) or self.directory_writable


@dataclass(frozen=True)
class Configuration:
    """A configuration file and the settings in it."""

    file: File
    settings: tuple[Setting, ...]


@dataclass(frozen=True)
class Unit:
    """A systemd unit with its drop-ins, as far as it concerns a server."""

    name: str
    files: tuple[File, ...]
    restart: str = "no"
    environment_files: tuple[File, ...] = ()


@dataclass(frozen=True)
class Certificate:
    """What a certificate says of itself. ``key`` is as `RSA` and its size in bits."""

    where: str
    names: frozenset[str]
    not_after: float
    key: tuple[str, int]
    digest: str


@dataclass(frozen=True)
class Answer:
    """What a listening port answered."""

    address: str
    port: int
    tls: bool = False
    old_tls: bool = False
    status: int = 0  # of GET /login; 0: no answer
    passes: bool = False  # the login page sends everybody on into the server
    hsts: bool = False
    insecure_cookies: tuple[str, ...] = ()
    certificate: bytes = b""  # DER


@dataclass(frozen=True)
class Process:
    """A running Jupyter server as /proc shows it."""

    pid: int
    uid: int
    user: str
    application: str  # lab, notebook, server, nbclassic
    argv: tuple[str, ...]
    prefix: str
    started: float  # Unix seconds
    cgroup: str
    network: bool  # whether it is on the network that the audit is on
    environment: t.Mapping[str, str] | None  # None: not allowed to read
    listening: tuple[tuple[str, int], ...] | None

    @property
    def where(self) -> str:
        return "process %d (jupyter %s of %s)" % (self.pid, self.application, self.user)


@dataclass(frozen=True)
class Server:
    """A running server and everything that belongs to it."""

    process: Process
    settings: tuple[Setting, ...]  # the strongest first
    files: tuple[File, ...]  # that it reads
    info: t.Mapping[str, t.Any] | None  # what the server says of itself in its runtime directory
    versions: t.Mapping[str, str]
    classic: bool = False  # the notebook server before jupyter_server
    answers: tuple[Answer, ...] = ()
    unit: Unit | None = None
    tls_files: tuple[TlsFiles, ...] = ()

    @property
    def where(self) -> str:
        return self.process.where

    @property
    def shim(self) -> bool:
        """Whether something translates NotebookApp's options when the server starts."""
        return not self.classic and "notebook-shim" in self.versions


@dataclass(frozen=True)
class TlsFiles:
    """Key and certificate as a configuration names them."""

    key: File | None
    certificate: Certificate | None
    belong_together: bool | None  # None: not known
    user_gid: int = -1  # of the account that has to read the key


@dataclass
class Host:
    """Everything that was read."""

    now: float
    servers: list[Server] = field(default_factory=list)
    configurations: list[Configuration] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)
    crontabs: list[File] = field(default_factory=list)
    histories: list[File] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
