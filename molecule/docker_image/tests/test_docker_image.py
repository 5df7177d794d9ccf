"""What is in the images, seen in containers of them on this machine's engine, which is the hosts', too."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from fnmatch import fnmatchcase
from urllib.parse import unquote

import pexpect
import pytest
import testinfra
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

HOST = "benchwright-molecule-docker_image-bookworm"
SERVER = "benchwright-test/molecule/server:latest"
LAB = "benchwright-test/molecule/lab:latest"
PYTHON = "benchwright-test/molecule/lab:python"
PREFIX = "/opt/benchwright/envs/lab"


def docker(*arguments: str) -> str:
    return subprocess.run(["docker", *arguments], check=True, capture_output=True, text=True).stdout.strip()


def inspected(image: str) -> dict:
    return json.loads(docker("image", "inspect", image))[0]


@pytest.fixture(scope="module")
def inside() -> Iterator[testinfra.host.Host]:
    """A container without rights, without a network, on a file system that cannot be written to."""
    bare = ["--read-only", "--cap-drop=ALL", "--network=none", "--security-opt=no-new-privileges", "--tmpfs=/tmp"]
    name = docker("run", "--detach", "--rm", *bare, LAB, "sleep", "300")
    yield testinfra.get_host(f"docker://{name}")
    docker("rm", "--force", name)


def test_whoever_runs_it_is_not_root_and_stands_below_an_init(inside) -> None:
    assert inside.user().name == "workbench"
    assert inside.user().uid == 1000
    assert inside.check_output("pwd") == "/home/workbench"
    assert "tini" in inside.check_output("cat /proc/1/comm")


def test_the_first_environment_is_the_one_that_is_used(inside) -> None:
    assert inside.check_output("command -v python") == f"{PREFIX}/bin/python"
    assert inside.check_output("python -c 'import sys; print(sys.prefix)'") == PREFIX
    assert inside.check_output("printenv CONDA_PREFIX") == PREFIX
    other = inside.check_output("/opt/benchwright/envs/small/bin/python -c 'import sys; print(sys.prefix)'")
    assert other == "/opt/benchwright/envs/small"


def test_numpy_and_pandas_compute(inside) -> None:
    program = "import numpy as np, pandas as pd; print(pd.DataFrame(np.eye(3)).sum().sum())"
    assert inside.check_output(f"python -c '{program}'") == "3.0"


def test_the_books_walk() -> None:
    """``docker run -ti NAME`` is IPython, where NumPy and pandas show what the book shows."""
    rows = r"".join(rf"{number}( +-?\d\.\d{{6}}){{3}}\r?\n" for number in range(5))
    walk = [
        ("import numpy as np", ""),
        ("import pandas as pd", ""),
        ("a = np.random.standard_normal((5, 3))", ""),
        ("df = pd.DataFrame(a, columns=['a', 'b', 'c'])", ""),
        ("df", rf" +a +b +c\r?\n{rows}"),
        ("df.sum().shape", r"\(3,\)"),
    ]
    terminal = pexpect.spawn("docker", ["run", "-ti", "--rm", LAB], encoding="utf-8", timeout=60, dimensions=(50, 120))
    said = []
    for line, shown in walk:
        terminal.expect(r"In .{0,20}\[.{0,20}\d+.{0,20}\].{0,20}:")
        said.append(plain(terminal.before))
        terminal.send(line + "\r")
        if shown:
            terminal.expect(r"Out")
            terminal.expect(r"\r\n\s*\r\n|\r\n.{0,40}In ")
            assert re.search(shown, plain(terminal.before) + "\n"), terminal.before
    terminal.sendcontrol("d")
    terminal.close(force=True)
    assert re.search(r"Python 3\.\d+\.\d+", said[0])
    assert "An enhanced Interactive Python" in said[0]


def plain(text: str) -> str:
    """Without what moves and colours."""
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\x1b[=>]", "", text)


def test_image_and_host_of_one_lock_hold_the_same_packages() -> None:
    """Record by record, but for what the host's package cache adds, and for what the other prefix does to files that name it."""
    on_host = records("exec", HOST, "/srv/lab/envs/lab")
    in_image = records("run", "--rm", LAB, PREFIX)
    assert len(on_host) > 50
    assert in_image == on_host


