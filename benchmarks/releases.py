"""What a release costs: time and disk for the next one, for a switch back and for a rollback, beside the same change in place.

    python benchmarks/releases.py [CONDA ...]

The environment is the workbench of the local inventory with one small package more, which changes its version. Each CONDA is the
path of a conda, mamba or micromamba that makes the same change, once as the engine of conda_env and in place.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from support.module_call import run_module  # noqa: E402
from support.tiny_channel import TinyChannel  # noqa: E402

from benchwright.channel.build import build_channel  # noqa: E402


class Place:
    """A root prefix with one environment, changed by one engine in one way."""

    def __init__(self, directory: Path, channels: list[str], engine: dict[str, str], deploy: str) -> None:
        self.directory, self.root = directory, directory / "root"
        self.options: dict[str, object] = {
            "root_prefix": str(self.root),
            "name": "lab",
            "channels": channels,
            "deploy": deploy,
            **engine,
        }

    def call(self, **options: object) -> float:
        """Run the module; return the seconds that it took."""
        begin = time.perf_counter()
        answer = run_module("conda_env", {**self.options, **options}, self.directory / "tmp")
        if answer.failed or not answer.changed:
            sys.exit(f"nothing changed: {answer.result.get('msg')}")
        return time.perf_counter() - begin

    def size(self) -> int:
        """Bytes on the disk, package cache included: what several have in common counts once."""
        return int(subprocess.check_output(["du", "--summarize", "--block-size=1", self.root]).split()[0])


def main() -> None:
    file = yaml.safe_load((ROOT / "inventories/local/environment.yml").read_text(encoding="utf-8"))
    specs = [spec for spec in file["dependencies"] if isinstance(spec, str)]
    engines = [{"engine": "rattler"}, *({"executable": path} for path in sys.argv[1:])]
    with tempfile.TemporaryDirectory(dir="/var/tmp") as name:
        tiny = TinyChannel(Path(name, "channel"))
        for version in ("1.0", "2.0"):
            tiny.add("small", version)
        channels = [build_channel(None, None, progress=print).url, tiny.url]
        for number, engine in enumerate(engines):
            for deploy in ("release", "in_place"):
                place = Place(Path(name, f"{number}-{deploy}"), channels, engine, deploy)
                place.directory.mkdir()
                print(f"\n{Path(*engine.values()).name}, deploy: {deploy}")
                measure(place, specs)


def measure(place: Place, specs: list[str]) -> None:
    old, new = ([*specs, f"small={version}"] for version in ("1.0", "2.0"))
    first = place.call(dependencies=old)
    before = place.size()
    row("the first environment", first, first)
    row("one package changed", place.call(dependencies=new), first)
    after = place.size()
    print(
        f"{(after - before) / (1 << 20):9.1f} MB {(after - before) / before:8.1%}  more on the disk than {before >> 20} MB"
    )
    row("back to the description before", place.call(dependencies=old), first)
    if place.options["deploy"] == "release":
        row("and forward", place.call(dependencies=new), first)
        row("rolled back", place.call(state="rolled_back"), first)


def row(label: str, seconds: float, first: float) -> None:
    print(f"{seconds:9.2f} s  {seconds / first:8.1%}  {label}", flush=True)


if __name__ == "__main__":
    main()
