"""The service's few routes: the page, its script and styles, and the desk's messages. Everything else is not there.

Who is signed in is known by the handlers that are given; how they know is the business of `hub`.
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from pathlib import Path
from typing import Any

from tornado import web
from tornado.ioloop import IOLoop

from simcare.desk.cohort.widget import CohortBoard
from simcare.desk.console import CallConsole
from simcare.desk.service.desks import Desks, Room
from simcare.desk.shift.board import ShiftBoard

HERE = Path(__file__).parent
LARGEST_MESSAGE_BYTES = 100_000
AT_ONCE = 8
PLACES: dict[Room, str] = {"calls": "", "shifts": "shifts/", "progress": "progress/"}
"""Where each room is, below the service's own address."""
TITLES: dict[Room, str] = {"calls": "Take a call", "shifts": "Work a shift", "progress": "How am I doing?"}
WIDGETS: dict[Room, type[CallConsole | ShiftBoard | CohortBoard]] = {
    "calls": CallConsole,
    "shifts": ShiftBoard,
    "progress": CohortBoard,
}
"""Which widget's script and styles draw each room."""
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "media-src 'self' data: blob:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def make_application(desks: Desks, signed_in: type[web.RequestHandler], prefix: str, **more: Any) -> web.Application:
    """Return the service; `signed_in` is a handler whose `current_user` is a mapping with a `name`, or None."""
    pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="desk")
    page, messages = (type(mixin.__name__, (mixin, signed_in), {}) for mixin in (_Page, _Messages))
    routes: list[Any] = []
    for room, place in PLACES.items():
        below = prefix + place
        routes += [
            (below, page, {"room": room}),
            (f"{below}(room.js|room.css|page.js|page.css)", _Part, {"room": room}),
            (f"{below}desk", messages, {"room": room, "desks": desks, "pool": pool}),
        ]
    return web.Application(routes, default_handler_class=_Nothing, xsrf_cookies=True, **more)


class _Ours(web.RequestHandler):
    """What all of the service's answers share."""

    def set_default_headers(self) -> None:
        """Let no other page frame this one and nothing be kept in caches."""
        for name, value in HEADERS.items():
            self.set_header(name, value)

    def write_error(self, status_code: int, **_: Any) -> None:
        """Answer with the number alone: an error tells nothing of what is behind it."""
        self.set_header("Content-Type", "text/plain; charset=utf-8")
        self.finish(f"simcare: {status_code}\n")


class _Nothing(_Ours):
    """Answer that there is no such page, whatever the method."""

    def prepare(self) -> None:
        """Refuse."""
        raise web.HTTPError(404)

    def check_xsrf_cookie(self) -> None:
        """Nothing happens here, so nothing has to be checked first."""


class _Page(_Ours):
    """The page of a room."""

    def initialize(self, room: Room) -> None:
        """Take the room."""
        self._room = room

    @web.authenticated
    def get(self) -> None:
        """Write the page; reading the token sets the cookie that messages answer with."""
        self.xsrf_token  # noqa: B018
        self.set_header("Content-Type", "text/html; charset=utf-8")
        up = "../" * PLACES[self._room].count("/")
        places = {room: f"{up}{place}" or "./" for room, place in PLACES.items()}
        filled = {
            "title": TITLES[self._room],
            "rooms": " ".join(f'data-{room}="{place}"' for room, place in places.items()),
            "ways": " · ".join(
                f'<a href="{place}">{TITLES[room]}</a>' for room, place in places.items() if room != self._room
            ),
            "out": f"{up}../../hub/logout",
        }
        page = _file("page.html")
        for name, words in filled.items():
            page = page.replace("{{" + name + "}}", words)
        self.finish(page)


class _Part(_Ours):
    """What the page is made of: the same for everybody, and nobody's content."""

    def initialize(self, room: Room) -> None:
        """Take the room, which has the script and the styles of its widget."""
        widget = WIDGETS[room]
        self._own = {"room.js": str(widget._esm), "room.css": str(widget._css)}

    def get(self, name: str) -> None:
        """Write a script or a style sheet."""
        kind = "text/javascript" if name.endswith(".js") else "text/css"
        self.set_header("Content-Type", f"{kind}; charset=utf-8")
        self.finish(self._own.get(name) or _file(name))


class _Messages(_Ours):
    """The desk of whoever is signed in."""

    def initialize(self, room: Room, desks: Desks, pool: ThreadPoolExecutor) -> None:
        """Take the room, the desks, and the threads that they work in."""
        self._room, self._desks, self._pool = room, desks, pool

    @web.authenticated
    async def get(self) -> None:
        """Write where the desk stands."""
        await self._answer(None)

    @web.authenticated
    async def post(self) -> None:
        """Do what a message asks, and write where the desk stands then."""
        try:
            message = json.loads(self.request.body) if len(self.request.body) <= LARGEST_MESSAGE_BYTES else None
        except (ValueError, RecursionError):
            message = None
        if not isinstance(message, dict):
            raise web.HTTPError(400)
        await self._answer(message)

    async def _answer(self, message: dict[str, Any] | None) -> None:
        seen, name = self.get_query_argument("sheet", ""), str(self.current_user["name"])
        answer = partial(self._desks.answer, self._room, name, message, seen)
        drawn = await IOLoop.current().run_in_executor(self._pool, answer)
        self.set_header("Content-Type", "application/json")
        self.finish(json.dumps(drawn))


@cache
def _file(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")
