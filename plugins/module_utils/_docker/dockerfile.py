# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""The Dockerfile of a workbench's image, and the few files that it copies.

Three stages. ``system`` is the base with its tools. ``finished`` gets the environments out of their images and does what has to run
at their real place: pip's part, byte code, the bill of materials. What is left out goes, and files that are the same become one. The
authorities' certificates come from there, too, without the OpenSSL that their package needs. The image is ``system`` with what
``finished`` has in one directory. Whatever a stage changes gets one time, so that the same contents make the same layers, whenever they
are built.
"""

from __future__ import annotations

import inspect
import json
import typing as t

from . import bill_of_materials, health, one_content
from .context import File
from .description import WHEELS

if t.TYPE_CHECKING:
    from .workbench import Workbench

ROOT = "/opt/benchwright"
RESULT = "/result"
"""What becomes the image's root: of a directory that is there, copying into it changes the time."""
LEFT_OUT = "left_out"
"""The file of the context that says what is left out, a pattern a line."""
SERVER = "server"
"""The directory of the context that is copied into the image's root."""
STAGE = "benchwright.stage"
"""The label of the stage that the engine keeps, lest it is built again; its value is the name of the image that it is for."""
PART = "benchwright.part"
"""The label of all that a build makes, from its first instruction on: by it, what a killed one left is found. It has no value."""
USER, UID, HOME = "workbench", 1000, "/home/workbench"
INIT = "tini"
TIME = "@315532800"
"""1980-01-01: a zip archive knows no earlier time."""

# Whoever has the user's number in the base would share his files. What tells the time is emptied and not removed: that a layer
# takes a file of the base away has a time, too.
SYSTEM = f"""\
RUN set -eu; touch /dev/shm/began; sleep 0.01 \\
 && holder="$(getent passwd {UID} | cut -d : -f 1)" && if [ -n "$holder" ]; then userdel --remove "$holder" 2>/dev/null; fi \\
 && apt-get update -qq \\
 && DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends {{packages}} >/dev/null \\
 && echo '{USER}:x:{UID}:' >> /etc/group \\
 && echo '{USER}:x:{UID}:{UID}:{USER}:{HOME}:/bin/bash' >> /etc/passwd \\
 && install -d -o {UID} -g {UID} -m 0755 {HOME} \\
 && find /var/lib/apt/lists /var/cache/apt /tmp -type f -cnewer /dev/shm/began -not -name lock -delete \\
 && for told in /etc/passwd- /etc/group- /etc/shadow- /etc/gshadow- /var/cache/debconf/*-old /var/lib/dpkg/*-old /var/log/*.log \\
    /var/log/apt/* /var/cache/ldconfig/aux-cache; do if [ -f "$told" ]; then : > "$told"; fi; done \\
 && touch /etc && find / -xdev -newer /dev/shm/began -not -path '/proc/*' -not -path '/sys/*' -not -path '/dev/*' \\
    -exec touch --no-dereference --date={TIME} {{{{}}}} +"""

# Nothing is installed for them: Debian's OpenSSL would be 8 MB. A base's own, or a tool's, stay. Scanners read 'status.d', too.
AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"
CERTIFICATES = f"""\
RUN set -eu; if [ -e {AUTHORITIES} ]; then exit; fi; mkdir /certificates; cd /certificates \\
 && apt-get update -qq && apt-get download -qq -o APT::Sandbox::User=root ca-certificates && dpkg-deb --extract *.deb . \\
 && mkdir -p {RESULT}/etc/ssl/certs {RESULT}/usr/lib/ssl {RESULT}/var/lib/dpkg /var/lib/dpkg/status.d \\
 && cat usr/share/ca-certificates/mozilla/*.crt > {RESULT}{AUTHORITIES} && ln -s {AUTHORITIES} {RESULT}/usr/lib/ssl/cert.pem \\
 && {{ echo 'Status: install ok installed'; dpkg-deb --field *.deb; }} > /var/lib/dpkg/status.d/ca-certificates \\
 && cp -r /var/lib/dpkg/status.d {RESULT}/var/lib/dpkg/ && rm -r /certificates /var/lib/apt/lists/*"""

