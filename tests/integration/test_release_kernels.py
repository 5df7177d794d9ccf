"""What was started from an environment stays with its release, whatever the environment's name leads to since."""

from __future__ import annotations

import json
import os
import subprocess
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from support.host import Host
from support.kernels import Session, Sight, modules, write_wheel
from support.ports import free_port
from support.tiny_channel import TinyChannel

from benchwright.channel.build import BuiltChannel

VERSIONS = ("1", "2", "3", "4", "5")
SWITCHES = ("2", "3", "4", "5", "4", "3", "5", "4", "5", "3")
REAL = [path for path in os.environ.get("BENCHWRIGHT_TEST_CONDA", "").split(",") if path]


class Lab:
    """An environment with ipykernel, a conda package and one of pip's, in the same version."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.prefix = host.prefix
        self.home = host.directory / "home"
        self.also: tuple[str, ...] = ()
        self.environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "VIRTUAL", "JUPYTER"))},
            **host.environment,
        }

    def describe(self, version: str) -> dict[str, Any]:
        return {
            "dependencies": ["python", "pip", "ipykernel", f"mixed={version}", *self.also],
            "pip": [f"noted=={version}"],
            "state": "exact",
        }

    def change(self, **options: Any) -> dict[str, Any]:
        """Call the module; the time that it took is in ``seconds``."""
        begin = time.monotonic()
        answer = self.host.call("conda_env", **options)
        assert not answer.failed, answer.result["msg"]
        return {**answer.result, "seconds": time.monotonic() - begin}

    def switch(self, version: str, **options: Any) -> dict[str, Any]:
        return self.change(**self.describe(version), **options)

    def roll_back(self, release: str | None = None) -> dict[str, Any]:
        return self.change(state="rolled_back", release=release, channels=None)

    def run(self, *command: str | Path, **environment: str) -> str:
        """What the command prints, in the user's environment."""
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, env={**self.environment, **environment}, cwd=self.home
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def python(self, code: str) -> str:
        return self.run(self.prefix / "bin/python", "-c", code).strip()

    def version(self) -> str:
        """The one version that a new process sees."""
        [version] = set(self.python("import mixed, noted; print(mixed.part(0), noted.part(0))").split())
        return version

    def session(self) -> Session:
        return Session(self.prefix / "bin/python", self.environment)

    @property
    def activated(self) -> dict[str, str]:
        """What activating the environment sets."""
        return {"PATH": f"{self.prefix}/bin:{os.environ['PATH']}", "CONDA_PREFIX": str(self.prefix)}

    def users(self) -> dict[str, set[int]]:
        """The processes that use each release, by its digest."""
        [environment] = self.host.call("conda_env_info", channels=None).result["environments"]
        return {release["digest"]: {user["pid"] for user in release["users"]} for release in environment["releases"]}


