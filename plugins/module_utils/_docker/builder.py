# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""Workbenches' images: built where what they are made of differs, pushed where they are to be had, and removed."""

from __future__ import annotations

import contextlib
import re
import typing as t

from . import trial
from .archive import archive_suite, check_mirror, make_base
from .context import File, archived
from .description import DIGEST
from .dockerfile import STAGE
from .engine import DockerError, Engine, NoEngine, repository_of
from .inventory import names_of
from .workbench import BASE, BASE_DIGEST, BASE_NAME, MARK, Workbench

Answer = t.Dict[str, t.Any]
HUB = re.compile(r"^(docker\.io/(library/)?|library/)")
"""What the engine leaves out of names."""
NOBODY: t.Mapping[str, str] = {}


class Builder:
    """Has the images on one engine. In check mode it only says what it would do, also where there is no engine yet."""

    def __init__(self, engine: Engine, mirror: str, check_mode: bool) -> None:
        check_mirror(mirror)
        self.engine, self.mirror, self.check_mode = engine, mirror, check_mode

    def present(self, wanted: Workbench, rebuild: bool) -> Answer:
        """Build the image unless the engine has it, made of the same; return its name, why it was built, its size and id."""
        found = self._look(wanted.reference)
        labels = wanted.described(*self._base(wanted.base, found))
        why = "asked for" if rebuild else _difference(found, labels)
        if why and not self.check_mode:
            self._make(wanted, labels, found, cache=not rebuild)
            found = self._look(wanted.reference)
        return {
            **_told(wanted.reference, found if not why or not self.check_mode else None),
            "why": why,
            "digest": labels[DIGEST],
        }

    def pushed(self, reference: str, target: str, credentials: t.Mapping[str, t.Mapping[str, str]]) -> bool:
        """Have the image in a registry under the name ``target``; return whether it was not there already."""
        login = credentials.get(target.partition("/")[0], NOBODY)
        there = self._in_registry(self._look(reference) or {}, target, login)
        if not there and not self.check_mode:
            repository, dummy, tag = target.rpartition(":")
            self.engine.tag(reference, repository, tag)
            self._push(target, login)
        return not there

    def absent(self, references: t.Iterable[str]) -> list[str]:
        """Remove images of ours by their names, and return those that were there."""
        there = {reference: image for reference in references for image in [self._look(reference)] if image}
        for reference, image in there.items():
            if MARK not in _labels(image):
                raise DockerError(
                    f"{reference} was not made by this collection (it has no label {MARK}); remove it with 'docker rmi', or name another"
                )
        for reference in there if not self.check_mode else ():
            self.engine.remove(reference)
            self._forget_stages(reference, keep=0)
        return sorted(there)

    def _make(self, wanted: Workbench, labels: t.Mapping[str, str], found: Answer | None, cache: bool) -> None:
        """Build it, and give it its name if it works; until then the name stays with what was found."""
        context = (File("Dockerfile", wanted.dockerfile), *wanted.context)
        made = self.engine.image(self.engine.build([archived(context)], "", labels, cache)) or {}
        try:
            if not _is_tried(wanted, found, made):
                trial.check(self.engine, made, wanted)
        except DockerError:
            if not made["RepoTags"]:
                self.engine.remove(made["Id"])
            if not found:
                self._forget_stages(wanted.reference, keep=0)
            raise
        self.engine.tag(made["Id"], wanted.name, wanted.tag)
        self._forget_nameless(wanted.name)
        self._forget_stages(wanted.reference, keep=1)

    def _look(self, reference: str) -> Answer | None:
        with contextlib.suppress(*([NoEngine] if self.check_mode else [])):
            return self.engine.image(reference)
        return None

    def _base(self, base: str, found: Answer | None) -> tuple[str, str]:
        """The id of the base that the engine has, or had when the image was made of it, and the digest of its manifest."""
        image = self._look(base)
        if image is None and found and _labels(found).get(BASE_NAME) == base:
            return _labels(found)[BASE], _labels(found).get(BASE_DIGEST, "")
        if image is None and not self.check_mode:
            suite = archive_suite(base)
            if suite:
                make_base(self.engine, suite, self.mirror)
            else:
                self._pull(base)
            image = self.engine.image(base)
        return (str(image["Id"]), _manifest(image, base)) if image else ("not here yet", "")

    def _pull(self, base: str) -> None:
        try:
            self.engine.pull(base)
        except DockerError as error:
            raise DockerError(
                f"the base {base} is not on this engine, and no registry gave it: {error}; see that the name is right and its registry "
                "is reached, load the image (docker load), or have benchwright/base:bookworm made of Debian's archive"
            ) from None

    def _in_registry(self, image: Answer, target: str, credentials: t.Mapping[str, str]) -> bool:
        """Whether the registry has it by that name. Only the registry knows: a push may have failed, or the image be gone there."""
        repository = target.rpartition(":")[0]
        pushed = [name for name in image.get("RepoDigests") or () if name.startswith(repository + "@")]
        with contextlib.suppress(DockerError):  # whatever keeps it from telling, the push will tell
            return bool(pushed) and f"{repository}@{self.engine.manifest(target, credentials)}" in pushed
        return False

    def _push(self, target: str, credentials: t.Mapping[str, str]) -> None:
        try:
            self.engine.push(target, credentials)
        except DockerError as error:
            whose = (
                f"as {credentials['username']}"
                if credentials
                else "without credentials, since 'registries' has none for that host"
            )
            raise DockerError(f"{target} cannot be pushed {whose}: {error}") from None

    def _forget_nameless(self, name: str) -> None:
        """Remove what bore the name before, or got it from a build at the same time, unless a container is of it."""
        for listed in self.engine.images(f"{MARK}={name}"):
            image = self.engine.image(listed["Id"]) if names_of(listed) == [""] else None
            if image and STAGE not in _labels(image) and _had_name(image):
                with contextlib.suppress(DockerError):
                    self.engine.remove(image["Id"])

    def _forget_stages(self, reference: str, keep: int) -> None:
        """Remove what the image was built from, but for the newest: with that, a change of its configuration takes no time."""
        stages = sorted(self.engine.images(f"{STAGE}={reference}"), key=lambda image: float(image["Created"]))
        for stage in stages[: len(stages) - keep]:
            with contextlib.suppress(DockerError):  # somebody may look at it in a container
                self.engine.remove(stage["Id"])


