"""Engine, root prefix and channels are said once for all conda modules, by the action group."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from support.ansible_call import ANSIBLE_PLAYBOOK, LOCAL
from support.tiny_channel import TinyChannel


@pytest.mark.parametrize("group", ["conda", "benchwright"])
def test_what_is_said_once_holds_for_every_conda_module(tmp_path: Path, tiny: TinyChannel, group: str) -> None:
    defaults = {"engine": "rattler", "root_prefix": str(tmp_path / "root"), "channels": [tiny.url]}
    dest = str(tmp_path / "lab.yml")
    tasks = [
        {"benchwright.python.conda_env": {"name": "lab", "dependencies": ["app"]}},
        {"benchwright.python.conda_package": {"name": "lab", "packages": ["tool"]}},
        {"benchwright.python.conda_package_info": {"packages": ["app"]}, "register": "offered"},
        {"benchwright.python.conda_env_info": {"name": "lab"}, "register": "lab"},
        {"benchwright.python.conda_env_export": {"name": "lab", "dest": dest, "no_builds": True}},
        {"ansible.builtin.assert": {"that": ["offered.packages[0].name == 'app'", "lab is success"]}},
    ]
    named = [{"name": f"Step {number}", **task} for number, task in enumerate(tasks)]
    group_defaults = {f"group/benchwright.python.{group}": defaults}
    play = [{"hosts": "localhost", "gather_facts": False, "module_defaults": group_defaults, "tasks": named}]
    (tmp_path / "play.json").write_text(json.dumps(play))
    done = subprocess.run(
        [ANSIBLE_PLAYBOOK, *LOCAL, tmp_path / "play.json"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "tool=1.0" in Path(dest).read_text()
