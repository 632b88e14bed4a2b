"""Practice: an attempt being played, with its record and its call kept in step.

A move is on the disk before the patient's answer is given out, so a call that was cut off goes on where it was. What is
stored is the business of `records`, what happens in a call that of `simcare.calls`.
"""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from simcare.calls.call import Call, Line
from simcare.calls.moves import Move, MoveError, move_from_json, move_to_json
from simcare.calls.opening import open_call
from simcare.calls.scorecard import Scorecard
from simcare.calls.scoring import score
from simcare.documents import Document, SimcareError, read_text
from simcare.scenarios import intents as intent_library
from simcare.scenarios.intents import IntentLibrary
from simcare.scenarios.library import load_policy, load_scenario
from simcare.scenarios.model import Scenario
from simcare.scenarios.policy import Policy
from simcare.training.faults import RecordError
from simcare.training.records import Attempt, Records, Rescore

NO_LISTENER = "none"
"""The listener of a practice in which nothing is typed: intents are picked."""

HARD_TO_HEAR = "this call is hard for me"
"""Why a call was left that touched its player; it is not suggested to them again."""

SEEDS = 1_000_000
"""A seed that nobody chose is below this, so that it can be read out and typed again."""

M = TypeVar("M", bound=BaseModel)


class Practice:
    """One attempt being played. Mutable: `take`, `finish` and `leave` change it; two threads may share it."""

    def __init__(self, records: Records, attempt: Attempt, call: Call) -> None:
        """Join an attempt to its call; everybody else calls `begin`, `resume` or `branch`."""
        self._lock = threading.RLock()  # JupyterLab may run callbacks on a second thread
        self._records = records
        self._attempt = attempt
        self._call = call
        self._scorecard: Scorecard | None = None

    @classmethod
    def begin(
        cls,
        records: Records,
        learner: str,
        scenario_id: str | Path,
        variant: str | None = None,
        seed: int | None = None,
        *,
        exercise: str | None = None,
        listener: str = NO_LISTENER,
        policy: str | Path = "default",
    ) -> Practice:
        """Open the line of a new call and record that it began; `listener` is the name of who hears free text.

        A variant not given is drawn by its weight from the seed, a seed not given from the system's luck. Raises
        SimcareError, and records nothing, where the scenario, variant or policy is not in order.
        """
        scenario, rules, intents = load_scenario(scenario_id), load_policy(policy), intent_library.document()
        luck = secrets.randbelow(SEEDS) if seed is None else seed
        call = open_call(scenario.value, variant, luck, policy=rules.value, intents=intents.value)
        attempt = records.start(
            learner,
            scenario.value.id,
            call.script.variant,
            luck,
            scenario_text=scenario.text,
            policy_text=rules.text,
            intents_text=intents.text,
            listener=listener,
            exercise=exercise,
        )
        return cls(records, attempt, call)

    @classmethod
    def resume(cls, records: Records, attempt_id: str) -> Practice:
        """Return the practice of an attempt as it stands after its recorded moves, played from the recorded texts.

        A finished or left attempt may be looked at and branched from; taking a move in it raises AttemptClosed.
        """
        attempt = records.attempt(attempt_id)
        intents = text_as_recorded(records, attempt.intents_sha, IntentLibrary, intent_library.document())
        rules = text_as_recorded(records, attempt.policy_sha, Policy, load_policy())
        scenario = text_as_recorded(records, attempt.scenario_sha, Scenario)
        return cls(records, attempt, _replayed(records, attempt, scenario, rules, intents))

    # -- looking -------------------------------------------------------------------------------------------------------

    @property
    def attempt(self) -> Attempt:
        """The attempt as it was when last begun, resumed, finished or left."""
        return self._attempt

    @property
    def call(self) -> Call:
        """The call as it stands; look at it and copy it, but let only `take` change it. A move replaces it."""
        return self._call

    # -- playing -------------------------------------------------------------------------------------------------------

    def take(self, move: Move) -> tuple[Line, ...]:
        """Record a move, then return the lines it led to.

        Raises MoveError where the move is not possible now and RecordError where it cannot be recorded; then neither
        the call nor the record has it.
        """
        with self._lock:
            # The fold runs ahead on a copy: a move that the call refuses must not get into a record that is replayed,
            # and an answer must not get into a call whose record does not have the move.
            ahead = self._call.copy()
            lines = ahead.take(move)
            self._records.append(self._attempt.id, len(self._call.moves), move_to_json(move))
            self._call = ahead
            return lines

    def finish(self) -> Scorecard:
        """Score the call as it stands, close the attempt with it, and return the scorecard; again gives the same."""
        with self._lock:
            if self._scorecard is None:
                scorecard = score(self._call)
                self._attempt = self._records.finish(self._attempt.id, scorecard.as_json())
                self._scorecard = scorecard
            return self._scorecard

    def leave(self, why: str = "") -> None:
        """Close the attempt without a score: a call may be too much, and leaving it costs nothing."""
        with self._lock:
            self._attempt = self._records.leave(self._attempt.id, why)

    def branch(self, at_move: int) -> Practice:
        """Return a new practice that tries again after the first `at_move` moves of this one, with the same luck."""
        with self._lock:
            attempt = self._records.branch(self._attempt.id, at_move)
            call = Call(self._call.script, self._call.chart, self._call.seed)
            for move in self._call.moves[:at_move]:
                call.take(move)
            return Practice(self._records, attempt, call)


