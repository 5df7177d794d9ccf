"""An environment.yml is read exactly, or refused with file, line and key."""

from __future__ import annotations

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.descriptions.description import read_description
from ansible_collections.benchwright.python.plugins.module_utils._conda.descriptions.environment import (
    Environment,
    EnvironmentFileError,
)
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
    assert read_description(GOOD, "environment.yml") == Environment(
        name="research",
        channels=("conda-forge",),
        dependencies=("python >=3.11", "numpy=2", "pip"),
        pip=("humanize==4.13.0",),
        variables={"LEVEL": "3"},
    )


def test_pip_is_added_only_where_it_is_missing() -> None:
    text = "dependencies: [python, pip >=25, {pip: [humanize]}]"
    assert read_description(text, "e.yml").dependencies == ("python", "pip >=25")


def test_an_alias_stands_for_what_it_names() -> None:
    text = "channels: &c [conda-forge]\ndependencies: [&p python, *p]\n"
    assert read_description(text, "e.yml").dependencies == ("python", "python")


def test_a_variable_may_hold_what_yaml_takes_for_something_else() -> None:
    text = "dependencies: []\nvariables: {A: yes, B: 010, C: 2026-01-01, D: '', E: \"two\\nlines\"}\n"
    wanted = {"A": "yes", "B": "010", "C": "2026-01-01", "D": "", "E": "two\nlines"}
    assert read_description(text, "e.yml").variables == wanted


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
        ("name: base\ndependencies: []\n", "e.yml:1: name: 'base' is conda's own environment"),
        ("name: 2024\ndependencies: []\n", "e.yml:1: name: '2024' is no text to YAML but a number"),
        ("dependencies:\n  - 3.11\n", "e.yml:2: dependencies[0]: '3.11' is no text to YAML but a number"),
        ("dependencies:\n  - numpy: 1\n", "e.yml:2: dependencies[0]: only 'pip:' may hold a list here"),
        ("dependencies:\n  - python\n  - 'num py!'\n", "e.yml:3: dependencies[1]: "),
        ("dependencies:\n  - pip:\n      - -e .\n", "e.yml:3: dependencies[0].pip[0]: "),
        ("dependencies: [{pip: [a]}, {pip: [b]}]\n", "e.yml:1: dependencies[1]: a second 'pip:' section"),
        ("channels: [defaults]\ndependencies: []\n", "e.yml:1: channels[0]: 'defaults' is Anaconda's licensed channel"),
        ("channels:\n- x\n- -c y\ndependencies: []\n", "e.yml:3: channels[1]: '-c y' is no channel"),
        ("dependencies: [a, 'pkgs/main::b']\n", "e.yml:1: dependencies[1]: 'pkgs/main' is Anaconda's licensed channel"),
        ("dependencies: []\nvariables: {A B: c}\n", "e.yml:2: variables.A B: no name for an environment variable"),
        ("dependencies: []\nvariables: {A: [c]}\n", "e.yml:2: variables.A: expected text, found a list"),
        (
            "dependencies: []\nvariables: {A: }\n",
            "e.yml:2: variables.A: expected text, found nothing; for an empty one",
        ),
        ("dependencies: []\nvariables:\n  PATH: /bin\n", "e.yml:3: variables.PATH: conda sets this itself"),
        (
            "dependencies: []\nvariables: {A: '***unset***'}\n",
            "e.yml:2: variables.A: conda takes this text for 'not set'",
        ),
        (
            'dependencies: []\nvariables: {A: "\\0"}\n',
            "e.yml:2: variables.A: longer than 100000 characters or with control",
        ),
        ("x: !!python/object:os.system {}\n", "e.yml:1: x: unknown key"),
        (
            "dependencies: !!python/object:os.system {}\n",
            "e.yml:1: dependencies: expected a list ('- item' lines), found a",
        ),
        ("x: &x {name: a}\n<<: *x\n", "e.yml:2: expected text, found a merge key, which is not read here"),
        ("dependencies: [*a]\n", "e.yml:1: *a: an alias of nothing"),
        ("dependencies: &a [*a]\n", "e.yml:1: *a: an alias of nothing, or of what it is in"),
        ("--- {}\n--- {}\n", "e.yml:2: a second document begins here"),
        ("dependencies: " + "[" * 500000, "e.yml:1: nested more than 12 levels deep"),
        ("dependencies:\n" + "- a\n" * 20001, "e.yml:20002: a list of more than 20000 items"),
        ("dependencies: [" + "x" * 4097 + "]", "e.yml:1: dependencies[0]: longer than 4096 characters"),
        ("dependencies: [\ud800]\n", "e.yml: holds half a character"),
        ("dependencies: [a]\n\0", "e.yml:2: not YAML (control characters are not allowed)"),
    ],
)
def test_what_is_wrong_is_named_by_file_line_and_key(text: str, message: str) -> None:
    with pytest.raises(EnvironmentFileError) as caught:
        read_description(text, "e.yml")
    assert message in str(caught.value)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read_description(text, "e.yml")
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
        read_description(text, "e.yml")
    except EnvironmentFileError as error:
        assert str(error).startswith("e.yml")
