"""An imitation of the conda command for tests: what it prints, how it exits and how it errs are those of a generation.

Solving and linking are real (py-rattler). What it does not know it refuses, as the real command does. The recordings of
real commands in ``tests/data/transcripts`` say what is right; ``tests/unit/support`` replays them.
"""

from __future__ import annotations

import sys
from pathlib import Path

from .generation import DEFAULT_GENERATIONS, Flavour

TESTS = Path(__file__).parents[2]
SCRIPT = """#!{python} -I
import sys
sys.path[:0] = {path!r}
from support.conda_stand_in.command import main
main({root!r}, {generation!r}, {flavour!r})
"""


def install_stand_in(directory: Path, generation: str = "", flavour: Flavour = "conda") -> Path:
    """Make ``directory`` a root prefix with an executable, and return that (``bin/conda``, ``bin/mamba``...).

    ``generation`` is the release to imitate: ``24.11.3``, ``25.11.1`` or ``26.7.1`` of conda (the last is the default),
    any other release as the newest known one that is not newer; ``2.8.1`` and the like of mamba 2 and micromamba.
    """
    directory = directory.absolute()
    name = {"conda": "conda", "micromamba": "micromamba"}.get(flavour, "mamba")
    for part in ("bin", "conda-meta", "envs", "pkgs"):
        (directory / part).mkdir(parents=True, exist_ok=True)
    (directory / "conda-meta/history").touch()
    executable = directory / "bin" / name
    text = SCRIPT.format(
        python=sys.executable,
        path=[str(TESTS), str(TESTS.parent / "src")],
        root=str(directory),
        generation=generation or DEFAULT_GENERATIONS[flavour],
        flavour=flavour,
    )
    executable.write_text(text)
    executable.chmod(0o755)
    return executable
