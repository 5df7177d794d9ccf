"""One module run on this machine as Ansible runs it: its arguments as JSON on stdin, its answer as JSON on stdout.

Ansible takes more than a second to start before it does the same, so what has to be quick and concerns this machine alone goes
this way. The answer is told in the same events, so that nothing else has to know which way it came.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from benchwright.runner import Finished, collection_path

PACKAGE = "ansible_collections.benchwright.python.plugins.modules"
PAUSE = 0.1
"""Seconds between two looks whether to stop."""
LAST_LINES = 15


@dataclass(frozen=True)
class ModuleRun:
    """What to run: a module's short name, its arguments, how the task is called, and the modes that Ansible has for it."""

    module: str
    arguments: Mapping[str, Any]
    task: str
    check: bool = False
    diff: bool = False


def run_module(run: ModuleRun, on_event: Callable[[dict[str, Any]], None], stop: threading.Event) -> Finished:
    """Run the module to its end, or until ``stop`` is set; what happens goes to ``on_event``."""
    collection_path()
    task = {"id": run.task, "task": run.task, "action": f"benchwright.python.{run.module}"}
    on_event({"event": "task", "time": time.time(), **task})
    began = time.time()
    command = [sys.executable, "-m", f"{PACKAGE}.{run.module}"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, encoding="utf-8", errors="replace") as child:
        out, err = _communicate(child, json.dumps({"ANSIBLE_MODULE_ARGS": _arguments(run)}), stop)
    answer = _answer(out) or {"failed": True, "msg": _last_words(run, child.returncode, err or out)}
    failed = bool(answer.get("failed"))
    on_event({"event": "result", "start": began, "end": time.time(), **task, **_result(run, answer)})
    on_event({"event": "end", "time": time.time()})
    return Finished("failed" if failed else "successful", child.returncode, err)


def _result(run: ModuleRun, answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the collection's callback would write of the answer."""
    found = answer.get("diff") or []
    told = {"message": str(answer.get("msg") or "no message")} if answer.get("failed") else {}
    return {
        "host": "localhost",
        "status": "failed" if answer.get("failed") else "ok",
        "changed": bool(answer.get("changed")),
        "diff": (found if isinstance(found, list) else [found]) if run.diff else [],
        "answer": {key: value for key, value in answer.items() if key not in ("diff", "invocation")},
        **told,
    }


def _arguments(run: ModuleRun) -> dict[str, Any]:
    modes = {"check_mode": run.check, "diff": run.diff, "remote_tmp": tempfile.gettempdir()}
    return {**run.arguments, **{f"_ansible_{name}": value for name, value in modes.items()}}


def _communicate(child: subprocess.Popen[str], text: str, stop: threading.Event) -> tuple[str, str]:
    """Ctrl-C reaches the child by itself; a SIGTERM to this process does not, and it may be waiting for a lock."""
    rest: str | None = text
    while True:
        try:
            return child.communicate(rest, timeout=PAUSE)
        except subprocess.TimeoutExpired:
            rest = None  # what is left of it goes on by itself
            if stop.is_set():
                child.terminate()


def _answer(out: str) -> dict[str, Any] | None:
    try:
        answer = json.loads(out)
    except ValueError:
        return None
    return answer if isinstance(answer, dict) else None


def _last_words(run: ModuleRun, code: int, text: str) -> str:
    end = "\n".join(text.strip().splitlines()[-LAST_LINES:])
    return f"the module {run.module} ended without an answer (exit code {code}):\n{end}"
