"""The service as a hub starts it: it answers before it has learned, and says in words why it cannot be."""

from __future__ import annotations

import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import pytest
from tornado import web
from tornado.ioloop import IOLoop

from simcare.calls.listener import ngram_listener
from simcare.desk.service import hub
from simcare.documents import SimcareError
from simcare.scenarios import intents
from tests.desk.serving import PREFIX, Guest, SignedInHandler


class _StopHandler(web.RequestHandler):
    """Stand where the hub's sign-in comes back to, and end the service."""

    def get(self) -> None:
        IOLoop.current().stop()


class Started:
    """A service that a hub has started on a port of this machine."""

    def __init__(self, port: int, ended: Future[None]) -> None:
        """Take the port and what tells that it has ended."""
        self.root, self.ended = f"http://127.0.0.1:{port}", ended

    def ask(self, path: str) -> int:
        """Return the status of an answer, waiting a little for a program that is only just starting."""
        until = time.monotonic() + 20
        while True:
            try:
                return int(urllib.request.urlopen(f"{self.root}{path}", timeout=20).status)
            except urllib.error.HTTPError as error:
                error.close()
                return error.code
            except urllib.error.URLError:
                if time.monotonic() > until or self.ended.done():
                    raise


@pytest.fixture
def port(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> int:
    """Say what a hub says to a service, with stand-ins for its sign-in, and return the port that it names."""
    sign_in = ModuleType("jupyterhub.services.auth")
    sign_in.HubOAuthenticated = SignedInHandler  # type: ignore[attr-defined]
    sign_in.HubOAuthCallbackHandler = _StopHandler  # type: ignore[attr-defined]
    for name in ("jupyterhub", "jupyterhub.services"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    monkeypatch.setitem(sys.modules, "jupyterhub.services.auth", sign_in)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = int(free.getsockname()[1])
    monkeypatch.setenv(hub.URL_VARIABLE, f"http://127.0.0.1:{number}")
    monkeypatch.setenv(hub.PREFIX_VARIABLE, PREFIX)
    monkeypatch.setenv("SIMCARE_DATABASE_URL", f"sqlite:///{tmp_path / 'records.sqlite'}")
    return number


@contextmanager
def started(port: int) -> Iterator[Started]:
    """Run the service, and end it."""
    with ThreadPoolExecutor(1) as program:
        service = Started(port, program.submit(hub.serve_calls))
        try:
            yield service
        finally:
            if not service.ended.done():
                service.ask(f"{PREFIX}oauth_callback")
            service.ended.exception(20)


@pytest.mark.slow
def test_the_hub_gets_an_answer_while_the_service_still_learns(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A hub ends itself when a service is silent for half a minute; a person's desk comes when all is ready."""
    ready = threading.Event()
    monkeypatch.setattr(hub, "prepare", lambda: ready.wait(60))
    monkeypatch.setattr(hub, "default_listener", lambda: ngram_listener(intents.load()))
    with started(port) as service, ThreadPoolExecutor(1) as person:
        try:
            assert service.ask(f"{PREFIX}room.js") == 200
            coming = person.submit(Guest, service.root, "dana")
            assert service.ask(f"{PREFIX}room.css") == 200 and not coming.done()
        finally:
            ready.set()
        assert coming.result(60).view["phase"] == "pick"
    assert service.ended.exception() is None


def test_a_port_that_is_taken_is_named(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is learned first, and the words say where the port is chosen."""
    monkeypatch.setattr(hub, "prepare", lambda: pytest.fail("this takes time"))
    with socket.create_server(("127.0.0.1", port)), pytest.raises(SimcareError, match=f"port {port} is taken.*url"):
        hub.serve_calls()


def test_a_service_that_cannot_learn_ends_and_says_why(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """It does not stay and answer nobody."""

    def refuse() -> None:
        raise SimcareError("the library is not in order; see `simcare lint`")

    monkeypatch.setattr(hub, "prepare", refuse)
    with started(port) as service:
        assert "not in order" in str(service.ended.exception(20))
