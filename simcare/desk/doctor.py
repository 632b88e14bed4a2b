"""The doctor: is this installation whole, and what is to be done where it is not."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from simcare.documents import SimcareError

PACKAGES = ("jupyterlab", "voila", "ipywidgets", "anywidget", "pydantic", "sqlalchemy", "pandas", "simpy", "faker")
OLDEST_PYTHON = (3, 11)


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at: its fact, and the remedy where it is not fine."""

    name: str
    fine: bool
    fact: str
    remedy: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the check as plain data."""
        return asdict(self)


def examine() -> list[Check]:
    """Look at Python, the packages, the library of calls, the record store, the pages and what Jupyter needs for them.

    Nothing is changed, but for records that are made where there are none.
    """
    return [_python(), *_packages(), *(_tried(name, look) for name, look in _LOOKS)]


def _python() -> Check:
    fine = sys.version_info[:2] >= OLDEST_PYTHON
    return Check("Python", fine, sys.version.split()[0], "" if fine else "install Python 3.11 or newer")


def _packages() -> Iterable[Check]:
    for name in PACKAGES:
        try:
            importlib.import_module(name)
            yield Check(name, True, version(name))
        except (ImportError, PackageNotFoundError) as error:
            yield Check(name, False, f"cannot be loaded ({error})", "run the README's first command again")


def _tried(name: str, look: Callable[[], str]) -> Check:
    try:
        return Check(name, True, look())
    except SimcareError as error:
        return Check(name, False, str(error), "follow the message; if it stays, run the README's first command again")


def _library() -> str:
    from simcare.scenarios.library import load_library, load_policy

    load_policy()
    calls = load_library()
    return f"{len(calls)} calls can be taken"


def _records() -> str:
    from simcare.training.records import Records

    with Records.open() as records:
        return f"{len(records.attempts())} attempts are saved in {records.place}"


def _pages() -> str:
    from simcare.desk.places import notebooks_folder

    return f"the notebooks are in {notebooks_folder()}"


def _jupyter() -> str:
    """Look for what the pages are made of, in the Jupyter folders that the server uses."""
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
    from jupyter_core.paths import jupyter_path

    from simcare.desk.places import KERNEL, PAGE_PARTS, keep_jupyter_apart

    keep_jupyter_apart()
    missing = [part for part in PAGE_PARTS if not any(Path(folder, part).exists() for folder in jupyter_path())]
    if missing:
        raise SimcareError(f"parts of the pages are missing ({', '.join(missing)})")
    try:
        program = KernelSpecManager().get_kernel_spec(KERNEL).argv[0]
    except NoSuchKernel as error:
        raise SimcareError("there is no Python that a notebook could run in") from error
    if Path(program).name == program:  # a bare name stands for the Python that the server runs in
        program = sys.executable
    if not Path(program).exists():
        raise SimcareError(f"notebooks are to run in {program}, which is not there")
    return f"widgets, template and kernel are there; notebooks run in {program}"


def _warnings() -> str:
    from simcare.desk.places import log_file

    log = log_file()
    return f"the server writes them to {log}" + ("" if log.exists() else " (none so far)")


_LOOKS: tuple[tuple[str, Callable[[], str]], ...] = (
    ("library", _library),
    ("records", _records),
    ("pages", _pages),
    ("Jupyter", _jupyter),
    ("warnings", _warnings),
)
