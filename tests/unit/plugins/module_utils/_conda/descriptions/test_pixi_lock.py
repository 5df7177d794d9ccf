"""A pixi.lock gives what rattler, which writes it, reads from it; what cannot be installed from it is refused."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.descriptions.description import read_description
from ansible_collections.benchwright.python.plugins.module_utils._conda.descriptions.environment import (
    Environment,
    EnvironmentFileError,
)
from rattler import LockChannel, LockFile, LockPlatform, PackageRecord, RepoDataRecord
from rattler.package import BuildString

DATA = Path(__file__).parents[5] / "data" / "descriptions"
TEXT = (DATA / "pixi-7.lock").read_text(encoding="utf-8")


def as_rattler_reads(path: Path, environment: str, subdir: str) -> tuple[set[tuple[str, str, str]], set[str]]:
    lock = LockFile.from_path(path)
    platform = next(platform for platform in lock.platforms() if str(platform.subdir) == subdir)
    chosen = lock.environment(environment)
    assert chosen
    conda, pip = set(), set()
    for package in chosen.packages(platform) or []:
        digests = package.hashes if package.hashes and package.hashes._hashes else None
        sha256 = digests.sha256.hex() if digests and digests.sha256 else ""
        md5 = digests.md5.hex() if digests and digests.md5 else ""
        if package.location.endswith(".whl"):
            pip.add(f"{package.name} @ {package.location} --hash=sha256:{sha256}")
        else:
            url = package.location if "://" in package.location else "file://" + package.location
            conda.add((url, sha256, md5))
    return conda, pip


def as_we_read(found: Environment) -> tuple[set[tuple[str, str, str]], set[str]]:
    return {(package.url, package.sha256, package.md5) for package in found.packages}, set(found.pip)


@pytest.mark.parametrize("name", ["pixi-6.lock", "pixi-7.lock"])
@pytest.mark.parametrize(
    ("environment", "subdir"), [("default", "linux-64"), ("default", "osx-arm64"), ("small", "linux-64")]
)
def test_rattler_reads_the_same(name: str, environment: str, subdir: str) -> None:
    path = DATA / name
    ours = read_description(path.read_text(encoding="utf-8"), name, platform=subdir, environment=environment)
    assert as_we_read(ours) == as_rattler_reads(path, environment, subdir)


def record(chance: random.Random, name: str, subdir: str) -> RepoDataRecord:
    version, build = chance.choice(["1.0", "2024b", "1!2.0.post1"]), chance.choice(["0", "py312h_1", "h1a2b3c4_2"])
    channel = chance.choice(
        ["https://conda.example.org/x", "https://me:pw@conda.example.org/t/tk/x", "file:///srv/channel"]
    )
    url = f"{channel}/{subdir}/{name}-{version}-{build}" + chance.choice([".conda", ".tar.bz2"])
    package = PackageRecord(
        name=name,
        version=version,
        build=BuildString(build),
        build_number=0,
        subdir=subdir,
        sha256=chance.randbytes(32) if chance.random() < 0.9 else None,
        md5=chance.randbytes(16) if chance.random() < 0.9 else None,
    )
    return RepoDataRecord(package, file_name=url.rpartition("/")[2], url=url, channel=channel)


def test_what_rattler_writes_is_read_as_rattler_reads_it(tmp_path: Path) -> None:
    chance = random.Random(3)
    path = tmp_path / "pixi.lock"
    for dummy in range(200):
        platforms = [LockPlatform(name) for name in ("linux-64", "linux-aarch64")]
        lock = LockFile(platforms)
        for environment in ("default", "test"):
            lock.set_channels(environment, [LockChannel("https://conda.example.org/x")])
            for platform in platforms:
                for name in chance.sample(
                    ["numpy", "_libgcc_mutex", "ruamel.yaml", "r-base", "x264"], chance.randint(1, 5)
                ):
                    subdir = chance.choice(["noarch", platform.name])
                    lock.add_conda_package(environment, platform, record(chance, name, subdir))
        lock.to_path(path)
        for environment in ("default", "test"):
            for platform in platforms:
                text = path.read_text(encoding="utf-8")
                ours = read_description(text, "pixi.lock", platform=platform.name, environment=environment)
                assert as_we_read(ours) == as_rattler_reads(path, environment, platform.name), text


def changed(old: str, new: str) -> str:
    assert old in TEXT
    return TEXT.replace(old, new, 1)


SOURCE = "- conda_source: lab[ac2e8eb3] @ ../lab"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (changed("version: 7", "version: 5"), "l:1: version: '5' is not read here, only 6 and 7"),
        (changed("version: 7", "version: 8"), "l:1: version: '8' is not read here"),
        (
            changed("  default:", "  other:"),
            "l:9: environments: wanted default, found other, small; choose one of these with 'env",
        ),
        (
            changed("      linux-64-new:", "      win-64:"),
            "l:15: environments.default.packages: wanted linux-64-new, found win-64,",
        ),
        (changed("- name: osx-arm64", "- subdir: osx-arm64"), "l:7: platforms[1]: 'name' is missing"),
        (
            changed("      - conda: https", "      - npm: https"),
            "l:16: environments.default.packages[0]: expected one of 'conda',",
        ),
        (
            changed("      - conda: https", "      " + SOURCE + "\n      - conda: https"),
            "is built from source, which only pixi does",
        ),
        (
            changed("      - pypi: https", "      - pypi: ./a.whl\n      - pypi: https"),
            "'./a.whl' is described nowhere",
        ),
        (
            TEXT.replace("https://files.example.org/", "./"),
            "l:42: packages[3]: './humanize-4.13.0-py3-none-any.whl' is no http(s)",
        ),
        (TEXT.replace("- conda: https://conda.example.org/forge/linux", "- conda: ./linux"), "no address of a package"),
        (
            TEXT + TEXT[TEXT.index("- pypi: https://files", TEXT.index("\npackages:")) :],
            "is described twice in the list",
        ),
        (changed("  name: humanize\n", ""), "l:42: packages[3]: 'name' is missing"),
        (changed("  sha256: b2b2", "  sha256: b2"), "l:34: packages[1]: 'b2b2"),
        (changed("  md5: e5", "  md5: {}\n  x: e5"), "packages[1].md5: expected text, found 'key: value' lines"),
    ],
)
def test_what_is_wrong_is_named_by_file_line_and_key(text: str, message: str) -> None:
    with pytest.raises(EnvironmentFileError) as caught:
        read_description(text, "l")
    assert message in str(caught.value)


def test_what_another_environment_needs_is_of_no_concern() -> None:
    text = changed("      - conda: /srv", "      " + SOURCE + "\n      - conda: /srv")
    assert read_description(text, "l") == read_description(TEXT, "l")
