"""How cloud credentials reach Ansible: by a file that has no name on any disk, and is gone with this process.

ansible-runner writes the environment that it starts Ansible with to a file, so the credentials are not in that environment: a program
that stands before ansible-playbook puts them there.
"""

from __future__ import annotations

import json
import os
import shlex
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from benchwright import with_credentials

PROGRAM = "ansible-playbook"
# The secrets that inventories and modules of providers look for. Their other variables, such as AWS_REGION, are handed on anyway.
NAMES = (
    *("DIGITALOCEAN_ACCESS_TOKEN", "DIGITALOCEAN_TOKEN", "DO_API_TOKEN"),
    *("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECRET_KEY", "AWS_SECURITY_TOKEN"),
    *("HCLOUD_TOKEN", "LINODE_ACCESS_TOKEN", "LINODE_TOKEN", "VULTR_API_KEY"),
    *("AZURE_SECRET", "AZURE_PASSWORD", "AZURE_CLIENT_SECRET"),
    *("OS_PASSWORD", "OS_TOKEN", "OS_APPLICATION_CREDENTIAL_SECRET", "OS_APPLICATION_CREDENTIAL_ID"),
    *("GCP_SERVICE_ACCOUNT_CONTENTS", "GCP_ACCESS_TOKEN"),
)
Environment = Mapping[str, str]


@contextmanager
def handed_over(wanted: bool) -> Iterator[Callable[[Environment], dict[str, str]]]:
    """Yield what makes an environment one that leads Ansible to the credentials; where there are none, it is left as it is."""
    found = {name: os.environ[name] for name in NAMES if os.environ.get(name)}
    if not (wanted and found):
        yield dict
        return
    descriptor = os.memfd_create("benchwright")
    try:
        os.write(descriptor, json.dumps(found).encode())
        with tempfile.TemporaryDirectory(prefix="benchwright-program-") as directory:
            yield lambda environment: _leading(environment, Path(directory), descriptor)
    finally:
        os.close(descriptor)


def _leading(environment: Environment, directory: Path, descriptor: int) -> dict[str, str]:
    program = directory / PROGRAM
    command = shlex.join([sys.executable, "-I", with_credentials.__file__, PROGRAM])
    program.write_text(f'#!/bin/sh\nexec {command} "$@"\n', encoding="utf-8")
    program.chmod(0o700)
    where = f"/proc/{os.getpid()}/fd/{descriptor}"  # for this user's processes alone
    return {**environment, "PATH": f"{directory}:{environment['PATH']}", with_credentials.VARIABLE: where}
