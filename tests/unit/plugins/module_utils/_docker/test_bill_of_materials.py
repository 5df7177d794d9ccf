"""The bill of materials tells of everything that is installed, once, and is the same for the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._docker import bill_of_materials

STATUS = """\
Package: libc6
Status: install ok installed
Architecture: amd64
Version: 2.36-9+deb12u10
Description: GNU C Library
 Contains the standard libraries.

Package: gone
Status: deinstall ok config-files
Architecture: amd64
Version: 1
"""
AUTHORITIES = """\
Status: install ok installed
Package: ca-certificates
Version: 20230311
Architecture: all
"""
NUMPY = {
    "name": "numpy",
    "version": "2.1.0",
    "build": "py312_0",
    "subdir": "linux-64",
    "channel": "https://conda.example.org/conda-forge",
    "sha256": "ab" * 32,
    "license": "BSD-3-Clause",
    "files": ["lib/python3.12/site-packages/numpy-2.1.0.dist-info/METADATA"],
}


@pytest.fixture
def prefix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    found = tmp_path / "lab"
    (found / "conda-meta").mkdir(parents=True)
    (found / "conda-meta/numpy-2.1.0-py312_0.json").write_text(json.dumps(NUMPY))
    for name, version in (("numpy", "2.1.0"), ("Ruff_Lint", "1.0+local")):
        metadata = found / f"lib/python3.12/site-packages/{name}-{version}.dist-info/METADATA"
        metadata.parent.mkdir(parents=True)
        metadata.write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n\nSome text.\n")
    (tmp_path / "status").write_text(STATUS)
    (tmp_path / "status.d").mkdir()
    (tmp_path / "status.d/ca-certificates").write_text(AUTHORITIES)
    (tmp_path / "os-release").write_text('NAME="Debian"\nID=debian\n')
    monkeypatch.setattr(bill_of_materials, "DPKG", tmp_path)
    monkeypatch.setattr(bill_of_materials, "OS_RELEASE", tmp_path / "os-release")
    return found


def test_everything_that_is_installed_is_told_once(prefix: Path, tmp_path: Path) -> None:
    bill_of_materials.main(str(tmp_path / "sbom.json"), str(prefix), str(prefix))
    document = json.loads((tmp_path / "sbom.json").read_text())
    assert [component["purl"] for component in document["components"]] == [
        "pkg:conda/numpy@2.1.0?build=py312_0&channel=conda-forge&subdir=linux-64",
        "pkg:deb/debian/ca-certificates@20230311?arch=all",
        "pkg:deb/debian/libc6@2.36-9%2Bdeb12u10?arch=amd64",
        "pkg:pypi/ruff-lint@1.0%2Blocal",
    ]
    assert document["components"][0]["hashes"] == [{"alg": "SHA-256", "content": "ab" * 32}]
    assert document["components"][0]["licenses"] == [{"license": {"name": "BSD-3-Clause"}}]


def test_the_same_packages_make_the_same_file(prefix: Path, tmp_path: Path) -> None:
    texts = []
    for name in ("one", "two"):
        bill_of_materials.main(str(tmp_path / name), str(prefix))
        texts.append((tmp_path / name).read_text())
    assert texts[0] == texts[1]
    (prefix / "conda-meta/numpy-2.1.0-py312_0.json").write_text(json.dumps({**NUMPY, "version": "2.1.1"}))
    bill_of_materials.main(str(tmp_path / "three"), str(prefix))
    serials = {json.loads((tmp_path / name).read_text())["serialNumber"] for name in ("one", "three")}
    assert len(serials) == 2
