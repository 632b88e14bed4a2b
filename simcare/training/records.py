"""The records: who practiced what, every move of it, and how it was judged.

`Records` is the only door to the database. A move is on the disk before `append` returns; nothing recorded is ever
rewritten. Opening and upgrading live in `opening`, playing a recorded attempt in `practice`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import Engine, Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from simcare.training import rows
from simcare.training.canonical import as_stored, name_key, new_id, storable, strict_json
from simcare.training.faults import AttemptClosed, MoveOutOfOrder, RecordError, UnknownRecord, told
from simcare.training.opening import compact, kept_copies, open_engine, writing
from simcare.training.rows import Attempt, Rescore
from simcare.training.tables import AttemptRow, LearnerRow, MoveRow, RescoreRow, TextRow

__all__ = ["Attempt", "Records", "Rescore"]

LARGEST_SEED = 2**63 - 1


class Records:
    """A store of attempts; safe to share between threads, and between programs on one database."""

    def __init__(self, engine: Engine, place: str) -> None:
        """Take an engine whose tables are up to date; everybody else calls `open`."""
        self._engine = engine
        self._writer = writing(engine)
        self.place = place
        """Where the records are, fit to be shown: a path, or a URL without its password."""

    @classmethod
    def open(cls, url: str | None = None) -> Records:
        """Open the records, made or upgraded where needed: `url`, SIMCARE_DATABASE_URL, or the user's data folder.

        Raises RecordError where the URL is bad, the place cannot be written, or the database is damaged, locked, newer
        than this program or not simcare's.
        """
        return cls(*open_engine(url))

    def close(self) -> None:
        """Let go of the database; the records stay."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    # -- writing -------------------------------------------------------------------------------------------------------

    def start(
        self,
        learner: str,
        scenario: str,
        variant: str,
        seed: int,
        *,
        scenario_text: str,
        policy_text: str,
        intents_text: str,
        listener: str,
        exercise: str | None = None,
    ) -> Attempt:
        """Begin an attempt and return it; the three texts are stored once each and pinned by their hashes."""
        if not 0 <= seed <= LARGEST_SEED:
            raise RecordError(f"the seed {seed} cannot be recorded; use a whole number from 0 to {LARGEST_SEED}")
        now = datetime.now(UTC)
        with self.writing() as session:
            row = AttemptRow(
                id=new_id(),
                learner_id=rows.learner_id(session, learner, now),
                scenario=scenario,
                variant=variant,
                seed=seed,
                scenario_sha=rows.keep_text(session, scenario_text),
                policy_sha=rows.keep_text(session, policy_text),
                intents_sha=rows.keep_text(session, intents_text),
                listener=listener,
                exercise=exercise,
                status="open",
                started_at=now,
            )
            session.add(row)
            session.flush()
            return rows.one_attempt(session, row.id)

    def append(self, attempt_id: str, nth: int, move_json: Mapping[str, Any]) -> None:
        """Record the next move, on the disk when this returns; `nth` counts from 0.

        Raises MoveOutOfOrder where another number is next, AttemptClosed where the attempt is finished or left.
        """
        body = dict(move_json)
        strict_json(body)
        with self.writing() as session:
            status, following = rows.status_and_next(session, attempt_id)
            if status != "open":
                raise AttemptClosed(_closed(attempt_id, status))
            if nth != following:
                raise MoveOutOfOrder(_out_of_order(attempt_id, nth, following))
            try:
                rows.add_move(session, attempt_id, nth, datetime.now(UTC), body)
            except IntegrityError as error:  # a server lets two programs come this far; the key lets one pass
                raise MoveOutOfOrder(_out_of_order(attempt_id, nth, nth + 1)) from error

    def finish(self, attempt_id: str, scorecard_json: Mapping[str, Any]) -> Attempt:
        """Close an attempt with its scorecard for good; the scorecard must have `score` (0 to 100) and `passed`."""
        scorecard, score, passed = _judgment(scorecard_json)
        return self._close(attempt_id, status="finished", scorecard=scorecard, score=score, passed=passed)

    def leave(self, attempt_id: str, why: str) -> Attempt:
        """Close an attempt without a score: the learner left the call, and said why or nothing."""
        return self._close(attempt_id, status="left", left_why=storable(why))

    def branch(self, attempt_id: str, at_move: int) -> Attempt:
        """Begin a new attempt that shares the first `at_move` moves of this one, with its seed, texts and listener.

        The old attempt, open or closed, stays as it is and is the parent. RecordError where it has fewer moves.
        """
        with self.writing() as session:
            old = rows.find_row(session, attempt_id)
            _, recorded = rows.status_and_next(session, attempt_id)
            if not 0 <= at_move <= recorded:
                raise RecordError(
                    f"attempt {attempt_id} has {recorded} moves; branch at 0 to {recorded}, not {at_move}"
                )
            row = AttemptRow(
                id=new_id(),
                learner_id=old.learner_id,
                scenario=old.scenario,
                variant=old.variant,
                seed=old.seed,
                scenario_sha=old.scenario_sha,
                policy_sha=old.policy_sha,
                intents_sha=old.intents_sha,
                listener=old.listener,
                exercise=old.exercise,
                status="open",
                started_at=datetime.now(UTC),
                parent=old.id,
                branched_at=at_move,
            )
            session.add(row)
            session.flush()
            for move in session.scalars(rows.moves_of(attempt_id).where(MoveRow.nth < at_move)).all():
                rows.add_move(session, row.id, move.nth, move.taken_at, move.body)
            return rows.one_attempt(session, row.id)

    def rescored(
        self,
        attempt_id: str,
        scorecard_json: Mapping[str, Any],
        *,
        scenario_text: str,
        policy_text: str,
        intents_text: str,
    ) -> Rescore:
        """Keep what a closed attempt would score under other texts; its own score is not touched."""
        scorecard, score, passed = _judgment(scorecard_json)
        with self.writing() as session:
            attempt = rows.one_attempt(session, attempt_id)
            if attempt.status == "open":
                raise RecordError(f"attempt {attempt_id} is still open; finish it before it is judged again")
            row = RescoreRow(
                attempt_id=attempt_id,
                scenario_sha=rows.keep_text(session, scenario_text),
                policy_sha=rows.keep_text(session, policy_text),
                intents_sha=rows.keep_text(session, intents_text),
                scored_at=datetime.now(UTC),
                scorecard=scorecard,
                score=score,
                passed=passed,
            )
            session.add(row)
            session.flush()
            return rows.rescore(row)

    # -- reading -------------------------------------------------------------------------------------------------------

    def attempt(self, attempt_id: str) -> Attempt:
        """Return one attempt; raise UnknownRecord where there is none."""
        with self.reading() as session:
            return rows.one_attempt(session, attempt_id)

    def attempts(self, learner: str | None = None) -> list[Attempt]:
        """Return all attempts, or one learner's, newest first."""
        return self._attempts(rows.newest_first(learner))

    def open_attempts(self, learner: str) -> list[Attempt]:
        """Return the attempts a learner can go on with, newest first."""
        return self._attempts(rows.newest_first(learner).where(AttemptRow.status == "open"))

    def learners(self) -> list[str]:
        """Return the names of all learners in alphabetical order."""
        with self.reading() as session:
            return list(session.scalars(select(LearnerRow.name).order_by(LearnerRow.key)))

    def knows(self, learner: str) -> bool:
        """Tell whether somebody of this name is recorded."""
        with self.reading() as session:
            return session.scalar(select(LearnerRow.id).where(LearnerRow.key == name_key(learner))) is not None

    def moves(self, attempt_id: str) -> list[dict[str, Any]]:
        """Return an attempt's moves in order, as they were given to `append`."""
        with self.reading() as session:
            rows.one_attempt(session, attempt_id)
            return [move.body for move in session.scalars(rows.moves_of(attempt_id))]

    def rescores(self, attempt_id: str) -> list[Rescore]:
        """Return the later judgments of an attempt, oldest first."""
        with self.reading() as session:
            rows.one_attempt(session, attempt_id)
            found = select(RescoreRow).where(RescoreRow.attempt_id == attempt_id).order_by(RescoreRow.id)
            return [rows.rescore(row) for row in session.scalars(found)]

    def text(self, sha256: str) -> str:
        """Return the text stored under this hash; raise UnknownRecord where there is none."""
        with self.reading() as session:
            found = session.get(TextRow, sha256)
            if found is None:
                raise UnknownRecord(f"no text with the hash {sha256} is recorded; it was never stored here")
            return found.body

    def _attempts(self, query: Select[AttemptRow, str, int]) -> list[Attempt]:
        with self.reading() as session:
            return [rows.attempt(*found) for found in session.execute(query)]

    # -- transactions --------------------------------------------------------------------------------------------------

    def _close(self, attempt_id: str, **judged: object) -> Attempt:
        with self.writing() as session:
            status, _ = rows.status_and_next(session, attempt_id)
            if status != "open":
                raise AttemptClosed(_closed(attempt_id, status))
            row = rows.find_row(session, attempt_id)
            for name, value in {**judged, "finished_at": datetime.now(UTC)}.items():
                setattr(row, name, value)
            session.flush()
            return rows.one_attempt(session, attempt_id)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Hold one transaction that writes: what happens in it happens whole or not at all."""
        with told(self.place), Session(self._writer) as session, session.begin():
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Hold one look at the records."""
        with told(self.place), Session(self._engine) as session:
            yield session

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """Hold one look at the records as they are now, whatever others write while it lasts."""
        engine = self._engine
        if engine.dialect.name != "sqlite":  # there a transaction is a snapshot anyway
            engine = engine.execution_options(isolation_level="REPEATABLE READ")
        with told(self.place), Session(engine) as session:
            yield session

    def compact(self) -> None:
        """Overwrite what was deleted, so that a SQLite file and its log hold no byte of it; RecordsLocked where in use.

        PostgreSQL frees the space of what was deleted by itself.
        """
        with told(self.place):
            compact(self._engine)

    def copies(self) -> list[Path]:
        """Return the copies of the file that were kept before upgrades; none where the records are not a file."""
        return kept_copies(self._engine)


def _judgment(given: Mapping[str, Any]) -> tuple[dict[str, Any], float, bool]:
    scorecard: dict[str, Any] = as_stored(dict(given))
    score, passed = scorecard.get("score"), scorecard.get("passed")
    if isinstance(score, bool) or not isinstance(score, int | float) or not 0 <= score <= 100:
        raise RecordError(f"the scorecard's score is {score!r}; it must be a number from 0 to 100")
    if not isinstance(passed, bool):
        raise RecordError(f"the scorecard says passed = {passed!r}; it must be true or false")
    return scorecard, float(score), passed


def _closed(attempt_id: str, status: str) -> str:
    return f"attempt {attempt_id} is already {status}; branch from it to try again"


def _out_of_order(attempt_id: str, nth: int, following: int) -> str:
    return (
        f"move {nth} of attempt {attempt_id} cannot be recorded, the next one is {following}; another window may "
        "have gone on with this call: resume it here to go on from there"
    )