def records(*words: str) -> dict[str, dict]:
    *command, prefix = words
    program = (
        "import glob, json, os, sys; print(json.dumps({os.path.basename(path): json.load(open(path)) "
        "for path in glob.glob(sys.argv[1] + '/conda-meta/*.json')}))"
    )
    python = f"{prefix}/bin/python"
    found = json.loads(docker(*command, python, "-Ic", program, prefix))
    for record in found.values():
        for key in ("extracted_package_dir", "package_tarball_full_path", "link", "md5", "size"):
            record.pop(key, None)
        for entry in record["paths_data"]["paths"]:
            if entry.get("prefix_placeholder"):
                del entry["size_in_bytes"], entry["sha256_in_prefix"]
            elif entry["path_type"] == "unix_python_entry_point":  # conda writes it, with the prefix in its first line
                del entry["size_in_bytes"], entry["sha256"]
    return found


# What the role leaves out where nobody says anything else.
LEFT_OUT = (
    "*.a",
    "*.css.map",
    "*.js.map",
    "*/jupyterlab/galata/*",
    "*/pydevd/*.c",
    "*/pydevd/*.pyx",
    "*/winappdbg/*",
    "*/tests/data/*",
    "*/tests/test_*.py",
    "*/tests/*/test_*.py",
    "*/tornado/test/*",
)
LOOK = """
import glob, hashlib, json, os, sys
entries = [entry for path in glob.glob(sys.argv[1] + '/conda-meta/*.json') for entry in json.load(open(path))['paths_data']['paths']]
answer = {'there': 0, 'missing': [], 'other': []}
for entry in entries:
    path, told = os.path.join(sys.argv[1], entry['_path']), entry.get('sha256_in_prefix', entry.get('sha256'))
    if not os.path.lexists(path):
        answer['missing'].append(entry['_path'])
    elif told and entry['path_type'] == 'hardlink' and hashlib.sha256(open(path, 'rb').read()).hexdigest() != told:
        answer['other'].append(entry['_path'])
    else:
        answer['there'] += 1
answer['listed'] = [entry['_path'] for entry in entries]
print(json.dumps(answer))
"""


def test_every_file_is_as_its_package_has_it_and_what_is_missing_was_left_out() -> None:
    """But for byte code, which is compiled where it is used."""
    found = json.loads(docker("run", "--rm", LAB, f"{PREFIX}/bin/python", "-Ic", LOOK, PREFIX))
    source = {key: [path for path in found[key] if "__pycache__" not in path] for key in ("missing", "other", "listed")}
    assert found["there"] > 5000
    assert source["other"] == []
    left_out = [path for path in source["listed"] if any(fnmatchcase(path, pattern) for pattern in LEFT_OUT)]
    assert sorted(source["missing"]) == sorted(left_out)
    assert len(left_out) > 100


def test_what_two_environments_share_is_there_once(inside) -> None:
    library = "lib/libcrypto.so.3"
    told = inside.check_output(f"stat -c '%i %h' {PREFIX}/{library} /opt/benchwright/envs/small/{library}").splitlines()
    assert told[0] == told[1]
    assert told[0].endswith(" 2")


def test_nothing_that_made_it_is_in_it(inside) -> None:
    for program in ("conda", "mamba", "micromamba", "gcc", "g++"):
        assert not inside.exists(program)
    assert inside.package("less").is_installed
    assert not inside.package("gcc").is_installed
    for place in ("/wheels", "/build", "/result", "/opt/benchwright/pkgs"):
        assert not inside.file(place).exists


@pytest.mark.parametrize(
    ("place", "what"),
    [
        ("/var/lib/apt/lists", "-name *Packages*"),
        ("/var/cache/apt", "-name *.bin -o -name *.deb"),
        ("/root", "-name .cache -o -name .conda"),
        ("/home/workbench", "-mindepth 1"),
        ("/tmp", "-mindepth 1"),
    ],
)
def test_no_cache_is_in_it(place: str, what: str) -> None:
    """As root, who alone may look everywhere. Each place is there, or find would fail."""
    assert docker("run", "--rm", "--user=0", LAB, "find", place, *what.split()) == ""


def test_modules_are_compiled_and_belong_to_root(inside) -> None:
    assert inside.file(f"{PREFIX}/bin/python").user == "root"
    assert inside.run("find /opt/benchwright -not -user root | grep .").rc == 1
    assert inside.run("find /opt/benchwright -type f -perm /022 | grep .").rc == 1
    compiled = inside.check_output("python -c 'import IPython; print(IPython.__cached__)'")
    assert inside.file(compiled).exists


