# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""JupyterLab or Notebook, with a server that takes its configuration from the file of --config alone.

Jupyter by itself reads further files beside it: the one of all its applications, JupyterLab's and Notebook's, each in the home,
in the environment, in /usr/local/etc/jupyter and in /etc/jupyter. Whatever one of them says and that file does not would count.
"""

from __future__ import annotations

import sys
from copy import deepcopy
from importlib import import_module

from jupyter_core.paths import ENV_CONFIG_PATH, SYSTEM_CONFIG_PATH

# What extensions look for without asking the server. Before they are imported; it is the list that all of them share.
SYSTEM_CONFIG_PATH.clear()

from jupyter_server.extension.config import ExtensionConfigManager  # noqa: E402
from jupyter_server.serverapp import ServerApp  # noqa: E402

PAGES = {"lab": ("jupyterlab.labapp", "LabApp"), "notebook": ("notebook.app", "JupyterNotebookApp")}


class JupyterServer(ServerApp):
    """A server that looks nowhere but in the file that it was told; its extensions look where it does."""

    last_word = None

    @property
    def config_file_paths(self) -> list[str]:
        return []

    def load_config_file(self, *arguments, **named):
        super().load_config_file(*arguments, **named)
        self.last_word = deepcopy(self.config)

    def update_config(self, config):
        """Extensions may add what the file is silent about. JupyterLab takes all the server's options for its own, too."""
        if self.last_word is not None:
            config = deepcopy(config)
            config.merge(self.last_word)
        super().update_config(config)

    def find_server_extensions(self):
        """Those of the environment: its packages say in there what they bring."""
        found = ExtensionConfigManager(read_config_path=ENV_CONFIG_PATH).get_jpserver_extensions()
        self.jpserver_extensions = {**found, **self.jpserver_extensions}


def main(page: str, arguments: list[str]) -> None:
    """Serve until somebody ends it."""
    module, name = PAGES[page]
    application = getattr(import_module(module), name)
    application.serverapp_class = JupyterServer
    application.launch_instance(arguments)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
