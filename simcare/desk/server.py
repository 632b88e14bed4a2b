"""One server on this machine: the landing page, the app without code (Voilà) and JupyterLab, behind one token.

It listens on the loopback address only and fetches nothing from anywhere. The desk itself is in `console`; what the
pages look like is in `landing.html` and under `share`; where files are is the business of `places`.
"""

from __future__ import annotations

import html
import importlib.util
import logging
import os
import re
import secrets
import signal
import sys
import threading
import webbrowser
from types import FrameType
from typing import Any

from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.serverapp import ServerApp
from jupyter_server.utils import url_path_join
from tornado import web
from tornado.httputil import url_concat
from tornado.ioloop import PeriodicCallback
from traitlets.config import Config

from simcare.desk.kernels import WarmKernels
from simcare.desk.places import (
    AUTHOR,
    HERE,
    PLANNING,
    PRACTICE,
    SHIFT,
    join_own_library,
    keep_jupyter_apart,
    log_file,
    notebooks_folder,
    own_folder,
)
from simcare.desk.walls import MESSAGES, put_up_walls
from simcare.documents import SimcareError
from simcare.training.people import Person, who_is_here

FIRST_PORT = 8888
PAGES = {
    "landing": "/simcare",
    "train": f"/voila/render/{PRACTICE}",
    "shift": f"/voila/render/{SHIFT}",
    "author": f"/voila/render/{AUTHOR}",
    "plan": f"/voila/render/{PLANNING}",
    "lab": f"/lab/tree/{PRACTICE}",
}
NO_MATHJAX = (
    "data:text/javascript,"
    "window.MathJax=new Proxy(function(){},{get:(me,key)=>key==='then'?undefined:window.MathJax,apply:()=>undefined})//"
)
NOT_IN_LAB = ("@jupyterlab/apputils-extension:announcements", "@jupyterlab/extensionmanager-extension")
"""What in JupyterLab would ask other hosts: for news, and for extensions to install."""
_PART = re.compile(
    r'<(?P<tag>section|a|p)\b[^>]*\bdata-(?P<kind>for|where)="(?P<words>[\w ]+)".*?</(?P=tag)>', re.DOTALL
)
IDLE_SECONDS = 4 * 3600
"""A kernel without a page is ended after this; one with a page stays, however long the lunch."""


def serve(page: str = "landing", *, port: int = 0, browser: bool = True) -> None:
    """Start the server on 127.0.0.1, open a page of PAGES in the browser, and stay until it is stopped."""
    app = make_server(page, port=port)
    own = who_is_here().name is None
    ticket = Ticket(app) if browser and own and can_open_a_browser() else None
    app.io_loop.add_callback(_welcome, app, ticket)
    _stop_on_signals(app)
    app.start()
    print("\nsimcare is closed. Every call is saved.", flush=True)


def make_server(page: str = "landing", *, port: int = 0) -> ServerApp:
    """Return the server ready to start; a port of 0 takes a free one from FIRST_PORT on.

    Raises SimcareError where the notebooks are missing or the port is not to be had.
    """
    if not 0 <= port <= 65535:
        raise SimcareError(f"port {port} does not exist; use one from 1024 to 65535, or leave --port out")
    person = who_is_here()
    if person.name is not None and importlib.util.find_spec("jupyterhub") is None:
        raise SimcareError("under a hub nobody would check who comes in; install jupyterhub beside simcare")
    keep_jupyter_apart()
    join_own_library()  # the kernels take it over: what is saved at the bench can be practiced at once
    logging.captureWarnings(True)
    app = ServerApp()
    app.no_browser_open_file = True
    app.update_config(_settings(page, port, person))
    try:
        app.initialize(argv=[], find_extensions=False)
    except SystemExit as stopped:
        raise SimcareError(
            f"port {port} is taken by another program; close it, or leave --port out to take a free one"
            if port
            else f"no free port was found near {FIRST_PORT}; close other servers, or choose one with --port"
        ) from stopped
    return app


def address(app: ServerApp, **query: str) -> str:
    """Return the address of the page that the server opens with, as a person may paste it into a browser."""
    here = f"http://{app.ip}:{app.port}"
    return url_concat(here + url_path_join(app.base_url, app.default_url), query)


