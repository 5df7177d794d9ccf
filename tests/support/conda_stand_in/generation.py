"""What differs between releases of conda."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Flavour = Literal["conda", "mamba1", "mamba2", "micromamba"]
DEFAULT_GENERATIONS: dict[Flavour, str] = {
    "conda": "26.7.1",
    "mamba1": "24.11.3",
    "mamba2": "2.8.1",
    "micromamba": "2.8.1",
}
MAMBA1 = "1.5.8"


@dataclass(frozen=True)
class Generation:
    """One release. ``existing`` is what ``env create`` does with an environment that is there."""

    version: str
    existing: Literal["refuse", "merge", "recreate"]
    environment_list: Literal["info", "details"]
    dry_run_environment: Literal["environment", "actions"]
    export_formats: tuple[str, ...]
    not_found_in_channels: str
    not_found_in_prefix: str
    sorted_keys: bool = False
    guidance: bool = False
    bullets_begin_with_newline: bool = True
    frozen: bool = True
    sections_complained_of: int = 1
    """How often an unknown section of environment.yml is complained of."""

    @property
    def parts(self) -> tuple[int, ...]:
        return tuple(map(int, self.version.split(".")[:2]))


FORMATS = ("environment-yaml", "environment-json", "explicit", "requirements")
OLD = Generation(
    version="24.11.3",
    existing="refuse",
    environment_list="info",
    dry_run_environment="environment",
    export_formats=(),
    not_found_in_channels="PackagesNotFoundError",
    not_found_in_prefix="PackagesNotFoundError",
    sorted_keys=True,
    bullets_begin_with_newline=False,
    frozen=False,
)
MIDDLE = Generation(
    version="25.11.1",
    existing="merge",
    environment_list="details",
    dry_run_environment="environment",
    export_formats=FORMATS,
    not_found_in_channels="PackagesNotFoundError",
    not_found_in_prefix="PackagesNotFoundError",
)
NEW = Generation(
    version="26.7.1",
    existing="recreate",
    environment_list="details",
    dry_run_environment="actions",
    export_formats=FORMATS,
    not_found_in_channels="PackagesNotFoundInChannelsError",
    not_found_in_prefix="PackagesNotFoundInPrefixError",
    guidance=True,
    sections_complained_of=2,
)


def generation_of(version: str) -> Generation:
    """The newest known generation that is not newer than ``version``, under that version's number."""
    parts = tuple(map(int, version.split(".")[:2]))
    known = [generation for generation in (OLD, MIDDLE, NEW) if generation.parts <= parts] or [OLD]
    return Generation(**{**vars(known[-1]), "version": version})
