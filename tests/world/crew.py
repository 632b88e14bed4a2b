"""People on duty as one shared resource, the plain way: requests sorted on every arrival, searched on every release."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import simpy

from simcare.world import Post

LICENSES = ("none", "lpn", "rn")


@dataclass(eq=False)
class Person:
    """Somebody on duty."""

    number: int
    post: Post
    on_call: bool = False
    on_duty: bool = False
    leaves: float = 0.0
    pace: float = 1.0
    free_since: float = 0.0


@dataclass(eq=False)
class Request:
    """Somebody who waits for a person."""

    rank: int
    came: float
    able: Any
    own: int
    granted: simpy.Event = field(repr=False)


class Crew:
    """All people on duty as one resource."""

    def __init__(self, env: simpy.Environment) -> None:
        self.env = env
        self.free: list[Person] = []
        self.requests: list[Request] = []

    def request(self, rank: int, able: Any, own: int = -1) -> Request:
        """Ask for somebody who is able; the own care manager first."""
        request = Request(rank, self.env.now, able, own, self.env.event())
        self.requests.append(request)
        self.requests.sort(key=lambda each: (each.rank, each.came))
        self.match()
        return request

    def cancel(self, request: Request) -> None:
        """Give up waiting."""
        self.requests.remove(request)

    def enter(self, person: Person) -> None:
        """Come on duty, or be free again."""
        person.free_since = self.env.now
        self.free.append(person)
        self.match()

    def release(self, person: Person) -> None:
        """Be free again, or go where the block has ended."""
        if self.env.now < person.leaves - 1e-6:
            self.enter(person)
        else:
            person.on_duty = False

    def match(self) -> None:
        """Give each request, in order, the best person who is free."""
        for request in list(self.requests):
            able = [each for each in self.free if request.able(each)]
            if able:
                person = min(
                    able,
                    key=lambda each: (
                        each.number != request.own,
                        each.post.prefer,
                        LICENSES.index(each.post.license),
                        each.on_call,
                        each.free_since,
                    ),
                )
                self.free.remove(person)
                self.requests.remove(request)
                request.granted.succeed(person)
