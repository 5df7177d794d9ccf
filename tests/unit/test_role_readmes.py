"""Each role's README has the options that the role has."""

from __future__ import annotations

import runpy
import subprocess
import sys
from pathlib import Path

TOOL = Path(__file__).parents[2] / "tools/role_readmes.py"
SPECS = {
    "main": {
        "short_description": "Cakes",
        "description": ["Bakes them with M(benchwright.python.oven).", "See O(cakes)."],
        "options": {
            "cakes": {
                "type": "list",
                "elements": "dict",
                "required": True,
                "description": "The cakes, B(all) | of them.",
                "options": {
                    "size": {
                        "type": "str",
                        "choices": ["small", "big"],
                        "description": ["How big;", "V(big) by default."],
                    }
                },
            },
            "cakes_hot": {"type": "bool", "default": False, "description": "Whether C(hot)."},
            "cakes_name": {"type": "str", "default": "", "description": "L(A name,https://example.org)."},
        },
    },
    "options": {"short_description": "Looks, and bakes nothing"},
    "plain": {"short_description": "Nothing to say", "options": {}},
}
REFERENCE = """
## Options

Cakes. Bakes them with `oven`. See `cakes`.

| option | type | default | what it is |
| --- | --- | --- | --- |
| `cakes` | list of dict | required | The cakes, **all** \\| of them. |
| `cakes[].size` | str |  | How big; `big` by default. One of `small`, `big`. |
| `cakes_hot` | bool | `false` | Whether `hot`. |
| `cakes_name` | str | `""` | [A name](https://example.org). |

## Options with `tasks_from: options`

Looks, and bakes nothing.

The options are those above.

## Options with `tasks_from: plain`

Nothing to say."""


def test_the_reference_has_every_option_nested_ones_too() -> None:
    specs = {**SPECS, "options": {**SPECS["options"], "options": SPECS["main"]["options"]}}
    assert "\n".join(runpy.run_path(str(TOOL))["reference"](specs)) == REFERENCE


def test_the_readmes_are_those_that_make_docs_writes() -> None:
    done = subprocess.run([sys.executable, TOOL, "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
