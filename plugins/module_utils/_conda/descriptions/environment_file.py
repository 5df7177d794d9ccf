# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""environment.yml (and its JSON) -> one :class:`Environment` value; whatever is wrong is named by file, line and key."""

from __future__ import annotations

from ..specs.match_spec import MatchSpec
from ..specs.pip_requirement import PipRequirement
from .environment import Environment, check_channel, check_item, check_name, check_spec, check_variable
from .source import Source
from .yaml_node import Entries, Node, YamlReader, did_you_mean

KNOWN_KEYS = ("name", "channels", "dependencies", "variables", "prefix")


def read_environment(root: Node, source: Source) -> Environment:
    """Read the document of an environment.yml; raises EnvironmentFileError for what is wrong."""
    return _Reader(source).environment(root)


class _Reader(YamlReader):
    def environment(self, root: Node) -> Environment:
        keys = self.mapping(root, "")
        for key, (key_node, dummy) in keys.items():
            if key not in KNOWN_KEYS:
                self.fail(key_node, key, f"unknown key; {did_you_mean(key, KNOWN_KEYS)}")
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

    def name(self, keys: Entries) -> str | None:
        # conda exports an environment that has only a prefix with an empty name.
        if "name" not in keys or keys["name"][1].tag == "null":
            return None
        node = keys["name"][1]
        return check_name(self.text(node, "name"), self.source.name, node.line)

    def channels(self, keys: Entries) -> tuple[str, ...]:
        if "channels" not in keys:
            return ()
        found: list[str] = []
        for index, item in enumerate(self.items(keys["channels"][1], "channels")):
            text = self.text(item, f"channels[{index}]")
            found += check_channel(
                text, self.source.name, item.line, f"channels[{index}]", self.source.accept_anaconda_terms
            )
        return tuple(found)

    def dependencies(self, node: Node) -> tuple[tuple[str, ...], tuple[str, ...]]:
        specs: list[str] = []
        pip: list[str] | None = None
        for index, item in enumerate(self.items(node, "dependencies")):
            key = f"dependencies[{index}]"
            if item.tag != "map":
                text = self.text(item, key)
                specs.append(check_spec(text, self.source.name, item.line, key, self.source.accept_anaconda_terms))
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

    def pip(self, node: Node, key: str) -> list[str]:
        lines: list[str] = []
        for index, item in enumerate(self.items(node, key)):
            place = f"{key}[{index}]"
            lines.append(check_item(PipRequirement.parse, self.text(item, place), self.source.name, item.line, place))
        return lines

    def variables(self, keys: Entries) -> dict[str, str]:
        if "variables" not in keys:
            return {}
        found: dict[str, str] = {}
        for name, (key_node, node) in self.mapping(keys["variables"][1], "variables").items():
            key = f"variables.{name}"
            if node.tag in ("map", "seq", "null"):
                self.fail(node, key, f"expected text, found {node.kind}; for an empty one write ''")
            found[name] = check_variable(name, node.text, self.source.name, key_node.line, key)
        return found
