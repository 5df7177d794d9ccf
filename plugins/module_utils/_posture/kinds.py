# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Everything that the audit can find: how bad it is, what it means, and what to do about it."""

from __future__ import annotations

import typing as t

HIGH, MEDIUM, LOW = "high", "medium", "low"
SEVERITIES = (HIGH, MEDIUM, LOW)


class Kind(t.NamedTuple):
    """One kind of finding. ``option`` is what does it with benchwright, ``setting`` what does it by hand."""

    severity: str
    title: str
    setting: str
    option: str


NEW_PASSWORD = "`jupyter server password`, then a restart"
ROLE = "the role jupyter_server"
CERTIFICATE = "jupyter_server_tls"
KINDS = {
    # Who gets in
    "no-authentication": Kind(
        HIGH, "anybody gets in: neither a password nor a token", NEW_PASSWORD, "jupyter_server_authentication"
    ),
    "password-in-clear": Kind(
        HIGH, "the password stands in the configuration as it is", NEW_PASSWORD, "jupyter_server_authentication"
    ),
    "weak-hash": Kind(
        HIGH, "the password's hash is a fast one, made to be guessed", NEW_PASSWORD, "jupyter_server_authentication"
    ),
    "password-ignored": Kind(
        HIGH,
        "a password or token that was set is not the one that counts",
        "one `c.PasswordIdentityProvider.hashed_password` in one file; delete the others",
        ROLE,
    ),
    "password-elsewhere": Kind(
        LOW, "a password or token is set more than once", "one `c.PasswordIdentityProvider.hashed_password`", ROLE
    ),
    "printed-token": Kind(
        LOW,
        "no password: a token that the server prints into its log gets everybody in",
        NEW_PASSWORD,
        "jupyter_server_authentication",
    ),
    "secret-in-argv": Kind(
        HIGH,
        "a secret is an argument, which every user of the host can read",
        "set it in a configuration file of mode 0600, and change the secret",
        ROLE,
    ),
    "secret-in-unit": Kind(
        HIGH,
        "a secret stands in a unit or in a file that every user can read for it",
        "`JUPYTER_TOKEN_FILE` or a configuration file of mode 0600, and change the secret",
        ROLE,
    ),
    "secret-in-environment": Kind(
        LOW,
        "a token is in the server's environment, which every kernel and terminal inherits",
        "`JUPYTER_TOKEN_FILE`, or a password instead",
        "jupyter_server_authentication",
    ),
    "secret-in-crontab": Kind(
        HIGH, "a secret stands in a crontab", "a configuration file of mode 0600, and change the secret", ROLE
    ),
    "secret-in-history": Kind(
        MEDIUM, "a secret stands in a shell's history", "delete the line, and change the secret", ROLE
    ),
    # As whom and how it runs
    "root": Kind(
        HIGH,
        "the server runs as root: every cell and terminal is root's",
        "an account of its own",
        "jupyter_server_user",
    ),
    "allow-root": Kind(
        MEDIUM,
        "the server is allowed to run as root",
        "remove `allow_root`, and run it as another user",
        "jupyter_server_allow_root: false",
    ),
    "not-supervised": Kind(
        LOW, "nothing starts the server again after a crash", "a systemd unit with `Restart=on-failure`", ROLE
    ),
    "not-reloaded": Kind(LOW, "the configuration is newer than the server that runs", "restart the server", ROLE),
    "port-moved": Kind(
        MEDIUM,
        "the server listens on another port than the configured one",
        "free that port, and `c.ServerApp.port_retries = 0`",
        "jupyter_server_port",
    ),
    "port-moves": Kind(
        LOW, "the server takes another port in silence when its own is taken", "`c.ServerApp.port_retries = 0`", ROLE
    ),
    "known-hole": Kind(
        HIGH,
        "a package has a hole that everybody knows of",
        "upgrade it, then restart the server",
        "conda_env_environments, and jupyter_server_allow_known_holes: false",
    ),
    # On the wire
    "no-tls": Kind(
        HIGH,
        "password and work cross the network in clear",
        "`c.ServerApp.certfile`, or `c.ServerApp.ip = '127.0.0.1'` and an ssh tunnel",
        CERTIFICATE + ", or jupyter_server_ip: 127.0.0.1",
    ),
    "old-tls": Kind(
        MEDIUM,
        "TLS 1.0 or 1.1 is accepted",
        "a Python of 3.10 or later, or `ssl_protocols TLSv1.2 TLSv1.3` in front of it",
        CERTIFICATE,
    ),
    "no-hsts": Kind(
        LOW,
        "browsers are not told to use TLS only",
        "the header Strict-Transport-Security in `c.ServerApp.tornado_settings`",
        CERTIFICATE,
    ),
    "insecure-cookie": Kind(
        LOW,
        "a cookie may travel without TLS",
        "`xsrf_cookie_kwargs` with `secure` in `c.ServerApp.tornado_settings`, `c.IdentityProvider.secure_cookie = True`",
        ROLE,
    ),
    "expired-certificate": Kind(HIGH, "the certificate has ended", "a new certificate", CERTIFICATE),
    "ending-certificate": Kind(
        MEDIUM,
        "the certificate ends soon",
        "a new certificate, and something that renews it",
        "jupyter_server_certificate_renew_before_days",
    ),
    "certificate-without-names": Kind(
        MEDIUM,
        "the certificate names no host that browsers look for",
        "a certificate with subjectAltName",
        "jupyter_server_names",
    ),
    "weak-key": Kind(
        HIGH, "the certificate's key is weak", "an EC key (P-256), or RSA of 2048 bits and more", CERTIFICATE
    ),
    "weak-signature": Kind(
        HIGH, "the certificate is signed with a broken digest", "a certificate with SHA-256", CERTIFICATE
    ),
    "foreign-key": Kind(
        HIGH, "key and certificate do not belong together", "the key that the certificate was made with", CERTIFICATE
    ),
    # Files
    "readable-key": Kind(HIGH, "others can read the private key", "`chmod 0600`, and a new key", CERTIFICATE),
    "readable-hash": Kind(MEDIUM, "others can read a password's hash or a token", "`chmod 0600`", ROLE),
    "writable-configuration": Kind(
        HIGH,
        "others can write the configuration, which is code that the server runs",
        "owner root or the server's user, mode 0640 at most",
        ROLE,
    ),
    # What is switched off
    "any-origin": Kind(
        HIGH, "pages of any site may use the server", "remove `allow_origin`, or anchor `allow_origin_pat`", ROLE
    ),
    "no-xsrf-check": Kind(HIGH, "requests that another site forges are accepted", "remove `disable_check_xsrf`", ROLE),
    "open-routes": Kind(
        MEDIUM,
        "routes without a rule of their own are open to everybody",
        "`c.ServerApp.allow_unauthenticated_access = False`",
        ROLE,
    ),
    "any-host": Kind(
        LOW,
        "requests for any host name are answered",
        "`c.ServerApp.allow_remote_access = False` and `c.ServerApp.local_hostnames`",
        "jupyter_server_configuration",
    ),
    # Old keys, and what was not seen
    "old-keys": Kind(
        LOW, "old keys that only count as long as a shim translates them", "the translation that the audit gives", ROLE
    ),
    "ignored-keys": Kind(HIGH, "old keys that this server ignores", "the translation that the audit gives", ROLE),
    "not-evaluated": Kind(LOW, "a setting is computed, so the audit does not know it", "look at it yourself", ROLE),
    "not-read": Kind(
        LOW, "something could not be looked at", "run the audit as root, and inside of containers", "become: true"
    ),
}
