"""Which playbook a word means: one of the collection's, or a file."""

from __future__ import annotations

from pathlib import Path

from benchwright.errors import BenchwrightError
from benchwright.nearest import did_you_mean
from benchwright.runner import collection_path

NAMESPACE = "benchwright.python"


def playbook_of(word: str | None, here: bool = False) -> str:
    """Return what Ansible is given: the project's ``playbooks/site.yml`` or the collection's ``site`` where nothing is named.

    With ``here``, that is where the hosts are this machine, nothing else is meant than what ``up`` runs: the collection's.

    A file that exists is that file, a name with dots one of any collection, another name one of this collection's.
    """
    if word is None:
        own = Path("playbooks/site.yml")
        return str(own) if own.is_file() and not here else f"{NAMESPACE}.site"
    if Path(word).is_file():
        return word
    if word in shipped():
        return f"{NAMESPACE}.{word}"
    if word.count(".") >= 2 and "/" not in word and all(part.isidentifier() for part in word.split(".")):
        return word
    nearest = did_you_mean(word, shipped())
    raise BenchwrightError(f"no playbook {word}{nearest}: give a file, or one of {', '.join(shipped())}")


def shipped() -> list[str]:
    """Return the names of the collection's playbooks."""
    return sorted(path.stem for path in (collection_path() / "playbooks").glob("*.yml"))
