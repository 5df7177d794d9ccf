"""What is on the hosts after the role removed what it had made: what was there before."""

from __future__ import annotations


def test_the_file_system_is_as_it_was(host) -> None:
    changes = host.run("diff /root/before /root/after")
    assert changes.stdout == ""
    assert host.run("wc -l < /root/before").stdout.strip() > "1000"
