"""Which calls can be picked at the desk: those of the library that can be read.

An author may save a call before it is whole. Such a file never keeps the others from being practiced; what is wrong
with it is told at the bench and by `simcare scenarios lint`.
"""

from __future__ import annotations

from contextlib import suppress

from simcare.documents import Document, SimcareError
from simcare.scenarios.library import load_scenario, scenario_ids
from simcare.scenarios.model import Scenario


def open_library() -> dict[str, Document[Scenario]]:
    """Return every scenario of the library that can be read, by id, guided ones first."""
    found: dict[str, Document[Scenario]] = {}
    for name in scenario_ids():
        with suppress(SimcareError):
            found[name] = load_scenario(name)
    return dict(sorted(found.items(), key=lambda item: (not item[1].value.guided, item[1].value.title)))
