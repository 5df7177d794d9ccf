"""An environment as the description of another."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes.clone import environment_like
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes.contents import read_contents
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes.difference import Policy, compare
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes.guards import ChangeError
from ansible_collections.benchwright.python.plugins.module_utils._conda.descriptions.environment import (
    Environment,
    LockedPackage,
)
from ansible_collections.benchwright.python.plugins.module_utils._conda.installed.prefix import Prefix

LAB = "https://conda.example.org/lab/noarch"


def test_everything_in_it_is_described(
    install_packages: Any, make_package: Any, make_dist_info: Any, prefix: Path
) -> None:
    install_packages(prefix, make_package("python", "3.12.1", sha256="1" * 64), make_package("six", md5="2" * 32))
    (prefix / "conda-meta/state").write_text('{"env_vars": {"LEVEL": "3", "GONE": "***unset***"}}')
    make_dist_info(prefix, "six", "1.0", installer="conda")
    make_dist_info(prefix, "Foo_Bar", "2.0")
    source = make_dist_info(prefix, "local", "3.0") / "direct_url.json"
    source.write_text('{"url": "https://mirror.example/local.zip", "archive_info": {}}')
    like = environment_like(Prefix(prefix))
    assert like == Environment(
        packages=(
            LockedPackage(f"{LAB}/python-3.12.1-0.conda", sha256="1" * 64),
            LockedPackage(f"{LAB}/six-1.0-0.conda", md5="2" * 32),
        ),
        pip=("foo-bar==2.0", "local @ https://mirror.example/local.zip"),
        pip_complete=True,
        variables={"LEVEL": "3"},
    )
    assert not compare(like, read_contents(Prefix(prefix), Policy(exact=True)), Policy(exact=True))


@pytest.mark.parametrize("kind", ["nothing", "interrupted", "foreign"])
def test_what_is_no_environment_is_not_cloned(install_packages: Any, prefix: Path, kind: str) -> None:
    if kind == "interrupted":
        install_packages(prefix, history=False)
    elif kind == "foreign":
        (prefix / "lib").mkdir(parents=True)
    with pytest.raises(ChangeError, match=rf"there is no environment {prefix} to clone .*; check 'clone_from'"):
        environment_like(Prefix(prefix))


def test_a_package_of_unknown_origin_is_named(install_packages: Any, make_package: Any, prefix: Path) -> None:
    install_packages(prefix, make_package("six"), make_package("idna", url=""), make_package("toolz", url=None))
    with pytest.raises(ChangeError, match="its records do not say where idna, toolz came from; describe"):
        environment_like(Prefix(prefix))
