"""What a trainee's server answers under a hub: the pages of practice with what they are made of, and nothing else.

The list says what is open; whatever is not on it is refused before any handler sees it, so that a route that is added
later is shut until somebody opens it. Kernels take no code from the page. On one's own machine there is no wall.
"""

from __future__ import annotations

import re
from typing import Any

from jupyter_server.serverapp import ServerApp
from tornado import web
from tornado.httputil import HTTPServerRequest
from tornado.routing import Matcher, Rule

from simcare.desk.places import FOR_TRAINEES

MESSAGES = ["comm_open", "comm_close", "comm_msg", "comm_info_request", "kernel_info_request"]
"""What a trainee's page may send to its kernel: the messages of widgets. Code is none of them."""
_KERNEL = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_FILE = r"(?:[\w@-][\w.@-]*/)*[\w@-][\w.@-]*"
_TO_READ = (
    r"",
    r"simcare/?",
    rf"simcare/pulse/{_KERNEL}",
    r"oauth_callback",
    r"logout",
    rf"voila/render/(?:{'|'.join(re.escape(page) for page in FOR_TRAINEES)})",
    rf"voila/(?:static|templates|labextensions)/{_FILE}",
    rf"static/{_FILE}",
    rf"api/kernels/{_KERNEL}",
    rf"api/kernels/{_KERNEL}/channels",
)
_TO_POST = (rf"voila/api/shutdown/{_KERNEL}",)
REFUSED = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>simcare: not open to you</title>
<meta name="viewport" content="width=device-width, initial-scale=1"></head>
<body><main><h1>This page is not open to you</h1>
<p>You are signed in to practice. Pages for trainers and planners open for members of those groups.</p>
<p><a href="{home}">Go to practice</a></p>
<p>Training material, not a clinical protocol.</p></main></body></html>"""


def put_up_walls(app: ServerApp) -> None:
    """Let a server answer what is open to trainees and refuse everything else."""
    router = app.web_app.default_router
    router.rules.insert(0, router.process_rule(Rule(_Shut(app.web_app.settings["base_url"]), _RefusedHandler)))


class _Shut(Matcher):
    """Match every request that is not open to a trainee. Paths are compared as they came, so that no spelling helps."""

    def __init__(self, base_url: str) -> None:
        to_read, to_post = (
            re.compile(re.escape(base_url) + f"(?:{'|'.join(paths)})") for paths in (_TO_READ, _TO_POST)
        )
        self._open = {"GET": to_read, "HEAD": to_read, "POST": to_post}

    def match(self, request: HTTPServerRequest) -> dict[str, Any] | None:
        """Return that there is a match where the path is shut."""
        paths = self._open.get(request.method or "")
        return None if paths is not None and paths.fullmatch(request.path or "") else {}


class _RefusedHandler(web.RequestHandler):
    """Refuse, in words, whatever is asked."""

    def prepare(self) -> None:
        """Answer before any method is looked for."""
        self.set_status(403)
        self.set_header("Cache-Control", "no-store")
        self.finish(REFUSED.format(home=self.application.settings["base_url"] + "simcare"))
