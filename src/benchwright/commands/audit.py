"""`benchwright audit`: what is wrong with any Jupyter server."""

from __future__ import annotations

from benchwright.ansible_flags import AnsibleFlags
from benchwright.options import View
from benchwright.playbooks import NAMESPACE
from benchwright.session import begin


def audit(ansible: AnsibleFlags, view: View) -> None:
    """Look for what is wrong with any Jupyter server, whoever set it up; the exit code is 2 if something is serious."""
    session = begin("audit", ansible, view, remembered=False)
    result = session.play(f"{NAMESPACE}.audit")
    session.display.findings(result.record)
    session.close(result)
