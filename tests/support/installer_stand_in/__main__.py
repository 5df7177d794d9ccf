"""``python -m support.installer_stand_in DIRECTORY CHANNEL``: all of them, with the Python of a channel in a directory."""

from __future__ import annotations

import argparse
from pathlib import Path

from . import build_installer, build_micromamba, python_and_its_dependencies

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("directory", type=Path)
parser.add_argument("channel", type=Path)
given = parser.parse_args()
packages = python_and_its_dependencies(given.channel)
build_installer(given.directory, packages)
build_installer(given.directory, packages, "miniconda", "py314_26.5.3-1")
build_micromamba(given.directory)
build_micromamba(given.directory, archive=True)
