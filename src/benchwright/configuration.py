"""What ansible.cfg says, read as Ansible reads it: the command line must not override it unknowingly."""

from __future__ import annotations

import configparser
import os
from collections.abc import Iterator
from pathlib import Path

from benchwright.errors import BenchwrightError


def configured(section: str, key: str) -> str:
    """Return a value of the ansible.cfg that counts here, as Ansible looks for it; nothing where it does not say."""
    parser = configparser.ConfigParser(interpolation=None, inline_comment_prefixes=(";",), strict=False)
    for path in _configurations():
        if path.is_file():
            try:
                parser.read(path, encoding="utf-8")
            except (configparser.Error, UnicodeDecodeError) as error:
                raise BenchwrightError(f"{path}: {error}") from error
            break
    return parser.get(section, key, fallback="").strip()


def _configurations() -> Iterator[Path]:
    if named := os.environ.get("ANSIBLE_CONFIG"):
        yield Path(named).expanduser()
    here = Path.cwd()
    if not here.stat().st_mode & 0o002:  # Ansible does not trust a directory that everybody writes to
        yield here / "ansible.cfg"
    yield Path.home() / ".ansible.cfg"
    yield Path("/etc/ansible/ansible.cfg")
