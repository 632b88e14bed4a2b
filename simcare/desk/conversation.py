"""The words of the call at the desk: what a typed line is heard as, and what of it still waits for an answer.

Clauses that were heard are said at once. What is unsure is asked about, what nobody understood is given back, and what
words propose waits until it is confirmed or put off. Nothing but saying is done here.
"""

from __future__ import annotations

from collections.abc import Callable

from simcare.calls.call import Call
from simcare.calls.hearing import hear_in
from simcare.calls.listener import Clause, Listener
from simcare.calls.moves import Say
from simcare.calls.real_data import reminder
from simcare.desk.proposals import PASSING, Proposals

MOST_CLAUSES = 4
"""How many clauses of one typed line are taken; a longer speech is cut and the rest is given back."""

NOT_UNDERSTOOD = "That was not understood. Say it another way, or find a phrase in the list."
LEFT_OUT = "Not said, because it was not understood: “{}”"
DENIED = "You said what you will not do, so nothing was done. Say it another way if you meant something else."


class Conversation:
    """What is being said in one call: mutable, changed by its methods alone."""

    def __init__(self, call: Callable[[], Call], take: Callable[[Say], None], listener: Listener, asks: bool) -> None:
        """Begin with nothing said.

        `call` gives the call as it is now, and `take` records a move of it; `asks` is whether an unsure clause is asked
        about, which an assessment does not.
        """
        self._call_now, self._take, self._listener, self._asks = call, take, listener, asks
        self.chips: Clause | None = None
        """The clause that is asked about, None for none."""
        self.draft: str | None = None
        """What to put back into the field where lines are typed; None leaves it as it is."""
        self.status: str | None = None
        """What to tell about the last line."""
        self._proposals = Proposals()
        self._clauses: list[Clause] = []
        self._unheard: list[str] = []
        self._given_back = ""
        self._denied = False

    @property
    def proposal(self) -> str | None:
        """The action to ask about now."""
        return self._proposals.offered(self._call_now())

    def type_line(self, text: str, thinking: int) -> None:
        """Hear a typed line and say what was understood of it; each move takes `thinking` seconds more."""
        self.make_way()
        self._given_back = ""
        call = self._call_now()
        clauses = hear_in(call, text, self._listener)
        beyond = clauses[MOST_CLAUSES:]
        self._clauses = [*clauses[:MOST_CLAUSES], *(clause for clause in beyond if self._helps(clause))]
        self._unheard = [clause.text for clause in beyond if not self._helps(clause)]
        if not clauses:
            self._unheard = [text]
        self._go_on(thinking)
        self.status = reminder(text, (line.text for line in call.lines)) or self.status

    def choose_phrase(self, intent: str, thinking: int) -> None:
        """Say a phrase of the list in place of all that was unsure or left to say."""
        if self.chips is None:
            self.make_way()
        self.chips, self._clauses = None, []
        self._speak(intent, None, thinking)
        self._go_on(thinking)

    def choose_chip(self, intent: str, thinking: int) -> None:
        """Answer what an unsure clause meant, and say the rest of its line."""
        unsure, self.chips = self.chips, None
        if unsure is None:
            self.make_way()
        self._speak(intent, None if unsure is None else unsure.text, thinking)
        self._go_on(thinking)

    def refuse_chips(self, thinking: int) -> None:
        """Answer that an unsure clause meant none of what was offered: it is given back."""
        unsure, self.chips = self.chips, None
        if unsure is not None:
            self._unheard.append(unsure.text)
        self._go_on(thinking)

    def put_off(self) -> None:
        """Answer "not now" to the action that is asked about."""
        self._proposals.drop(self.proposal)

    def go_on_after(self, action: str, thinking: int) -> None:
        """Say what was left to say once an action was done; what nobody understood before it is told."""
        self._proposals.drop(action)
        unclear = " ".join(text for text in (self.chips.text if self.chips else "", self._given_back) if text)
        self.chips, self._given_back = None, ""
        self._go_on(thinking)
        if unclear and self.draft is None:
            self.draft, self.status = "", LEFT_OUT.format(unclear)

    def make_way(self) -> None:
        """Make way for new words: open questions are gone, but what was proposed stays until it is answered."""
        self.chips = None
        self._proposals.say_on()
        self._clauses, self._unheard, self._denied = [], [], False
        self.draft = self.status = None

    def end(self) -> None:
        """Drop all that is open: the call has ended."""
        self.make_way()
        self._proposals.clear()
        self._given_back = ""

    def _go_on(self, thinking: int) -> None:
        """Say the clauses in their order; stop to ask where one is unsure, and give back what nobody understood.

        What a later clause proposes does not wait for the answer: 911 is never behind a question.
        """
        while self._clauses and self._call_now().ended is None:
            clause = self._clauses.pop(0)
            if clause.intent is not None:
                self._speak(clause.intent, clause.text, thinking)
            elif clause.chips and self._asks:
                self.chips = clause
                helping = [later for later in self._clauses if self._helps(later)]
                self._clauses = [later for later in self._clauses if not self._helps(later)]
                for later in helping:
                    self._speak(str(later.intent), later.text, thinking)
                return
            else:
                self._unheard.append(clause.text)
                self._denied = self._denied or clause.negated
        if self._unheard and self._call_now().ended is None:
            self.draft = self._given_back = " ".join(self._unheard)
            self.status = DENIED if self._denied else NOT_UNDERSTOOD
            self._unheard, self._denied = [], False

    def _speak(self, intent: str, text: str | None, thinking: int) -> None:
        planned = self._call_now().say(intent, text)
        self._take(Say(planned.intent, planned.seconds + thinking, planned.text))
        call = self._call_now()
        proposed = call.script.intents.intents[intent].proposes
        if proposed is not None and call.ended is None:
            self._proposals.add(proposed, call)

    def _helps(self, clause: Clause) -> bool:
        """Tell whether a clause proposes to do something for the patient, more than to stay, wait or end the call."""
        known = self._call_now().script.intents.intents
        proposed = known[clause.intent].proposes if clause.intent is not None else None
        return proposed is not None and proposed not in PASSING
