"""The same kills against several ways of changing an environment, as a Markdown table.

    python tests/faults/compare.py [--kills N] [--seed N] [--only TEXT] [CONDA ...]

Each CONDA is the path of a conda, or of a micromamba or mamba 2, which then changes an environment by itself, as a user would
have it do, and as an engine of conda_env. Every way gets the same seeded instants, signals and victims.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from support.laboratory import Broken, Laboratory, make_laboratory
from support.nemesis import SIGNALS, Kill, Run, strike
from support.probe import Probe

from benchwright.channel.build import build_channel

Start = Callable[[Laboratory, dict[str, Any]], Run]


@dataclass
class Score:
    """What the kills did."""

    kills: int = 0
    probes: int = 0
    failed_probes: int = 0
    broken: int = 0
    """Kills after which no whole environment was there."""
    not_converged: int = 0
    """Kills after which a plain re-run did not make it whole, or said that it could not."""
    left_over: int = 0
    """Files that undisturbed runs do not leave, after the re-run."""

    def row(self, name: str) -> str:
        probes = f"{self.failed_probes} of {self.probes}"
        return f"| {name} | {self.kills} | {probes} | {self.broken} | {self.not_converged} | {self.left_over} |"


HEAD = """| way | kills | probes that failed | broken after the kill | not mended by a re-run | files left over |
| --- | ---: | ---: | ---: | ---: | ---: |"""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="a part of the names of the ways to measure")
    parser.add_argument("executables", nargs="*", type=Path)
    given = parser.parse_args()
    real = build_channel(None, None, progress=lambda text: None).path
    print(f"seed {given.seed}\n\n{HEAD}", flush=True)
    wanted = (way for way in ways(given.executables) if given.only in way[0])
    for name, engine, options, start in wanted:
        with tempfile.TemporaryDirectory(dir="/var/tmp") as directory:
            laboratory = make_laboratory(Path(directory), real, engine, **options)
            score = measure(laboratory, start, given.kills, given.seed)
        print(score.row(name), flush=True)


def ways(executables: list[Path]) -> list[tuple[str, dict[str, Any], dict[str, Any], Start]]:
    """Name, engine, options and how to start: ours with each engine, both ways, and each tool by itself."""
    engines: list[tuple[str, dict[str, Any]]] = [("rattler", {"engine": "rattler"})]
    engines += [(path.name, {"executable": str(path)}) for path in executables]
    ours = [
        (f"conda_env, `deploy: {deploy}`, {name}", engine, {"deploy": deploy}, by_module)
        for deploy in ("release", "in_place")
        for name, engine in engines
    ]
    tools = [
        (f"{path.name} by itself", {"executable": str(path)}, {"deploy": "in_place", "variables": {}}, by_tool)
        for path in executables
    ]
    return [*ours, *tools]


def by_module(laboratory: Laboratory, wanted: dict[str, Any]) -> Run:
    return laboratory.start(wanted)


def by_tool(laboratory: Laboratory, wanted: dict[str, Any]) -> Run:
    """``conda env update --prune``, or ``micromamba install`` of the same file."""
    text = {
        "name": "lab",
        "channels": [*wanted["channels"], "nodefaults"],
        "dependencies": [*wanted["dependencies"], {"pip": wanted["pip"]}],
    }
    file = laboratory.directory / "lab.yml"
    file.write_text(json.dumps(text))
    executable, prefix = laboratory.engine["executable"], str(laboratory.prefix)
    if "mamba" in Path(executable).name:
        command = [executable, "install", "--yes", "--quiet", "--prefix", prefix, "--file", str(file)]
    else:
        command = [executable, "env", "update", "--quiet", "--prune", "--prefix", prefix, "--file", str(file)]
    places = {"CONDA_PKGS_DIRS": str(laboratory.cache), "MAMBA_ROOT_PREFIX": str(laboratory.root)}
    return laboratory.run(command, CONDA_CHANNEL_PRIORITY="strict", **places)


def measure(laboratory: Laboratory, start: Start, kills: int, seed: int) -> Score:
    score = Score()
    laboratory.renew()
    longest = duration(laboratory, start)
    for number in range(kills):
        chance = random.Random(f"{seed} {number}")
        kill = Kill(chance.choice(SIGNALS), chance.choice(("module", "group")), chance.uniform(0, 1.05) * longest)
        one_kill(laboratory, start, kill, score)
    return score


def duration(laboratory: Laboratory, start: Start) -> float:
    """Seconds that a run takes that nobody disturbs."""
    begin = time.monotonic()
    run = start(laboratory, laboratory.describe(laboratory.other_goal()))
    if run.wait() or not whole(laboratory):
        sys.exit(f"an undisturbed run fails: {run.errors.read_text()}{run.output.read_text()}")
    return time.monotonic() - begin


def one_kill(laboratory: Laboratory, start: Start, kill: Kill, score: Score) -> None:
    goal = laboratory.other_goal()
    wanted = laboratory.describe(goal)
    laboratory.forget_download(goal)
    with Probe(laboratory) as probe:
        run = start(laboratory, wanted)
        strike(run, kill, {})
        run.orphans_end()
        score.broken += not whole(laboratory)
        again = start(laboratory, wanted)
        code = again.wait()
    score.kills += 1
    score.probes += probe.count
    score.failed_probes += len(probe.failures)
    converged = code == 0 and whole(laboratory) == goal
    score.not_converged += not converged
    left_over = laboratory.left_over() if converged else []
    score.left_over += len(left_over)
    laboratory.end_runs()
    if left_over or not converged:
        laboratory.renew()


def whole(laboratory: Laboratory) -> str:
    """The description that the environment fulfils; empty where it is broken."""
    try:
        return laboratory.seen()
    except Broken:
        return ""


if __name__ == "__main__":
    main()
