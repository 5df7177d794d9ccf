"""Stops a module's process at a stage of its work, for :mod:`support.nemesis`. Loaded by a Python with this directory in PYTHONPATH.

A stage is a row of audit events; when the last of them is about to happen, the process notes its number in the file
``BENCHWRIGHT_TEST_PAUSED`` and stops itself (SIGSTOP). Nothing of this is in the product's code.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Sequence
from typing import Any

Step = Callable[[str, str, Sequence[str]], bool]
REMOVALS = ("shutil.rmtree", "os.remove", "os.rmdir")


def _starts(*words: str) -> Step:
    """A process is started whose arguments hold all the words."""
    return lambda event, text, argv: event == "subprocess.Popen" and all(word in argv for word in words)


def _imports(event: str, text: str, argv: Sequence[str]) -> bool:
    """The environment's own Python is started, for something else than to install."""
    python = bool(argv) and "/bin/python" in argv[0] and ".releases/" in argv[0]
    return event == "subprocess.Popen" and python and not {"install", "uninstall", "list"} & set(argv)


def _renames(ending: str) -> Step:
    return lambda event, text, argv: event == "os.rename" and text.endswith(ending)


def _exchanges(event: str, text: str, argv: Sequence[str]) -> bool:
    """A directory and a link are about to be exchanged; Python has no function for it."""
    return event == "ctypes.dlsym" and any(word in text for word in ("renameat2", "syscall"))


def _removes_release(event: str, text: str, argv: Sequence[str]) -> bool:
    return event in (*REMOVALS, "os.rename") and ".releases" in text


def _removes(event: str, text: str, argv: Sequence[str]) -> bool:
    return event == "os.remove"


def _anything(event: str, text: str, argv: Sequence[str]) -> bool:
    return event in ("open", "os.rename", "os.listdir", "os.scandir", "subprocess.Popen", *REMOVALS)


MARK, SWITCH = _renames("/.benchwright-release"), _renames("/envs/lab")
STAGES: dict[str, tuple[Step, ...]] = {
    "pip": (_starts("pip", "install"),),
    "check": (_imports,),
    "mark": (MARK,),
    "marked": (MARK, _anything),
    "adopt": (_exchanges,),
    "switch": (SWITCH,),
    "switched": (SWITCH, _anything),
    "collect": (SWITCH, _removes_release),
    "half collected": (SWITCH, _removes_release, *[_removes] * 50),
}


def _text(value: object) -> str:
    return os.fsdecode(value) if isinstance(value, str | bytes | os.PathLike) else ""


def _watch(steps: Sequence[Step], paused: str) -> None:
    left = list(steps)
    busy = False

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        nonlocal busy
        if busy or not left or not event.startswith(("open", "os.", "subprocess.Popen", "shutil.", "ctypes.dlsym")):
            return
        busy = True
        argv = [_text(word) for word in arguments[1]] if event == "subprocess.Popen" else []
        if left[0](event, " ".join(filter(None, map(_text, arguments[:2])))[-400:], argv):
            left.pop(0)
            if not left:
                with open(paused, "w", encoding="utf-8") as stream:
                    stream.write(str(os.getpid()))
                os.kill(os.getpid(), signal.SIGSTOP)
        busy = False

    sys.addaudithook(hook)


if os.environ.get("BENCHWRIGHT_TEST_STAGE") in STAGES:
    _watch(STAGES[os.environ["BENCHWRIGHT_TEST_STAGE"]], os.environ["BENCHWRIGHT_TEST_PAUSED"])
