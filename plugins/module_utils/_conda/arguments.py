# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""The options that conda modules share, for their argument_spec; the doc fragment ``_conda`` describes them."""

from __future__ import annotations

ENGINE = {
    "engine": {"type": "str", "choices": ["auto", "conda", "mamba", "micromamba", "rattler"], "default": "auto"},
    "executable": {"type": "path"},
    "root_prefix": {"type": "path"},
    "engine_wheel": {"type": "path"},
}
CHANNELS = {
    "channels": {"type": "list", "elements": "str", "default": []},
    "accept_anaconda_terms": {"type": "bool", "default": False},
}
SOLVER = {"channel_priority": {"type": "str", "choices": ["strict", "disabled"], "default": "strict"}}
TARGET = {
    "name": {"type": "str"},
    "prefix": {"type": "path"},
    "allow": {"type": "list", "elements": "str", "choices": ["base", "foreign", "frozen"], "default": []},
    "verify_files": {"type": "bool", "default": True},
    "lock_timeout": {"type": "int", "default": 600},
}
RELEASES = {
    "deploy": {"type": "str", "choices": ["release", "in_place"], "default": "release"},
    "keep": {"type": "int", "default": 3},
    "checks": {
        "type": "list",
        "elements": "str",
        "choices": ["files", "pip", "imports"],
        "default": ["files", "pip", "imports"],
    },
    "on_drift": {"type": "str", "choices": ["report", "rebuild"], "default": "report"},
    "release": {"type": "str"},
}
DESCRIPTION = {
    "file": {"type": "path"},
    "remote_src": {"type": "bool", "default": False},
    "environment": {"type": "str", "default": "default"},
    "dependencies": {"type": "list", "elements": "str", "default": []},
    "pip": {"type": "list", "elements": "str", "default": []},
    "variables": {"type": "dict", "default": {}},
    "packages": {
        "type": "list",
        "elements": "dict",
        "default": [],
        "options": {
            "url": {"type": "str", "required": True},
            "sha256": {"type": "str", "default": ""},
            "md5": {"type": "str", "default": ""},
        },
    },
    "pip_complete": {"type": "bool", "default": False},
}
RIGHTS = {"owner": {"type": "str"}, "group": {"type": "str"}, "mode": {"type": "str"}}
REGISTRATION = {
    "kernel": {"type": "bool"},
    "kernel_name": {"type": "str"},
    "kernel_display_name": {"type": "str"},
    "kernels_directory": {"type": "path"},
    "facts_directory": {"type": "path"},
    "forget_missing": {"type": "bool", "default": False},
}
STATES = ["present", "latest", "exact", "rolled_back", "absent", "described"]
CONDA_ENV = {
    "argument_spec": {
        "state": {"type": "str", "choices": STATES, "default": "present"},
        "clone_from": {"type": "str"},
        **TARGET,
        **RELEASES,
        **DESCRIPTION,
        **RIGHTS,
        **REGISTRATION,
        **CHANNELS,
        **SOLVER,
        **ENGINE,
    },
    "mutually_exclusive": [
        ("name", "prefix"),
        ("file", "clone_from"),
        *((given, option) for given in ("file", "clone_from") for option in ("dependencies", "pip", "variables")),
    ],
    "required_one_of": [("name", "prefix", "file")],
}
