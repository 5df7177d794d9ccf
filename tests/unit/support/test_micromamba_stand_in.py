"""The stand-in for micromamba answers as the recorded release did, and leaves the same packages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .replay import Machine, comparable, recorded

RELEASE = "2.8.1"
# In the order in which they were recorded: later calls see what earlier ones did.
ORDER = (
    *("version", "create_dry_run_empty_cache", "create_dry_run_quiet", "create_new", "create_dry_run_full_cache"),
    *("create_not_found", "create_victim", "create_existing_with_yes", "create_victim2"),
    *("create_existing_json_without_yes", "create_existing_without_yes", "create_existing_dry_run"),
    *("create_existing_not_found", "create_existing_plain_directory", "create_explicit_md5", "create_explicit_sha256"),
    *("create_explicit_sha256_colon", "create_explicit_no_hash", "create_explicit_dry_run"),
    *("create_explicit_wrong_md5_full_cache", "create_explicit_wrong_md5_empty_cache"),
    *("create_explicit_wrong_sha256_full_cache", "create_explicit_wrong_sha256_empty_cache"),
    *("install_explicit_wrong_md5", "install_explicit", "install_explicit_again", "install_explicit_other_version"),
    *("install_noop", "install_noop_dry_run", "install_dry_run", "install_freeze_installed"),
    *("install_freeze_installed_conflict", "install_downgrade_refused", "install_removes_others_dry_run"),
    *("install_not_found", "install_unsatisfiable", "install_missing_env", "install_no_channels"),
    *("install_force_reinstall", "update_all_dry_run", "remove_dry_run", "remove_missing_pkg", "remove_force"),
    *("install_repairs", "remove_no_prune_deps", "remove_pkg", "remove_missing_env", "install_again", "list"),
    *("list_missing_env", "list_explicit_md5", "list_explicit_sha256", "env_list", "env_export", "env_export_json"),
    *("env_export_from_history", "env_export_from_history_json", "env_export_explicit", "env_export_explicit_json"),
    *("env_export_no_builds", "env_export_channel_subdir", "env_export_missing_env", "search", "search_spec"),
    *("search_not_found", "info", "usage_error", "usage_error_subcommand", "env_remove", "env_remove_missing"),
    *("create_yaml", "env_update_prune_noop", "create_no_specs"),
)
# What the stand-in does not do, and why.
LEFT_OUT = {
    "clean_dry_run": "no clean",
    "config_list": "no config",
    "create_dry_run_no_json": "tables for people",
    "create_no_json": "tables for people",
    "list_text": "tables for people",
    "search_text": "tables for people",
    "search_depends": "no repoquery",
    "create_explicit_wrong_missing_url_empty_cache": "curl's words",
    "create_explicit_wrong_missing_url_full_cache": "curl's words",
    "install_missing_channel": "curl's words",
    "install_bad_spec": "another parser's words",
    "install_two_specs_one_name": "another solver's words",
    "no_prefix": "installs into the root prefix",
    "install_positional_url": "no URLs as specs",
    "install_exact_with_hash": "no --no-deps",
}


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """Every call's answer, with what the prefix held afterwards."""
    machine = Machine(tmp_path_factory.mktemp("machine"), RELEASE, "micromamba")
    machine.variables["MAMBA_ROOT_PREFIX"] = str(machine.directory / "root")
    project = machine.directory / "project"
    _write_files(machine)
    answers = {}
    for name in ORDER:
        call = recorded(f"micromamba-{RELEASE}")[name]
        variables = {key: machine.real(value) for key, value in call.get("env", {}).items()}
        answers[name] = machine.run(*call["argv"][1:], **variables)
        if "after" in call:
            prefix = machine.real(call["argv"][call["argv"].index("-p") + 1])
            answers[name]["after"] = _held(Path(prefix))
        if name == "install_explicit_other_version":  # a call that is left out had tinya 1.0 in the cache
            machine.run("create", "-p", "/srv/project/warm", "-y", "-c", "file:///srv/channel", "tinya=1.0")
        if name in ("create_victim", "create_victim2"):
            (project / ("w2" if name == "create_victim" else "w3") / "mine.txt").write_text("mine")
    return answers


def _write_files(machine: Machine) -> None:
    index = json.loads((machine.channel.path / "noarch/repodata.json").read_bytes())["packages"]

    def write(name: str, *lines: tuple[str, str]) -> None:
        text = "".join(f"file:///srv/channel/noarch/{stem}.tar.bz2{digest}\n" for stem, digest in lines)
        machine.write(name, f"@EXPLICIT\n{text}")

    def digest(stem: str, kind: str) -> str:
        return str(index[f"{stem}.tar.bz2"][kind])

    for kind in ("md5", "sha256"):
        write(f"{kind}.txt", *((stem, "#" + digest(stem, kind)) for stem in ("tinyd-0.1-0", "tinya-1.1-0")))
        write(f"bad{kind}.txt", ("tinyd-0.1-0", "#" + "0" * (32 if kind == "md5" else 64)))
    write("sha256colon.txt", ("tinyd-0.1-0", "#sha256:" + digest("tinyd-0.1-0", "sha256")))
    write("nohash.txt", ("tinyd-0.1-0", ""))
    write("a2.txt", ("tinya-2.0-0", "#" + digest("tinya-2.0-0", "sha256")))
    machine.write("environment.yml", "channels: [file:///srv/channel]\ndependencies: [tinyb, tinyd]\n")
    (machine.directory / "project/notenv").mkdir()
    machine.write("notenv/mine.txt", "mine")


def _held(prefix: Path) -> dict[str, Any] | None:
    if not prefix.exists():
        return None
    files = [path.relative_to(prefix) for path in prefix.rglob("*") if path.is_file()]
    return {
        "packages": sorted(path.stem for path in prefix.glob("conda-meta/*.json")),
        "history": (prefix / "conda-meta/history").exists(),
        "other_files": sorted(str(path) for path in files if not {"conda-meta", "share"} & set(path.parts)),
    }


def test_every_recording_is_replayed_or_named_as_left_out() -> None:
    assert set(recorded(f"micromamba-{RELEASE}")) <= set(ORDER) | set(LEFT_OUT)
    assert not set(ORDER) & set(LEFT_OUT)


@pytest.mark.parametrize("name", ORDER)
def test_it_answers_as_recorded(played: dict[str, dict[str, Any]], name: str) -> None:
    wanted, found = recorded(f"micromamba-{RELEASE}")[name], played[name]
    assert found["rc"] == wanted["rc"], found
    if name in ("info", "env_list"):  # they tell of the recorded machine
        assert set(found["stdout_json"]) == set(wanted["stdout_json"])
        return
    for key in ("stdout_json", "stdout_text", "after"):
        assert comparable(found.get(key)) == comparable(wanted.get(key)), key
    assert _told(found["stderr"]) == _told(wanted["stderr"])


def _told(stderr: str) -> list[str]:
    """Without the sixty lines of trace before some errors."""
    return [line for line in stderr.splitlines() if not line.startswith(("trace", "debug", "info"))]
