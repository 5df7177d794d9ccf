"""Lists of addresses and of specs are read exactly, or refused with file and line."""

from __future__ import annotations

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.descriptions.description import read_description
from ansible_collections.benchwright.python.plugins.module_utils._conda.descriptions.environment import (
    EnvironmentFileError,
)

X = "https://conda.example.org/x"
SHA256, MD5 = "Ab" * 32, "Cd" * 16


@pytest.mark.parametrize(
    ("digest", "sha256", "md5"),
    [("", "", ""), (f"#{MD5}", "", MD5), (f"#{SHA256}", SHA256, ""), (f"#sha256:{SHA256}", SHA256, "")],
)
def test_a_digest_is_read_in_each_form(digest: str, sha256: str, md5: str) -> None:
    package = read_description(f"@EXPLICIT\n{X}/noarch/six-1-0.conda{digest}\n", "l").packages[0]
    assert (package.url, package.sha256, package.md5) == (f"{X}/noarch/six-1-0.conda", sha256.lower(), md5.lower())


def test_a_local_path_becomes_an_address() -> None:
    package = read_description("@EXPLICIT\n/srv/a b/noarch/six-1-0.conda\n", "l").packages[0]
    assert package.url == "file:///srv/a%20b/noarch/six-1-0.conda"


def test_an_address_may_hold_a_password_and_a_token() -> None:
    url = "https://me:pw@conda.example.org/t/tk/x/linux-64/six-1-0.conda"
    assert read_description(f"@EXPLICIT\n{url}", "l").packages[0].url == url


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["@EXPLICIT", "@EXPLICIT"], "l:2: a second @EXPLICIT"),
        (
            [f"{X}/noarch/six-1-0.conda", "@EXPLICIT"],
            "l:1: 'https://conda.example.org/x/noarch/six-1-0.conda' stands before",
        ),
        (["# platform: osx-arm64", "@EXPLICIT"], "l:1: platform: the list is for osx-arm64, wanted one for linux-64"),
        (
            ["@EXPLICIT", f"{X}/osx-arm64/six-1-0.conda"],
            "l:2: 'six-1-0.conda' is for osx-arm64, wanted linux-64 or noarch",
        ),
        (["@EXPLICIT", f"{X}/noarch/six-1-0.conda#{MD5[1:]}"], f"l:2: '{MD5[1:]}' is no digest"),
        (["@EXPLICIT", f"{X}/noarch/six-1-0.conda#md5:{MD5}"], "is no digest; wanted #MD5, #SHA256 or #sha256:SHA256"),
        (["@EXPLICIT", f"{X}/noarch/six-1-0.conda#sha256:{MD5}"], "is no digest"),
        (["@EXPLICIT", f"{X}/noarch/six-1-0.conda#"], "l:2: '' is no digest"),
        (["@EXPLICIT", f"{X}/noarch/six-1.conda"], "wanted a file NAME-VERSION-BUILD.conda or .tar.bz2"),
        (["@EXPLICIT", f"{X}/noarch/six-1-0.zip"], "wanted a file NAME-VERSION-BUILD.conda or .tar.bz2"),
        (["@EXPLICIT", f"{X}/noarch/..%2fsix-1-0.conda"], "wanted a file NAME-VERSION-BUILD.conda or .tar.bz2"),
        (["@EXPLICIT", f"{X}/nowhere/six-1-0.conda"], "wanted a platform such as linux-64 or noarch"),
        (
            ["@EXPLICIT", f"{X}/../noarch/six-1-0.conda"],
            "l:2: 'https://conda.example.org/x/../noarch/six-1-0.conda' is no",
        ),
        (["@EXPLICIT", "x/noarch/six-1-0.conda"], "wanted http://, https:// or file:// and a whole path"),
        (["@EXPLICIT", "ftp://x/noarch/six-1-0.conda"], "wanted http://, https:// or file:// and a whole path"),
        (["@EXPLICIT", "https://x/<TOKEN>/noarch/six-1-0.conda"], "wanted http://, https:// or file://"),
        (
            ["@EXPLICIT", f"{X}/noarch/six-1-0.conda", "", f"{X}/linux-64/six-2-0.conda"],
            "l:4: 'six' is given twice (first in line 2)",
        ),
        (["numpy", "num py!"], "l:2: 'num py!' is not a match spec"),
        (["# platform: win-64", "numpy"], "l:1: platform: the list is for win-64"),
        (["numpy", "six=1.17=pypi_0", "a_=1=pypi_0"], "l:3: 'a_==1' is not a requirement of pip"),
    ],
)
def test_what_is_wrong_is_named_by_file_and_line(lines: list[str], message: str) -> None:
    with pytest.raises(EnvironmentFileError) as caught:
        read_description("\n".join(lines), "l")
    assert message in str(caught.value)


def test_what_conda_lists_as_installed_by_pip_is_for_pip_and_needs_it() -> None:
    found = read_description("python=3.12.1=h_0\nsix=1.17.0=pypi_0\nflit=3=<pip>\n", "l")
    assert (found.dependencies, found.pip) == (("python=3.12.1=h_0", "pip"), ("six==1.17.0", "flit==3"))
