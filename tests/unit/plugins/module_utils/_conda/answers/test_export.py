# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An export is what conda prints, less the prefix, the secrets and what conda loses or changes in silence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.benchwright.python.plugins.module_utils._conda.answers.export import (
    ExportError,
    Options,
    export,
    link_order,
    unused_channels,
    without_values,
)
from ansible_collections.benchwright.python.plugins.module_utils._conda.answers.snapshot import (
    Snapshot,
    read_snapshot,
)
from ansible_collections.benchwright.python.plugins.module_utils._conda.installed.prefix import Prefix

CHANNEL = "file:///srv/channel"
TRANSCRIPTS = Path(__file__).parents[5] / "data/transcripts"


def record(name: str, version: str = "1.0", depends: tuple[str, ...] = (), **more: Any) -> dict[str, Any]:
    fields = {"name": name, "version": version, "build": "0", "build_number": 0, "depends": list(depends)}
    place = {"subdir": "noarch", "channel": f"{CHANNEL}/noarch", "url": f"{CHANNEL}/noarch/{name}-{version}-0.tar.bz2"}
    return {**fields, **place, "md5": "a" * 32, "sha256": "b" * 64, **more}


def environment(prefix: Path, *records: dict[str, Any], history: str = "", **variables: str) -> Snapshot:
    meta = prefix / "conda-meta"
    meta.mkdir(parents=True)
    for fields in records:
        (meta / f"{fields['name']}-{fields['version']}-{fields['build']}.json").write_text(json.dumps(fields))
    (meta / "history").write_text("==> 2026-01-01 00:00:00 <==\n# cmd: conda create\n" + history)
    (meta / "state").write_text(json.dumps({"version": 1, "env_vars": variables}))
    return read_snapshot(Prefix(prefix))


def pip_package(prefix: Path, name: str, version: str, installer: str = "pip", direct_url: str = "") -> None:
    directory = prefix / f"lib/python3.12/site-packages/{name}-{version}.dist-info"
    directory.mkdir(parents=True)
    (directory / "METADATA").write_text(f"Name: {name}\nVersion: {version}\n")
    (directory / "INSTALLER").write_text(installer + "\n")
    if direct_url:
        (directory / "direct_url.json").write_text(json.dumps({"url": direct_url, "archive_info": {}}))


def with_python(prefix: Path, *packages: tuple[str, str, str]) -> Snapshot:
    for name, version, url in packages:
        pip_package(prefix, name, version, direct_url=url)
    return environment(prefix, record("python", "3.12.1"))


@pytest.mark.parametrize("generation", ["24.11.3", "25.11.1", "26.7.1"])
@pytest.mark.parametrize("call", ["env_export_json", "env_export_from_history", "list_explicit_sha256"])
def test_it_is_what_conda_printed(generation: str, call: str, tmp_path: Path) -> None:
    """The environment of the recorded calls: three packages, two of them asked for, and a variable."""
    recorded = json.loads((TRANSCRIPTS / generation / f"{call}.json").read_text())
    if call == "list_explicit_sha256":
        lines = [line for line in recorded["stdout_text"].splitlines() if not line.startswith("# created-by")]
        digests = {line.rpartition("/")[2].split("-")[0]: line.partition("#")[2] for line in lines if "#" in line[1:]}
        names = [("tinya", "1.1"), ("tinyb", "1.0"), ("tinyd", "0.1")]
        records = [
            record(name, version, ("tinya >=1,<2",) if name == "tinyb" else (), sha256=digests[name])
            for name, version in names
        ]
        found = export(environment(tmp_path / "envs/w1", *records), Options(format="explicit"))
        assert found.splitlines() == lines
        return
    wanted = recorded["stdout_json"]
    del wanted["prefix"]
    asked = [text for text in wanted["dependencies"] if call == "env_export_from_history"]
    snapshot = environment(
        tmp_path / "envs/w1",
        *(record("tinya", "1.1"), record("tinyb", "1.0"), record("tinyd", "0.1")),
        history=f"# update specs: {asked}\n",
        **wanted["variables"],
    )
    options = Options(format="environment-json", from_history=bool(asked))
    # conda 24 also lists the channels that are in its configuration
    assert json.loads(export(snapshot, options)) == {**wanted, "channels": [CHANNEL]}


