from __future__ import annotations

import json
from pathlib import Path

from benchwright.channel import repodata
from benchwright.channel.package import Record
from benchwright.channel.zstd import library

RECORDS = [
    Record("linux-64", "b-1-0.conda", {"name": "b"}),
    Record("noarch", "n-1-0.conda", {"name": "n"}),
    Record("linux-64", "a-1-0.conda", {"name": "a"}),
]


def test_each_subdir_has_its_records_in_a_fixed_order() -> None:
    content = repodata.render("linux-64", RECORDS)

    assert content == repodata.render("linux-64", list(reversed(RECORDS)))
    assert json.loads(content) == {
        "info": {"subdir": "linux-64"},
        "packages": {},
        "packages.conda": {"a-1-0.conda": {"name": "a"}, "b-1-0.conda": {"name": "b"}},
        "removed": [],
        "repodata_version": 1,
    }


def test_both_forms_are_written_and_equal(tmp_path: Path) -> None:
    written = repodata.write(tmp_path, ["noarch", "linux-64"], RECORDS)

    assert sorted(written) == sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file())
    for subdir in ("noarch", "linux-64"):
        plain = (tmp_path / subdir / "repodata.json").read_bytes()
        assert library().decompress((tmp_path / subdir / "repodata.json.zst").read_bytes()) == plain
