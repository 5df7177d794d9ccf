"""The real channel: built from this machine's apt and pip, installed with py-rattler, interrupted and damaged."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name
from support.processor import used_by

from benchwright.channel.build import SHIPPED, BuiltChannel, build_channel
from benchwright.channel.serve import open_server
from benchwright.channel.storage import cache_directory, locked

SOURCES = Path(__file__).parents[2] / "src"
COMMAND = [sys.executable, "-c", "from benchwright.__main__ import main; main()"]
TOOLS = ["jupyterlab", "notebook", "jupyter_server", "ipython", "ipykernel", "numpy", "pandas", "matplotlib", "scipy"]
TOOLS += ["scikit-learn", "pytables", "openpyxl", "pyyaml", "requests", "pip", "setuptools", "wheel", "openssl"]
# A set that needs nothing else: a compiled wheel, pure ones, programs.
SMALL = {"numpy", "pyyaml", "six", "pip", "idna"}
# The process ends by os._exit: py-rattler's threads can crash an ordinary end.
INSTALL = """
import asyncio, os, sys
from rattler import Gateway, MatchSpec, VirtualPackage, install, solve

async def main(channel, prefix, cache, specs):
    gateway = Gateway(cache_dir=f"{cache}/repodata")
    records = await solve([channel], specs, gateway=gateway, virtual_packages=VirtualPackage.detect())
    requested = [MatchSpec(spec)._match_spec for spec in specs]
    await install(records, prefix, cache_dir=f"{cache}/packages", show_progress=False, requested_specs=requested)

asyncio.run(main(*sys.argv[1:4], sys.argv[4:]))
sys.stdout.flush()
os._exit(0)
"""


def run(command: list[str | Path], **environment: str) -> subprocess.CompletedProcess[str]:
    merged = os.environ | {"PYTHONPATH": str(SOURCES)} | environment
    return subprocess.run(command, env=merged, text=True, capture_output=True, check=False, timeout=600)


def output_of(command: list[str | Path], **environment: str) -> str:
    result = run(command, **environment)
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def install(channel: str, prefix: Path, cache: Path, specs: list[str]) -> None:
    output_of([sys.executable, "-c", INSTALL, channel, prefix, cache, *specs])


@pytest.fixture(scope="session")
def channel() -> BuiltChannel:
    return build_channel(None, None, progress=lambda message: print(message, file=sys.stderr))


@pytest.fixture(scope="session")
def environment(channel: BuiltChannel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A conda environment made of the channel, over HTTP as other machines would."""
    directory = tmp_path_factory.mktemp("environment")
    with open_server(channel.path, "127.0.0.1", 0) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            install(server.address, directory / "prefix", directory / "cache", TOOLS)
        finally:
            server.shutdown()
            thread.join()
    return directory / "prefix"


def python(environment: Path, code: str) -> str:
    # Nothing of the machine's own libraries may help.
    return output_of([environment / "bin" / "python", "-I", "-c", code], PYTHONPATH="", LD_LIBRARY_PATH="")


def test_the_standard_library_is_whole(environment: Path) -> None:
    modules = "ssl sqlite3 lzma bz2 readline ctypes uuid zlib hashlib curses curses.panel venv ensurepip decimal mmap"

    python(environment, f"import {', '.join(modules.split())}")
    python(environment, "import hashlib; assert hashlib.new('sha3_256') and hashlib.scrypt")
    python(environment, "import sqlite3; assert sqlite3.connect(':memory:').execute('select 1').fetchone() == (1,)")
    python(environment, "import ssl; assert ssl.create_default_context().get_ca_certs is not None")


def test_libraries_are_the_environments(environment: Path) -> None:
    loaded = python(environment, "import ssl, sqlite3, lzma, readline; print(open('/proc/self/maps').read())")
    libraries = {line.split()[-1] for line in loaded.splitlines() if ".so" in line}
    glibc = ("libc.so", "libm.so", "ld-linux", "libdl.so", "libpthread.so", "librt.so", "libutil.so")

    outside = {path for path in libraries if not path.startswith(str(environment))}
    assert not [path for path in outside if not Path(path).name.startswith(glibc)]
    assert {"libssl.so.3", "libcrypto.so.3"} <= {Path(path).name for path in libraries}


def test_paths_are_the_environments(environment: Path) -> None:
    paths = json.loads(python(environment, "import json, sysconfig; print(json.dumps(sysconfig.get_paths()))"))
    assert [
        path for path in paths.values() if not path.startswith(f"{environment}/") and path != str(environment)
    ] == []
    assert paths["purelib"].endswith("/site-packages")


