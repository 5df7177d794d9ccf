"""Packages that are spoilt in the cache or on their way change nothing that is live, in bounded time; mended, all is well."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.channel_server import Fault
from support.laboratory import VERSIONS, Laboratory
from support.probe import Probe

# Seconds within which a run has to give up on a channel.
BOUND = 120.0


def flip(path: Path, chance: random.Random) -> None:
    """One bit is another one."""
    content = bytearray(path.read_bytes())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    _replace(path, bytes(content))


def truncate(path: Path, chance: random.Random) -> None:
    content = path.read_bytes()
    _replace(path, content[: chance.randrange(len(content))])


def _replace(path: Path, content: bytes) -> None:
    path.unlink()  # the file may be shared with releases by hard link
    path.write_bytes(content)


@pytest.mark.parametrize("number", range(10))
@pytest.mark.parametrize("spoil", [flip, truncate])
def test_a_spoilt_package_cache(
    laboratory: Laboratory, spoil: Callable[[Path, random.Random], None], number: int, seed: int
) -> None:
    """Each run finds another cached file of the wanted package spoilt."""
    chance = random.Random(f"{seed} {number}")
    assert laboratory.call(laboratory.describe("B")).changed
    assert laboratory.call(laboratory.describe("A")).changed
    cached = laboratory.cache.glob(f"sample-{VERSIONS['B']}-*/lib/**/*")
    spoil(chance.choice(sorted(path for path in cached if path.is_file() and path.stat().st_size)), chance)
    wanted = laboratory.describe("B")
    with Probe(laboratory) as probe:
        answer = laboratory.call(wanted)
    assert probe.failures == []
    assert laboratory.seen() == ("A" if answer.failed else "B"), answer.result
    assert laboratory.left_over() == []
    laboratory.forget_download("B")  # the mending, where the engine did not fetch it again by itself
    assert laboratory.call(wanted).changed == answer.failed
    assert laboratory.seen() == "B"
    laboratory.sound = True


@pytest.mark.parametrize("file", ["noarch/repodata.json", ".conda"])
@pytest.mark.parametrize("fault", ["stall", "reset", "truncate"])
def test_a_channel_that_breaks_off(laboratory: Laboratory, fault: Fault, file: str) -> None:
    with laboratory.tiny.serve() as served:
        before, goal = laboratory.seen(), laboratory.other_goal()
        wanted: dict[str, Any] = laboratory.describe(goal)
        wanted["channels"] = [served.url, *laboratory.channels[1:]]
        laboratory.forget_download(goal)
        served.faults[file] = fault
        begin = time.monotonic()
        with Probe(laboratory) as probe:
            answer = laboratory.call(wanted, BOUND)
        assert answer.failed, answer.result
        assert time.monotonic() - begin < BOUND
        assert "Traceback" not in str(answer.result)
        assert served.url in answer.result["msg"] or "sample" in answer.result["msg"], answer.result["msg"]
        assert probe.failures == []
        assert laboratory.seen() == before
        assert laboratory.left_over() == []
        served.faults.clear()
        again = laboratory.call(wanted)
    assert again.changed, again.result
    assert laboratory.seen() == goal
    laboratory.sound = True
