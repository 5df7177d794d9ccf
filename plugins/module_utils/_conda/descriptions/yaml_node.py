# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""YAML text -> nodes that know their line, and the questions that readers ask them.

Nodes rather than values: only they know their line, and only they show a key given twice. They are made from events and
not by PyYAML's own composer, which calls itself for each level: its fast form crashes Python on text that is nested deeply.
"""

from __future__ import annotations

import difflib
import typing as t
from dataclasses import dataclass, field

from .source import Source

try:
    import yaml
except ImportError:  # a host: it is handed the finished value
    yaml = None  # type: ignore[assignment]

DEEPEST = 12
LONGEST_TEXT = 4096
LONGEST_LIST = 20000
TAG = "tag:yaml.org,2002:"
KINDS = {
    "map": "'key: value' lines",
    "seq": "a list",
    "null": "nothing",
    "int": "a number",
    "float": "a number",
    "bool": "true/false",
    "timestamp": "a date",
    "str": "text",
    "merge": "a merge key, which is not read here",
}


@dataclass
class Node:
    """A scalar, a list or a mapping. ``tag`` is YAML's, without its prefix: ``str``, ``int``, ``null``, ``seq``, ``map``."""

    tag: str
    line: int
    text: str = ""
    children: list[Node] = field(default_factory=list)
    """The items of a list; of a mapping, keys and values in turn."""

    @property
    def kind(self) -> str:
        """What to call it in a message."""
        return KINDS.get(self.tag, f"a value tagged {self.tag}")


def compose(text: str, source: Source) -> Node | None:
    """Return the root of the one document in ``text``, or None if there is none; raises EnvironmentFileError."""
    if yaml is None:
        source.fail(None, "", "reading YAML needs PyYAML here: install it with 'pip install PyYAML'")
    try:
        return _Composer(source).compose(text)
    except UnicodeError:
        source.fail(None, "", "holds half a character (a lone surrogate); save it as UTF-8")
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else text.count("\n", 0, getattr(error, "position", 0) or 0) + 1
        problem = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
        source.fail(line, "", f"not YAML ({problem}); check indentation, colons and quotes")


class _Composer:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.resolver: t.Any = yaml.resolver.Resolver()
        self.anchors: dict[str, Node] = {}
        self.open: list[Node] = []

    def compose(self, text: str) -> Node | None:
        root: Node | None = None
        for event in yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            line = t.cast("t.Any", event.start_mark).line + 1
            if isinstance(event, yaml.DocumentStartEvent) and root is not None:
                self.source.fail(line, "", "a second document begins here; keep one per file")
            if isinstance(event, yaml.CollectionEndEvent):
                self.open.pop()
            if not isinstance(event, yaml.NodeEvent):
                continue
            node = self.node(event, line)
            root = root or node
            if self.open:
                self.open[-1].children.append(node)
                if len(self.open[-1].children) > LONGEST_LIST:
                    self.source.fail(line, "", f"a list of more than {LONGEST_LIST} items; no description has so many")
            if isinstance(event, yaml.CollectionStartEvent):
                self.open.append(node)
                if len(self.open) > DEEPEST:
                    self.source.fail(line, "", f"nested more than {DEEPEST} levels deep; no description is")
        return root

    def node(self, event: t.Any, line: int) -> Node:
        if isinstance(event, yaml.AliasEvent):
            anchor = str(event.anchor)
            found = self.anchors.get(anchor)
            if found is None or any(found is node for node in self.open):
                self.source.fail(line, "*" + anchor, "an alias of nothing, or of what it is in; write the value out")
            return Node(found.tag, line, found.text, found.children)
        tag = self.tag(event)
        node = Node(tag[len(TAG) :] if tag.startswith(TAG) else tag, line, getattr(event, "value", ""))
        if event.anchor:
            self.anchors[event.anchor] = node
        return node

    def tag(self, event: t.Any) -> str:
        if event.tag not in (None, "!"):
            return str(event.tag)
        if isinstance(event, yaml.ScalarEvent):
            return str(self.resolver.resolve(yaml.ScalarNode, event.value, event.implicit))
        return TAG + ("seq" if isinstance(event, yaml.SequenceStartEvent) else "map")


Entries = t.Dict[str, t.Tuple[Node, Node]]


class YamlReader:
    """What the readers of the YAML formats ask nodes; every answer is right or an EnvironmentFileError."""

    def __init__(self, source: Source) -> None:
        self.source = source

    def fail(self, node: Node, key: str, message: str) -> t.NoReturn:
        self.source.fail(node.line, key, message)

    def mapping(self, node: Node, key: str) -> Entries:
        """Return the nodes of key and value by key."""
        if node.tag != "map":
            self.fail(node, key, f"expected 'key: value' lines, found {node.kind}")
        found: Entries = {}
        nodes = iter(node.children)
        for key_node, value_node in zip(nodes, nodes):
            name = self.text(key_node, key)
            if name in found:
                self.fail(key_node, name, f"given twice (first in line {found[name][0].line}); keep one")
            found[name] = (key_node, value_node)
        return found

    def value(self, entries: Entries, name: str, parent: Node, path: str = "") -> Node:
        """Return the value of a key that has to be there."""
        if name not in entries:
            self.fail(parent, path, f"{name!r} is missing; the file is damaged, so make it again")
        return entries[name][1]

    def text(self, node: Node, key: str) -> str:
        if node.tag in ("map", "seq", "merge"):
            self.fail(node, key, f"expected text, found {node.kind}")
        if node.tag != "str":
            self.fail(node, key, f"{node.text[:100]!r} is no text to YAML but {node.kind}; put it in quotes")
        if len(node.text) > LONGEST_TEXT:
            self.fail(node, key, f"longer than {LONGEST_TEXT} characters; check the quotes")
        return node.text

    def items(self, node: Node, key: str) -> list[Node]:
        if node.tag != "seq":
            self.fail(node, key, f"expected a list ('- item' lines), found {node.kind}")
        return node.children


def did_you_mean(word: str, known: t.Sequence[str]) -> str:
    """Return a hint at the known word that is nearest, or at all of them."""
    near = difflib.get_close_matches(word[:100], known, n=1)
    return f"did you mean {near[0]!r}?" if near else "known are {}".format(", ".join(known))
