"""What is refused, and with which words."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes import guards
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes.difference import (
    Contents,
    Policy,
    compare,
)
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes.guards import (
    ChangeError,
    check_pip,
    check_plan,
    check_platform,
    check_removal,
    check_room,
    check_shared,
    check_solution,
    check_sources,
    check_state,
    check_writable,
    note_shared,
)
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes.plan import Plan
from ansible_collections.benchwright.python.plugins.module_utils._conda.descriptions.environment import (
    Environment,
    LockedPackage,
)
from ansible_collections.benchwright.python.plugins.module_utils._conda.host_platform import this_platform
from ansible_collections.benchwright.python.plugins.module_utils._conda.installed.prefix import InstalledPackage, Prefix


def package(name: str, *depends: str) -> InstalledPackage:
    return InstalledPackage(name, "1.0", "0", 0, "lab", "noarch", "", "", "", "", depends, (), ())


@pytest.fixture
def environment(install_packages: Any, make_package: Any, prefix: Path) -> Prefix:
    install_packages(prefix, make_package("six"))
    return Prefix(prefix)


# --- the place --------------------------------------------------------------------------------------------------------


def test_nothing_an_empty_directory_an_environment_and_half_of_one_are_places(prefix: Path) -> None:
    check_state(Prefix(prefix), ())
    prefix.mkdir(parents=True)
    check_state(Prefix(prefix), ())
    (prefix / "conda-meta").mkdir()
    check_state(Prefix(prefix), ())
    (prefix / "conda-meta/history").write_text("==> now <==\n")
    check_state(Prefix(prefix), ())


def test_somebodys_directory_is_taken_only_if_that_is_meant(prefix: Path) -> None:
    prefix.mkdir(parents=True)
    (prefix / "thesis.tex").touch()
    with pytest.raises(
        ChangeError, match=r"environment \(a directory with other files\); .*, or add 'foreign' to 'allow'"
    ):
        check_state(Prefix(prefix), ("base", "frozen"))
    check_state(Prefix(prefix), ("foreign",))


@pytest.mark.parametrize("kind", ["file", "broken link"])
def test_a_file_and_a_broken_link_are_never_taken(prefix: Path, kind: str) -> None:
    prefix.parent.mkdir(parents=True)
    if kind == "file":
        prefix.touch()
    else:
        prefix.symlink_to("nowhere")
    with pytest.raises(ChangeError, match=rf"is no conda environment \({kind}\); choose .*, or move it away$"):
        check_state(Prefix(prefix), ("foreign",))


def test_where_nothing_can_be_written_is_told_with_the_directory_that_is_in_the_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check_writable(str(tmp_path / "a/b"))
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(
        ChangeError, match=rf"^{tmp_path} cannot be written by user \d+, so {tmp_path}/a/b cannot be changed; run"
    ):
        check_writable(str(tmp_path / "a/b"))


# --- the change -------------------------------------------------------------------------------------------------------


def test_what_is_needed_is_not_removed_and_who_needs_it_is_told() -> None:
    found = Contents(packages=(package("numpy"), package("scipy", "numpy >=1"), package("old", "gone")))
    policy = Policy(without=("numpy",))
    with pytest.raises(ChangeError) as raised:
        check_removal(found, compare(Environment(), found, policy), policy)
    assert str(raised.value) == (
        "numpy cannot be removed: scipy 1.0 needs 'numpy >=1'; name what needs it as well, or leave both"
    )
    both = Policy(without=("numpy", "scipy"))
    check_removal(found, compare(Environment(), found, both), both)


def test_of_many_that_need_a_package_a_few_are_told() -> None:
    others = [package(f"p{number}", "numpy") for number in range(7)]
    policy = Policy(without=("numpy",))
    for count, told in ((5, "p4 1.0 needs 'numpy'; name"), (7, "p4 1.0 needs 'numpy'; and 2 more; name")):
        found = Contents(packages=(package("numpy"), *others[:count]))
        with pytest.raises(ChangeError, match=f"needs 'numpy'; {told}"):
            check_removal(found, compare(Environment(), found, policy), policy)


@pytest.mark.parametrize("without", ["pip", "python"])
def test_of_two_that_need_each_other_neither_is_removed_alone(without: str) -> None:
    found = Contents(packages=(package("pip", "python"), package("python", "pip")))
    policy = Policy(without=(without,))
    with pytest.raises(ChangeError, match=f"^{without} cannot be removed: "):
        check_removal(found, compare(Environment(), found, policy), policy)


def test_a_solution_holds_what_is_asked_for() -> None:
    solution = [package("six")._asdict()]
    check_solution(Environment(dependencies=("six", "lab::six >=1")), solution)
    with pytest.raises(ChangeError, match=r"^forge::six, idna is asked for, and what the channels offer"):
        check_solution(Environment(dependencies=("forge::six", "idna", "six")), solution)


def test_what_only_pip_has_needs_a_pip() -> None:
    lock = Environment(packages=(LockedPackage("file:///c/noarch/python-3.12-0.conda"),), pip=("humanize==4",))
    with pytest.raises(ChangeError, match="there is no pip to install them; add 'pip'"):
        check_pip(lock, Contents())
    check_pip(lock, Contents(packages=(package("pip"),)))
    check_pip(Environment(pip=("humanize",), dependencies=("pip >=20",)), Contents())
    check_pip(Environment(), Contents())


def test_a_lock_for_another_platform_is_refused() -> None:
    locks = [LockedPackage(f"https://h/c/{subdir}/six-1.0-0.conda") for subdir in ("noarch", this_platform())]
    check_platform(Environment(packages=tuple(locks)))
    other = LockedPackage("https://h/c/win-64/six-1.0-0.conda")
    with pytest.raises(ChangeError, match=r"^six-1.0-0.conda is for another platform than this host"):
        check_platform(Environment(packages=(*locks, other)))


def test_an_environment_made_beside_somebodys_files_is_not_removed(environment: Prefix) -> None:
    note_shared(environment, [])
    check_shared(environment)
    note_shared(environment, ["thesis.tex"])
    with pytest.raises(ChangeError, match=r"also holds what was there before the environment \(thesis.tex\)"):
        check_shared(environment)


def test_a_frozen_environment_is_changed_only_if_that_is_meant(environment: Prefix) -> None:
    check_plan(Plan(link=("a 1 0",)), environment, (), is_base=False)
    frozen = environment.path / "conda-meta/frozen"
    frozen.touch()
    with pytest.raises(ChangeError, match=r"is frozen \(conda-meta/frozen\), so .* add 'frozen' to 'allow'"):
        check_plan(Plan(), environment, ("base", "foreign"), is_base=False)
    frozen.write_text('{"message": "the course has begun"}')
    with pytest.raises(ChangeError, match=r"\(conda-meta/frozen: the course has begun\)"):
        check_plan(Plan(), environment, (), is_base=False)
    check_plan(Plan(), environment, ("frozen",), is_base=False)


@pytest.mark.parametrize("name", ["conda", "python"])
def test_base_is_not_left_without_conda(environment: Prefix, name: str) -> None:
    gone = Plan(unlink=(f"{name} 1 0", "six 1 0"))
    with pytest.raises(ChangeError, match=f"take {name} out of conda's base environment"):
        check_plan(gone, environment, ("base", "frozen"), is_base=True)
    check_plan(gone, environment, (), is_base=False)
    check_plan(Plan(link=(f"{name} 2 0",), unlink=(f"{name} 1 0",)), environment, (), is_base=True)


def test_room_is_needed_for_what_is_neither_unpacked_nor_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    solution = [{"name": name, "version": "1", "build": "0", "size": 100 << 20} for name in ("new", "unpacked")]
    solution.append({"name": "small", "version": "1", "build": "0"})
    (tmp_path / "unpacked-1-0").mkdir()
    monkeypatch.setattr(guards, "free_space", lambda path: ("/srv", 499 << 20))
    with pytest.raises(
        ChangeError,
        match=r"not enough space below /srv: about 524288000 bytes \(500 MB\) are needed .*\(499 MB\) are free",
    ):
        check_room(solution, "/srv/lab", str(tmp_path))
    monkeypatch.setattr(guards, "free_space", lambda path: ("/srv", 500 << 20))
    check_room(solution, "/srv/lab", str(tmp_path))
    with pytest.raises(ChangeError, match=r"about 524288001 bytes"):
        check_room(solution, "/srv/lab", str(tmp_path), more=1)


def test_a_spec_names_only_channels_that_are_asked() -> None:
    mirror = "https://user:geheim@mirror.example/api/forge"
    check_sources(Environment(channels=(mirror, "lab"), dependencies=("forge::six", "lab::idna", "numpy")))
    with pytest.raises(ChangeError, match=r"^other::six names a channel that is not one of 'channels'"):
        check_sources(Environment(channels=(mirror, "lab"), dependencies=("other::six",)))
    with pytest.raises(ChangeError, match="no channel to take packages from"):
        check_sources(Environment(dependencies=("six",)))
