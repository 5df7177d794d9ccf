"""An environment.yml is read exactly, or refused with file, line and key."""

from __future__ import annotations

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.environment import (
    Environment,
    EnvironmentFileError,
    check_channels,
    check_name,
)
from ansible_collections.benchwright.python.plugins.module_utils._conda.environment_file import read_environment
from hypothesis import given
from hypothesis import strategies as st

GOOD = """\
name: research
channels: [conda-forge, nodefaults]
dependencies:
  - python >=3.11   # a comment
  - numpy=2
  - pip:
      - humanize==4.13.0
variables:
  LEVEL: 3
prefix: /somewhere/else
"""


def test_a_file_is_read_whole() -> None:
    assert read_environment(GOOD, "environment.yml") == Environment(
        name="research",
        channels=("conda-forge",),
        dependencies=("python >=3.11", "numpy=2", "pip"),
        pip=("humanize==4.13.0",),
        variables={"LEVEL": "3"},
    )


def test_pip_is_added_only_where_it_is_missing() -> None:
    text = "dependencies: [python, pip >=25, {pip: [humanize]}]"
    assert read_environment(text, "e.yml").dependencies == ("python", "pip >=25")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "e.yml: empty"),
        ("# nothing but a comment\n", "e.yml: empty"),
        ("- python\n", "e.yml:1: expected 'key: value' lines, found a list"),
        ("name: [a\n", "e.yml:2: not YAML"),
        ("name: a\n\tchannels: b\n", "e.yml:2: not YAML"),
        ("name: a\n", "e.yml:1: dependencies: missing"),
        ("dependencies:\n", "e.yml:1: dependencies: expected a list ('- item' lines), found nothing"),
        ("dependencies: python\n", "e.yml:1: dependencies: expected a list ('- item' lines), found text"),
        ("name: a\ndependancies: []\n", "e.yml:2: dependancies: unknown key; did you mean 'dependencies'?"),
        ("name: a\nplatforms: []\ndependencies: []\n", "e.yml:2: platforms: unknown key; known are"),
        ("name: a\ndependencies: []\nname: b\n", "e.yml:3: name: given twice (first in line 1)"),
        ("name: my/env\ndependencies: []\n", "e.yml:1: name: 'my/env' is no name for an environment"),
        ("name: base\ndependencies: []\n", "e.yml:1: 'base' is conda's own environment"),
        ("name: 2024\ndependencies: []\n", "e.yml:1: name: '2024' is no text to YAML but a number"),
        ("dependencies:\n  - 3.11\n", "e.yml:2: dependencies[0]: '3.11' is no text to YAML but a number"),
        ("dependencies:\n  - numpy: 1\n", "e.yml:2: dependencies[0]: only 'pip:' may hold a list here"),
        ("dependencies:\n  - python\n  - 'num py!'\n", "e.yml:3: dependencies[1]: "),
        ("dependencies:\n  - pip:\n      - -e .\n", "e.yml:3: dependencies[0].pip[0]: "),
        ("dependencies: [{pip: [a]}, {pip: [b]}]\n", "e.yml:1: dependencies[1]: a second 'pip:' section"),
        ("channels: [defaults]\ndependencies: []\n", "e.yml:1: 'defaults' is Anaconda's licensed channel"),
        ("dependencies: []\nvariables: {A B: c}\n", "e.yml:2: variables.A B: no name for an environment variable"),
        ("dependencies: []\nvariables: {A: [c]}\n", "e.yml:2: variables.A: expected text, found a list"),
        ("x: !!python/object:os.system {}\n", "e.yml:1: x: unknown key"),
    ],
)
def test_what_is_wrong_is_named_by_file_line_and_key(text: str, message: str) -> None:
    with pytest.raises(EnvironmentFileError) as caught:
        read_environment(text, "e.yml")
    assert message in str(caught.value)


def test_a_file_of_more_than_a_mebibyte_is_refused() -> None:
    with pytest.raises(EnvironmentFileError, match="larger than 1 MiB"):
        read_environment("#" * (1024 * 1024 + 1), "e.yml")


@pytest.mark.parametrize("name", ["", "-n", ".hidden", "a b", "a#b", "a:b", "..", "x" * 64, "root"])
def test_names_that_conda_or_a_command_line_would_misread_are_refused(name: str) -> None:
    with pytest.raises(EnvironmentFileError):
        check_name(name)


def test_licensed_channels_are_refused_however_they_are_written() -> None:
    for channel in ("defaults", "https://repo.anaconda.com/pkgs/main"):
        with pytest.raises(EnvironmentFileError, match="licensed"):
            check_channels([channel])


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read_environment(text, "e.yml")
    except EnvironmentFileError as error:
        assert str(error).startswith("e.yml")


@given(
    st.lists(
        st.sampled_from(
            ["name", ":", " ", "\n", "- ", "pip", "dependencies", "[", "]", "a", "=", "&x", "*x", "!!set", "{", "}"]
        ),
        max_size=30,
    ).map("".join)
)
def test_nearly_valid_text_is_read_or_refused(text: str) -> None:
    try:
        read_environment(text, "e.yml")
    except EnvironmentFileError as error:
        assert str(error).startswith("e.yml")