def test_the_tools_work(environment: Path) -> None:
    python(
        environment,
        "import numpy, pandas, matplotlib.pyplot, scipy.linalg, sklearn.linear_model, tables, openpyxl, yaml, requests\n"
        "import IPython, ipykernel, jupyterlab, notebook, jupyter_server\n"
        "numpy.testing.assert_allclose(scipy.linalg.inv(numpy.eye(3) * 2), numpy.eye(3) / 2)\n"
        "assert pandas.DataFrame({'a': [1, 2]}).a.sum() == 3\n",
    )
    assert "python3" in output_of([environment / "bin" / "jupyter", "kernelspec", "list"])
    assert output_of([environment / "bin" / "jupyter", "lab", "--version"]).startswith("4.")
    assert output_of([environment / "bin" / "f2py", "-v"]).strip()


def test_pip_sees_and_accepts_every_package(environment: Path, channel: BuiltChannel) -> None:
    pip = [environment / "bin" / "python", "-m", "pip"]
    listed = {canonicalize_name(item["name"]) for item in json.loads(output_of([*pip, "list", "--format=json"]))}

    assert "No broken requirements found" in output_of([*pip, "check"])
    assert {"tables", "jupyterlab", "pyyaml", "tzdata", "msgpack", "pip"} <= listed
    installed = len(list((environment / "conda-meta").glob("*-py*.json")))
    assert len(listed) >= installed - 2


def test_every_recorded_file_is_there(environment: Path) -> None:
    missing = python(
        environment,
        "from importlib.metadata import distributions\n"
        "for item in distributions():\n"
        "    assert item.read_text('INSTALLER') == 'conda\\n', item.name\n"
        "    print(*(path.locate() for path in item.files if not path.locate().exists()), end='')\n",
    )
    assert missing == ""


def test_pip_replaces_a_package(environment: Path, tmp_path: Path) -> None:
    """It can only take away what RECORD names, and only put it back where Python looks."""
    shutil.copytree(environment, tmp_path / "copy", symlinks=True)
    wheel = next((cache_directory() / "wheels").glob("*/six-*.whl"))
    interpreter = tmp_path / "copy" / "bin" / "python"

    output_of([interpreter, "-m", "pip", "install", "--no-index", "--no-deps", "--force-reinstall", wheel])
    assert output_of([interpreter, "-c", "import six; print(six.__file__)"]).startswith(str(tmp_path / "copy"))
    output_of([interpreter, "-m", "pip", "uninstall", "--yes", "six"])
    assert run([interpreter, "-c", "import six"]).returncode == 1


def test_a_virtual_environment_has_pip(environment: Path, tmp_path: Path) -> None:
    wheel = next((cache_directory() / "wheels").glob("*/six-*.whl"))
    output_of([environment / "bin" / "python", "-m", "venv", tmp_path / "venv"])
    output_of([tmp_path / "venv" / "bin" / "pip", "install", "--no-index", wheel])
    output_of([tmp_path / "venv" / "bin" / "python", "-c", "import six, ssl, sqlite3"])


@pytest.mark.parametrize("configuration", ["", "/usr/lib/ssl/openssl.cnf"])
def test_openssl_makes_a_certificate(configuration: str, environment: Path, tmp_path: Path) -> None:
    if configuration and not Path(configuration).exists():
        configuration = str(environment / "ssl" / "openssl.cnf")
    subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    files = ["-keyout", str(tmp_path / "key.pem"), "-out", str(tmp_path / "certificate.pem")]

    output_of(
        [
            environment / "bin" / "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "1",
            *subject,
            *files,
        ],
        **({"OPENSSL_CONF": configuration} if configuration else {}),
    )
    text = output_of([environment / "bin" / "openssl", "x509", "-in", tmp_path / "certificate.pem", "-noout", "-text"])
    assert "DNS:localhost" in text


def used(*words: str) -> tuple[float, str]:
    """Seconds of the processor that a command takes, and what it prints. There is no program but Python: none can be asked."""
    return used_by(lambda: output_of([*COMMAND, *words], PATH="/nonexistent"))


def test_the_second_build_takes_little_more_than_the_start_of_a_command(channel: BuiltChannel) -> None:
    """It waits for nobody, and in seconds it hangs on the machine and on what else that does."""
    builds = [used("channel", "build", "--json") for dummy in range(3)]
    assert min(builds)[0] < 2 * min(used("--version") for dummy in range(3))[0]
    for dummy, printed in builds:
        again = json.loads(printed)
        assert (again["unchanged"], again["path"], again["packages"]) == (True, str(channel.path), channel.packages)


