# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Settings in files: of Python, which are never executed, and of JSON. `arguments` has those of command lines."""

from __future__ import annotations

import ast
import json
import re
import typing as t

from .facts import UNKNOWN, Setting


class FileText(t.NamedTuple):
    """A value that is the text of a file: `Path("/etc/hash").read_text().strip()`."""

    path: str


def of_text(text: str, path: str) -> list[Setting]:
    """The settings of a file, in their order. A file that Jupyter could not read either has none: raises ValueError."""
    return of_json(text, path) if path.endswith(".json") else of_python(text, path)


def of_json(text: str, path: str) -> list[Setting]:
    """The settings of a `.json` file. Raises ValueError."""
    document = json.loads(text)
    if not isinstance(document, dict):
        raise ValueError("it is not a JSON object")
    lines = text.split("\n")
    return [
        Setting(cls, name, value, "%s:%d" % (path, _line(lines, name)))
        for cls, options in document.items()
        if isinstance(options, dict)
        for name, value in options.items()
    ]


def _line(lines: t.Sequence[str], name: str) -> int:
    return next((number for number, line in enumerate(lines, 1) if '"%s"' % name in line), 1)


def of_python(text: str, path: str) -> list[Setting]:
    """The settings of a `.py` file, which is only parsed. Raises ValueError."""
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        raise ValueError("line %s: %s" % (error.lineno, error.msg)) from None
    found = []
    for node in tree.body:
        found += [setting._replace(where="%s:%d" % (path, node.lineno)) for setting in _statement(node)]
    return found


def _statement(node: ast.stmt) -> t.Iterator[Setting]:
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield from _assigned(target, node.value)
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        yield from _call(node.value)
    else:  # what is decided or repeated, or added to, is not known before the file is executed
        for inner in ast.walk(node):
            if isinstance(inner, ast.Attribute) and isinstance(inner.ctx, ast.Store):
                yield from _named(inner, UNKNOWN)


def _assigned(target: ast.expr, value: ast.expr) -> t.Iterator[Setting]:
    if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
        for one, its in zip(target.elts, value.elts):
            yield from _assigned(one, its)
    elif isinstance(target, ast.Tuple):
        for one in target.elts:
            yield from _named(one, UNKNOWN)
    else:
        yield from _named(target, value_of(value))


def _named(target: ast.expr, value: t.Any) -> t.Iterator[Setting]:
    """`c.Class.name`, or `c['Class']['name']`."""
    named = words(target)
    if named and len(named) == 3 and named[0] == "c":
        yield Setting(named[1], named[2], value, "")


def words(node: ast.expr) -> list[str] | None:
    """`c.Class.name` -> `['c', 'Class', 'name']`; None for anything else than names, dots and text in brackets."""
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, ast.Attribute):
        before = words(node.value)
        return before and [*before, node.attr]
    if isinstance(node, ast.Subscript):
        before, key = words(node.value), value_of(node.slice)
        return [*before, key] if before and isinstance(key, str) else None
    return None


def value_of(node: ast.AST) -> t.Any:
    """What a literal is, or the file whose text it is; UNKNOWN for everything that would have to be executed."""
    if isinstance(node, getattr(ast, "Index", ())):  # Python 3.8
        node = node.value  # type: ignore[attr-defined]
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return _file_text(node)


def _file_text(node: ast.AST) -> t.Any:
    """`Path("...").read_text()` and `open("...").read()`, stripped or not."""
    match = re.match(
        r"(?:pathlib\.)?(?:Path\((?P<one>'[^']+'|\"[^\"]+\")\)\.read_text|open\((?P<two>'[^']+'|\"[^\"]+\")[^()]*\)\.read)"
        r"\([^()]*\)(?:\.r?strip\(\))?$",
        _source(node),
    )
    return FileText(ast.literal_eval(match.group("one") or match.group("two"))) if match else UNKNOWN


def _source(node: ast.AST) -> str:
    """Calls, attributes and literals as text again; ast.unparse is there from Python 3.9 on."""
    if isinstance(node, ast.Call):
        return "%s(%s)" % (_source(node.func), ", ".join(map(_source, node.args)))
    if isinstance(node, ast.Attribute):
        return "%s.%s" % (_source(node.value), node.attr)
    if isinstance(node, ast.Name):
        return node.id
    try:
        return repr(ast.literal_eval(node))
    except ValueError:
        return "?"


def _call(node: ast.Call) -> t.Iterator[Setting]:
    """`c.update(json.loads("..."))` and `c.update({...})`; `c.Class.update({...})`; a method of a value makes it unknown."""
    named = words(node.func) or []
    if named[:1] != ["c"] or not node.args:
        return
    if named[1:] == ["update"]:
        argument = node.args[0]
        if isinstance(argument, ast.Call) and _source(argument.func) == "json.loads" and argument.args:
            document = _loaded(value_of(argument.args[0]))
        else:
            document = value_of(argument)
        for cls, options in document.items() if isinstance(document, dict) else ():
            for name, value in options.items() if isinstance(options, dict) else ():
                yield Setting(cls, name, value, "")
    elif len(named) == 3 and named[2] == "update":
        options = value_of(node.args[0])
        for name, value in options.items() if isinstance(options, dict) else ():
            yield Setting(named[1], name, value, "")
    elif len(named) == 4:
        yield Setting(named[1], named[2], UNKNOWN, "")


def _loaded(text: t.Any) -> t.Any:
    try:
        return json.loads(text)
    except (TypeError, ValueError):
        return None
