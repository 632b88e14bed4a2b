"""Start the service where a JupyterHub wants it, and let the hub say who is signed in.

JupyterHub's package is needed here and nowhere else in simcare; signing in is left to its own classes.
"""

from __future__ import annotations

import os
import secrets
from concurrent.futures import Future, ThreadPoolExecutor
from socket import socket
from typing import Any
from urllib.parse import urlsplit

from tornado import web
from tornado.httpserver import HTTPServer
from tornado.ioloop import IOLoop
from tornado.netutil import bind_sockets

from simcare.calls.listener import Listener, default_listener
from simcare.desk.opening import prepare
from simcare.desk.service.desks import Desks
from simcare.desk.service.pages import make_application
from simcare.documents import SimcareError
from simcare.training.records import Records

URL_VARIABLE, PREFIX_VARIABLE = "JUPYTERHUB_SERVICE_URL", "JUPYTERHUB_SERVICE_PREFIX"


def serve_calls() -> None:
    """Serve the call desk to whom a JupyterHub signs in, until stopped.

    SimcareError where no hub has started this, the port is taken, or the library cannot be read.
    """
    url, prefix = os.environ.get(URL_VARIABLE), os.environ.get(PREFIX_VARIABLE)
    if not url or not prefix:
        raise SimcareError(
            "serve-calls is started by a JupyterHub, which says who is signed in; on your own machine use "
            "`simcare train`, and for a team see docs/how-to/run-for-a-team.md"
        )
    try:
        from jupyterhub.services.auth import HubOAuthCallbackHandler, HubOAuthenticated
    except ModuleNotFoundError:
        raise SimcareError(
            "JupyterHub's package is not installed beside simcare; install jupyterhub there too"
        ) from None

    signed_in = type("SignedInHandler", (HubOAuthenticated, web.RequestHandler), {})
    settings: dict[str, Any] = {"cookie_secret": secrets.token_bytes(32)}
    loop = IOLoop.current()
    with Records.open() as records, ThreadPoolExecutor(1, thread_name_prefix="learning") as aside:
        sockets = _sockets(url)
        learned = aside.submit(_learn)
        application = make_application(Desks(records, learned.result), signed_in, prefix, **settings)
        application.add_handlers(".*", [(f"{prefix}oauth_callback", HubOAuthCallbackHandler)])
        server = HTTPServer(application, xheaders=True)
        server.add_sockets(sockets)

        def go_on(done: Future[Listener]) -> None:
            if done.exception() is None:
                print(f"simcare serves calls at {url}{prefix}", flush=True)
            else:
                loop.stop()

        learned.add_done_callback(lambda done: loop.add_callback(go_on, done))
        loop.start()
        server.stop()
        learned.result()


def _sockets(url: str) -> list[socket]:
    """Take the port that the hub names, before anything that takes time."""
    where = urlsplit(url)
    port = where.port or 80
    try:
        return bind_sockets(port, where.hostname or "127.0.0.1")
    except OSError as error:
        raise SimcareError(
            f"port {port} is taken or not to be had ({error.strerror}); give the service another one in its `url` in "
            "jupyterhub_config.py: 8000, 8001 and 8081 are the hub's own"
        ) from error


def _learn() -> Listener:
    """Read and learn what every desk needs, while pages are served already.

    A hub ends itself where a service it started gives no answer for half a minute; desks wait for this instead.
    """
    prepare()
    return default_listener()
