# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a container of an image is started with: it takes the secrets, has a certificate, and becomes the server.

Words that it is given go to the server: ``--show-config`` says what it would serve with.

The image holds no secret. Each is a file in /run/secrets, as Docker's secrets are; without one that is needed there is no server.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import typing as t
from pathlib import Path

HERE = Path(__file__).parent
sys.path.append(str(HERE))

from certificate_keeper._certificates.keeper import keep  # noqa: E402
from certificate_keeper._certificates.names import CertificateError  # noqa: E402
from certificate_keeper._certificates.openssl import OpenSSL, executable  # noqa: E402
from certificate_keeper._certificates.sources import settings_of  # noqa: E402
from certificate_keeper._files import read_text, write_atomically  # noqa: E402
from certificate_keeper._jupyter.password import PasswordError, hash_for, parse  # noqa: E402

SECRETS = Path("/run/secrets")
HASH, PASSWORD, TOKEN, PEM = (
    SECRETS / name
    for name in (
        "jupyter_server_password_hash",
        "jupyter_server_password",
        "jupyter_server_token",
        "jupyter_server.pem",
    )
)
HASHED = re.compile(r"argon2:\$argon2(id|i|d)\$v=\d+\$\S+")
Settings = dict[str, t.Any]


class Refusal(Exception):
    """Why there is no server, and what to do."""


def main() -> int:
    """Become the server; return the exit code where that cannot be."""
    os.umask(0o077)
    settings = json.loads((HERE / "jupyter_server_container.json").read_text(encoding="utf-8"))
    try:
        prepare(settings, os.environ.get("JUPYTER_SERVER_NAMES", "").replace(",", " ").split())
    except (Refusal, PasswordError, CertificateError, OSError, ValueError) as error:
        sys.stderr.write("The server does not start: %s\n" % error)
        return 1
    return os.execv(settings["start"], [settings["start"], *sys.argv[1:]])


def prepare(settings: Settings, names: t.Sequence[str]) -> None:
    """Have everything that the configuration reads; ``names`` are what people call this container."""
    for directory in (Path(settings["hash_file"]).parent, Path(settings["notebooks"])):
        directory.mkdir(parents=True, exist_ok=True)
    if "password" in settings["authentication"]:
        write_atomically(Path(settings["hash_file"]), hashed(settings["hash_file"]) + "\n", 0o600)
    if "token" in settings["authentication"]:
        write_atomically(Path(settings["token_file"]), needed(TOKEN, "a token", TOKEN) + "\n", 0o600)
    kept = keep(
        settings_of(
            {
                **settings["certificate"],
                "names": [*settings["certificate"]["names"], *names],
                "source": "files" if PEM.exists() else "self_signed",
                "files": [str(PEM)],
            }
        ),
        OpenSSL(executable(os.path.join(sys.prefix, "bin", "openssl"))),
        lambda path: os.chmod(path, 0o600),
    )
    for warning in kept.warnings:
        sys.stderr.write("%s\n" % warning)


def hashed(before: str) -> str:
    """The password's hash: the one that is given, else that of the password, which stays as long as the password does."""
    given = secret(HASH)
    if given is None:
        return hash_for(needed(PASSWORD, "a password", HASH, PASSWORD), read_text(before), sys.executable, run)
    text = given.strip()
    if not HASHED.fullmatch(text):
        raise Refusal("%s is no hash that jupyter_server.auth.passwd makes: argon2:$argon2id$..." % HASH)
    return text


def needed(path: Path, what: str, *ways: Path) -> str:
    """The secret in this file, which must be there."""
    text = secret(path)
    if text is None:
        raise Refusal("nobody gave it %s; mount a file at %s" % (what, " or ".join(map(str, ways))))
    return parse(text, str(path))


def secret(path: Path) -> str | None:
    """A secret's text; None where there is no such file."""
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except PermissionError:
        raise Refusal(
            "the user with the number %d may not read %s; give the file that is mounted there to this number (chown)"
            % (os.geteuid(), path)
        ) from None


def run(command: t.Sequence[str], data: str, **dummy: t.Any) -> tuple[int, str, str]:
    """As Ansible's modules run commands."""
    done = subprocess.run(command, input=data, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


if __name__ == "__main__":
    sys.exit(main())
