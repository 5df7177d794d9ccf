# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""conda's history is read as conda reads it, odd lines are passed over, and what is added is read back."""

from __future__ import annotations

import datetime

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.installed.history import (
    append_revision,
    channel_names,
    parse_history,
    requested_specs,
)
from ansible_collections.benchwright.python.plugins.module_utils._conda.installed.prefix import InstalledPackage
from hypothesis import given
from hypothesis import strategies as st

# As conda 26.7.1 wrote it: create, install, remove.
WRITTEN_BY_CONDA = """\
==> 2026-11-23 11:08:20 <==
# cmd: /opt/conda/bin/conda create -y -n two -c file:///srv/b -c file:///srv/a tinya<2 tinyc tinyd==0.1
# conda version: 26.7.1
+file:///srv/a/noarch::tinya-1.1-0
+file:///srv/a/noarch::tinyd-0.1-0
+conda-forge/noarch::tinyc-3.1-0
# update specs: ["tinya[version='<2']", 'tinyc', 'tinyd==0.1']
==> 2026-11-23 11:08:21 <==
# cmd: /opt/conda/bin/conda install -y tinyd>=0.1
# conda version: 26.7.1
-file:///srv/a/noarch::tinyd-0.1-0
+file:///srv/a/noarch::tinyd-0.2-0
# update specs: ["tinyd[version='>=0.1']"]
==> 2026-11-23 11:08:22 <==
# cmd: /opt/conda/bin/conda remove -y tinyc
# conda version: 26.7.1
-conda-forge/noarch::tinyc-3.1-0
# remove specs: ['tinyc']
# neutered specs: ['tinya']
"""
NOW = datetime.datetime(2026, 11, 24, 9, 0)
INSTALLED = ("tinya", "tinyc", "tinyd")


def installed(name: str, version: str = "1.0", channel: str = "https://conda.example.org/lab") -> InstalledPackage:
    texts = {"url": "", "md5": "", "sha256": "", "license": ""}
    return InstalledPackage(
        name, version, "0", 0, channel, "noarch", **texts, depends=(), constrains=(), requested_specs=()
    )


def test_a_history_is_read_as_conda_wrote_it() -> None:
    first, second, third = parse_history(WRITTEN_BY_CONDA)
    assert (first.date, first.conda_version) == ("2026-11-23 11:08:20", "26.7.1")
    assert first.command.startswith("/opt/conda/bin/conda create")
    assert first.update_specs == ("tinya[version='<2']", "tinyc", "tinyd==0.1")
    assert second.unlink == ("file:///srv/a/noarch::tinyd-0.1-0",)
    assert second.link == ("file:///srv/a/noarch::tinyd-0.2-0",)
    assert (third.remove_specs, third.neutered_specs) == (("tinyc",), ("tinya",))


def test_the_last_spec_counts_and_what_was_removed_is_not_asked_for() -> None:
    specs = requested_specs(parse_history(WRITTEN_BY_CONDA), INSTALLED)
    assert list(specs.items()) == [("tinya", "tinya"), ("tinyd", "tinyd[version='>=0.1']")]


def test_what_is_not_installed_is_not_asked_for() -> None:
    assert set(requested_specs(parse_history(WRITTEN_BY_CONDA), ["tinyd"])) == {"tinyd"}


def test_channels_are_called_as_conda_called_them() -> None:
    assert channel_names(parse_history(WRITTEN_BY_CONDA)) == {
        "tinya-1.1-0": "file:///srv/a",
        "tinyd-0.2-0": "file:///srv/a",
    }
    secret = "==> a <==\n+https://me:pw@conda.example.org/t/TOKEN/lab/noarch::six-1.0-0\n"
    assert channel_names(parse_history(secret)) == {"six-1.0-0": "https://conda.example.org/lab"}


@pytest.mark.parametrize(
    ("comment", "specs"),
    [
        (
            "# update specs: python>=3.5.1,jupyter >=1.0.0,<2.0,numpy",
            ("python>=3.5.1", "jupyter >=1.0.0,<2.0", "numpy"),
        ),
        ("# install specs: ['six', 'mkl@']", ("six",)),
        ('# create specs: ["six"]', ("six",)),
        ("# update specs:", ()),
        ("# update specs: ['six'", ()),
        ("# update specs: six[version='>1']", ()),
        ("# update specs: [1, None]", ()),
        ("# update specs: " + "[" * 500, ()),
        ("# unheard specs: ['six']", ()),
    ],
)
def test_specs_are_read_in_every_form_that_conda_wrote_them(comment: str, specs: tuple[str, ...]) -> None:
    (revision,) = parse_history(f"==> 2026-01-01 00:00:00 <==\n# cmd: conda\n{comment}\n")
    assert revision.update_specs == specs


def test_the_oldest_form_lists_everything() -> None:
    text = "==> 2015-01-01 00:00:00 <==\n# cmd: conda create\nsix-1.9-0\nzlib-1.2-0\n==> 2016 <==\n-six-1.9-0\n+six-1.10-0\n"
    assert [revision.whole for revision in parse_history(text)] == [True, False]
    after = append_revision(text, [installed("six", "1.10"), installed("zlib", "1.2")], (), now=NOW)
    assert parse_history(after)[-1].link == parse_history(after)[-1].unlink == ()


@given(st.text(max_size=300))
def test_any_text_is_a_history_to_which_a_revision_can_be_added(text: str) -> None:
    requested_specs(parse_history(text), INSTALLED)
    revision = parse_history(append_revision(text, [installed("six")], ["six"], now=NOW))[-1]
    assert revision.update_specs == ("six",)


def test_what_is_added_tells_what_came_and_went_since_the_last_revision() -> None:
    records = [installed("tinya", "1.1"), installed("six", channel="https://me:pw@conda.example.org/lab/noarch")]
    added = append_revision(WRITTEN_BY_CONDA, records, ["six"], ["lab"], NOW, remove_specs=["tinyd"])
    assert added == WRITTEN_BY_CONDA + (
        "==> 2026-11-24 09:00:00 <==\n"
        "# cmd: benchwright.python.conda_env\n"
        "-file:///srv/a/noarch::tinyd-0.2-0\n"
        "+lab/noarch::six-1.0-0\n"
        '# remove specs: ["tinyd"]\n'
        '# update specs: ["six"]\n'
    )
    assert set(requested_specs(parse_history(added), ["tinya", "six", "tinyd"])) == {"tinya", "six"}


def test_a_channel_that_was_asked_for_by_its_address_is_called_by_it_without_credentials() -> None:
    records = [installed("six", channel="https://me:pw@conda.example.org/t/TOKEN/lab/noarch")]
    text = append_revision("", records, (), ["https://me:pw@conda.example.org/t/TOKEN/lab"], NOW)
    assert "+https://conda.example.org/lab/noarch::six-1.0-0\n" in text
