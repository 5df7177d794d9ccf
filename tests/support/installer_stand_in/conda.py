"""The stand-in for the conda in an installer's base: answers what the installer, the shell hooks and the role ask it."""

import datetime
import hashlib
import json
import platform
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TERMS = {"version": "2026-01-01T00:00:00Z", "text": "terms for tests", "support": "nobody"}
BLOCK = re.compile(r"^# >>> conda initialize >>>\n[\s\S]*?# <<< conda initialize <<<\n?", re.MULTILINE)


def version():
    [record] = (ROOT / "conda-meta").glob("conda-*.json")
    return json.loads(record.read_text())["version"]


def info():
    places = [ROOT, *sorted(path.parent for path in (ROOT / "envs").glob("*/conda-meta"))]
    answer = {
        "conda_version": version(),
        "root_prefix": str(ROOT),
        "conda_prefix": str(ROOT),
        "envs": [str(path) for path in places],
        "envs_dirs": [str(ROOT / "envs")],
        "pkgs_dirs": [str(ROOT / "pkgs")],
        "platform": {"x86_64": "linux-64"}.get(platform.machine(), "linux-" + platform.machine()),
        "rc_path": str(Path.home() / ".condarc"),
        "sys_rc_path": str(ROOT / ".condarc"),
    }
    print(json.dumps(answer, indent=2))


def accept_terms(arguments):
    """As conda-anaconda-tos does it with --system."""
    channels = [arguments[place + 1] for place, word in enumerate(arguments) if word == "--channel"]
    expanded = [
        name for channel in channels for name in (["pkgs/main", "pkgs/r"] if channel == "defaults" else [channel])
    ]
    for channel in expanded:
        location, name = "terms.example.org", channel.rsplit("://", 1)[-1]
        digest = hashlib.sha256((location + name).encode()).hexdigest()
        path = ROOT / "conda-meta/tos" / digest / "1767225600.0.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        now = datetime.datetime.now(datetime.UTC).isoformat()
        record = {**TERMS, "base_url": f"https://{location}/{name}", "tos_accepted": True, "acceptance_timestamp": now}
        path.write_text(json.dumps(record))
        print(f"accepted Terms of Service for https://{location}/{name}")


def initialize(shell, reverse):
    """As ``conda init`` does it: the block in the place of one that is there, else at the end."""
    path = Path.home() / {"bash": ".bashrc", "zsh": ".zshrc"}[shell]
    before = path.read_text() if path.exists() else ""
    block = (
        (ROOT / "share/conda_stand_in/block.txt").read_text().replace("@PREFIX@", str(ROOT)).replace("@SHELL@", shell)
    )
    if reverse:
        after = re.sub(r"^\s*" + BLOCK.pattern[1:], "", before, flags=re.MULTILINE)
    elif BLOCK.search(before):
        after = BLOCK.sub(lambda found: block, before)
    else:
        after = before + f"\n{block}\n"
    print(f"{'no change' if after == before else 'modified':<13} {path}")
    if after != before:
        path.write_text(after)


def main(arguments):
    words = [word for word in arguments if not word.startswith("-")]
    if arguments[:1] in (["--version"], ["-V"]):
        print("conda", version())
    elif words[:1] == ["info"]:
        info()
    elif words[:2] == ["tos", "accept"] and "--system" in arguments:
        accept_terms(arguments)
    elif words[:1] == ["init"]:
        initialize((words[1:] or ["bash"])[0], "--reverse" in arguments)
    elif words[:1] and words[0].startswith("shell.") and words[1:] == ["hook"]:
        print(f'. "{ROOT}/etc/profile.d/conda.sh"')
    else:
        sys.exit(f"usage: conda [-h] COMMAND ...\nconda: error: the stand-in does not know {' '.join(arguments)!r}")


main(sys.argv[1:])