class Builder:
    """Builds of the small set with a cache of their own."""

    def __init__(self, directory: Path) -> None:
        self.cache, self.output = directory / "cache", directory / "channel"
        self.requirements = directory / "small.txt"

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {"PYTHONPATH": str(SOURCES), "XDG_CACHE_HOME": str(self.cache)}

    def start(self) -> subprocess.Popen[str]:
        command = [*COMMAND, "channel", "build", "--json", "-r", str(self.requirements), "-o", str(self.output)]
        return subprocess.Popen(
            command,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def build(self) -> dict[str, object]:
        process = self.start()
        out, errors = process.communicate(timeout=600)
        assert process.returncode == 0, errors
        return json.loads(out)

    def digests(self) -> dict[str, str]:
        files = [path for path in self.output.glob("*/*") if path.is_file()]
        return {str(path.relative_to(self.output)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def small_requirements() -> str:
    """The shipped file's pins of the small set."""
    blocks = re.split(r"\n(?=[a-z0-9])", SHIPPED.read_text())
    chosen = [block for block in blocks if block.split("==")[0] in SMALL]
    assert {block.split("==")[0] for block in chosen} == SMALL
    return "\n".join(chosen)


@pytest.fixture(scope="session")
def reference(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What an undisturbed build of the small set gives, from an empty cache."""
    builder = Builder(tmp_path_factory.mktemp("reference"))
    builder.requirements.write_text(small_requirements())
    builder.build()
    return builder.digests()


@pytest.fixture
def builder(channel: BuiltChannel, tmp_path: Path) -> Builder:
    """Has what apt and pip fetched for the whole channel already."""
    builder = Builder(tmp_path)
    builder.requirements.write_text(small_requirements())
    with locked(cache_directory() / "lock", print):  # the tests beside may refresh it just now
        for name in ("apt", "wheels"):
            shutil.copytree(cache_directory() / name, builder.cache / "benchwright" / "channel" / name)
    return builder


def test_builds_are_reproducible(builder: Builder, reference: dict[str, str]) -> None:
    builder.build()
    assert builder.digests() == reference


def test_a_refresh_leaves_what_is_current(channel: BuiltChannel) -> None:
    assert build_channel(None, None, progress=print, refresh=True).unchanged


def test_a_killed_build_is_finished_by_the_next(builder: Builder, reference: dict[str, str]) -> None:
    """Killed at any moment: what is left never looks finished, and does not disturb."""
    for seconds in sorted(random.uniform(0.2, 5) for dummy in range(4)):
        process = builder.start()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
        # The build alone, not its group: what it started has to end by itself.
        process.send_signal(signal.SIGKILL)
        process.communicate()
    assert builder.build()["packages"] == len([name for name in reference if name.endswith(".conda")])
    assert builder.digests() == reference


def test_a_damaged_package_is_made_again(builder: Builder, reference: dict[str, str]) -> None:
    builder.build()
    package = next(builder.output.glob("noarch/six-*.conda"))
    content = bytearray(package.read_bytes())
    content[len(content) // 2] ^= 1
    package.write_bytes(content)

    assert builder.build()["unchanged"] is False
    assert builder.digests() == reference


def test_damaged_downloads_are_fetched_again(builder: Builder, reference: dict[str, str]) -> None:
    cache = builder.cache / "benchwright" / "channel"
    damaged = [next(cache.glob("wheels/*/six-*.whl")), next(cache.glob("apt/debs/libpython3.*-stdlib_*.deb"))]
    for path in damaged:
        path.write_bytes(path.read_bytes()[:-1] + b"!")

    builder.build()
    assert builder.digests() == reference


def test_the_second_of_two_builds_waits(builder: Builder, reference: dict[str, str]) -> None:
    processes = [builder.start(), builder.start()]
    results = [process.communicate(timeout=600) for process in processes]

    assert [process.returncode for process in processes] == [0, 0], results
    assert sorted(json.loads(out)["unchanged"] for out, errors in results) == [False, True]
    assert sum("waiting for it" in errors for out, errors in results) == 1
    assert builder.digests() == reference


def refusal(builder: Builder, **environment: str) -> str:
    """The message of a build that has to fail."""
    command = [*COMMAND, "channel", "build", "-r", builder.requirements, "-o", builder.output]
    result = run(command, XDG_CACHE_HOME=str(builder.cache), **environment)
    assert result.returncode == 1, result.stderr
    assert "Traceback" not in result.stderr
    assert not list(builder.output.glob("*/repodata.json"))
    return result.stderr


UNREACHABLE = {"http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9", "PIP_RETRIES": "1"}


def test_an_unreachable_debian_archive_is_named(builder: Builder) -> None:
    shutil.rmtree(builder.cache)

    message = refusal(builder, **UNREACHABLE)
    assert "benchwright: apt could not find" in message
    assert "check the sources in /etc/apt, the proxy and the network" in message


def test_an_unreachable_index_is_named(builder: Builder) -> None:
    """apt's indexes of the last time are good enough; wheels that are nowhere are not."""
    shutil.rmtree(builder.cache / "benchwright" / "channel" / "wheels")

    message = refusal(builder, **UNREACHABLE, PIP_CONFIG_FILE=os.devnull, PIP_FIND_LINKS="")
    assert "benchwright: pip could not reach its index" in message


def test_a_version_that_has_no_wheel_is_named(builder: Builder) -> None:
    builder.requirements.write_text(f"# one line before\nsix==0.0.1 --hash=sha256:{'0' * 64}\n")

    assert f"benchwright: {builder.requirements}:2: pip's index has no wheel of six 0.0.1" in refusal(builder)
