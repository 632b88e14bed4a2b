"""One server on this machine: the landing page, the app without code (Voilà) and JupyterLab, behind one token.

It listens on the loopback address only and fetches nothing from anywhere. The desk itself is in `console`; what the
pages look like is in `landing.html` and in the Voilà template under `share`.
"""

from __future__ import annotations

import html
import os
from pathlib import Path
from typing import Any

from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.serverapp import ServerApp
from jupyter_server.utils import url_path_join
from tornado import web
from traitlets.config import Config

from simcare.documents import SimcareError

HERE = Path(__file__).parent
NO_MATHJAX = (
    "data:text/javascript,"
    "window.MathJax=new Proxy(function(){},{get:(me,key)=>key==='then'?undefined:window.MathJax,apply:()=>undefined})//"
)
PAGES = {"landing": "/simcare", "train": "/voila/render/01-take-a-call.ipynb", "lab": "/lab/tree/01-take-a-call.ipynb"}


def serve(page: str = "landing", *, port: int = 0, browser: bool = True) -> None:
    """Start the server on 127.0.0.1, open a page of PAGES in the browser, and stay until it is stopped."""
    app = make_server(page, port=port, browser=browser)
    app.start()


def make_server(page: str = "landing", *, port: int = 0, browser: bool = True) -> ServerApp:
    """Return the server ready to start; a port of 0 takes a free one from 8888 on.

    Raises SimcareError where the notebooks are missing or the port is not to be had.
    """
    share_our_template()
    app = ServerApp()
    app.update_config(_settings(page, port, browser))
    try:
        app.initialize(argv=[])
    except SystemExit as stopped:
        raise SimcareError(
            f"port {port} is taken by another program; close it, or leave --port out to take a free one"
        ) from stopped
    return app


def notebooks_folder() -> Path:
    """Return the folder of the notebooks: beside the package in a checkout, inside it when installed."""
    for folder in (HERE.parents[1] / "notebooks", HERE.parent / "notebooks"):
        if (folder / "01-take-a-call.ipynb").exists():
            return folder
    raise SimcareError("the notebooks are missing from this installation; install simcare again")


def share_our_template() -> None:
    """Let Jupyter find our Voilà template: it looks in the folders of JUPYTER_PATH."""
    ours = str(HERE / "share" / "jupyter")
    known = os.environ.get("JUPYTER_PATH", "")
    if ours not in known.split(os.pathsep):
        os.environ["JUPYTER_PATH"] = os.pathsep.join(part for part in (ours, known) if part)


def _settings(page: str, port: int, browser: bool) -> Config:
    return Config(
        {
            "ServerApp": {
                "ip": "127.0.0.1",
                "port": port or 8888,
                "port_retries": 0 if port else 50,
                "root_dir": str(notebooks_folder()),
                "default_url": PAGES[page],
                "open_browser": browser,
                "allow_root": True,
                "jpserver_extensions": {
                    "simcare.desk.server": True,
                    "voila.server_extension": True,
                    "jupyterlab": True,
                },
            },
            "MappingKernelManager": {"transport_encryption": "auto", "cull_idle_timeout": 3600, "cull_interval": 300},
            "VoilaConfiguration": {
                "template": "simcare",
                "extension_allowlist": [
                    "@voila-dashboards/widgets-manager8",
                    "@jupyter-widgets/jupyterlab-manager",
                    "anywidget",
                ],
                "show_tracebacks": False,
            },
            "LabApp": {"extra_labextensions_path": []},
        }
    )


# -- the landing page, as an extension of the server -------------------------------------------------------------------


class LandingHandler(JupyterHandler):
    """Serve the landing page: Practice, Author, Plan."""

    @web.authenticated
    def get(self) -> None:
        """Write the page with this server's address in its links."""
        page = (HERE / "landing.html").read_text(encoding="utf-8")
        self.set_header("Content-Type", "text/html; charset=utf-8")
        self.finish(page.replace("{{base_url}}", html.escape(self.base_url)))


def _jupyter_server_extension_points() -> list[dict[str, Any]]:
    return [{"module": "simcare.desk.server"}]


def _load_jupyter_server_extension(app: ServerApp) -> None:
    base_url = app.web_app.settings["base_url"]
    # Voilà's page loads MathJax from another host unless it is told where; the desk has no formulas.
    app.web_app.settings["mathjax_url"] = NO_MATHJAX
    app.web_app.add_handlers(".*$", [(url_path_join(base_url, "/simcare/?"), LandingHandler)])
