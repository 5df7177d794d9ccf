"""The work of a build: interpreter and wheels become packages, then the index is written, then the marker."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Collection
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from benchwright.whole_file import PARTIAL

from . import downloads, interpreter, marker, package, repodata, requirements, wheels
from .apt import Apt
from .interpreter import Interpreter
from .marker import Inputs, Marker
from .package import Package, Record
from .storage import cache_directory, require_space

Progress = Callable[[str], None]
# CPython, its libraries and their Debian packages, unpacked and packed.
INTERPRETER_BYTES = 150_000_000


def assemble(source: Path, channel: Path, inputs: Inputs, progress: Progress) -> tuple[Marker, bool]:
    """Build the channel; returns its marker, and whether it already was of what apt has now.

    The caller holds the locks of the cache and of the channel. Raises ChannelError, OSError.
    """
    cache = cache_directory()
    require_space(cache, INTERPRETER_BYTES, "CPython and the Debian packages it is made of")
    # Whatever a killed build left in here is of no use.
    shutil.rmtree(cache / "work", ignore_errors=True)
    (cache / "work").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=cache / "work", ignore_cleanup_errors=True) as directory:
        work = Path(directory)
        apt = Apt(cache / "apt", work)
        progress("asking apt for the release's CPython")
        apt.update()
        if apt.complaint:
            progress(f"apt complained: {apt.complaint}")
        found = interpreter.locate(apt)
        if (old := marker.finished(channel, inputs)) and found.is_current(old.debs, apt):
            return old, True
        world = _wheels(source, found, work, progress)
        sizes = sum(wheel.path.stat().st_size for wheel in world.values())
        require_space(channel, sizes + INTERPRETER_BYTES, "the channel's packages")
        _sweep(channel, f".*{PARTIAL}")
        base, debs = interpreter.packages(found, apt, work, progress)
        records = _pack(found, base, world, channel, progress)
    names = {*repodata.write(channel, ["noarch", found.target.subdir], records), *map(str, records)}
    finished = Marker(inputs, found.target.version, debs, len(records), marker.describe(channel, names))
    marker.write(channel, finished)
    _sweep(channel, "*", keep=names)
    return finished, False


def _wheels(source: Path, found: Interpreter, work: Path, progress: Progress) -> dict[str, wheels.Wheel]:
    """The wheels that the requirements mean for this interpreter, by project name."""
    target = found.target
    pins = requirements.read(source).pins(target.markers)
    pool = cache_directory() / "wheels" / f"{target.abi}-glibc2.{target.glibc}-{target.machine}"
    paths = downloads.WheelPool(pool, work, target, progress).fetch(pins, source)
    return {name: wheels.read(path) for name, path in paths.items()}


def _pack(
    found: Interpreter, base: list[Package], world: dict[str, wheels.Wheel], channel: Path, progress: Progress
) -> list[Record]:
    """Write every package into the channel, several at a time: compressing lets go of the interpreter's lock."""

    def convert(wheel: wheels.Wheel) -> Record:
        return package.write(wheels.convert(wheel, world, found.target), channel, found.target.machine)

    # The largest first, so that no thread is left alone with it at the end.
    by_size = sorted(world.values(), key=lambda wheel: wheel.path.stat().st_size, reverse=True)
    with ThreadPoolExecutor() as threads:
        jobs = [threads.submit(package.write, item, channel, found.target.machine) for item in base]
        jobs += [threads.submit(convert, wheel) for wheel in by_size]
        return _results(jobs, threads, progress)


def _results(jobs: list[Future[Record]], threads: ThreadPoolExecutor, progress: Progress) -> list[Record]:
    records = []
    try:
        for number, job in enumerate(jobs, start=1):
            records.append(job.result())
            progress(f"packing: {number} of {len(jobs)} ({records[-1].entry['name']})")
    finally:
        # After a failure the rest is not worth the wait.
        threads.shutdown(cancel_futures=True)
    return records


def _sweep(channel: Path, pattern: str, keep: Collection[str] = ()) -> None:
    """Remove what earlier builds left in the channel's subdirs."""
    for path in channel.glob(f"*/{pattern}"):
        if str(path.relative_to(channel)) not in keep:
            path.unlink()
