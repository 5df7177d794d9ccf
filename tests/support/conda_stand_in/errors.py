"""How conda says that it failed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .generation import Generation

GUIDANCE = {
    "cause": "Some requested packages have conflicting version constraints",
    "hint_codes": ["review_conflicting_specs", "check_pinned_packages", "update_conda"],
    "hints": [
        {
            "hint_code": "review_conflicting_specs",
            "text": "Review the conflicting specifications above and adjust version ranges or package names.",
        },
        {
            "hint_code": "check_pinned_packages",
            "text": "Check for pinned packages:\n      conda config --show pinned_packages",
        },
        {"hint_code": "update_conda", "text": "Update conda and try again:\n      conda update conda"},
    ],
    "summary": "Conda could not find a compatible set of packages to satisfy the requested specifications.",
}
NOT_FOUND = """The following packages are not available from current channels:

{packages}

Current channels:

{channels}

To search for alternate channels that may provide the conda package you're
looking for, navigate to

    https://conda.example.org

and use the search bar at the top of the page.
"""


class UsageError(Exception):
    """The arguments are not understood: text on stderr, exit code 2."""


class CondaFailure(Exception):
    """An exception of conda, by its name there, with its own fields."""

    problem = ""

    def __init__(self, name: str, message: str, code: int = 1, **fields: Any) -> None:
        super().__init__(message)
        self.name, self.message, self.code, self.fields = name, message, code, fields

    def answer(self) -> dict[str, Any]:
        """What is printed with ``--json``."""
        return {
            "caused_by": "None",
            "error": f"{self.name}: {self.message}",
            "exception_name": self.name,
            "exception_type": f"<class 'conda.exceptions.{self.name}'>",
            "message": self.message,
            **self.fields,
        }


class SeveralFailures(CondaFailure):
    """A CondaMultiError."""

    def __init__(self, failures: Sequence[CondaFailure]) -> None:
        super().__init__("CondaMultiError", "\n".join(failure.message for failure in failures))
        self.failures = failures

    def answer(self) -> dict[str, Any]:
        return {
            "error": "Multiple Errors Encountered.",
            "errors": [failure.answer() for failure in self.failures],
            "exception_name": self.name,
            "exception_type": "<class 'conda.CondaMultiError'>",
        }


def bullets(lines: Sequence[str]) -> str:
    return "\n".join(f"  - {line}" for line in lines)


def no_environment(prefix: object) -> CondaFailure:
    return CondaFailure("EnvironmentLocationNotFound", f"Not a conda environment: {prefix}", location=str(prefix))


def not_in_channels(generation: Generation, packages: Sequence[str], urls: Sequence[str]) -> CondaFailure:
    before = "\n" if generation.bullets_begin_with_newline else ""
    return CondaFailure(
        generation.not_found_in_channels,
        NOT_FOUND.format(packages=bullets(packages), channels=bullets(urls)),
        channel_urls=list(urls),
        channels_formatted=before + bullets(urls),
        packages=list(packages),
        packages_formatted=before + bullets(packages),
    )


def not_in_prefix(generation: Generation, packages: Sequence[str], prefix: object) -> CondaFailure:
    before = "\n" if generation.bullets_begin_with_newline else ""
    begin, formatted = "The following packages are missing from the target environment:\n", before + bullets(packages)
    if generation.not_found_in_prefix == "PackagesNotFoundError":
        fields: dict[str, Any] = {
            "channel_urls": [],
            "channels_formatted": "" if before else [],
            "packages": list(packages),
        }
    else:
        begin += f"  prefix: {prefix}\n"
        fields = {"package_name": list(packages), "prefix": str(prefix)}
    return CondaFailure(generation.not_found_in_prefix, f"{begin}{formatted}\n", packages_formatted=formatted, **fields)


def unsatisfiable(
    generation: Generation, name: str, chains: Sequence[Sequence[str]], problem: str = ""
) -> CondaFailure:
    """``problem`` is what mamba would say."""
    message = (
        "The following specifications were found to be incompatible with each other:\n\n"
        "Output in format: Requested package -> Available versions"
    )
    if chains:
        message += f"\n\nPackage {name} conflicts for:\n" + "\n".join(" -> ".join(chain) for chain in chains)
    extra: dict[str, Any] = {"guidance": GUIDANCE} if generation.guidance else {}
    failure = CondaFailure("UnsatisfiableError", message, unsatisfiable=[list(chain) for chain in chains], **extra)
    failure.problem = problem
    return failure
