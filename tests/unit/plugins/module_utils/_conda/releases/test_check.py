"""A release that is not whole, or in which something does not work, does not pass."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes.guards import ChangeError
from ansible_collections.benchwright.python.plugins.module_utils._conda.releases.check import CHECKS, check_release

SUM = hashlib.sha256(b"as packed").hexdigest()
PIP_STAND_IN = """
import sys
assert sys.argv[1:] == ["--disable-pip-version-check", "check"], sys.argv
print({said!r})
sys.exit({code})
"""


class Laboratory:
    """A release with a real Python, and ways to put packages into it."""

    def __init__(self, path: Path, site: Path) -> None:
        self.path, self.site = path, site

    def conda(self, name: str, *files: str, **contents: str) -> None:
        """A package of conda's with these files in site-packages, and modules with these contents."""
        texts = {**dict.fromkeys(files, ""), **{f"{module}.py": text for module, text in contents.items()}}
        below = os.path.relpath(self.site, self.path)
        record = {"name": name, "version": "1.0", "build": "0", "build_number": 0, "depends": []}
        listed = [f"{below}/{file}" for file in texts]
        (self.path / f"conda-meta/{name}-1.0-0.json").write_text(json.dumps({**record, "files": listed}, indent=2))
        self._write(texts)

    def pip(self, name: str, installer: str = "pip", **contents: str) -> None:
        """A package of pip's with modules of these contents."""
        texts = {f"{module}.py": text for module, text in contents.items()}
        about = f"{name}-1.0.dist-info"
        names = [*texts, f"{about}/METADATA"]
        record = "".join(f"{file},,\n" for file in names)
        self._write({**texts, f"{about}/METADATA": "", f"{about}/INSTALLER": installer, f"{about}/RECORD": record})

    def _write(self, texts: dict[str, str]) -> None:
        for name, text in texts.items():
            (self.site / name).parent.mkdir(parents=True, exist_ok=True)
            (self.site / name).write_text(text)

    def pip_says(self, *lines: str, code: int = 1) -> None:
        """Have a pip that answers this when it is asked to check."""
        self.conda("pip", "pip/__init__.py", "pip-25.dist-info/METADATA")
        (self.site / "pip-25.dist-info/INSTALLER").write_text("conda")
        (self.site / "pip/__main__.py").write_text(PIP_STAND_IN.format(said="\n".join(lines), code=code))

    def check(self, asked_for: Sequence[str] = (), checks: Sequence[str] = CHECKS) -> list[str]:
        return check_release(self.path, asked_for, checks)


@pytest.fixture
def lab(tmp_path: Path, make_python: Callable[[Path], Path]) -> Laboratory:
    path = tmp_path / ".releases/lab-0123456789ab"
    return Laboratory(path, make_python(path))


# --- files ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def packed(tmp_path: Path, install_packages: Any, make_package: Any) -> Path:
    """A release with a package of two files, and no Python."""
    files = ["share/one", "share/two"]
    paths = [{"_path": path, "path_type": "hardlink", "sha256": SUM} for path in files]
    install_packages(tmp_path, make_package("six", files=files, paths_data={"paths": paths}))
    for path in files:
        (tmp_path / path).write_text("as packed")
    return tmp_path


def test_a_whole_release_without_python_passes(packed: Path) -> None:
    assert check_release(packed, ["six"], CHECKS) == []


@pytest.mark.parametrize(
    ("spoilt", "told"),
    [
        (
            ["share/two"],
            r"share/two of package six is not what its record says in the new release; nothing was switched",
        ),
        (["share/one", "share/two"], r"share/one of package six is not .* \(with 1 more of six\)"),
    ],
)
def test_an_altered_file_is_named(packed: Path, spoilt: list[str], told: str) -> None:
    for path in spoilt:
        (packed / path).write_text("something else")
    with pytest.raises(ChangeError, match=told):
        check_release(packed, [], CHECKS)
    assert check_release(packed, [], ("pip", "imports")) == []


def test_a_missing_file_is_named(packed: Path) -> None:
    (packed / "share/one").unlink()
    with pytest.raises(
        ChangeError, match=r"share/one of package six is missing in the new release; nothing was switched"
    ):
        check_release(packed, [], ("files",))


# --- imports ----------------------------------------------------------------------------------------------------------


def test_what_can_be_imported_passes(lab: Laboratory) -> None:
    lab.conda("tool", "tool/__init__.py", tool2="import json")
    lab.pip("humanize", humanize="")
    assert lab.check(["tool", "humanize"]) == []


