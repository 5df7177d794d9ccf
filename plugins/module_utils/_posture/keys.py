# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Where the options of the old notebook server are now: by notebook_shim's and jupyter_server's own lists of options."""

from __future__ import annotations


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


OLD_CLASSES = ("LabApp", "JupyterNotebookApp", "NotebookApp")

# ServerApp has these under the same name. Those that a new class has taken over are in MOVED.
SAME = _names(
    """
    allow_credentials allow_origin allow_origin_pat allow_remote_access allow_root authenticate_prometheus autoreload
    base_url browser certfile client_ca config_manager_class contents_manager_class cookie_secret cookie_secret_file
    custom_display_url disable_check_xsrf extra_services extra_static_paths extra_template_paths file_to_run ip
    jinja_environment_options jinja_template_vars kernel_manager_class kernel_spec_manager_class keyfile local_hostnames
    log_datefmt log_format log_level max_body_size max_buffer_size min_open_files_limit open_browser port port_retries
    pylab quit_button reraise_server_extension_failures session_manager_class shutdown_no_activity_timeout sock
    sock_mode ssl_options terminado_settings terminals_enabled tornado_settings trust_xheaders use_redirect_file
    webbrowser_open_new websocket_compression_options websocket_url
    """
)
MOVED = {
    "allow_password_change": ("PasswordIdentityProvider", "allow_password_change"),
    "base_project_url": ("ServerApp", "base_url"),
    "cookie_options": ("IdentityProvider", "cookie_options"),
    "default_url": ("LabApp", "default_url"),
    "get_secure_cookie_kwargs": ("IdentityProvider", "get_secure_cookie_kwargs"),
    "iopub_data_rate_limit": ("ZMQChannelsWebsocketConnection", "iopub_data_rate_limit"),
    "iopub_msg_rate_limit": ("ZMQChannelsWebsocketConnection", "iopub_msg_rate_limit"),
    "limit_rate": ("ZMQChannelsWebsocketConnection", "limit_rate"),
    "login_handler_class": ("IdentityProvider", "login_handler_class"),
    "logout_handler_class": ("IdentityProvider", "logout_handler_class"),
    "notebook_dir": ("ServerApp", "root_dir"),
    "password": ("PasswordIdentityProvider", "hashed_password"),
    "password_required": ("PasswordIdentityProvider", "password_required"),
    "rate_limit_window": ("ZMQChannelsWebsocketConnection", "rate_limit_window"),
    "token": ("IdentityProvider", "token"),
    "webapp_settings": ("ServerApp", "tornado_settings"),
}
# LabApp's own options, which only share a class with what moved.
LAB = _names(
    """
    app_dir collaborative core_mode default_url dev_mode expose_app_in_browser extensions_in_dev_mode labextensions_path
    override_static_url override_theme_url splice_source user_settings_dir watch workspaces_dir
    """
)
# The shim gives these to NotebookApp, where a server of today never looks.
LEFT_BEHIND = _names(
    """
    default_url extra_static_paths extra_template_paths jinja_environment_options jinja_template_vars log_format
    log_level open_browser quit_button static_custom_path
    """
)
# What an ignored key opens the door with, or leaves it open.
GUARDING = _names(
    """
    allow_origin allow_origin_pat allow_remote_access certfile cookie_options disable_check_xsrf ip keyfile
    local_hostnames password password_required port sock sock_mode ssl_options terminals_enabled token
    """
)


def moved(cls: str, name: str) -> tuple[str, str] | None:
    """The new class and name of an option; None when there is none any more. What is of another class stays."""
    if cls not in OLD_CLASSES or (cls == "LabApp" and name in LAB):
        return cls, name
    return MOVED.get(name) or (("ServerApp", name) if name in SAME else None)
