"""How numbers, days and decisions are said on the cohort's pages; values in, words out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from simcare.training.competency import Rating
from simcare.training.items import Discrimination
from simcare.training.measures import Share
from simcare.training.seven_skills import SKILLS

TRAINING = "Training material, not a clinical protocol. All patients are synthetic."
VERDICTS = {
    "correct": "Right level",
    "accepted": "Accepted level",
    "under": "Too little help",
    "over": "Too much help",
    "none": "No decision",
}
NOTHING = "–"
BROKEN = "Something went wrong and this was not done; what was kept before is safe. Please report what you did."


def day(moment: datetime | None) -> str:
    """Return a moment as a day where the reader sits: 'Nov 3'; with the year where it is another one."""
    if moment is None:
        return NOTHING
    here, now = moment.astimezone(), datetime.now().astimezone()
    return f"{here:%b} {here.day}" + ("" if here.year == now.year else f", {here.year}")


def of(share: Share) -> str:
    """Return a share as counts: '3 of 8'."""
    return f"{share.hits} of {share.cases}" if share.cases else NOTHING


def between(share: Share) -> str:
    """Return a share in percent with its 95 % interval: '38% (14 to 69)'."""
    if share.share is None or share.low is None or share.high is None:
        return NOTHING
    return f"{100 * share.share:.0f}% ({100 * share.low:.0f} to {100 * share.high:.0f})"


def points(score: float | None) -> str:
    """Return a mean score without decimals."""
    return NOTHING if score is None else f"{score:.0f}"


def reached(score: float | None) -> str:
    """Return a score in whole points reached, as a debrief has it: 74.6 is 74, which a mark of 75 does not pass."""
    return NOTHING if score is None else f"{int(score)}"


def apart(found: Discrimination) -> str:
    """Return a discrimination with its interval, or that there are too few people."""
    if found.value is None or found.low is None or found.high is None:
        return NOTHING
    return f"{found.value:.2f} ({found.low:.2f} to {found.high:.2f})"


def rated(rating: Rating) -> str:
    """Return what a rating says: of 100 things asked for, how many are done."""
    if rating.few:
        return f"Too few calls: {rating.calls}"
    return f"{100 * rating.share:.0f} of 100 ({100 * rating.low:.0f} to {100 * rating.high:.0f})"


def skill_names(skills: Iterable[str]) -> list[str]:
    """Return skills in plain words."""
    return [SKILLS[name] for name in skills]


def counted(number: int, one: str) -> str:
    """Return '1 call', '2 calls'."""
    return f"{number:,} {one}{'' if number == 1 else 's'}"