def can_open_a_browser() -> bool:
    """Tell whether a browser window would be seen; one in a terminal is none."""
    if sys.platform.startswith("linux") and not any(map(os.environ.get, ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER"))):
        return False
    try:
        webbrowser.get()
    except webbrowser.Error:
        return False
    return True


def _settings(page: str, port: int, person: Person) -> Config:
    own, log = own_folder(), str(log_file())
    to_file = {"level": "WARNING", "handlers": ["file"], "propagate": False}
    return Config(
        {
            "Application": {
                "log_level": "WARN",
                "logging_config": {
                    "handlers": {
                        "file": {
                            "class": "logging.FileHandler",
                            "formatter": "console",
                            "filename": log,
                            "encoding": "utf-8",
                            "delay": True,
                        }
                    },
                    "loggers": {"ServerApp": to_file, "LabApp": to_file, "py.warnings": to_file, "asyncio": to_file},
                },
            },
            "ServerApp": {
                "ip": "127.0.0.1",
                "port": port or FIRST_PORT,
                "port_retries": 0 if port else 50,
                "root_dir": str(notebooks_folder()),
                "default_url": PAGES[page],
                "open_browser": False,
                "answer_yes": True,
                "allow_root": True,
                "extra_template_paths": [str(HERE / "share" / "pages")],
                "kernel_manager_class": WarmKernels,
                "jpserver_extensions": _extensions(person),
            },
            "IdentityProvider": {} if person.name else {"token": secrets.token_hex(24)},
            "WarmKernels": {
                "noise": log,
                "transport_encryption": "auto",
                "cull_idle_timeout": IDLE_SECONDS,
                "cull_connected": False,
                "allowed_message_types": MESSAGES if person.only_practices else [],
            },
            "VoilaConfiguration": {
                "template": "simcare",
                # Another template would bring back its links to other hosts.
                "allow_template_override": "NO",
                "allow_theme_override": "NO",
                "extension_allowlist": [
                    "@voila-dashboards/widgets-manager8",
                    "@jupyter-widgets/jupyterlab-manager",
                    "anywidget",
                ],
                "show_tracebacks": False,
            },
            "LanguageServerManager": {"autodetect": False},  # Lab asks whether there are any, and looking starts npm
            "LabApp": {
                "user_settings_dir": str(own / "lab" / "settings"),
                "workspaces_dir": str(own / "lab" / "workspaces"),
                "extra_labextensions_path": [],
                # Lab's server would ask other hosts for news, for a newer Lab and for a list of extensions.
                "news_url": None,
                "check_for_updates_class": "jupyterlab.handlers.announcements.NeverCheckForUpdate",
                "extension_manager": "readonly",
            },
        }
    )


def _extensions(person: Person) -> dict[str, bool]:
    """Return what the server is made of.

    Under a hub, its extension settles the address and who may come in; a trainee's server has no code to offer.
    """
    lab = ("jupyterlab", "jupyter_server_terminals", "jupyter_lsp")
    wanted = ["simcare.desk.server", "voila.server_extension"]
    wanted += [] if person.only_practices else lab
    wanted += [] if person.name is None else ["jupyterhub"]
    return dict.fromkeys(wanted, True)


def _welcome(app: ServerApp, ticket: Ticket | None) -> None:
    app.web_app.settings["kernel_manager"].warm_up()
    if (name := who_is_here().name) is not None:  # the key is the hub's then, and what is printed goes into its log
        print(f"simcare is open for {name}", flush=True)
        return
    print(f"simcare is open at {address(app, token=app.identity_provider.token)}", flush=True)
    if ticket is None:
        print("Open this address in a browser on this computer.", flush=True)
    else:
        threading.Thread(target=webbrowser.open, args=(ticket.address(),), daemon=True).start()
    print("Leave this window open while you practice; press Ctrl+C to stop.", flush=True)


def _stop_on_signals(app: ServerApp) -> None:
    """End quietly on Ctrl+C, a closed window or a polite kill; a second Ctrl+C does not wait for the kernels."""

    def stop(number: int, frame: FrameType | None) -> None:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        app.stop(from_signal=True)

    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), stop)
    if sys.platform == "win32":  # there a signal is only looked at when something else happens
        app.io_loop.add_callback(PeriodicCallback(lambda: None, 500).start)


