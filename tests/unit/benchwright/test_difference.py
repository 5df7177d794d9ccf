from __future__ import annotations

from benchwright.difference import MOST_LINES, differences


def test_texts_values_and_prepared_differences() -> None:
    change = {"before": "a\nb\n", "after": "a\nc\n", "before_header": "/f", "after_header": "/f"}
    assert differences([change]) == ["--- /f", "+++ /f", "@@ -1,2 +1,2 @@", " a", "-b", "+c"]
    assert differences([{"before": {"mode": "0644"}, "after": {"mode": "0600"}}])[-2:] == ['+  "mode": "0600"', " }"]
    assert differences([{"prepared": "one\ntwo"}]) == ["one", "two"]
    assert differences([]) == []
    assert differences([{"before": "same", "after": "same"}]) == []


def test_a_long_difference_is_cut_and_says_so() -> None:
    lines = differences([{"before": "", "after": "".join(f"{number}\n" for number in range(MOST_LINES * 2))}])
    assert len(lines) == MOST_LINES + 1
    assert "lines more" in lines[-1]
