"""The service for trainees, running in this process: a header says who is signed in, as a hub's sign-in would."""

from __future__ import annotations

import asyncio
import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookiejar import CookieJar
from typing import Any

from tornado import web
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port

from simcare.calls.listener import Listener
from simcare.desk.service.desks import Desks
from simcare.desk.service.pages import make_application
from simcare.training.records import Records

PREFIX = "/services/simcare/"
WHO = "X-Person"


class SignedInHandler(web.RequestHandler):
    """Believe a header."""

    def get_current_user(self) -> dict[str, str] | None:
        """Return who the header names."""
        name = self.request.headers.get(WHO)
        return None if name is None else {"name": name}


@contextmanager
def served(records: Records, listener: Listener) -> Iterator[str]:
    """Run the service and give its address."""
    socket, port = bind_unused_port()
    loop = asyncio.new_event_loop()

    def run() -> None:
        asyncio.set_event_loop(loop)
        settings = {"cookie_secret": "secret", "login_url": "/hub/login"}
        server = HTTPServer(make_application(Desks(records, lambda: listener), SignedInHandler, PREFIX, **settings))
        server.add_socket(socket)
        loop.run_forever()
        server.stop()

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{port}"
    loop.call_soon_threadsafe(loop.stop)
    thread.join()


class Guest:
    """Somebody's browser at the service; `heard` keeps the text of every answer."""

    def __init__(self, root: str, name: str | None, place: str = "") -> None:
        """Come to a room's page, signed in under a name or not."""
        self.root, self.name, self._at = root, name, PREFIX + place
        self.heard: list[str] = []
        self._cookies = CookieJar()
        self._open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._cookies), _Stay).open
        self.view: dict[str, Any] = {}
        self.call: dict[str, Any] = {}
        self.progress: dict[str, Any] = {}
        self.sheet: dict[str, Any] = {}
        self._sheet_id = ""
        if name is not None:
            assert self.ask(self._at)[0] == 200
            self._take(self.ask(f"{self._at}desk")[1])

    def ask(self, path: str, method: str = "GET", body: bytes | None = None, *, xsrf: bool = True) -> tuple[int, str]:
        """Return the status and the text of an answer."""
        headers = {"Content-Type": "application/json"}
        if self.name is not None:
            headers[WHO] = self.name
        token = next((one.value or "" for one in self._cookies if one.name == "_xsrf"), "")
        if xsrf and token:
            headers["X-XSRFToken"] = token
        request = urllib.request.Request(self.root + path, body, headers, method=method)
        try:
            with self._open(request, timeout=60) as answer:
                status, text = answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                status, text = error.code, error.read().decode()
        self.heard.append(text)
        return status, text

    def tell(self, kind: str, **fields: object) -> dict[str, Any]:
        """Send the desk a message made from the view seen last, and return the new view."""
        message = {"kind": kind, "seq": self.view["seq"], **fields}
        status, text = self.ask(f"{self._at}desk?sheet={self._sheet_id}", "POST", json.dumps(message).encode())
        assert status == 200, text
        self._take(text)
        return self.view

    def tell_call(self, kind: str, **fields: object) -> dict[str, Any]:
        """Send a message as the console of the call on hand would, and return the console's new view."""
        self.tell("call", content={"kind": kind, "seq": self.call["seq"], **fields})
        return self.call

    def look(self) -> dict[str, Any]:
        """Ask where the desk stands, and return the view."""
        self._take(self.ask(f"{self._at}desk?sheet={self._sheet_id}")[1])
        return self.view

    def _take(self, text: str) -> None:
        drawn = json.loads(text)
        self.call, self.progress = drawn.get("call", {}), drawn.get("progress", {})
        self.view, self._sheet_id = drawn["view"], drawn["sheet_id"]
        self.sheet = drawn.get("sheet", self.sheet)


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None
