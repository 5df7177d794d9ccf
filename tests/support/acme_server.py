"""An ACME server on a systemd host: Debian's pebble, which looks at port 80 as a public authority does."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path

from support.certificates import Authority
from support.systemd_host import SystemdHost

DIRECTORY = "https://acme.example.org:14000/dir"
MANAGEMENT = "https://acme.example.org:15000"
SETTINGS = {
    "pebble": {
        "listenAddress": "0.0.0.0:14000",
        "managementListenAddress": "0.0.0.0:15000",
        "certificate": "/srv/acme/server.pem",
        "privateKey": "/srv/acme/server.key",
        "httpPort": 80,
        "tlsPort": 443,
        "certificateValidityPeriod": 90 * 86400,
    }
}
INSTALL = "apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends {}"
TRUST = "cat > /usr/local/share/ca-certificates/acme.crt && update-ca-certificates"
# It would refuse one good nonce in twenty, on purpose; certbot asks again once, so that one run in some dozens would fail.
START = "systemd-run --unit=pebble --setenv=PEBBLE_VA_NOSLEEP=1 --setenv=PEBBLE_WFE_NONCEREJECT=0 pebble -config /srv/acme/pebble.json"


@dataclass(frozen=True)
class AcmeServer:
    """It knows names by the host's ``/etc/hosts`` and forgets everything when it ends."""

    host: SystemdHost

    @property
    def root(self) -> str:
        """The certificate of the authority that issues, as PEM: not the one that the server itself is known by."""
        return self._fetch(f"{MANAGEMENT}/roots/0")

    def wait(self, seconds: float = 20) -> None:
        deadline = time.monotonic() + seconds
        while "newOrder" not in self._fetch(DIRECTORY):
            assert time.monotonic() < deadline, self.host.run("journalctl --unit pebble")
            time.sleep(0.2)

    def _fetch(self, url: str) -> str:
        program = f"import urllib.request; print(urllib.request.urlopen('{url}').read().decode())"
        return self.host.run(f'python3 -c "{program}"', check=False)


def serve_acme(host: SystemdHost, scratch: Path, *names: str) -> AcmeServer:
    """Install and start it on the host, which then trusts it, for names that are to lead to the host."""
    host.run(INSTALL.format("pebble ca-certificates"))
    address = host.run("hostname --all-ip-addresses").split()[0]
    host.run(f"echo '{address} acme.example.org {' '.join(names)}' >> /etc/hosts; mkdir -p /srv/acme")
    authority = Authority(scratch, "acme")
    host.run("cat > /srv/acme/server.pem", stdin=authority.issue(scratch / "acme_server.key", "DNS:acme.example.org"))
    host.run("cat > /srv/acme/server.key", stdin=(scratch / "acme_server.key").read_text())
    host.run("cat > /srv/acme/pebble.json", stdin=json.dumps(SETTINGS))
    host.run(TRUST, stdin=authority.pem)
    host.run(START)
    served = AcmeServer(host)
    served.wait()
    return served
