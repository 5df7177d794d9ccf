"""Configuration that others left where Jupyter looks for some, and that would open a server."""

from __future__ import annotations

import json

NAMES = ("jupyter_config", "jupyter_server_config", "jupyter_lab_config", "jupyter_notebook_config")
EVERYBODY = {"allow_origin": "*", "authenticate_prometheus": False, "base_url": "/elsewhere/"}
OPEN = {
    "CarefulIdentityProvider": {"token": "known"},
    "IdentityProvider": {"token": "known"},
    "LabApp": EVERYBODY,
    "NotebookApp": EVERYBODY,
    "ServerApp": EVERYBODY,
}


def foreign_files(canary: str) -> dict[str, str]:
    """Names and texts; who executes one of them makes the file ``canary``."""
    programs = {f"{name}.py": f"open({canary!r}, 'w').close()\n" for name in NAMES}
    return {**programs, **{f"{name}.json": json.dumps(OPEN) for name in NAMES}}
