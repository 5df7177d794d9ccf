from __future__ import annotations

import stat
from pathlib import Path

import pytest

from benchwright.errors import BenchwrightError
from benchwright.remembered import checked, forget, merged, named, recall, remember


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("foo", "expected name=value"),
        ("9a=b", "expected name=value"),
        ('{"a', "not a JSON or YAML object"),
        ("@/no/such/file", "there is no file /no/such/file"),
    ],
)
def test_what_ansible_would_overlook_is_refused(option: str, message: str) -> None:
    with pytest.raises(BenchwrightError, match=message):
        checked([option])


def test_a_file_is_kept_by_its_whole_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "vars.yml").touch()
    monkeypatch.chdir(tmp_path)
    assert checked(["@vars.yml", "a=b=c", '{"a": 1}']) == [f"@{tmp_path}/vars.yml", "a=b=c", '{"a": 1}']


def test_what_is_given_now_wins() -> None:
    assert merged(["port=1", '{"x": 1}', "ip=::1"], ["port=2", '{"x": 1}']) == ["ip=::1", "port=2", '{"x": 1}']


def test_an_object_is_replaced_where_all_its_names_are_given_anew() -> None:
    assert merged(['{"x": 1}', '{"x": 1, "y": 2}', "{z: 3}"], ['{"x": 5}', "z=4"]) == [
        '{"x": 1, "y": 2}',
        '{"x": 5}',
        "z=4",
    ]


def test_people_are_told_names_and_no_value() -> None:
    options = ["a=hunter2= b='hunter2 c=hunter2'", '{"d": {"e": "hunter2"}}', "{f: hunter2}", "@/etc/options.yml"]
    assert named(options) == ["a", "b", "d", "f", "@/etc/options.yml"]


def test_a_refusal_shows_no_value() -> None:
    with pytest.raises(BenchwrightError) as refused:
        checked(["{token: [hunter2, }"])
    assert str(refused.value) == "-e {...}: not a JSON or YAML object, column 19"


def test_options_come_back_until_they_are_forgotten(tmp_path: Path) -> None:
    assert recall() == []
    remember(["port=1"])
    assert recall() == ["port=1"]
    kept = tmp_path / "data/benchwright/up.json"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    forget()
    assert recall() == []
    assert not kept.parent.exists()


def test_damage_costs_a_default_and_no_run(tmp_path: Path) -> None:
    remember(["port=1"])
    (tmp_path / "data/benchwright/up.json").write_text("{")
    assert recall() == []
