"""A lock that ``benchwright lock`` makes is what hosts install, whatever the channel has by then."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.ansible_call import call_module
from support.tiny_channel import TinyChannel
from typer.testing import CliRunner

from benchwright.cli import app


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
