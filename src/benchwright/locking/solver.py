"""The process that solves: a request as JSON on stdin, the records or what went wrong as JSON on stdout.

A process that used py-rattler can die in its teardown, so it is one of its own, and leaves by ``os._exit``.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Mapping
from typing import Any

Request = Mapping[str, Any]


def main() -> None:
    """Serve one request; never returns."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever the library prints must not mix with the answer
    answers.write(json.dumps(asyncio.run(_answer(json.load(sys.stdin)))))
    answers.flush()
    os._exit(0)


async def _answer(request: Request) -> dict[str, Any]:
    from rattler.exceptions import GatewayError, SolverError

    try:
        return {"packages": [_told(record) for record in await _solve(request)]}
    except SolverError as error:
        return {"unsolvable": str(error).strip()}
    except GatewayError as error:
        return {"unreachable": str(error).strip()}
    except Exception as error:  # py-rattler promises no particular type
        return {"error": f"{type(error).__name__}: {error}"}


async def _solve(request: Request) -> list[Any]:
    import rattler

    platforms = [request["platform"], "noarch"]
    gateway = rattler.Gateway(cache_dir=request["cache"])
    virtual = [
        rattler.GenericVirtualPackage(
            rattler.PackageName(name), rattler.Version(version), rattler.package.BuildString(build)
        )
        for name, version, build in request["virtual"]
    ]
    records = await rattler.solve(
        request["channels"],
        # Strings are parsed strictly by solve(); people write specs as conda takes them.
        [rattler.MatchSpec(spec) for spec in request["specs"]],
        gateway=gateway,
        platforms=platforms,
        locked_packages=await _preferred(gateway, request, platforms),
        virtual_packages=virtual,
        channel_priority=rattler.ChannelPriority.Strict,
        channel_relations="disabled",  # a channel may name others, and those nobody has asked for
    )
    by_name = {record.name.normalized: record for record in records}
    ordered = rattler.PackageRecord.sort_topologically([by_name[name] for name in sorted(by_name)])
    return [by_name[record.name.normalized] for record in ordered]


async def _preferred(gateway: Any, request: Request, platforms: list[str]) -> list[Any]:
    """The records of the packages that a lock holds, as far as the channels still have them: what need not change stays."""
    import rattler

    wanted = {package["digest"]: package["name"] for package in request["prefer"]}
    if not wanted:
        return []
    names = [rattler.MatchSpec(name) for name in sorted(set(wanted.values()))]
    found = await gateway.query(request["channels"], platforms, names, recursive=False, channel_relations="disabled")
    preferred: dict[str, Any] = {}
    for record in (record for records in found for record in records):
        if {_hexadecimal(record.sha256), _hexadecimal(record.md5)} & wanted.keys():
            preferred.setdefault(record.name.normalized, record)
    return list(preferred.values())


def _told(record: Any) -> dict[str, Any]:
    return {
        "name": record.name.normalized,
        "version": str(record.version),
        "build": str(record.build),
        "url": record.url,
        "sha256": _hexadecimal(record.sha256),
        "md5": _hexadecimal(record.md5),
        "depends": [str(each) for each in record.depends],
    }


def _hexadecimal(digest: Any) -> str:
    return digest.hex() if digest else ""


if __name__ == "__main__":
    main()
