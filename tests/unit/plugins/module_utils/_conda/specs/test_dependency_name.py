"""The name in a dependency."""

from __future__ import annotations

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.specs.dependency_name import dependency_name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("python", "python"),
        (" Python >=3", "python"),
        ("python>=3", "python"),
        ("python~=3", "python"),
        ("conda-forge::python=3", "python"),
        ("https://conda.example.org/lab/noarch::python", "python"),
        ("python[version='>=3']", "python"),
        ("", ""),
    ],
)
def test_the_name_in_a_dependency(text: str, name: str) -> None:
    assert dependency_name(text) == name
