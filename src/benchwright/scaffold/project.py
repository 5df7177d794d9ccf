"""The files of a new project, as text by their path. Nothing is written here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from jinja2 import Environment, StrictUndefined

from benchwright.errors import BenchwrightError
from benchwright.runner import collection_path

RENDERED = ".j2"
DOT = "dot_"
ELSEWHERE = re.compile(r"/\.\./\w+/environment\.yml")
"""In an inventory of the collection: the environment of another inventory."""


class Provider(StrEnum):
    """Where a project's machines are."""

    LOCAL = "local"
    SSH = "ssh"
    CONTAINERS = "containers"
    DIGITALOCEAN = "digitalocean"
    AWS = "aws"
    HETZNER = "hetzner"


INVENTORIES = {Provider.SSH: "example"}
"""The collection's inventory, where it is called otherwise."""
COLLECTIONS = {Provider.AWS: ["amazon.aws"], Provider.HETZNER: ["hetzner.hcloud"]}
PACKAGES = {Provider.AWS: ["boto3", "botocore"], Provider.HETZNER: ["requests", "python-dateutil"]}
SSH_SECRETS = {Provider.LOCAL: [], Provider.CONTAINERS: [], Provider.SSH: ["SSH_PRIVATE_KEY", "SSH_KNOWN_HOSTS"]}
"""What CI reaches the machines with, where it is not a key alone: those of a cloud are new, and their keys are accepted once."""
SECRETS = {
    Provider.DIGITALOCEAN: ["DIGITALOCEAN_ACCESS_TOKEN"],
    Provider.AWS: ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"],
    Provider.HETZNER: ["HCLOUD_TOKEN"],
}


@dataclass(frozen=True)
class File:
    """One file of a project; ``path`` is relative to it."""

    path: Path
    text: str
    executable: bool = False


def project_files(name: str, provider: Provider) -> list[File]:
    """Return the files of a project of this name. Raises BenchwrightError where the collection has no such inventory."""
    inventory = collection_path() / "inventories" / INVENTORIES.get(provider, provider.value)
    if not inventory.is_dir():
        raise BenchwrightError(f"--provider {provider}: the collection has no inventory at {inventory}")
    hosts = [path.name for path in sorted(inventory.glob("*.yml")) if path.name != "environment.yml"]
    values = {
        "name": name,
        "provider": provider.value,
        "inventory": hosts[0],
        "version": version("benchwright"),
        "collections": COLLECTIONS.get(provider, []),
        "packages": PACKAGES.get(provider, []),
        "ssh_secrets": SSH_SECRETS.get(provider, ["SSH_PRIVATE_KEY"]),
        "secrets": SECRETS.get(provider, []),
    }
    return [*_own(values), *_inventory(inventory, Path("inventories", provider.value))]


def _own(values: Mapping[str, object]) -> Iterator[File]:
    environment = Environment(
        undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )
    root = files("benchwright.scaffold") / "project"
    for path, source in _walk(root, Path()):
        text = source.read_text(encoding="utf-8")
        if path.name.endswith(RENDERED):
            text = environment.from_string(text).render(values)
        yield File(path.with_name(path.name.removesuffix(RENDERED)), text, executable=text.startswith("#!"))


def _walk(directory: Traversable, path: Path) -> Iterator[tuple[Path, Traversable]]:
    for entry in sorted(directory.iterdir(), key=lambda each: each.name):
        below = path / (f".{entry.name.removeprefix(DOT)}" if entry.name.startswith(DOT) else entry.name)
        if entry.is_dir():
            yield from _walk(entry, below)
        else:
            yield below, entry


def _inventory(source: Path, target: Path) -> Iterator[File]:
    """The collection's inventory, with the environment that it installs beside it."""
    for path in sorted(source.rglob("*.yml")):
        text = path.read_text(encoding="utf-8")
        yield File(target / path.relative_to(source), ELSEWHERE.sub("/environment.yml", text))
    if not (source / "environment.yml").is_file():
        text = (source.parent / "local/environment.yml").read_text(encoding="utf-8")
        yield File(target / "environment.yml", text)
