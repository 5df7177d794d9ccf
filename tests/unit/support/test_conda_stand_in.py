"""The stand-in answers as the recorded releases did: same code, same stream, same JSON."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from .replay import Machine, comparable, recorded, shape

GENERATIONS = ("24.11.3", "25.11.1", "26.7.1")
ENVIRONMENT = """name: w1
channels: [file:///srv/channel]
dependencies: [{packages}]
variables: {{FOO: bar}}
"""
# The order in which the calls change what the later ones see.
ORDER = (
    *("usage_error", "info", "env_list_empty", "create_dry_run_empty_cache", "env_create_dry_run_new"),
    *("env_create_new", "env_config_vars_list", "env_export_json", "env_export_yaml", "env_export_from_history"),
    *("export_explicit", "export_requirements", "list", "list_explicit_md5", "list_explicit_sha256"),
    *("list_revisions", "list_missing_env", "install_dry_run", "install_noop", "install_not_found"),
    *("install_unsatisfiable", "remove_missing_pkg", "env_update_noop", "env_update_prune", "remove_pkg"),
    *("create_explicit", "env_create_missing_file", "env_create_unknown_section", "env_list"),
    *("env_remove_dry_run", "env_remove", "env_remove_missing"),
)
# They list what else was on the recorded machine.
ONLY_SHAPE = ("info", "env_list", "env_list_empty")
Played = Callable[[str], dict[str, Any]]


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], dict[str, dict[str, Any]]]:
    """Replays all recordings of a generation once, in order."""

    @cache
    def play(generation: str) -> dict[str, dict[str, Any]]:
        machine = Machine(tmp_path_factory.mktemp("machine"), generation)
        machine.write("env1.yml", ENVIRONMENT.format(packages="tinyb, tinyd"))
        machine.write("env2.yml", ENVIRONMENT.format(packages="tinyb"))
        machine.write("bad2.yml", "name: bad2\nchannels: [file:///srv/channel]\ndependencies: [tinya]\nfoo: 1\n")
        machine.write("ex.txt", "@EXPLICIT\nfile:///srv/channel/noarch/tinyd-0.1-0.tar.bz2\n")
        (machine.directory / "root/.condarc").write_text(machine.real("channels: [file:///srv/channel]\n"))
        calls = recorded(generation)
        answers = {}
        for name in ORDER:
            empty = name == "create_dry_run_empty_cache"
            variables = {"CONDA_PKGS_DIRS": str(machine.directory / "empty")} if empty else {}
            answers[name] = machine.run(*calls[name]["argv"][1:], **variables)
            if empty:  # the recorded machine had all but tinyc in its cache by now
                machine.run("create", "-n", "warm", "-y", "tinya=2.0", "tinyd")
                machine.run("create", "-n", "warm", "-y", "tinyb")
                machine.run("env", "remove", "-n", "warm", "-y")
        return answers

    return play


def test_every_recording_is_replayed() -> None:
    for generation in GENERATIONS:
        assert set(recorded(generation)) == set(ORDER)


@pytest.mark.parametrize("generation", GENERATIONS)
@pytest.mark.parametrize("name", ORDER)
def test_it_answers_as_recorded(played: Callable[[str], dict[str, dict[str, Any]]], generation: str, name: str) -> None:
    wanted, found = recorded(generation)[name], played(generation)[name]
    form = shape if name in ONLY_SHAPE else comparable
    for key in ("rc", "stdout_json", "stdout_text", "stderr"):
        if name in ONLY_SHAPE and key == "stdout_json":
            _same_shape(wanted[key], found[key])
        else:
            assert form(found[key]) == form(wanted[key]), key


def _same_shape(wanted: dict[str, Any], found: dict[str, Any]) -> None:
    details = [next(iter(answer.pop("envs_details", {0: None}).values())) for answer in (wanted, found)]
    for answer in (wanted, found):
        answer.pop("env_vars", None)
        answer.pop("netrc_file", None)
    assert shape(found) == shape(wanted)
    if details[0]:
        assert set(details[0]) == set(details[1])
