# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""The child process of the rattler engine: solves, and on the word "install" installs what it solved.

It speaks lines of JSON: a request on stdin; a solution, and later an acknowledgement, on stdout; or ``{"error": ...}``.
A process that used py-rattler can die in its teardown, so this one flushes its answer and leaves by ``os._exit``.
"""

from __future__ import annotations

import asyncio
import difflib
import hashlib
import json
import os
import sys
import typing as t
from pathlib import Path
from urllib.parse import unquote, urlsplit

from ..._files import write_atomically
from ..channel import CREDENTIALS

SOLVED_FIELDS = ("version", "build", "build_number", "subdir", "channel", "url", "size")


class WorkerError(Exception):
    """What the parent tells the user, as text."""


def main() -> t.NoReturn:
    """Serve one request; never returns."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever the library prints must not mix with the answers
    status = 0
    try:
        asyncio.run(_serve(json.loads(sys.stdin.readline()), answers))
    except Exception as error:  # the parent shows it; a traceback would help nobody
        status = 1
        message = str(error) if isinstance(error, WorkerError) else f"{type(error).__name__}: {error}"
        answers.write(json.dumps({"error": message}) + "\n")
    answers.flush()
    os._exit(status)


async def _serve(request: dict[str, t.Any], answers: t.TextIO) -> None:
    records = await _solve(request)
    answers.write(json.dumps({"solution": [_describe(record) for record in records]}) + "\n")
    answers.flush()
    if sys.stdin.readline().strip() == "install":
        await _install(request, records)
        answers.write(json.dumps({"installed": len(records)}) + "\n")


def _describe(record: t.Any) -> dict[str, t.Any]:
    described = {key: getattr(record, key) for key in SOLVED_FIELDS}
    return {key: value if isinstance(value, (int, type(None))) else str(value) for key, value in described.items()} | {
        "name": record.name.normalized,
        "depends": list(record.depends),
    }


async def _solve(request: dict[str, t.Any]) -> list[t.Any]:
    import rattler
    from rattler.exceptions import GatewayError, SolverError

    repodata = Path(request["cache_dir"], "repodata")
    if any(map(CREDENTIALS.search, request["channels"])):
        # rattler notes there where it fetched from, password included.
        repodata.mkdir(parents=True, exist_ok=True)
        repodata.chmod(0o700)
    gateway = rattler.Gateway(cache_dir=repodata)
    # Strings are parsed strictly by solve(); people write specs as conda takes them.
    specs = [rattler.MatchSpec(spec) for spec in request["specs"]]
    installed = [rattler.PrefixRecord.from_path(path) for path in _record_files(request["prefix"])]
    try:
        return await rattler.solve(
            request["channels"],
            specs,
            gateway=gateway,
            locked_packages=installed,
            virtual_packages=rattler.VirtualPackage.detect(),
            channel_priority=getattr(rattler.ChannelPriority, request["channel_priority"].title()),
        )
    except SolverError as error:
        raise WorkerError(await _explain(gateway, request, str(error))) from error
    except GatewayError as error:
        causes = str(error).replace("Caused by: ", "").splitlines()
        raise WorkerError(
            f"{causes[0]}: {causes[-1]}; mend the network, or name a channel that answers in 'channels' (where no conda "
            "host is reached, 'benchwright channel build' makes one)"
        ) from error


async def _explain(gateway: t.Any, request: dict[str, t.Any], message: str) -> str:
    """Say which names no channel has, and what was perhaps meant; otherwise what the solver says."""
    import rattler

    platforms = [str(rattler.Platform.current()), "noarch"]
    known = sorted({name.normalized for name in await gateway.names(request["channels"], platforms)})
    hints = []
    for spec in map(rattler.MatchSpec, request["specs"]):
        name = spec.name.normalized if spec.name else ""
        if name not in known and not name.startswith("__"):
            near = difflib.get_close_matches(name, known, n=1)
            hints.append("no channel has a package {!r}{}".format(name, f"; did you mean {near[0]!r}?" if near else ""))
    where = " (channels: {})".format(", ".join(request["channels"]))
    if hints:
        return "; ".join(hints) + where + ". What only pip has goes below 'pip:'"
    return "the packages cannot be had together: " + message.strip() + where


async def _install(request: dict[str, t.Any], records: list[t.Any]) -> None:
    import rattler

    installed = {path.name for path in _record_files(request["prefix"])}
    for record in records:
        if f"{record.name.normalized}-{record.version}-{record.build}.json" not in installed:
            _check_local_file(record)
    requested = [*request["requested"], *_requested_before(request)]
    await rattler.install(
        records,
        request["prefix"],
        cache_dir=request["cache_dir"],
        show_progress=False,
        execute_link_scripts=True,
        # 0.28 wants its private object here and fails on the public one
        requested_specs=[rattler.MatchSpec(spec)._match_spec for spec in requested],
    )
    for path in _record_files(request["prefix"]):
        _complete_record(path)


def _requested_before(request: dict[str, t.Any]) -> list[str]:
    """What others, or earlier runs, asked for and this one does not name: rattler forgets what it is not told again."""
    import rattler

    named = {rattler.MatchSpec(spec).name.normalized for spec in request["requested"]}
    records = [rattler.PrefixRecord.from_path(path) for path in _record_files(request["prefix"])]
    return [
        spec
        for record in records
        if record.name.normalized not in named
        for spec in record.requested_specs or [record.requested_spec or "None"]
        if spec != "None"  # conda's word for a mere dependency
    ]


def _complete_record(path: Path) -> None:
    """Make a record of rattler what conda's are: without passwords, true of links, and for every user to read."""
    record = json.loads(path.read_text(encoding="utf-8"))
    entries = record.get("paths_data", {}).get("paths", ())
    # rattler notes the sum of a link's text, where ``conda doctor`` expects that of the file it leads to.
    mended = [entry for entry in entries if entry["path_type"] == "softlink" and entry.pop("sha256_in_prefix", None)]
    # In file:///srv/t/lab the "t" begins no token.
    named = {key: record[key] for key in ("channel", "url") if not (record.get(key) or "file:").startswith("file:")}
    public = {key: CREDENTIALS.sub(r"\1", value) for key, value in named.items()}
    if mended or public != named:
        write_atomically(path, json.dumps({**record, **public}, indent=2, ensure_ascii=False))
    elif path.stat().st_mode & 0o777 == 0o600:
        path.chmod(0o644)


def _check_local_file(record: t.Any) -> None:
    """rattler checks what it downloads, but like conda it takes a file:// package as it is."""
    url = urlsplit(str(record.url))
    if url.scheme != "file" or record.sha256 is None:
        return
    path = Path(unquote(url.path))
    try:
        with path.open("rb") as stream:
            digest = hashlib.sha256()
            for block in iter(lambda: stream.read(1 << 20), b""):
                digest.update(block)
    except OSError as error:
        raise WorkerError(
            f"the channel lists {path}, which cannot be read ({error.strerror}); build the channel anew"
        ) from error
    wanted = record.sha256 if isinstance(record.sha256, str) else record.sha256.hex()
    if digest.hexdigest() != wanted:
        raise WorkerError(
            f"{path} is damaged: its sha256 is {digest.hexdigest()}, the channel says {wanted}; build the channel anew"
        )


def _record_files(prefix: str) -> list[Path]:
    return sorted(Path(prefix, "conda-meta").glob("*.json"))
