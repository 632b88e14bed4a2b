"""The board: what waits and who is free, one deque for each rank and each set of people who may take it.

Who may take a piece of work depends on its kind, the license it needs, the patient's state and whether it is critical.
Alike people are one class; alike sets of classes are one eligibility. It knows no time and no luck.
"""

from __future__ import annotations

from bisect import insort
from collections import OrderedDict, deque
from collections.abc import Sequence
from typing import Protocol

from simcare.world.posts import License, Post, Takes
from simcare.world.spec import Needs

CRITICAL_LIVE, SAME_DAY_LIVE, ROUTINE_LIVE, DUE_SOON, DUE_LATER = range(5)
"""Ranks on the board, first come first served within each. Live calls go before callbacks, those before other tasks;
the monthly work list, which is not first come first served, comes last."""
RANKS = 5
_LICENSES: Sequence[License] = ("none", "lpn", "rn")

Class = tuple[int, int, License, frozenset[str] | None, frozenset[Takes], bool]
"""Preference, rank of license, license, its states, kinds of work, whether on call only; sorted as they are asked."""


def class_of(post: Post, on_call: bool) -> Class:
    """Return the class of a post, at work or on call."""
    return post.prefer, _LICENSES.index(post.license), post.license, post.licensed, post.takes, on_call


def may_take(of: Class, kind: Takes, needs: Needs, state: str, nurse_only: frozenset[str], critical: bool) -> bool:
    """Return whether a class may take a piece of work; "" is the state of work without a patient."""
    _, _, license_, states, takes, on_call = of
    if kind not in takes or (on_call and not critical):
        return False
    holds_here = not state or states is None or state in states
    if needs == "nurse":
        return license_ == "rn" and holds_here
    if needs == "clinical" and state in nurse_only:
        return license_ != "none" and holds_here
    return True


class _Queue(deque[int]):
    """Rows of one rank that the same classes may take; the first of them always waits, others may have left."""

    def __init__(self, takers: tuple[int, ...]) -> None:
        super().__init__()
        self.takers = takers


class Hands(Protocol):
    """Somebody without work, who begins with a row at once."""

    def take(self, row: int) -> None:
        """Begin with a row."""


class Board:
    """Rows that wait, by rank and eligibility, and posts that wait for a row; `came` tells when each row came."""

    def __init__(self, posts: Sequence[Post], nurse_only: frozenset[str], came: Sequence[float]) -> None:
        self._nurse_only, self._came = nurse_only, came
        found = {class_of(post, on_call) for post in posts for on_call in (False, True) if post.on_call or not on_call}
        self.classes = sorted(found, key=lambda each: (each[0], each[1], each[5], str(each[2:])))
        number = {each: at for at, each in enumerate(self.classes)}
        self.at_work = [number[class_of(post, False)] for post in posts]
        self.on_call = [number[class_of(post, True)] if post.on_call else -1 for post in posts]
        self.now = [-1] * len(posts)
        """Class of each post at this time, -1 off duty."""
        self.takers: list[tuple[int, ...]] = []
        """For each eligibility its classes, in the order in which they are asked."""
        self._eligibilities: dict[tuple[int, ...], int] = {}
        self._asked: dict[tuple[Takes, Needs, str, bool], int] = {}
        self._queues: list[dict[int, _Queue]] = [{} for _ in range(RANKS)]
        """Of each rank by eligibility; a queue comes into being with its first row."""
        self._ranks: list[dict[int, list[_Queue]]] = [{} for _ in self.classes]
        self._lines: list[list[list[_Queue]]] = [[] for _ in self.classes]
        """For each class the queues from which it takes: those of the lowest rank first."""
        self.waiting = [0] * len(self.classes)
        """How many rows wait that each class may take."""
        self._queue_of: dict[int, _Queue] = {}
        """Where each row waits."""
        self.idle: list[OrderedDict[int, Hands]] = [OrderedDict() for _ in self.classes]

    def eligibility(self, kind: Takes, needs: Needs, state: str, critical: bool) -> int:
        """Return the number of the set of classes that may take such work."""
        asked = (kind, needs, state, critical)
        if asked not in self._asked:
            takers = tuple(
                at
                for at, each in enumerate(self.classes)
                if may_take(each, kind, needs, state, self._nurse_only, critical)
            )
            if takers not in self._eligibilities:
                self._eligibilities[takers] = len(self.takers)
                self.takers.append(takers)
            self._asked[asked] = self._eligibilities[takers]
        return self._asked[asked]

    def offer(self, row: int, rank: int, eligibility: int, own: int = -1) -> bool:
        """Hand a row to somebody idle, the own care manager first, or let it wait; return whether it is taken."""
        takers, idle = self.takers[eligibility], self.idle
        if own >= 0 and self.now[own] in takers and own in idle[self.now[own]]:
            idle[self.now[own]].pop(own).take(row)
            return True
        for at in takers:
            if idle[at]:
                idle[at].popitem(False)[1].take(row)
                return True
        queue = self._queues[rank].get(eligibility)
        if queue is None:
            queue = self._add_queue(rank, eligibility)
        if rank >= DUE_SOON and queue and self._came[queue[-1]] > self._came[row]:  # it has rested: back to its place
            insort(queue, row, key=lambda each: (self._came[each], each))
        else:
            queue.append(row)
        self._queue_of[row] = queue
        for at in takers:
            self.waiting[at] += 1
        return False

    def _add_queue(self, rank: int, eligibility: int) -> _Queue:
        queue = self._queues[rank][eligibility] = _Queue(self.takers[eligibility])
        for at in queue.takers:
            self._ranks[at].setdefault(rank, []).append(queue)
            self._lines[at] = [self._ranks[at][each] for each in sorted(self._ranks[at])]
        return queue

    def take(self, of: int) -> int:
        """Return the row that a class should take next: lowest rank, then first come. One must wait for it."""
        came = self._came
        for line in self._lines[of]:
            first: _Queue | None = None
            for queue in line:
                if queue and (first is None or (came[queue[0]], queue[0]) < (came[first[0]], first[0])):
                    first = queue
            if first:
                row = first.popleft()
                self._forget(row)
                return row
        raise AssertionError("the board counts a row that no line holds")

    def withdraw(self, row: int) -> bool:
        """Take a row off the board; return False where it no longer waits."""
        if row not in self._queue_of:
            return False
        self._forget(row)
        return True

    def _forget(self, row: int) -> None:
        waits = self._queue_of
        queue = waits.pop(row)
        for at in queue.takers:
            self.waiting[at] -= 1
        while queue and queue[0] not in waits:
            queue.popleft()
