"""Real numbers typed by mistake: which are noticed, which are known to be made up, and that none is kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcare.calls.real_data import looks_real, reminder


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("call her at 312-867-5309", ("phone",)),
        ("her number is (312) 867-5309 ok", ("phone",)),
        ("+1 312 867 5309", ("phone",)),
        ("3128675309", ("phone",)),
        ("867-5309", ("phone",)),
        ("ssn 123-45-6789", ("ssn",)),
        ("social security number is 123456789", ("ssn",)),
        ("123 45 6789", ("ssn",)),
        ("medicare 1EG4-TE5-MK73", ("mbi",)),
        ("1eg4te5mk73", ("mbi",)),
        ("312-867-5309 and 123-45-6789", ("phone", "ssn")),
    ],
)
def test_what_may_be_a_real_persons_is_noticed(text: str, kinds: tuple[str, ...]) -> None:
    """Telephone, Social Security and Medicare numbers are told by their form, in any usual writing."""
    assert looks_real(text) == kinds


@pytest.mark.parametrize(
    "text",
    [
        "call 312-555-0142",
        "(217) 555-0199",
        "555-0123",
        "her pressure was 148/86, then 152-90",
        "call 911 or 988, or 211",
        "he is 78 and took 2 at 10:30",
        "on 2026-11-20, weight 184.5",
        "1SG4-TE5-MK73",
        "000-12-3456",
        "900-12-3456",
        "666-12-3456",
        "123-00-4567",
        "123-45-0000",
        "ZIP 62704-1234",
        "order 123456789012",
        "",
    ],
)
def test_what_is_made_up_or_no_such_number_passes(text: str) -> None:
    """Numbers that nobody can have, readings, dates and ages are nobody's data."""
    assert looks_real(text) == ()


def test_the_charts_own_number_passes() -> None:
    """What the screen shows may be typed, however it is written there."""
    assert looks_real("is it still 312 867 5309?", own=["Phone (312) 867-5309"]) == ()
    assert looks_real("is it still 312 867 5310?", own=["Phone (312) 867-5309"]) == ("phone",)


def test_the_reminder_names_the_kind_and_never_the_number() -> None:
    """The sentence may be shown and logged: nothing of what was typed is in it."""
    told = reminder("my real patient, ssn 123-45-6789, 312-867-5309")
    assert told is not None
    assert "a telephone number and a Social Security number" in told
    assert "never type a real patient's data" in told
    assert not any(letter.isdigit() for letter in told)
    assert reminder("Where does it hurt?") is None


@given(st.text(max_size=200))
def test_any_text_can_be_looked_at(text: str) -> None:
    """Whatever is typed, only kinds of numbers come back."""
    assert set(looks_real(text)) <= {"phone", "ssn", "mbi"}
