"""Jupyter knows our kernels and no stale ones of them, and nobody else's is touched."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes.guards import ChangeError
from ansible_collections.benchwright.python.plugins.module_utils._conda.registrations.kernels import (
    Kernel,
    check_free,
    kernel_of,
    kernel_steps,
    kernels_in,
    text_of,
)

LAB = Kernel("lab", "Python (lab)")
NOTHING = {"kernel": None, "kernel_name": None, "kernel_display_name": None}


@pytest.fixture
def kernels(tmp_path: Path) -> Path:
    return tmp_path / "jupyter/kernels"


@pytest.fixture
def prefix(tmp_path: Path) -> str:
    (tmp_path / "lab").mkdir()
    return str(tmp_path / "lab")


def write(kernels: Path, name: str, text: str) -> None:
    (kernels / name).mkdir(parents=True)
    (kernels / name / "kernel.json").write_text(text)


def bring(
    kernel: Kernel | None, prefix: str, kernels: Path, keep: bool = False, forget: bool = False
) -> list[tuple[str, str]]:
    """Do all steps; there is nothing left to do then. Returns what they say."""
    steps = list(kernel_steps(kernel, prefix, kernels, keep, forget))
    for step in steps:
        step.take()
    assert not list(kernel_steps(kernel, prefix, kernels, keep, forget))
    return [tuple(step.difference) for step in steps]


@pytest.mark.parametrize(
    ("options", "kernel"),
    [
        ({}, None),
        ({"kernel": False}, None),
        ({"kernel": True}, Kernel("lab", "Python (Lab)")),
        ({"kernel": True, "kernel_name": "A-1", "kernel_display_name": "Mine"}, Kernel("a-1", "Mine")),
    ],
)
def test_a_kernel_is_called_as_its_environment_unless_it_is_named(options: Any, kernel: Kernel | None) -> None:
    assert kernel_of({**NOTHING, **options}, "/envs/Lab") == kernel


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"kernel": True, "kernel_name": "my lab"}, "'my lab' is no name for a kernel"),
        ({"kernel_name": "lab"}, "'kernel_name' is given, and no kernel is asked for"),
        ({"kernel": False, "kernel_display_name": "Lab"}, "'kernel_display_name' is given"),
    ],
)
def test_what_jupyter_would_not_find_is_refused(options: Any, told: str) -> None:
    with pytest.raises(ChangeError, match=told):
        kernel_of({**NOTHING, **options}, "/envs/lab")


def test_it_comes_leads_through_the_link_and_goes_without_a_trace(kernels: Path, prefix: str, tmp_path: Path) -> None:
    assert bring(LAB, prefix, kernels) == [("", f"kernel: lab of {prefix}")]
    assert json.loads((kernels / "lab/kernel.json").read_text())["argv"][0] == f"{prefix}/bin/python"
    assert kernels_in(kernels) == {"lab": prefix}
    assert bring(None, prefix, kernels) == [(f"kernel: lab of {prefix}", "")]
    assert [path.name for path in tmp_path.iterdir()] == ["lab"]


def test_where_nobody_says_anything_it_stays(kernels: Path, prefix: str) -> None:
    bring(LAB, prefix, kernels)
    assert bring(None, prefix, kernels, keep=True) == []


def test_one_of_another_name_is_stale(kernels: Path, prefix: str) -> None:
    bring(LAB, prefix, kernels)
    bring(Kernel("course", "Course"), prefix, kernels)
    assert kernels_in(kernels) == {"course": prefix}


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text.replace("bin/python", "bin/nothing"),
        lambda text: text[: text.rindex("}")],  # no JSON any more
        lambda text: "",
    ],
)
def test_a_damaged_one_is_mended(kernels: Path, prefix: str, damage: Any) -> None:
    bring(LAB, prefix, kernels)
    path = kernels / "lab/kernel.json"
    path.write_text(damage(path.read_text()))
    check_free(LAB, prefix, kernels)
    assert len(bring(LAB, prefix, kernels)) == 1
    assert path.read_text() == text_of(LAB, prefix)


@pytest.mark.parametrize("text", ["{}", '{"argv": ["julia"]}', "half of a"])
@pytest.mark.parametrize("name", ["lab", "LAB"])
def test_somebody_elses_of_that_name_is_refused_and_never_removed(
    kernels: Path, prefix: str, text: str, name: str
) -> None:
    write(kernels, name, text)
    with pytest.raises(ChangeError, match="is somebody else's kernel"):
        check_free(LAB, prefix, kernels)
    assert bring(None, prefix, kernels, forget=True) == []
    assert (kernels / name / "kernel.json").read_text() == text


def test_a_link_is_somebody_elses(kernels: Path, prefix: str, tmp_path: Path) -> None:
    write(tmp_path, "elsewhere", text_of(LAB, prefix))
    kernels.mkdir(parents=True)
    (kernels / "lab").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ChangeError, match="is somebody else's kernel"):
        check_free(LAB, prefix, kernels)


def test_that_of_another_environment_is_refused_while_that_is_there(kernels: Path, prefix: str, tmp_path: Path) -> None:
    other = tmp_path / "other"
    write(kernels, "lab", text_of(LAB, str(other)))
    check_free(LAB, prefix, kernels)
    other.mkdir()
    with pytest.raises(ChangeError, match=f"belongs to {other}"):
        check_free(LAB, prefix, kernels)


@pytest.mark.parametrize("forget", [True, False])
def test_those_of_environments_that_are_gone_go_where_that_is_asked_for(
    kernels: Path, prefix: str, tmp_path: Path, forget: bool
) -> None:
    write(kernels, "gone", text_of(LAB, str(tmp_path / "gone")))
    bring(LAB, prefix, kernels, forget=forget)
    assert kernels_in(kernels) == {"lab": prefix, **({} if forget else {"gone": str(tmp_path / "gone")})}


def test_what_somebody_put_beside_it_stays(kernels: Path, prefix: str) -> None:
    bring(LAB, prefix, kernels)
    (kernels / "lab/logo.svg").write_text("<svg/>")
    (kernels / "lab/.kernel.json1234").write_text("of a killed run")
    bring(None, prefix, kernels)
    assert [path.name for path in (kernels / "lab").iterdir()] == ["logo.svg"]