def test_yaml_and_json_say_the_same(tmp_path: Path) -> None:
    pip_package(tmp_path / "envs/lab", "Some.Package", "2.0")
    snapshot = environment(tmp_path / "envs/lab", record("python", "3.12.1"), LEVEL="3", SWITCH="yes")
    document = yaml.safe_load(export(snapshot))
    assert document == json.loads(export(snapshot, Options(format="environment-json")))
    assert document == {
        "name": "lab",
        "channels": [CHANNEL],
        "dependencies": ["python=3.12.1=0", {"pip": ["some-package==2.0"]}],
        "variables": {"LEVEL": "3", "SWITCH": "yes"},
    }


def test_parts_can_be_left_out(tmp_path: Path) -> None:
    pip_package(tmp_path / "envs/lab", "six", "2.0")
    snapshot = environment(tmp_path / "envs/lab", record("python", "3.12.1"), LEVEL="3")
    options = Options(no_builds=True, variables=False, pip=False)
    assert yaml.safe_load(export(snapshot, options)) == {
        "name": "lab",
        "channels": [CHANNEL],
        "dependencies": ["python=3.12.1"],
    }


def test_an_environment_that_has_no_name_gets_none(tmp_path: Path) -> None:
    assert export(environment(tmp_path / "elsewhere")) == "dependencies: []\n"


def test_an_exact_pin_of_the_history_stays_exact(tmp_path: Path) -> None:
    snapshot = environment(tmp_path, record("python", "3.12"), history="# update specs: ['python==3.12']\n")
    assert "python==3.12\n" in export(snapshot, Options(from_history=True))


def test_half_a_surrogate_pair_in_a_variable_can_be_written(tmp_path: Path) -> None:
    snapshot = environment(tmp_path, ODD="\ud800")
    for form in ("environment-yaml", "environment-json"):
        text = export(snapshot, Options(format=form))
        assert yaml.safe_load(text.encode())["variables"] == {"ODD": "\ud800"}


def test_no_credentials_are_written(tmp_path: Path) -> None:
    secret = "https://me:hunter2@conda.example.org/t/TOKEN/lab"
    snapshot = environment(
        tmp_path,
        record("six", channel=f"{secret}/noarch", url=f"{secret}/noarch/six-1.0-0.conda"),
        history=f"+{secret}/noarch::six-1.0-0\n",
    )
    for form in ("environment-yaml", "environment-json", "explicit"):
        text = export(snapshot, Options(format=form))
        assert "https://conda.example.org/lab" in text
        assert "hunter2" not in text
        assert "TOKEN" not in text


def test_channels_are_called_and_ordered_as_asked(tmp_path: Path) -> None:
    mirror = "https://mirror.example.org/api/conda-forge"
    snapshot = environment(tmp_path, record("a"), record("b", channel=mirror), record("c", channel="bioconda/noarch"))
    assert snapshot.channels == [CHANNEL, mirror, "bioconda"]
    document = yaml.safe_load(export(snapshot, Options(channels=("bioconda", "unused", "conda-forge"))))
    assert document["channels"] == ["bioconda", "conda-forge", CHANNEL]
    asked = ("bioconda", "unused", "https://me:pw@conda.example.org/other")
    assert unused_channels(snapshot, Options(channels=asked)) == ["unused", "https://conda.example.org/other"]
    assert unused_channels(snapshot, Options(channels=asked, format="explicit")) == []


def test_what_came_from_an_address_is_listed_with_it(tmp_path: Path) -> None:
    url = "https://me:pw@git.example.org/thing.zip"
    snapshot = with_python(tmp_path, ("thing", "1.0", url), ("local", "2.0", "file:///home/me/local"))
    assert yaml.safe_load(export(snapshot))["dependencies"][-1] == {
        "pip": ["local==2.0", "thing @ https://git.example.org/thing.zip"]
    }


