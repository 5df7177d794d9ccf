from __future__ import annotations

import pytest
from packaging.specifiers import SpecifierSet
from rattler import BuildString, MatchSpec, NamelessMatchSpec, PackageRecord, VersionWithSource

from benchwright.channel.specifiers import CONDA_NAMES, conda_name, match_spec, version_spec


@pytest.mark.parametrize(
    ("python", "conda"),
    [
        ("", ""),
        (">=1.2", ">=1.2"),
        (">=1.2,<2", ">=1.2,<2"),
        ("<2,>=1.2,!=1.5", ">=1.2,<2,!=1.5"),
        ("==1.2.*", "1.2.*"),
        ("!=1.5.*", "!=1.5.*"),
        ("~=1.4", ">=1.4,1.*"),
        ("~=1.4.2", ">=1.4.2,1.4.*"),
        ("~=2.2.0rc1", ">=2.2.0rc1,2.2.*"),
        ("===1.0", "==1.0"),
        ("==1!2.0+local.1", "==1!2.0+local.1"),
    ],
)
def test_version_spec(python: str, conda: str) -> None:
    assert version_spec(SpecifierSet(python)) == conda
    if conda:
        NamelessMatchSpec(conda)


@pytest.mark.parametrize(
    "specifier", [">=1.4", "~=1.4", "~=1.4.2", "==1.4.*", "!=1.4.*", "<1.4.3", "==1.4.2", ">1.4.2"]
)
@pytest.mark.parametrize("version", ["1.3.9", "1.4", "1.4.2", "1.4.10", "1.5", "2.0"])
def test_conda_and_pip_agree(specifier: str, version: str) -> None:
    """What pip would take of final releases, a conda solver takes as well, and nothing else."""
    specifiers = SpecifierSet(specifier)
    spec = MatchSpec(match_spec("demo", specifiers))
    record = PackageRecord(
        name="demo", version=VersionWithSource(version), build=BuildString("0"), build_number=0, subdir="noarch"
    )

    assert spec.matches(record) == specifiers.contains(version)


@pytest.mark.parametrize(
    ("project", "conda"),
    [
        ("tables", "pytables"),
        ("PyYAML", "pyyaml"),
        ("jupyter_server", "jupyter_server"),
        ("jupyter_events", "jupyter_events"),
        ("stack.data", "stack_data"),
        ("typing_extensions", "typing_extensions"),
    ],
)
def test_conda_name(project: str, conda: str) -> None:
    assert conda_name(project) == conda


def test_no_two_projects_share_a_name() -> None:
    assert len(set(CONDA_NAMES.values())) == len(CONDA_NAMES)
