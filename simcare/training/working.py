"""Working a recorded shift: record and shift in step, so that one that was cut off goes on where it was.

What is stored is the business of `shifts`, what happens in a shift that of `simcare.world.shift`.
"""

from __future__ import annotations

import secrets
import threading
from pathlib import Path
from typing import Any

from simcare.calls.moves import MoveError
from simcare.documents import Document, SimcareError
from simcare.scenarios import intents as intent_library
from simcare.scenarios.intents import IntentLibrary
from simcare.scenarios.library import load_policy, load_scenario
from simcare.scenarios.model import Scenario
from simcare.scenarios.policy import Policy
from simcare.training.faults import RecordError
from simcare.training.practice import NO_LISTENER, SEEDS, text_as_recorded
from simcare.training.records import Records
from simcare.training.shifts import ShiftRecord, Shifts, ShiftTexts
from simcare.world.shift.authored import ShiftSpec
from simcare.world.shift.card import ShiftCard
from simcare.world.shift.judging import judge
from simcare.world.shift.library import load_shift
from simcare.world.shift.material import Material
from simcare.world.shift.moves import ShiftMove, shift_move_from_json, shift_move_to_json
from simcare.world.shift.playing import Shift
from simcare.world.shift.work import News


class WorkedShift:
    """One shift being worked. Mutable: `take`, `finish` and `leave` change it; two threads may share it."""

    def __init__(self, records: Records, record: ShiftRecord, shift: Shift) -> None:
        """Join a record to its shift; everybody else calls `begin`, `resume` or `branch`."""
        self._lock = threading.RLock()
        self._records, self._shifts = records, Shifts(records)
        self._record, self._shift = record, shift
        self._card: ShiftCard | None = None

    @classmethod
    def begin(
        cls,
        records: Records,
        learner: str,
        name: str | Path,
        seed: int | None = None,
        *,
        exercise: str | None = None,
        listener: str = NO_LISTENER,
    ) -> WorkedShift:
        """Begin a shift of the library and record that it began; a seed not given comes from the system's luck.

        Raises SimcareError, and records nothing, where the shift or a call that it names is not in order.
        """
        texts = load_shift(name)
        luck = secrets.randbelow(SEEDS) if seed is None else seed
        shift = Shift(texts.material, luck)
        record = Shifts(records).start(
            learner,
            texts.spec.value.title,
            luck,
            ShiftTexts(
                texts.spec.text,
                texts.policy.text,
                texts.intents.text,
                {scenario: document.text for scenario, document in texts.scenarios.items()},
            ),
            listener=listener,
            exercise=exercise,
        )
        return cls(records, record, shift)

    @classmethod
    def resume(cls, records: Records, shift_id: str) -> WorkedShift:
        """Return a shift as it stands after its recorded moves, worked from the recorded texts.

        A finished or left one may be looked at and branched from; taking a move in it raises AttemptClosed.
        """
        record = Shifts(records).shift(shift_id)
        return cls(records, record, _replayed(records, record, Shifts(records).moves(shift_id)))

    # -- looking -------------------------------------------------------------------------------------------------------

    @property
    def record(self) -> ShiftRecord:
        """The record as it was when last begun, resumed, finished or left."""
        return self._record

    @property
    def shift(self) -> Shift:
        """The shift as it stands; look at it, but let only `take` change it."""
        return self._shift

    # -- working -------------------------------------------------------------------------------------------------------

    def take(self, move: ShiftMove) -> tuple[News, ...]:
        """Record a move, then return what happened.

        Raises MoveError where the move is not possible now and RecordError where it cannot be recorded; then neither
        the shift nor the record has it.
        """
        with self._lock:
            refused = self._shift.refusal(move)
            if refused is not None:
                raise MoveError(refused)
            self._shifts.append(self._record.id, len(self._shift.moves), shift_move_to_json(move))
            return self._shift.take(move)

    def finish(self) -> ShiftCard:
        """Judge the shift as it stands, close the record with it, and return the card; again gives the same."""
        with self._lock:
            if self._card is None:
                card = judge(self._shift)
                self._record = self._shifts.finish(self._record.id, card.as_json())
                self._card = card
            return self._card

    def leave(self, why: str = "") -> None:
        """Close the shift without a score."""
        with self._lock:
            self._record = self._shifts.leave(self._record.id, why)

    def branch(self, at_move: int) -> WorkedShift:
        """Return a new shift that goes on after the first `at_move` moves of this one, with the same luck."""
        with self._lock:
            record = self._shifts.branch(self._record.id, at_move)
            shift = Shift(self._shift.material, self._shift.seed)
            for move in self._shift.moves[:at_move]:
                shift.take(move)
            return WorkedShift(self._records, record, shift)


def _replayed(records: Records, record: ShiftRecord, moves: list[dict[str, Any]]) -> Shift:
    kept = "the record stays as it is; work it with the simcare it was made with"
    try:
        texts = record.texts
        material = Material(
            text_as_recorded(records, texts["spec"], ShiftSpec),
            {name: text_as_recorded(records, sha, Scenario, _today(name)) for name, sha in texts["scenarios"].items()},
            text_as_recorded(records, texts["policy"], Policy, load_policy()),
            text_as_recorded(records, texts["intents"], IntentLibrary, intent_library.document()),
        )
        shift = Shift(material, record.seed)
    except (KeyError, SimcareError) as error:
        raise RecordError(f"shift {record.id}: it cannot be opened any more ({error}); {kept}") from error
    for number, data in enumerate(moves):
        try:
            shift.take(shift_move_from_json(data))
        except MoveError as error:
            fact = f"shift {record.id}: its move {number} is not possible any more ({error})"
            raise RecordError(f"{fact}; {kept}") from error
    return shift


def _today(name: str) -> Document[Scenario] | None:
    try:
        return load_scenario(name)
    except SimcareError:  # renamed, taken out, or not in order any more; the recorded text still plays
        return None
