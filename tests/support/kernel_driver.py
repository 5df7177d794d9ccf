"""Runs with an environment's Python: starts kernels of it and runs code in them, as lines of JSON say.

``{"start": NAME, "kernelspec": SPEC}``, ``{"start": NAME, "command": [...], "path": PATH}`` or, for one that runs,
``{"start": NAME, "connection": FILE}``; then ``{"in": NAME, "code": TEXT}``. Each is answered by one line, for code with what
it printed; ``{"error": TEXT}`` says what went wrong.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile

from jupyter_client import BlockingKernelClient, KernelManager
from jupyter_client.connect import write_connection_file

TIMEOUT = 120
kernels = {}
stops = []


def start_by_kernelspec(kernelspec):
    manager = KernelManager(kernel_name=kernelspec)
    manager.start_kernel(stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    stops.append(lambda: manager.shutdown_kernel(now=True))
    return manager.client()


def start_by_command(command, path=None):
    connection = os.path.join(tempfile.mkdtemp(dir=os.path.expanduser("~")), "kernel.json")
    write_connection_file(connection)
    environment = {**os.environ, **({"PATH": path} if path else {})}
    process = subprocess.Popen([*command, "-f", connection], env=environment, stdout=subprocess.DEVNULL)
    stops.extend([process.wait, process.kill])
    return connect(connection)


def connect(connection):
    client = BlockingKernelClient(connection_file=connection)
    client.load_connection_file()
    return client


WAYS = {"kernelspec": start_by_kernelspec, "command": start_by_command, "connection": connect}


def start(name, **how):
    [way] = WAYS.keys() & how.keys()
    client = kernels[name] = WAYS[way](**how)
    client.hb_channel.time_to_dead = (
        TIMEOUT  # the client gives up after a second, in which a busy machine starts no kernel
    )
    client.start_channels()
    client.wait_for_ready(timeout=TIMEOUT)


def run(name, code):
    printed, errors = [], []

    def keep(message):
        content = message["content"]
        if message["msg_type"] == "stream" and content["name"] == "stdout":
            printed.append(content["text"])
        if message["msg_type"] == "error":
            errors.append("\n".join(content["traceback"]))

    kernels[name].execute_interactive(code, timeout=TIMEOUT, output_hook=keep)
    return {"error": errors[0]} if errors else {"printed": "".join(printed)}


def answer(order):
    try:
        if "start" in order:
            start(order.pop("start"), **order)
            return {}
        return run(order["in"], order["code"])
    except Exception as error:
        return {"error": repr(error)}


answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)  # what kernels print is no answer
for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), file=answers, flush=True)
for stop in reversed(stops):
    stop()
