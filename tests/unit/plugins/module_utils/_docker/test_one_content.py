"""Files of one content become one; whatever tells them apart in an image is kept."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.benchwright.python.plugins.module_utils._docker.one_content import main


def written(path: Path, content: str, mode: int = 0o644) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    path.chmod(mode)
    return path


def one_file(*paths: Path) -> bool:
    return len({path.stat().st_ino for path in paths}) == 1


def test_the_same_content_is_there_once(tmp_path: Path) -> None:
    page, copy, other = (
        written(tmp_path / name, text) for name, text in (("a/x.js", "1"), ("b/y.js", "1"), ("b/z", "2"))
    )
    main(str(tmp_path))
    assert one_file(page, copy)
    assert [path.read_text() for path in (page, copy, other)] == ["1", "1", "2"]
    assert page.stat().st_nlink == 2
    assert other.stat().st_nlink == 1


def test_programs_stay_programs_links_stay_links_and_empty_files_are_left_alone(tmp_path: Path) -> None:
    text, program = written(tmp_path / "text", "same"), written(tmp_path / "program", "same", 0o755)
    empty = [written(tmp_path / name, "") for name in ("a.py", "b.py")]
    (tmp_path / "link").symlink_to("text")
    main(str(tmp_path))
    assert not one_file(text, program)
    assert not one_file(*empty)
    assert (tmp_path / "link").is_symlink()


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    paths = [written(tmp_path / str(number), "same") for number in range(3)]
    main(str(tmp_path))
    before = [path.stat() for path in paths]
    main(str(tmp_path))
    assert [path.stat().st_nlink for path in paths] == [3, 3, 3]
    assert one_file(*paths)
    assert before[0].st_ino == paths[0].stat().st_ino