def test_the_bill_of_materials_is_what_is_installed(inside) -> None:
    text = inside.file("/opt/benchwright/sbom.cdx.json").content_string
    assert JsonStrictValidator(SchemaVersion.V1_5).validate_str(text) is None
    told = {unquote(component["purl"].partition("?")[0]) for component in json.loads(text)["components"]}
    name = "'{name}@{version}'.format(**json.load(open(path)))"
    conda = f"import glob, json; print(*{{{name} for path in glob.glob('/opt/benchwright/envs/*/conda-meta/*.json')}})"
    assert purls(told, "pkg:conda/") == set(inside.check_output(f'python -Ic "{conda}"').split())
    system = inside.check_output("dpkg-query -W -f '${Package}@${Version}\n'").split()
    assert purls(told, "pkg:deb/") == set(system)
    # conda may call a package python-tzdata that pip calls tzdata
    owned = {purl.partition("@")[0].replace("_", "-").removeprefix("python-") for purl in purls(told, "pkg:conda/")}
    of_pip = {one["name"] for one in json.loads(inside.check_output("python -I -m pip list --format=json"))}
    assert {name.lower().replace("_", "-").removeprefix("python-") for name in of_pip} <= owned | {
        purl.partition("@")[0] for purl in purls(told, "pkg:pypi/")
    }


def test_pip_s_part_is_as_on_the_host_and_in_the_bill_of_materials() -> None:
    listed = ("-I", "-m", "pip", "list", "--format=json")
    in_image = json.loads(docker("run", "--rm", "--network=none", PYTHON, "python", *listed))
    assert {"name": "humanize", "version": "4.12.0"} in in_image
    assert in_image == json.loads(docker("exec", HOST, "/srv/lab/envs/small/bin/python", *listed))
    told = json.loads(docker("run", "--rm", PYTHON, "cat", "/opt/benchwright/sbom.cdx.json"))["components"]
    assert purls({component["purl"] for component in told}, "pkg:pypi/") == {"humanize@4.12.0"}


def purls(told: set[str], kind: str) -> set[str]:
    return {purl.removeprefix(kind).rpartition("/")[2] for purl in told if purl.startswith(kind)}


def test_no_layer_and_no_label_holds_a_secret(tmp_path) -> None:
    """Everything that whoever gets the image gets; what is there to be found shows that it is looked at."""
    subprocess.run(["docker", "save", "--output", tmp_path / "server.tar", SERVER], check=True)
    found = {
        word: subprocess.run(["grep", "-q", word, tmp_path / "server.tar"], check=False).returncode == 0
        for word in ("c4nary", "PRIVATE KEY-----\\n", "argon2:\\$argon2id\\$v=19", "CarefulIdentityProvider")
    }
    assert found.pop("CarefulIdentityProvider")
    assert not any(found.values()), found


def test_the_labels_tell_what_it_is() -> None:
    labels = inspected(LAB)["Config"]["Labels"]
    assert labels["benchwright.image"] == "benchwright-test/molecule/lab"
    assert labels["benchwright.environments"] == "lab,small"
    assert labels["benchwright.command"] == "ipython"
    assert labels["benchwright.base"] == inspected("benchwright-test/systemd-trixie")["Id"]
    assert labels["org.opencontainers.image.title"] == "benchwright-test/molecule/lab"
    assert labels["org.opencontainers.image.vendor"] == 'A $laboratory "of" ours'
    assert len(labels["benchwright.digest"]) == len(labels["benchwright.lock"]) == 64
    assert inspected(PYTHON)["Config"]["Cmd"] == ["python"]
    assert "MPLBACKEND=agg" in inspected(PYTHON)["Config"]["Env"]


def test_the_engine_can_ask_whether_it_is_well(inside) -> None:
    assert inspected(LAB)["Config"]["Healthcheck"]["Test"] == ["CMD", "python", "-I", "/opt/benchwright/health.py"]
    assert inside.run("python -I /opt/benchwright/health.py").rc == 0


def test_two_images_share_the_environment_that_both_have() -> None:
    layers = json.loads(
        docker("image", "inspect", *docker("images", "--quiet", "--filter", "label=benchwright.environment").split())
    )
    ours = [image for image in layers if any("molecule/environment" in tag for tag in image["RepoTags"])]
    assert sorted(image["Config"]["Labels"]["benchwright.environment"] for image in ours) == ["lab", "small"]
