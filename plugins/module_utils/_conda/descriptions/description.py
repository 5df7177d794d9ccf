# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""A description in any format that is read here -> one :class:`Environment`.

PyYAML is needed for YAML only and lives on the controller, so descriptions are read there, before any host is touched.
"""

from __future__ import annotations

import json
import re
import typing as t

from .conda_lock import read_conda_lock
from .environment import Environment
from .environment_file import read_environment
from .package_list import is_explicit, read_explicit, read_specs
from .pixi_lock import read_pixi_lock
from .source import Source
from .yaml_node import Node, compose

LARGEST = 1024 * 1024
LARGEST_LOCK = 16 * LARGEST
LOCK_LINE = re.compile(r"^(?:package|environments):", re.MULTILINE)
YAML_NAME = re.compile(r".*\.(?:ya?ml|json|lock)", re.DOTALL)
YAML_LINE = re.compile(r"---|%YAML|[{&!]|['\"]?[\w.-]+['\"]?\s*:(?:\s|$)|- ")
TOML_LINE = re.compile(r"\[[\w.\"'-]+\]\s*(?:#.*)?|[\w.-]+\s*=\s*[\"\[{].*")
PAIR = re.compile(r"((?<!\\)(?:\\\\)*)(\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})")
LINE_END = re.compile("[\x85\u2028\u2029]")

# The key that only this format has, and its reader.
LOCKS: tuple[tuple[str, t.Callable[[Node, Source], Environment]], ...] = (
    ("package", read_conda_lock),
    ("environments", read_pixi_lock),
)


def read_description(
    text: str,
    source: str,
    platform: str = "linux-64",
    environment: str | None = None,
    accept_anaconda_terms: bool = False,
) -> Environment:
    """Read an environment.yml (or its JSON), an @EXPLICIT list, a list of specs, a conda-lock.yml or a pixi.lock.

    :param source: what errors call the file; the ending of its name only helps to tell the formats apart.
    :param platform: which platform of a lock is wanted, as conda names it.
    :param environment: which environment of a pixi.lock is wanted, ``default`` if None; no other format has several.
    :param accept_anaconda_terms: whether Anaconda's licensed channels may be used.
    :raises EnvironmentFileError: for everything that is wrong, naming file, line and key.
    """
    where = Source(source, platform, environment or "default", accept_anaconda_terms)
    largest = LARGEST_LOCK if LOCK_LINE.search(text) else LARGEST
    if len(text) > largest:
        where.fail(None, "", f"larger than {largest // LARGEST} MiB, so it is hardly a description; check the path")
    text = text[1:] if text.startswith("\ufeff") else text  # some editors put this mark before UTF-8
    number, first = _first_line(text)
    if TOML_LINE.fullmatch(first) or source.endswith(".toml"):
        where.fail(number, "", "TOML, which is not read here; give the 'pixi.lock' beside a pixi manifest")
    found, reader = _reader(text, first, where)
    if where.environment != "default" and reader is not read_pixi_lock:
        where.fail(None, "", f"only a pixi.lock has several environments; leave out 'environment: {where.environment}'")
    return reader(found, where)


def _reader(text: str, first: str, source: Source) -> tuple[t.Any, t.Callable[[t.Any, Source], Environment]]:
    """What has to be read, text or YAML node, and what reads it."""
    if is_explicit(text):
        return text, read_explicit
    if not YAML_LINE.match(first) and not YAML_NAME.fullmatch(source.name):
        return text, read_specs
    root = compose(_json_as_yaml(text) if first.startswith("{") else text, source)
    if root is None:
        source.fail(None, "", "empty; write at least 'dependencies:' and a list of packages below it")
    if root.tag == "seq":
        source.fail(
            root.line,
            "",
            "expected 'key: value' lines, found a list; 'conda env export --json' writes a description, 'conda list --json' none",
        )
    keys = {key.text for key in root.children[::2]} if root.tag == "map" else set()
    return root, next((reader for key, reader in LOCKS if key in keys), read_environment)


def _json_as_yaml(text: str) -> str:
    """YAML reads JSON but for two things: escaped halves of a character beyond 16 bits, and rare line ends in strings."""
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return text
    text = PAIR.sub(lambda match: match[1] + str(json.loads(f'"{match[2]}"')), text)
    return LINE_END.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _first_line(text: str) -> tuple[int, str]:
    """The first line that says something, and its number."""
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip() and not line.lstrip().startswith("#"):
            return number, line.strip()
    return 1, ""
