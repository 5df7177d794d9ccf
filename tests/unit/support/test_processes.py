"""Whether a secret that is seen for a moment is noticed."""

from __future__ import annotations

import os
import subprocess
import sys

from support.processes import naming

WAIT = [sys.executable, "-c", "import time; time.sleep(3)"]


def test_words_in_arguments_and_in_the_environment_are_found_and_nothing_else() -> None:
    with naming(["word-of-arguments", "word-of-environment", "word-of-nobody"]) as found:
        processes = [
            subprocess.Popen([*WAIT, "word-of-arguments"]),
            subprocess.Popen(WAIT, env={**os.environ, "WORD": "word-of-environment"}),
        ]
        assert [process.wait() for process in processes] == [0, 0]
    assert sorted(found) == [f"cmdline {processes[0].pid}", f"environ {processes[1].pid}"]
