"""What words have proposed and nobody has confirmed yet. Nothing is done here: a person confirms, or says "not now".

Words propose more than one thing in one breath: "I'm getting 911, stay with me". All of it is kept, and what stands
highest on the ladder is offered first, so that no promise to stay takes the place of 911.
"""

from __future__ import annotations

from simcare.calls.call import Call
from simcare.desk.steps import END, STAY

PASSING = frozenset({STAY, "wait", END})
"""Proposals of the moment: with the next line they are gone, while what helps the patient stays until answered."""


class Proposals:
    """The open proposals of one call; mutable."""

    def __init__(self) -> None:
        """Begin with none."""
        self._open: list[str] = []

    def add(self, action: str, call: Call) -> None:
        """Keep what was just proposed, where it can be done now."""
        if call.allows(action):
            self.drop(action)
            self._open.append(action)

    def drop(self, action: str | None) -> None:
        """Forget what was done, or was put off."""
        self._open = [other for other in self._open if other != action]

    def say_on(self) -> None:
        """Let go of what was only of the moment: somebody has spoken since."""
        self._open = [action for action in self._open if action not in PASSING]

    def clear(self) -> None:
        """Forget all: another call, or its end."""
        self._open = []

    def offered(self, call: Call) -> str | None:
        """Return what to ask about now: the highest rung first, what is of the moment last, else the newest."""
        can = [action for action in reversed(self._open) if call.allows(action)]
        return max(can, key=lambda action: _weight(action, call), default=None)


def _weight(action: str, call: Call) -> int:
    level = call.script.policy.actions[action].level
    if level is not None:
        return 1 + call.script.policy.rank(level)
    return -1 if action in PASSING else 0
