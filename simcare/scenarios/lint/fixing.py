"""Mending what can be mended without a guess: notation whose meaning is plain. Everything else stays the author's.

`no` where true or false is meant becomes `false`, `3:30` where seconds are meant becomes 210, `5.0` a whole number,
and a comment that allows a finding which is not there is taken out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from simcare.documents import Problem
from simcare.scenarios.lint.suppressing import UNUSED

_WRITE = re.compile(r"^write (true|false|-?\d+(?:\.\d+)?) \('(.+)' is a text\)$")
_WHOLE = re.compile(r"^write (-?\d+) \((\S+) is not written as a whole number\)$")
_COMMENT = re.compile(r"\s*#\s*lint:\s*allow\b.*$")


def mend(text: str, problems: Iterable[Problem]) -> tuple[str, list[Problem]]:
    """Return the text with its safe findings mended, and which those were; the rest of the text stays as it is."""
    lines = text.split("\n")
    mended = []
    for problem in sorted(problems, reverse=True):
        # From the last to the first, so that no place moves before its turn.
        old = lines[problem.line - 1]
        new = _mended(old, problem)
        if new is not None and new != old:
            lines[problem.line - 1] = new
            mended.append(problem)
    return "\n".join(lines), mended[::-1]


def _mended(line: str, problem: Problem) -> str | None:
    if problem.code == UNUSED:
        return _COMMENT.sub("", line)
    written = _WRITE.match(problem.remedy) or _WHOLE.match(problem.remedy)
    if problem.code != "D109" or written is None:
        return None
    before, rest = line[: problem.column - 1], line[problem.column - 1 :]
    return before + re.sub(rf"^(.*?)([\"']?){re.escape(written[2])}\2", rf"\g<1>{written[1]}", rest, count=1)
