from __future__ import annotations

import shutil
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

from benchwright.channel.errors import ChannelError
from benchwright.channel.storage import locked, require_space


def test_too_little_space_is_refused_with_path_and_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=999))
    with pytest.raises(ChannelError, match=rf"wheels need about 1,000 bytes in {tmp_path}, and 999 bytes are free"):
        require_space(tmp_path, 1000, "wheels")
    require_space(tmp_path, 999, "wheels")


def test_the_second_waits_for_the_lock_and_says_so(tmp_path: Path) -> None:
    messages: list[str] = []
    said, order = threading.Event(), []

    def say(message: str) -> None:
        messages.append(message)
        said.set()

    def second() -> None:
        with locked(tmp_path / "lock", say):
            order.append("second")

    thread = threading.Thread(target=second)
    with locked(tmp_path / "lock", pytest.fail):
        thread.start()
        assert said.wait(60)
        order.append("first")
    thread.join(60)

    assert order == ["first", "second"]
    assert messages == [f"another build holds {tmp_path / 'lock'}: waiting for it"]