@dataclass(frozen=True, slots=True)
class JudgedAgain:
    """What a closed attempt would score under today's texts; nothing of it is recorded yet."""

    score: float
    passed: bool
    scorecard: dict[str, Any]
    scenario_text: str
    policy_text: str
    intents_text: str


def judge_again(records: Records, attempt_id: str, *, policy: str | Path = "default") -> JudgedAgain | None:
    """Return what a closed attempt would score under today's scenario, policy and intents, and record nothing.

    None where nothing changed since it was played, or since it was last judged again. RecordError where the changed
    scenario does not allow one of its moves, or has no such variant any more.
    """
    attempt = records.attempt(attempt_id)
    scenario, rules, intents = load_scenario(attempt.scenario), load_policy(policy), intent_library.document()
    now = (scenario.sha256, rules.sha256, intents.sha256)
    judged: list[Attempt | Rescore] = [attempt, *records.rescores(attempt_id)]
    if now == (judged[-1].scenario_sha, judged[-1].policy_sha, judged[-1].intents_sha):
        return None
    call = _replayed(records, attempt, scenario.value, rules.value, intents.value)
    judged_now = score(call)
    return JudgedAgain(
        judged_now.score, judged_now.passed, judged_now.as_json(), scenario.text, rules.text, intents.text
    )


def rescore(records: Records, attempt_id: str, *, policy: str | Path = "default") -> Rescore | None:
    """Record what `judge_again` gives beside the attempt's own score, which stays; None where that is None."""
    judged = judge_again(records, attempt_id, policy=policy)
    if judged is None:
        return None
    return records.rescored(
        attempt_id,
        judged.scorecard,
        scenario_text=judged.scenario_text,
        policy_text=judged.policy_text,
        intents_text=judged.intents_text,
    )


def text_as_recorded(records: Records, sha: str, model: type[M], today: Document[M] | None = None) -> M:
    """Return a recorded text as its model, `today` where that is the same; DocumentError where it is no such text."""
    if today is not None and today.sha256 == sha:
        return today.value
    return read_text(records.text(sha), model, name=f"recorded {model.__name__.lower()} {sha[:12]}").value


def _replayed(records: Records, attempt: Attempt, scenario: Scenario, policy: Policy, intents: IntentLibrary) -> Call:
    kept = "the record stays as it is; play it with the simcare it was made with"
    try:
        call = open_call(scenario, attempt.variant, attempt.seed, policy=policy, intents=intents)
    except SimcareError as error:
        raise RecordError(f"attempt {attempt.id}: its call cannot be opened any more ({error}); {kept}") from error
    for number, data in enumerate(records.moves(attempt.id)):
        try:
            call.take(move_from_json(data))
        except MoveError as error:
            raise RecordError(
                f"attempt {attempt.id}: its move {number} is not possible any more ({error}); {kept}"
            ) from error
    return call
