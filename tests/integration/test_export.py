"""``benchwright export``: what hosts hold comes back as files, and these make it again; what differs between hosts is told."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from support.ansible_call import call_module
from support.site_directory import make_wheel
from support.tiny_channel import TinyChannel

from benchwright import Project
from benchwright.locking.solve import known_platform

DOCUMENTATION = Path(__file__).parents[2] / "docs/python.md"
BENCHWRIGHT = Path(sys.executable).with_name("benchwright")


@pytest.fixture(scope="module")
def hosts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two hosts on this machine, each with its own environment ``lab``, of which the second is older; what pip installs, pip left there."""
    tmp_path = tmp_path_factory.mktemp("hosts")
    channel = TinyChannel(tmp_path / "channel")
    for version in ("1.0", "2.0"):
        channel.add("small-tool", version, depends=["small-base"])
    channel.add("small-base")
    channel.add("python", "3.12.1", subdir="linux-64")
    channel.add("pip", "25.0", depends=["python"])
    inventory: dict[str, Any] = {}
    for name, wanted in (("new", "small-tool"), ("old", "small-tool=1.0")):
        root = tmp_path / name
        options = {"root_prefix": str(root), "name": "lab", "facts_directory": str(root / "facts.d")}
        made = call_module(
            "conda_env", {**options, "channels": [channel.url], "dependencies": ["python", "pip", wanted]}, tmp_path
        )
        assert not made.failed, made.result["msg"]
        site = root / "envs/lab/lib/python3.12/site-packages"
        with zipfile.ZipFile(make_wheel(tmp_path / "wheels", "site-tool", wanted.partition("=")[2] or "2.0")) as wheel:
            wheel.extractall(site)
        (next(site.glob("*.dist-info")) / "INSTALLER").write_text("pip\n")
        inventory[name] = {"conda_env_facts_directory": options["facts_directory"]}
    everywhere = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
    path = tmp_path / "hosts.yml"
    path.write_text(json.dumps({"all": {"hosts": inventory, "vars": everywhere}}))
    return path


def benchwright(*words: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "XDG_STATE_HOME": str(cwd / "state")}
    return subprocess.run([BENCHWRIGHT, *words], cwd=cwd, env=environment, capture_output=True, text=True, check=False)


def test_what_is_written_down_makes_the_same_again(hosts: Path, tmp_path: Path) -> None:
    done = benchwright("export", "-i", hosts, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    exported = tmp_path / "exports/new/lab"
    assert f"new: {exported}" in done.stdout
    assert sorted(path.name for path in exported.iterdir()) == ["environment.yml", "explicit.txt", "requirements.txt"]
    assert (exported / "requirements.txt").read_text() == "site-tool==2.0\n"
    assert (exported / "explicit.txt").read_text().count(".conda#") == 4
    for file in ("environment.yml", "explicit.txt"):
        place = {"root_prefix": str(hosts.parent / "new"), "name": "lab", "facts_directory": str(tmp_path / "facts.d")}
        again = call_module(
            "conda_env", {**place, "file": str(exported / file), "state": "exact"}, tmp_path, check=True
        )
        assert (again.failed, again.result.get("link"), again.result.get("unlink")) == (False, [], []), again.result
    second = json.loads(benchwright("export", "-i", hosts, "--json", cwd=tmp_path).stdout)
    assert (second["changed"], second["hosts"]["old"]["exports"]) == (0, {"lab": str(tmp_path / "exports/old/lab")})


def test_differences_between_hosts_are_told(hosts: Path, tmp_path: Path) -> None:
    done = benchwright("export", "-i", hosts, "--compare", "--json", cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    versions = {"new": "2.0", "old": "1.0"}
    assert json.loads(done.stdout)["differences"] == {"lab": {"site-tool (pip)": versions, "small-tool": versions}}
    table = benchwright("export", "-i", hosts, "--compare", cwd=tmp_path).stdout
    assert [line.split() for line in table.splitlines()[-2:]] == [["small-tool", "2.0", "new"], ["1.0", "old"]]


def test_an_environment_that_no_host_has_is_an_error_before_anything_is_written(hosts: Path, tmp_path: Path) -> None:
    done = benchwright("export", "-i", hosts, "--env", "nothing", cwd=tmp_path)
    assert done.returncode == 2
    assert "wanted ['nothing']; this host has" in done.stderr
    assert not (tmp_path / "exports").exists()


def test_the_documentations_second_example(
    hosts: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    dummy, example = re.findall(r"```python\n(.*?)```", DOCUMENTATION.read_text(encoding="utf-8"), re.DOTALL)
    channel = TinyChannel(hosts.parent / "channel").url
    (hosts.parent / "environment.yml").write_text(f"channels: [{channel}]\ndependencies: [small-base]\n")
    exec(example, {"lab": Project(hosts.parent, inventory="hosts.yml")})
    assert capsys.readouterr().out.splitlines() == [
        "True 6 []",
        "new lab",
        "old lab",
        "lab {'site-tool (pip)': {'new': '2.0', 'old': '1.0'}, 'small-tool': {'new': '2.0', 'old': '1.0'}}",
        f"+ {known_platform(None)} (('small-base', '', '1.0 0'),)",
    ]
