"""What is given inline passes the same checks as what a file says."""

from __future__ import annotations

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.descriptions.environment import (
    EnvironmentFileError,
    LockedPackage,
    check_channels,
    check_dependencies,
    check_name,
    check_pip,
    check_variables,
    is_licensed,
)


@pytest.mark.parametrize("name", ["", "-n", ".hidden", "a b", "a#b", "a:b", "..", "x" * 64, "root"])
def test_names_that_conda_or_a_command_line_would_misread_are_refused(name: str) -> None:
    with pytest.raises(EnvironmentFileError):
        check_name(name)


@pytest.mark.parametrize(
    "channel",
    [
        "defaults",
        "defaults/noarch",
        "pkgs/main",
        "pkgs/r/linux-64",
        "pkgs/msys2",
        "packages.anaconda.com/pkgs/main",
        "https://packages.anaconda.com/pkgs/main",
        "https://REPO.Anaconda.COM:443/pkgs/main",
        "https://me:pw@packages.anaconda.com/x",
        "//anaconda.com/x",
        "https://packages.anaconda.com./x",
        "https://other.anaconda.com",
    ],
)
def test_licensed_channels_are_refused_however_they_are_written(channel: str) -> None:
    with pytest.raises(EnvironmentFileError, match=r"channels: \[1\]: .*licensed.*'accept_anaconda_terms: true'"):
        check_channels(["conda-forge", channel])
    assert check_channels([channel], accept_anaconda_terms=True) == (channel,)


@pytest.mark.parametrize(
    "channel",
    [
        "conda-forge",
        "main",
        "anaconda",
        "https://channels.anaconda.org/conda-forge",
        "https://anaconda.com.example.org/x",
        "https://notanaconda.com/x",
        "https://conda.example.org/packages.anaconda.com/pkgs/main",
        "file:///srv/packages.anaconda.com/pkgs/x",
        "pkgs/mine",
    ],
)
def test_no_other_channel_is_taken_for_a_licensed_one(channel: str) -> None:
    assert not is_licensed(channel)


@pytest.mark.parametrize("channel", ["", " ", "a b", "-c", "a\nb", "a\u202eb", "x" * 3000])
def test_what_is_no_channel_is_refused(channel: str) -> None:
    with pytest.raises(EnvironmentFileError, match=r"^channels: \[0\]: .* is no channel") as caught:
        check_channels([channel])
    assert str(caught.value).isprintable()


def test_nodefaults_is_always_in_effect() -> None:
    assert check_channels(["nodefaults", "conda-forge"]) == ("conda-forge",)


def test_the_first_wrong_item_is_named_with_its_option() -> None:
    with pytest.raises(EnvironmentFileError, match=r"^packages: \[1\]: 'num py!' is not a match spec"):
        check_dependencies(["six", "num py!"], "packages")
    with pytest.raises(EnvironmentFileError, match=r"^packages: \[0\]: 'defaults' is Anaconda's licensed"):
        check_dependencies(["defaults::six"], "packages")
    with pytest.raises(EnvironmentFileError, match=r"^pip: \[0\]: '-e .' is not a requirement"):
        check_pip(["-e ."])
    assert check_dependencies(["defaults::six"], accept_anaconda_terms=True) == ("defaults::six",)


def test_variables_are_text_and_reserved_ones_are_refused() -> None:
    assert check_variables({"A": 1, "B": "x"}) == {"A": "1", "B": "x"}
    for name in ("PATH", "A B", "1A", ""):
        with pytest.raises(EnvironmentFileError, match=r"^variables: "):
            check_variables({name: "x"})


def test_a_locked_package_knows_its_parts() -> None:
    package = LockedPackage("https://conda.example.org/x/linux-64/a-b-1%212.0-h_0.tar.bz2")
    parts = (package.name, package.version, package.build, package.subdir, package.channel)
    assert parts == ("a-b", "1!2.0", "h_0", "linux-64", "https://conda.example.org/x")
