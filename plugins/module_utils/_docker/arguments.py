# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""What M(benchwright.python.workbench_image) takes."""

from __future__ import annotations

import typing as t

Options = t.Dict[str, t.Any]
FILE: Options = {key: {"type": "str", "required": True} for key in ("path", "content", "mode")}
SERVER: Options = {
    "program": {"type": "str", "required": True},
    "port": {"type": "int", "required": True},
    "package": {"type": "str", "required": True},
    "allow_known_holes": {"type": "bool", "default": False},
    "files": {"type": "list", "elements": "dict", "required": True, "options": FILE},
}
IMAGE: Options = {
    "name": {"type": "str", "required": True},
    "tag": {"type": "str", "default": "latest"},
    "base": {"type": "str", "default": "benchwright/base:bookworm"},
    "environments": {"type": "list", "elements": "dict", "default": []},
    "packages": {"type": "list", "elements": "str", "default": []},
    "command": {"type": "list", "elements": "str", "default": ["ipython"]},
    "left_out": {"type": "list", "elements": "str", "default": []},
    "server": {"type": "dict", "options": SERVER},
    "labels": {"type": "dict", "default": {}},
    "push": {"type": "list", "elements": "str", "default": []},
}
REGISTRY: Options = {
    "registry": {"type": "str", "required": True},
    "username": {"type": "str", "required": True},
    "password": {"type": "str", "required": True, "no_log": True},
}
WORKBENCH: Options = {
    "state": {"type": "str", "choices": ["present", "absent", "pruned"], "default": "present"},
    "images": {"type": "list", "elements": "dict", "default": [], "options": IMAGE},
    "registries": {"type": "list", "elements": "dict", "default": [], "options": REGISTRY},
    "mirror": {"type": "str", "default": ""},
    "unused": {"type": "bool", "default": False},
    "rebuild": {"type": "bool", "default": False},
}
