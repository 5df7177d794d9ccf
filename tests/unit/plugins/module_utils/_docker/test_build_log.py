"""Of what an engine says while it builds, it is known what the build made, and what the command said that failed."""

from __future__ import annotations

from ansible_collections.benchwright.python.plugins.module_utils._docker.build_log import BuildLog

# As Docker's engine writes it, with the ids made readable.
BASE, CACHED, LABELLED, COPIED, SYSTEM = ("".join(12 * digit) for digit in "abcde")
SAID = [
    "Step 1/6 : FROM debian AS system",
    "\n",
    f" ---> {BASE}\n",
    "Step 2/6 : LABEL benchwright.part=",
    "\n",
    " ---> Using cache\n",
    f" ---> {CACHED}\n",
    "Step 3/6 : RUN echo well",
    "\n",
    " ---> Running in 0123456789ab\n",
    "well\n",
    "Removing intermediate container 0123456789ab\n",
    f" ---> {LABELLED}\n",
    "Step 4/6 : COPY a b",
    "\n",
    f" ---> {COPIED}\n",
    "Step 5/6 : FROM system",
    "\n",
    f" ---> {SYSTEM}\n",
    "Step 6/6 : RUN false",
    "\n",
    " ---> Running in 123456789abc\n",
    "\x1b[91mthere is no Python\n\x1b[0m",
    "\x1b[91m ---> abcdefabcdef is what it wrote\n\x1b[0m",
    "Removing intermediate container 123456789abc\n",
]


def heard(*texts: str) -> BuildLog:
    log = BuildLog()
    for text in texts:
        log.hear({"stream": text})
    return log


def test_what_was_there_before_is_not_what_it_made() -> None:
    assert heard(*SAID).made == [LABELLED, COPIED]


def test_what_the_failed_command_said_is_told_and_nothing_else() -> None:
    assert heard(*SAID).last_words == "there is no Python ---> abcdefabcdef is what it wrote"
    assert heard(*SAID[:12]).last_words == "well"
    assert heard(*SAID[:16]).last_words == ""


def test_it_is_no_longer_than_anybody_reads() -> None:
    words = heard(" ---> Running in 0123456789ab\n", "line\n" * 1000, "the end\n").last_words
    assert words.endswith("line the end")
    assert len(words) <= 1000


def test_other_answers_say_nothing() -> None:
    log = heard(*SAID[:11])
    log.hear({"aux": {"ID": "sha256:" + "f" * 64}})
    assert (log.made, log.last_words) == ([], "well")
