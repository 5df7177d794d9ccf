"""Images of a few megabytes with a shell, made of this machine's own, for tests of what is done with images and containers."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import tarfile
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from ansible_collections.benchwright.python.plugins.module_utils._docker.containers import Containers
from ansible_collections.benchwright.python.plugins.module_utils._docker.dockerfile import PART
from ansible_collections.benchwright.python.plugins.module_utils._docker.engine import Engine
from ansible_collections.benchwright.python.plugins.module_utils._docker.workbench import Workbench

PROGRAMS = ("/bin/sh", "/bin/sleep", "/bin/cat", "/usr/bin/id")


def _root() -> bytes:
    """The programs and the libraries that they load, as a layer."""
    said = subprocess.run(["ldd", *PROGRAMS], capture_output=True, text=True, check=True).stdout
    libraries = sorted(set(re.findall(r"(/\S+) \(0x", said)))
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for path in (*PROGRAMS, *libraries):
            member = tarfile.TarInfo(path.lstrip("/"))
            content = Path(path).read_bytes()
            member.size, member.mode = len(content), 0o755
            archive.addfile(member, io.BytesIO(content))
    return stream.getvalue()


class TinyWorkbench(Workbench):
    """One whose base has no package manager, and whose build takes a moment."""

    @property
    def dockerfile(self) -> str:
        """The label as the first, and what differs as the last, as every image of ours has it."""
        steps = [f"FROM {self.base}", f'LABEL {PART}=""', "COPY finish.sh /", "RUN sleep 0.3"]
        return "\n".join([*steps, f"CMD {json.dumps(list(self.command))}", ""])


@dataclass
class Shelf:
    """Images under one name, and the containers that are of them."""

    repository: str
    engine: Engine = field(default_factory=lambda: Engine.of(os.environ))
    root: bytes = field(default_factory=_root)

    def image(self, tag: str, labels: Mapping[str, str], command: str = "sleep 300", *changes: str) -> str:
        """Make an image whose user is no more than 1000, and return its name."""
        words = [f'CMD ["/bin/sh", "-c", "{command}"]', "USER 1000:1000", *changes]
        asked = {"fromSrc": "-", "repo": self.repository, "tag": tag}
        asked_all = {**asked, "changes": [*words, *(f"LABEL {key}={value}" for key, value in labels.items())]}
        self.engine.call("POST", "/images/create?" + urlencode(asked_all, doseq=True), body=[self.root])
        return f"{self.repository}:{tag}"

    def ours(self, tag: str, command: str = "sleep 300", *changes: str, **labels: str) -> str:
        """Make one with our mark."""
        return self.image(tag, {"benchwright.image": self.repository, **labels}, command, *changes)

    def workbench(self, base: str, *command: str) -> TinyWorkbench:
        """One as it is wanted, whose image is under this name."""
        return TinyWorkbench(f"{self.repository}/lab", "latest", base, (), (), command, {})

    def container(self, name: str) -> str:
        """A name that belongs to the test."""
        return f"{self.repository.replace('/', '-')}-{name}"


@contextmanager
def shelf() -> Iterator[Shelf]:
    """Make one; what is on it is gone afterwards."""
    made = Shelf(f"benchwright-test/{uuid.uuid4().hex[:12]}")
    containers = Containers(made.engine)
    try:
        yield made
    finally:
        for one in made.engine.call("GET", "/containers/json?all=1"):
            if any(made.repository.replace("/", "-") in name for name in one["Names"]):
                containers.remove(one["Id"])
        for image in made.engine.images():
            for name in image["RepoTags"] or ():
                if name.startswith(made.repository):
                    made.engine.remove(name)