def test_what_pip_put_in_the_place_of_condas_is_pips(tmp_path: Path) -> None:
    site = "lib/python3.12/site-packages"
    files = [f"{site}/six-1.16.0.dist-info/METADATA", f"{site}/setuptools/_vendor/six-1.0.dist-info/METADATA"]
    pip_package(tmp_path, "six", "1.17.0")
    pip_package(tmp_path, "idna", "3.10")  # conda's, though its INSTALLER does not say so
    snapshot = environment(
        tmp_path,
        record("python", "3.12.1"),
        record("six", "1.16.0", files=files),
        record("idna", "3.10", files=[f"{site}/idna-3.10.dist-info/METADATA"]),
    )
    document = yaml.safe_load(export(snapshot))
    assert document["dependencies"] == ["idna=3.10=0", "python=3.12.1=0", {"pip": ["six==1.17.0"]}]
    assert snapshot.replaced == {"six"}


def test_a_list_of_addresses_that_would_lose_pips_packages_is_refused(tmp_path: Path) -> None:
    snapshot = with_python(tmp_path, ("humanize", "4.12.0", ""))
    with pytest.raises(ExportError, match="no place for pip's packages, and these are installed: humanize"):
        export(snapshot, Options(format="explicit"))
    assert "humanize" not in export(snapshot, Options(format="explicit", pip=False))


def test_a_package_of_unknown_origin_is_refused_in_a_list_of_addresses(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="does not say where it came from"):
        export(environment(tmp_path, record("six", url="")), Options(format="explicit"))


@pytest.mark.parametrize(
    ("digests", "end"), [({"sha256": ""}, "#" + "a" * 32), ({"sha256": "", "md5": ""}, ".tar.bz2")]
)
def test_a_package_without_sha256_has_what_is_known(digests: dict[str, str], end: str, tmp_path: Path) -> None:
    assert export(environment(tmp_path, record("six", **digests)), Options(format="explicit")).endswith(end + "\n")


@pytest.mark.parametrize(
    ("depends", "order"),
    [
        ({"a": ["c"], "b": [], "c": ["b"], "lone": [], "z": []}, ["lone", "z", "b", "c", "a"]),
        ({"a": ["b >=2"], "b": []}, ["a", "b"]),  # not satisfied, so no order between them
        ({"a": ["b"], "b": ["a", "c"], "c": []}, ["c", "a", "b"]),
        ({"python": ["pip"], "pip": ["python"]}, ["python", "pip"]),
        ({"menuinst": ["python"], "python": [], "app": ["python"]}, ["python", "menuinst", "app"]),
        ({"a": ["b (odd"], "b": []}, ["b", "a"]),
    ],
)
def test_each_package_comes_after_what_it_depends_on(
    depends: dict[str, list[str]], order: list[str], tmp_path: Path
) -> None:
    snapshot = environment(tmp_path, *(record(name, depends=tuple(texts)) for name, texts in depends.items()))
    assert [package.name for package in link_order(snapshot.packages)] == order


@pytest.mark.parametrize("form", ["environment-yaml", "environment-json"])
def test_a_diff_shows_names_and_no_values(form: str, tmp_path: Path) -> None:
    snapshot = environment(
        tmp_path, record("six"), PASSWORD="hunter2", QUOTED="a: hunter2", LINES="x\nhunter2: y\n", BRACE="}"
    )
    shown = without_values(export(snapshot, Options(format=form)))
    assert "hunter2" not in shown
    assert [name for name in ("PASSWORD", "QUOTED", "LINES", "BRACE", "six=1.0=0") if name not in shown] == []


@pytest.mark.parametrize(
    "text",
    [
        "variables: {PASSWORD: hunter2}\n",
        '{"variables": {"PASSWORD": "hunter2"}}',
        "variables:\n  PASSWORD: word word\n    hunter2: word\n\n    hunter2\nname: lab\n",
        "variables:\n PASSWORD: |\n   hunter2\n",
        "channels:\n  - https://me:hunter2@conda.example.org/lab\n",
    ],
)
def test_what_somebody_else_wrote_is_not_shown_either(text: str) -> None:
    assert "hunter2" not in without_values(text)
