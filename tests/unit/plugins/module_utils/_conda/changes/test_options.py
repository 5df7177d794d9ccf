"""From a module's options to a wanted environment and its place, and from an outcome to an answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes import options as module
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes.change import ChangeError, Target
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes.difference import Policy
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes.options import (
    environment_of,
    packages_of,
    policy_of,
    prefix_of,
    report,
    root_of,
    target_of,
)
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes.plan import Plan
from ansible_collections.benchwright.python.plugins.module_utils._conda.changes.states import Outcome
from ansible_collections.benchwright.python.plugins.module_utils._conda.descriptions.environment import (
    Environment,
    EnvironmentFileError,
    LockedPackage,
)

URL = "https://conda.example.org/lab/noarch/six-1.0-0.conda"


def options(**given: Any) -> dict[str, Any]:
    defaults: dict[str, Any] = {
        **{"name": "lab", "prefix": None, "root_prefix": "/opt/root", "clone_from": None},
        **{"channels": [], "dependencies": [], "pip": [], "packages": [], "variables": {}},
        **{"pip_complete": False, "accept_anaconda_terms": False, "verify_files": True, "state": "present"},
        "lock_timeout": 600,
    }
    return {**defaults, **given}


# --- what is wanted ---------------------------------------------------------------------------------------------------


def test_options_become_an_environment_of_texts() -> None:
    given = options(
        channels=["nodefaults", "conda-forge"], dependencies=["six >=1"], pip=["humanize"], variables={"LEVEL": 3}
    )
    wanted = Environment("lab", ("conda-forge",), ("six >=1", "pip"), ("humanize",), {"LEVEL": "3"})
    assert environment_of(given) == wanted
    assert environment_of({**given, "dependencies": ["six >=1", "pip"]}) == wanted


def test_a_lock_becomes_packages() -> None:
    given = options(packages=[{"url": URL, "sha256": "A" * 64, "md5": ""}], pip_complete=True)
    assert environment_of(given) == Environment("lab", packages=(LockedPackage(URL, "a" * 64),), pip_complete=True)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"channels": ["defaults"]}, r"channels: \[0\]: 'defaults' is Anaconda's licensed channel"),
        ({"dependencies": ["six", "a b c!"]}, r"dependencies: \[1\]: "),
        ({"pip": ["-e ."]}, r"pip: \[0\]: "),
        ({"variables": {"PATH": "/"}}, "variables: PATH: conda sets this itself"),
        ({"variables": {"A=B": "1"}}, "variables: A=B: no name"),
        ({"packages": [{"url": "six", "sha256": "", "md5": ""}]}, r"packages: \[0\]: 'six' is no address of a package"),
        ({"packages": [{"url": URL, "sha256": "7", "md5": ""}]}, r"packages: \[0\]: '7' is no sha256"),
        ({"packages": [{"url": URL, "sha256": "", "md5": ""}] * 2}, r"packages: \[1\]: 'six' is given twice"),
    ],
)
def test_a_wrong_option_is_named(given: dict[str, Any], message: str) -> None:
    with pytest.raises(EnvironmentFileError, match=message):
        environment_of(options(**given))


def test_anacondas_channels_are_taken_where_the_terms_are_accepted() -> None:
    assert environment_of(options(channels=["defaults"], accept_anaconda_terms=True)).channels == ("defaults",)


@pytest.mark.parametrize("by", ["name", "directory", "base"])
def test_an_environment_like_another(install_packages: Any, make_package: Any, tmp_path: Path, by: str) -> None:
    prefix = tmp_path if by == "base" else tmp_path / "envs/other"
    install_packages(prefix, make_package("six", sha256="1" * 64))
    called = {"name": "other", "directory": f"{prefix}/", "base": "base"}[by]
    like = environment_of(options(clone_from=called, root_prefix=str(tmp_path), channels=["mirror"]))
    assert like.packages == (LockedPackage(URL, "1" * 64),)
    assert (like.channels, like.pip_complete) == (("mirror",), True)


@pytest.mark.parametrize(
    ("state", "policy"),
    [("present", Policy()), ("exact", Policy(exact=True)), ("latest", Policy(latest=True))],
)
def test_a_state_is_a_policy(state: str, policy: Policy) -> None:
    assert policy_of(options(state=state, dependencies=["six"])) == policy
    assert not policy_of(options(state=state, dependencies=["six"], verify_files=False)).verify_files


def test_exactly_nothing_is_not_taken_for_a_description() -> None:
    for given in ({}, {"variables": {"LEVEL": "3"}}):
        with pytest.raises(ChangeError, match="would empty the environment; describe it, or say 'state: absent'"):
            policy_of(options(state="exact", **given))
    assert policy_of(options(state="exact", clone_from="other")).exact


def test_a_prefix_alone_keeps_its_packages_in_the_users_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    target = target_of(options(name=None, prefix="/srv/lab", root_prefix=None))
    assert (target.prefix, target.package_cache) == ("/srv/lab", f"{tmp_path}/cache/benchwright/pkgs")
    assert target_of(options(name=None, prefix="/srv/envs/lab", root_prefix=None)).package_cache == "/srv/pkgs"
    with pytest.raises(ChangeError, match="give 'root_prefix'"):
        target_of(options(root_prefix=None))


@pytest.mark.parametrize(
    ("state", "wanted", "policy"),
    [
        ("present", Environment(channels=("lab",), dependencies=("six",)), Policy(only_named=True)),
        ("latest", Environment(channels=("lab",), dependencies=("six",)), Policy(only_named=True, latest=True)),
        ("absent", Environment(channels=("lab",)), Policy(without=("six",))),
    ],
)
def test_packages_are_wanted_or_not(state: str, wanted: Environment, policy: Policy) -> None:
    assert packages_of(options(state=state, packages=["six"], channels=["lab"])) == (wanted, policy)


def test_a_package_that_is_none_is_named() -> None:
    with pytest.raises(EnvironmentFileError, match=r"^packages: \[1\]: "):
        packages_of(options(packages=["six", "six.conda"]))


# --- where it is ------------------------------------------------------------------------------------------------------


def test_where_the_environment_is() -> None:
    target = target_of(options(channel_priority="disabled", allow=["frozen"]))
    assert target == Target("/opt/root/envs/lab", "/opt/root", "disabled", frozenset({"frozen"}))
    assert target.package_cache == "/opt/root/pkgs"
    assert target_of(options(name=None, prefix="/srv/lab")) == Target("/srv/lab", "/opt/root")
    assert target_of(options(name="base")).prefix == "/opt/root"


@pytest.mark.parametrize("prefix", ["/srv/envs/lab", "/srv/envs/lab/", "/srv//envs/./lab"])
def test_a_directory_in_envs_tells_its_root(prefix: str) -> None:
    assert target_of(options(name=None, root_prefix=None, prefix=prefix)) == Target("/srv/envs/lab", "/srv")


def test_the_root_may_be_that_of_the_conda_at_hand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    conda = tmp_path / "conda/bin/conda"
    conda.parent.mkdir(parents=True)
    (tmp_path / "conda/conda-meta").mkdir()
    conda.touch(0o755)
    (tmp_path / "link").symlink_to(conda)
    assert root_of(options(root_prefix=None, executable=str(tmp_path / "link"))) == str(tmp_path / "conda")
    monkeypatch.setattr(module, "find_executable", lambda *dummy: None)
    with pytest.raises(ChangeError, match=r"which root prefix is meant cannot be told.*give 'root_prefix'"):
        target_of(options(root_prefix=None))


@pytest.mark.parametrize("name", ["a/b", "../lab", "", "-n", "/srv/lab", "..", "."])
def test_a_name_cannot_lead_elsewhere(name: str) -> None:
    with pytest.raises(EnvironmentFileError, match="is no name for an environment"):
        target_of(options(name=name))


def test_neither_name_nor_prefix_is_told() -> None:
    with pytest.raises(ChangeError, match="which environment is meant is not said"):
        target_of(options(name=None))


@pytest.mark.parametrize("path", ["/", "//", "/.", "lab", "envs/lab", "./lab", "/srv/..", "/srv/../lab", "."])
def test_a_directory_is_told_from_the_root_on(path: str) -> None:
    for given in ({"name": None, "prefix": path}, {"root_prefix": path}):
        with pytest.raises(ChangeError, match="is no place for environments; give a directory's whole path"):
            target_of(options(**given))


def test_another_environment_is_called_by_name_by_base_or_by_directory() -> None:
    assert prefix_of("lab", "/opt/root") == "/opt/root/envs/lab"
    assert prefix_of("base", "/opt/root") == "/opt/root"
    assert prefix_of("/srv/lab/", "/opt/root") == "/srv/lab"
    with pytest.raises(ChangeError):
        prefix_of("/srv/../lab", "/opt/root")


def test_base_is_meant_or_not_touched_however_it_is_spelled(tmp_path: Path) -> None:
    root = f"{tmp_path}/root"
    (tmp_path / "link").symlink_to(root)
    (tmp_path / "root/envs").mkdir(parents=True)
    (tmp_path / "root/envs/lab").symlink_to(root)
    for prefix in ("root", "root/", "link", "root/envs/lab"):
        for root_prefix in (root, f"{tmp_path}/other"):
            given = options(name=None, prefix=f"{tmp_path}/{prefix}", root_prefix=root_prefix)
            with pytest.raises(ChangeError, match=r"conda's base environment.* say 'name: base', or add 'base' to"):
                target_of(given)
            assert target_of({**given, "allow": ["base"]}).is_base
    assert target_of(options(name="base", root_prefix=root)).is_base
    with pytest.raises(ChangeError):
        target_of(options(name="lab", root_prefix=root))


# --- what is answered -------------------------------------------------------------------------------------------------


def test_the_answer() -> None:
    plan = Plan(
        link=("b 1 0",),
        unlink=("a 1 0",),
        repair=("c 1 0",),
        pip=("humanize",),
        pip_removed=("rich",),
        variables=("LEVEL",),
        variables_removed=("PLACE",),
        before=("a 1 0", "c 1 0"),
        after=("b 1 0", "c 1 0"),
    )
    assert report(
        Target("/srv/lab", "/opt/root"), Outcome(True, plan, ("b",), "abc", ("lab-def",), ("added by hand: x",), ("w",))
    ) == {
        "release": "abc",
        "releases_removed": ("lab-def",),
        "drift": ("added by hand: x",),
        "warnings": ["w", "/srv/lab: added by hand: x"],
        "changed": True,
        "prefix": "/srv/lab",
        "link": ("b 1 0",),
        "unlink": ("a 1 0",),
        "repair": ("c 1 0",),
        "pip": ("humanize",),
        "pip_removed": ("rich",),
        "variables": ("LEVEL",),
        "variables_removed": ("PLACE",),
        "why": ("b",),
        "diff": {
            "before": "a 1 0\nc 1 0\n",
            "after": "b 1 0\nc 1 0\n",
            "before_header": "/srv/lab",
            "after_header": "/srv/lab",
        },
    }


def test_the_answer_shows_no_password() -> None:
    line = "demo @ https://user:secret@mirror.example/demo.whl"
    plan = Plan(pip=(line,), before=("pip: " + line,), after=("pip: " + line,))
    answer = report(Target("/srv/lab", "/opt/root"), Outcome(True, plan, (line,)))
    assert "secret" not in str(answer)
    assert answer["diff"]["after"] == "pip: demo @ https://***mirror.example/demo.whl\n"
