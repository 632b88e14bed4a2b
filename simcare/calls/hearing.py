"""A line heard in a call that is under way, where what was already done changes what words can mean.

"I am sending an ambulance" proposes one until it was sent; from then on it tells what happens next. The listener knows
no call, and the call knows no text: this stands between them.
"""

from __future__ import annotations

from dataclasses import replace

from simcare.calls.call import Call
from simcare.calls.listener import Clause, Listener
from simcare.calls.spanish import listener_for

TOLD = "explain_next"
"""What it means to speak of an action that was done."""


def hear_in(call: Call, text: str, listener: Listener) -> tuple[Clause, ...]:
    """Return the clauses of a line as they are meant at this point of the call, heard in the call's language."""
    heard = listener_in(call, listener).hear(text, call.script.candidates())
    return tuple(_told(clause, call) for clause in heard.clauses)


def listener_in(call: Call, listener: Listener) -> Listener:
    """Return who listens in this call: the listener at hand, or the one for the language the patient speaks."""
    return listener_for(call.script.scenario.persona.language, listener)


def _told(clause: Clause, call: Call) -> Clause:
    """Take an action that was done for told, not for proposed; words of support may be said again and again."""
    if clause.intent is None:
        return replace(clause, chips=tuple(chip for chip in clause.chips if not _was_done(chip, call)))
    if not _was_done(clause.intent, call) or TOLD not in call.script.intents.intents:
        return clause
    return replace(clause, intent=TOLD, negated=True)


def _was_done(intent: str, call: Call) -> bool:
    known = call.script.intents.intents[intent]
    return known.kind in ("propose", "offer") and known.proposes in call.done
