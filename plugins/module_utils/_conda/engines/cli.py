# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""The engine for hosts that have conda, mamba or micromamba: plans by a dry run, installs exactly what was planned.

No call ever creates an environment: ``conda create`` removes the one that is there. A directory becomes an environment by
an empty conda-meta/history, and then there is only ``install`` and ``remove``.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import tempfile
import typing as t
from pathlib import Path

from ..installed.pinned import pins_of
from ..installed.prefix import InstalledPackage, Prefix, PrefixError, record_path
from ..scratch import scratch_directory
from ..specs.match_spec import MatchSpec, MatchSpecError, unsatisfied_specs
from .answer import Refused, told_with
from .credentials import Credentials
from .explicit import Steps, check_local_files, explicit_file, listed, make_record, make_steps, noarch_to_relink
from .interface import EngineError, Record, Request
from .question import Question, kept, questions
from .tool import Tool
from .unsolved import unsolved
from .workspace import environment, package_cache, silent_python, write_cache, write_scratch

TIMEOUT = 3600.0
UNREACHABLE = ("CondaHTTPError", "CondaSSLError", "ProxyError", "UnavailableInvalidChannel")
NOT_FOUND = ("PackagesNotFoundError", "PackagesNotFoundInChannelsError", "ResolvePackageNotFound")


class CommandLineEngine:
    """conda, mamba or micromamba, by its executable."""

    def __init__(self, executable: str, accept_anaconda_terms: bool = False, timeout: float = TIMEOUT) -> None:
        """``timeout`` bounds each call, in seconds. Raises :class:`EngineError` when it is no tool that is supported."""
        self.tool = Tool(executable, accept_anaconda_terms, timeout)
        self.name = self.tool.capabilities.tool

    def session(self, request: Request, inherit: t.Sequence[int] = ()) -> CommandLineSession:
        """Begin one change; children inherit the descriptors in ``inherit``."""
        return CommandLineSession(self.tool, request, inherit)

    def search(self, request: Request) -> list[Record]:
        """Return what the channels offer for the request's specs; nothing for those that no channel has."""
        with self.session(request) as session:
            return [record for spec in request.specs for record in session.search(spec)]


