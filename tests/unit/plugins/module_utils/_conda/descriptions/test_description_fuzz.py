"""Ten thousand environment files: each is read exactly, or refused with its place, and none takes a second.

The seed is fixed, so that a failure is the same for everybody. The checks of the formats one by one stand beside this.
"""

from __future__ import annotations

import json
import random
import re
import string
import time
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from ansible_collections.benchwright.python.plugins.module_utils._conda.descriptions.description import read_description
from ansible_collections.benchwright.python.plugins.module_utils._conda.descriptions.environment import (
    Environment,
    EnvironmentFileError,
)

VALID, NEARLY_VALID, HOSTILE = 6000, 3000, 1000
LONGEST_SECONDS = 1.0
PLACE = re.compile(r"e\.yml(:\d+)?: .*", re.DOTALL)
NAMES = [
    "numpy",
    "python",
    "_libgcc_mutex",
    "ruamel.yaml",
    "scikit-learn",
    "r-base",
    "zlib",
    "pip",
    "yes",
    "on",
    "null",
]
VERSIONS = ["", "=1.2", "==1.2.3", " >=1.2,<2", "=3.12.*", " 1.2|1.3", "=2024b=h_0", ">=1!2.0a1", " !=1.5", "=3"]
CHANNELS = [
    "conda-forge",
    "bioconda",
    "https://conda.example.org/x",
    "https://me:pw@conda.example.org/t/tk/x",
    "file:///c",
]
PIP = ["humanize", "humanize==4.13.0", "Flask[async]>=2,<4", "six @ https://f.example.org/six-1-py3-none-any.whl"]
VALUES = [
    "",
    "3",
    "yes",
    "a b",
    "x: y # z",
    "ü",
    "#",
    "'",
    '"',
    "{}",
    "two\nlines",
    "-",
    "~",
    "0x10",
    "null",
    "🐍",
    "\u202e",
]


def any_environment(chance: random.Random) -> Environment:
    pip = tuple(chance.choice(PIP) for dummy in range(chance.randint(0, 3)))
    specs = [chance.choice(NAMES) + chance.choice(VERSIONS) for dummy in range(chance.randint(0, 8))]
    if pip and not any(re.match(r"pip(?![\w.-])", spec) for spec in specs):
        specs.append("pip")
    letters = string.ascii_letters + string.digits
    return Environment(
        name=chance.choice(
            [None, "lab", "e" + "".join(chance.choice(letters) for dummy in range(chance.randint(0, 40)))]
        ),
        channels=tuple(chance.choice(CHANNELS) for dummy in range(chance.randint(0, 3))),
        dependencies=tuple(specs),
        pip=pip,
        variables={
            f"V{index}_{chance.choice(letters)}": chance.choice(VALUES) for index in range(chance.randint(0, 4))
        },
    )


def document(environment: Environment, chance: random.Random) -> dict[str, Any]:
    dependencies: list[Any] = list(environment.dependencies)
    if environment.pip:
        dependencies.insert(chance.randint(0, len(dependencies)), {"pip": list(environment.pip)})
    channels = list(environment.channels)
    if chance.random() < 0.3:
        channels.insert(chance.randint(0, len(channels)), "nodefaults")
    whole: dict[str, Any] = {"channels": channels, "dependencies": dependencies}
    if environment.name or chance.random() < 0.2:
        whole["name"] = environment.name
    if environment.variables or chance.random() < 0.2:
        whole["variables"] = dict(environment.variables)
    if chance.random() < 0.3:
        whole["prefix"] = chance.choice(["/opt/conda/envs/lab", None])
    keys = list(whole)
    chance.shuffle(keys)
    return {key: whole[key] for key in keys}


def as_json(whole: object) -> str:
    return json.dumps(whole)


