"""A listener that does as it is told, and how a test speaks to a desk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from simcare.calls.listener import Clause, Heard
from simcare.desk.call_desk import CallDesk

LIBRARY = Path(__file__).parent / "library"
"""The tests' own calls: `desk-check` and `markup-everywhere`."""


class ToldListener:
    """Hear a line as the intents it names: "greet_introduce. ask_fever".

    "?a,b,c" is unsure, "not x" is denied, and anything else means nothing.
    """

    name = "told-1"

    def hear(self, text: str, candidates: object = None) -> Heard:
        """Return a clause for each part between full stops."""
        clauses = []
        for part in (part.strip() for part in text.split(".") if part.strip()):
            if part.startswith("?"):
                clauses.append(Clause(part, None, 0.2, tuple(part[1:].split(","))))
            else:
                intent = part if "_" in part and " " not in part else None
                clauses.append(Clause(part, intent, 0.9, negated=part.startswith("not ")))
        return Heard(tuple(clauses))


def tell(desk: CallDesk, kind: str, **fields: object) -> dict[str, Any]:
    """Send a message as the page would, and return the screen that answers it."""
    desk.handle({"kind": kind, "seq": desk.screen()["seq"], **fields})
    return desk.screen()
