# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""An old notebook server's configuration, as JupyterLab and Notebook 7 want it, and as the role jupyter_server wants it."""

from __future__ import annotations

import ast
import json
import re
import typing as t

from . import settings
from .facts import UNKNOWN, Setting
from .keys import moved
from .secrets import SECRET_NAMES

HIDDEN = "'(kept in the old file)'"
IN_COMMENTS = (
    (re.compile(re.escape(HIDDEN) + r"[ \t]*#.*"), HIDDEN),
    (
        re.compile(r"(#.*\b(?:hashed_password|password|token)\s*=\s*)(?!u?(?:''|\"\")\s*$)\S.*", re.MULTILINE),
        r"\1" + HIDDEN,
    ),
    (re.compile(r"\b(?:argon2|sha\d+|md5):[^\s'\"]+"), HIDDEN.strip("'")),
)
# What the role has options for; a function makes the option's value.
ROLE_OPTIONS: dict[tuple[str, str], tuple[str, t.Callable[[t.Any], t.Any]]] = {
    ("ServerApp", "ip"): (
        "jupyter_server_ip",
        lambda ip: "0.0.0.0" if ip in ("*", "") else "127.0.0.1" if ip == "localhost" else ip,
    ),
    ("ServerApp", "port"): ("jupyter_server_port", int),
    ("ServerApp", "root_dir"): ("jupyter_server_notebooks", str),
    ("ServerApp", "terminals_enabled"): ("jupyter_server_terminals", bool),
    ("ServerApp", "shutdown_no_activity_timeout"): ("jupyter_server_shutdown_idle_seconds", int),
    ("MappingKernelManager", "cull_idle_timeout"): ("jupyter_server_cull_idle_seconds", int),
}
PASSWORD = (
    "a hash cannot become a password again: write the password into the role's password file, or take the one it makes"
)
CERTIFICATE = "choose jupyter_server_tls; the role wants key and certificate in one file"
# What the role decides itself, or what it has no use for, and why.
BY_THE_ROLE = {
    "hashed_password": PASSWORD,
    "password_required": "the role always asks for a password",
    "allow_password_change": "the role keeps the password in a file",
    "token": "the role uses a password, and no token",
    "certfile": CERTIFICATE,
    "keyfile": CERTIFICATE,
    "ssl_options": CERTIFICATE,
    "open_browser": "the role never opens a browser",
    "port_retries": "the role never moves the port",
    "allow_root": "the role has an account for the server: jupyter_server_user",
    "cookie_secret_file": "the server makes its own",
    "cookie_secret": "the server makes its own",
    "disable_check_xsrf": "the role never switches this protection off",
    "allow_origin": "the role lets no other site in",
    "allow_origin_pat": "the role lets no other site in",
    "allow_remote_access": "the role sets it",
    "tornado_settings": "the role sets it",
    "cookie_options": "the role sets it",
    "login_handler_class": "the role has one that slows guessing down",
}


class Translation(t.NamedTuple):
    """``text`` holds no secret unless asked for; ``left`` names what has no translation, and why."""

    text: str
    role_options: dict[str, t.Any]
    left: list[str]


def translate(text: str, path: str, secrets: bool = False) -> Translation:
    """The translation of a file. Raises ValueError when it cannot be parsed."""
    found = settings.of_text(text, path)
    left = ["%s.%s: it no longer exists" % (setting.cls, setting.name) for setting in found if not _new(setting)]
    options, more = role_options(found)
    new = _json(text, secrets) if path.endswith(".json") else _python(text, secrets)
    return Translation(new if secrets else _without_secrets(new), options, left + more)


def _without_secrets(text: str) -> str:
    """Comments keep old passwords, too; one behind a password may say what it is."""
    for pattern, replacement in IN_COMMENTS:
        text = pattern.sub(replacement, text)
    return text


def _new(setting: Setting) -> tuple[str, str] | None:
    return moved(setting.cls, setting.name)


def role_options(found: t.Sequence[Setting]) -> tuple[dict[str, t.Any], list[str]]:
    """The role's options, and what cannot be one."""
    options: dict[str, t.Any] = {}
    left = []
    for setting in found:
        new = _new(setting)
        old = "%s.%s" % (setting.cls, setting.name)
        if new in ROLE_OPTIONS and setting.value is not UNKNOWN:
            name, value = ROLE_OPTIONS[new]
            options[name] = value(setting.value)
        elif new and new[1] in BY_THE_ROLE:
            left.append("%s: %s" % (old, BY_THE_ROLE[new[1]]))
        elif new and _plain(setting.value):
            options.setdefault("jupyter_server_configuration", {}).setdefault(new[0], {})[new[1]] = setting.value
        elif new:
            left.append("%s: it is computed, or no plain data" % old)
    return options, left


def _plain(value: t.Any) -> bool:
    try:
        return bool(json.dumps(value))
    except (TypeError, ValueError):
        return False


def _json(text: str, secrets: bool) -> str:
    new: dict[str, t.Any] = {}
    for cls, options in json.loads(text).items():
        if not isinstance(options, dict):
            new[cls] = options
            continue
        for name, value in options.items():
            target = moved(cls, name)
            shown = value if secrets or name not in SECRET_NAMES or not value else HIDDEN.strip("'")
            if target:
                new.setdefault(target[0], {})[target[1]] = shown
    return json.dumps(new, indent=2) + "\n"


class Edit(t.NamedTuple):
    """A piece of text, by the parser's lines and bytes, and what comes there."""

    start: tuple[int, int]
    end: tuple[int, int]
    text: str


def _python(text: str, secrets: bool) -> str:
    """The same text with other names: comments and everything that is no setting stay as they are."""
    lines = [line.encode() for line in text.splitlines(keepends=True)]
    for edit in sorted(_edits(ast.parse(text), secrets), reverse=True):
        (first, left), (last, right) = edit.start, edit.end
        lines[first - 1 : last] = [lines[first - 1][:left] + edit.text.encode() + lines[last - 1][right:]]
    return b"".join(lines).decode()


def _edits(tree: ast.Module, secrets: bool) -> t.Iterator[Edit]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            words = settings.words(node)
            target = moved(words[1], words[2]) if words and len(words) == 3 and words[0] == "c" else None
            if words and target and (words[1], words[2]) != target:
                yield Edit((node.lineno, node.col_offset), _end(node), "c.%s.%s" % target)
        elif isinstance(node, ast.Assign):
            yield from _assignment(node, secrets)


def _assignment(node: ast.Assign, secrets: bool) -> t.Iterator[Edit]:
    for target in node.targets:
        words = settings.words(target) or []
        if len(words) != 3 or words[0] != "c":
            continue
        if words[2] in SECRET_NAMES and not secrets and not _empty(node.value):
            yield Edit((node.value.lineno, node.value.col_offset), _end(node.value), HIDDEN)
        if moved(words[1], words[2]) is None:
            yield Edit((node.lineno, node.col_offset), (node.lineno, node.col_offset), "pass  # no longer there: ")
            last = _end(node)[0]
            for line in range(node.lineno + 1, last + 1):
                yield Edit((line, 0), (line, 0), "# ")


def _empty(node: ast.expr) -> bool:
    return settings.value_of(node) in ("", None)


def _end(node: ast.expr | ast.stmt) -> tuple[int, int]:
    return node.end_lineno or node.lineno, node.end_col_offset or 0
