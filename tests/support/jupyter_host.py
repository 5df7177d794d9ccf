"""A systemd container that the roles made a Jupyter server of, and its visitors."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible_collections.benchwright.python.plugins.module_utils._jupyter.certificate import trusting_context
from ansible_collections.benchwright.python.plugins.module_utils._jupyter.session import Session

from benchwright.channel.build import build_channel
from support.systemd_host import SystemdHost, boot

PLAY = Path(__file__).with_name("jupyter_host.yml")
AGAIN = Path(__file__).with_name("jupyter_server.yml")
"""The role alone: the environment that it serves is there."""
VERIFY = Path(__file__).with_name("jupyter_verify.yml")
"""Only its verification."""
UNIT = "benchwright-jupyter-server"
CONFIG = "/etc/benchwright"
ENVIRONMENT = "/opt/benchwright/envs/lab"
PORT = 8888
SECONDS = 60.0
"""What a visitor waits for each thing."""

# All that abuse may take: it happens in here, and the machine that runs the tests does not notice.
LIMITS = ("--memory=3g", "--memory-swap=3g", "--pids-limit=6000")
VARIABLES: dict[str, Any] = {
    "conda_env_channels": ["file:///srv/channel"],
    "conda_env_environments": [
        {
            "name": "lab",
            "dependencies": [
                "python >=3.11,<3.14",
                "pip",
                "jupyterlab >=4.6.4",
                "notebook >=7.6.3",
                "jupyter_server >=2.20.0",
                "ipykernel",
                "numpy",
                "matplotlib",
            ],
        }
    ],
    "jupyter_server_environment": ENVIRONMENT,
    "jupyter_server_ip": "0.0.0.0",
    "jupyter_server_port": PORT,
    "jupyter_server_memory_max": "1536M",
    "jupyter_server_tasks_max": 1024,
}


@dataclass(frozen=True)
class JupyterHost:
    """``address`` is the container's on Docker's bridge, ``certificate`` a copy of the server's on this machine, without the key."""

    host: SystemdHost
    address: str
    certificate: Path
    variables: dict[str, Any]

    @property
    def url(self) -> str:
        return f"https://{self.address}:{PORT}"

    @property
    def password(self) -> str:
        return self.host.run(f"cat {CONFIG}/jupyter_server_password").rstrip("\n")

    def visitor(self, seconds: float = SECONDS) -> Session:
        """Somebody with a browser, a stranger so far. ``seconds`` is for all that he does; ``give`` gives more."""
        session = Session(self.url, trusting_context(str(self.certificate)))
        session.give(seconds)
        return session

    def user(self, seconds: float = SECONDS) -> Session:
        """Somebody who has logged in."""
        session = self.visitor(seconds)
        status = session.log_in(self.password)
        assert status == 302, f"HTTP status {status}"
        return session

    def play(self, *flags: str, **options: Any) -> subprocess.CompletedProcess[str]:
        """Run the role again, with other options of its own."""
        return self.host.play(AGAIN, {**self.variables, **options}, *flags)

    def copy_certificate(self) -> None:
        """After the server was given another one."""
        pem = self.host.run(f"sed -n '/BEGIN CERT/,/END CERT/p' {CONFIG}/jupyter_server.pem")
        self.certificate.write_text(pem, encoding="ascii")

    def wait(self, seconds: float = SECONDS) -> float:
        """Seconds until the server answers."""
        began = time.monotonic()
        while True:
            try:
                self.visitor(5).expect(200, "GET", "/api")
                return time.monotonic() - began
            except OSError:
                if time.monotonic() - began > seconds:
                    raise
                time.sleep(0.1)

    def pid(self) -> int:
        """The server's process, as the container numbers it."""
        return int(self.host.run(f"systemctl show --property=MainPID --value {UNIT}"))


@contextmanager
def serve_jupyter(*options: str, **variables: Any) -> Iterator[JupyterHost]:
    """Boot a host, with further options of ``docker run``, and play the roles with further variables."""
    channel = build_channel(None, None, progress=print).path
    with boot(*LIMITS, *options, "--volume", f"{channel}:/srv/channel:ro") as host:
        wanted = {**VARIABLES, **variables}
        done = host.play(PLAY, wanted)
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr
        address = host.run("hostname --all-ip-addresses").split()[0]
        served = JupyterHost(host, address, host.scratch / "certificate.pem", wanted)
        served.copy_certificate()
        yield served


def engine_missing() -> str:
    """Why there can be no container here; empty when there can."""
    if shutil.which("docker") is None:
        return "there is no docker command"
    done = subprocess.run(["docker", "info"], capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else "there is no Docker engine: " + done.stderr.strip()
