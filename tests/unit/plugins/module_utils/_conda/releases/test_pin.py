"""A Python that is started through the environment's link stays with the release that it was started from."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.releases.pin import OWN_FILES, pin
from ansible_collections.benchwright.python.plugins.module_utils._conda.releases.store import Store
from ansible_collections.benchwright.python.plugins.module_utils._conda.releases.switch import switch

OLD, NEW = "0123456789ab", "ba9876543210"
PLACES = """
import encodings, json, sys, which
names = ("prefix", "exec_prefix", "base_prefix", "base_exec_prefix", "executable")
print(json.dumps([*(getattr(sys, name) for name in names), *sys.path, *encodings.__path__, which.__file__]))
"""
# Imports one module at once, and another when it is told to.
LATER = """
import sys, which
print(which.NAME, flush=True)
sys.stdin.readline()
import later
print(later.NAME, flush=True)
"""


@pytest.fixture
def lab(store: Store, make_python: Callable[[Path], Path]) -> Store:
    """Two releases of a real Python, of which each has modules that say which."""
    for digest in (OLD, NEW):
        site = make_python(store.path(digest))
        for name in ("which", "later"):
            (site / f"{name}.py").write_text(f"NAME = {digest!r}\n")
        pin(store.path(digest), store.link)
    switch(store, OLD)
    return store


def ask(*command: str | Path, code: str = PLACES, **options: Any) -> list[str]:
    """Run code, and return what it prints."""
    done = subprocess.run([*command, "-c", code], capture_output=True, text=True, check=True, **options)
    return list(json.loads(done.stdout))


@pytest.mark.parametrize("options", [(), ("-I",), ("-E",), ("-s",), ("-B", "-O")])
@pytest.mark.parametrize("program", ["python", "python3"])
def test_every_path_is_the_releases_own(lab: Store, options: tuple[str, ...], program: str, tmp_path: Path) -> None:
    if program == "python3":
        (lab.path(OLD) / "bin/python3").symlink_to("python")
    places = ask(lab.link / "bin" / program, *options, cwd=tmp_path)
    shown = [place for place in places if place.startswith(str(lab.link))]
    assert shown == []
    assert places[0] == str(lab.path(OLD))
    assert sum(place.startswith(str(lab.path(OLD))) for place in places) >= 8


def test_what_runs_goes_on_with_its_release_after_a_switch(lab: Store) -> None:
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen([lab.link / "bin/python", "-c", LATER], **pipes) as process:
        assert process.stdin
        assert process.stdout
        assert process.stdout.readline() == OLD + "\n"
        switch(lab, NEW)
        process.stdin.write("\n")
        process.stdin.flush()
        assert process.stdout.readline() == OLD + "\n"
    assert ask(lab.link / "bin/python", code="import json, later; print(json.dumps([later.NAME]))") == [NEW]


def test_without_the_pin_it_would_not(lab: Store) -> None:
    """So the test before is worth something."""
    for name in OWN_FILES:
        for path in lab.path(OLD).glob(f"lib/python*/site-packages/{name}"):
            path.unlink()
    assert ask(lab.link / "bin/python")[0] == str(lab.link)


def test_a_python_that_is_started_by_its_own_path_is_as_ever(lab: Store) -> None:
    assert ask(lab.path(OLD) / "bin/python")[0] == str(lab.path(OLD))


def test_a_copy_elsewhere_is_left_alone(lab: Store, tmp_path: Path) -> None:
    clone = tmp_path / "clone"
    shutil.copytree(lab.path(OLD), clone, symlinks=True)
    places = ask(clone / "bin/python", cwd=tmp_path)
    assert places[0] == str(clone)
    assert [place for place in places if str(lab.directory) in place] == []


@pytest.mark.parametrize("options", [(), ("--system-site-packages",)])
def test_a_venv_made_from_it_still_works_after_a_switch(lab: Store, tmp_path: Path, options: tuple[str, ...]) -> None:
    venv = tmp_path / "venv"
    subprocess.run([lab.link / "bin/python", "-m", "venv", "--without-pip", *options, venv], check=True)
    switch(lab, NEW)
    shutil.rmtree(lab.path(OLD))  # collected
    code = "import json, sys; print(json.dumps([sys.prefix]))"
    assert ask(venv / "bin/python", code=code) == [str(venv)]
    if options:
        assert ask(venv / "bin/python", code="import json, later; print(json.dumps([later.NAME]))") == [NEW]


@pytest.mark.parametrize("name", ["la'b", 'la"b', "la\\b", "läb"])
def test_the_environment_may_be_called_anything(tmp_path: Path, make_python: Callable[[Path], Path], name: str) -> None:
    store = Store(str(tmp_path / name))
    make_python(store.path(OLD))
    pin(store.path(OLD), store.link)
    switch(store, OLD)
    code = "import json, sys; print(json.dumps([sys.prefix, sys._base_executable]))"
    assert ask(store.link / "bin/python", code=code) == [str(store.path(OLD)), str(store.link / "bin/python")]


def test_what_is_made_for_later_leads_through_the_link(lab: Store) -> None:
    """A virtual environment's base; whichever way this Python was started."""
    code = "import json, sys; print(json.dumps([sys.executable, sys._base_executable]))"
    for prefix in (lab.link, lab.path(OLD)):
        places = ask(prefix / "bin/python", code=code)
        assert places == [str(lab.path(OLD) / "bin/python"), str(lab.link / "bin/python")]


@pytest.mark.parametrize("copied", [False, True])
@pytest.mark.parametrize("name", ["clone", "lab-copy"])
def test_a_kernelspec_leads_through_the_link_and_that_of_a_copy_to_the_copy(
    lab: Store, name: str, copied: bool
) -> None:
    """The stand-in for ipykernel tells which interpreter it would write down."""
    package = next(lab.path(OLD).glob("lib/python3.*/site-packages")) / "ipykernel"
    package.mkdir()
    (package / "__main__.py").write_text("import sys; print(sys.executable)")
    prefix = lab.link
    if copied:
        prefix = lab.link.with_name(name)
        shutil.copytree(lab.path(OLD), prefix, symlinks=True)
    command = [prefix / "bin/python", "-m", "ipykernel", "install", "--user"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == f"{prefix}/bin/python\n"


def test_an_environment_without_python_needs_none(store: Store, make_release: Any) -> None:
    pin(make_release(OLD), store.link)
    assert not (store.path(OLD) / "lib").exists()
