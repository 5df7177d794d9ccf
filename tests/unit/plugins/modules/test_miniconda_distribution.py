# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A distribution is installed once and whole, repaired, refused where it must be, and gone again without a trace."""

from __future__ import annotations

import grp
import hashlib
import http.server
import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from support import installer_stand_in

MODULE = "miniconda_distribution"
MARKER = ".benchwright-distribution.json"


@pytest.fixture(scope="module")
def installers(tmp_path_factory) -> Path:
    directory = tmp_path_factory.mktemp("installers")
    installer_stand_in.build_installer(directory)
    installer_stand_in.build_installer(directory, distribution="miniconda", version="py314_26.5.3-1")
    installer_stand_in.build_micromamba(directory)
    installer_stand_in.build_micromamba(directory, archive=True)
    return directory


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def named(installers: Path, beginning: str) -> dict[str, str]:
    [path] = (
        path for path in installers.iterdir() if path.name.startswith(beginning) and path.suffix in (".sh", ".bz2", "")
    )
    return {"src": str(path), "checksum": sha256(path)}


@pytest.fixture
def options(installers, tmp_path):
    return {
        "distribution": "miniforge",
        "version": "26.3.2-3",
        "prefix": str(tmp_path / "top/conda"),
        **named(installers, "Miniforge3"),
    }


def tree(path: Path) -> list[str]:
    return sorted(
        f"{item.relative_to(path)} {item.lstat().st_mode:o}"
        for item in path.rglob("*")
        if "ansible-tmp" not in str(item)
    )


def text_tree(path: Path) -> dict[str, bytes]:
    return {
        str(item.relative_to(path)): item.read_bytes()
        for item in path.rglob("*")
        if item.is_file() and "ansible-tmp" not in str(item)
    }


def started(options: dict[str, object], tmp_path: Path, umask: int = -1) -> subprocess.Popen[bytes]:
    """The module in a process of its own, which prints a line when it has begun."""
    code = (
        "import json, sys; from ansible.module_utils.testing import patch_module_args as given\n"
        f"from ansible_collections.benchwright.python.plugins.modules import {MODULE} as module\n"
        "with given(json.loads(sys.argv[1])):\n    print(flush=True)\n    module.main()\n"
    )
    (tmp_path / "tmp").mkdir()
    arguments = json.dumps({**options, "_ansible_remote_tmp": str(tmp_path / "tmp")})
    command = [sys.executable, "-c", code, arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True, umask=umask)


def test_check_run_check_run_and_gone_again(run_module, options, tmp_path) -> None:
    before = tree(tmp_path)
    predicted = run_module(MODULE, check=True, **options)
    assert tree(tmp_path) == before
    done = run_module(MODULE, **options)
    assert predicted["actions"] == done["actions"] == ["install: there is none"]
    assert done["installed"] == {"distribution": "miniforge", "version": "26.3.2-3", "sha256": options["checksum"]}
    assert subprocess.check_output([tmp_path / "top/conda/bin/conda", "--version"], text=True) == "conda 26.3.2\n"
    for check in (True, False):
        assert not run_module(MODULE, check=check, **options)["changed"]
    gone = {"prefix": options["prefix"], "state": "absent"}
    assert run_module(MODULE, check=True, **gone)["actions"] == ["remove: miniforge 26.3.2-3"]
    assert run_module(MODULE, **gone)["changed"]
    assert tree(tmp_path) == before  # the directory above, which was made for it, too
    assert not run_module(MODULE, **gone)["changed"]


def test_a_directory_that_was_there_stays_and_another_one_is_refused(run_module, options, tmp_path) -> None:
    prefix = tmp_path / "top/conda"
    prefix.mkdir(parents=True)
    (prefix / "mine").write_text("mine")
    refused = run_module(MODULE, **options)
    assert "no conda distribution" in refused["msg"]
    assert "no conda distribution" in run_module(MODULE, check=True, **options)["msg"]
    assert os.listdir(prefix) == ["mine"]
    (prefix / "mine").unlink()
    run_module(MODULE, **options)
    run_module(MODULE, prefix=str(prefix), state="absent")
    assert os.listdir(prefix) == []