def rendered(whole: dict[str, Any], chance: random.Random) -> str:
    render: Callable[[Any], str] = chance.choice(
        [
            as_json,
            lambda value: json.dumps(value, indent=2, ensure_ascii=False),
            lambda value: yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=1000),
            lambda value: yaml.safe_dump(value, default_flow_style=True, default_style="'"),
            lambda value: yaml.safe_dump(value, indent=4, explicit_start=True, default_style='"'),
        ]
    )
    text = render(whole)
    if chance.random() < 0.2 and render is not as_json:  # a comment is no JSON, and half a character is no YAML
        text = "\n# A comment\n\n" + text + "\n# and another\n"
    if chance.random() < 0.2:
        text = text.replace("\n", "\r\n")
    return "\ufeff" + text if chance.random() < 0.1 else text


def test_valid_files_are_read_exactly() -> None:
    chance = random.Random(2026)
    for dummy in range(VALID):
        wanted = any_environment(chance)
        text = rendered(document(wanted, chance), chance)
        assert read_description(text, "e.yml") == wanted, text


# What is done to a file of one item per line, and the key that the error has to name.
FAULTS: list[tuple[Callable[[str], str], str]] = [
    (lambda text: text.replace("dependencies:", "dependancies:", 1), "dependancies"),
    (lambda text: text.replace("dependencies:", "depends:", 1), "depends"),
    (lambda text: text + "name: again\nname: again\n", "name"),
    (lambda text: text + "dependencies: []\n", "dependencies"),
    (lambda text: text + "channels: conda-forge\nchannels: []\n", "channels"),
    (lambda text: text + "platforms: [linux-64]\n", "platforms"),
    (lambda text: text.replace("dependencies:\n", "dependencies:\n- 3.11\n", 1), "dependencies[0]"),
    (lambda text: text.replace("dependencies:\n", "dependencies:\n- num py!\n", 1), "dependencies[0]"),
    (lambda text: text.replace("dependencies:\n", "dependencies:\n- [six]\n", 1), "dependencies[0]"),
    (lambda text: text.replace("dependencies:\n", "dependencies:\n- six: 1\n", 1), "dependencies[0]"),
    (lambda text: text.replace("dependencies:\n", "dependencies:\n- pip:\n  - -e .\n", 1), "dependencies[0].pip[0]"),
    (lambda text: text.replace("dependencies:\n", "dependencies:\n- pip: six\n", 1), "dependencies[0].pip"),
    (lambda text: text.replace("dependencies:\n", "dependencies:\n- six==\n", 1), "dependencies[0]"),
    (lambda text: text.replace("dependencies:\n", "dependencies:\n- pkgs/main::six\n", 1), "dependencies[0]"),
    (lambda text: text.replace("channels:\n", "channels:\n- defaults\n", 1), "channels[0]"),
    (lambda text: text.replace("channels:\n", "channels:\n- a b\n", 1), "channels[0]"),
    (lambda text: text.replace("channels:\n", "channels:\n- {}\n", 1), "channels[0]"),
    (lambda text: text.replace("variables:\n", "variables:\n  PATH: /bin\n", 1), "variables.PATH"),
    (lambda text: text.replace("variables:\n", "variables:\n  A B: x\n", 1), "variables.A B"),
    (lambda text: text.replace("variables:\n", "variables:\n  A: [x]\n", 1), "variables.A"),
    (lambda text: text.replace("variables:\n", "variables:\n  A:\n", 1), "variables.A"),
    (lambda text: re.sub(r"^name: .*$", "name: a/b", text, flags=re.M), "name"),
    (lambda text: re.sub(r"^name: .*$", "name: 2026", text, flags=re.M), "name"),
    (lambda text: re.sub(r"^name: .*$", "name: base", text, flags=re.M), "name"),
]


