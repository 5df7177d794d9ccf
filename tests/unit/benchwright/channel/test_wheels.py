from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from benchwright.channel import wheels
from benchwright.channel.errors import ChannelError
from benchwright.channel.package import PLACEHOLDER, File, Package
from benchwright.channel.target import Target

from .conftest import MakeWheel

MANYLINUX = "cp311-cp311-manylinux_2_17_x86_64.manylinux_2_28_x86_64"


def world(*paths: Path) -> dict[str, wheels.Wheel]:
    return {path.name.split("-")[0].replace("_", "-"): wheels.read(path) for path in paths}


def convert(path: Path, target: Target, *others: Path) -> Package:
    return wheels.convert(wheels.read(path), world(path, *others), target)


def files(package: Package) -> dict[str, File]:
    return {file.path: file for file in package.files}


def record(package: Package, path: str) -> dict[str, tuple[str, str]]:
    rows = csv.reader(files(package)[path].data.decode().splitlines())
    return {name: (digest, size) for name, digest, size in rows}


def test_requirements_become_match_specs_for_this_interpreter(make_wheel: MakeWheel, target: Target) -> None:
    others = [make_wheel("tables", "3.11.1"), make_wheel("overrides", "7.7.0")]
    requires = [
        "tables>=3.9,<4",
        "overrides; python_version < '3.12'",
        "tomli; python_full_version < '3.11'",
        "pywin32; sys_platform == 'win32'",
        "pytest; extra == 'test'",
    ]
    package = convert(
        make_wheel("demo", "1.0", requires=requires, headers=("Requires-Python: >=3.9",)), target, *others
    )

    assert package.depends == ("python >=3.9", "overrides", "pytables >=3.9,<4")


def test_extras_are_written_out_through_every_level(make_wheel: MakeWheel, target: Target) -> None:
    schema = make_wheel(
        "schema",
        "4.0",
        requires=["attrs", "fqdn; extra == 'format'", "schema[format]; extra == 'all'", "idna>=3; extra == 'all'"],
    )
    others = [schema, *(make_wheel(name, "3.0") for name in ("attrs", "fqdn", "idna"))]
    package = convert(make_wheel("demo", "1.0", requires=["schema[all]>=4"]), target, *others)

    assert package.depends == ("python >=3", "fqdn", "idna >=3", "schema", "schema >=4")


@pytest.mark.parametrize(("requirement", "found"), [("numpy>=2", "it is not pinned"), ("old<1", "pinned is 1.0")])
def test_what_is_not_in_the_channel_is_refused(
    requirement: str, found: str, make_wheel: MakeWheel, target: Target
) -> None:
    demo, old = make_wheel("demo", "1.0", requires=[requirement]), make_wheel("old", "1.0")
    with pytest.raises(ChannelError, match=f"demo-1.0-py3-none-any.whl requires {requirement}, and {found}"):
        convert(demo, target, old)


def test_a_pure_wheel_is_noarch_and_its_programs_are_linked(make_wheel: MakeWheel, target: Target) -> None:
    points = "[console_scripts]\ndemo = demo.cli:main [fancy]\nDemo2=demo:App.run\n[other.group]\nx = y:z\n"
    package = convert(make_wheel("demo", "1.0", entry_points=points), target)

    assert (package.subdir, package.noarch, package.build) == ("noarch", "python", "pyh{hash}_0")
    assert json.loads(package.info["link.json"])["noarch"] == {
        "type": "python",
        "entry_points": ["Demo2 = demo:App.run", "demo = demo.cli:main"],
    }
    assert "site-packages/demo.py" in files(package)
    assert not [path for path in files(package) if path.startswith("bin/")]


