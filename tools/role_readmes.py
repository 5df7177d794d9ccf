"""Writes the reference of options into each role's README, from its meta/argument_specs.yml: what stands below MARKER is generated.

tools/role_readmes.py            # make docs
tools/role_readmes.py --check    # names the READMEs that are stale, and fails if there are any
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROLES = Path(__file__).parent.parent / "roles"
MARKER = "<!-- Below this line all is written by `make docs`, from meta/argument_specs.yml. -->"
# Ansible's markup in descriptions: https://docs.ansible.com/ansible/latest/dev_guide/ansible_markup.html
MARKUP = [
    (re.compile(r"\bM\((?:benchwright\.python\.)?([^)]+)\)"), r"`\1`"),
    (re.compile(r"\b(?:C|V|O|E|RV)\(([^)]+)\)"), r"`\1`"),
    (re.compile(r"\bB\(([^)]+)\)"), r"**\1**"),
    (re.compile(r"\bI\(([^)]+)\)"), r"*\1*"),
    (re.compile(r"\bL\(([^,]+), *([^)]+)\)"), r"[\1](\2)"),
    (re.compile(r"\bU\(([^)]+)\)"), r"<\1>"),
]


def main() -> int:
    stale = [path for path in readmes() if path.read_text(encoding="utf-8") != written(path)]
    for path in stale:
        print(f"{path.relative_to(ROLES.parent)} {'is stale: make docs' if '--check' in sys.argv else 'written'}")
        if "--check" not in sys.argv:
            path.write_text(written(path), encoding="utf-8")
    return 1 if stale and "--check" in sys.argv else 0


def readmes() -> list[Path]:
    return sorted(ROLES.glob("*/README.md"))


def written(readme: Path) -> str:
    """The README as it has to be: its own text, and the reference."""
    head = readme.read_text(encoding="utf-8").partition(MARKER)[0].rstrip()
    specs = yaml.safe_load((readme.parent / "meta/argument_specs.yml").read_text(encoding="utf-8"))["argument_specs"]
    return "\n".join([head, "", MARKER, *reference(specs)]) + "\n"


def reference(specs: dict[str, Any]) -> Iterator[str]:
    for name, spec in specs.items():
        yield from ["", "## Options" if name == "main" else f"## Options with `tasks_from: {name}`", ""]
        yield f"{text(spec['short_description'])}. {text(spec.get('description', ''))}".strip()
        if name != "main" and spec.get("options") == specs["main"].get("options"):
            yield from ["", "The options are those above."]
        elif spec.get("options"):
            yield from [
                "",
                "| option | type | default | what it is |",
                "| --- | --- | --- | --- |",
                *rows(spec["options"]),
            ]


def rows(options: dict[str, Any], of: str = "") -> Iterator[str]:
    for name, option in options.items():
        path = of + name
        cells = [f"`{path}`", kind(option), default(option), text(option["description"]) + choices(option)]
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
        yield from rows(option.get("options", {}), f"{path}[]." if option["type"] == "list" else f"{path}.")


def kind(option: dict[str, Any]) -> str:
    return f"{option['type']} of {option['elements']}" if "elements" in option else str(option["type"])


def default(option: dict[str, Any]) -> str:
    if option.get("required"):
        return "required"
    value = option.get("default")
    shown = " ".join(value.split()) if isinstance(value, str) and value else json.dumps(value)
    return "" if value is None else f"`{shown}`"


def choices(option: dict[str, Any]) -> str:
    named = ", ".join(f"`{choice}`" for choice in option.get("choices", []))
    return f" One of {named}." if named else ""


def text(description: str | list[str]) -> str:
    """A description in Markdown, in one line."""
    joined = " ".join([description] if isinstance(description, str) else description)
    for pattern, replacement in MARKUP:
        joined = pattern.sub(replacement, joined)
    return " ".join(joined.split())


if __name__ == "__main__":
    sys.exit(main())
