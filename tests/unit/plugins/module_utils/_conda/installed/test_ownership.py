"""conda's Python packages are told from pip's, whatever their INSTALLER files say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes.contents import read_contents
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes.difference import Policy, compare
from ansible_collections.benchwright.python.plugins.module_utils._conda.descriptions.environment import Environment
from ansible_collections.benchwright.python.plugins.module_utils._conda.installed.ownership import marked, owned
from ansible_collections.benchwright.python.plugins.module_utils._conda.installed.prefix import Prefix

SITE = "lib/python3.12/site-packages"


@pytest.fixture
def prefix(tmp_path: Path) -> Prefix:
    """conda installed pytorch, which is torch to Python and does not say who installed it; pip installed humanize."""
    (tmp_path / "conda-meta").mkdir()
    (tmp_path / "conda-meta/history").write_text("==> 2026-01-01 00:00:00 <==\n")
    vendored = f"{SITE}/torch/_vendor/six-1.0.dist-info/METADATA"
    files = {"python": [], "pytorch": [f"{SITE}/Torch-2.1.dist-info/METADATA", vendored]}
    for name, listed in files.items():
        version = "3.12.1" if name == "python" else "2.1"
        record = {"name": name, "version": version, "build": "0", "build_number": 0, "depends": [], "files": listed}
        (tmp_path / f"conda-meta/{name}-{version}-0.json").write_text(json.dumps(record, indent=2))
    for name, installer in (("torch-2.1", ""), ("humanize-4.1", "pip"), ("rich-13.0", "uv")):
        directory = tmp_path / SITE / f"{name}.dist-info"
        directory.mkdir(parents=True)
        (directory / "METADATA").write_text("Name: x\n")
        (directory / "INSTALLER").write_text(installer)
    return Prefix(tmp_path)


def test_what_a_record_lists_is_condas(prefix: Prefix) -> None:
    records = prefix.records()
    assert owned(prefix, records) == {"python": set(), "pytorch": {("torch", "2.1")}}
    found = {package.name: package.installer for package in marked(prefix, records, prefix.python_packages())}
    assert found == {"humanize": "pip", "rich": "uv", "torch": "conda"}


def test_exact_never_lets_pip_remove_what_is_condas(prefix: Prefix) -> None:
    exact = Policy(exact=True)
    wanted = Environment(dependencies=("python", "pytorch"), pip=("humanize",))
    assert compare(wanted, read_contents(prefix, exact), exact).pip_surplus == ("rich",)
