"""A base is made of Debian's archive alone, on an engine that has nothing else; where that fails, the engine has nothing of it."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._docker.archive import make_base
from ansible_collections.benchwright.python.plugins.module_utils._docker.engine import DockerError, Engine
from support.small_engine import small_engine

BASE = "benchwright/base:bookworm"
MEGABYTES = 600
LARGEST = 85_000_000


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with tempfile.TemporaryDirectory(prefix="bw-") as name, small_engine(Path(name), MEGABYTES) as made:
        yield made


def inside(engine: Engine, command: str) -> str:
    host = ["docker", "--host", f"unix://{engine.socket_path}"]
    return subprocess.run(
        [*host, "run", "--rm", BASE, "sh", "-ec", command], check=True, capture_output=True, text=True
    ).stdout


def test_a_suite_that_the_archive_does_not_have_is_told(engine: Engine) -> None:
    with pytest.raises(
        DockerError, match=r"could not make a base of Debian's nonesuch.*see that the mirror is reached"
    ):
        make_base(engine, "nonesuch", "")
    assert engine.images() == []


def test_a_base_is_whole_and_small(engine: Engine) -> None:
    make_base(engine, "bookworm", "")
    image = engine.image(BASE)
    assert image
    assert image["Size"] < LARGEST
    assert image["Config"]["Labels"] == {"benchwright.image": "benchwright/base"}
    assert inside(engine, "dpkg --audit; apt-get check -qq") == ""
    assert "perl\n" not in inside(engine, "dpkg-query --show --showformat '${Package}\n'")
    assert inside(engine, "test -d /usr/share/man/man1 || echo none") == "none\n"
    assert inside(engine, "ls /usr/share/doc/bash") == "copyright\n"
    assert 'Acquire::GzipIndexes "true";' in inside(engine, "apt-config dump")
