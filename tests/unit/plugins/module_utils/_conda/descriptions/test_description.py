"""The content tells the format, and each format gives the same kind of value."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.descriptions.description import read_description
from ansible_collections.benchwright.python.plugins.module_utils._conda.descriptions.environment import (
    Environment,
    EnvironmentFileError,
    LockedPackage,
)

DATA = Path(__file__).parents[5] / "data" / "descriptions"
FORGE = "https://conda.example.org/forge"
A, B, C, M1, M2 = "a1" * 32, "b2" * 32, "c3" * 32, "d4" * 16, "e5" * 16
PYTHON = LockedPackage(f"{FORGE}/linux-64/python-3.12.11-h9e4cc4f_0_cpython.conda", A, M1)
TZDATA = LockedPackage(f"{FORGE}/noarch/tzdata-2025b-h78e105d_0.conda", B, M2)
HUMANIZE = f"humanize @ https://files.example.org/humanize-4.13.0-py3-none-any.whl --hash=sha256:{C}"
PIXI = Environment(channels=(f"{FORGE}/",), packages=(PYTHON, TZDATA), pip=(HUMANIZE,), pip_complete=True)
EXPECTED = {
    "explicit.txt": Environment(
        packages=(
            LockedPackage(PYTHON.url, "", M1),
            LockedPackage(f"{FORGE}/noarch/six-1.17.0-pyhe01879c_1.conda", A),
            LockedPackage(TZDATA.url, B),
            LockedPackage("file:///srv/channel/linux-64/libx-1%211.0-0.tar.bz2"),
        )
    ),
    "list-export.txt": Environment(
        dependencies=("pip=25.2=pyh8b19718_0", "python=3.12.11=h9e4cc4f_0_cpython"), pip=("humanize==4.13.0",)
    ),
    "requirements.txt": Environment(
        dependencies=("conda-forge::numpy==2.3.1=py312h6cf2f7f_0", "python[version='>=3.11,<3.14']")
    ),
    "environment.json": Environment(
        channels=("conda-forge",),
        dependencies=("python=3.12", "pip"),
        pip=("humanize==4.13.0",),
        variables={"LEVEL": "3"},
    ),
    "conda-lock.yml": Environment(channels=("conda-forge",), packages=(PYTHON,), pip=(HUMANIZE,), pip_complete=True),
    "pixi-6.lock": PIXI,
    "pixi-7.lock": PIXI,
}


def described(name: str) -> str:
    return (DATA / name).read_text(encoding="utf-8")


def test_every_description_in_the_data_is_expected_to_be_something() -> None:
    assert {path.name for path in DATA.iterdir()} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_a_description_is_read_exactly(name: str) -> None:
    assert read_description(described(name), name) == EXPECTED[name]


@pytest.mark.parametrize("name", EXPECTED)
def test_the_name_of_the_file_is_not_needed(name: str) -> None:
    assert read_description(described(name), "description") == EXPECTED[name]


@pytest.mark.parametrize("name", EXPECTED)
def test_a_byte_order_mark_and_windows_line_ends_change_nothing(name: str) -> None:
    assert read_description("\ufeff" + described(name).replace("\n", "\r\n"), name) == EXPECTED[name]


@pytest.mark.parametrize("name", ["explicit.txt", "list-export.txt", "requirements.txt", "conda-lock.yml"])
def test_another_platform_is_not_taken_for_the_hosts(name: str) -> None:
    with pytest.raises(EnvironmentFileError, match=rf"{name}:\d+: .*linux-aarch64"):
        read_description(described(name), name, platform="linux-aarch64")


def test_an_environment_is_chosen_only_where_there_are_several() -> None:
    with pytest.raises(EnvironmentFileError, match="several environments; leave out"):
        read_description("dependencies: [six]", "e.yml", environment="test")
    assert read_description("dependencies: [six]", "e.yml", environment="default").dependencies == ("six",)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (
            "pixi.toml",
            '# x\n[workspace]\nname = "lab"\n',
            "pixi.toml:2: TOML, which is not read here; give the 'pixi.lock'",
        ),
        ("pyproject.toml", "", "pyproject.toml:1: TOML"),
        ("lab", 'name = "lab"\n', "lab:1: TOML"),
        ("requirements.txt", "six\n-r more.txt\n", "requirements.txt:2: '-r more.txt' is a line for pip"),
        (
            "requirements.txt",
            "six==1 --hash=sha256:ab\n",
            "requirements.txt:1: 'six==1 --hash=sha256:ab' is a line for pip",
        ),
        (
            "requirements.txt",
            "six; python_version>'3'\n",
            "requirements.txt:1: \"six; python_version>'3'\" is a line for",
        ),
        ("requirements.txt", "uvicorn[standard]\n", "requirements.txt:1: 'uvicorn[standard]' is a line for pip"),
        ("six @ x", "six @ https://x.example.org/six.whl\n", "is a line for pip"),
        ("list.json", '[{"name": "six"}]', "list.json:1: expected 'key: value' lines, found a list; 'conda env"),
        ("e.txt", "", "e.txt: empty; write one package per line"),
        ("e.yml", "", "e.yml: empty; write at least 'dependencies:'"),
        ("e.yml", "numpy\n", "e.yml:1: expected 'key: value' lines, found text"),
        ("e.txt", "#\n" * (600 * 1024), "e.txt: larger than 1 MiB"),
        ("e.yml", "package:\n" + "#" * (16 * 1024 * 1024), "e.yml: larger than 16 MiB"),
        ("e.txt", "six\n" * 20001, "e.txt:20001: more than 20000 lines"),
        ("e.txt", "six" * 2000, "e.txt:1: longer than 4096 characters"),
    ],
)
def test_what_is_no_description_is_named(name: str, text: str, message: str) -> None:
    with pytest.raises(EnvironmentFileError) as caught:
        read_description(text, name)
    assert message in str(caught.value)
    assert str(caught.value).startswith(name)


@pytest.mark.parametrize(
    "text",
    [
        "channels: [defaults]\ndependencies: []\n",
        "dependencies: [defaults::six]\n",
        "pkgs/main::six\n",
        "@EXPLICIT\nhttps://packages.anaconda.com/pkgs/main/noarch/six-1-0.conda\n",
        described("conda-lock.yml").replace("url: conda-forge", "url: defaults"),
        described("conda-lock.yml").replace("conda.example.org/forge/linux", "packages.anaconda.com/pkgs/main/linux"),
        described("pixi-7.lock").replace("conda.example.org/forge/\n", "packages.anaconda.com/pkgs/main/\n"),
        described("pixi-7.lock").replace("conda.example.org/forge/noarch", "packages.anaconda.com/pkgs/main/noarch"),
    ],
)
def test_licensed_channels_are_refused_in_every_format_unless_their_terms_are_accepted(text: str) -> None:
    with pytest.raises(EnvironmentFileError, match=r"^d:\d+: .*accept_anaconda_terms: true"):
        read_description(text, "d")
    assert read_description(text, "d", accept_anaconda_terms=True)


@pytest.mark.parametrize(
    "text",
    [
        "channels: [defaults, 'https://me:geheim@packages.anaconda.com/t/tk-geheim/x']\ndependencies: []\n",
        "channels: [x, 'https://me:geheim@conda.example.org/t/tk-geheim/a b']\ndependencies: []\n",
        "dependencies: ['https://me:geheim@conda.example.org/t/tk-geheim/x::six']\n",
        "dependencies:\n- pip: ['-i https://me:geheim@index.example.org/t/tk-geheim/']\n",
        "@EXPLICIT\nhttps://me:geheim@conda.example.org/t/tk-geheim/x/noarch/six.conda\n",
        "https://me:geheim@conda.example.org/t/tk-geheim/x/noarch/six.conda\n@EXPLICIT\n",
        "https://me:geheim@conda.example.org/t/tk-geheim/x/noarch/six.conda\n",
        described("pixi-6.lock").replace(
            "conda.example.org/forge/noarch/tz", "me:geheim@conda.example.org/t/tk-geheim/tz"
        ),
        described("conda-lock.yml").replace(
            "conda.example.org/forge/linux-64", "me:geheim@conda.example.org/t/tk-geheim/x"
        ),
    ],
)
def test_no_error_shows_a_password_or_a_token(text: str) -> None:
    with pytest.raises(EnvironmentFileError) as caught:
        read_description(text, "d")
    assert "geheim" not in str(caught.value)
