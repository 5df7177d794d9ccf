"""What an environment's pip is asked, seen by a stand-in for the environment's Python."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes.pip import (
    fetch_wheels,
    install,
    uninstall,
    upgrades,
)
from ansible_collections.benchwright.python.plugins.module_utils._conda.engines.interface import EngineError
from ansible_collections.benchwright.python.plugins.module_utils._conda.installed.python_package import PythonPackage

# Notes how it was called, and ends as the files "code" and "err" beside it say.
PYTHON_STAND_IN = """#!%s
import json, os, sys
here = os.path.dirname(sys.argv[0])
files = {path: open(path).read() for path in sys.argv if path.endswith(".txt")}
json.dump({"argv": sys.argv[1:], "files": files, "environment": dict(os.environ)}, open(here + "/called.json", "w"))
if "--report" in sys.argv:
    json.dump(json.load(open(here + "/report")), open(sys.argv[sys.argv.index("--report") + 1], "w"))
sys.stderr.write(open(here + "/err").read())
sys.exit(int(open(here + "/code").read()))
"""
PACKAGES = [
    PythonPackage("numpy", "2.1", "conda", ""),
    PythonPackage("humanize", "4.11", "pip", ""),
    PythonPackage("six", "1.17", "conda", ""),
]


@pytest.fixture
def prefix(tmp_path: Path) -> Path:
    python = tmp_path / "bin/python"
    python.parent.mkdir()
    python.write_text(PYTHON_STAND_IN % sys.executable)
    python.chmod(0o755)
    ends(tmp_path, 0, "")
    return tmp_path


def ends(prefix: Path, code: int, err: str) -> None:
    (prefix / "bin/code").write_text(str(code))
    (prefix / "bin/err").write_text(err)


def test_requirements_and_constraints_are_files_and_condas_packages_are_pinned(prefix: Path) -> None:
    secret = "demo @ https://user:secret@mirror.example/demo.whl"
    install(str(prefix), ["humanize==4.13.0", secret], PACKAGES)
    called = json.loads((prefix / "bin/called.json").read_text())
    assert called["argv"][:3] == ["-m", "pip", "install"]
    assert "--no-input" in called["argv"]
    assert not any("secret" in word for word in called["argv"])
    requirements = called["argv"][called["argv"].index("--requirement") + 1]
    constraints = called["argv"][called["argv"].index("--constraint") + 1]
    assert called["files"] == {requirements: f"humanize==4.13.0\n{secret}\n", constraints: "numpy==2.1\nsix==1.17\n"}
    assert not Path(requirements).parent.exists()


@pytest.mark.parametrize(
    ("how", "options"),
    [
        ({}, set()),
        ({"upgrade": True}, {"--upgrade"}),
        ({"complete": True}, {"--no-deps"}),
        ({"upgrade": True, "complete": True}, {"--upgrade", "--no-deps"}),
    ],
)
def test_how_it_is_installed(prefix: Path, how: dict[str, bool], options: set[str]) -> None:
    install(str(prefix), ["humanize"], PACKAGES, **how)
    called = json.loads((prefix / "bin/called.json").read_text())["argv"]
    assert {"--upgrade", "--no-deps", "--dry-run"} & set(called) == options


@pytest.mark.parametrize("complete", [True, False])
def test_what_an_upgrade_would_install_is_only_asked(prefix: Path, complete: bool) -> None:
    report = {"install": [{"metadata": {"name": name, "version": "2.0"}} for name in ("Foo_Bar", "about")]}
    (prefix / "bin/report").write_text(json.dumps(report))
    assert upgrades(str(prefix), ["foo-bar"], PACKAGES, complete) == ("about==2.0", "foo-bar==2.0")
    called = json.loads((prefix / "bin/called.json").read_text())["argv"]
    assert {"--upgrade", "--dry-run"} <= set(called)
    assert ("--no-deps" in called) is complete
    assert not Path(called[called.index("--report") + 1]).exists()


def test_where_nothing_is_asked_of_pip_it_is_not_started(tmp_path: Path) -> None:
    assert upgrades(str(tmp_path), (), PACKAGES) == ()


def test_wheels_are_those_that_would_be_installed_and_each_is_asked_for_as_pip_can_check_it(prefix: Path) -> None:
    names = ("Foo_Bar", "about", "demo", "six-more")
    report = {"install": [{"metadata": {"name": name, "version": "2.0"}} for name in names]}
    (prefix / "bin/report").write_text(json.dumps(report))
    given = ["foo-bar >=1", f"about==2.0 --hash=sha256:{'0' * 64}", "demo @ https://u:secret@mirror.example/demo.whl"]
    pins = fetch_wheels(str(prefix), given, PACKAGES, "/srv/wheels")
    assert pins == ("about==2.0", "demo==2.0", "foo-bar==2.0", "six-more==2.0")
    called = json.loads((prefix / "bin/called.json").read_text())
    assert called["argv"][:3] == ["-m", "pip", "wheel"]
    assert {"--no-deps", "/srv/wheels"} <= set(called["argv"])
    assert not any("secret" in word for word in called["argv"])
    assert list(called["files"].values()) == ["\n".join([given[1], given[2], "foo-bar==2.0", "six-more==2.0", ""])]
    assert called["environment"]["PYTHONDONTWRITEBYTECODE"] == "1"


def test_where_conda_brought_what_pip_is_asked_for_no_wheel_is_made(prefix: Path) -> None:
    (prefix / "bin/report").write_text(json.dumps({"install": []}))
    assert fetch_wheels(str(prefix), ["six"], PACKAGES, "/srv/wheels") == ()
    assert json.loads((prefix / "bin/called.json").read_text())["argv"][2] == "install"  # only asked


def test_packages_are_removed_without_a_question(prefix: Path) -> None:
    uninstall(str(prefix), ["humanize", "rich"])
    called = json.loads((prefix / "bin/called.json").read_text())["argv"]
    assert called[:3] == ["-m", "pip", "uninstall"]
    assert called[-2:] == ["humanize", "rich"]
    assert {"--yes", "--no-input"} <= set(called)
    ends(prefix, 1, "ERROR: Cannot uninstall rich, no RECORD file was found\n")
    with pytest.raises(EngineError, match=r"^pip could not remove humanize, rich: ERROR: Cannot uninstall rich"):
        uninstall(str(prefix), ["humanize", "rich"])


def test_what_would_lead_pip_elsewhere_is_not_handed_on_and_its_configuration_is(
    prefix: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PYTHONPATH", "CONDA_PREFIX"):
        monkeypatch.setenv(name, "/elsewhere")
    monkeypatch.setenv("PIP_INDEX_URL", "https://mirror.example/simple")
    install(str(prefix), ["humanize"], [])
    environment = json.loads((prefix / "bin/called.json").read_text())["environment"]
    assert "/elsewhere" not in environment.values()
    assert environment["PIP_INDEX_URL"] == "https://mirror.example/simple"
    assert environment["PYTHONNOUSERSITE"] == "1"


@pytest.mark.parametrize(
    ("err", "told"),
    [
        (
            "WARNING: x\nERROR: No matching distribution\nhint\nERROR: again\n",
            "ERROR: No matching distribution ERROR: again",
        ),
        ("1\n2\n3\n4\n5\n6\n", "2 3 4 5 6"),
    ],
)
def test_a_failure_is_told_in_pips_words(prefix: Path, err: str, told: str) -> None:
    ends(prefix, 1, err)
    with pytest.raises(EngineError) as raised:
        install(str(prefix), ["humanize==77", "six"], [])
    assert str(raised.value) == f"pip could not install humanize==77, six: {told}"


@pytest.mark.parametrize(
    ("requirement", "err", "pins"),
    [
        ("numpy==1.26", "ERROR: ResolutionImpossible\n", ["numpy==2.1"]),
        ("NumPy[test]", "ERROR: no\n", ["numpy==2.1"]),
        ("about", "ERROR: Cannot install about, numpy <2 and six[x]>=9 because\n", ["numpy==2.1", "six==1.17"]),
        ("about", "ERROR: Cannot find humanize==5, six or numpy-financial==1\n", []),
    ],
)
def test_a_failure_tells_which_of_condas_packages_are_in_the_way(
    prefix: Path, requirement: str, err: str, pins: list[str]
) -> None:
    ends(prefix, 1, err)
    with pytest.raises(EngineError) as raised:
        install(str(prefix), [requirement], PACKAGES)
    told = "; conda's packages are pinned meanwhile: " + ", ".join(pins) if pins else ""
    assert str(raised.value) == f"pip could not install {requirement}: {err.strip()}{told}"


def test_a_failure_shows_no_password(prefix: Path) -> None:
    ends(prefix, 1, "ERROR: 404 for https://user:secret@mirror.example/demo.whl\n")
    with pytest.raises(EngineError) as raised:
        install(str(prefix), ["demo @ https://user:secret@mirror.example/demo.whl"], [])
    address = "https://***mirror.example/demo.whl"
    assert str(raised.value) == f"pip could not install demo @ {address}: ERROR: 404 for {address}"


def test_warnings_are_no_failure(prefix: Path) -> None:
    ends(prefix, 0, "ERROR: pip's dependency resolver does not currently take into account\n")
    install(str(prefix), ["humanize"], [])


def test_an_environment_without_python_says_what_to_add(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"bin/python does not exist.*; add 'python' and 'pip' to the dependencies"):
        install(str(tmp_path), ["humanize"], [])
