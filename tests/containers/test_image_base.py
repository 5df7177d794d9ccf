"""What images begin with: a base that is made of Debian's archive, where none is named, or one of a registry's, by its digest."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._docker.archive import make_base
from ansible_collections.benchwright.python.plugins.module_utils._docker.engine import DockerError, Engine
from support.docker_registry import serve_registry
from support.image_lab import Lab, docker, image_lab

BASE, NONESUCH = "benchwright/base:bookworm", "benchwright/base:nonesuch"
LARGEST = 85_000_000
# What Ubuntu's images have, and what the image begins with else: so that little has to be installed and sent.
UBUNTU = """\
FROM {image}
USER 0
RUN userdel --remove workbench && useradd --uid 1000 --create-home ubuntu && touch /home/ubuntu/secret
RUN echo '# of the house' >> /etc/ssl/certs/ca-certificates.crt
"""
TRUSTED = """\
import ssl, sys
context = ssl.create_default_context()
print("ok" if context.cert_store_stats()["x509_ca"] > 100 else sys.exit(context.cert_store_stats()))
"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Where no base is there. One that somebody made before gets its name back."""
    engine = Engine.of(os.environ)
    before = engine.image(BASE)
    if before:
        engine.tag(BASE, "benchwright-test/kept", "base")
        engine.remove(BASE)
    with image_lab(tmp_path_factory.mktemp("image")) as made:
        yield made
    engine.remove(BASE)
    if before:
        engine.tag(before["Id"], *BASE.split(":"))
        engine.remove("benchwright-test/kept:base")


def inspected(image: str) -> dict[str, Any]:
    return dict(json.loads(docker("image", "inspect", image))[0])


def inside(image: str, command: str) -> str:
    return docker("run", "--rm", "--user=0", image, "sh", "-ec", command)


def test_a_suite_that_the_archive_does_not_have_is_told_and_leaves_nothing() -> None:
    engine = Engine.of(os.environ)
    with pytest.raises(
        DockerError, match=r"could not make a base of Debian's nonesuch.*see that the mirror is reached"
    ):
        make_base(engine, "nonesuch", "")
    assert engine.image(NONESUCH) is None


def test_where_no_base_is_named_one_is_made_whole_and_small(lab: Lab) -> None:
    lab(*lab.build_on_default, "--package=python3")
    base, made = inspected(BASE), inspected(lab.image)
    assert made["Config"]["Labels"]["org.opencontainers.image.base.name"] == BASE
    assert made["Config"]["Labels"]["benchwright.base"] == base["Id"]
    assert "org.opencontainers.image.base.digest" not in made["Config"]["Labels"]  # no registry has it
    assert made["RootFS"]["Layers"][: len(base["RootFS"]["Layers"])] == base["RootFS"]["Layers"]
    assert docker("run", "--rm", lab.image, "python", "-c", "print(6 * 7)") == "42\n"
    assert "ok" in docker("run", "--rm", lab.image, "/usr/bin/python3", "-c", TRUSTED)
    assert "openssl\n" not in inside(lab.image, "dpkg-query --show --showformat '${Package}\n'")
    assert "pkg:deb/debian/ca-certificates@" in inside(lab.image, "cat /opt/benchwright/sbom.cdx.json")
    [stage] = docker("images", "--quiet", f"--filter=label=benchwright.stage={lab.image}:latest").split()
    assert inside(stage, "find / -xdev -name '*_Packages*' -o -xdev -name '*.deb'") == ""
    assert base["Size"] < LARGEST
    assert base["Config"]["Labels"] == {"benchwright.image": "benchwright/base"}
    assert inside(BASE, "dpkg --audit; apt-get check -qq") == ""
    assert "perl\n" not in inside(BASE, "dpkg-query --show --showformat '${Package}\n'")
    assert inside(BASE, "test -d /usr/share/man/man1 || echo none") == "none\n"
    assert inside(BASE, "ls /usr/share/doc/bash") == "copyright\n"
    assert 'Acquire::GzipIndexes "true";' in inside(BASE, "apt-config dump")


def test_built_anew_on_what_was_made_it_has_the_same_layers(lab: Lab) -> None:
    """With tools and certificates that come from the archive both times."""
    build = [*lab.build_on_default, "--package=python3"]
    lab(*build)
    before = inspected(lab.image)
    assert " changed=1 " in lab(*build, "--rebuild")
    after = inspected(lab.image)
    assert after["Id"] != before["Id"]
    assert after["RootFS"]["Layers"] == before["RootFS"]["Layers"]


def test_a_base_is_pulled_by_its_digest_and_its_user_of_number_1000_goes(lab: Lab, tmp_path: Path) -> None:
    image = f"{lab.image}-on-ubuntu"
    lab(*lab.build_on_default, "--package=python3")
    with serve_registry(tmp_path, public=True) as registry:
        name = f"{registry.host}/ubuntu:24.04"
        text = UBUNTU.format(image=lab.image)
        own = {**os.environ, "DOCKER_BUILDKIT": "0"}
        command = ["docker", "build", "--quiet", f"--tag={name}", "-"]
        subprocess.run(command, input=text, text=True, check=True, env=own, stdout=subprocess.DEVNULL)
        docker("push", "--quiet", name)
        assert inside(name, "getent passwd 1000").startswith("ubuntu:")
        [base] = inspected(name)["RepoDigests"]
        docker("rmi", name)
        assert not docker("images", "--quiet", base)
        build = [image if word == lab.image else word for word in lab.build_on_default]
        lab(*build, "--base", base)
        assert " changed=0 " in lab(*build, "--base", base)
    labels = inspected(image)["Config"]["Labels"]
    assert labels["org.opencontainers.image.base.name"] == base
    assert labels["org.opencontainers.image.base.digest"] == base.partition("@")[2]
    assert inside(image, "getent passwd 1000; ls /home").split() == [
        "workbench:x:1000:1000:workbench:/home/workbench:/bin/bash",
        "workbench",
    ]
    assert inside(image, "tail -n 1 /etc/ssl/certs/ca-certificates.crt") == "# of the house\n"
    docker("rmi", base)
