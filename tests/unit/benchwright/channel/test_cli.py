from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from benchwright.__main__ import main
from benchwright.channel import cli
from benchwright.channel.build import BuiltChannel
from benchwright.channel.errors import ChannelError

BUILT = BuiltChannel(Path("/c"), "file:///c", 3, False, 12.5)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[tuple[object, ...]]:
    """Stands in for build_channel: says two steps, and remembers what it was asked."""
    found = []

    def build(requirements: Path | None, output: Path | None, *, progress: object, refresh: bool) -> BuiltChannel:
        found.append((requirements, output, refresh))
        for message in ("packing: 1 of 2 (a)", "packing: 2 of 2 (b)"):
            progress(message)
        return BUILT

    monkeypatch.setattr(cli, "build_channel", build)
    return found


def test_the_url_is_all_of_standard_output(calls: list[tuple[object, ...]]) -> None:
    result = CliRunner().invoke(cli.app, ["build"])

    assert (result.exit_code, result.stdout) == (0, "file:///c\n")
    assert result.stderr.splitlines() == ["packing: 1 of 2 (a)", "3 packages, built in 12 s"]
    assert calls == [(None, None, False)]


def test_json_and_options(calls: list[tuple[object, ...]]) -> None:
    result = CliRunner().invoke(cli.app, ["build", "-r", "r.txt", "-o", "out", "--refresh", "--json"])

    assert json.loads(result.stdout) == {
        "path": "/c",
        "url": "file:///c",
        "packages": 3,
        "unchanged": False,
        "seconds": 12.5,
    }
    assert calls == [(Path("r.txt"), Path("out"), True)]


def test_an_error_is_one_message_and_status_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*arguments: object, **options: object) -> None:
        raise ChannelError("no apt here: do something")

    monkeypatch.setattr(cli, "build_channel", fail)
    monkeypatch.setattr("sys.argv", ["benchwright", "channel", "build"])
    with pytest.raises(SystemExit) as ended:
        main()

    assert ended.value.code == 1
    assert capsys.readouterr() == ("", "benchwright: no apt here: do something\n")


def test_serving_what_is_no_channel_is_an_error(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli.app, ["serve", str(tmp_path), "--port", "0"])

    assert isinstance(result.exception, ChannelError)
    assert "is no conda channel" in str(result.exception)
