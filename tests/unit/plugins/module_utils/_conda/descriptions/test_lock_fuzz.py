"""Generated locks in three formats: read exactly, and with one character changed read rightly or refused with their place."""

from __future__ import annotations

import random
import re

import pytest
import yaml
from ansible_collections.benchwright.python.plugins.module_utils._conda.descriptions.description import read_description
from ansible_collections.benchwright.python.plugins.module_utils._conda.descriptions.environment import (
    Environment,
    EnvironmentFileError,
    LockedPackage,
)

NAMES = ["numpy", "_libgcc_mutex", "ruamel.yaml", "scikit-learn", "x264", "on"]
CHANNELS = ["https://conda.example.org/x", "https://me:pw@conda.example.org/t/tk/x", "file:///srv/channel"]
FORMATS = ("explicit", "conda-lock", "pixi-6", "pixi-7")


def any_lock(chance: random.Random, pip: bool) -> Environment:
    packages = []
    for name in chance.sample(NAMES, chance.randint(1, len(NAMES))):
        file = f"{name}-{chance.choice(['1', '1.2.3', '1%212.0'])}-{chance.choice(['0', 'py312h_1'])}.conda"
        url = f"{chance.choice(CHANNELS)}/{chance.choice(['noarch', 'linux-64'])}/{file}"
        kind = chance.choice(["sha256", "md5"])
        packages.append(LockedPackage(url, **{kind: chance.randbytes(32 if kind == "sha256" else 16).hex()}))
    lines = [
        f"{name} @ https://files.example.org/{name}-1-py3-none-any.whl --hash=sha256:{chance.randbytes(32).hex()}"
        for name in chance.sample(["humanize", "flask", "six"], chance.randint(0, 3) if pip else 0)
    ]
    return Environment(packages=tuple(packages), pip=tuple(lines), pip_complete=bool(lines))


def rendered(lock: Environment, form: str) -> str:
    if form == "explicit":
        lines = [f"{package.url}#{package.sha256 or package.md5}" for package in lock.packages]
        return "\n".join(["# platform: linux-64", "@EXPLICIT", *lines, ""])
    conda = [
        (package.name, package.url, {"sha256": package.sha256} if package.sha256 else {"md5": package.md5})
        for package in lock.packages
    ]
    pip = [(line.split()[0], line.split()[2], {"sha256": line.rpartition(":")[2]}) for line in lock.pip]
    return yaml.safe_dump(
        conda_lock(conda, pip) if form == "conda-lock" else pixi_lock(conda, pip, form), sort_keys=False
    )


Entries = list[tuple[str, str, dict[str, str]]]


def conda_lock(conda: Entries, pip: Entries) -> dict[str, object]:
    common = {"platform": "linux-64", "category": "main"}
    packages = [
        {"name": name, "manager": "conda", "url": url, "hash": digests, **common} for name, url, digests in conda
    ]
    packages += [{"name": name, "manager": "pip", "url": url, "hash": digests, **common} for name, url, digests in pip]
    return {"version": 1, "metadata": {"channels": [], "platforms": ["linux-64"]}, "package": packages}


def pixi_lock(conda: Entries, pip: Entries, form: str) -> dict[str, object]:
    selected = [{"conda": url} for dummy, url, dummy2 in conda] + [{"pypi": url} for dummy, url, dummy2 in pip]
    packages = [{"conda": url, **digests} for dummy, url, digests in conda]
    packages += [{"pypi": url, "name": name, "version": "1", **digests} for name, url, digests in pip]
    environments = {"default": {"channels": [], "packages": {"linux-64": selected}}}
    platforms = {"platforms": [{"name": "linux-64"}]} if form == "pixi-7" else {}
    return {"version": int(form[-1]), **platforms, "environments": environments, "packages": packages}


@pytest.mark.parametrize("form", FORMATS)
def test_a_generated_lock_is_read_exactly(form: str) -> None:
    chance = random.Random(5)
    for dummy in range(300):
        lock = any_lock(chance, pip=form != "explicit")
        assert read_description(rendered(lock, form), "lock") == lock


@pytest.mark.parametrize("form", FORMATS)
def test_one_changed_character_never_leads_to_what_the_lock_does_not_say(form: str) -> None:
    chance = random.Random(6)
    accepted = 0
    for dummy in range(500):
        text = rendered(any_lock(chance, pip=form != "explicit"), form)
        place = chance.randrange(len(text))
        text = text[:place] + chance.choice(["", *":-#'\"[]{},&*!|>%@\t\n \0/.a0_"]) + text[place + 1 :]
        try:
            found = read_description(text, "lock")
        except EnvironmentFileError as error:
            assert re.match(r"lock(:\d+)?: ", str(error))
            assert "pw@" not in str(error)
            continue
        accepted += 1
        for package in found.packages:
            assert package.url in text
            assert (package.sha256 or package.md5) in text.lower()
        for line in found.pip:
            assert line.split()[2] in text
            assert line[-64:] in text.lower()
    assert 0 < accepted < 500


def test_a_lock_of_a_thousand_packages_for_six_platforms_is_read_in_seconds() -> None:
    digest = "ab" * 32
    entries = [(f"p{n}", f"https://conda.example.org/x/noarch/p{n}-1-0.conda", {"sha256": digest}) for n in range(1000)]
    text = yaml.dump(conda_lock(entries, []), Dumper=yaml.CSafeDumper)
    others = "".join(
        text.split("package:\n")[1].split("version: 1\n")[0].replace("linux-64", f"win-{n}") for n in range(5)
    )
    whole = text.replace("package:\n", "package:\n" + others)
    assert len(read_description(whole, "lock").packages) == 1000