def _difference(found: Answer | None, labels: t.Mapping[str, str]) -> str:
    """Why the image is to be built; empty where it is as it should be."""
    if found is None:
        return "there is none"
    before = _labels(found)
    differing = sorted(key for key in labels if before.get(key) != labels[key])  # a base's own are no reason
    if DIGEST not in differing:
        return ""
    reasons = [key for key in differing if key not in (DIGEST, BASE_DIGEST)]
    return "other " + ", ".join(reasons) if reasons else "it is made in another way"


def _manifest(image: Answer, base: str) -> str:
    """The digest by which the registry that the base's name is of knows it; empty where it is of none."""
    known = (name.partition("@") for name in image["RepoDigests"] or ())
    of_it = sorted(digest for name, dummy, digest in known if name == HUB.sub("", repository_of(base)))
    return base.partition("@")[2] or "".join(of_it[:1])


def _had_name(image: Answer) -> bool:
    """Whether it once had a name. What another build has just made has none yet, and is about to get it."""
    return not str(image["Metadata"]["LastTagTime"]).startswith("0001-")


def _is_tried(wanted: Workbench, found: Answer | None, made: Answer) -> bool:
    """Whether all that an image runs has run in the one before: only what a server reads, in a layer of its own, is another."""
    if found is None or found["Config"]["Cmd"] != made["Config"]["Cmd"]:
        return False
    before, now = (image["RootFS"]["Layers"] for image in (found, made))
    most = len(now) - (1 if wanted.server else 0)
    return bool(before[:most] == now[:most])


def _labels(image: Answer) -> dict[str, str]:
    return dict(image["Config"].get("Labels") or {})


def _told(reference: str, image: Answer | None) -> Answer:
    known = {"id": image["Id"], "size": image["Size"], "layers": image["RootFS"]["Layers"]} if image else {}
    return {"image": reference, **known}
