"""A conda-lock.yml gives the packages of one platform, as conda-lock and rattler understand it, or an error with its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.descriptions.description import read_description
from ansible_collections.benchwright.python.plugins.module_utils._conda.descriptions.environment import (
    EnvironmentFileError,
)
from rattler import LockFile

FILE = Path(__file__).parents[5] / "data" / "descriptions" / "conda-lock.yml"
TEXT = FILE.read_text(encoding="utf-8")


def test_rattler_reads_the_same_packages_where_it_is_given_those_of_the_category_main(tmp_path: Path) -> None:
    begin = TEXT.index("- name: pytest")
    path = tmp_path / "conda-lock.yml"
    path.write_text(TEXT[:begin] + TEXT[TEXT.index("- name: humanize") :])
    lock = LockFile.from_path(path)
    environment = lock.default_environment()
    assert environment
    for platform in lock.platforms():
        ours = read_description(TEXT, "conda-lock.yml", platform=platform.name)
        theirs = environment.packages(platform) or []
        addresses = {package.url for package in ours.packages} | {line.split()[2] for line in ours.pip}
        assert addresses == {package.location for package in theirs}


def test_a_package_of_several_categories_is_taken_once() -> None:
    begin = TEXT.index("- name: python")
    entry = TEXT[begin : TEXT.index("- name: python", begin + 1)]
    twice = TEXT + entry.replace("category: main", "category: dev")
    assert read_description(twice, "l") == read_description(TEXT, "l")
    uncategorized = TEXT.replace("  category: main\n  optional: false\n", "")
    assert read_description(uncategorized, "l") == read_description(TEXT, "l")


def changed(old: str, new: str) -> str:
    assert old in TEXT
    return TEXT.replace(old, new, 1)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (changed("version: 1\n", "version: 2\n"), "l:2: version: '2' is not read here, only 1"),
        (changed("version: 1\n", ""), "l:2: 'version' is missing"),
        (
            changed("  - linux-64\n", "  - win-64\n"),
            "l:11: metadata.platforms: not locked for linux-64, only for win-64, osx-",
        ),
        (
            changed("- url: conda-forge\n    used_env_vars: []", "- conda-forge"),
            "l:8: metadata.channels[0]: expected 'key: value' lines, found text",
        ),
        (changed("- name: python\n", "- nam: python\n"), "l:16: package[0]: 'name' is missing"),
        (
            changed("- name: python\n", "- name: 3.12\n"),
            "l:16: package[0].name: '3.12' is no text to YAML but a number",
        ),
        (
            changed("- name: python\n", "- name: pyton\n"),
            "l:22: package[0]: called 'pyton', but its file is 'python-3.12.11",
        ),
        (changed("manager: conda", "manager: cargo"), "l:18: package[0].manager: 'cargo' is neither 'conda' nor 'pip'"),
        (changed("sha256: a1a1", "sha256: x1a1"), "l:22: package[0]: 'x1a1"),
        (changed("md5: d4d4", "md5: d4"), "is no md5; wanted 32 hexadecimal digits"),
        (changed("https://files.example.org", "git+https://files.example.org"), "is no http(s) or file address"),
        (
            changed("https://files.example.org/hum", "hum"),
            "l:55: package[3]: 'humanize-4.13.0-py3-none-any.whl' is no http(s)",
        ),
        (
            TEXT[: TEXT.rindex("    sha256")] + "    md5: ''\n",
            "package[3]: 'humanize' has no sha256, so pip could not check",
        ),
        (TEXT + TEXT[TEXT.index("- name: humanize") :], "package[4]: 'humanize' is given twice (first in line 55)"),
        (
            changed("  hash:\n    md5: ", "  hash:\n    md5: 'x'\n    md5: "),
            "l:25: md5: given twice (first in line 24)",
        ),
    ],
)
def test_what_is_wrong_is_named_by_file_line_and_key(text: str, message: str) -> None:
    with pytest.raises(EnvironmentFileError) as caught:
        read_description(text, "l")
    assert message in str(caught.value)