# Chunks of files, and not directories, go to the compilers: what they write then depends on nothing but the files.
FINISH = f"""\
set -eu
ln -s {RESULT}{ROOT} {ROOT}
while [ $# -gt 0 ]; do
    prefix=$1 name=${{1##*/}}; shift
    python=$prefix/bin/python
    [ -x "$python" ] || continue
    wheels={RESULT}{WHEELS}/$name
    if [ -s "$wheels/requirements.txt" ]; then
        "$python" -I -m pip install --quiet --no-index --no-deps --no-compile --no-cache-dir --root-user-action=ignore \\
            --disable-pip-version-check --find-links "$wheels" --requirement "$wheels/requirements.txt"
    fi
    [ -d "$prefix/lib" ] || continue
    find "$prefix/lib/" -name __pycache__ -prune -exec rm -r {{}} +
    find "$prefix/lib/" -name '*.py' -not -path '*/tests/*' -not -path '*/test/*' -print0 | LC_ALL=C sort -z \\
        | xargs -0 -n 400 -P "$(nproc)" "$python" -I -m compileall -qq -f --invalidation-mode unchecked-hash || :
done
for prefix in {ROOT}/envs/*; do
    while read -r pattern; do find "$prefix" -type f -path "$prefix/$pattern" -delete; done </build/{LEFT_OUT}
done
for program in {ROOT}/envs/*/bin/python "$(command -v python3 || :)" ''; do
    [ ! -x "$program" ] || break
done
if [ -z "$program" ]; then
    echo "no environment has a Python and the base no python3, which tells what the image holds and asks whether a container is well;" \\
        "add python to an environment, or python3 to the image's packages" >&2
    exit 1
fi
"$program" -IB /build/bill_of_materials.py {ROOT}/sbom.cdx.json {ROOT}/envs/*
"$program" -IB /build/one_content.py {RESULT}{ROOT}/envs
cp /build/health.py {ROOT}/health.py
rm -r {RESULT}{WHEELS}
find {RESULT} -exec touch --no-dereference --date={TIME} {{}} +
"""


def programs() -> tuple[File, ...]:
    """Return what the stage ``finished`` runs, or leaves in the image to be run."""
    sources = (
        (f"{module.__name__.rpartition('.')[2]}.py", inspect.getsource(module))
        for module in (bill_of_materials, health, one_content)
    )
    return tuple(File(name, text) for name, text in (*sources, ("finish.sh", FINISH)))


def left_out(patterns: t.Iterable[str]) -> File:
    """Return the context's file of what environments have and the image has not: patterns of paths below their prefixes."""
    return File(LEFT_OUT, "".join(pattern + "\n" for pattern in patterns))


def served(files: t.Iterable[File]) -> tuple[File, ...]:
    """Return files of the image as files of the context."""
    return tuple(file._replace(name=SERVER + file.name) for file in files)


def dockerfile(wanted: Workbench) -> str:
    """Return the image's Dockerfile. What is changed most often comes last."""
    layers, first, server = wanted.layers, wanted.layers[0], wanted.server
    own_certificate = ["openssl"] if server and not first.holds("openssl") else []
    variables = {"PATH": f"{first.prefix}/bin:$PATH", "CONDA_PREFIX": first.prefix, "HOME": HOME, "LANG": "C.UTF-8"}
    return "\n".join(
        [
            f"FROM {wanted.base} AS system",
            f'LABEL {PART}=""',
            SYSTEM.format(packages=" ".join(sorted({INIT, *own_certificate, *wanted.packages}))),
            "",
            *(f"FROM {layer.image} AS environment_{number}" for number, layer in enumerate(layers)),
            "",
            "FROM system AS finished",
            CERTIFICATES,
            *(f"COPY --from=environment_{number} / {RESULT}/" for number, dummy in enumerate(layers)),
            f"COPY {' '.join(sorted([LEFT_OUT, *(file.name for file in programs())]))} /build/",
            f"RUN sh /build/finish.sh {' '.join(layer.prefix for layer in layers)}",
            # last, so that what goes before it is done once for all images that hold the same
            f"LABEL {STAGE}={wanted.reference}",
            "",
            "FROM system",
            f"COPY --from=finished {RESULT}/ /",
            *(f"ENV {key}={json.dumps(value)}" for key, value in variables.items()),
            *(f"ENV {key}={_literal(value)}" for key, value in sorted(first.variables.items())),
            *([f"COPY {SERVER}/ /", f"EXPOSE {server.port}"] if server else []),
            f"USER {UID}:{UID}",
            f"WORKDIR {HOME}",
            _health(wanted),
            'ENTRYPOINT ["/usr/bin/tini", "--"]',
            f"CMD {json.dumps(list(wanted.command))}",
            "",
        ]
    )


def _health(wanted: Workbench) -> str:
    """A server is asked more often than a Python that only has to start, and may take longer until it answers first."""
    first, server = wanted.layers[0], wanted.server
    often = "--interval=15s --timeout=30s --start-period=60s" if server else "--interval=60s --timeout=30s"
    others = (f"{layer.prefix}/bin/python" for layer in wanted.layers if layer.holds("python"))
    python = "python" if first.holds("python") else next(others, "python3")
    asked = [server.program, str(server.port)] if server else []
    return f"HEALTHCHECK {often} CMD {json.dumps([python, '-I', f'{ROOT}/health.py', *asked])}"


def _literal(value: t.Any) -> str:
    """In quotes, with nothing in it that a Dockerfile would take for a variable."""
    return json.dumps(str(value)).replace("$", "\\$")
