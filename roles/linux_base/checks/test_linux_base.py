"""What the role linux_base is to have made of a host, seen on the host itself.

Alone: pytest --hosts=ansible://all --ansible-inventory=hosts.yml, and this file.
"""

from __future__ import annotations

import pytest


def test_the_tools_are_installed(host) -> None:
    wanted = host.ansible.get_variables().get("linux_base_packages") or []
    if not wanted:
        pytest.skip("the inventory names no tools (linux_base_packages)")
    missing = [name for name in wanted if not host.package(name).is_installed]
    assert not missing, f"not installed: {', '.join(missing)}"
