from __future__ import annotations

from benchwright.difference import MOST_LINES, differences


def test_texts_values_and_prepared_differences() -> None:
    assert differences(
        {"diff": {"before": "a\nb\n", "after": "a\nc\n", "before_header": "/f", "after_header": "/f"}}
    ) == ["--- /f", "+++ /f", "@@ -1,2 +1,2 @@", " a", "-b", "+c"]
    assert differences({"diff": [{"before": {"mode": "0644"}, "after": {"mode": "0600"}}]})[-2:] == [
        *[" }"][:0],
        '+  "mode": "0600"',
        " }",
    ]
    assert differences({"diff": {"prepared": "one\ntwo"}}) == ["one", "two"]


def test_items_of_loops_count_and_what_is_not_there_does_not() -> None:
    result = {"results": [{"diff": {"before": "", "after": "x\n"}}, {"censored": "no_log"}, {"diff": None}]}
    assert differences(result)[-1] == "+x"
    assert differences({}) == []
    assert differences({"diff": {"before": "same", "after": "same"}}) == []


def test_a_long_difference_is_cut_and_says_so() -> None:
    lines = differences({"diff": {"before": "", "after": "".join(f"{number}\n" for number in range(MOST_LINES * 2))}})
    assert len(lines) == MOST_LINES + 1
    assert "lines more" in lines[-1]