def test_a_compiled_wheel_is_for_one_interpreter_and_has_its_programs(make_wheel: MakeWheel, target: Target) -> None:
    points = "[console_scripts]\ndemo = demo.cli:App.main\n"
    package = convert(make_wheel("demo", "1.0", tag=MANYLINUX, entry_points=points), target)

    assert (package.subdir, package.noarch, package.build) == ("linux-64", "", "py311h{hash}_0")
    assert package.depends == ("python >=3.11,<3.12.0a0", "python_abi 3.11.* *_cp311", "__glibc >=2.17")
    assert "lib/python3.11/site-packages/demo.py" in files(package)
    script = files(package)["bin/demo"]
    assert script.executable
    assert script.data.decode().splitlines()[0] == f"#!{PLACEHOLDER}/bin/python3.11"
    assert "from demo.cli import App" in script.data.decode()
    assert "sys.exit(App.main())" in script.data.decode()


@pytest.mark.parametrize(
    ("tag", "scripts", "site"),
    [("py3-none-any", "python-scripts", "site-packages"), (MANYLINUX, "bin", "lib/python3.11/site-packages")],
)
def test_data_scripts_and_headers_have_their_places(
    tag: str, scripts: str, site: str, make_wheel: MakeWheel, target: Target
) -> None:
    data = "demo-1.0.data"
    members = {
        f"{data}/data/share/jupyter/kernel.json": "{}",
        f"{data}/data/etc/jupyter/a,b.json": "{}",
        f"{data}/scripts/run": "#!python\nprint()\n",
        f"{data}/purelib/more.py": "",
        f"{data}/headers/demo.h": "",
    }
    package = convert(make_wheel("demo", "1.0", tag=tag, files=members), target)

    assert {"share/jupyter/kernel.json", f"{scripts}/run", f"{site}/more.py"} <= files(package).keys()
    assert "include/python3.11/demo/demo.h" in files(package)
    assert files(package)[f"{scripts}/run"].data.startswith(f"#!{PLACEHOLDER}/bin/python\n".encode())


@pytest.mark.parametrize("tag", ["py3-none-any", MANYLINUX])
def test_the_record_names_files_where_they_will_be(tag: str, make_wheel: MakeWheel, target: Target) -> None:
    members = {"demo.py": "x = 1\n", "demo-1.0.data/scripts/run": "#!python\n", "demo-1.0.data/data/etc/a,b": ""}
    points = "[console_scripts]\ndemo = demo:main\n"
    package = convert(make_wheel("demo", "1.0", tag=tag, files=members, entry_points=points), target)
    rows = record(
        package, f"{'site-packages' if tag.endswith('any') else target.site_packages}/demo-1.0.dist-info/RECORD"
    )

    assert rows["demo.py"] == ("sha256=nia_NpkRxFwkPGhBR7I_yeHc_PJX0pmhxjIBam_NM_Q", "6")
    assert rows["../../../bin/run"] == ("", "")
    assert rows["../../../bin/demo"] == ("", "")
    assert rows["../../../etc/a,b"][1] == "0"
    assert rows["demo-1.0.dist-info/INSTALLER"][1] == "6"
    assert rows["demo-1.0.dist-info/RECORD"] == ("", "")


def test_the_timestamp_is_the_newest_members(make_wheel: MakeWheel, target: Target) -> None:
    assert convert(make_wheel("demo", "1.0"), target).timestamp == 1706933106


def test_a_member_outside_of_the_wheel_is_refused(make_wheel: MakeWheel, target: Target) -> None:
    with pytest.raises(ChannelError, match="has a member outside of it"):
        convert(make_wheel("demo", "1.0", files={"../../evil.py": ""}), target)


def test_a_requirement_that_cannot_be_read_is_refused(make_wheel: MakeWheel) -> None:
    with pytest.raises(ChannelError, match="is no wheel that can be read"):
        wheels.read(make_wheel("demo", "1.0", requires=["numpy >>> 1"]))


def test_a_file_that_is_no_wheel_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "demo-1.0-py3-none-any.whl"
    path.write_bytes(b"not a zip file")
    with pytest.raises(ChannelError, match="is no wheel that can be read"):
        wheels.read(path)
