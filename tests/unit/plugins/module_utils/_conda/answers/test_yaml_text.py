# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is written without PyYAML is read by PyYAML as what it was."""

from __future__ import annotations

import os
from typing import Any

import pytest
import yaml
from ansible_collections.benchwright.python.plugins.module_utils._conda.answers.yaml_text import dump, scalar
from hypothesis import given, settings
from hypothesis import strategies as st

many = settings(max_examples=int(os.environ.get("BENCHWRIGHT_EXAMPLES", "500")))
texts = st.one_of(
    st.text(max_size=40),
    # what looks like numbers, dates, keys, comments, anchors and flow collections
    st.text("0123456789+-.:_eExXoOabfinINtTzZ ~=<>&*!%@`{}[],#'\"|?/\\\n\t", max_size=12),
    st.sampled_from(["yes", "Off", "NULL", "y", "~", "1:20", "0o17", "1_000", "<<", "=", "---", "...", "2020-01-01"]),
)
names = texts.filter(lambda text: len(text) < 40)


@many
@given(texts)
def test_every_text_is_read_back_as_itself(text: str) -> None:
    assert yaml.safe_load(f"key: {scalar(text)}\n") == {"key": text}
    assert yaml.safe_load(f"- {scalar(text)}\n") == [text]
    assert scalar(text).isprintable() or "\n" not in scalar(text)


@many
@given(st.dictionaries(names, st.one_of(texts, st.lists(texts), st.dictionaries(names, texts)), max_size=5))
def test_every_document_is_read_back_as_itself(document: dict[str, Any]) -> None:
    assert yaml.safe_load(dump(document) or "{}\n") == document


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("numpy=2.4.6=py311h6f69aae_0", "numpy=2.4.6=py311h6f69aae_0"),
        ("file:///srv/channel", "file:///srv/channel"),
        ("pandas >=2,<3", "pandas >=2,<3"),
        ("_libgcc_mutex=0.1=main", "_libgcc_mutex=0.1=main"),
        ("it's", "it's"),
        ("3", "'3'"),
        ("1.10", "'1.10'"),
        ("yes", "'yes'"),
        ("", "''"),
        ("a: b", "'a: b'"),
        ("a #b", "'a #b'"),
        ("@x's", "'@x''s'"),
        ("a\nb", r'"a\nb"'),
        ("smörgås", "smörgås"),
    ],
)
def test_only_what_needs_quotes_gets_them(text: str, written: str) -> None:
    assert scalar(text) == written


def test_the_layout_is_that_of_condas_exports() -> None:
    document = {
        "name": "lab",
        "dependencies": ["python", {"pip": ["six==1.17.0", "idna==3.10"]}],
        "variables": {"A": "1"},
    }
    assert dump(document) == (
        "name: lab\ndependencies:\n  - python\n  - pip:\n      - six==1.17.0\n      - idna==3.10\nvariables:\n  A: '1'\n"
    )
