# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The options that conda modules share; C(module_utils/_conda/arguments.py) holds the same for their code."""

    ENGINE = r"""
options:
  engine:
    description:
      - The tool that solves and installs. All of them lead to the same result; they differ in speed.
      - V(auto) takes what the host has, which is py-rattler if the host's Python can import it, else the mamba, conda or
        micromamba of O(root_prefix), else one on C(PATH). On a host with none of them the controller's own py-rattler is sent
        along for the duration of the task, and only if there is something to do.
    type: str
    choices: [auto, conda, mamba, micromamba, rattler]
    default: auto
  executable:
    description:
      - The path on the host of the C(conda), C(mamba) or C(micromamba) to use.
      - It decides the engine too. If O(engine) is given as well, it has to be that tool.
    type: path
  root_prefix:
    description:
      - The directory below which named environments (C(envs/)) and the package cache (C(pkgs/)) lie.
      - By default the one that an environment's directory lies in C(envs/) of, else that of the executable in use.
      - It is needed where an environment is called by its name and the host has no conda. An environment given by its
        directory does not need it. Its packages are then kept in the user's cache, C(~/.cache/benchwright/pkgs), if there
        is no other place.
    type: path
  engine_wheel:
    description: Internal. The path on the host of py-rattler's wheel, for hosts that cannot import it. Set by the action plugin.
    type: path
notes:
  - >-
    O(engine), O(executable), O(root_prefix) and the channels can be set once for all conda modules of a play or block, with
    C(module_defaults: {group/benchwright.python.conda: {root_prefix: /opt/conda, channels: [conda-forge]}}).
"""

    WHEREABOUTS = r"""
options:
  engine:
    description:
      - Whose environments are meant where O(root_prefix) is not given; V(auto) is the first tool found on C(PATH).
      - It is not started.
    type: str
    choices: [auto, conda, mamba, micromamba, rattler]
    default: auto
  executable:
    description: The path on the host of the C(conda), C(mamba) or C(micromamba) whose environments are meant. It is not started.
    type: path
  root_prefix:
    description:
      - The directory below which named environments (C(envs/)) lie.
      - By default the one that O(prefix) lies in C(envs/) of, else that of the executable. It is needed for O(name) where the
        host has no conda.
    type: path
  engine_wheel:
    description: Internal. Not used here.
    type: path
notes:
  - >-
    O(engine), O(executable), O(root_prefix) and the channels can be set once for all conda modules of a play or block, with
    C(module_defaults: {group/benchwright.python.conda: {root_prefix: /opt/conda, channels: [conda-forge]}}).
"""

    CHANNELS = r"""
options:
  channels:
    description:
      - Names or URLs of the channels to take packages from, most important first, for example V(conda-forge).
      - Where a file describes the environment, these replace the channels that it names.
      - No other channel is ever asked, whatever the host's C(.condarc) says.
      - A URL may hold credentials (C(https://user:password@...), C(https://.../t/TOKEN/...)). They are never shown.
    type: list
    elements: str
    default: []
  accept_anaconda_terms:
    description:
      - Whether you have accepted Anaconda's terms of service, which its channels (C(defaults), C(pkgs/main) and so on)
        are under. Larger organisations need a licence.
      - Without it these channels are refused.
    type: bool
    default: false
"""

    SOLVER = r"""
options:
  channel_priority:
    description: With V(strict), a package comes from the first channel that has it, whatever versions the others have.
    type: str
    choices: [strict, disabled]
    default: strict
"""

    TARGET = r"""
options:
  name:
    description:
      - The environment's name. It lies in C(envs/) below O(root_prefix). V(base) is the environment in O(root_prefix) itself.
      - If neither this nor O(prefix) is given, a file that describes the environment has to name it.
    type: str
  prefix:
    description: The environment's directory, instead of O(name).
    type: path
  allow:
    description:
      - What is refused unless it is named here.
      - V(base) is to change conda's own environment by its directory; called V(base) by O(name), it needs no leave.
      - V(frozen) is to change an environment that its owner froze (C(conda-meta/frozen), CEP 22).
      - V(foreign) is to make an environment in a directory that holds other files. They stay.
    type: list
    elements: str
    choices: [base, foreign, frozen]
    default: []
  verify_files:
    description:
      - Whether to look for files of packages that are gone, which conda itself does not notice, and to put them back.
      - Only files of conda's packages are looked for, not those of pip's, and only whether they are there, not what they hold.
        Compiled C(.pyc) files are not looked for. Turn it off for environments that were made smaller by deleting files.
    type: bool
    default: true
  lock_timeout:
    description: So many seconds to wait for another run that changes the environment, or that uses the same package cache.
    type: int
    default: 600
"""
