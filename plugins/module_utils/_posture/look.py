# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""The whole look at a host: everything is read, then judged."""

from __future__ import annotations

import json
import os
import time
import typing as t
from dataclasses import replace

from . import judge_access, judge_files, judge_running, processes, units
from .arguments import of_arguments
from .catalogue import Finding, ranked
from .certificates import named, served, tls_files
from .configuration import Configurations, of_environment
from .effective import set_at, value
from .environment import classic, versions
from .facts import Host, Process, Server, TlsFiles
from .probe import ask
from .reader import Reader, primary_group

UNREAD = "; no running server reads this file"
MOST_ADDRESSES = 4  # of one server that are asked


def look(probe: bool = True) -> Host:
    """Read everything that concerns Jupyter on this host. ``probe`` connects to the servers as well."""
    reader = Reader()
    configurations = Configurations(reader)
    running = processes.servers(reader)
    host = Host(time.time())
    host.units = units.units(reader, {units.unit_of(process.cgroup) for process in running})
    host.crontabs, host.histories = units.crontabs(reader), units.histories(reader)
    configurations.known_places()
    for file in [*host.crontabs, *(file for unit in host.units for file in unit.files)]:
        for path in units.config_arguments(file):
            configurations.file(path)
    host.servers = [_server(reader, process, configurations, host, probe) for process in running]
    host.configurations, host.unread = configurations.all(), reader.unread
    return host


def judge(host: Host) -> list[Finding]:
    """Everything that is wrong, the worst first."""
    found = [finding for judged in (judge_access, judge_running, judge_files) for finding in judged.judge(host)]
    read = {file.path for server in host.servers for file in server.files}
    idle = {one.file.path for one in host.configurations} - read
    return ranked(
        finding._replace(found=finding.found + UNREAD) if finding.where.partition(":")[0] in idle else finding
        for finding in found
    )


def _server(reader: Reader, process: Process, known: Configurations, host: Host, probe: bool) -> Server:
    installed = versions(process)
    old = classic(process, installed)
    read = known.of_process(process, old)
    dummy, first = processes.application_of(process.argv)
    said = [*of_arguments(process.argv[first:], process.where), *of_environment(process)]
    name = units.unit_of(process.cgroup)
    server = Server(
        process=process,
        settings=(*said, *(setting for one in read for setting in one.settings)),
        files=tuple(one.file for one in read),
        info=_info(reader, process),
        versions=installed,
        classic=old,
        unit=next((unit for unit in host.units if unit.name == name), None),
    )
    if process.listening is None:
        port = (server.info or {}).get("port", value(server, "port", 8888))
        seen = replace(process, listening=processes.listening_of_user(process, port))
        server = replace(server, process=seen)
    return _connected(reader, server, probe)


def _info(reader: Reader, process: Process) -> dict[str, t.Any] | None:
    """What a server writes about itself when it starts, where only its user can write."""
    environment = process.environment or {}
    home = environment.get("HOME", "")
    data = environment.get("JUPYTER_DATA_DIR") or (
        os.path.join(environment.get("XDG_DATA_HOME") or os.path.join(home, ".local/share"), "jupyter")
    )
    place = environment.get("JUPYTER_RUNTIME_DIR") or os.path.join(data, "runtime")
    for root in ("", "/proc/%d/root" % process.pid):
        for name in ("jpserver", "nbserver"):
            file = reader.file("%s%s/%s-%d.json" % (root, place, name, process.pid)) if home else None
            try:
                document = json.loads(file.text or "") if file else None
            except ValueError:
                continue
            if isinstance(document, dict) and file and file.uid == process.uid:
                return document
    return None


def _connected(reader: Reader, server: Server, probe: bool) -> Server:
    """With its answers, its keys and certificates."""
    base_url = str((server.info or {}).get("base_url", "/"))
    listening = (server.process.listening or ())[:MOST_ADDRESSES] if probe and server.process.network else ()
    answers = tuple(ask(address, port, base_url) for address, port in listening)
    certfile, keyfile = (named(next(iter(set_at(server, option)), None)) for option in ("certfile", "keyfile"))
    files = []
    if certfile:
        files.append(tls_files(reader, certfile, keyfile, primary_group(server.process.uid)))
    if not files or files[0].certificate is None:
        shown = (
            served(reader, one.certificate, "%s, %s:%d" % (server.where, one.address, one.port)) for one in answers
        )
        files += [TlsFiles(None, found, None) for found in shown if found]
    return replace(server, answers=answers, tls_files=tuple(files))
