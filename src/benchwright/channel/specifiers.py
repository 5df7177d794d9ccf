"""Python's names and version specifiers in conda's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.utils import canonicalize_name
from packaging.version import Version

if TYPE_CHECKING:
    from packaging.specifiers import Specifier, SpecifierSet

# Normally conda-forge's name is the project's own in lower case. Of the shipped set these differ, so that environment
# files written for conda-forge find them; and conda's own tzdata, for one, is the time zone database itself.
CONDA_NAMES = {
    "blosc2": "python-blosc2",
    "fastjsonschema": "python-fastjsonschema",
    "jupyter-builder": "jupyter-builder",
    "jupyter-events": "jupyter_events",
    "msgpack": "msgpack-python",
    "notebook-shim": "notebook-shim",
    "pydantic-core": "pydantic-core",
    "stack-data": "stack_data",
    "tables": "pytables",
    "tzdata": "python-tzdata",
}


def conda_name(project: str) -> str:
    """The name under which conda users know a project, given its name as its authors write it."""
    return CONDA_NAMES.get(canonicalize_name(project), project.lower())


def _clause(specifier: Specifier) -> str:
    operator, version = specifier.operator, specifier.version
    if operator == "~=":
        # Written out, since conda's own ~= is not known to every solver.
        series = ".".join(map(str, Version(version).release[:-1]))
        return f">={version},{series}.*"
    if operator == "==" and version.endswith(".*"):
        return version
    return ("==" if operator == "===" else operator) + version


def version_spec(specifiers: SpecifierSet) -> str:
    """`>=1.2,<2` of PEP 440 as conda's version spec; empty for no condition. The order is fixed."""
    return ",".join(sorted(map(_clause, specifiers), reverse=True))


def match_spec(name: str, specifiers: SpecifierSet) -> str:
    """`name versions`, as it stands in a package's `depends`; `name` is conda's."""
    return f"{name} {version_spec(specifiers)}".strip()
