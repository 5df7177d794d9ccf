"""The program that finishes an image's environments, run in a directory that stands in for the image's root."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._docker.dockerfile import programs

TOOLS = ("sh", "ln", "find", "rm", "sort", "xargs", "nproc", "cp", "touch", "echo")
RECORD = {"name": "tool", "version": "1.0", "build": "0", "files": []}


class Root:
    """With environments, each of which holds one record; no ``python3`` is to be found."""

    def __init__(self, directory: Path) -> None:
        self.directory, self.home = directory, directory / "opt/benchwright"
        self.result = directory / "result" / self.home.relative_to("/")
        for place in ("build", "bin", "opt", "result/wheels"):
            (directory / place).mkdir(parents=True)
        for tool in TOOLS:
            found = shutil.which(tool)
            assert found
            (directory / "bin" / tool).symlink_to(found)
        (directory / "build/left_out").touch()
        for file in programs():
            (directory / "build" / file.name).write_text(self.moved(file.content))

    def moved(self, text: str) -> str:
        """With this directory's paths for the image's."""
        for place in ("/opt/benchwright", "/result", "/build"):
            text = text.replace(place, f"{self.directory}{place}")
        return text

    def environment(self, name: str, *files: str) -> None:
        for file in (*files, "share/same"):
            self.write(name, file, "same")
        self.write(name, "conda-meta/tool-1.0-0.json", json.dumps({**RECORD, "name": f"tool-of-{name}"}))

    def write(self, name: str, file: str, content: str) -> None:
        path = self.result / "envs" / name / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)

    def python(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(sys.executable)

    def finish(self, *names: str) -> subprocess.CompletedProcess[str]:
        prefixes = [str(self.home / "envs" / name) for name in names]
        command = [str(self.directory / "bin/sh"), str(self.directory / "build/finish.sh"), *prefixes]
        environment = {"PATH": str(self.directory / "bin")}
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    def bill(self) -> set[str]:
        components = json.loads((self.result / "sbom.cdx.json").read_text())["components"]
        return {component["name"] for component in components if component["purl"].startswith("pkg:conda/")}

    def links(self, name: str) -> int:
        """How many names the file has that all environments hold."""
        return os.stat(self.result / "envs" / name / "share/same").st_nlink


@pytest.fixture
def root(tmp_path: Path) -> Root:
    made = Root(tmp_path)
    made.environment("a")
    made.environment("z")
    return made


@pytest.mark.parametrize("name", ["a", "z"])
def test_any_environment_s_python_tells_what_the_image_holds(root: Root, name: str) -> None:
    root.python(root.result / "envs" / name / "bin/python")
    root.write(name, "lib/module.py", "answer = 42\n")
    done = root.finish("z", "a")
    assert done.returncode == 0, done.stderr
    assert root.bill() == {"tool-of-a", "tool-of-z"}
    assert root.links("a") == 2


def test_without_one_the_base_s_does_it(root: Root) -> None:
    root.python(root.directory / "bin/python3")
    done = root.finish("z", "a")
    assert done.returncode == 0, done.stderr
    assert root.bill() == {"tool-of-a", "tool-of-z"}
    assert (root.home / "health.py").exists()


def test_without_any_python_it_fails_and_says_what_to_do(root: Root) -> None:
    done = root.finish("z", "a")
    assert done.returncode == 1
    assert "add python to an environment, or python3 to the image's packages" in done.stderr


def test_a_python_may_have_no_library_of_its_own(root: Root) -> None:
    root.python(root.result / "envs/a/bin/python")
    done = root.finish("a")
    assert done.returncode == 0, done.stderr


def test_a_library_s_byte_code_is_made_anew(root: Root) -> None:
    root.python(root.result / "envs/a/bin/python")
    root.write("a", "lib/module.py", "answer = 42\n")
    root.write("a", "lib/__pycache__/old.pyc", "")
    done = root.finish("a")
    assert done.returncode == 0, done.stderr
    assert [path.suffix for path in (root.result / "envs/a/lib/__pycache__").iterdir()] == [".pyc"]
    assert not (root.result / "envs/a/lib/__pycache__/old.pyc").exists()