def test_a_conda_that_was_there_is_left_alone(run_module, options, installers, tmp_path) -> None:
    (tmp_path / "home").mkdir()
    command = ["sh", options["src"], "-b", "-p", str(tmp_path / "top/conda")]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "HOME": str(tmp_path / "home")})
    before = text_tree(tmp_path)
    answer = run_module(MODULE, **options)
    assert (answer["changed"], answer["ours"]) == (False, False)
    assert not run_module(MODULE, prefix=options["prefix"], state="absent")["changed"]
    assert text_tree(tmp_path) == before


@pytest.mark.parametrize(
    "name", ["bin/conda", "bin/python", "condabin/conda", "conda-meta/history", "etc/profile.d/conda.sh"]
)
def test_what_is_missing_comes_back_and_environments_stay(run_module, options, tmp_path, name) -> None:
    run_module(MODULE, **options)
    prefix = tmp_path / "top/conda"
    (prefix / "envs/mine").mkdir()
    (prefix / name).unlink()
    assert run_module(MODULE, check=True, **options)["actions"] == [f"repair: missing: {name}"]
    assert run_module(MODULE, **options)["actions"] == [f"repair: missing: {name}"]
    assert (prefix / name).exists()
    assert (prefix / "envs/mine").is_dir()
    assert not run_module(MODULE, **options)["changed"]


@pytest.mark.parametrize("state", ["installing", "removing"])
def test_an_interrupted_run_is_made_anew(run_module, options, tmp_path, state) -> None:
    run_module(MODULE, **options)
    prefix = tmp_path / "top/conda"
    whole = text_tree(prefix)
    marker = json.loads((prefix / MARKER).read_text())
    (prefix / MARKER).write_text(json.dumps({**marker, "state": state}))
    (prefix / "half").write_text("")
    (prefix / "bin/conda").unlink()
    assert "interrupted" in run_module(MODULE, **options)["actions"][0]
    assert text_tree(prefix) == whole


@pytest.mark.parametrize("delay", [0.05, 0.15, 0.3, 0.6])
def test_a_killed_run_is_finished_by_the_next(run_module, options, tmp_path, delay) -> None:
    child = started(options, tmp_path)
    child.stdout.readline()
    time.sleep(delay)
    os.killpg(child.pid, signal.SIGKILL)  # the installer, in a session of its own, goes on: the next run waits for it
    child.communicate()
    answer = run_module(MODULE, **options)
    assert not answer.get("failed"), answer
    assert json.loads((tmp_path / "top/conda" / MARKER).read_text())["state"] == "complete"
    assert not run_module(MODULE, **options)["changed"]
    run_module(MODULE, prefix=options["prefix"], state="absent")
    assert not (tmp_path / "top/conda").exists()


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda content: content[:-1], "wanted sha256"),
        (lambda content: content[:5000] + b"x" + content[5001:], "wanted sha256"),
        (lambda content: b"<html>", r"begin with b'<html>'"),
        (lambda content: b"", "of 0 bytes"),
    ],
)
def test_nothing_is_run_that_is_not_what_was_wanted(run_module, options, tmp_path, spoil, words) -> None:
    spoilt = tmp_path / "spoilt.sh"
    spoilt.write_bytes(spoil(Path(options["src"]).read_bytes()))
    before = tree(tmp_path)
    answer = run_module(MODULE, **{**options, "src": str(spoilt)})
    assert words in answer["msg"]
    assert tree(tmp_path) == before


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"src": "/nonexistent/x.sh"}, "/nonexistent/x.sh cannot be read"),
        ({"checksum": "abc"}, "64 hexadecimal digits"),
        ({"prefix": "relative"}, "absolute path"),
        ({"prefix": "/"}, "belongs to the system"),
        ({"group": "no-such-group", "scope": "system"}, "group 'no-such-group' does not exist"),
        ({"distribution": "miniconda"}, "accept_anaconda_terms"),
        ({"channels": ["defaults"]}, "channel defaults"),
        ({"distribution": "micromamba"}, "wanted a program or an archive"),
    ],
)
def test_bad_options_are_told_before_anything_is_touched(run_module, options, tmp_path, change, words) -> None:
    before = tree(tmp_path)
    assert words in run_module(MODULE, **{**options, **change})["msg"]
    assert tree(tmp_path) == before


