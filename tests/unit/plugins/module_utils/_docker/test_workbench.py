"""What an image is made of decides on its digest, and the Dockerfile says it in three stages."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._docker.archive import check_mirror
from ansible_collections.benchwright.python.plugins.module_utils._docker.engine import DockerError
from ansible_collections.benchwright.python.plugins.module_utils._docker.references import check_names, workbench_of
from ansible_collections.benchwright.python.plugins.module_utils._docker.workbench import Layer, Workbench

LAYER = Layer(
    name="lab",
    image="benchwright/environment:0123456789ab",
    prefix="/opt/benchwright/envs/lab",
    lock="a" * 64,
    packages=("ipython 9.0 py_0", "python 3.12.1 h1_0"),
    pip=("humanize==4.13.0",),
    variables={"MESSAGE": 'a "$HOME"'},
)
LAB = Workbench(
    name="lab/research",
    tag="latest",
    base="debian@sha256:" + "c" * 64,
    layers=(LAYER,),
    packages=("git",),
    command=("ipython",),
    labels={},
)
ITEM: dict[str, Any] = {
    "name": "lab/research",
    "tag": "latest",
    "base": "debian:bookworm",
    "environments": [
        {
            "name": "lab",
            "image": LAYER.image,
            "prefix": LAYER.prefix,
            "lock": LAYER.lock,
            "packages": list(LAYER.packages),
            "pip": list(LAYER.pip),
            "variables": dict(LAYER.variables),
        }
    ],
    "packages": ["git"],
    "command": ["ipython"],
    "left_out": [],
    "server": None,
    "labels": {},
    "push": [],
}


def digest(workbench: Workbench, base: str = "sha256:1") -> str:
    return workbench.described(base)["benchwright.digest"]


def test_the_same_parts_have_the_same_digest() -> None:
    assert digest(LAB) == digest(replace(LAB))


@pytest.mark.parametrize(
    "other",
    [
        replace(LAB, tag="2"),
        replace(LAB, packages=("git", "less")),
        replace(LAB, command=("python",)),
        replace(LAB, labels={"a": "b"}),
        replace(LAB, left_out=("*.a",)),
        replace(LAB, layers=(replace(LAYER, image="benchwright/environment:ffffffffffff"),)),
        replace(LAB, layers=(replace(LAYER, variables={}),)),
        replace(LAB, layers=(LAYER, replace(LAYER, name="other", prefix="/opt/benchwright/envs/other"))),
    ],
)
def test_every_part_counts(other: Workbench) -> None:
    assert digest(other) != digest(LAB)


def test_the_base_counts_by_what_it_is() -> None:
    assert digest(LAB, "sha256:2") != digest(LAB)


def test_nobody_takes_the_marks_away() -> None:
    labels = replace(LAB, labels={"benchwright.image": "mine", "org.opencontainers.image.vendor": "me"}).described("x")
    assert labels["benchwright.image"] == "lab/research"
    assert labels["org.opencontainers.image.vendor"] == "me"


def test_labels_say_which_version_it_is_and_what_it_holds() -> None:
    labels = replace(LAB, tag="2026.1").described("sha256:1", "sha256:2")
    said = {
        key.rpartition("image.")[2]: value for key, value in labels.items() if key.startswith("org.opencontainers.")
    }
    assert said == {
        "title": "lab/research",
        "version": "2026.1",
        "base.name": LAB.base,
        "base.digest": "sha256:2",
    }
    assert labels["benchwright.lock"] == LAYER.lock
    two = replace(LAB, layers=(LAYER, replace(LAYER, lock="b" * 64)))
    assert two.described("x")["benchwright.lock"] not in (LAYER.lock, "b" * 64)


def test_the_name_of_the_base_in_a_registry_does_not_count() -> None:
    assert LAB.described("sha256:1", "sha256:2")["benchwright.digest"] == digest(LAB)
    assert "org.opencontainers.image.base.digest" not in LAB.described("sha256:1")


def test_the_last_stage_is_the_tools_and_what_was_finished() -> None:
    stages = LAB.dockerfile.split("\nFROM ")
    assert [stage.split("\n")[0] for stage in stages] == [
        f"FROM {LAB.base} AS system",
        f"{LAYER.image} AS environment_0",
        "system AS finished",
        "system",
    ]
    last = stages[-1].splitlines()
    assert [line for line in last if line.startswith(("COPY", "RUN"))] == ["COPY --from=finished /result/ /"]
    assert "USER 1000:1000" in last
    assert 'ENV MESSAGE="a \\"\\$HOME\\""' in last
    assert last[-1] == 'CMD ["ipython"]'


def test_whatever_is_begun_can_be_told() -> None:
    """What a killed build leaves has no other label, since labels of an image come last."""
    first, *others = LAB.dockerfile.split("FROM ")[1:]
    assert first.splitlines()[1] == 'LABEL benchwright.part=""'
    assert all(other.startswith("system") or len(other.split("\n\n")[0].splitlines()) == 1 for other in others)
    assert LAB.described("x")["benchwright.part"] == ""


def test_tools_are_installed_in_one_order() -> None:
    ways = {replace(LAB, packages=packages).dockerfile for packages in (("less", "git"), ("git", "less", "git"))}
    assert len(ways) == 1
    assert " git less tini " in ways.pop()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"name": "Lab"}, "small letters"),
        ({"name": "lab/"}, "'lab/'"),
        ({"tag": "a b"}, "'tag' is 'a b'"),
        ({"push": ["lab"]}, "a registry's host"),
        ({"push": ["registry.example.org/lab"]}, "a tag"),
    ],
)
def test_names_that_no_image_can_have_are_refused(change: dict[str, Any], told: str) -> None:
    with pytest.raises(DockerError, match=told):
        check_names([{**ITEM, **change}])


@pytest.mark.parametrize("form", ["{}", "deb [signed-by=/a/key.gpg] {} bookworm main"])
@pytest.mark.parametrize("login", ["quant:geheim", "geheim", ":geheim", "quant:ge@heim"])
def test_a_mirror_with_credentials_is_refused(form: str, login: str) -> None:
    check_mirror(form.format("http://deb.example.org/debian"))
    with pytest.raises(DockerError, match="must have no user and no password") as caught:
        check_mirror(form.format(f"http://{login}@deb.example.org/debian"))
    assert "heim" not in str(caught.value)


def test_two_images_of_one_name_are_refused() -> None:
    with pytest.raises(DockerError, match="lab/research:latest twice"):
        check_names([ITEM, ITEM])
    check_names([ITEM, {**ITEM, "tag": "2", "push": ["localhost:5000/lab/research:2"]}])


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"environments": []}, "has no environment"),
        ({"environments": [{"name": "lab"}]}, "no 'image'"),
        ({"packages": ["less; reboot"]}, "package of Debian's"),
        ({"left_out": ["/etc/*"]}, "'left_out' is '/etc/\\*'"),
        ({"left_out": ["*.a\n*"]}, "pattern of a path"),
        ({"environments": [{**ITEM["environments"][0], "packages": []}]}, "does not hold it"),
        ({"environments": [{**ITEM["environments"][0], "variables": {"a b": "c"}}]}, "a variable's name"),
    ],
)
def test_what_cannot_be_built_is_refused(change: dict[str, Any], told: str) -> None:
    with pytest.raises(DockerError, match=told):
        workbench_of({**ITEM, **change})


SERVING: dict[str, Any] = {
    "program": "/opt/benchwright/jupyter_server/jupyter_server_container.py",
    "port": 9999,
    "package": "jupyterlab",
    "allow_known_holes": False,
    "files": [{"path": "/opt/benchwright/jupyter_server/start", "content": "#!/bin/sh\n", "mode": "0755"}],
}


def serving(*packages: str, **change: Any) -> Workbench:
    environment = {**ITEM["environments"][0], "packages": [*LAYER.packages, *packages]}
    return workbench_of({**ITEM, "environments": [environment], "server": {**SERVING, **change}})


def test_an_image_that_serves_runs_the_server_and_asks_it() -> None:
    wanted = serving("jupyterlab 4.6.4 0", "jupyter_server 2.20.0 0")
    last = wanted.dockerfile.rsplit("\nFROM ", maxsplit=1)[-1].splitlines()
    assert last[-1] == 'CMD ["python", "-IB", "%s"]' % SERVING["program"]
    assert [line for line in last if line.startswith(("COPY", "EXPOSE"))] == [
        "COPY --from=finished /result/ /",
        "COPY server/ /",
        "EXPOSE 9999",
    ]
    assert f'CMD ["python", "-I", "/opt/benchwright/health.py", "{SERVING["program"]}", "9999"]' in "\n".join(last)
    assert [file.content for file in wanted.context if file.name == "left_out"] == [""]
    assert wanted.context[-1] == ("server/opt/benchwright/jupyter_server/start", "#!/bin/sh\n", 0o755)
    assert wanted.described("x")["benchwright.port"] == "9999"
    assert digest(wanted) != digest(serving("jupyterlab 4.6.4 0", "jupyter_server 2.20.0 0", files=[]))


@pytest.mark.parametrize(
    ("wanted", "packages"),
    [
        (LAB, "git tini"),
        (serving("jupyterlab 4.6.4 0"), "git openssl tini"),
        (serving("jupyterlab 4.6.4 0", "openssl 3.5.1 h1_0"), "git tini"),
    ],
)
def test_a_server_that_signs_its_own_certificate_has_something_to_sign_it_with(
    wanted: Workbench, packages: str
) -> None:
    assert f" --no-install-recommends {packages} >" in wanted.dockerfile


@pytest.mark.parametrize(
    ("first", "second", "python"),
    [
        (LAYER, LAYER, "python"),
        (
            replace(LAYER, packages=()),
            replace(LAYER, prefix="/opt/benchwright/envs/b"),
            "/opt/benchwright/envs/b/bin/python",
        ),
        (replace(LAYER, packages=()), replace(LAYER, packages=()), "python3"),
    ],
)
def test_the_health_check_runs_a_python_that_there_is(first: Layer, second: Layer, python: str) -> None:
    wanted = replace(LAB, layers=(first, second), command=("sh",))
    assert f'CMD ["{python}", "-I", "/opt/benchwright/health.py"]' in wanted.dockerfile


@pytest.mark.parametrize("wanted", [LAB, serving("jupyterlab 4.6.4 0", "jupyter_server 2.20.0 0")])
def test_a_build_is_given_what_it_copies_and_nothing_else(wanted: Workbench) -> None:
    copies = [line.split()[1:-1] for line in wanted.dockerfile.splitlines() if line.startswith("COPY ")]
    copied = {name for names in copies for name in names if not names[0].startswith("--from=")}
    given = [file.name for file in wanted.context]
    assert {f"{name.split('/')[0]}/" if "/" in name else name for name in given} == copied
    assert sorted(given) == sorted(set(given))


def test_an_environment_that_cannot_serve_or_should_not_is_refused() -> None:
    with pytest.raises(DockerError, match="does not hold jupyterlab"):
        serving()
    with pytest.raises(DockerError, match=r"known holes: jupyter-server 2\.0\.0 .*Raise these versions"):
        serving("jupyterlab 4.6.4 0", "jupyter_server 2.0.0 0")
    serving("jupyterlab 4.6.4 0", "jupyter_server 2.0.0 0", allow_known_holes=True)
    with pytest.raises(DockerError, match=r"known holes: nbconvert 7\.16\.0 "):
        serving("jupyterlab 4.6.4 0", "nbconvert-core 7.16.0 0")


def test_what_is_asked_for_is_what_is_built() -> None:
    assert workbench_of({**ITEM, "base": LAB.base}) == LAB
