"""What is on the hosts after the role removed what it had made: what was there before, and people's notebooks."""

from __future__ import annotations


def test_only_homes_differ(host) -> None:
    """The environment is another role's, and got a release in between; dpkg copies its database at midnight."""
    changes = host.run("diff /root/before /root/after | grep '^[<>]'").stdout.splitlines()
    others = ("> /home/jupyter", "> /home/quant/", "> /opt/benchwright/", "< /opt/benchwright/", "> /var/backups")
    assert [line for line in changes if not line.startswith(others)] == []
    assert int(host.check_output("wc -l < /root/before")) > 1000


def test_notebooks_stay_and_nothing_runs(host) -> None:
    assert host.file("/home/jupyter/notebooks/kept.ipynb").exists
    assert not host.user("jupyter").exists
    assert host.user("quant").exists
    assert host.run("pgrep -f '[j]upyter'").stdout == ""
    assert not host.socket("tcp://18820").is_listening
