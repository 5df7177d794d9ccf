"""A person in front of JupyterLab, in a real browser: what is waited for, done again where it got lost, and looked at."""

from __future__ import annotations

import contextlib
import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page

from .jupyter_host import ENVIRONMENT, JupyterHost

SCREENSHOTS = os.environ.get("BENCHWRIGHT_SCREENSHOTS")
SECONDS = 60
ATTEMPTS = 4
NOTEBOOKS = "/home/jupyter/notebooks/browser"
"""The tests' own: other tests use the same server."""
RED, BLUE = "d62728", "1f77b4"
PLOT = f"""\
import matplotlib.pyplot as plt
import numpy as np
x = np.linspace(0, 10, 500)
plt.plot(x, np.sin(x), color="#{RED}", linewidth=3)
plt.plot(x, np.cos(x), color="#{BLUE}", linewidth=3);"""
COLOURS_OF_AN_IMAGE = """async image => {
    await image.decode();
    const canvas = Object.assign(document.createElement("canvas"), {width: image.naturalWidth, height: image.naturalHeight});
    const context = canvas.getContext("2d");
    context.drawImage(image, 0, 0);
    const counts = {};
    for (const pixel of new Uint32Array(context.getImageData(0, 0, canvas.width, canvas.height).data.buffer)) {
        const colour = [pixel & 255, pixel >> 8 & 255, pixel >> 16 & 255].map(part => part.toString(16).padStart(2, "0")).join("");
        counts[colour] = (counts[colour] || 0) + 1;
    }
    return counts;
}"""
# A screenshot has few colours: a palette halves it.
SMALLER = (
    "import sys; from PIL import Image; "
    "Image.open(sys.stdin.buffer).convert('RGB').quantize(128, dither=0).save(sys.stdout.buffer, 'PNG', optimize=True)"
)


def log_in(page: Page, password: str) -> None:
    page.goto("/")
    page.fill("input[name=password]", password)
    page.click("#login_submit")


def photograph(page: Page, server: JupyterHost, name: str) -> None:
    if SCREENSHOTS:
        command = ["docker", "exec", "--interactive", server.host.name, f"{ENVIRONMENT}/bin/python", "-c", SMALLER]
        small = subprocess.run(command, input=page.screenshot(), check=True, capture_output=True).stdout
        Path(SCREENSHOTS, f"jupyter_{name}.png").write_bytes(small)


def save_as(page: Page, name: str) -> None:
    """The first time, JupyterLab asks for a name."""
    asked = page.locator(".jp-Dialog input[type=text], .jp-Dialog input:not([type])")
    insist(lambda: page.keyboard.press("Control+s"), lambda: asked.count() == 1, "nobody asked for a name")
    asked.fill(name)
    page.get_by_role("button", name="Rename and Save").click()
    page.locator(".jp-Dialog").wait_for(state="detached")


def eventually(holds: Callable[[], bool], what: str, seconds: float = SECONDS) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


def insist(act: Callable[[], None], holds: Callable[[], bool], what: str) -> None:
    """JupyterLab loses what comes while it is busy, as with a new notebook's kernel that it starts twice: a person does it again."""
    for dummy in range(ATTEMPTS):
        act()
        with contextlib.suppress(AssertionError):
            return eventually(holds, what, SECONDS / ATTEMPTS)
    raise AssertionError(what)


def content(server: JupyterHost, name: str) -> str:
    return server.host.run(f"cat {NOTEBOOKS}/{name}", check=False)


def api_status(page: Page) -> int:
    return int(page.evaluate("fetch('/api/contents').then(answer => answer.status)"))


def plots(page: Page) -> None:
    """Run a cell, and look at the picture's pixels for both curves."""
    cell = page.locator(".jp-NotebookPanel .jp-CodeCell .cm-content")
    image = page.locator(".jp-OutputArea-output img")

    def run() -> None:
        cell.fill(PLOT)
        cell.press("Control+Enter")

    insist(run, lambda: image.count() == 1, "no picture")
    colours = image.evaluate(COLOURS_OF_AN_IMAGE)
    assert min(colours.get(RED, 0), colours.get(BLUE, 0)) > 1000, colours
    assert colours["ffffff"] > 10_000, colours


def text_of_terminal(page: Page) -> str:
    """The terminal draws on a canvas: the text is had as a person copies it, with the mouse from corner to corner."""
    box = page.locator(".jp-Terminal .xterm-screen").bounding_box()
    assert box
    page.mouse.move(box["x"] + 2, box["y"] + 5)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] - 4, box["y"] + box["height"] - 6, steps=4)
    page.mouse.up()
    page.keyboard.press("Control+c")
    return str(page.evaluate("navigator.clipboard.readText()"))
