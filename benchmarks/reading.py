"""What it costs to see that an environment of 300 packages is as it is wanted, beside what other tools take to look.

    python benchmarks/reading.py [CONDA ...]

Each CONDA is the path of a conda, mamba or micromamba to compare with. All of them look at the same environment, of which half
are the real packages of the offline channel and half are made here, each with 100 files. The smallest of the repetitions counts.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from support.module_call import run_module  # noqa: E402
from support.tiny_channel import TinyChannel  # noqa: E402

from benchwright.channel.build import build_channel  # noqa: E402

PACKAGES = 300
FILES = 100
REPETITIONS = 7
OWN_TIME = """
import json, sys, time
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes.options import environment_of, policy_of, target_of
from ansible_collections.benchwright.python.plugins.module_utils._conda.registrations.register import register, registration_of
from ansible_collections.benchwright.python.plugins.module_utils._conda.releases.states import deployment_of, ensure_deployed
options = json.load(sys.stdin)
begin = time.perf_counter()
target = target_of(options)
registration = registration_of(options, target)
wanted, policy, deployment = environment_of(options), policy_of(options), deployment_of(options, target)
outcome = ensure_deployed(wanted, target, policy, sys.exit, True, deployment)
outcome = register(registration, wanted, outcome, True)
print(json.dumps([time.perf_counter() - begin, outcome.changed]))
"""


def main() -> None:
    with tempfile.TemporaryDirectory(dir="/var/tmp") as name:
        directory = Path(name)
        options = make_environment(directory)
        prefix = directory / "root/envs/lab"
        count = len(list((prefix / "conda-meta").glob("*.json")))
        own = smallest(lambda: own_time(options))
        rows = [("conda_env, its own time", own), ("conda_env, the whole module process", process(directory, options))]
        for tool in sys.argv[1:]:
            rows.extend(others(tool, prefix, directory, options))
        print(f"{count} packages, smallest of {REPETITIONS}")
        for label, seconds in rows:
            print(f"{seconds * 1000:9.1f} ms  {seconds / own:8.1f} x  {label}")


def make_environment(directory: Path) -> dict[str, object]:
    """Make it with the module; return the options that describe it."""
    real = build_channel(None, None, progress=print)
    specs = [line["name"] for line in offered(Path(real.path))]
    tiny = TinyChannel(directory / "channel")
    made = [f"made{number}" for number in range(PACKAGES - len(specs))]
    for package in made:
        files = {f"lib/{package}/part{part % 10}/file{part}.txt": b"x" * 200 for part in range(FILES)}
        tiny.add(package, depends=["python"], files=files)
    options: dict[str, object] = {
        "root_prefix": str(directory / "root"),
        "name": "lab",
        "channels": [real.url, tiny.url],
        "dependencies": [*specs, *made],
        "engine": "rattler",
        "kernel": True,
        "kernels_directory": str(directory / "kernels"),
        "facts_directory": str(directory / "facts"),
        "mode": "0755",
    }
    answer = run_module("conda_env", options, directory / "tmp")
    if answer.failed:
        sys.exit(answer.result["msg"])
    return options


def offered(channel: Path) -> list[dict[str, str]]:
    """The packages of a channel, one a name."""
    records: dict[str, dict[str, str]] = {}
    for index in channel.glob("*/repodata.json"):
        for record in json.loads(index.read_text())["packages.conda"].values():
            records[record["name"]] = record
    return list(records.values())


def smallest(measure: Callable[[], float]) -> float:
    return min(measure() for dummy in range(REPETITIONS))


def own_time(options: dict[str, object]) -> float:
    """Seconds in the module's code, without starting Python and Ansible's library."""
    defaults = {"prefix": None, "state": "present", "pip": [], "variables": {}, "packages": [], "pip_complete": False}
    releases = {
        "deploy": "release",
        "keep": 3,
        "checks": ["files"],
        "on_drift": "report",
        "release": None,
        "lock_timeout": 600,
    }
    registration = {"kernel_name": None, "kernel_display_name": None, "forget_missing": True}
    given = json.dumps(
        {**defaults, **releases, **registration, "verify_files": True, "accept_anaconda_terms": False, **options}
    )
    done = subprocess.run([sys.executable, "-c", OWN_TIME], input=given, capture_output=True, text=True, check=True)
    seconds, changed = json.loads(done.stdout)
    if changed:
        sys.exit("the environment is not converged")
    return float(seconds)


def process(directory: Path, options: dict[str, object]) -> float:
    return smallest(lambda: timed(lambda: run_module("conda_env", dict(options), directory / "tmp")))


def timed(call: Callable[[], object]) -> float:
    begin = time.perf_counter()
    call()
    return time.perf_counter() - begin


def others(tool: str, prefix: Path, directory: Path, options: dict[str, object]) -> list[tuple[str, float]]:
    """What the tool takes to list the environment, and to say that nothing is missing, by each way it has."""
    channels, specs = (list(map(str, options[key])) for key in ("channels", "dependencies"))  # type: ignore[call-overload]
    file = directory / "lab.yml"
    file.write_text(json.dumps({"channels": [*channels, "nodefaults"], "dependencies": specs}))
    asked = [word for channel in channels for word in ("-c", channel)]
    calls = {
        "list --json": ["list", "-p", str(prefix), "--json"],
        "install --dry-run": [
            "install",
            "-p",
            str(prefix),
            "--dry-run",
            "--json",
            "--override-channels",
            *asked,
            *specs,
        ],
        "env update": ["env", "update", "-p", str(prefix), "-f", str(file), "--json"],
    }
    settings = {
        "CONDA_PKGS_DIRS": str(directory / "pkgs"),
        "MAMBA_ROOT_PREFIX": str(directory),
        "MAMBA_ALWAYS_YES": "true",
    }
    rows = []
    for label, arguments in calls.items():
        command = [tool, *arguments]
        seconds, code = min(ended(command, {**os.environ, **settings}) for dummy in range(2))
        rows.append((f"{Path(tool).name} {label}" + (f" (failed with code {code})" if code else ""), seconds))
    return rows


def ended(command: list[str], environment: dict[str, str]) -> tuple[float, int]:
    """Seconds until the command ended, and its exit code."""
    begin = time.perf_counter()
    done = subprocess.run(command, env=environment, capture_output=True, check=False)
    return time.perf_counter() - begin, done.returncode


if __name__ == "__main__":
    main()
