"""The role's check of who runs the server, with a stand-in for the host: it is seen to find root."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

CHECKS = Path(__file__).parents[3] / "roles/jupyter_server/checks/test_jupyter_server.py"
SERVER = "/opt/lab/bin/python /etc/benchwright/jupyter lab --config=/etc/benchwright/jupyter_server_config.py"


def look(user: str, **variables: str) -> None:
    """Run the check on a host where the server, and something else of root's, run."""
    spec = importlib.util.spec_from_file_location("role_checks", CHECKS)
    assert spec and spec.loader
    checks = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(checks)
    running = [("root", "vim /etc/benchwright/jupyter_server_config.py"), (user, SERVER)]

    def owned(user: str) -> list[Any]:
        return [SimpleNamespace(args=arguments) for owner, arguments in running if owner == user]

    host = SimpleNamespace(
        process=SimpleNamespace(filter=owned), ansible=SimpleNamespace(get_variables=lambda: variables)
    )
    checks.test_the_server_is_not_root(host, "/etc/benchwright")


def test_a_server_of_root_is_found_and_another_is_not() -> None:
    look("jupyter")
    with pytest.raises(AssertionError, match="a server runs as root"):
        look("root")


def test_root_is_well_where_it_was_asked_for() -> None:
    with pytest.raises(pytest.skip.Exception):
        look("root", jupyter_server_user="root")
