"""What a container is started with: it takes secrets that are files, and does not serve without them."""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]
UTILS = ROOT / "plugins/module_utils"
HASH = "argon2:$argon2id$v=19$m=10240,t=10,p=8$c2FsdA$aGFzaA"


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The program beside the modules that an image has it with, and a directory of secrets."""
    home, keeper = tmp_path / "image", tmp_path / "image/certificate_keeper"
    for name in ("_files.py", "_lock_holders.py", "_jupyter/password.py"):
        (keeper / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(UTILS / name, keeper / name)
    shutil.copytree(UTILS / "_certificates", keeper / "_certificates")
    shutil.copy(ROOT / "roles/jupyter_server/files/jupyter_server_container.py", home)
    before = (list(sys.path), set(sys.modules))
    spec = importlib.util.spec_from_file_location("program", home / "jupyter_server_container.py")
    assert spec and spec.loader
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    for name in ("HASH", "PASSWORD", "TOKEN", "PEM"):
        monkeypatch.setattr(found, name, secrets / getattr(found, name).name)
    monkeypatch.setattr(found, "hash_for", lambda password, kept, *dummy: f"hash of {password}, was {kept}")
    yield found
    sys.path[:] = before[0]
    for name in set(sys.modules) - before[1]:
        del sys.modules[name]


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, Any]:
    state = tmp_path / "home/state"
    return {
        "authentication": ["password"],
        "notebooks": str(tmp_path / "home/notebooks"),
        "hash_file": str(state / "jupyter_server_password_hash"),
        "token_file": str(state / "jupyter_server_token"),
        "certificate": {
            "path": str(state / "jupyter_server.pem"),
            "names": ["localhost"],
            "issuer": "",
            "valid_days": 90,
            "renew_before_days": 30,
        },
    }


@pytest.mark.parametrize(("authentication", "what"), [(["password"], "a password"), (["token"], "a token")])
def test_nobody_is_let_in_who_was_given_nothing(
    program: ModuleType, settings: dict[str, Any], authentication: list[str], what: str
) -> None:
    with pytest.raises(program.Refusal, match=f"nobody gave it {what}; mount a file at .*jupyter_server_"):
        program.prepare({**settings, "authentication": authentication}, [])


def test_a_hash_is_taken_as_it_is_and_before_a_password(program: ModuleType, settings: dict[str, Any]) -> None:
    program.PASSWORD.write_text("geheim\n")
    program.HASH.write_text(HASH + "\n")
    program.prepare(settings, ["lab.example.org"])
    taken = Path(settings["hash_file"])
    assert (taken.read_text(), taken.stat().st_mode & 0o777) == (HASH + "\n", 0o600)
    assert Path(settings["notebooks"]).is_dir()
    pem = Path(settings["certificate"]["path"])
    assert pem.stat().st_mode & 0o777 == 0o600
    program.prepare(settings, ["lab.example.org"])
    assert pem.read_text().count("BEGIN CERTIFICATE") == 1


@pytest.mark.parametrize("text", ["", "geheim", "sha1:0123:4567", "argon2:", f"{HASH}\n{HASH}"])
def test_what_is_no_hash_is_refused_and_not_told(program: ModuleType, settings: dict[str, Any], text: str) -> None:
    program.HASH.write_text(text)
    with pytest.raises(program.Refusal, match="is no hash") as raised:
        program.prepare(settings, [])
    assert "geheim" not in str(raised.value)


@pytest.mark.parametrize("text", ["", "\n", "two\nlines\n"])
def test_what_is_no_password_is_refused(program: ModuleType, settings: dict[str, Any], text: str) -> None:
    program.PASSWORD.write_text(text)
    with pytest.raises(program.PasswordError, match="must hold one line"):
        program.prepare(settings, [])


def test_a_password_is_hashed_and_its_hash_stays(program: ModuleType, settings: dict[str, Any]) -> None:
    program.PASSWORD.write_text("geheim\n")
    program.prepare(settings, [])
    assert Path(settings["hash_file"]).read_text() == "hash of geheim, was None\n"
    assert program.hashed(settings["hash_file"]) == "hash of geheim, was hash of geheim, was None\n"


def test_a_certificate_is_taken_where_one_is_given(
    program: ModuleType, settings: dict[str, Any], tmp_path: Path
) -> None:
    from support.certificates import Authority

    program.HASH.write_text(HASH)
    authority = Authority(tmp_path, "ours")
    issued = authority.issue(tmp_path / "key", "DNS:localhost", "DNS:lab.example.org")
    program.PEM.write_text(issued + (tmp_path / "key").read_text())
    program.prepare(settings, ["lab.example.org"])
    assert issued.split()[-3] in Path(settings["certificate"]["path"]).read_text().split()
    program.PEM.write_text("nothing of use")
    with pytest.raises(program.CertificateError):
        program.prepare(settings, [])


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else for a moment")
def test_a_secret_that_may_not_be_read_is_told_with_the_number_to_give_it_to(
    program: ModuleType, tmp_path: Path
) -> None:
    program.HASH.write_text(HASH)
    program.HASH.chmod(0o600)
    for directory in (tmp_path, *tmp_path.parents):
        if directory.stat().st_uid == 0 and str(directory) != "/":
            directory.chmod(directory.stat().st_mode | 0o011)
    os.seteuid(1000)
    try:
        with pytest.raises(program.Refusal, match=r"the user with the number 1000 may not read .*\(chown\)"):
            program.secret(program.HASH)
    finally:
        os.seteuid(0)


def test_what_is_missing_is_told_in_one_line(
    program: ModuleType, settings: dict[str, Any], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (program.HERE / "jupyter_server_container.json").write_text(program.json.dumps(settings))
    started: list[Callable[..., Any]] = []
    monkeypatch.setattr(os, "umask", lambda dummy: 0)  # the tests' own stays
    monkeypatch.setattr(os, "execv", lambda *arguments: started.append(arguments))
    assert program.main() == 1
    assert capsys.readouterr().err.startswith("The server does not start: nobody gave it a password; mount a file at ")
    assert started == []
