# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""What the conda modules have in common: one answer or one clear error, and an engine only where one is needed."""

from __future__ import annotations

import os
import typing as t

from ._conda.changes.change import FindEngine
from ._conda.engines.choose import choose_engine
from ._conda.engines.interface import Engine, EngineNeeded
from ._conda.errors import CondaError
from ._conda.scratch import sweep
from ._ending import end_in_order
from ._files import LockError
from ._secretive_module import SecretiveModule

Run = t.Callable[[SecretiveModule, FindEngine], t.Mapping[str, t.Any]]


def conda_module(run: Run, **arguments: t.Any) -> None:
    """Run a module; ``run`` gets it and what finds the engine, and returns the answer. Never returns."""
    end_in_order()  # before there is anything to be tidied up
    module = SecretiveModule(supports_check_mode=True, **arguments)
    if not module.check_mode:
        sweep()
    os.umask(0o022)  # an environment is made for its users, whatever umask this run was started with
    try:
        answer = dict(run(module, lambda: _engine(module)))
        for warning in answer.pop("warnings", ()):
            module.warn(warning)
        module.exit_json(**answer)
    except EngineNeeded:
        module.exit_json(changed=False, engine_needed=True, machine=os.uname().machine)
    except CondaError as error:
        module.fail_json(msg=str(error), changed=error.changed)
    except (LockError, OSError) as error:
        module.fail_json(msg=str(error))


def _engine(module: SecretiveModule) -> Engine:
    options = module.params
    return choose_engine(
        options["engine"],
        options["executable"],
        options["root_prefix"],
        options["engine_wheel"],
        options["accept_anaconda_terms"],
    )