BROKEN = [
    ("import nowhere", r"ModuleNotFoundError: No module named 'nowhere'"),
    ("1 / 0", r"ZeroDivisionError: division by zero"),
    ("def", r"SyntaxError: invalid syntax"),
    ("import os; os._exit(3)", r"exit code 3"),
    ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", r"exit code -11"),
    ("print('tool')\nraise SystemExit('not on this machine')", r"not on this machine"),
]


@pytest.mark.parametrize(("text", "reason"), BROKEN)
@pytest.mark.parametrize("kind", ["conda", "pip"])
def test_what_cannot_be_imported_is_named_with_the_reason(lab: Laboratory, kind: str, text: str, reason: str) -> None:
    lab.conda("fine", fine="")
    getattr(lab, kind)("tool", broken=text)
    with pytest.raises(ChangeError, match=rf"^broken cannot be imported in the new release \({reason}\); nothing was"):
        lab.check(["fine", "tool"])
    assert lab.check(["fine", "tool"], ("files", "pip")) == []


def test_only_what_is_asked_for_is_imported(lab: Laboratory) -> None:
    lab.conda("dependency", broken="import nowhere")
    lab.conda("tool", tool="")
    assert lab.check(["tool"]) == []


@pytest.mark.parametrize("path", ["tests/__init__.py", "_private.py", "tool-data/x.py", "tool/broken.py", "setup.py"])
def test_what_is_no_module_of_its_own_is_not_imported(lab: Laboratory, path: str) -> None:
    lab.conda("tool", path)
    (lab.site / path).write_text("import nowhere")
    assert lab.check(["tool"]) == []


def test_modules_that_do_not_go_together_are_tried_alone(lab: Laboratory) -> None:
    lab.conda(
        "tool", first="import sys; sys.taken = 1", second="import sys\nassert not hasattr(sys, 'taken')", third=""
    )
    assert lab.check(["tool"]) == []
    (lab.site / "third.py").write_text("import nowhere")
    with pytest.raises(ChangeError, match="third cannot be imported"):
        lab.check(["tool"])


def test_what_an_import_writes_is_not_the_releases(lab: Laboratory, home: Path) -> None:
    code = "import pathlib; (pathlib.Path.home() / 'made').touch()"
    lab.conda("tool", tool=code)
    before = set(lab.path.rglob("*"))
    assert lab.check(["tool"]) == []
    made = set(lab.path.rglob("*")) - before
    assert [path for path in made if "__pycache__" not in path.parts] == []
    assert any(
        path.suffix == ".pyc" for path in made
    )  # else it is compiled at each start of a user who may not write there
    assert not (home / "made").exists()


def test_the_callers_own_python_has_no_part_in_it(
    lab: Laboratory, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/nowhere.py").touch()
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "elsewhere"))
    monkeypatch.chdir(tmp_path / "elsewhere")
    lab.conda("tool", tool="import nowhere")
    with pytest.raises(ChangeError, match="tool cannot be imported"):
        lab.check(["tool"])


# --- pip check --------------------------------------------------------------------------------------------------------


def test_where_pip_has_nothing_to_say_nothing_is_told(lab: Laboratory) -> None:
    lab.pip("humanize")
    lab.pip_says("No broken requirements found.", code=0)
    assert lab.check() == []


@pytest.mark.parametrize(
    "line",
    [
        "humanize 1.0 requires rich, which is not installed.",
        "Humanize 1.0 has requirement rich>=14, but you have rich 13.",
        "tool 1.0 has requirement humanize>=5, but you have humanize 1.0.",
    ],
)
def test_a_complaint_about_what_pip_installed_fails(lab: Laboratory, line: str) -> None:
    lab.pip("humanize")
    lab.pip_says("tool 1.0 requires six, which is not installed.", line)
    with pytest.raises(ChangeError, match=rf"what pip installed does not fit together: {line}; nothing was switched"):
        lab.check()
    assert lab.check(checks=("files", "imports")) == []


@pytest.mark.parametrize("installer", ["conda", ""])
def test_a_complaint_about_condas_own_is_only_told(lab: Laboratory, installer: str) -> None:
    """Also of a package that does not say that it is conda's."""
    lab.pip("tool", installer)
    lab.conda("tool", "tool-1.0.dist-info/METADATA")
    lab.pip("humanize")
    line = "tool 1.0 requires six, which is not installed."
    lab.pip_says(line)
    assert lab.check() == [f"pip check: {line}"]


def test_without_pip_nobody_is_asked(lab: Laboratory) -> None:
    lab.pip("humanize")
    assert lab.check() == []