def test_one_fault_is_named_by_file_line_and_key() -> None:
    chance = random.Random(7)
    seen = set()
    for dummy in range(NEARLY_VALID // 2):
        whole = document(any_environment(chance), chance) | {"name": "lab", "channels": ["x"], "variables": {"V": "1"}}
        whole["dependencies"].insert(0, "xz")
        text = yaml.safe_dump(whole, sort_keys=False, allow_unicode=True)
        fault, key = chance.choice(FAULTS)
        seen.add(key)
        with pytest.raises(EnvironmentFileError) as caught:
            read_description(fault(text), "e.yml")
        match = re.fullmatch(r"e\.yml:(\d+): (.*)", str(caught.value))
        assert match, caught.value
        assert match[2].startswith(key + ": "), (key, match[2])
        named = fault(text).splitlines()[int(match[1]) - 1]
        assert re.split(r"[.\[]", key)[-1].rstrip("]") in named or named.lstrip().startswith("-"), (key, named)
    assert seen == {key for dummy, key in FAULTS}


def one_character_changed(text: str, chance: random.Random) -> str:
    place = chance.randrange(len(text))
    character = chance.choice(":-#'\"[]{},&*!|>%@`\t\n \0\r\u0085\u2028\ufeff\ud800=<~x0")
    return text[:place] + chance.choice(["", character, character + text[place], text[place] * 2]) + text[place + 1 :]


def what_yaml_says(text: str) -> Environment:
    """json's or PyYAML's values, for files that are known to be accepted: another way to the same answer."""
    text = text[text.startswith("\ufeff") :]
    try:
        whole = json.loads(text)
    except ValueError:
        whole = yaml.load(text, Loader=yaml.CBaseLoader)
    pip = [item["pip"] for item in whole["dependencies"] if isinstance(item, dict)]
    specs = [item for item in whole["dependencies"] if not isinstance(item, dict)]
    if pip and not any(re.match(r"pip(?![\w.-])", spec) for spec in specs):
        specs.append("pip")
    return Environment(
        name=None if whole.get("name") in (None, "null", "", "~") else whole["name"],
        channels=tuple(channel for channel in whole.get("channels", []) if channel != "nodefaults"),
        dependencies=tuple(specs),
        pip=tuple(pip[0]) if pip else (),
        variables=whole.get("variables", {}),
    )


def test_one_changed_character_leads_to_the_right_value_or_to_an_error() -> None:
    chance = random.Random(11)
    accepted = 0
    for dummy in range(NEARLY_VALID - NEARLY_VALID // 2):
        text = one_character_changed(rendered(document(any_environment(chance), chance), chance), chance)
        try:
            found = read_description(text, "e.yml")
        except EnvironmentFileError as error:
            assert PLACE.fullmatch(str(error)), error
            assert "pw@" not in str(error)
        else:
            accepted += 1
            assert found == what_yaml_says(text), text
    assert 0 < accepted < NEARLY_VALID // 2


def bomb(chance: random.Random) -> str:
    levels = chance.randint(2, 12)
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, levels)]
    return "\n".join([*lines, f"dependencies: *a{levels - 1}", ""])


