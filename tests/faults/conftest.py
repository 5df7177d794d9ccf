"""Faults are many: each test is one, a seeded part of them runs by default, and BENCHWRIGHT_FAULTS=all runs the whole.

BENCHWRIGHT_FAULT_SEED chooses the part and every random instant (by default the day does); BENCHWRIGHT_FAULT_SHARE is the size
of the part, of each test function at least one.
"""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.conda_stand_in import install_stand_in
from support.laboratory import Laboratory, make_laboratory
from support.share import SEED, WHOLE, keep_share

from benchwright.channel.build import build_channel

SHARE = 1.0 if WHOLE else float(os.environ.get("BENCHWRIGHT_FAULT_SHARE", "0.012"))
STAND_IN = "conda-stand-in-26.7.1"
# Every run then makes a release and collects one, and what a probe has just started from stays.
KEEP = 2
HERE = Path(__file__).parent
results: dict[str, Counter[str]] = defaultdict(Counter)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    keep_share(config, items, SHARE, lambda item: HERE in item.path.parents)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Count by test function and engine, which is the first parameter of each."""
    path, dummy, name = report.nodeid.rpartition("::")
    if HERE.name in Path(path).parts and (report.when == "call" or report.outcome != "passed"):
        function, dummy, parameters = name.partition("[")
        results[f"{function} with {engine_of(parameters)}"][report.outcome] += 1


def engine_of(parameters: str) -> str:
    return next((name for name in map(engine_id, engines()) if parameters.startswith(name)), "rattler")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    terminalreporter.section(f"faults (BENCHWRIGHT_FAULT_SEED={SEED}, share {SHARE:g})")
    for family, counts in sorted(results.items()):
        terminalreporter.line(f"{counts['passed']} passed, {counts['failed']} failed: {family}")


def engines() -> list[str]:
    """rattler, a stand-in for conda, and the real executables that BENCHWRIGHT_TEST_CONDA names."""
    return ["rattler", STAND_IN, *filter(None, os.environ.get("BENCHWRIGHT_TEST_CONDA", "").split(","))]


def engine_id(engine: str) -> str:
    return Path(engine).name


@pytest.fixture
def seed() -> int:
    return SEED


@pytest.fixture(scope="session", params=engines(), ids=engine_id)
def shared_laboratory(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Laboratory:
    """One for each engine: it is made in seconds, and a kill takes no longer."""
    return laboratory_with(request.param, tmp_path_factory.mktemp("lab"))


def laboratory_with(engine: str, directory: Path) -> Laboratory:
    chosen = {"executable" if os.path.isabs(engine) else "engine": engine}
    if engine == STAND_IN:
        chosen = {"executable": str(install_stand_in(directory / "tool", "26.7.1", "conda"))}
    return make_laboratory(directory, build_channel(None, None, progress=print).path, chosen, keep=KEEP)


@pytest.fixture
def laboratory(shared_laboratory: Laboratory) -> Iterator[Laboratory]:
    """With a whole environment, whatever the test before left."""
    if not shared_laboratory.sound:
        shared_laboratory.renew()
    shared_laboratory.sound = False  # until the test says that all is well
    yield shared_laboratory
    shared_laboratory.end_runs()
