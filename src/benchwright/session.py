"""One command on hosts, from its options to its exit code: what all of these commands have in common."""

from __future__ import annotations

import json
import os
import shlex
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NoReturn

import typer

from benchwright.ansible_flags import AnsibleFlags
from benchwright.closing import outcomes, recap, show_addresses, verdict
from benchwright.display import Display, display_for
from benchwright.errors import BenchwrightError
from benchwright.history import Expected, durations, expected
from benchwright.options import Shown, View
from benchwright.passwords import ask_passwords
from benchwright.record import Record
from benchwright.remembered import checked, merged, named, recall
from benchwright.run_directory import RunDirectory, all_runs, new_run, runs_of, without_values
from benchwright.runner import Finished, Run, run_playbook
from benchwright.status import ExitCode
from benchwright.target import Target, target_of
from benchwright.workbench import Result, watch

ALL_FAILED = "@failed"


@dataclass(frozen=True)
class Session:
    """``flags`` hold the role options that count here; ``passwords`` were asked for, and are written nowhere."""

    command: str
    flags: AnsibleFlags
    view: View
    target: Target
    display: Display
    passwords: Mapping[str, str]

    def play(
        self, playbook: str, variables: Mapping[str, Any] | None = None, record: Record | None = None, **modes: bool
    ) -> Result:
        """Run a playbook by Ansible's name for it. ``modes`` are flags that are not as they were given, as ``check=True``."""
        flags = replace(self.flags, **modes)  # type: ignore[arg-type]
        run = Run(playbook, [*self.target.words, *flags.words()], variables or {}, self.passwords)
        if self.view.show_command:
            typer.echo(shlex.join(run.command))
            raise typer.Exit
        run = replace(run, credentials=not self.target.here)
        if flags.only_lists:
            self._list(run)
        place = runs_of(self.target.here)
        known = expected(place, playbook, flags.check)
        kept = new_run(place, self.command, playbook, self.target.inventory, self.target.name)
        kept.write_meta({"check": flags.check})
        return self._watch(replace(run, events=kept.events), kept, record or Record(), known)

    def close(self, result: Result, answer: Callable[[Record], None] = show_addresses) -> NoReturn:
        """Print the closing lines, the document or the answer, and leave with the exit code."""
        for note in result.record.answers.notes:
            self.display.loudly(note)
        if not self.display.quiet:
            self.display.phases(result.record.phases)
        if hosts := recap(result.record):
            self.display.say(hosts)
        self.display.say(verdict(result, result.record.check or self.flags.check, self.command))
        if self.view.kind is Shown.JSON:
            typer.echo(json.dumps(result.document(self.command)))
        elif result.code is ExitCode.SUCCESS and not self.flags.check and self.view.kind is not Shown.JSONL:
            answer(result.record)
        raise typer.Exit(result.code)

    def _watch(self, run: Run, kept: RunDirectory, record: Record, known: Expected) -> Result:
        code, began = ExitCode.ERROR, time.time()
        try:
            with kept.stdout.open("a", encoding="utf-8") as stream:

                def work(on_event: Callable[[Mapping[str, Any]], None], stop: Any) -> Finished:
                    def text(said: str) -> None:
                        stream.write(f"{said}\n")
                        self.display.raw(said)

                    def event(each: Mapping[str, Any]) -> None:
                        self.display.event(each)
                        on_event(each)

                    return run_playbook(run, event, stop, text)

                title = f"{self.command}  {self.target.short} / {Path(run.playbook).name}"
                result = replace(watch(work, self.display, record, title, known), run=kept.id)
            code = result.code
        finally:
            ended = {"ended": time.time(), "seconds": round(time.time() - began, 2)}
            failed = sorted({failure.host for failure in record.failures})
            told = {"exit_code": int(code), "status": code.name.lower(), "failed": failed}
            kept.write_meta({**ended, **told, "tasks": durations(record.tasks), "hosts": outcomes(record)})
        return result

    def _list(self, run: Run) -> NoReturn:
        """Let Ansible say what it would do, in its own words."""
        finished = run_playbook(run, lambda dummy: None, threading.Event())
        typer.echo(finished.text)
        raise typer.Exit(finished.code)


def begin(
    command: str, flags: AnsibleFlags, view: View, options: Sequence[str] = (), remembered: bool = True
) -> Session:
    """Return the session of a command. ``options`` are further role options.

    With ``remembered``, what 'up' was given on this machine counts, too.
    """
    if view.chdir:
        os.chdir(view.chdir)
    target = target_of(flags.inventory)
    display = display_for(view, flags.diff)
    now = checked([*(flags.extra_vars or ()), *options])
    before = recall() if target.here and remembered else []
    extra_vars = merged(before, now)
    if kept := named([option for option in extra_vars if option not in now]):
        display.say(f"as before: {', '.join(kept)}")
    limit = _failed_before(target) if flags.limit == ALL_FAILED else flags.limit
    flags = replace(flags, extra_vars=extra_vars or None, limit=limit)
    display.again = shlex.join(["benchwright", *without_values(sys.argv[1:])])
    passwords = {} if view.show_command else ask_passwords(flags)
    return Session(command, flags, view, target, display, passwords)


def server_options(port: int | None) -> list[str]:
    """Return the role options that ``--port`` stands for."""
    return [f"jupyter_server_port={port}"] if port else []


def _failed_before(target: Target) -> str:
    place = runs_of(target.here)
    last = next(iter(all_runs(place)), None)
    failed = last.meta.get("failed") if last else None
    if not failed:
        raise BenchwrightError(f"--limit @failed: no host failed in the last run that {place} knows of")
    return ",".join(failed)