class CommandLineSession:
    """One solve and at most one installation of its solution. Use it as a context manager."""

    def __init__(self, tool: Tool, request: Request, inherit: t.Sequence[int] = ()) -> None:
        self.tool, self.request, self.inherit = tool, request, tuple(inherit)
        self.capabilities = tool.capabilities
        channels = [*request.channels, *(package.channel for package in request.packages)]
        self.credentials = Credentials(channels, self.capabilities.rc_custom_channels)
        self.solution: list[Record] = []

    def __enter__(self) -> CommandLineSession:
        self._own = contextlib.ExitStack()
        self.directory, descriptor = self._own.enter_context(scratch_directory())
        self.inherit += (descriptor,)
        self._settings = {**self.tool.settings(self.request), **self.credentials.write(self.directory)}
        self._settings["TMPDIR"] = self.directory
        return self

    def __exit__(self, *dummy: object) -> None:
        self._own.close()

    def solve(self) -> list[Record]:
        """Return all packages that the prefix is to hold; changes nothing in the prefix."""
        request = self.request
        with told_with(f"while solving for {', '.join(request.specs)}; channels: {', '.join(request.channels)}"):
            self.solution = self._solve() if request.specs else [make_record(found) for found in unsolved(request)]
        return self.solution

    def install(self, destination: str | None = None) -> None:
        """Make the prefix, or a ``destination`` beside it, hold exactly what was solved, every package verified."""
        self.request = self.request.replace(prefix=destination or self.request.prefix)
        steps = self._steps()
        check_local_files(steps.link)
        path = os.path.join(self.directory, "packages.txt")
        with open(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="utf-8") as stream:
            stream.write(explicit_file(steps.link, self.credentials.address, self.capabilities.sha256))
        link = ["install", "--prefix", self.request.prefix, "--file", path]
        cache = package_cache(self.request.package_cache, self.credentials, self.request.lock_timeout)
        doing = told_with(f"while installing {listed(steps.link)} and removing {', '.join(steps.unlink) or 'nothing'}")
        with doing, environment(self.request.prefix, self.credentials), cache as (settings, lock):
            call = functools.partial(self._call, settings=settings, inherit=(lock,))
            if steps.unlink:
                self._unlink(steps, link, call)
            if steps.link:
                call(link)
        self._check_installed()

    def _unlink(self, steps: Steps, link: t.Sequence[str], call: t.Callable[[list[str]], t.Any]) -> None:
        prefix = self.request.prefix
        inspected = self.capabilities.inspects_pip and not _has_python(prefix)
        with silent_python(prefix) if inspected else contextlib.nullcontext():
            if steps.link and not self.capabilities.replaces:
                # What cannot be downloaded should be known before anything is unlinked; conda only does both at once.
                call([*link, "--download-only"])
            call(["remove", "--prefix", prefix, "--force", *steps.unlink])

    def _steps(self) -> Steps:
        installed, prefix = self._installed(), self.request.prefix
        again = {*self.request.reinstall, *noarch_to_relink(prefix, installed, self.solution)}
        steps = make_steps(installed, self.solution, again, self.capabilities.replaces)
        if self.capabilities.inspects_pip and ("python" in steps.unlink or not _has_python(prefix)):
            again |= {"pip", "uv"}
        return make_steps(installed, self.solution, again, self.capabilities.replaces)

    def search(self, spec: str) -> list[Record]:
        """Return what the channels offer for one spec."""
        try:
            answer = self._call(["search", *self._channels(), spec], self._scratch_cache())
        except Refused as error:
            if error.kind in NOT_FOUND:
                return []
            raise
        lists = (records for records in answer.values() if isinstance(records, list))
        found = answer.get("result", {}).get("pkgs") or [record for records in lists for record in records]
        wanted = MatchSpec.parse(spec)
        return [record for record in map(make_record, found) if wanted.matches(record)]

    def _solve(self) -> list[Record]:
        request, installed = self.request, self._installed()
        constraints = tuple(dict.fromkeys([*request.constraints, *pins_of(request.prefix)]))
        preferred = [package.name for package in installed if package.name in request.prefer]
        try:
            stay = kept(installed, preferred, constraints)
            return self._answer(questions(request.specs, constraints, preferred, stay), stay, constraints)
        except MatchSpecError as error:
            raise EngineError(str(error)) from error

    def _answer(
        self, asked: t.Sequence[Question], stay: t.Mapping[str, InstalledPackage], constraints: t.Sequence[str]
    ) -> list[Record]:
        for question in asked[:-1]:
            try:
                # Why all but the last cannot be is not shown, and takes long to find out.
                actions = self._ask(question, stay, {"CONDA_UNSATISFIABLE_HINTS": "false"})
                return self._checked(self._after(actions, stay), constraints)
            except Refused as error:
                if error.kind in UNREACHABLE:  # for whatever is asked, and asking takes minutes
                    raise
        try:
            actions = self._ask(asked[-1], stay, {}) if asked else {}
        except Refused:
            if self.capabilities.explains:
                raise
            actions = self._ask(asked[-1], stay, {}, json_wanted=False)
        return self._checked(self._after(actions, stay), constraints)

    def _ask(
        self,
        question: Question,
        stay: t.Mapping[str, InstalledPackage],
        settings: t.Mapping[str, str],
        json_wanted: bool = True,
    ) -> dict[str, t.Any]:
        scratch = tempfile.mkdtemp(dir=self.directory)
        write_scratch(scratch, self.request.prefix, stay.values(), question.pins)
        command = ["install", "--prefix", scratch, "--dry-run", *self._channels(), *question.specs]
        with silent_python(scratch):
            return self._call(command, {**self._scratch_cache(), **settings}, json_wanted).get("actions") or {}

    def _after(self, actions: t.Mapping[str, t.Any], stay: t.Mapping[str, InstalledPackage]) -> list[Record]:
        """The packages there after the actions. conda describes a package in full only where it would download it."""
        gone = {record["name"] for record in actions.get("UNLINK", ())}
        fetched = {record["name"]: record for record in actions.get("FETCH", ())}
        result = {name: self._read(package) for name, package in stay.items() if name not in gone}
        for link in actions.get("LINK", ()):
            full = fetched.get(link["name"]) or (link if link.get("url") else self._cached(link))
            result[link["name"]] = make_record(full)
        return [result[name] for name in sorted(result)]

    def _cached(self, link: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
        """The record of a package that lies in a cache that the user's own configuration names."""
        for cache in self._call(["info"], self._scratch_cache()).get("pkgs_dirs", ()):
            path = os.path.join(cache, link["dist_name"], "info", "repodata_record.json")
            with contextlib.suppress(OSError, ValueError):
                found: dict[str, t.Any] = json.loads(Path(path).read_text(encoding="utf-8"))
                return found
        raise EngineError(
            "{} did not say where {} comes from; remove it from the package caches ('conda clean --packages')".format(
                self.capabilities.tool, link["dist_name"]
            )
        )

    def _checked(self, solution: list[Record], constraints: t.Sequence[str]) -> list[Record]:
        names = {record["name"] for record in solution}
        asked = [*self.request.specs, *(text for text in constraints if MatchSpec.parse(text).name in names)]
        missing = unsatisfied_specs(asked, solution)
        if missing:
            raise Refused(
                f"{self.capabilities.tool} {self.capabilities.version} solved, but its solution does not hold {missing[0]!r}; "
                "use another engine, such as rattler, or name the version you want"
            )
        return solution

    def _installed(self) -> list[InstalledPackage]:
        try:
            return Prefix(self.request.prefix).records()
        except PrefixError as error:
            raise EngineError(str(error)) from error

    def _read(self, package: InstalledPackage) -> Record:
        return make_record(json.loads(record_path(self.request.prefix, package).read_text(encoding="utf-8")))

    def _scratch_cache(self) -> dict[str, str]:
        shared = None if self.credentials.tokens else self.request.package_cache
        return write_cache(tempfile.mkdtemp(dir=self.directory), shared)

    def _check_installed(self) -> None:
        found = {(package.name, package.version, package.build) for package in self._installed()}
        wanted = {(record["name"], record["version"], record["build"]) for record in self.solution}
        wrong = ["-".join(parts) for parts in sorted(found ^ wanted)]
        if wrong:
            raise EngineError(
                f"{self.capabilities.tool} said that it had installed everything, but {self.request.prefix} is not what was "
                f"planned; missing or left over: {', '.join(wrong)}; run again"
            )

    def _channels(self) -> list[str]:
        named = map(self.credentials.argument, self.request.channels)
        return ["--override-channels", *(word for channel in named for word in ("--channel", channel))]

    def _call(
        self,
        command: t.Sequence[str],
        settings: t.Mapping[str, str],
        json_wanted: bool = True,
        inherit: t.Sequence[int] = (),
    ) -> dict[str, t.Any]:
        return self.tool.call(command, {**self._settings, **settings}, (*self.inherit, *inherit), json_wanted)


def _has_python(prefix: str) -> bool:
    return os.path.exists(os.path.join(prefix, "bin", "python"))
