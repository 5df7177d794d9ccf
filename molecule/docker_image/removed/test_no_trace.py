"""Nothing of the role's is left, and what others made is."""

from __future__ import annotations

import subprocess


def test_the_engine_has_no_image_of_the_scenario() -> None:
    names = subprocess.check_output(["docker", "images", "--format", "{{.Repository}}"], text=True).split()
    assert not [name for name in names if name.startswith("benchwright-test/molecule/")]
    assert "benchwright-test/systemd-trixie" in names


def test_the_host_is_as_it_was(host) -> None:
    for place in ("/opt/benchwright", "/var/lib/benchwright"):
        assert not host.file(place).exists
