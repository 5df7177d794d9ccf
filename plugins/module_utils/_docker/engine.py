# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""A Docker engine's images, through its API. Whatever goes wrong is a :class:`DockerError`."""

from __future__ import annotations

import base64
import contextlib
import json
import re
import typing as t
from urllib.parse import quote, urlencode

from .build_log import BuildLog
from .transport import DockerError, NoEngine, Transport

__all__ = ["DockerError", "Engine", "NoEngine"]
SPECIAL = re.compile(r'(["\\$])')


class Engine(Transport):
    """The engine that listens on one socket. Every method raises :class:`DockerError`."""

    def version(self) -> dict[str, t.Any]:
        """Return what the engine says of itself: ``Version``, ``ApiVersion``, ``Os``, ``Arch`` and more."""
        return dict(self.call("GET", "/version"))

    def image(self, reference: str) -> dict[str, t.Any] | None:
        """Return what the engine knows of an image (``Id``, ``Config``, ``RootFS``…); None where there is none such."""
        found: dict[str, t.Any] | None = self.call("GET", f"/images/{_in_path(reference)}/json", missing=None)
        return found

    def labels(self, reference: str) -> dict[str, str] | None:
        """Return the image's labels; None where there is no such image."""
        found = self.image(reference)
        return None if found is None else dict(found["Config"].get("Labels") or {})

    def images(self, *labels: str) -> list[dict[str, t.Any]]:
        """Return the images (``Id``, ``RepoTags``, ``Labels``, ``Created``, ``Size``) that have all these ``key`` or ``key=value``."""
        filters = json.dumps({"label": list(labels)})
        return list(self.call("GET", "/images/json?" + urlencode({"filters": filters})))

    def tag(self, reference: str, repository: str, tag: str) -> None:
        """Give the image one more name, which another image may have had."""
        self.call("POST", f"/images/{_in_path(reference)}/tag?" + urlencode({"repo": repository, "tag": tag}))

    def remove(self, reference: str) -> bool:
        """Remove the image's name, and the image with its last one; return whether it was there.

        One that is in use by a container stays, and that is an error.
        """
        return self.call("DELETE", f"/images/{_in_path(reference)}", missing=None) is not None

    def import_layer(self, tar: t.Iterable[bytes], repository: str, tag: str, labels: t.Mapping[str, str]) -> str:
        """Make an image of one layer, which is the tar stream, and return its id.

        Where the stream ends by an exception, the engine has nothing of it.
        """
        wanted = {"fromSrc": "-", "repo": repository, "tag": tag, "changes": _label_instructions(labels)}
        lines = self.call("POST", "/images/create?" + urlencode(wanted, doseq=True), body=tar)
        return str(lines["status"])

    def pull(self, reference: str) -> None:
        """Fetch one image from its registry, the ``latest`` where neither a tag nor a digest says which."""
        named = reference if repository_of(reference) != reference else f"{reference}:latest"
        self.call("POST", "/images/create?" + urlencode({"fromImage": named}))

    def build(self, context: t.Iterable[bytes], reference: str, labels: t.Mapping[str, str], cache: bool) -> str:
        """Build an image from a tar stream with a Dockerfile, and return its id; it has no name if ``reference`` is empty.

        If it fails, what it made on the way goes, unless another build goes on from that; the error has the last words of what ran.
        """
        wanted = {"t": reference, "labels": json.dumps(labels), "rm": 1, "forcerm": 1, "nocache": int(not cache)}
        log, line = BuildLog(), {"stream": ""}
        try:
            for line in self.lines("POST", "/build?" + urlencode(wanted), body=context):
                log.hear(line)
        except DockerError as error:
            for made in reversed(log.made):
                with contextlib.suppress(DockerError):
                    self.remove(made)
            words = f"; it said: {log.last_words}" if log.last_words else ""
            raise DockerError(f"{error}{words}") from None
        return str(line["stream"]).split()[-1]  # Successfully built 0123456789ab

    def save(self, references: t.Sequence[str]) -> t.Iterator[bytes]:
        """Yield the images as one tar archive."""
        return self.blocks("/images/get?" + urlencode({"names": list(references)}, doseq=True))

    def load(self, archive: t.Iterable[bytes]) -> None:
        """Take the images out of a tar archive."""
        self.call("POST", "/images/load?quiet=1", body=archive)

    def push(self, reference: str, credentials: t.Mapping[str, str]) -> None:
        """Bring an image to the registry that its name begins with; ``credentials`` (username, password) go there and nowhere else."""
        self.call("POST", f"/images/{_in_path(reference)}/push", headers=_login(credentials))

    def manifest(self, reference: str, credentials: t.Mapping[str, str]) -> str:
        """Return the digest of what the registry has under this name; an error where it has nothing, or tells nothing."""
        told = self.call("GET", f"/distribution/{_in_path(reference)}/json", headers=_login(credentials))
        return str(told["Descriptor"]["digest"])


def repository_of(reference: str) -> str:
    """Return an image's name without a tag and a digest."""
    above, slash, last = reference.partition("@")[0].rpartition("/")
    return above + slash + last.partition(":")[0]


def _label_instructions(labels: t.Mapping[str, str]) -> list[str]:
    texts = [(SPECIAL.sub(r"\\\1", key), SPECIAL.sub(r"\\\1", labels[key])) for key in sorted(labels)]
    return [f'LABEL "{key}"="{value}"' for key, value in texts]


def _login(credentials: t.Mapping[str, str]) -> dict[str, str]:
    encoded = base64.urlsafe_b64encode(json.dumps(dict(credentials)).encode()).decode("ascii")
    return {"X-Registry-Auth": encoded}


def _in_path(reference: str) -> str:
    return quote(reference, safe="/:@")
