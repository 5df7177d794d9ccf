# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""The child process of the rattler engine: searches, or solves and on the word "install" installs what it solved.

It speaks lines of JSON: a task and a request, and later the prefix to install to, on stdin; a list of records, and later an
acknowledgement, on stdout; or ``{"error": ...}``. A process that used py-rattler can die in its teardown, so this one
flushes its answer and leaves by ``os._exit``.
"""

from __future__ import annotations

import asyncio
import contextlib
import difflib
import json
import os
import re
import sys
import typing as t
from pathlib import Path

from ..errors import CondaError
from ..specs.channel import CREDENTIALS
from ._rattler_install import install
from ._rattler_records import WorkerError, describe, in_short, installed_records
from ._rattler_watch import unstalled

OTHER_CHANNEL = (
    "mend the network, or name a channel that answers in 'channels' (where no conda host is reached, "
    "'benchwright channel build' makes one)"
)
OTHER_PATH = "check the channel's path and who may read it ('benchwright channel build' makes a channel)"
OTHER_PLACE = "run as the owner (become), or choose another root_prefix"
# rattler's words where a channel is a directory; its own cache has other names.
UNREADABLE = re.compile(r"failed to open file `([^`\n]*/repodata\.json)`: ([^\n]*)")
OFFERED = 5
"""So many versions are told where none of them is wanted."""

Request = t.Mapping[str, t.Any]


def main() -> t.NoReturn:
    """Serve one request; never returns."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever the library prints must not mix with the answers
    status = 0
    try:
        asyncio.run(_serve(json.loads(sys.stdin.readline()), answers))
    except Exception as error:  # the parent shows it; a traceback would help nobody
        status = 1
        answers.write(json.dumps({"error": _told(error)}) + "\n")
    answers.flush()
    os._exit(status)


def _told(error: Exception) -> str:
    if isinstance(error, (WorkerError, CondaError)):
        return str(error)
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename} cannot be used ({error.strerror}); {OTHER_PLACE}"
    return f"{type(error).__name__}: {in_short(error)}"


async def _serve(request: Request, answers: t.TextIO) -> None:
    task = {"search": _search, "solve": _solve}[request["task"]]
    records = await unstalled(task(request), request["channels"])
    answers.write(json.dumps({"records": [describe(record) for record in records]}) + "\n")
    answers.flush()
    word, dummy, destination = sys.stdin.readline().strip().partition(" ")
    if word == "install":
        await unstalled(install(request, records, json.loads(destination)), request["channels"])
        answers.write(json.dumps({"installed": True}) + "\n")


async def _search(request: Request) -> list[t.Any]:
    return await _found(_gateway(request), request["channels"], request["specs"])


async def _found(gateway: t.Any, channels: t.Sequence[str], specs: t.Sequence[str]) -> list[t.Any]:
    import rattler

    wanted = [rattler.MatchSpec(spec) for spec in specs]
    with _network_errors_explained():
        found = await gateway.query(channels, _platforms(), wanted, recursive=False, channel_relations="disabled")
    return [record for records in found for record in records]


async def _solve(request: Request) -> list[t.Any]:
    import rattler
    from rattler.exceptions import SolverError

    if not request["specs"]:
        return []
    gateway = _gateway(request)
    installed = installed_records(request["prefix"])
    try:
        with _network_errors_explained():
            return await rattler.solve(
                request["channels"],
                # Strings are parsed strictly by solve(); people write specs as conda takes them.
                [rattler.MatchSpec(spec) for spec in request["specs"]],
                gateway=gateway,
                locked_packages=[record for name, record in installed.items() if name in request["prefer"]],
                constraints=[rattler.MatchSpec(spec) for spec in request["constraints"]],
                virtual_packages=rattler.VirtualPackage.detect(),
                channel_priority=getattr(rattler.ChannelPriority, request["channel_priority"].title()),
                channel_relations="disabled",  # a channel may name others, and those nobody has asked for
            )
    except SolverError as error:
        raise WorkerError(await _explain(gateway, request, str(error))) from error


def _gateway(request: Request) -> t.Any:
    import rattler

    repodata = Path(request["package_cache"], "repodata")
    if any(map(CREDENTIALS.search, request["channels"])):
        # rattler notes there where it fetched from, password included.
        repodata.mkdir(parents=True, exist_ok=True)
        repodata.chmod(0o700)
    return rattler.Gateway(cache_dir=repodata)


def _platforms() -> list[str]:
    import rattler

    return [str(rattler.Platform.current()), "noarch"]


@contextlib.contextmanager
def _network_errors_explained() -> t.Iterator[None]:
    from rattler.exceptions import GatewayError

    try:
        yield
    except GatewayError as error:
        unreadable = UNREADABLE.search(str(error))
        if unreadable:
            raise WorkerError("{} cannot be read ({}); {}".format(*unreadable.groups(), OTHER_PATH)) from error
        message = in_short(error)
        raise WorkerError(f"{message}; {OTHER_PLACE if 'failed to create' in message else OTHER_CHANNEL}") from error


async def _explain(gateway: t.Any, request: Request, message: str) -> str:
    """Say what no channel has, and what was perhaps meant or what there is; otherwise what the solver says."""
    import rattler

    where = " (channels: {})".format(", ".join(request["channels"]))
    known = sorted(
        {
            name.normalized
            for name in await gateway.names(request["channels"], _platforms(), channel_relations="disabled")
        }
    )
    names = {spec: rattler.MatchSpec(spec).name.normalized for spec in request["specs"]}
    unknown = [name for name in names.values() if name not in known and not name.startswith("__")]
    if unknown:
        return "; ".join(_unknown(name, known) for name in unknown) + where + ". What only pip has goes below 'pip:'"
    asked = [spec for spec, name in names.items() if name in known]
    unmet = [spec for spec in asked if not await _found(gateway, request["channels"], [spec])]
    if unmet:
        offers = [await _offer(gateway, request["channels"], names[spec]) for spec in unmet]
        return "; ".join(f"no channel has {spec}; there are {offer}" for spec, offer in zip(unmet, offers)) + where
    return "the packages cannot be had together: " + message.strip() + where


def _unknown(name: str, known: t.Sequence[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return "no channel has a package {!r}{}".format(name, f"; did you mean {near[0]!r}?" if near else "")


async def _offer(gateway: t.Any, channels: t.Sequence[str], name: str) -> str:
    """The newest versions of a package."""
    versions = sorted({record.version for record in await _found(gateway, channels, [name])}, reverse=True)
    older = len(versions) - OFFERED
    return ", ".join(map(str, versions[:OFFERED])) + (f" and {older} older" if older > 0 else "")
