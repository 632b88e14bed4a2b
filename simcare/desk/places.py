"""Where the desk finds its pages and keeps what belongs to it, apart from any other Jupyter on this computer.

A person's own Jupyter may ask for a password, listen elsewhere or load extensions that the desk was never driven with.
So the desk has a Jupyter folder of its own and reads no other settings.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from functools import cache
from pathlib import Path

import platformdirs
from jupyter_core.paths import jupyter_config_dir

from simcare.documents import SimcareError

HERE = Path(__file__).parent
PRACTICE, AUTHOR, PLANNING = "01-take-a-call.ipynb", "03-author-a-call.ipynb", "04-plan-a-program.ipynb"
SHIFT = "05-work-a-shift.ipynb"
PROGRESS = "07-how-am-i-doing.ipynb"
FOR_TRAINEES = (PRACTICE, SHIFT, PROGRESS)
"""The notebooks whose pages a trainee may open under a hub."""
KERNEL = "python3"
PAGE_PARTS = (
    "voila/templates/simcare/index.html.j2",
    "voila/templates/lab/index.html.j2",
    "nbconvert/templates/lab/index.html.j2",
    "voila/labextensions/@voila-dashboards/widgets-manager8/package.json",
    "labextensions/@jupyter-widgets/jupyterlab-manager/package.json",
    "labextensions/anywidget/package.json",
    "lab/static/index.html",
)
"""What the pages are made of, below one of Jupyter's data folders."""
LARGEST_LOG_BYTES = 1_000_000


def notebooks_folder() -> Path:
    """Return the folder of the notebooks: beside the package in a checkout, inside it when installed."""
    for folder in (HERE.parents[1] / "notebooks", HERE.parent / "notebooks"):
        if (folder / PRACTICE).exists():
            return folder
    raise SimcareError("the notebooks are missing from this installation; install simcare again")


@cache
def own_folder() -> Path:
    """Return the user's data folder of simcare, made where it is missing.

    Where it cannot be made (a read-only home), a temporary one stands in: the desk opens, and says itself if it has
    nowhere to keep calls.
    """
    folder = Path(platformdirs.user_data_dir("simcare", appauthor=False))
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError:
        return Path(tempfile.mkdtemp(prefix="simcare-"))


def log_file() -> Path:
    """Return the file that keeps the server's warnings; one that has grown large is put aside first."""
    log = own_folder() / "server.log"
    try:
        if log.stat().st_size > LARGEST_LOG_BYTES:
            log.replace(log.with_suffix(".old.log"))
    except OSError:  # not there yet, or held open by a second server
        pass
    return log


def keep_jupyter_apart() -> None:
    """Tell Jupyter, in this process and its kernels, to use the desk's own folders, settings and Voilà template."""
    own = own_folder()
    os.environ.update(
        JUPYTER_NO_CONFIG="1",
        JUPYTER_DATA_DIR=str(own / "jupyter"),
        JUPYTER_RUNTIME_DIR=str(own / "jupyter" / "runtime"),
        JUPYTER_PATH=str(HERE / "share" / "jupyter"),
        JUPYTER_PREFER_ENV_PATH="1",
        IPYTHONDIR=str(own / "ipython"),
    )
    atexit.register(shutil.rmtree, jupyter_config_dir(), ignore_errors=True)  # an empty one, made anew by each start


def own_library() -> Path:
    """Return the folder in the user's data folder that keeps scenarios of their own; it may not be there yet."""
    return own_folder() / "library"


def drafts_folder() -> Path:
    """Return the folder in the user's data folder that keeps what is being written."""
    return own_folder() / "drafts"


def join_own_library() -> None:
    """Let this process and its kernels find the scenarios in the user's data folder beside those of SIMCARE_LIBRARY."""
    own = str(own_library())
    named = [part for part in os.environ.get("SIMCARE_LIBRARY", "").split(os.pathsep) if part]
    if own not in named:
        os.environ["SIMCARE_LIBRARY"] = os.pathsep.join([own, *named])
