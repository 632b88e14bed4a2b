"""The author's bench: write a call, see at once what is wrong, play it, rehearse it, save it.

Public words: `open_bench`, and `AuthorBench` with the `Bench` it shows.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simcare.desk.bench.author import Bench
    from simcare.desk.bench.widget import AuthorBench, open_bench

__all__ = ["AuthorBench", "Bench", "open_bench"]

_HOMES = {"AuthorBench": "widget", "Bench": "author", "open_bench": "widget"}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
