"""A recorded attempt seen again: its debrief from the scorecard it got, and its lines to step through."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from simcare.desk.cohort.words import day
from simcare.desk.debrief import debrief_view
from simcare.training.faults import RecordError
from simcare.training.practice import Practice
from simcare.training.records import Records
from simcare.training.reviews import RATINGS, Review


def replay_view(records: Records, attempt_id: str, reviews: Sequence[Review]) -> dict[str, Any]:
    """Return a finished attempt as it was; RecordError where it is not finished or cannot be played any more."""
    practice = Practice.resume(records, attempt_id)
    attempt = practice.attempt
    if attempt.scorecard is None:
        raise RecordError(f"attempt {attempt_id} was not finished, so there is no debrief to see")
    again = "" if attempt.parent is None else f", tried again from move {attempt.branched_at}"
    return {
        "phase": "replay",
        "attempt": attempt.id,
        "learner": attempt.learner,
        "variant": attempt.variant,
        "words": f"{attempt.learner}, {day(attempt.started_at)}{again}",
        "debrief": debrief_view(practice.call, attempt.scorecard, rewind=False),
        "reviews": [
            {
                "id": each.id,
                "by": f"{each.reviewer}, {day(each.said_at)}",
                "rating": "" if each.rating is None else f"{each.rating} of 5: {RATINGS[each.rating]}",
                "comment": each.comment,
            }
            for each in reviews
        ],
        "ratings": [[str(number), words] for number, words in RATINGS.items()],
    }
