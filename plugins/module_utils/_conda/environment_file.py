# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""environment.yml -> one :class:`Environment` value; whatever is wrong is named by file, line and key.

PyYAML is needed for files only and lives on the controller, so descriptions are read there, before any host is touched.
"""

from __future__ import annotations

import difflib
import typing as t

from .environment import VARIABLE, Environment, EnvironmentFileError, check_channels, check_item, check_name
from .match_spec import MatchSpec
from .pip_requirement import PipRequirement

try:
    import yaml
except ImportError:  # a host: it is handed the finished value
    yaml = None  # type: ignore[assignment]

LARGEST_FILE = 1024 * 1024
KNOWN_KEYS = ("name", "channels", "dependencies", "variables", "prefix")


def read_environment(text: str, source: str) -> Environment:
    """Read the text of an environment.yml; ``source`` is what errors call the file."""
    if yaml is None:
        raise EnvironmentFileError("reading YAML needs PyYAML here: install it with 'pip install PyYAML'", source)
    if len(text) > LARGEST_FILE:
        raise EnvironmentFileError("larger than 1 MiB, so it is hardly an environment.yml; check the path", source)
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise _not_yaml(error, source) from error
    if root is None:
        raise EnvironmentFileError("empty; write at least 'dependencies:' and a list of packages below it", source)
    return _Reader(source).environment(root)


def _not_yaml(error: Exception, source: str) -> EnvironmentFileError:
    mark = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
    return EnvironmentFileError(
        f"not YAML ({problem}); check indentation, colons and quotes", source, mark.line + 1 if mark else None
    )


class _Reader:
    """Walks YAML nodes rather than values: only nodes know their line, and only they show a key given twice."""

    def __init__(self, source: str) -> None:
        self.source = source

    def fail(self, node: t.Any, key: str, message: str) -> t.NoReturn:
        raise EnvironmentFileError(message, self.source, node.start_mark.line + 1, key)

    def environment(self, root: t.Any) -> Environment:
        keys = self.mapping(root, "")
        for key, (key_node, dummy) in keys.items():
            if key not in KNOWN_KEYS:
                self.fail(key_node, key, f"unknown key; {_did_you_mean(key, KNOWN_KEYS)}")
        if "dependencies" not in keys:
            self.fail(root, "dependencies", "missing; list the packages below 'dependencies:'")
        dependencies, pip = self.dependencies(keys["dependencies"][1])
        return Environment(
            name=self.name(keys),
            channels=self.channels(keys),
            dependencies=dependencies,
            pip=pip,
            variables=self.variables(keys),
        )

    def mapping(self, node: t.Any, key: str) -> dict[str, tuple[t.Any, t.Any]]:
        if not isinstance(node, yaml.MappingNode):
            self.fail(node, key, f"expected 'key: value' lines, found {_kind(node)}")
        found: dict[str, tuple[t.Any, t.Any]] = {}
        for key_node, value_node in node.value:
            name = self.text(key_node, key)
            if name in found:
                self.fail(
                    key_node, name, "given twice (first in line %d); keep one" % (found[name][0].start_mark.line + 1)
                )
            found[name] = (key_node, value_node)
        return found

    def text(self, node: t.Any, key: str) -> str:
        if not isinstance(node, yaml.ScalarNode):
            self.fail(node, key, f"expected text, found {_kind(node)}")
        if not node.tag.endswith(":str"):
            self.fail(node, key, f"{node.value!r} is no text to YAML but {_kind(node)}; put it in quotes")
        return str(node.value)

    def items(self, node: t.Any, key: str) -> list[t.Any]:
        if not isinstance(node, yaml.SequenceNode):
            self.fail(node, key, f"expected a list ('- item' lines), found {_kind(node)}")
        return list(node.value)

    def name(self, keys: dict[str, tuple[t.Any, t.Any]]) -> str | None:
        if "name" not in keys:
            return None
        node = keys["name"][1]
        return check_name(self.text(node, "name"), self.source, node.start_mark.line + 1)

    def channels(self, keys: dict[str, tuple[t.Any, t.Any]]) -> tuple[str, ...]:
        if "channels" not in keys:
            return ()
        node = keys["channels"][1]
        texts = [self.text(item, "channels[%d]" % index) for index, item in enumerate(self.items(node, "channels"))]
        return check_channels(texts, self.source, node.start_mark.line + 1)

    def dependencies(self, node: t.Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
        specs: list[str] = []
        pip: list[str] | None = None
        for index, item in enumerate(self.items(node, "dependencies")):
            key = "dependencies[%d]" % index
            if not isinstance(item, yaml.MappingNode):
                text = self.text(item, key)
                specs.append(check_item(MatchSpec.parse, text, self.source, item.start_mark.line + 1, key))
                continue
            section = self.mapping(item, key)
            if list(section) != ["pip"]:
                self.fail(item, key, "only 'pip:' may hold a list here; write a package with a version as 'name=1.2'")
            if pip is not None:
                self.fail(item, key, "a second 'pip:' section; put its lines into the first")
            pip = self.pip(section["pip"][1], key + ".pip")
        if pip is not None and "pip" not in {MatchSpec.parse(spec).name for spec in specs}:
            specs.append("pip")  # a pip section is of no use without pip, and conda adds it as well
        return tuple(specs), tuple(pip or ())

    def pip(self, node: t.Any, key: str) -> list[str]:
        return [
            check_item(
                PipRequirement.parse,
                self.text(item, "%s[%d]" % (key, index)),
                self.source,
                item.start_mark.line + 1,
                "%s[%d]" % (key, index),
            )
            for index, item in enumerate(self.items(node, key))
        ]

    def variables(self, keys: dict[str, tuple[t.Any, t.Any]]) -> dict[str, str]:
        if "variables" not in keys:
            return {}
        found: dict[str, str] = {}
        for name, (key_node, node) in self.mapping(keys["variables"][1], "variables").items():
            if not VARIABLE.fullmatch(name):
                self.fail(key_node, "variables." + name, "no name for an environment variable; use letters, digits, _")
            if not isinstance(node, yaml.ScalarNode):
                self.fail(node, "variables." + name, f"expected text, found {_kind(node)}")
            found[name] = str(node.value)
        return found


def _kind(node: t.Any) -> str:
    if isinstance(node, yaml.MappingNode):
        return "'key: value' lines"
    if isinstance(node, yaml.SequenceNode):
        return "a list"
    tag = node.tag.rpartition(":")[2]
    return {
        "null": "nothing",
        "int": "a number",
        "float": "a number",
        "bool": "true/false",
        "timestamp": "a date",
        "str": "text",
    }.get(tag, f"a value tagged {node.tag}")


def _did_you_mean(word: str, known: t.Sequence[str]) -> str:
    near = difflib.get_close_matches(word, known, n=1)
    return f"did you mean {near[0]!r}?" if near else "known are {}".format(", ".join(known))
