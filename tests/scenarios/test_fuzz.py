"""Fuzz: ten thousand files spoiled at random never make a traceback, never hang, and every finding has its place."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from simcare import chance
from simcare.scenarios.lint import lint_text, mend

GOOD = (Path(__file__).parent / "good" / "a-small-call.yaml").read_text(encoding="utf-8")
PIECES = (
    ":", ": ", "- ", "{", "}", "[", "]", ",", "#", "\"", "'", "|", ">", "&a", "*a", "!x", "%", "@", "`", "~", "\t",
    "\n", "\r", "  ", "\ufeff", "\u2028", "\x00", "\ud7ff", "😀", "null", "no", "3:30", "1e999", "-0", "9" * 400,
    "known(", ")", " and ", " or not ", "<=", "first(knee)", "{first_name}", "{{", "---", "...", "? ", "<<: *a",
    "a" * 5000, "(" * 300,
)  # fmt: skip
SECONDS = 10.0
FEW, MANY = 300, 10_000


def spoiled(seed: int) -> str:
    """Return the good file with one to six faults: something put in, cut out, doubled, or moved."""
    text = GOOD
    for nth in range(1 + chance.integer(seed, "fuzz", "faults", 0, below=6)):
        at = chance.integer(seed, "fuzz", "at", nth, below=max(1, len(text)))
        length = chance.integer(
            seed, "fuzz", "length", nth, below=chance.pick(seed, "fuzz", "much", nth, options=SIZES)
        )
        way = chance.integer(seed, "fuzz", "way", nth, below=4)
        cut, to = text[at : at + length], chance.integer(seed, "fuzz", "to", nth, below=max(1, len(text)))
        if way == 0:
            text = text[:at] + chance.pick(seed, "fuzz", "piece", nth, options=PIECES) + text[at:]
        elif way == 1:
            text = text[:at] + text[at + length :]
        elif way == 2:
            text = text[:to] + cut + text[to:]
        else:
            rest = text[:at] + text[at + length :]
            text = rest[:to] + cut + rest[to:]
    return text


SIZES = (2, 12, 80, 600)


def check(seeds: range) -> None:
    """Lint each spoiled file in little time; whatever is found has its place and words, and mending breaks nothing."""
    for seed in seeds:
        text = spoiled(seed)
        began = time.process_time()
        problems = lint_text(text, name="a-small-call.yaml")
        assert time.process_time() - began < SECONDS, f"seed {seed} takes too long"
        lines = text.replace("\r\n", "\n").replace("\r", "\n").count("\n") + 1
        assert all(1 <= p.line <= lines and p.column >= 1 and p.fact and p.remedy for p in problems), f"seed {seed}"
        mend(text.replace("\r\n", "\n").replace("\r", "\n"), problems)


def test_some_spoiled_files_make_no_traceback() -> None:
    """Three hundred files, each spoiled in another way."""
    check(range(FEW))


@pytest.mark.slow
@pytest.mark.parametrize("part", range(10))
def test_ten_thousand_spoiled_files_make_no_traceback(part: int) -> None:
    """A thousand more at a time."""
    check(range(FEW + part * MANY // 10, FEW + (part + 1) * MANY // 10))
