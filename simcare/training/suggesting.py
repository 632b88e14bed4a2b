"""The next call for a learner of the records: what `next_practice` needs, gathered."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime

from simcare.documents import Document, SimcareError
from simcare.scenarios.library import load_scenario, scenario_ids
from simcare.scenarios.model import Scenario
from simcare.training.catalog import PracticeCall, catalog
from simcare.training.judged import judged_calls
from simcare.training.next_practice import Suggestion, next_practice
from simcare.training.practice import HARD_TO_HEAR
from simcare.training.records import Records


def suggest(records: Records, learner: str, now: datetime) -> Suggestion | None:
    """Return the next call for a learner; a scenario that was left as too hard is not suggested again."""
    calls = judged_calls(records, learner)
    attempts = records.attempts(learner)
    left = {attempt.scenario for attempt in attempts if attempt.left_why == HARD_TO_HEAR}
    name = (calls or attempts)[0].learner if calls or attempts else learner
    return next_practice(calls, name, offered(_library() if calls else _guided()), now, avoid=left)


def offered(library: Iterable[Document[Scenario]]) -> tuple[PracticeCall, ...]:
    """Return what these scenarios offer to practice; one that is not in order offers nothing."""
    found: list[PracticeCall] = []
    for document in library:
        with suppress(SimcareError):
            found += catalog([document])
    return tuple(found)


def _library() -> list[Document[Scenario]]:
    found = []
    for name in scenario_ids():
        with suppress(SimcareError):
            found.append(load_scenario(name))
    return found


def _guided() -> list[Document[Scenario]]:
    """Return the guided calls alone: whoever has finished nothing starts there, and a library takes long to compile."""
    return [document for document in _library() if document.value.guided] or _library()
