"""Which files a server reads follows from its command line and its environment."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._posture.configuration import Configurations
from ansible_collections.benchwright.python.plugins.module_utils._posture.facts import Process
from ansible_collections.benchwright.python.plugins.module_utils._posture.reader import Reader

NAMES = ("jupyter_config.json", "jupyter_server_config.py", "jupyter_lab_config.py")


def process_of(home: Path, *argv: str) -> Process:
    environment = {"HOME": str(home), "PYTHONNOUSERSITE": "1"}
    return Process(7, 4242, "jupyter", "lab", argv, "", 1000.0, "", True, environment, ())


@pytest.mark.parametrize(
    ("argv", "read"),
    [
        (["{bin}/jupyter-lab"], ["jupyter_server_config.py", "jupyter_config.json", "jupyter_lab_config.py"]),
        (["{bin}/jupyter-lab", "--config={own}/given.py"], ["given.py", "jupyter_config.json", "jupyter_lab_config.py"]),
        (["{bin}/jupyter", "lab", "--config={own}/given.py"], ["given.py", "jupyter_config.json", "jupyter_lab_config.py"]),
        (["{own}/jupyter", "lab", "--config={own}/given.py"], ["given.py"]),
    ],
)  # fmt: skip
def test_what_a_server_reads(tmp_path: Path, argv: list[str], read: list[str]) -> None:
    places = {"bin": tmp_path / "bin", "own": tmp_path / "own"}
    for path in (*(tmp_path / ".jupyter" / name for name in NAMES), places["own"] / "given.py"):
        path.parent.mkdir(exist_ok=True)
        path.write_text("{}")
    process = process_of(tmp_path, f"{tmp_path}/bin/python", *(word.format(**places) for word in argv))
    found = Configurations(Reader()).of_process(process, classic=False)
    assert [Path(one.file.path).name for one in found if one.file.path.startswith(str(tmp_path))] == read
