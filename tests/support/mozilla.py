"""Mozilla's profiles of TLS, as sslyze holds them."""

from __future__ import annotations

import subprocess
import venv
from pathlib import Path

REQUIREMENTS = Path(__file__).parents[2] / "requirements/sslyze.txt"


def install_sslyze(directory: Path) -> Path:
    """Apart, for it wants an older cryptography than the rest has; returns its path."""
    venv.create(directory, with_pip=True)
    command = [directory / "bin/pip", "install", "--quiet", "--require-hashes", "--requirement", REQUIREMENTS]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL)
    return directory / "bin/sslyze"


def breaches(sslyze: Path, where: str) -> list[str]:
    """What a server at ADDRESS:PORT does that the intermediate profile does not allow."""
    command = [sslyze, "--mozilla_config=intermediate", where]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert 'Mozilla\'s "intermediate" configuration' in done.stdout, done.stdout + done.stderr
    verdict = done.stdout[done.stdout.rindex("COMPLIANCE AGAINST") :]
    found = [line.strip() for line in verdict.splitlines() if line.strip().startswith("* ")]
    # Nobody else trusts a certificate that signs itself; the browser is told once.
    return [line for line in found if "certificate_path_validation" not in line]
