"""What is on the hosts after the role removed what it had made: what was there before."""

from __future__ import annotations


def test_the_file_system_is_as_it_was(host) -> None:
    assert host.run("diff /root/before /root/after").stdout == ""
    assert int(host.check_output("wc -l < /root/before")) > 1000
