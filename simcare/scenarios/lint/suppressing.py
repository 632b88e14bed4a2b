"""Findings that an author takes on purpose: a comment with the code and a reason, on the line or alone above it.

`# lint: allow E246 both answers are needed at once`. Only what rules find can be allowed: a file that cannot be read
cannot be excused. A comment that gives no reason, or that allows nothing, is a finding itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from simcare.documents import Problem

_ALLOW = re.compile(r"(?:^|\s)#\s*lint:\s*allow\s+([EW]2\d\d)\b[\s:,]*(.*)$")
NO_REASON, UNUSED = "W291", "W292"
MANUAL = {
    NO_REASON: "a comment that allows a finding says why.\n\nPASS: `# lint: allow E246 both answers come at once`. "
    "FAIL: `# lint: allow E246`.",
    UNUSED: "a comment that allows a finding stands where that finding is.\n\nPASS: it is on the finding's line, or "
    "alone on the line above. FAIL: it stands where lint finds nothing of that code.",
}


@dataclass(frozen=True, slots=True)
class _Allowed:
    line: int
    """The line whose findings it speaks of."""
    at: int
    column: int
    code: str
    reason: str


def without_allowed(problems: Iterable[Problem], text: str, file: str) -> list[Problem]:
    """Return the findings that no comment allows, and those about the comments themselves."""
    allowed = _comments(text)
    if not allowed:
        return list(problems)
    used: set[_Allowed] = set()
    kept = []
    for problem in problems:
        comments = [one for one in allowed if (one.line, one.code) == (problem.line, problem.code) and one.reason]
        used.update(comments)
        if not comments:
            kept.append(problem)
    for one in allowed:
        if not one.reason:
            fact, remedy = f"nobody says why {one.code} is allowed here", "write the reason behind the code"
            kept.append(Problem(file, one.at, one.column, NO_REASON, fact, remedy, "warning"))
        elif one not in used:
            fact = f"{one.code} is allowed here, and lint finds no {one.code} in line {one.line}"
            kept.append(Problem(file, one.at, one.column, UNUSED, fact, "take the comment out", "warning"))
    return sorted(kept)


def _comments(text: str) -> list[_Allowed]:
    if "lint:" not in text:
        return []
    lines = text.split("\n")
    found = []
    for nth, line in enumerate(lines):
        match = _ALLOW.search(line)
        if match is None:
            continue
        alone = not line[: match.start()].strip()
        below = nth + 1
        while alone and below < len(lines) and (not lines[below].strip() or lines[below].lstrip().startswith("#")):
            below += 1
        column = line.index("#", match.start()) + 1
        found.append(_Allowed(below + 1 if alone else nth + 1, nth + 1, column, match[1], match[2].strip()))
    return found
