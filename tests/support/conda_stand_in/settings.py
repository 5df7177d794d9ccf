"""Where things are and what the configuration says, condarc files and variables together."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

from .generation import Flavour, Generation

TRUE = ("1", "true", "yes", "on")
READ_TIMEOUT = 60.0
"""Seconds: conda's default for ``remote_read_timeout_secs``; it then tries again, which is left out here."""
SUBDIRS: tuple[Literal["linux-64"], Literal["noarch"]] = ("linux-64", "noarch")


@dataclass(frozen=True)
class Settings:
    """One call's surroundings."""

    root: Path
    generation: Generation
    flavour: Flavour
    argv: tuple[str, ...]
    configuration: dict[str, Any]
    files: tuple[str, ...]

    @property
    def package_caches(self) -> list[Path]:
        named = os.environ.get("CONDA_PKGS_DIRS")
        found = named.split(",") if named else self.configuration.get("pkgs_dirs") or [self.root / "pkgs"]
        return [Path(path) for path in found]

    @property
    def environment_directories(self) -> list[Path]:
        named = os.environ.get("CONDA_ENVS_PATH") or os.environ.get("CONDA_ENVS_DIRS")
        found = named.split(os.pathsep) if named else self.configuration.get("envs_dirs") or []
        return [*map(Path, found), self.root / "envs"]

    @property
    def strict(self) -> bool:
        priority = os.environ.get("CONDA_CHANNEL_PRIORITY") or self.configuration.get("channel_priority", "flexible")
        return str(priority) == "strict"

    @property
    def safety_checks(self) -> tuple[str, bool]:
        """``safety_checks`` (disabled, warn or enabled) and whether sums are compared as well as sizes."""
        return self._setting("safety_checks", "warn"), self._setting("extra_safety_checks", "false") in TRUE

    @property
    def protects_frozen(self) -> bool:
        """Whether an environment with the mark of a frozen one is to be left alone."""
        return self.generation.frozen and self._setting("protect_frozen_envs", "true") in TRUE

    def _setting(self, name: str, default: str) -> str:
        """What the variable says, or else the configuration; in lower case."""
        kind = "MAMBA" if self.flavour in ("mamba2", "micromamba") else "CONDA"
        found = os.environ.get(f"{kind}_{name.upper()}") or self.configuration.get(name, default)
        return str(found).lower()

    def channels(self, named: list[str], override: bool) -> list[str]:
        """The channels' URLs, most important first: without ``override`` those of the configuration are asked as well."""
        configured = [] if override else list(self.configuration.get("channels") or ())
        several = self.configuration.get("custom_multichannels") or {}
        found = [url for channel in [*named, *configured] for url in several.get(channel, [channel])]
        return [url.rstrip("/") for url in dict.fromkeys(found) if url != "nodefaults"]

    def prefix(self, name: str | None, path: str | None) -> Path:
        """The environment that -n or -p names; without them the active one, or base."""
        if path:
            return Path(path).absolute()
        if name == "base" or not name:
            active = os.environ.get("CONDA_PREFIX")
            return Path(active) if active and not name else self.root
        known = [directory / name for directory in self.environment_directories]
        return next((prefix for prefix in known if (prefix / "conda-meta").is_dir()), known[0])

    def name(self, prefix: Path) -> str:
        if prefix == self.root:
            return "base"
        return prefix.name if prefix.parent in self.environment_directories else ""


def read_settings(root: Path, generation: Generation, flavour: Flavour, argv: list[str]) -> Settings:
    """Read every condarc, later files over earlier ones; channels of later files come first."""
    candidates = [root / ".condarc", Path.home() / ".condarc", Path(os.environ.get("CONDARC") or root / ".condarc")]
    files = [path for path in dict.fromkeys(candidates) if path.is_file()]
    configuration: dict[str, Any] = {}
    for path in files:
        found = yaml.safe_load(path.read_text()) or {}
        channels = [*found.get("channels", ()), *configuration.get("channels", ())]
        configuration |= found | {"channels": list(dict.fromkeys(channels))}
    return Settings(root, generation, flavour, tuple(argv), configuration, tuple(map(str, files)))
