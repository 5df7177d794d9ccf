"""Old configuration in today's words: nothing is lost, and no secret shows unless it is asked for."""

from __future__ import annotations

import json

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._posture.settings import of_text
from ansible_collections.benchwright.python.plugins.module_utils._posture.translation import translate

HASH = "sha1:67c9e60bb8b6:9ffede0825894254b2e042ea597d771089e11aed"
OLD = f"""\
# Jupyter on the droplet
c.NotebookApp.certfile = u'/root/cert.pem'  # TLS
c.NotebookApp.ip = '*'
c.NotebookApp.password = \\
    u'{HASH}'
#c.NotebookApp.token = 'from-an-old-comment'
c.NotebookApp.notebook_dir = '/root/nöte'
c.NotebookApp.port = 8888
c.NotebookApp.nbserver_extensions = {{
    'a': True,
}}
c.MappingKernelManager.cull_idle_timeout = 600
c.FileContentsManager.delete_to_trash = False
if True:
    c.NotebookApp.enable_mathjax = True
"""
NEW = """\
# Jupyter on the droplet
c.ServerApp.certfile = u'/root/cert.pem'  # TLS
c.ServerApp.ip = '*'
c.PasswordIdentityProvider.hashed_password = \\
    '(kept in the old file)'
#c.NotebookApp.token = '(kept in the old file)'
c.ServerApp.root_dir = '/root/nöte'
c.ServerApp.port = 8888
pass  # no longer there: c.NotebookApp.nbserver_extensions = {
#     'a': True,
# }
c.MappingKernelManager.cull_idle_timeout = 600
c.FileContentsManager.delete_to_trash = False
if True:
    pass  # no longer there: c.NotebookApp.enable_mathjax = True
"""


def test_names_change_and_everything_else_stays() -> None:
    assert translate(OLD, "x.py").text == NEW


def test_the_secret_is_kept_where_it_is_asked_for() -> None:
    whole = translate(OLD, "x.py", secrets=True).text
    assert [setting[:3] for setting in of_text(whole, "x.py") if setting.name == "hashed_password"] == [
        ("PasswordIdentityProvider", "hashed_password", HASH)
    ]


def test_what_it_says_as_the_roles_options() -> None:
    found = translate(OLD, "x.py")
    assert found.role_options == {
        "jupyter_server_ip": "0.0.0.0",
        "jupyter_server_notebooks": "/root/nöte",
        "jupyter_server_port": 8888,
        "jupyter_server_cull_idle_seconds": 600,
        "jupyter_server_configuration": {"FileContentsManager": {"delete_to_trash": False}},
    }
    named = [line.partition(":")[0] for line in found.left]
    assert named == [
        f"NotebookApp.{name}" for name in ("nbserver_extensions", "enable_mathjax", "certfile", "password")
    ]
    assert HASH not in json.dumps(found)


def test_json_is_translated_as_well() -> None:
    old = json.dumps(
        {"NotebookApp": {"password": HASH, "port": 1, "quit_button": False, "mathjax_url": ""}, "Other": {"x": 1}}
    )
    whole = json.loads(translate(old, "x.json", secrets=True).text)
    assert whole == {
        "PasswordIdentityProvider": {"hashed_password": HASH},
        "ServerApp": {"port": 1, "quit_button": False},
        "Other": {"x": 1},
    }
    assert HASH not in translate(old, "x.json").text


def test_a_translation_needs_no_other() -> None:
    assert translate(NEW, "x.py").text == NEW


@pytest.mark.parametrize(
    "comment", [f"# the hash was {HASH}", f"# c.NotebookApp.password = '{HASH}'", f"#{HASH}", f"x = 1 #{HASH}"]
)
def test_a_hash_in_a_comment_is_a_secret_too(comment: str) -> None:
    assert HASH not in translate(comment + "\nc.NotebookApp.port = 1\n", "x.py").text


def test_a_comment_behind_a_password_is_left_out() -> None:
    assert "geheim" not in translate(f"c.NotebookApp.password = '{HASH}'  # geheim\n", "x.py").text


def test_defaults_that_are_commented_out_stay() -> None:
    text = '#c.NotebookApp.password = \'\'\n#  Default: ""\n# c.NotebookApp.token = ""\n'
    assert translate(text, "x.py").text == text