# -- our pages, as an extension of the server --------------------------------------------------------------------------


class Ticket:
    """Let one browser in, once: what a browser is started with can be read by others, so it is never the token."""

    def __init__(self, app: ServerApp) -> None:
        """Make a ticket for this server."""
        self._app, self._word = app, secrets.token_urlsafe(24)
        app.web_app.settings["simcare_ticket"] = self

    def address(self) -> str:
        """Return the address to start the browser with."""
        place = url_path_join(self._app.base_url, "simcare/enter")
        return url_concat(f"http://{self._app.ip}:{self._app.port}{place}", {"ticket": self._word})

    def take(self, word: str) -> str | None:
        """Return the address behind the door if this is the ticket and it was not used, else None."""
        if not self._word or not secrets.compare_digest(word.encode(), self._word.encode()):
            return None
        self._word = ""
        return address(self._app, token=self._app.identity_provider.token)


class EnterHandler(JupyterHandler):
    """Let the browser that was opened by `serve` in."""

    @allow_unauthenticated
    def get(self) -> None:
        """Go on to the page behind the door; without a good ticket the login page says what to do."""
        ticket = self.settings.get("simcare_ticket")
        behind = ticket.take(self.get_argument("ticket", "")) if ticket else None
        self.redirect(behind or url_path_join(self.base_url, "simcare"))


class LandingHandler(JupyterHandler):
    """Serve the landing page: Practice, Author, Plan."""

    @web.authenticated
    def get(self) -> None:
        """Write the page with this server's address in its links, and have a kernel ready for the next page."""
        if "token" in self.request.query_arguments:  # the cookie is set; keep the token out of bookmarks
            self.redirect(self.request.path)
            return
        self.settings["kernel_manager"].warm_up()
        page = landing_page(who_is_here())
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        self.finish(page.replace("{{base_url}}", html.escape(self.base_url)))


def landing_page(person: Person) -> str:
    """Return the landing page with what this person may open: `data-for` names the roles that something is for.

    Where there is no hub there is no wall either, and the page says so; `data-where` tells the two apart.
    """
    page = (HERE / "landing.html").read_text(encoding="utf-8")
    where = "own" if person.name is None else "hub"

    def kept(part: re.Match[str]) -> str:
        kind, words = part["kind"], part["words"].split()
        return part[0] if (where in words if kind == "where" else person.roles & set(words)) else ""

    return _PART.sub(kept, page)


class PulseHandler(JupyterHandler):
    """Tell a page whether the kernel behind it is still the one it began with."""

    @web.authenticated
    def get(self, kernel_id: str) -> None:
        """Write the kernel's process, null where there is none; a restarted kernel has its old id and no desk."""
        self.xsrf_token  # noqa: B018 - reading it sets the cookie with which Voilà's page ends its kernel when it closes
        kernels: WarmKernels = self.settings["kernel_manager"]
        self.set_header("Cache-Control", "no-store")
        self.finish({"process": kernels.process(kernel_id)})


def _quiet_lab(handler: JupyterHandler, page: dict[str, Any]) -> dict[str, Any]:
    return page | {"disabledExtensions": [*page.get("disabledExtensions", []), *NOT_IN_LAB]}


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    return [{"module": "simcare.desk.server"}]


def _load_jupyter_server_extension(app: ServerApp) -> None:
    base_url = app.web_app.settings["base_url"]
    # Voilà's page loads MathJax from another host unless it is told where; the desk has no formulas.
    app.web_app.settings["mathjax_url"] = NO_MATHJAX
    app.web_app.settings["page_config_hook"] = _quiet_lab
    ours = [
        ("/simcare/?", LandingHandler),
        ("/simcare/enter", EnterHandler),
        (r"/simcare/pulse/([\w-]+)", PulseHandler),
    ]
    app.web_app.add_handlers(".*$", [(url_path_join(base_url, path), handler) for path, handler in ours])
    if who_is_here().only_practices:
        put_up_walls(app)
