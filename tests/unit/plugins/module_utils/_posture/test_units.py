"""Which unit runs a process, and secrets in texts that people can read."""

from __future__ import annotations

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._posture import units
from ansible_collections.benchwright.python.plugins.module_utils._posture.reader import Reader
from ansible_collections.benchwright.python.plugins.module_utils._posture.secrets import said_in, weakness


@pytest.mark.parametrize(
    ("cgroup", "name"),
    [
        ("/system.slice/jupyter.service", "jupyter.service"),
        ("/user.slice/user-1000.slice/user@1000.service/app.slice/lab.service", "lab.service"),
        ("/user.slice/user-0.slice/session-3.scope", ""),
        ("/system.slice/system-jupyter.slice/jupyter@one.service", "jupyter@one.service"),
        ("/", ""),
        ("", ""),
    ],
)
def test_a_control_group_tells_the_unit(cgroup: str, name: str) -> None:
    assert units.unit_of(cgroup) == name


def test_a_unit_with_its_drop_ins(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(units, "SYSTEM", (str(tmp_path / "etc"), str(tmp_path / "usr")))
    monkeypatch.setattr(units, "USER", ())
    monkeypatch.setattr(units, "homes", lambda reader: [])
    for path, text in {
        "usr/lab.service": "[Service]\nExecStart=/bin/jupyter-lab\nRestart=no\nEnvironmentFile=-%s/secret\n" % tmp_path,
        "etc/lab.service.d/a.conf": "[Service]\nRestart=always\nEnvironment=JUPYTER_TOKEN=abc\n",
        "etc/other.service": "[Service]\nExecStart=/bin/true\n",
        "secret": "JUPYTER_TOKEN=def\n",
    }.items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    [unit] = units.units(Reader(), set())
    assert (unit.name, unit.restart) == ("lab.service", "always")
    assert [file.path for file in unit.files] == [f"{tmp_path}/usr/lab.service", f"{tmp_path}/etc/lab.service.d/a.conf"]
    assert [file.path for file in unit.environment_files] == [f"{tmp_path}/secret"]


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("jupyter lab --ServerApp.token=abc", ["token"]),
        ("jupyter lab --IdentityProvider.token 'abc'", ["token"]),
        ("jupyter notebook --NotebookApp.password='sha1:a:b' --port=1", ["password"]),
        ('Environment="JUPYTER_TOKEN=abc"', ["JUPYTER_TOKEN"]),
        ("export JUPYTER_TOKEN=abc", ["JUPYTER_TOKEN"]),
        ("jupyter lab --ServerApp.token=$TOKEN", []),
        ("jupyter lab --ServerApp.token=''", []),
        ("JUPYTER_TOKEN_FILE=/run/token jupyter lab", []),
        ("jupyter server password", []),
    ],
)
def test_secrets_are_seen_in_commands(line: str, names: list[str]) -> None:
    assert said_in("first\n" + line) == [(2, name) for name in names]


@pytest.mark.parametrize(
    ("password", "kind"),
    [
        ("sha1:67c9e60bb8b6:9ffede0825894254b2e042ea597d771089e11aed", "weak-hash"),
        ("md5::d41d8cd98f00b204e9800998ecf8427e", "weak-hash"),
        ("sha256:ab:cd", "weak-hash"),
        ("secret", "password-in-clear"),
        ("argon2:$argon2id$v=19$m=10240,t=10,p=8$a$b", None),
        ("", None),
        (None, None),
        (object(), None),
    ],
)
def test_what_a_stored_password_is(password, kind) -> None:
    found = weakness(password)
    assert (found[0] if found else None) == kind