HOSTILE_FILES: list[Callable[[random.Random], str]] = [
    bomb,
    lambda chance: "dependencies: &d [*d]\n",
    lambda chance: "dependencies: [{pip: &p [*p]}]\n",
    lambda chance: "dependencies: [*nowhere]\n",
    lambda chance: "x: &x {dependencies: [six]}\n<<: *x\n",
    lambda chance: "dependencies: [six]\nvariables: {<<: {A: b}}\n",
    lambda chance: chance.choice("[{") * chance.randint(13, 50000),
    lambda chance: (
        "dependencies: " + chance.choice(["[", "- ", "{a: ", "? ", "!!seq [", "&a ["]) * chance.randint(13, 20000)
    ),
    lambda chance: "- " * chance.randint(13, 100000) + "x",
    lambda chance: "".join(" " * n + "a:\n" for n in range(chance.randint(13, 300))),
    lambda chance: (
        chance.choice(["!!python/object:os.system", "!!python/name:os.x", "!x", "!!set", "!!binary"]) + " {}\n"
    ),
    lambda chance: "dependencies: !!python/object/apply:os.system ['true']\n",
    lambda chance: "dependencies: [!!python/name:os.system '']\n",
    lambda chance: "dependencies: [!!binary c2l4]\n",
    lambda chance: "name: !!timestamp 2026-01-01\ndependencies: []\n",
    lambda chance: "dependencies: [six]\0\n",
    lambda chance: 'dependencies: ["six\\0"]\n',
    lambda chance: 'dependencies: []\nvariables: {A: "\\0"}\n',
    lambda chance: 'dependencies: []\nvariables: {A: "\\ud800"}\n',
    lambda chance: "dependencies: [\ud800]\n",
    lambda chance: "dependencies: [six\u202e]\n",
    lambda chance: "name: lab\u2066\ndependencies: []\n",
    lambda chance: "dep\u202eendencies: []\n",
    lambda chance: f"dependencies: [{'9' * chance.randint(1, 100000)}]\n",
    lambda chance: f"dependencies: [six={'9' * chance.randint(1000, 100000)}]\n",
    lambda chance: f"dependencies: ['six >={'1.' * chance.randint(1, 2000)}']\n",
    lambda chance: f"dependencies: ['six {'(' * chance.randint(1, 3000)}']\n",
    lambda chance: f"dependencies: ['six[version={chr(34)}{'1|' * chance.randint(1, 1500)}1{chr(34)}]']\n",
    lambda chance: f"dependencies: ['{'a-' * chance.randint(1, 2000)}']\n",
    lambda chance: f"dependencies: ['six[build=^{'(a*)*' * chance.randint(1, 300)}$]']\n",
    lambda chance: f"dependencies: [pip, pip: ['{'a' * chance.randint(1, 4000)} {'--hash=' * 50}']]\n",
    lambda chance: f"dependencies: [pip, pip: ['six{'>=1,' * chance.randint(1, 900)}']]\n",
    lambda chance: "dependencies: [" + "x" * chance.randint(5000, 1000000) + "]\n",
    lambda chance: "name: '" + "\\" * chance.randint(5000, 500000) + "'\ndependencies: []\n",
    lambda chance: "dependencies:\n" + "- six\n" * chance.randint(20001, 30000),
    lambda chance: "dependencies:\n" + "- six\n" * chance.randint(1000, 19000),
    lambda chance: "dependencies: []\nvariables:\n" + "".join(f"  V{n}: x\n" for n in range(chance.randint(1, 9000))),
    lambda chance: "dependencies: []\nvariables: {A: " + "x" * chance.randint(100001, 900000) + "}\n",
    lambda chance: "a: b\n" * chance.randint(2, 10000),
    lambda chance: "dependencies: []\r" * 2,
    lambda chance: "\ufeff\ufeffdependencies: []\n",
    lambda chance: "--- {}\n--- {}\n",
    lambda chance: "%YAML 9.9\n---\ndependencies: []\n",
    lambda chance: "".join(chr(chance.randrange(0x110000)) for dummy in range(chance.randint(1, 300))),
    lambda chance: "".join(chance.choice(":-#'\"[]{},&*!|>%@` \n\tad0") for dummy in range(chance.randint(1, 300))),
    lambda chance: "#" * chance.randint(1, 2000000),
]


def test_hostile_files_are_refused_or_read_within_a_second_each() -> None:
    chance = random.Random(13)
    slowest = (0.0, "")
    for index in range(HOSTILE):
        text = HOSTILE_FILES[index % len(HOSTILE_FILES)](chance)
        begun = time.process_time()
        try:
            read_description(text, "e.yml")
        except EnvironmentFileError as error:
            assert PLACE.fullmatch(str(error)), text[:200]
            assert str(error).isprintable()
            assert len(str(error)) < 10000
        slowest = max(slowest, (time.process_time() - begun, text[:100]))
    assert slowest[0] < LONGEST_SECONDS, slowest
