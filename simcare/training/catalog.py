"""What there is to practice: every scenario variant with the skills it asks for and how hard it is thought to be.

The first guess of the difficulty comes from the rehearsals of a new hire (`simcare.calls.profiles`); what learners
really do corrects it in `competency`. A variant's name is never shown before its call: it would give it away.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from statistics import fmean

from simcare.calls.competencies import DECISION, DOCUMENTS, competencies_of_rows
from simcare.calls.opening import script_for
from simcare.calls.profiles import shipped_profiles
from simcare.documents import Document
from simcare.scenarios.library import load_policy
from simcare.scenarios.model import Scenario
from simcare.training.seven_skills import skills_of

NEW_HIRE = "novice"
EMERGENCY = 4
"""The rank of 911 on the ladder."""


@dataclass(frozen=True, slots=True)
class PracticeCall:
    """One scenario variant that can be practiced; `need` is the rank of the right level, 0 to 4.

    `asked` counts by skill the things asked for, the decision among them. `hard` is the first guess of the difficulty
    in log-odds, 0 for the middle of the library, above 0 for harder than that.
    """

    scenario: str
    variant: str
    title: str
    need: int
    asked: Mapping[str, int]
    hard: float = 0.0
    guided: bool = False
    language: str = "en"

    @property
    def id(self) -> tuple[str, str]:
        """The scenario and the variant."""
        return self.scenario, self.variant

    @property
    def emergency(self) -> bool:
        """Tell whether 911 is right."""
        return self.need >= EMERGENCY

    def share(self, skill: str) -> float:
        """Return the share of what is asked for that belongs to a skill."""
        return self.asked.get(skill, 0) / sum(self.asked.values())


def catalog(library: Iterable[Document[Scenario]]) -> tuple[PracticeCall, ...]:
    """Return every variant of these scenarios; SimcareError where one of them is not in order."""
    return tuple(call for document in library for call in _calls(document))


_ALREADY_READ: dict[str, tuple[PracticeCall, ...]] = {}
"""By the hash of the scenario's text: compiling its variants takes far longer than reading them again."""


def _calls(document: Document[Scenario]) -> tuple[PracticeCall, ...]:
    if document.sha256 not in _ALREADY_READ:
        _ALREADY_READ[document.sha256] = _compiled(document.value)
    return _ALREADY_READ[document.sha256]


def _compiled(scenario: Scenario) -> tuple[PracticeCall, ...]:
    policy = load_policy().value
    found = []
    for variant in scenario.variants:
        script = script_for(scenario, variant)
        competencies = competencies_of_rows(script)
        asked = Counter(skills_of(DECISION))
        for name, item in script.scenario.rubric.items():
            if item.kind != "must_not":
                asked.update(skills_of(competencies[name], item.covers))
        for document in (script.scenario.handoff, script.scenario.note):
            if document is not None:
                asked.update(skills_of(DOCUMENTS))
        found.append(
            PracticeCall(
                scenario=scenario.id,
                variant=variant,
                title=scenario.title,
                need=policy.rank(policy.level_of(script.scenario.decision.expect) or ""),
                asked=dict(sorted(asked.items())),
                hard=_first_guesses().get((scenario.id, variant), 0.0),
                guided=scenario.guided,
                language=scenario.persona.language,
            )
        )
    return tuple(found)


@lru_cache(maxsize=1)
def _first_guesses() -> Mapping[tuple[str, str], float]:
    """Return how far below the mean of the library, in log-odds, a new hire decides rightly in each variant."""
    rows = {(row.scenario, row.variant): row for row in shipped_profiles() if row.skill == NEW_HIRE}
    easy = {name: _log_odds(row.correct) for name, row in rows.items()}
    middle = fmean(easy.values())
    return {name: middle - value for name, value in easy.items()}


def _log_odds(share: float) -> float:
    kept = min(0.98, max(0.02, share))
    return math.log(kept / (1 - kept))
