"""Lint: what a scenario file alone shows to be wrong, each finding with its place, a code and a remedy.

A rule is one small generator over a `Subject`; its docstring is its manual. What needs the engine (a passing path,
plays, lazy players) is found by rehearsing. `lint_files` runs every rule; `RULES` lists them; `fix_file` mends.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from simcare.documents import Document, DocumentError, Problem, read, read_text
from simcare.scenarios.library import load_policy, load_scenario
from simcare.scenarios.lint import elicitation, names, points, references, wording
from simcare.scenarios.lint.fixing import mend
from simcare.scenarios.lint.subject import Rule, Subject
from simcare.scenarios.lint.suppressing import without_allowed
from simcare.scenarios.model import Scenario
from simcare.scenarios.variants import VariantError

RULES: tuple[Rule, ...] = (*references.RULES, *names.RULES, *elicitation.RULES, *points.RULES, *wording.RULES)

MOST_MENDINGS = 20
STOPPING = frozenset({"E120", "E200", "E203", "E204", "E211"})
"""Codes of findings with which a call cannot be opened or judged at all."""


def lint_file(file: Path) -> list[Problem]:
    """Return all findings of a scenario file in the order of their places; a file out of order gives its own."""
    return lint_files([file])


def lint_files(files: Iterable[Path]) -> list[Problem]:
    """Return all findings of some files, one file after the other: quicker for many than each by itself."""
    found: list[Problem] = []
    with _no_collection():
        for file in files:
            try:
                found += _lint(read(file, Scenario))
            except DocumentError as error:
                found += error.problems
    return found


def fix_file(file: Path) -> list[Problem]:
    """Mend in place what can be mended safely and return those findings; a file without any is not written.

    Mending one fault may uncover another, so it is looked at until nothing more can be mended.
    """
    mended: list[Problem] = []
    for _ in range(MOST_MENDINGS):
        problems = lint_file(file)
        if not problems or any(problem.code in ("D101", "D102") for problem in problems):
            break
        text, done = mend(file.read_bytes().decode("utf-8"), problems)
        if not done:
            break
        file.write_bytes(text.encode("utf-8"))
        mended += done
    return mended


def lint_call(name: str) -> list[Problem]:
    """Return all findings of a call of the library by its id: the only way to look at a translation."""
    try:
        return _lint(load_scenario(name))
    except DocumentError as error:
        return list(error.problems)


def lint_text(text: str, *, name: str) -> list[Problem]:
    """Return all findings of a scenario's text; `name` stands for the file in them."""
    with _no_collection():
        try:
            return _lint(read_text(text, Scenario, name=name))
        except DocumentError as error:
            return list(error.problems)


def require_playable(document: Document[Scenario]) -> Scenario:
    """Return the scenario of a document; DocumentError where a call of it could not be opened or judged."""
    stopping = [problem for problem in _lint(document) if problem.code in STOPPING]
    if stopping:
        raise DocumentError(stopping)
    return document.value


@contextmanager
def _no_collection() -> Iterator[None]:
    """Let the garbage collector rest: a file is a hundred thousand small values in no circle, and it looks at each."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _lint(document: Document[Scenario]) -> list[Problem]:
    try:
        subject = Subject.of(document, load_policy().value)
    except VariantError as error:
        return [document.problem(error.path, "E120", error.fact, error.remedy)]
    found = sorted({problem for rule in RULES for problem in rule(subject)})
    return without_allowed(found, document.text, document.file)


__all__ = [
    "RULES",
    "Rule",
    "Subject",
    "fix_file",
    "lint_call",
    "lint_file",
    "lint_files",
    "lint_text",
    "mend",
    "require_playable",
]
