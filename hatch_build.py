"""Put the collection into the wheel, but not into editable installs, which would freeze a copy of it."""

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

COLLECTION = "ansible_collections/benchwright/python"
PARTS = ("galaxy.yml", "README.md", "LICENSE", "meta", "plugins", "roles", "playbooks", "inventories")


class CollectionBuildHook(BuildHookInterface):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "standard":
            build_data["force_include"].update({part: f"{COLLECTION}/{part}" for part in PARTS})
