"""Which competency a rubric row is evidence for: what it asks for decides; what must not happen goes by its domain."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from simcare.calls.call import Call
from simcare.calls.competencies import competencies_of_rows
from simcare.calls.opening import script_for
from simcare.scenarios.library import load_library
from simcare.scenarios.vocabulary import competencies

Opened = Callable[..., Call]


def test_a_row_goes_by_what_it_asks_for(opened: Opened) -> None:
    """A question that the decision rests on looks for red flags; words of support are compassion."""
    found = competencies_of_rows(opened("quiet").script)
    assert found == {
        "greets": "communication",
        "looks": "red_flag_screening",
        "pills": "red_flag_screening",
        "kind": "compassion",
        "dismisses": "communication",
        "sbar": "documentation",
        "note": "documentation",
    }


@pytest.mark.slow
def test_every_row_of_the_library_has_a_published_competency() -> None:
    """No row is evidence for a word that nobody knows."""
    found = {
        name
        for document in load_library().values()
        for variant in document.value.variants
        for name in competencies_of_rows(script_for(document.value, variant)).values()
    }
    assert found <= set(competencies())
    assert len(found) > 10
