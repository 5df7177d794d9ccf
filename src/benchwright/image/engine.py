"""What is asked of this machine's engine: one of the collection's modules, run without Ansible, which takes longer to start."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from typing import Any

from benchwright.errors import BenchwrightError
from benchwright.runner import collection_path
from benchwright.status import ExitCode

PACKAGE = "ansible_collections.benchwright.python.plugins.modules"
LAST_LINES = 15
Answer = dict[str, Any]


def ask(module: str, arguments: Mapping[str, Any], check: bool = False) -> Answer:
    """Return what the module answers. Raises BenchwrightError with its words where it fails."""
    collection_path()
    modes = {"_ansible_check_mode": check, "_ansible_remote_tmp": tempfile.gettempdir()}
    asked = json.dumps({"ANSIBLE_MODULE_ARGS": {**arguments, **modes}})
    command = [sys.executable, "-m", f"{PACKAGE}.{module}"]
    done = subprocess.run(command, input=asked, capture_output=True, text=True, check=False)
    try:
        answer = dict(json.loads(done.stdout))
    except ValueError:
        end = "\n".join((done.stderr or done.stdout).strip().splitlines()[-LAST_LINES:])
        raise BenchwrightError(
            f"the module {module} ended without an answer (exit code {done.returncode}):\n{end}"
        ) from None
    if answer.get("failed"):
        raise BenchwrightError(str(answer["msg"]), ExitCode.HOST_FAILED)
    return answer


def whole(reference: str) -> str:
    """Return the image's name with its tag, which is ``latest`` where none is given."""
    return reference if ":" in reference.rpartition("/")[2] else f"{reference}:latest"


def find_image(reference: str) -> Answer:
    """Return what the engine knows of an image of ours. Raises BenchwrightError where there is none of this name."""
    images = ask("workbench_image_info", {})["images"]
    for image in images:
        if f"{image['name']}:{image['tag']}" == whole(reference):
            return dict(image)
    there = ", ".join(sorted(f"{image['name']}:{image['tag']}" for image in images if image["name"])) or "none"
    raise BenchwrightError(f"there is no image {whole(reference)} that benchwright made; there are: {there}")


def find_container(name: str) -> Answer:
    """Return what the engine knows of a container of ours. Raises BenchwrightError where there is none of this name."""
    containers = ask("workbench_image_info", {})["containers"]
    for container in containers:
        if container["name"] == name or (len(name) >= 12 and container["id"].startswith(name)):
            return dict(container)
    there = ", ".join(sorted(container["name"] for container in containers)) or "none"
    raise BenchwrightError(f"there is no container {name} of an image that benchwright made; there are: {there}")
