"""A host for the conda modules: a root prefix, an engine, and what happens to an environment by hand."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .ansible_call import Answer
from .module_call import run_module

LISTED = ("link", "unlink", "repair", "pip", "pip_removed", "variables", "variables_removed")


@dataclass
class Host:
    """Where modules are called with the same engine and channels; ``environment`` is the processes' environment."""

    directory: Path
    options: dict[str, Any]
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def root(self) -> Path:
        return self.directory / "root"

    @property
    def prefix(self) -> Path:
        return self.root / "envs/lab"

    def call(self, module: str, check: bool = False, **options: Any) -> Answer:
        """Call a module on the environment ``lab``; an option of None is left out."""
        defaults = {"root_prefix": str(self.root), "name": "lab", **self.options}
        given = {key: value for key, value in {**defaults, **options}.items() if value is not None}
        return run_module(module, given, self.directory / "tmp", check, **self.environment)

    def four_steps(self, module: str, **options: Any) -> dict[str, Any]:
        """Check, run, check, run: what check mode says is what the run does, and then nothing is left to do.

        Returns what the run changed, without what it did not.
        """
        predicted, did = (self.call(module, check, **options) for check in (True, False))
        assert not predicted.failed, predicted.result["msg"]
        assert not did.failed, did.result["msg"]
        for key in ("changed", "diff", "why", *LISTED):
            assert predicted.result.get(key) == did.result.get(key), key
        for check in (True, False):
            again = self.call(module, check, **options)
            assert not again.failed, again.result["msg"]
            assert (again.changed, again.diff) == (False, ([], [])), again.result
        changes = {key: did.result[key] for key in LISTED if did.result.get(key)}
        assert did.changed == bool(changes)
        assert did.changed == (did.diff != ([], []))
        return changes

    def records(self) -> list[str]:
        """The environment's packages as conda-meta names them."""
        return sorted(path.stem for path in (self.prefix / "conda-meta").glob("*.json"))

    def record(self, name: str) -> dict[str, Any]:
        """What conda-meta says of a package."""
        [path] = (self.prefix / "conda-meta").glob(f"{name}-*.json")
        return dict(json.loads(path.read_text()))

    def remove_by_hand(self, name: str) -> None:
        """A package goes with its record and its files."""
        record = self.record(name)
        for file in record["files"]:
            (self.prefix / file).unlink()
        (self.prefix / "conda-meta" / "{name}-{version}-{build}.json".format(**record)).unlink()

    def set_variable_by_hand(self, name: str, value: str) -> None:
        """As ``conda env config vars set`` does it."""
        path = self.prefix / "conda-meta/state"
        state = json.loads(path.read_text()) if path.exists() else {}
        path.write_text(json.dumps({**state, "env_vars": {**state.get("env_vars", {}), name: value}}))