class Server:
    """A Jupyter server of the environment."""

    def __init__(self, lab: Lab) -> None:
        self._port = free_port()
        self._runtime = lab.home / f"runtime-{self._port}"
        environment = {**lab.environment, "JUPYTER_RUNTIME_DIR": str(self._runtime), "JUPYTER_TOKEN": "open-sesame"}
        options = ["--no-browser", "--allow-root", f"--port={self._port}", "--ServerApp.port_retries=0"]
        command: list[str | Path] = [lab.prefix / "bin/python", "-m", "jupyter_server", *options]
        self._process = subprocess.Popen(command, env=environment, cwd=lab.home)

    def __enter__(self) -> Server:
        for dummy in range(300):
            try:
                self.ask("status")
                return self
            except OSError:
                time.sleep(0.2)
        self._process.kill()
        raise AssertionError("the server does not answer")

    def __exit__(self, *dummy: object) -> None:
        self._process.terminate()
        try:
            self._process.wait(60)
        finally:
            self._process.kill()

    def ask(self, path: str, data: bytes | None = None) -> Any:
        headers = {"Authorization": "token open-sesame", "Content-Type": "application/json"}
        request = urllib.request.Request(f"http://127.0.0.1:{self._port}/api/{path}", data, headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def start_kernel(self) -> str:
        """Return the file that says how to talk to it."""
        return str(self._runtime / "kernel-{id}.json".format(**self.ask("kernels", b'{"name": "python3"}')))


@pytest.fixture
def lab(host: Host, channel: BuiltChannel, tmp_path: Path) -> Lab:
    tiny = TinyChannel(tmp_path / "channel")
    [python] = channel.path.glob("linux-64/python-[0-9]*.conda")
    minor = ".".join(python.name.split("-")[1].split(".")[:2])
    for version in VERSIONS:
        files = {f"lib/python{minor}/site-packages/{path}": data for path, data in modules("mixed", version).items()}
        tiny.add("mixed", version, depends=[f"python {minor}.*"], files=files)
        write_wheel(tmp_path / "wheels", "noted", version)
    host.options["channels"] = [tiny.url, channel.url]
    (tmp_path / "home").mkdir()
    host.environment.update(HOME=str(tmp_path / "home"), PIP_NO_INDEX="1", PIP_FIND_LINKS=str(tmp_path / "wheels"))
    lab = Lab(host)
    lab.switch("1")
    return lab


def start_four(session: Session, lab: Lab) -> list[str]:
    """In all the ways in which people start a kernel."""
    lab.run(lab.prefix / "bin/python", "-m", "ipykernel", "install", "--user", "--name", "lab")
    launcher = ["-m", "ipykernel_launcher"]
    ways: dict[str, dict[str, Any]] = {
        "by the kernelspec": {"kernelspec": "python3"},
        "by a kernelspec of the user": {"kernelspec": "lab"},
        "by hand": {"command": [str(lab.prefix / "bin/python"), *launcher]},
        "activated": {"command": ["python", *launcher], "path": lab.activated["PATH"]},
    }
    for name, how in ways.items():
        session.start(name, **how)
    return list(ways)


def assert_of_one_release(sight: Sight, version: str, release: Path) -> None:
    """That what it imported and what it is are of that release, and all of that version."""
    assert sight.versions == {version}
    assert Path(sight.prefix) == release
    assert Path(sight.place) == release / "lib" / sight.python


@pytest.mark.parametrize("host", ["rattler", "conda-stand-in-26.7.1"], indirect=True)
def test_four_kernels_run_through_ten_switches_and_two_rollbacks(lab: Lab) -> None:
    """Five releases come; three are kept, and the one that the kernels use."""
    first, digest = lab.prefix.resolve(), lab.prefix.resolve().name.rpartition("-")[2]
    seconds: dict[str, list[float]] = {"built": [], "used again": [], "rolled back": []}
    removed: list[str] = []
    with lab.session() as session:
        names = start_four(session, lab)
        pids = {session.look(name, 0).pid for name in names}

        def step(number: int, how: str, result: dict[str, Any], version: str) -> None:
            seconds[how].append(round(result["seconds"], 2))
            removed.extend(result["releases_removed"])
            for name in names:
                assert_of_one_release(session.look(name, number), "1", first)
            assert lab.version() == version

        for number, version in enumerate(SWITCHES, 1):
            how = "used again" if version in SWITCHES[: number - 1] else "built"
            step(number, how, lab.switch(version), version)
        assert lab.users()[digest] >= pids
        assert len(pids) == len(names)
        with lab.session() as later:
            later.start("later", kernelspec="python3")
            assert_of_one_release(later.look("later", 0), SWITCHES[-1], lab.prefix.resolve())

        step(len(SWITCHES) + 1, "rolled back", lab.roll_back(), SWITCHES[-2])
        step(len(SWITCHES) + 2, "rolled back", lab.roll_back(digest), "1")
        assert first.name not in [*removed, *lab.switch(SWITCHES[-1], keep=1)["releases_removed"]]
    assert len(removed) == 1
    assert lab.switch(SWITCHES[-1], keep=1)["releases_removed"] == [first.name]
    assert not first.exists()
    print("seconds:", seconds)


@pytest.mark.parametrize("host", ["rattler"], indirect=True)
def test_what_was_made_with_the_interpreter_outlives_its_release(lab: Lab) -> None:
    python, home = lab.prefix / "bin/python", lab.home
    first = lab.prefix.resolve()
    lab.run(python, "-m", "venv", "plain")
    lab.python("import subprocess, sys; subprocess.run([sys.executable, '-m', 'venv', 'made-by-a-child'], check=True)")
    lab.run(python, "-m", "venv", "--system-site-packages", "sharing")
    lab.run(python, "-m", "ipykernel", "install", "--user", "--name", "lab")
    lab.python(
        "import subprocess, sys\n"
        "subprocess.run([sys.executable, '-m', 'ipykernel', 'install', '--user', '--name', 'by-a-child'], check=True)"
    )
    script = home / "script"
    script.write_text(f"#!{python}\nimport mixed\nprint(mixed.part(0))\n")
    script.chmod(0o755)

    assert lab.switch("2", keep=1)["releases_removed"] == [first.name]
    assert not first.exists()
    for name in ("plain", "made-by-a-child", "sharing"):
        assert lab.run(home / name / "bin/python", "-c", "import ssl; print(ssl.OPENSSL_VERSION)")
        assert lab.run(home / name / "bin/pip", "--version")
    assert lab.run(home / "sharing/bin/python", "-c", "import mixed; print(mixed.part(0))") == "2\n"
    assert lab.run(script) == "2\n"
    assert "jupyter_core" in lab.run(lab.prefix / "bin/jupyter", "--version")
    with lab.session() as session:
        for name in ("lab", "by-a-child"):
            session.start(name, kernelspec=name)
            assert_of_one_release(session.look(name, 0), "2", lab.prefix.resolve())


@pytest.mark.parametrize("host", ["rattler"], indirect=True)
def test_a_process_is_of_one_release_however_it_began(lab: Lab) -> None:
    first, python = lab.prefix.resolve(), lab.prefix / "bin/python"
    lab.switch("2")
    tell = (
        "import mixed, site, sys\n"
        "files = [getattr(module, '__file__', None) or sys.prefix for module in list(sys.modules.values())]\n"
        "strays = [path for path in (*files, *site.getsitepackages(), *sys.path[1:]) if not path.startswith(sys.prefix)]\n"
        "print(sys.prefix, sys.executable, mixed.part(0), *strays)"
    )
    # The name is switched between the start of the program and its first import.
    begun: dict[str, Any] = {"executable": first / "bin/python", "env": lab.environment}
    done = subprocess.run([python, "-c", tell], **begun, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(first), str(first / "bin/python"), "1"]
    # A link of the user's own leads to the environment's; the path is relative, or not in its usual spelling.
    (lab.home / "mine").symlink_to(python)
    second = lab.prefix.resolve()
    for path in (lab.home / "mine", os.path.relpath(python, lab.home), f"{lab.prefix.parent}/../envs//lab/bin/python"):
        prefix, executable, version = lab.run(path, "-c", tell).split()
        assert (prefix, Path(executable).parent, version) == (str(second), second / "bin", "2")


@pytest.mark.parametrize("host", ["rattler"], indirect=True)
@pytest.mark.parametrize("tool", ["", *REAL], ids=lambda tool: Path(tool).name or "by hand")
def test_the_environment_is_entered_by_its_name(lab: Lab, tool: str) -> None:
    places = {"CONDA_ENVS_DIRS": str(lab.prefix.parent), "MAMBA_ROOT_PREFIX": str(lab.host.root)}
    micromamba = "micromamba" in tool
    hook = f'eval "$({tool} {"shell hook -s bash" if micromamba else "shell.bash hook"})"'
    activate = f"{hook} && {'micromamba' if micromamba else 'conda'} activate lab && exec "
    tell = "import mixed, os; print(mixed.part(0), os.path.realpath(os.environ['CONDA_PREFIX']))"
    for version in ("1", "2"):
        if lab.version() != version:
            lab.switch(version)
        seen = f"{version} {lab.prefix.resolve()}\n"
        if not tool:
            assert lab.run("python", "-c", tell, **lab.activated) == seen
            continue
        assert lab.run(tool, "run", "-n", "lab", "python", "-c", tell, **places) == seen
        assert lab.run("bash", "-c", activate + '"$@"', "bash", "python", "-c", tell, **places) == seen
        listed = json.loads(lab.run(tool, "list", "-n", "lab", "--json", **places))
        assert {package["name"]: package["version"] for package in listed}["mixed"] == version


@pytest.mark.parametrize("host", ["rattler"], indirect=True)
def test_a_jupyter_server_and_its_kernels_stay_with_their_release(lab: Lab) -> None:
    lab.also = ("jupyter_server",)
    lab.switch("1", keep=1)
    first = lab.prefix.resolve()
    with Server(lab) as server, lab.session() as session:
        session.start("before", connection=server.start_kernel())
        assert_of_one_release(session.look("before", 0), "1", first)
        lab.switch("2", keep=1)
        session.start("after", connection=server.start_kernel())
        for number, name in enumerate(("before", "after"), 1):
            assert_of_one_release(session.look(name, number), "1", first)
        assert {kernel["name"] for kernel in server.ask("kernels")} == {"python3"}
        with Server(lab) as later:
            session.start("new", connection=later.start_kernel())
            assert_of_one_release(session.look("new", 3), "2", lab.prefix.resolve())
    assert lab.switch("2", keep=1)["releases_removed"] == [first.name]
