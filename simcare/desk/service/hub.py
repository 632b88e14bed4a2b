"""Start the service where a JupyterHub wants it, and let the hub say who is signed in.

JupyterHub's package is needed here and nowhere else in simcare; signing in is left to its own classes.
"""

from __future__ import annotations

import os
import secrets
from typing import Any
from urllib.parse import urlsplit

from tornado import web
from tornado.ioloop import IOLoop

from simcare.calls.listener import default_listener
from simcare.desk.opening import prepare
from simcare.desk.service.desks import Desks
from simcare.desk.service.pages import make_application
from simcare.documents import SimcareError
from simcare.training.records import Records

URL_VARIABLE, PREFIX_VARIABLE = "JUPYTERHUB_SERVICE_URL", "JUPYTERHUB_SERVICE_PREFIX"


def serve_calls() -> None:
    """Serve the call desk to whom a JupyterHub signs in, until stopped; SimcareError where no hub has started this."""
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
    with Records.open() as records:
        prepare()
        application = make_application(Desks(records, default_listener()), signed_in, prefix, **settings)
        application.add_handlers(".*", [(f"{prefix}oauth_callback", HubOAuthCallbackHandler)])
        where = urlsplit(url)
        application.listen(where.port or 80, where.hostname or "127.0.0.1", xheaders=True)
        print(f"simcare serves calls at {url}{prefix}", flush=True)
        IOLoop.current().start()
