"""Looks at the arguments and the environment of all processes, again and again, for the words on standard input.

    python sample_processes.py FILE [BEGUN]

Makes the file BEGUN before it looks. Ends when FILE exists, and prints each kind of finding once: `cmdline` or `environ`, and the process.
"""

from __future__ import annotations

import os
import sys
import time

words = [line.encode() for line in sys.stdin.read().splitlines() if line]
found: set[tuple[str, str]] = set()
for begun in sys.argv[2:]:
    with open(begun, "w"):
        pass
while not os.path.exists(sys.argv[1]):
    for process in filter(str.isdigit, os.listdir("/proc")):
        for kind in ("cmdline", "environ"):
            try:
                with open(f"/proc/{process}/{kind}", "rb") as file:
                    text = file.read()
            except OSError:
                continue
            if any(word in text for word in words):
                found.add((kind, process))
    time.sleep(0.01)
for kind, process in sorted(found):
    print(kind, process)
