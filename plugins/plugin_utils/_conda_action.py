# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This plugin util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""What the conda modules need of the controller: descriptions are read and checked here, before a host is touched.

Hosts have no PyYAML and often no py-rattler. The first call answers from what is installed; only if there is something to
solve on a host without an engine does a second call bring it, into the task's temporary directory.
"""

from __future__ import annotations

import base64
import os
import platform

from ansible.errors import AnsibleActionFail, AnsibleError
from ansible.module_utils.common.validation import check_type_bool, check_type_dict, check_type_list
from ansible.plugins.action import ActionBase
from ansible_collections.benchwright.python.plugins.module_utils._conda.descriptions.description import read_description
from ansible_collections.benchwright.python.plugins.module_utils._conda.descriptions.environment import (
    EnvironmentFileError,
    check_channels,
    check_dependencies,
    check_pip,
    check_variables,
)
from ansible_collections.benchwright.python.plugins.module_utils._conda.specs.channel import without_credentials
from ansible_collections.benchwright.python.plugins.plugin_utils._engine_wheel import EngineWheelError, engine_wheel

# conda's names for the machines that uname and Ansible's facts know.
PLATFORMS = {"x86_64": "linux-64", "i686": "linux-32", "i386": "linux-32", "arm64": "linux-aarch64"}
DESCRIPTION = ("dependencies", "pip", "variables")
# The keys of a module's result in which a task's arguments come back, as they are or in a message.
ECHOES = ("invocation", "msg", "exception", "module_stdout", "module_stderr", "warnings")


class CondaAction(ActionBase):
    """Runs one of the collection's conda modules; a subclass names the module and what it is described by."""

    TRANSFERS_FILES = True
    MODULE = ""
    """The module's full name."""
    SPECS = ()
    """The options that hold match specs."""

    def run(self, tmp=None, task_vars=None):
        result = super().run(tmp, task_vars)
        del tmp
        task_vars = task_vars or {}
        try:
            arguments = self.prepared(dict(self._task.args), task_vars)
        except EnvironmentFileError as error:
            raise AnsibleActionFail(str(error)) from None
        except TypeError as error:
            raise AnsibleActionFail(f"an option has the wrong type: {error}") from None
        if arguments.get("state") == "described":
            return {**result, "changed": False, **self.described(arguments)}
        result.update(self._execute_module(module_name=self.MODULE, module_args=arguments, task_vars=task_vars))
        if result.pop("engine_needed", False):
            arguments["engine_wheel"] = self._send_engine(result.pop("machine"))
            result.update(self._execute_module(module_name=self.MODULE, module_args=arguments, task_vars=task_vars))
        return {key: masked(value) if key in ECHOES else value for key, value in result.items()}

    def prepared(self, arguments, task_vars):
        """Return the module's arguments, each part of the description checked; raises EnvironmentFileError."""
        del task_vars  # for those that read files
        accepted = check_type_bool(arguments.get("accept_anaconda_terms") or False)
        if arguments.get("channels"):
            check_channels(texts(arguments["channels"]), "channels", accepted)
        for option in self.SPECS:
            if arguments.get(option):
                check_dependencies(texts(arguments[option]), option, accepted)
        if arguments.get("pip"):
            check_pip(texts(arguments["pip"]), "pip")
        if arguments.get("variables"):
            check_variables(check_type_dict(arguments["variables"]), "variables")
        return arguments

    def described(self, arguments):
        """What a description that was only checked tells: the name that it gives."""
        return {"name": arguments.get("name") or ""}

    def _send_engine(self, machine):
        if machine != platform.machine():
            raise AnsibleActionFail(
                f"the host is {machine} and the controller's py-rattler is for {platform.machine()}; install py-rattler "
                "for the host's Python, or copy its wheel there and name it in 'engine_wheel'"
            )
        try:
            wheel = engine_wheel()
        except EngineWheelError as error:
            raise AnsibleActionFail(str(error)) from None
        directory = self._connection._shell.tmpdir or self._make_tmp_path()
        remote = self._transfer_file(wheel, self._connection._shell.join_path(directory, os.path.basename(wheel)))
        self._fixup_perms2((directory, remote))
        return remote


class DescribedAction(CondaAction):
    """Runs a module that is given a whole description, inline or as a file in any format that is read."""

    SPECS = ("dependencies",)

    def prepared(self, arguments, task_vars):
        arguments = super().prepared(arguments, task_vars)
        remote, environment = arguments.pop("remote_src", False), arguments.pop("environment", None)
        file = arguments.pop("file", None)
        if not file:
            return arguments
        clashing = [option for option in (*DESCRIPTION, "clone_from") if arguments.get(option)]
        if clashing:
            raise AnsibleActionFail("give either 'file' or '{}', not both".format("', '".join(clashing)))
        path, content = self._fetched(file, task_vars) if check_type_bool(remote) else self._found(file)
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError as error:
            raise AnsibleActionFail(f"cannot read the environment file {path}: {error}; save it as UTF-8") from None
        accepted = check_type_bool(arguments.get("accept_anaconda_terms") or False)
        described = read_description(text, path, conda_platform(task_vars), environment, accepted)
        if not arguments.get("name") and not arguments.get("prefix"):
            if described.name is None:
                raise AnsibleActionFail(f"{path} has no 'name:', and neither 'name' nor 'prefix' is given")
            arguments["name"] = described.name
        return {
            **arguments,
            "channels": arguments.get("channels") or list(described.channels),
            "dependencies": list(described.dependencies),
            "pip": list(described.pip),
            "variables": dict(described.variables),
            "packages": [
                {"url": package.url, "sha256": package.sha256, "md5": package.md5} for package in described.packages
            ],
            "pip_complete": described.pip_complete,
        }

    def _found(self, name):
        """The path on the controller and its content."""
        try:
            path = self._find_needle("files", name)
            with open(path, "rb") as stream:
                return path, stream.read()
        except AnsibleError:
            raise AnsibleActionFail(
                f"no environment file {name} on the controller; give a path that exists there, or 'remote_src: true' for "
                "one on the host"
            ) from None
        except OSError as error:
            raise AnsibleActionFail(f"cannot read the environment file {path}: {error}") from None

    def _fetched(self, name, task_vars):
        """The path on the host and its content, read through Ansible's own module."""
        slurped = self._execute_module(
            module_name="ansible.builtin.slurp", module_args={"src": name}, task_vars=task_vars
        )
        if slurped.get("failed"):
            raise AnsibleActionFail(f"cannot read the environment file {name} on the host: {slurped.get('msg')}")
        return name, base64.b64decode(slurped["content"])


def conda_platform(task_vars):
    """Return conda's name for the host's platform: from the facts if they were gathered, else as the controller's."""
    facts = task_vars.get("ansible_facts") or {}
    machine = facts.get("architecture") or task_vars.get("ansible_architecture") or platform.machine()
    return PLATFORMS.get(machine, f"linux-{machine}")


def texts(value):
    """Return a list option's items as text; raises TypeError as the module would."""
    return [str(item) for item in check_type_list(value)]


def masked(value):
    """Return the value without the passwords and tokens of the addresses in it."""
    if isinstance(value, str):
        return without_credentials(value) if "//" in value else value
    if isinstance(value, dict):
        return {key: masked(item) for key, item in value.items()}
    return [masked(item) for item in value] if isinstance(value, list) else value
