"""Images of one environment, side by side: as a book's Dockerfile makes it, with conda in the final stage, and as docker_image does.

    python benchmarks/images.py [SPEC ...]

Takes a Docker engine and some minutes, and removes what it made. All begin with the same base, of Debian's archive. Packages come from
the offline channel, over HTTP, and conda from a stand-in for Miniconda's installer (conda_for_images.py), which is smaller than it. Of
docker_image there are three images: as it is by default, without byte code, and with the tools that the other two have.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

ROOT = Path(__file__).parents[1]
DEFAULTS = ROOT / "roles/docker_image/defaults/main.yml"
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "benchmarks")]

from ansible_collections.benchwright.python.plugins.module_utils._docker.archive import make_base  # noqa: E402
from ansible_collections.benchwright.python.plugins.module_utils._docker.engine import Engine  # noqa: E402
from conda_for_images import packages_in, write_installer  # noqa: E402
from support.ansible_call import ANSIBLE_PLAYBOOK, LOCAL  # noqa: E402
from support.docker_engine import bridge_address  # noqa: E402
from support.module_call import run_module  # noqa: E402

from benchwright.channel.build import build_channel  # noqa: E402
from benchwright.channel.serve import Server  # noqa: E402

MINE = "benchwright-benchmark"
SPECS = ["ipython", "pandas", "jupyterlab"]
TOOLS = ["bzip2", "git", "htop", "screen", "vim", "wget"]
BASE = "benchwright/base:bookworm"

# As "Python for Finance" has it, its words in ours: all as root, the compiler stays, and so does whatever was fetched.
BOOK = """\
FROM {base}
RUN apt-get update
RUN apt-get upgrade -y
ADD install.sh /
RUN chmod u+x /install.sh
RUN /install.sh
ENV PATH /root/miniconda3/bin:$PATH
CMD ["ipython"]
"""
BOOK_SCRIPT = """\
#!/bin/sh
set -e
export DEBIAN_FRONTEND=noninteractive
apt-get update
apt-get upgrade -y
apt-get install -y bzip2 gcc git htop screen vim wget
apt-get upgrade -y bash
apt-get clean
wget -q {server}/Miniconda.sh -O Miniconda.sh
bash Miniconda.sh -b
rm -rf Miniconda.sh
export PATH="/root/miniconda3/bin:$PATH"
conda install -y --channel {channel} {specs}
"""
# As many images do it: one stage, caches cleaned, and conda beside what it installed.
USUAL = """\
FROM {base}
ENV PATH=/opt/conda/bin:$PATH
RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ca-certificates {tools} \\
 && rm -rf /var/lib/apt/lists/* /var/cache/apt/*
RUN wget -q {server}/Miniconda.sh -O /tmp/Miniconda.sh && bash /tmp/Miniconda.sh -b -p /opt/conda && rm /tmp/Miniconda.sh
RUN conda install -y --channel {channel} {specs} && conda clean -afy
RUN useradd --create-home user
COPY jupyter_server_config.py /etc/jupyter/
USER user
CMD ["ipython"]
"""
CONVENTIONAL = {
    "book": {"Dockerfile": BOOK, "install.sh": BOOK_SCRIPT},
    "conda_inside": {"Dockerfile": USUAL, "jupyter_server_config.py": "c = get_config()\n"},
}


class Ours(NamedTuple):
    """What an image of docker_image's has besides its environment, and what it has not besides what the role leaves out."""

    tools: list[str]
    left_out: list[str]


OURS = {
    "docker_image": Ours([], []),
    "docker_image_without_byte_code": Ours([], ["*.pyc"]),
    "docker_image_with_tools": Ours(TOOLS, []),
}


class Row(NamedTuple):
    """One image, measured."""

    name: str
    image: str
    built: float
    again: float
    changed: float


def main() -> None:
    specs = sys.argv[1:] or SPECS
    channel = build_channel(None, None, progress=print).path
    with tempfile.TemporaryDirectory(prefix=MINE, dir="/var/tmp") as name, contextlib.ExitStack() as stack:
        stack.callback(clean)
        work = Path(name)
        have_base()
        served = stack.enter_context(downloads(work, channel))
        report([*(conventional(name, work, served, specs) for name in CONVENTIONAL), *ours(work, channel, specs)])


@contextlib.contextmanager
def downloads(work: Path, channel: Path) -> Iterator[str]:
    """Serve the channel and the installer to containers on this machine alone."""
    shelf = work / "shelf"
    shutil.copytree(channel, shelf)
    write_installer(shelf / "Miniconda.sh", channel)
    with Server(shelf, bridge_address(), 0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.address
        server.shutdown()


def conventional(name: str, work: Path, served: str, specs: list[str]) -> Row:
    """Build one of CONVENTIONAL, then again, then with another line in its last file."""
    values = {"base": BASE, "server": served, "channel": served, "specs": " ".join(specs), "tools": " ".join(TOOLS)}
    context = work / name
    context.mkdir()
    for file, text in CONVENTIONAL[name].items():
        (context / file).write_text(text.format(**values))
    image = f"{MINE}/{name}"
    first = seconds(lambda: build(context, image, "--no-cache"))
    again = seconds(lambda: build(context, image))
    last = context / list(CONVENTIONAL[name])[-1]
    last.write_text(last.read_text() + "# another line\n")
    return Row(name, image, first, again, seconds(lambda: build(context, image)))


def ours(work: Path, channel: Path, specs: list[str]) -> Iterator[Row]:
    """The first one's environment is made; the others have it already."""
    environment = {"name": "lab", "dependencies": [*specs, "python"]}
    options = {"repository": f"{MINE}/environment", "root_prefix": str(work / "root"), "channels": [channel.as_uri()]}
    configured = {downloads: server(work, downloads) for downloads in (True, False)}
    left_out = yaml.safe_load(DEFAULTS.read_text())["docker_image_left_out"]

    def make(image: str, one: Ours, downloads: bool) -> None:
        layers = call(work, "environment_image", environments=[environment], **options)["images"]
        contents = {"environments": layers, "packages": one.tools, "left_out": left_out + one.left_out, "base": BASE}
        call(work, "workbench_image", images=[{"name": image, **contents, "server": configured[downloads]}])

    def measured(name: str, one: Ours) -> Row:
        image = f"{MINE}/{name}"
        return Row(name, image, *(seconds(lambda on=on: make(image, one, on)) for on in (True, True, False)))

    for name, one in OURS.items():
        yield measured(name, one)


def have_base() -> None:
    """Have the base made before anything is measured, as the module makes it where it is missing."""
    if not output("docker", "images", "--quiet", BASE):
        make_base(Engine.of(os.environ), BASE.partition(":")[2], "")


def server(work: Path, downloads: bool) -> dict[str, Any]:
    """What the role jupyter_server says of its containers."""
    target = work / f"server-{downloads}.json"
    asked = {"name": "benchwright.python.jupyter_server", "tasks_from": "container"}
    play = {
        "hosts": "localhost",
        "gather_facts": False,
        "vars": {"jupyter_server_downloads": downloads},
        "tasks": [
            {"ansible.builtin.include_role": asked},
            {"ansible.builtin.copy": {"content": "{{ jupyter_server_container | to_json }}", "dest": str(target)}},
        ],
    }
    (work / "play.json").write_text(json.dumps([play]))
    subprocess.run([ANSIBLE_PLAYBOOK, *LOCAL, work / "play.json"], check=True, stdout=sys.stderr)
    return dict(json.loads(target.read_text()))


def report(rows: list[Row]) -> None:
    book = rows[0]
    for row in rows:
        told = json.loads(output("docker", "image", "inspect", row.image))[0]
        size, config = told["Size"], told["Config"]
        inside = packages(row.image)
        print(
            f"\n{row.name}: {size / 1e6:.0f} MB ({size / inspect_size(book.image):.0%} of the book's), "
            f"{len(told['RootFS']['Layers'])} layers, user {config.get('User') or 'root'}, "
            f"health check {'yes' if config.get('Healthcheck') else 'no'}, {len(inside)} conda packages"
        )
        print(f"  built in {row.built:.1f} s, without a change in {row.again:.2f} s", end="")
        print(
            f", after another configuration in {row.changed:.1f} s ({row.changed / book.built:.1%} of the book's build)"
        )
        for program in ("conda", "gcc", "pip"):
            print(f"  {program}: {'there' if has(row.image, program) else 'not there'}", end="")
        print()
    ours_only, theirs_only = (
        packages(rows[-1].image) - packages(book.image),
        packages(book.image) - packages(rows[-1].image),
    )
    print(f"\npackages that only one of them has: docker_image {sorted(ours_only)}, the book's {sorted(theirs_only)}")


def packages(image: str) -> set[str]:
    places = "/root/miniconda3 /opt/conda /opt/benchwright/envs/*"
    command = f"for r in $(ls -d {places} 2>/dev/null | sed s:$:/conda-meta/*.json:); do tr -d '\\n' < $r; echo; done"
    text = output("docker", "run", "--rm", "--user=0", "--entrypoint=sh", image, "-c", command)
    return packages_in(text.splitlines())


def has(image: str, program: str) -> bool:
    command = ["docker", "run", "--rm", "--entrypoint=sh", image, "-c", f"command -v {program}"]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def inspect_size(image: str) -> int:
    return int(output("docker", "image", "inspect", "--format={{.Size}}", image))


def build(context: Path, image: str, *flags: str) -> None:
    command = ["docker", "build", "--quiet", *flags, "--tag", image, str(context)]
    subprocess.run(command, check=True, env={**os.environ, "DOCKER_BUILDKIT": "0"}, stdout=sys.stderr)


def call(work: Path, module: str, **options: Any) -> dict[str, Any]:
    answer = run_module(module, options, work / "tmp")
    if answer.failed:
        sys.exit(answer.result["msg"])
    return answer.result


def seconds(do: Any) -> float:
    begin = time.perf_counter()
    do()
    return time.perf_counter() - begin


def output(*command: str) -> str:
    return subprocess.check_output(command, text=True).strip()


def clean() -> None:
    for name in OURS:
        for stage in output(
            "docker", "images", "--quiet", f"--filter=label=benchwright.stage={MINE}/{name}:latest"
        ).split():
            subprocess.run(["docker", "rmi", "--force", stage], check=False, stdout=subprocess.DEVNULL)
    for name in output("docker", "images", "--format={{.Repository}}:{{.Tag}}").split():
        if name.startswith(f"{MINE}/"):
            subprocess.run(["docker", "rmi", "--force", name], check=False, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
