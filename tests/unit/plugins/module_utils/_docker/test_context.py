"""What a build is given is the same for the same files, and has their directories."""

from __future__ import annotations

import io
import tarfile

from ansible_collections.benchwright.python.plugins.module_utils._docker.context import File, archived

FILES = (File("Dockerfile", "FROM x\n"), File("server/opt/start", "#!/bin/sh\n", 0o755), File("server/opt/ä", "é"))


def test_files_come_with_their_directories_modes_and_one_time() -> None:
    with tarfile.open(fileobj=io.BytesIO(archived(FILES))) as archive:
        members = {member.name: member for member in archive}
        assert {name: oct(member.mode) for name, member in members.items()} == {
            "server": "0o755",
            "server/opt": "0o755",
            "Dockerfile": "0o644",
            "server/opt/start": "0o755",
            "server/opt/ä": "0o644",
        }
        assert {(member.uid, member.gid, member.mtime) for member in members.values()} == {(0, 0, 315532800)}
        assert members["server"].isdir()
        assert archive.extractfile("server/opt/ä").read() == "é".encode()  # type: ignore[union-attr]


def test_the_same_files_are_the_same_bytes() -> None:
    assert archived(FILES) == archived(tuple(FILES))
    assert archived(FILES) != archived(FILES[:2])
