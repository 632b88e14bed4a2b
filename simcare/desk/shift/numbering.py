"""What the page calls the items of a shift and the answers to a message: numbers, and never the author's names.

Items are numbered as they come, so a number tells only that so many came before. Authors tend to write the answer that
fits first; the page has the answers in an order that luck drew for the message, the same whenever it is shown.
"""

from __future__ import annotations

from simcare import chance
from simcare.documents import SimcareError
from simcare.world.shift.playing import Shift

NOT_HERE = "this is not on your desk; reload the page"


def number_of(shift: Shift, item: str) -> str:
    """Return what the page calls an item."""
    return str(1 + list(shift.cast).index(item))


def item_of(shift: Shift, number: object) -> str:
    """Return the item that the page means; SimcareError where none of this number has come."""
    here = {number_of(shift, work.part.id): work.part.id for work in shift.works()}
    if str(number) not in here:
        raise SimcareError(NOT_HERE)
    return here[str(number)]


def answers(shift: Shift, item: str) -> tuple[str, ...]:
    """Return the answers to a message by the author's names, in the order in which the page has them."""
    return chance.shuffle(shift.seed, "shift.answers", item, items=tuple(shift.cast[item].answers))


def answer_of(shift: Shift, item: str, number: object) -> str:
    """Return the answer to a message that the page means; SimcareError where it has none of this number."""
    found = {str(nth): name for nth, name in enumerate(answers(shift, item) if item else (), start=1)}
    if str(number) not in found:
        raise SimcareError("this message has no such answer; reload the page")
    return found[str(number)]
