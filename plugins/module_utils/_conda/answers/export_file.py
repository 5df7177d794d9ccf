# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.
"""Puts an exported text into its file: only if it differs, by one rename, with the mode and owner that are asked for."""

from __future__ import annotations

import os
import tempfile
import typing as t
from pathlib import Path

from .export import ExportError, without_values


def write_export(module: t.Any, dest: Path, text: str) -> dict[str, t.Any]:
    """Make ``dest`` hold the text (in check mode: say whether that would change it); return the module's answer.

    ``module`` is the AnsibleModule, with the options of ``add_file_common_args`` and ``backup``. Raises
    :class:`ExportError` where something else is in the way.
    """
    path = Path(os.path.realpath(dest))  # a link stays one
    before, after = _read(path), text.encode("utf-8")
    answer: dict[str, t.Any] = {"dest": str(dest), "changed": before != after, "diff": _diff(dest, before, text)}
    if answer["changed"] and not module.check_mode:
        if not path.parent.is_dir():
            raise ExportError(f"{path.parent}, which is to hold {path.name}, is no directory; make it first")
        if before is not None and module.params["backup"]:
            answer["backup_file"] = module.backup_local(str(path))
        _replace(module, path, after)
    if path.exists():
        wanted = module.load_file_common_arguments(module.params, path=str(path))
        answer["changed"] = module.set_fs_attributes_if_different(wanted, answer["changed"])
    return answer


def _read(path: Path) -> bytes | None:
    if path.is_file():
        return path.read_bytes()
    if path.exists():
        raise ExportError(
            f"{path} exists and is no file; give the path of a file as 'dest', or move away what is there"
        )
    return None


def _replace(module: t.Any, path: Path, content: bytes) -> None:
    descriptor, name = tempfile.mkstemp(dir=module.tmpdir)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
    # A mode that is asked for may be there to hide the values: nobody is to read them before it is set.
    umask = os.umask(0o077) if module.params["mode"] is not None else None
    try:
        module.atomic_move(name, str(path))
    finally:
        if umask is not None:
            os.umask(umask)


def _diff(dest: Path, before: bytes | None, after: str) -> dict[str, str]:
    texts = [without_values(text) for text in ((before or b"").decode("utf-8", "replace"), after)]
    if before is not None and before != after.encode("utf-8") and texts[0] == texts[1]:
        texts[1] += "(only what is not shown changes: values of variables, or credentials)\n"
    return {"before": texts[0], "after": texts[1], "before_header": str(dest), "after_header": str(dest)}
