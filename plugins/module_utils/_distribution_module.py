# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""What the modules of a conda distribution have in common: one answer or one clear error."""

from __future__ import annotations

import os
import typing as t

from ._conda.errors import CondaError
from ._conda.scratch import sweep
from ._distribution.carry_out import InstallerNeeded, Wanted
from ._distribution.checksums import SHA256
from ._distribution.errors import DistributionError
from ._distribution.obtain import Source
from ._ending import end_in_order
from ._files import LockError
from ._secretive_module import SecretiveModule

DISTRIBUTION: dict[str, dict[str, t.Any]] = {
    "prefix": {"type": "str", "required": True},
    "distribution": {"type": "str", "choices": ["miniforge", "miniconda", "micromamba"]},
    "version": {"type": "str", "default": "latest"},
    "url": {"type": "str"},
    "src": {"type": "str"},
    "installer": {"type": "path"},
    "checksum": {"type": "str"},
    "checksum_url": {"type": "str"},
    "url_username": {"type": "str"},
    "url_password": {"type": "str", "no_log": True},
    "ca_path": {"type": "path"},
    "scope": {"type": "str", "choices": ["system", "user"], "default": "user"},
    "group": {"type": "str"},
    "channels": {"type": "list", "elements": "str", "default": []},
    "accept_anaconda_terms": {"type": "bool", "default": False},
    "remove_environments": {"type": "bool", "default": False},
    "timeout": {"type": "int", "default": 3600},
    "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
}
Work = t.Callable[[SecretiveModule], t.Mapping[str, t.Any]]


def run_module(work: Work, **arguments: t.Any) -> None:
    """Run a module; ``work`` gets it and returns the answer. Never returns."""
    end_in_order()
    module = SecretiveModule(supports_check_mode=True, **arguments)
    if not module.check_mode:
        sweep()
    if module.params.get("scope") != "user":
        os.umask(0o002 if module.params.get("group") else 0o022)
    try:
        answer = dict(work(module))
        for warning in answer.pop("warnings", ()):
            module.warn(warning)
        module.exit_json(**answer)
    except InstallerNeeded:
        module.exit_json(changed=True, installer_needed=True)
    except (DistributionError, CondaError, LockError) as error:
        module.fail_json(msg=str(error))
    except OSError as error:
        module.fail_json(msg=f"{error}; make room or give rights there, and run again")


def wanted(options: t.Mapping[str, t.Any], prefix: str) -> Wanted:
    """What is wanted, out of the options. Raises DistributionError."""
    return Wanted(
        distribution=options["distribution"],
        version=options["version"],
        prefix=prefix,
        source=_source(options),
        shared=options["scope"] == "system",
        group=options["group"] or "",
        channels=tuple(options["channels"]),
        accept_anaconda_terms=options["accept_anaconda_terms"],
        timeout=float(options["timeout"]),
    )


def _source(options: t.Mapping[str, t.Any]) -> Source | None:
    """Where the installer is from; None while the controller has it and has not sent it. Raises DistributionError."""
    checksum = options["checksum"] or ""
    if checksum and not SHA256.fullmatch(checksum):
        raise DistributionError(f"checksum is {checksum!r}, but must be a sha256: 64 hexadecimal digits")
    if not (options["url"] or options["src"]):
        return None
    return Source(
        address=options["url"] or options["src"],
        sha256=checksum,
        sha256_address=options["checksum_url"] or "",
        user=options["url_username"] or "",
        password=options["url_password"] or "",
        ca_path=options["ca_path"] or "",
    )
