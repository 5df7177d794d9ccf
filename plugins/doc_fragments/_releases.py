# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """How an environment is deployed."""

    DOCUMENTATION = r"""
options:
  deploy:
    description:
      - With V(release), whatever has to change is built as a whole new environment beside the one in use, in C(.releases/), checked,
        and then the environment's own path, a symbolic link, is switched to it by one rename. A run that is killed, a full disk or a
        package that does not work changes nothing that is in use. Files are shared with the package cache, so that a release takes
        little room. What runs goes on with the release that it was started from.
      - An environment that is a plain directory becomes a release as it is, in one step. All in it stays as it was.
      - Files that no package brought are copied to the next release.
      - With V(in_place), the environment itself is changed. That is not safe against a kill or a full disk.
      - V(base) is always changed in place.
    type: str
    choices: [release, in_place]
    default: release
  keep:
    description:
      - So many releases stay, the current one included. Older ones are removed, but for those that a process uses; a later run
        removes them.
      - As a normal user one does not see what other users' processes use, but for their command lines.
    type: int
    default: 3
  checks:
    description:
      - What a release has to pass before it is switched to.
      - With V(files), every file is what its package's record says.
      - With V(pip), C(pip check) finds nothing wrong with what pip installed. What it says of conda's own packages is a warning.
      - With V(imports), the Python modules of the packages that the description asks for can be imported.
    type: list
    elements: str
    choices: [files, pip, imports]
    default: [files, pip, imports]
  on_drift:
    description:
      - What is done about changes that somebody made by hand in the current release.
      - With V(report), they are told (RV(drift), and a warning). With O(state=present) what was added stays, in later releases too.
      - With V(rebuild), the release is made anew as it was, or as the description asks for now.
    type: str
    choices: [report, rebuild]
    default: report
  release:
    description: >-
      With O(state=rolled_back), the digest of the release to go back to, or its beginning. By default the newest that is older than
      the current one.
    type: str
"""
