"""Stands before another program: puts what a file says into the environment, and becomes that program. See :mod:`credentials`."""

from __future__ import annotations

import json
import os
import sys

VARIABLE = "BENCHWRIGHT_CREDENTIALS"


def main(program: str, arguments: list[str]) -> None:
    """Become the program of that name that is next on the PATH."""
    with open(os.environ.pop(VARIABLE), encoding="utf-8") as stream:
        os.environ.update(json.load(stream))
    os.environ["PATH"] = os.environ["PATH"].partition(":")[2]
    os.execvp(program, [program, *arguments])


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
