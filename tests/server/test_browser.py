"""What a person does with the server, in Debian's Chromium: BENCHWRIGHT_SCREENSHOTS=DIRECTORY keeps pictures of it."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from support.jupyter_host import JupyterHost
from support.lab_page import (
    NOTEBOOKS,
    PLOT,
    SECONDS,
    api_status,
    content,
    eventually,
    insist,
    log_in,
    photograph,
    plots,
    save_as,
    text_of_terminal,
)

CHROMIUM = Path("/usr/bin/chromium")
SETTINGS = "/home/jupyter/.jupyter/lab/user-settings"


@pytest.fixture(scope="module")
def browser(server: JupyterHost) -> Iterator[Browser]:
    """Trusts the server's key and nothing else that is not signed."""
    assert CHROMIUM.exists(), "a real browser is needed: apt-get install chromium fonts-dejavu-core"
    digest = (
        f"openssl x509 -pubkey -noout -in {shlex.quote(str(server.certificate))} | openssl pkey -pubin -outform DER"
        " | openssl dgst -sha256 -binary | base64"
    )
    key = subprocess.run(digest, shell=True, check=True, capture_output=True, text=True).stdout.strip()
    with sync_playwright() as playwright:
        flags = [f"--ignore-certificate-errors-spki-list={key}"]
        with playwright.chromium.launch(executable_path=CHROMIUM, args=flags) as launched:
            yield launched


@pytest.fixture(scope="module")
def directory(server: JupyterHost) -> Iterator[str]:
    """On the host."""
    server.user().expect(201, "PUT", f"/api/contents/{Path(NOTEBOOKS).name}", {"type": "directory"})
    yield NOTEBOOKS
    server.host.run(f"rm -rf {NOTEBOOKS} {SETTINGS}")


@pytest.fixture
def stranger(browser: Browser, server: JupyterHost) -> Iterator[Page]:
    size = {"width": 1100, "height": 690}
    permissions = ["clipboard-read", "clipboard-write"]
    with browser.new_context(base_url=server.url, viewport=size, permissions=permissions) as context:
        context.set_default_timeout(SECONDS * 1000)
        yield context.new_page()


@pytest.fixture
def lab(stranger: Page, server: JupyterHost, directory: str) -> Page:
    """JupyterLab as it looks the first time, in the tests' directory."""
    log_in(stranger, server.password)
    stranger.wait_for_url("**/lab?")
    stranger.goto("/lab/tree/browser?reset")
    stranger.locator(".jp-BreadCrumbs-item[title=browser]").wait_for()
    return stranger


def test_the_password_opens_the_door_and_a_wrong_one_does_not(stranger: Page, server: JupyterHost) -> None:
    log_in(stranger, "a wrong one")
    expect(stranger.get_by_text("Invalid credentials")).to_be_visible()
    assert api_status(stranger) == 403
    log_in(stranger, server.password)
    stranger.wait_for_url("**/lab?")
    assert api_status(stranger) == 200


def test_a_stranger_sees_the_login_page(stranger: Page, server: JupyterHost) -> None:
    stranger.set_viewport_size({"width": 700, "height": 300})
    stranger.goto("/lab/tree/browser/plot.ipynb")
    expect(stranger.get_by_role("button", name="Log in")).to_be_visible()
    stranger.fill("input[name=password]", "not telling")
    photograph(stranger, server, "login")


def test_a_new_notebook_plots_and_is_saved(lab: Page, server: JupyterHost) -> None:
    lab.locator(".jp-LauncherCard[data-category=Notebook]").first.click()
    plots(lab)
    save_as(lab, "plot.ipynb")
    eventually(lambda: "image/png" in content(server, "plot.ipynb"), "the notebook on the host has no picture")
    assert "".join(json.loads(content(server, "plot.ipynb"))["cells"][0]["source"]) == PLOT
    photograph(lab, server, "notebook")


def test_a_terminal_runs_vim(lab: Page, server: JupyterHost) -> None:
    server.host.run("command -v vim || { apt-get update && apt-get install -y --no-install-recommends vim; }")
    lab.locator(".jp-LauncherCard[title*=terminal]").click()
    lab.locator(".jp-Terminal .xterm-screen").wait_for()
    eventually(lambda: "$" in text_of_terminal(lab), "no prompt")
    lab.keyboard.type("PS1='$ '; clear; vim --version | head -n 20\n")
    eventually(lambda: "VIM - Vi IMproved" in text_of_terminal(lab), "vim said nothing")
    lab.locator(".jp-Terminal .xterm-screen").click()
    photograph(lab, server, "terminal")


def test_a_text_file_is_edited_and_saved(lab: Page, server: JupyterHost) -> None:
    lab.locator(".jp-LauncherCard[title*='text file']").click()
    text = lab.locator(".jp-FileEditor .cm-content")
    text.fill("Grüße aus dem Browser\n")
    save_as(lab, "notes.txt")
    eventually(lambda: content(server, "notes.txt") == "Grüße aus dem Browser\n", "the file was not saved")
    text.press("Control+End")
    lab.keyboard.insert_text("and a second line\n")
    insist(
        lambda: text.press("Control+s"),
        lambda: content(server, "notes.txt").endswith("\nand a second line\n"),
        "the change was not saved",
    )
    photograph(lab, server, "editor")


def test_a_file_goes_up_and_comes_down_as_it_was(lab: Page, server: JupyterHost, tmp_path: Path) -> None:
    original = tmp_path / "numbers.bin"
    original.write_bytes(bytes(range(256)) * 1024 + os.urandom(8 << 20))  # more than one chunk
    with lab.expect_file_chooser() as chooser:
        lab.locator("[data-jp-item-name=uploader] jp-button").click()
    chooser.value.set_files(original)
    digest = subprocess.run(["sha256sum", original], check=True, capture_output=True, text=True).stdout.split()[0]
    eventually(lambda: digest in server.host.run(f"sha256sum {NOTEBOOKS}/*.bin", check=False), "other bytes arrived")
    lab.locator(".jp-DirListing-item", has_text=original.name).click(button="right")
    with lab.expect_download() as download:
        lab.locator(".lm-Menu-item[data-command='filebrowser:download']").click()
    assert download.value.suggested_filename == original.name
    assert Path(download.value.path()).read_bytes() == original.read_bytes()


def test_who_logs_out_is_a_stranger_again(lab: Page) -> None:
    assert api_status(lab) == 200
    lab.locator(".lm-MenuBar-item", has_text="File").click()
    lab.locator(".lm-Menu-item", has_text="Log Out").click()
    expect(lab.get_by_text("Successfully logged out")).to_be_visible()
    assert api_status(lab) == 403
    lab.goto("/lab/tree/browser")
    assert re.search(r"/login\?next=", lab.url)
    lab.go_back()
    assert api_status(lab) == 403


def test_notebook_7_plots_too(stranger: Page, server: JupyterHost, directory: str) -> None:
    notebook = {"cells": [], "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}}}
    blank = json.dumps({**notebook, "nbformat": 4, "nbformat_minor": 5})
    server.host.run(f"install -o jupyter -g jupyter /dev/stdin {directory}/seven.ipynb", stdin=blank)
    log_in(stranger, server.password)
    stranger.wait_for_url("**/lab?")
    stranger.goto("/notebooks/browser/seven.ipynb")
    plots(stranger)