def test_another_distribution_is_refused(run_module, options, installers) -> None:
    run_module(MODULE, **options)
    answer = run_module(
        MODULE, **{**options, "distribution": "micromamba", **named(installers, "micromamba-linux-64.tar")}
    )
    assert "miniforge 26.3.2-3 was installed there" in answer["msg"]


def test_a_failing_installer_leaves_what_the_next_run_repairs(run_module, options, tmp_path) -> None:
    content = (
        Path(options["src"])
        .read_bytes()
        .replace(b'printf "Unpacking payload', b'echo no such luck >&2; exit 7; printf "Unpacking payload')
    )
    failing = tmp_path / "failing.sh"
    failing.write_bytes(content)
    answer = run_module(MODULE, **{**options, "src": str(failing), "checksum": sha256(failing)})
    assert "exit code 7" in answer["msg"]
    assert "no such luck" in answer["msg"]
    assert "interrupted" in run_module(MODULE, **options)["actions"][0]


def test_environments_are_not_lost_by_accident(run_module, options, tmp_path) -> None:
    run_module(MODULE, **options)
    environment = tmp_path / "top/conda/envs/mine/conda-meta"
    environment.mkdir(parents=True)
    gone = {"prefix": options["prefix"], "state": "absent"}
    for check in (True, False):
        answer = run_module(MODULE, check=check, **gone)
        assert f"{tmp_path}/top/conda/envs/mine" in answer["msg"]
        assert "remove_environments" in answer["msg"]
    assert (tmp_path / "top/conda/bin/conda").exists()
    assert run_module(MODULE, **gone, remove_environments=True)["changed"]
    assert not (tmp_path / "top").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files to groups")
def test_a_group_shares_it_under_a_strict_umask(run_module, options, tmp_path) -> None:
    group = grp.getgrnam("games")
    shared = {**options, "scope": "system", "group": "games"}
    assert started(shared, tmp_path, umask=0o077).wait() == 0
    prefix = tmp_path / "top/conda"
    for path in [prefix, *prefix.rglob("*")]:
        found = path.lstat()
        assert found.st_gid == group.gr_gid, path
        if not path.is_symlink() and path.name != MARKER:
            assert found.st_mode & (0o2775 if path.is_dir() else 0o664) == (0o2775 if path.is_dir() else 0o664), path
    assert (tmp_path / "top").stat().st_mode & 0o777 == 0o775
    (prefix / "conda-meta").chmod(0o700)
    assert run_module(MODULE, check=True, **shared)["actions"] == ["share: other permissions or another group"]
    assert run_module(MODULE, **shared)["changed"]
    assert not run_module(MODULE, **shared)["changed"]


def test_accepted_terms_are_recorded_and_recorded_again(run_module, options, installers, tmp_path) -> None:
    own = {
        **options,
        "distribution": "miniconda",
        "version": "py314_26.5.3-1",
        **named(installers, "Miniconda3"),
        "accept_anaconda_terms": True,
    }
    run_module(MODULE, **own)

    def records():
        return sorted((tmp_path / "top/conda/conda-meta/tos").glob("*/*.json"))

    assert [json.loads(path.read_text())["tos_accepted"] for path in records()] == [True, True]
    assert not run_module(MODULE, **own)["changed"]
    for path in records():
        path.unlink()
    assert run_module(MODULE, **own)["actions"] == ["record: the accepted terms are no longer recorded"]
    assert len(records()) == 2


