"""What has to be kept in step by hand, kept in step by a test."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
ROLES = sorted(path.name for path in (ROOT / "roles").iterdir())
MODULES = sorted(path.stem for path in (ROOT / "plugins/modules").glob("*.py"))
PLAYBOOKS = sorted(path.stem for path in (ROOT / "playbooks").glob("*.yml"))


def load(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {}


def task_files(role: str) -> Iterator[Path]:
    return (ROOT / "roles" / role / "tasks").glob("*.yml")


@pytest.mark.parametrize("role", ROLES)
def test_a_roles_defaults_are_those_of_its_documentation(role: str) -> None:
    options = load(ROOT / "roles" / role / "meta/argument_specs.yml")["argument_specs"]["main"]["options"]
    documented = {name: option["default"] for name, option in options.items() if "default" in option}
    defaults = load(ROOT / "roles" / role / "defaults/main.yml") or {}
    assert defaults == documented
    assert all(name.startswith(f"{role}_") for name in options)
    assert (ROOT / "roles" / role / "README.md").is_file()


@pytest.mark.parametrize("role", ROLES)
def test_a_roles_own_variables_carry_its_name(role: str) -> None:
    names = {name for path in (ROOT / "roles" / role / "vars").rglob("*.yml") for name in load(path) or {}}
    for path in task_files(role):
        names.update(task["register"] for task in load(path) if "register" in task)
    assert all(name.startswith(f"__{role}_") for name in names)


# What a role says of itself when another one asks for it with include_role.
ANSWERS = ["jupyter_server_container"]


@pytest.mark.parametrize("role", ROLES)
def test_a_role_reads_no_other_roles_options(role: str) -> None:
    others = "|".join(other for other in ROLES if other != role)
    for path in (ROOT / "roles" / role).rglob("*.yml"):
        code = re.sub(r"#.*", "", path.read_text(encoding="utf-8"))
        asked = re.sub("|".join(ANSWERS), "", code.replace("benchwright.python.", ""))
        assert not re.search(rf"\b(__)?({others})_\w+\b(?!:)", asked), path


def test_sizes_stay_readable() -> None:
    limits = {"plugins/modules/*.py": 200, "plugins/module_utils/**/*.py": 250, "roles/*/tasks/*.yml": 60}
    too_long = {
        str(path.relative_to(ROOT)): lines
        for pattern, limit in limits.items()
        for path in ROOT.glob(pattern)
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > limit
    }
    assert too_long == {}


# The conda layer's rooms, from the ground up: each may know those before it and what lies beside them.
ROOMS = ["specs", "descriptions", "installed", "engines", "changes", "releases", "registrations", "answers"]


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_of_the_conda_layer_knows_only_those_below(room: str) -> None:
    above = "|".join(ROOMS[ROOMS.index(room) + 1 :]) or "nothing"
    for path in (ROOT / "plugins/module_utils/_conda" / room).glob("*.py"):
        code = path.read_text(encoding="utf-8").partition("if TYPE_CHECKING:")[0]
        assert not re.search(rf"^\s*from \.\.({above})\b", code, re.MULTILINE), path


def test_the_action_groups_hold_every_module() -> None:
    groups = load(ROOT / "meta/runtime.yml")["action_groups"]
    conda = [name for name in MODULES if name.startswith("conda_")]
    assert groups["conda"] == conda
    assert groups["benchwright"] == [
        {"metadata": {"extend_group": ["conda"]}},
        *(name for name in MODULES if name not in conda),
    ]


def test_the_controllers_ansible_is_the_collections() -> None:
    wanted = load(ROOT / "meta/runtime.yml")["requires_ansible"]
    assert f'"ansible-core{wanted}' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_playbooks_can_be_named_in_full_and_name_roles_that_exist() -> None:
    assert all(name.isidentifier() for name in PLAYBOOKS)
    for name in PLAYBOOKS:
        text = (ROOT / "playbooks" / f"{name}.yml").read_text(encoding="utf-8")
        for kind, found in re.findall(r"(role|name|import_playbook): benchwright\.python\.(\w+)", text):
            assert found in (PLAYBOOKS if kind == "import_playbook" else ROLES)


@pytest.mark.parametrize("name", [*ROLES, *MODULES, *PLAYBOOKS])
def test_the_readme_lists_what_there_is(name: str) -> None:
    assert f"`{name}`" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_shipped_files_name_no_machine_and_no_package_index() -> None:
    index_hosts = re.compile(r"pypi\.(org|python)|(repo|conda)\.anaconda|pythonhosted|deb\.debian|npmjs|/tmp/v/")
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    exempt = (
        "tests/unit/test_collection.py",
        "roles/miniconda/vars/main.yml",
    )  # the role knows where publishers publish
    for path in (ROOT / name for name in listed if name not in exempt and not name.endswith(".png")):
        assert not index_hosts.search(path.read_text(encoding="utf-8")), path
