"""By which way a question about an environment is asked; what the two ways have in common is kept in step here."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import jinja2
import pytest
import yaml

from benchwright import environments
from benchwright.ansible_flags import AnsibleFlags
from benchwright.environments import RELEASES, ROLLBACK, Question, Verb, arguments, root_prefix
from benchwright.errors import BenchwrightError
from benchwright.options import View
from benchwright.session import begin

ROOT = Path(__file__).parents[3]


def rendered(template: Any, **variables: Any) -> Any:
    """An option of a task as Ansible makes it of its template, without its types."""
    environment = jinja2.Environment()
    environment.tests["match"] = lambda text, start: text.startswith(start)
    return environment.from_string(template).render(**variables) if isinstance(template, str) else template


@pytest.mark.parametrize(
    ("options", "simple"),
    [
        ({}, True),
        ({"extra_vars": ["jupyter_server_port=9999"]}, True),
        ({"check": True, "diff": True}, True),
        ({"extra_vars": ["conda_env_root_prefix=/elsewhere"]}, False),
        ({"extra_vars": ["a=b conda_env_root_prefix=/elsewhere"]}, False),
        ({"extra_vars": ['{"a": 1}']}, False),
        ({"limit": "localhost"}, False),
        ({"become": True}, False),
        ({"verbatim": ("--step",)}, False),
        ({"inventory": ["somewhere,"]}, False),
    ],
)
def test_only_what_needs_ansible_waits_for_it(options: dict[str, Any], simple: bool) -> None:
    session = begin("releases", AnsibleFlags(**options), View())
    assert environments._is_simple(session) is simple


@pytest.mark.parametrize(("user", "expected"), [(0, "/opt/benchwright"), (1000, "/home/me/.local/share/benchwright")])
def test_the_root_prefix_is_the_inventorys(monkeypatch: pytest.MonkeyPatch, user: int, expected: str) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: user)
    monkeypatch.setenv("HOME", "/home/me")
    facts = {"user_uid": user, "user_dir": "/home/me"}
    for path in ("inventories/local/group_vars/all.yml", "roles/conda_env/defaults/main.yml"):
        values = yaml.safe_load((ROOT / path).read_text())
        template = values.get("workbench_root", values["conda_env_root_prefix"])
        assert rendered(template, ansible_facts=facts) == str(root_prefix()) == expected


@pytest.mark.parametrize("verb", [ROLLBACK, RELEASES], ids=lambda verb: verb.playbook)
@pytest.mark.parametrize("release", ["0123456789ab", None])
@pytest.mark.parametrize("environment", ["lab", "/srv/lab"])
def test_the_module_gets_what_the_role_gives_it(verb: Verb, release: str | None, environment: str) -> None:
    if verb is RELEASES:
        release = None
    [task] = yaml.safe_load((ROOT / f"roles/conda_env/tasks/{verb.playbook}.yml").read_text())
    variables = {
        "omit": "omitted",
        "conda_env_target": environment,
        "conda_env_release": release or "omitted",
        "conda_env_root_prefix": str(root_prefix()),
    }
    given = {
        option: value
        for option, template in task[f"benchwright.python.{verb.module}"].items()
        if (value := rendered(template, **variables)) != "omitted"
    }
    assert task["name"] == verb.task
    assert given == arguments(verb, Question(environment, release))


@pytest.mark.parametrize("environment", ["", "envs/lab", "./lab"])
def test_what_is_neither_a_name_nor_an_absolute_path_is_refused(environment: str) -> None:
    with pytest.raises(BenchwrightError, match="an environment's name or its absolute path"):
        environments.check_environment(environment)
