"""The shifts on disk: ours and a program's own, by id; and a shift read together with every text it is played with."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from simcare.documents import Document, DocumentError, Problem, SimcareError, read
from simcare.scenarios import intents as intent_library
from simcare.scenarios.folders import program_folders
from simcare.scenarios.intents import IntentLibrary
from simcare.scenarios.library import load_policy, load_scenario
from simcare.scenarios.model import Scenario
from simcare.scenarios.policy import Policy
from simcare.world.shift.authored import ShiftSpec
from simcare.world.shift.lint import findings
from simcare.world.shift.material import Material, may_be

OURS = Path(__file__).parents[1] / "data" / "shifts"
FOLDER = "shifts"
"""Where a program's folder (SIMCARE_LIBRARY) keeps its own shifts."""


@dataclass(frozen=True, slots=True, eq=False)
class Texts:
    """A shift with the texts it was read from, so that a record can pin each by its hash."""

    spec: Document[ShiftSpec]
    scenarios: Mapping[str, Document[Scenario]]
    policy: Document[Policy]
    intents: Document[IntentLibrary]

    @property
    def material(self) -> Material:
        """Return what the shift is made of."""
        scenarios = {name: document.value for name, document in self.scenarios.items()}
        return Material(self.spec.value, scenarios, self.policy.value, self.intents.value)


def shift_files() -> dict[str, Path]:
    """Return the files of the shifts by their stem: ours, and the program's, a later one in place of an earlier."""
    folders = (OURS, *(folder / FOLDER for folder in program_folders()))
    return {file.stem: file for folder in folders for file in sorted(folder.glob("*.yaml"))}


def playable_shifts() -> list[Texts]:
    """Return the shifts that can be played, the easiest first; what is wrong with another `lint_shift` tells."""
    found = []
    for name in shift_files():
        try:
            found.append(load_shift(name))
        except SimcareError:
            continue
    return sorted(found, key=lambda texts: (texts.spec.value.difficulty, texts.spec.value.title))


def load_shift(name: str | Path) -> Texts:
    """Return a shift by its id or the path of a file, with all its texts.

    Raises DocumentError, with every finding that is an error, where it cannot be played.
    """
    texts = _read(_file(name))
    errors = [problem for problem in _findings(texts) if problem.severity == "error"]
    if errors:
        raise DocumentError(errors)
    return texts


def lint_shift(name: str | Path) -> list[Problem]:
    """Return all findings of a shift in the order of their places; a file out of order gives its own."""
    try:
        return sorted(_findings(_read(_file(name))))
    except DocumentError as error:
        return list(error.problems)


def _file(name: str | Path) -> Path:
    path = Path(name)
    if path.suffix in (".yaml", ".yml"):
        return path
    files = shift_files()
    if str(name) not in files:
        near = difflib.get_close_matches(str(name), files, n=1)
        remedy = f"did you mean '{near[0]}'?" if near else "use one of " + ", ".join(files)
        raise DocumentError([Problem(str(name), 1, 1, "H101", f"there is no shift '{name}'", remedy)])
    return files[str(name)]


def _read(path: Path) -> Texts:
    spec = read(path, ShiftSpec)
    named = dict.fromkeys(name for item in spec.value.items.values() for name in may_be(item))
    scenarios: dict[str, Document[Scenario]] = {}
    for name in named:
        try:
            scenarios[name] = load_scenario(name)
        except DocumentError:
            continue  # told by the rules, at the place where it is named
    return Texts(spec, scenarios, load_policy(), intent_library.document())


def _findings(texts: Texts) -> list[Problem]:
    known = {name: document.value for name, document in texts.scenarios.items()}
    return findings(texts.spec, known, texts.policy.value)
