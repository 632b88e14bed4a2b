"""What can be wrong with a file, as values: the place, the fact and the remedy.

The one exception base of simcare lives here too, because every room sits above this one. Finding problems is the
business of `tree` and `checking`; showing them is the business of the command line and the desk.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, order=True, slots=True)
class Problem:
    """Say what is wrong at one place of a file and what to do about it; line and column count from 1."""

    file: str
    line: int
    column: int
    code: str
    fact: str
    remedy: str
    severity: Severity = "error"

    def __str__(self) -> str:
        """Return the one-line form, `file:line:column: CODE fact; remedy`."""
        return f"{self.file}:{self.line}:{self.column}: {self.code} {self.fact}; {self.remedy}"

    def as_json(self) -> dict[str, str | int]:
        """Return the problem as a plain dict with the keys that `lint --json` publishes."""
        return dataclasses.asdict(self)


class SimcareError(Exception):
    """The base of every error that simcare raises on purpose; its text is fit to be shown to a user."""


class DocumentError(SimcareError):
    """A file cannot be used; `problems` holds all that is wrong with it, sorted by place."""

    problems: tuple[Problem, ...]

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Collect the problems; their lines joined are the text of the error."""
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))

    def __reduce__(self) -> tuple[type[DocumentError], tuple[tuple[Problem, ...]]]:
        """Let the error cross a process border with its problems."""
        return type(self), (self.problems,)
