# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Certificates, keys, and files that others can write; settings that open what should be closed; old keys."""

from __future__ import annotations

import typing as t

from .catalogue import Finding
from .effective import value
from .facts import UNKNOWN, Certificate, File, Host, Server, Setting, TlsFiles
from .keys import GUARDING, LEFT_BEHIND, OLD_CLASSES
from .reader import primary_group, private_group

DAY = 86400  # seconds
SOON = 14  # days
KEY_BITS = {"rsaEncryption": 2048, "id-ecPublicKey": 224, "dsaEncryption": 1 << 20}
BROKEN_DIGESTS = ("sha1", "md5", "md4", "md2", "dsa_with_sha1", "ecdsa-with-sha1")
ANYTHING = frozenset({".*", "^.*$", ".+", "(.*)", "^.*"})


def judge(host: Host) -> t.Iterator[Finding]:
    """Everything about files."""
    for configuration in host.configurations:
        yield from _writable(configuration.file)
        for setting in configuration.settings:
            yield from _switch(setting)
    for server in host.servers:
        for setting in server.settings:
            yield from _switch(setting)
        for files in server.tls_files:
            yield from tls_findings(files, host.now)
        yield from _old_keys(server)
    yield from _unread_keys(host)
    for told in host.unread:
        yield Finding("not-read", told.partition(": ")[0], told.partition(": ")[2])


def _writable(file: File) -> t.Iterator[Finding]:
    group = file.mode & 0o020 and file.gid != 0 and not private_group(file.gid, file.uid)
    if file.others_write or group:
        found = "its directory can be written by all" if file.directory_writable else "mode %04o" % file.mode
        yield Finding("writable-configuration", file.path, found)


def _switch(setting: Setting) -> t.Iterator[Finding]:
    if setting.cls != "ServerApp" and setting.cls not in OLD_CLASSES:
        return
    text = "%s.%s is %r" % (setting.cls, setting.name, setting.value)
    if (setting.name == "allow_origin" and setting.value == "*") or (
        setting.name == "allow_origin_pat" and setting.value in ANYTHING
    ):
        yield Finding("any-origin", setting.where, text)
    elif setting.name == "disable_check_xsrf" and setting.value is True:
        yield Finding("no-xsrf-check", setting.where, text)
    elif setting.name == "allow_root" and setting.value is True and not setting.where.startswith("process"):
        yield Finding("allow-root", setting.where, text)


def tls_findings(files: TlsFiles, now: float) -> t.Iterator[Finding]:
    """What is wrong with a key and its certificate at that time, in Unix seconds."""
    key = files.key
    if key and (key.others_read or (key.mode & 0o040 and key.gid not in (0, files.user_gid, primary_group(key.uid)))):
        yield Finding("readable-key", key.path, "mode %04o" % key.mode)
    if files.belong_together is False:
        yield Finding("foreign-key", key.path if key else "", "the key is not the certificate's")
    if files.certificate:
        yield from _certificate(files.certificate, now)


def _certificate(certificate: Certificate, now: float) -> t.Iterator[Finding]:
    where, days = certificate.where, int((certificate.not_after - now) // DAY)
    if certificate.not_after < now:
        yield Finding("expired-certificate", where, "ended %d days ago" % -days)
    elif days < SOON:
        yield Finding("ending-certificate", where, "ends in %d days" % days)
    if not certificate.names:
        yield Finding("certificate-without-names", where, "no subjectAltName")
    kind, bits = certificate.key
    if bits and bits < KEY_BITS.get(kind, 0):
        yield Finding("weak-key", where, "%s with %d bits" % (kind, bits))
    if certificate.digest.lower().startswith(BROKEN_DIGESTS):
        yield Finding("weak-signature", where, certificate.digest)


def _old_keys(server: Server) -> t.Iterator[Finding]:
    """Old names count for the old server, and by the shim; what the server tells of itself may prove the contrary."""
    old = [] if server.classic else [setting for setting in server.settings if setting.cls == "NotebookApp"]
    ignored = {setting for setting in old if not server.shim or _contradicted(server, setting)}
    for setting in old:
        if setting in ignored and setting.name in GUARDING:
            yield Finding("ignored-keys", setting.where, "%s ignores NotebookApp.%s" % (server.where, setting.name))
    rest = [setting for setting in old if setting not in ignored or setting.name not in GUARDING]
    for place in dict.fromkeys(_file(setting) for setting in rest):
        here = [setting for setting in rest if _file(setting) == place]
        vain = {setting.name for setting in here if setting in ignored or setting.name in LEFT_BEHIND}
        told = "NotebookApp.{%s}" % ", ".join(sorted({setting.name for setting in here}))
        yield Finding("old-keys", place, told + ("; without effect: %s" % ", ".join(sorted(vain)) if vain else ""))


def _file(setting: Setting) -> str:
    return setting.where if setting.where.startswith("process") else setting.where.partition(":")[0]


def _contradicted(server: Server, setting: Setting) -> bool:
    info, mine = server.info or {}, value(server, setting.name) is setting.value
    if not info or not mine or setting.value is UNKNOWN:
        return False
    if setting.name == "password":
        return bool(setting.value) and not info.get("password")
    if setting.name == "certfile":
        return bool(setting.value) and not info.get("secure")
    return (
        setting.name == "ip" and setting.value not in ("", "*", "localhost") and info.get("hostname") != setting.value
    )


def _unread_keys(host: Host) -> t.Iterator[Finding]:
    """Old keys in files that no running server reads: for whoever starts the next one."""
    read = {file.path for server in host.servers for file in server.files}
    for configuration in host.configurations:
        old = [setting for setting in configuration.settings if setting.cls == "NotebookApp"]
        if old and configuration.file.path not in read:
            names = ", ".join(sorted({setting.name for setting in old}))
            yield Finding("old-keys", configuration.file.path, "NotebookApp.{%s}" % names)
