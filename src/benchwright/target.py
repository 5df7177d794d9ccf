"""Which hosts a command is about, and which project: this machine, an inventory that is named, or the one that ansible.cfg names."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchwright.configuration import configured
from benchwright.errors import BenchwrightError
from benchwright.runner import collection_path


@dataclass(frozen=True)
class Target:
    """``inventory`` is what ``-i`` is given; with none, Ansible's configuration decides."""

    inventory: tuple[str, ...]
    here: bool
    """Whether it is this machine, because nothing else was named."""

    @property
    def words(self) -> list[str]:
        return [word for each in self.inventory for word in ("-i", each)]

    @property
    def name(self) -> str:
        """What people call these hosts."""
        return "this machine" if self.here else f"the hosts of {', '.join(self._named)}"

    @property
    def short(self) -> str:
        """The same, where there is little room."""
        return "this machine" if self.here else ", ".join(Path(each).name or each for each in self._named)

    @property
    def _named(self) -> tuple[str, ...]:
        return self.inventory or (configured_inventory(),)


def target_of(inventory: Sequence[str] | None) -> Target:
    """Return the target of a command that was given these inventories. Raises BenchwrightError for one that does not exist."""
    for each in inventory or ():
        if "," not in each and not Path(each).exists():
            raise BenchwrightError(f"no inventory at {each}; give a file or directory that exists with -i")
    if inventory:
        return Target(tuple(inventory), here=False)
    if configured_inventory():
        return Target((), here=False)
    return Target((str(local_inventory()),), here=True)


def local_inventory() -> Path:
    """Return the inventory of this machine, which comes with the collection.

    It is the file that is named: Ansible would read the description beside it as an inventory, too, and warn.
    """
    return collection_path() / "inventories" / "local" / "hosts.yml"


def configured_inventory() -> str:
    """Return the inventory that the environment or the project's ansible.cfg names; nothing where neither does."""
    return os.environ.get("ANSIBLE_INVENTORY") or configured("defaults", "inventory")
