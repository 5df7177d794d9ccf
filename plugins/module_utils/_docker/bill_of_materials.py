# Copyright (c) 2026, the benchwright authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# This module util is PRIVATE to the collection and may change at any time. Do not use it from outside.

"""The bill of materials of a workbench's image, as CycloneDX has it: run by a Python in the image, with the standard library alone.

``bill_of_materials.py FILE PREFIX...`` writes what dpkg, conda and pip have installed. The same packages make the same file: it tells
no time, and its serial number is made of its contents. Source: https://cyclonedx.org/docs/1.5/json/
"""

from __future__ import annotations

import json
import sys
import typing as t
import uuid
from email.parser import HeaderParser
from pathlib import Path
from urllib.parse import quote

DPKG = Path("/var/lib/dpkg")
OS_RELEASE = Path("/etc/os-release")
Component = t.Dict[str, t.Any]


def document(components: t.Iterable[Component]) -> Component:
    """Return the whole document of these components."""
    listed = sorted(components, key=lambda component: component["bom-ref"])
    serial = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(listed, sort_keys=True))
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "components": listed,
    }


def system_packages(status: str, distribution: str) -> t.Iterator[Component]:
    """Yield what dpkg's ``status`` says is installed."""
    for paragraph in status.split("\n\n"):
        fields = HeaderParser().parsestr(paragraph)
        if fields.get("Status", "").endswith(" installed"):
            where = f"arch={fields['Architecture']}"
            yield component(f"deb/{distribution}", fields["Package"], fields["Version"], where)


def conda_packages(prefix: str) -> t.Iterator[Component]:
    """Yield what the records in ``conda-meta`` tell of."""
    for path in sorted(Path(prefix, "conda-meta").glob("*.json")):
        record = json.loads(path.read_text(encoding="utf-8"))
        channel = str(record.get("channel", "")).rstrip("/").rpartition("/")[2]
        qualifiers = {"build": record["build"], "channel": channel, "subdir": record.get("subdir", "")}
        where = "&".join(f"{key}={quote(value, safe='')}" for key, value in qualifiers.items() if value)
        found = component("conda", record["name"], record["version"], where)
        if record.get("sha256"):
            found["hashes"] = [{"alg": "SHA-256", "content": record["sha256"]}]
        if record.get("license"):
            found["licenses"] = [{"license": {"name": record["license"]}}]
        yield found


def pip_packages(prefix: str) -> t.Iterator[Component]:
    """Yield Python's packages that conda has no record of."""
    records = (json.loads(path.read_text(encoding="utf-8")) for path in Path(prefix, "conda-meta").glob("*.json"))
    owned = {name for record in records for name in record.get("files", ())}
    for path in sorted(Path(prefix).glob("lib/python*/site-packages/*.dist-info/METADATA")):
        if path.relative_to(prefix).as_posix() not in owned:
            fields = HeaderParser().parsestr(path.read_text(encoding="utf-8", errors="replace"))
            yield component("pypi", fields["Name"].lower().replace("_", "-"), fields["Version"])


def component(kind: str, name: str, version: str, qualifiers: str = "") -> Component:
    """Return one component, with its package URL."""
    address = f"pkg:{kind}/{quote(name)}@{quote(version, safe='')}" + (f"?{qualifiers}" if qualifiers else "")
    return {"type": "library", "bom-ref": address, "name": name, "version": version, "purl": address}


def main(target: str, *prefixes: str) -> None:
    """Write the document to ``target``."""
    lines = OS_RELEASE.read_text(encoding="utf-8").splitlines() if OS_RELEASE.exists() else []
    distribution = next((line[3:].strip('"') for line in lines if line.startswith("ID=")), "debian")
    texts = [path.read_text(encoding="utf-8") for path in (DPKG / "status", *DPKG.glob("status.d/*")) if path.exists()]
    found = [part for text in texts for part in system_packages(text, distribution)]
    for prefix in prefixes:
        found += [*conda_packages(prefix), *pip_packages(prefix)]
    unique = {part["bom-ref"]: part for part in found}
    Path(target).write_text(json.dumps(document(unique.values()), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
