"""The condition language: what holds when, and that nothing a file can contain is ever run."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcare.scenarios.conditions import ConditionError, atoms, compile_condition


@dataclass
class Still:
    """A moment that stands still."""

    known: dict[str, int] = field(default_factory=dict)
    said: dict[str, int] = field(default_factory=dict)
    done: dict[str, int] = field(default_factory=dict)
    happened: dict[str, int] = field(default_factory=dict)
    gauges: dict[str, float] = field(
        default_factory=lambda: dict.fromkeys(("trust", "distress", "clarity", "patience"), 50.0)
    )
    t: int = 100
    decided: bool = False
    verified: bool = True
    ended: str | None = None


MOMENT = Still(known={"dose": 10, "pill": 40}, said={"ask_dose": 9}, done={"call_911": 60})


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("known(dose)", True),
        ("known(dose) and not known(other)", True),
        ("said(ask_dose) or done(end_call)", True),
        ("trust >= 50 and t < 100", False),
        ("20 < t <= 100", True),
        ("count_known(dose, pill, other) >= 2", True),
        ("first(dose) < first(call_911)", True),
        ("first(never) < 1000000", False),
        ("verified and not decided and not ended", True),
        ("true_enough", True),
        ("happened(help)", False),
        ("clarity > -5", True),
    ],
)
def test_conditions_say_what_they_read_like(text: str, holds: bool) -> None:
    """Each expression means what its English reading means."""
    assert compile_condition(text, {"true_enough": "known(dose)"})(MOMENT) is holds


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('true')",
        "known.__class__",
        "(lambda: 1)()",
        "[x for x in (1,)]",
        "known(dose).real",
        "known('dose')",
        "known(dose, pill)",
        "known()",
        "open(dose)",
        "trust",
        "t",
        "first(dose)",
        "1",
        "trust + 1 > 2",
        "dose",
        "known(dose) if trust > 1 else said(a)",
        "f'{t}' == t",
        "t := 4",
        "known(*dose)",
        "known(f=dose)",
        "trust in (1, 2)",
        "",
        "   ",
        "and",
        "(" * 5000,
        "known(dose) and " * 400 + "known(dose)",
    ],
)
def test_everything_else_is_refused(text: str) -> None:
    """What is not in the white list is a clear error, never code."""
    with pytest.raises(ConditionError) as refused:
        compile_condition(text)
    assert refused.value.remedy


@given(st.text(max_size=60))
def test_any_text_is_a_condition_or_a_clear_error(text: str) -> None:
    """No text leads to anything but a condition or a ConditionError."""
    try:
        compiled = compile_condition(text)
    except ConditionError:
        return
    assert compiled(MOMENT) in (True, False)


def test_a_flag_that_names_itself_is_refused() -> None:
    """A circle of flags would never end."""
    with pytest.raises(ConditionError, match="names itself"):
        compile_condition("a", {"a": "b", "b": "a"})


def test_the_ids_a_condition_names_are_known() -> None:
    """Lint asks a condition which ids it names, through its flags too."""
    compiled = compile_condition("ready and count_said(a, b) > 1", {"ready": "known(x)"})
    assert compiled.names == {"known": frozenset({"x"}), "said": frozenset({"a", "b"})}


def test_atoms_are_the_parts_joined_by_and() -> None:
    """What is still missing of a basis can be told part by part."""
    assert atoms("known(a) and (t < 3 or said(b))") == ("known(a)", "t < 3 or said(b)")
