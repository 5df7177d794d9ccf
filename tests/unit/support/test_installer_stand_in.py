"""The stand-in installers behave as those that conda's constructor makes: flags, exit codes, failures, files."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from support import installer_stand_in


@pytest.fixture(scope="module")
def installer(tmp_path_factory) -> Path:
    return installer_stand_in.build_installer(tmp_path_factory.mktemp("installers"))


@pytest.fixture
def run(tmp_path):
    """`run(installer, *arguments)` runs it in a home of its own."""
    home = tmp_path / "home"
    home.mkdir()

    def called(installer: Path, *arguments: object, stdin: str = "", umask: int = 0o022, **variables: str):
        environment = {"PATH": os.environ["PATH"], "HOME": str(home), "SHELL": "/bin/bash", **variables}
        command = ["/bin/sh", str(installer), *map(str, arguments)]
        return subprocess.run(
            command, capture_output=True, text=True, input=stdin, check=False, env=environment, umask=umask
        )

    return called


def listed(path: Path) -> set[str]:
    return {entry.name for entry in path.iterdir()}


def test_batch_mode_makes_a_prefix_and_nothing_else_but_dot_conda(installer, run, tmp_path) -> None:
    done = run(installer, "-b", "-p", tmp_path / "p")
    assert done.returncode == 0, done.stderr
    assert {"bin", "conda-meta", "condabin", "envs", "etc", "pkgs", "_conda", ".condarc"} <= listed(tmp_path / "p")
    assert not {"install_tmp", "preconda.tar.bz2", "postconda.tar.bz2", ".messages.txt"} & listed(tmp_path / "p")
    assert (tmp_path / "p/.condarc").read_text() == "channels:\n  - conda-forge\n"
    assert listed(tmp_path / "home") == {".conda"}
    assert (tmp_path / "home/.conda/environments.txt").read_text() == f"{tmp_path}/p\n"
    assert "26.3.2" in subprocess.check_output([tmp_path / "p/bin/conda", "--version"], text=True)


@pytest.mark.parametrize("make", [Path.mkdir, Path.touch])
def test_what_exists_is_refused_unless_u_or_f(installer, run, tmp_path, make) -> None:
    make(tmp_path / "p")
    done = run(installer, "-b", "-p", tmp_path / "p")
    assert done.returncode == 1
    assert f"ERROR: File or directory already exists: '{tmp_path}/p'" in done.stderr
    assert "use the -u option" in done.stderr


@pytest.mark.parametrize("flag", ["-u", "-f"])
def test_u_and_f_install_over_what_is_there(installer, run, tmp_path, flag) -> None:
    run(installer, "-b", "-p", tmp_path / "p")
    (tmp_path / "p/bin/conda").unlink()
    (tmp_path / "p/envs/mine").mkdir()
    assert run(installer, "-b", flag, "-p", tmp_path / "p").returncode == 0
    assert os.access(tmp_path / "p/bin/conda", os.X_OK)
    assert (tmp_path / "p/envs/mine").is_dir()
    assert (tmp_path / "home/.conda/environments.txt").read_text() == f"{tmp_path}/p\n"


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["-h"], 2, "-p PREFIX"),
        (["-x"], 1, "did not recognize option"),
        (["-b", "-p", "/tmp/a b"], 1, "directories with spaces"),
    ],
)
def test_other_flags_and_spaces(installer, run, arguments, code, words) -> None:
    done = run(installer, *arguments)
    assert done.returncode == code
    assert words in done.stdout + done.stderr


def test_its_name_must_end_with_sh(installer, run, tmp_path) -> None:
    shutil.copy(installer, tmp_path / "installer")
    done = run(tmp_path / "installer", "-b", "-p", tmp_path / "p")
    assert (done.returncode, (tmp_path / "p").exists()) == (1, False)


def test_a_corrupt_payload_is_warned_of_only(installer, run, tmp_path) -> None:
    content = installer.read_bytes()
    changed = tmp_path / "changed.sh"
    changed.write_bytes(content.replace(b"The stand-in for conda-standalone", b"the stand-in for conda-standalone"))
    done = run(changed, "-b", "-p", tmp_path / "p")
    assert "WARNING: md5sum mismatch of tar archive" in done.stderr
    assert done.returncode == 0


def test_a_truncated_one_fails_with_a_prefix_left_behind(installer, run, tmp_path) -> None:
    short = tmp_path / "short.sh"
    short.write_bytes(installer.read_bytes()[:-9000])
    assert run(short, "-b", "-p", tmp_path / "p").returncode != 0
    assert (tmp_path / "p").exists()


def test_old_systems_and_full_disks_are_refused(installer, run, tmp_path) -> None:
    done = run(installer, "-b", "-p", tmp_path / "p", CONDA_OVERRIDE_GLIBC="2.12")
    assert (done.returncode, "Installer requires GLIBC >=2.17, but system has 2.12." in done.stdout) == (1, True)
    large = tmp_path / "large.sh"
    large.write_bytes(installer.read_bytes().replace(b'size_kb="', b'size_kb="99999999999'))
    done = run(large, "-b", "-p", tmp_path / "p")
    assert (done.returncode, "Not enough free disk space" in done.stderr) == (1, True)


def test_the_umask_decides_who_may_read_it(installer, run, tmp_path) -> None:
    run(installer, "-b", "-p", tmp_path / "p", umask=0o077)
    assert (tmp_path / "p").stat().st_mode & 0o777 == 0o700


def test_c_initialises_the_shell_and_b_alone_does_not(installer, run, tmp_path) -> None:
    run(installer, "-b", "-p", tmp_path / "p")
    assert not (tmp_path / "home/.bashrc").exists()
    run(installer, "-b", "-c", "-u", "-p", tmp_path / "p")
    assert "# >>> conda initialize >>>" in (tmp_path / "home/.bashrc").read_text()


def test_interactive_mode_asks(installer, run, tmp_path) -> None:
    refused = run(installer, "-p", tmp_path / "p", stdin="\nno\n")
    assert (refused.returncode, (tmp_path / "p").exists()) == (2, False)
    assert "wasn't approved" in refused.stdout
    assert run(installer, "-i", "-p", tmp_path / "q", stdin=f"\nyes\n{tmp_path}/p\nno\n").returncode == 0
    assert (tmp_path / "p/bin/conda").exists()


def test_s_warns_and_t_fails_without_conda_build(installer, run, tmp_path) -> None:
    assert "skipping post_install.sh" in run(installer, "-b", "-s", "-m", "-p", tmp_path / "p").stderr
    assert run(installer, "-b", "-t", "-k", "-p", tmp_path / "q").returncode == 1


def test_micromambas_program_runs_and_so_does_the_one_in_the_archive(tmp_path) -> None:
    program = installer_stand_in.build_micromamba(tmp_path)
    program.chmod(0o755)
    archive = installer_stand_in.build_micromamba(tmp_path, archive=True)
    subprocess.run(["tar", "-xjf", archive, "-C", tmp_path], check=True)
    for path in (program, tmp_path / "bin/micromamba"):
        assert subprocess.check_output([path, "--version"], text=True) == "2.8.1\n"
        assert subprocess.run([path, "nonsense"], capture_output=True, check=False).returncode == 109


def test_installing_over_a_newer_version_brings_the_installers_back(installer, run, tmp_path) -> None:
    newer = installer_stand_in.build_installer(tmp_path, version="26.9.1-0")
    run(newer, "-b", "-p", tmp_path / "p")
    run(installer, "-b", "-u", "-p", tmp_path / "p")
    assert [path.name for path in (tmp_path / "p/conda-meta").glob("conda-*.json")] == ["conda-26.3.2-0.json"]
