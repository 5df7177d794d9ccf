"""Logins and tokens of channels: out of addresses, into private files, and back where a tool needs them."""

from __future__ import annotations

import json
import netrc
from pathlib import Path

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.engines.credentials import Credentials, public
from ansible_collections.benchwright.python.plugins.module_utils._conda.engines.interface import EngineError

PLAIN = "https://conda.example.org/team/lab"
LOGIN = "https://alice:S3cr3t%40Word@conda.example.org/team/lab"
TOKEN = "https://conda.example.org/t/S3cr3t/team/lab"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("NETRC", raising=False)
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        (PLAIN, PLAIN),
        (LOGIN, PLAIN),
        (TOKEN, PLAIN),
        (
            "https://alice:pw@conda.example.org/t/TOKEN/lab/noarch/a-1-0.conda",
            "https://conda.example.org/lab/noarch/a-1-0.conda",
        ),
        ("https://conda.example.org/api/t/TOKEN/lab", "https://conda.example.org/api/lab"),
        ("https://conda.example.org/t/TOKEN", "https://conda.example.org"),
        ("conda-forge", "conda-forge"),
        ("file:///srv/t/lab/noarch", "file:///srv/t/lab/noarch"),
        ("/srv/t/lab", "/srv/t/lab"),
        ("file:///srv/a@b/lab", "file:///srv/a@b/lab"),
    ],
)
def test_a_public_address_has_neither_login_nor_token(address: str, wanted: str) -> None:
    assert public(address) == wanted


@pytest.mark.parametrize("rc_file", [True, False])
@pytest.mark.parametrize("channel", ["conda-forge", PLAIN, "file:///srv/t/lab", "/srv/lab"])
def test_a_channel_without_credentials_needs_nothing(channel: str, rc_file: bool, tmp_path: Path) -> None:
    credentials = Credentials([channel], rc_file)
    assert (credentials.argument(channel), credentials.write(str(tmp_path)), credentials.tokens) == (channel, {}, False)


@pytest.mark.parametrize("rc_file", [True, False])
def test_a_login_goes_into_a_private_netrc(rc_file: bool, tmp_path: Path) -> None:
    credentials = Credentials([LOGIN, LOGIN + "/other"], rc_file)
    path = Path(credentials.write(str(tmp_path))["NETRC"])
    assert netrc.netrc(str(path)).authenticators("conda.example.org") == ("alice", "", "S3cr3t@Word")
    assert path.stat().st_mode & 0o777 == 0o600
    assert credentials.argument(LOGIN) == PLAIN and not credentials.tokens


def test_the_users_own_netrc_still_counts_for_other_hosts(home: Path, tmp_path: Path) -> None:
    (home / ".netrc").write_text("machine proxy.example.org login bob password hidden\n")
    path = Credentials([LOGIN], True).write(str(tmp_path))["NETRC"]
    assert netrc.netrc(path).authenticators("proxy.example.org") == ("bob", "", "hidden")


def test_a_token_is_told_to_conda_by_a_private_configuration(tmp_path: Path) -> None:
    credentials = Credentials([PLAIN + "/other", TOKEN], rc_file=True)
    name = credentials.argument(TOKEN)
    path = Path(credentials.write(str(tmp_path))["CONDARC"])
    assert json.loads(path.read_text()) == {"custom_multichannels": {name: [TOKEN]}}
    assert path.stat().st_mode & 0o777 == 0o600
    assert "S3cr3t" not in name and credentials.tokens


def test_a_token_is_told_to_mamba_by_a_variable(tmp_path: Path) -> None:
    credentials = Credentials([TOKEN], rc_file=False)
    variables = credentials.write(str(tmp_path))
    assert credentials.argument(TOKEN) == "team/lab"
    assert json.loads(variables["MAMBA_CUSTOM_CHANNELS"]) == {"team/lab": "https://conda.example.org/t/S3cr3t"}


@pytest.mark.parametrize("rc_file", [True, False])
def test_an_address_gets_its_token_back_and_only_there(rc_file: bool) -> None:
    credentials = Credentials([TOKEN, LOGIN.replace("lab", "two")], rc_file)
    package = "noarch/a-1-0.conda"
    assert credentials.address(f"{PLAIN}/{package}") == f"{TOKEN}/{package}"
    for other in (f"{PLAIN}2/{package}", f"https://conda.example.org/team/two/{package}"):
        assert credentials.address(other) == other


def test_what_a_tool_wrote_is_cleaned_of_the_token_and_of_condas_placeholder() -> None:
    text = f'{{"url": "{TOKEN}/noarch/a-1-0.conda", "channel": "https://conda.example.org/t/<TOKEN>/team/lab"}}'
    cleaned = json.loads(Credentials([TOKEN], True).without_tokens(text))
    assert cleaned == {"url": f"{PLAIN}/noarch/a-1-0.conda", "channel": PLAIN}


@pytest.mark.parametrize(
    ("channels", "rc_file", "message"),
    [
        ([LOGIN, LOGIN.replace("alice", "bob")], True, "two channels of conda.example.org have different logins"),
        (["https://alice:a%20b@conda.example.org/lab"], True, "https://conda.example.org/lab .*no netrc can hold"),
        (["https://alice:a%0Amachine@conda.example.org/lab"], True, "no netrc can hold"),
        (["https://alice@conda.example.org/lab"], True, "no netrc can hold"),
        (["https://conda.example.org/t/S3cr3t"], False, "there is no name"),
        ([TOKEN, TOKEN.replace("conda", "other")], False, "a name that another one has"),
    ],
)
def test_what_a_tool_could_not_be_told_is_refused_without_showing_it(
    channels: list[str], rc_file: bool, message: str
) -> None:
    with pytest.raises(EngineError, match=message) as caught:
        Credentials(channels, rc_file)
    assert "S3cr3t" not in str(caught.value)
