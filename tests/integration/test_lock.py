"""A lock that ``benchwright lock`` makes is what hosts install, whatever the channel has by then."""

from __future__ import annotations

import platform
import subprocess
from pathlib import Path

import pytest
import yaml
from support.ansible_call import call_module
from support.site_directory import make_wheel
from support.tiny_channel import TinyChannel
from typer.testing import CliRunner

from benchwright.channel.build import BuiltChannel
from benchwright.cli import app
from benchwright.locking.solve import known_platform


def test_hosts_install_exactly_what_is_locked(
    tiny: TinyChannel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    description = tmp_path / "environment.yml"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    description.write_text(f"channels:\n  - {tiny.url}\ndependencies:\n  - app\n")
    words = ["lock", str(description), "--platform", "linux-64"]

    def lock(*more: str) -> None:
        done = CliRunner().invoke(app, [*words, *more])
        assert done.exit_code == 0, done.output

    lock()
    tiny.add("lib", "2.0")
    tiny.add("app", "2.0", depends=["lib >=2"])
    lock()
    options = {
        "root_prefix": str(tmp_path / "root"),
        "name": "lab",
        "file": str(tmp_path / "conda-lock.yml"),
        "engine": "rattler",
    }

    def install() -> list[str]:
        done = call_module("conda_env", options, tmp_path)
        assert not done.failed, done.result["msg"]
        return list(done.result["link"])

    assert [install(), install()] == [["app 1.0 0", "lib 1.0 0"], []]
    lock("--upgrade")
    assert install() == ["app 2.0 0", "lib 2.0 0"]
    assert sorted(path.stem for path in (tmp_path / "root/envs/lab/conda-meta").glob("*-*.json")) == [
        "app-2.0-0",
        "lib-2.0-0",
    ]


def test_packages_of_pip_are_locked_with_their_digests_and_stay(
    channel: BuiltChannel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """pip looks in a directory of wheels; that the environment has six by conda, its own pip knows."""
    wheels = tmp_path / "wheels"
    make_wheel(wheels, "site-tool", "1.0", requires=["six", "site_library >=1"])
    make_wheel(wheels, "site-library", "1.0")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    lock, description = tmp_path / "conda-lock.yml", tmp_path / "environment.yml"
    lines = ["python", "pip", "six", {"pip": ["site-tool"]}]
    description.write_text(yaml.safe_dump({"name": "lab", "channels": [channel.url], "dependencies": lines}))
    glibc = f"__glibc={platform.libc_ver()[1]}"

    def locked(*more: str) -> list[tuple[str, str]]:
        done = CliRunner().invoke(app, ["lock", str(description), "--virtual-package", glibc, *more])
        assert done.exit_code == 0, done.output
        entries = [each for each in yaml.safe_load(lock.read_text())["package"] if each["manager"] == "pip"]
        assert all(len(each["hash"]["sha256"]) == 64 and each["platform"] == known_platform(None) for each in entries)
        return [(each["name"], each["version"]) for each in entries]

    first = [("site-library", "1.0"), ("site-tool", "1.0")]
    assert locked() == first
    make_wheel(wheels, "site-library", "2.0")
    lines[-1]["pip"].append("site-library")  # type: ignore[index]
    description.write_text(yaml.safe_dump({"name": "lab", "channels": [channel.url], "dependencies": lines}))
    assert locked() == first
    assert locked("--upgrade-package", "site-library") == [("site-library", "2.0"), ("site-tool", "1.0")]
    options = {"root_prefix": str(tmp_path / "root"), "name": "lab", "file": str(lock), "engine": "rattler"}
    made = call_module("conda_env", options, tmp_path)
    assert not made.failed, made.result["msg"]
    python = tmp_path / "root/envs/lab/bin/python"
    program = "import site_library, site_tool; print(site_library.version, site_tool.version)"
    assert subprocess.check_output([python, "-c", program], text=True) == "2.0 1.0\n"
    assert not call_module("conda_env", options, tmp_path).changed
    lines[-1]["pip"].append("no-such-tool")  # type: ignore[index]
    description.write_text(yaml.safe_dump({"name": "lab", "channels": [channel.url], "dependencies": lines}))
    refused = CliRunner().invoke(app, ["lock", str(description), "--virtual-package", glibc])
    assert "dependencies: pip: pip says:" in str(refused.exception)
    assert "no-such-tool" in str(refused.exception)
