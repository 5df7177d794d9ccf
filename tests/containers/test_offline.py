"""A host that reaches nothing but its site is made by the same three roles, and never looks for anything else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.channel_server import serve
from support.docker_engine import bridge_address
from support.outgoing import watch
from support.site_directory import Site, make_whole_site
from support.systemd_host import SystemdHost, boot

from benchwright.channel.build import build_channel

PLAY = Path(__file__).with_name("three_roles.yml")
# An address that nobody has: names are not resolved, and who asks for one is seen.
NO_RESOLVER = "192.0.2.1"


@pytest.fixture(scope="module")
def channel() -> Path:
    return build_channel(None, None, progress=print).path


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, channel: Path) -> Site:
    return make_whole_site(tmp_path_factory.mktemp("site"), channel)


def variables(site: Site, base: str) -> dict[str, Any]:
    """All sources are below ``base``, a directory of the host or an address."""
    return {
        "linux_base_packages": ["bzip2", "htop", "tree", "wget"],
        "linux_base_apt_sources": [{"uri": f"{base}/apt", "suites": ["./"], "trusted": True}],
        "linux_base_upgrade": "security",
        "linux_base_pip_find_links": [f"{base}/wheels/"],
        "miniconda_distribution": "miniforge",
        "miniconda_mirror": f"{base}/installers",
        "miniconda_checksum": site.checksum,
        "miniconda_channels": [f"{base}/channel"],
        "conda_env_channels": [f"{base}/channel"],
        "conda_env_environments": [
            {"name": "work", "dependencies": ["python=3.11", "pip", "numpy"], "pip": ["site-tool ==1.0"]}
        ],
    }


def converge(host: SystemdHost, site: Site, base: str) -> None:
    """Twice: the second run finds nothing to do."""
    for expected in (True, False):
        done = host.play(PLAY, variables(site, base))
        assert done.returncode == 0, done.stdout[-3000:] + done.stderr
        assert ("changed=0 " not in done.stdout) == expected, done.stdout[-3000:]
    assert (
        host.run("dpkg-query --show --showformat '${db:Status-Status} ' bzip2 htop tree wget").split()
        == ["installed"] * 4
    )
    assert host.run("/opt/conda/bin/conda --version").startswith("conda ")
    program = "import numpy, site_tool; print(site_tool.version)"
    assert host.run(f"/opt/benchwright/envs/work/bin/python -c '{program}'") == "1.0\n"


def test_from_a_directory_with_no_network_at_all(site: Site, channel: Path) -> None:
    mounts = ("--volume", f"{site.directory}:/srv/site:ro", "--volume", f"{channel}:/srv/site/channel:ro")
    with boot(*mounts, network="none") as host:
        assert "lo" in host.run("ls /sys/class/net").split()
        assert host.run("ip route") == ""
        host.run("getent hosts conda.example.org && exit 1; true")
        converge(host, site, "file:///srv/site")


def test_from_a_web_server_and_nobody_else_is_asked(site: Site) -> None:
    with serve(site.directory, address=bridge_address()) as served, boot(f"--dns={NO_RESOLVER}") as host:
        with watch(host) as reached:
            converge(host, site, served.url)
        assert reached == {served.url.removeprefix("http://")}
        assert {path.split("/")[1] for path in served.requests} == {"apt", "channel", "installers", "wheels"}


def test_who_asks_for_anything_else_is_seen() -> None:
    """Or the test above would see nothing, whatever the roles did."""
    with boot(f"--dns={NO_RESOLVER}") as host:
        with watch(host) as reached:
            host.run("timeout 2 getent hosts conda.example.org", check=False)
            host.run("timeout 2 bash -c 'echo > /dev/tcp/198.51.100.7/443'", check=False)
        assert reached == {f"{NO_RESOLVER}:53", "198.51.100.7:443"}