@pytest.mark.parametrize("beginning", ["micromamba-linux-64.tar", "micromamba-linux-64"])
def test_micromamba_is_one_program_and_replaced_by_a_newer_one(run_module, tmp_path, beginning, installers) -> None:
    path = installers / ("micromamba-linux-64.tar.bz2" if "tar" in beginning else "micromamba-linux-64")
    own = {
        "distribution": "micromamba",
        "version": "2.8.1-0",
        "prefix": str(tmp_path / "mm"),
        "src": str(path),
        "checksum": sha256(path),
    }
    run_module(MODULE, **own)
    assert subprocess.check_output([tmp_path / "mm/bin/micromamba", "--version"], text=True) == "2.8.1\n"
    newer = installer_stand_in.build_micromamba(tmp_path / "newer", version="2.9.0")
    wanted = {**own, "version": "2.9.0-0", "src": str(newer), "checksum": sha256(newer)}
    assert run_module(MODULE, check=True, **wanted)["actions"] == ["replace: 2.8.1-0 is older than 2.9.0-0"]
    run_module(MODULE, **wanted)
    assert subprocess.check_output([tmp_path / "mm/bin/micromamba", "--version"], text=True) == "2.9.0\n"
    assert not run_module(MODULE, **own)["changed"]  # the older version that is pinned is satisfied


@pytest.fixture
def server(installers):
    """A site's web server, with faults by the path's first part; ``requests`` are the paths that were asked for."""
    requests: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            requests.append(self.path)
            dummy, fault, name = self.path.split("/")
            content = (installers / name).read_bytes() if (installers / name).exists() else b""
            if fault == "closed" and not self.headers.get("Authorization"):
                self.send_error(401)
            elif fault == "missing":
                self.send_error(404)
            elif fault == "busy" and requests.count(self.path) < 3:
                self.send_error(503)
            else:
                self.send_response(200)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                cut = fault == "cut" and requests.count(self.path) < 3
                self.wfile.write(content[: len(content) // 2] if cut else content)

        def log_message(self, *dummy) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as serving:
        threading.Thread(target=serving.serve_forever, daemon=True).start()
        serving.requests = requests
        yield serving
        serving.shutdown()


def fetched(server, options, fault: str, **more: str) -> dict:
    name = Path(options["src"]).name
    own = {key: value for key, value in options.items() if key != "src"}
    return {**own, "url": f"http://127.0.0.1:{server.server_port}/{fault}/{name}", **more}


@pytest.mark.parametrize("fault", ["none", "busy", "cut"])
def test_passing_faults_of_a_server_are_survived(run_module, options, server, fault) -> None:
    assert run_module(MODULE, **fetched(server, options, fault))["changed"]
    asked = len(server.requests)
    assert not run_module(MODULE, **fetched(server, options, fault))["changed"]
    assert len(server.requests) == asked


def test_passwords_are_sent_and_not_told(run_module, options, server) -> None:
    refused = run_module(MODULE, **fetched(server, options, "closed"))
    assert "401" in refused["msg"]
    own = fetched(server, options, "closed", url_username="site", url_password="canary-password")
    answer = run_module(MODULE, **own)
    assert answer["changed"]
    assert "canary-password" not in json.dumps(answer)


def test_a_file_that_is_not_there_is_told_at_once(run_module, options, server) -> None:
    assert "404" in run_module(MODULE, **fetched(server, options, "missing"))["msg"]
    assert len(server.requests) == 1


def test_the_latest_is_compared_with_what_is_published_beside_it(run_module, options, server) -> None:
    own = fetched(server, options, "none", version="latest")
    del own["checksum"]
    own["checksum_url"] = own["url"] + ".sha256"
    assert run_module(MODULE, **own)["installed"]["version"] == "26.3.2-3"


def test_lines_of_environments_go_with_it(run_module, options, tmp_path, monkeypatch) -> None:
    run_module(MODULE, **options)
    code = (
        "import sys; from ansible_collections.benchwright.python.plugins.module_utils._distribution import people, registrations\n"
        "import pwd; user = pwd.getpwuid(0)\n"
        "registrations.people = lambda: [pwd.struct_passwd((user[0], 'x', user[2], user[3], '', sys.argv[1], '/bin/sh'))]\n"
        "print(registrations.forget(sys.argv[2], False))\n"
    )
    file = tmp_path / ".conda/environments.txt"
    file.parent.mkdir()
    file.write_text(f"{options['prefix']}\n{options['prefix']}/envs/a\n")
    subprocess.run([sys.executable, "-c", code, str(tmp_path), options["prefix"]], check=True)
    assert not file.parent.exists()
