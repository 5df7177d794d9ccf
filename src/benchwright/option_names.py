"""The names of the role options in what ``-e`` takes. Names are for everybody; a value may be a secret."""

from __future__ import annotations

import json
import re
import shlex
from typing import Any

from benchwright.errors import BenchwrightError

PAIR = re.compile(r"([A-Za-z_]\w*)=", re.ASCII)


def names_in(option: str) -> list[str]:
    """Return the names in ``name=value ...``, JSON or YAML; none for a file, and for what nobody can read."""
    if option.lstrip().startswith("{"):
        try:
            return [str(name) for name in mapping_of(option)]
        except BenchwrightError:
            return []
    return [found.group(1) for word in _words(option) if (found := PAIR.match(word))]


def mapping_of(option: str) -> dict[Any, Any]:
    """Return the options that JSON or YAML holds. Raises BenchwrightError, which shows nothing of it."""
    try:
        found = json.loads(option)
    except ValueError:
        found = _from_yaml(option)
    if not isinstance(found, dict):
        raise BenchwrightError("-e {...}: not a JSON or YAML object")
    return found


def _from_yaml(option: str) -> Any:
    import yaml

    try:
        return yaml.safe_load(option)
    except yaml.YAMLError as error:  # its words quote the text
        place = getattr(error, "problem_mark", None)
        where = f", column {place.column + 1}" if place else ""
        raise BenchwrightError(f"-e {{...}}: not a JSON or YAML object{where}") from None


def _words(option: str) -> list[str]:
    try:
        return shlex.split(option)
    except ValueError:  # a quote that nothing closes: of what follows nobody can say what is a name
        return option.split(maxsplit=1)[:1]
