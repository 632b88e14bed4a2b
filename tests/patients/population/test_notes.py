"""The notes of earlier contacts: they fit the patient and the other tables, and decide nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pandas as pd
import pytest

from simcare.patients.population.drawing import Population, populate
from simcare.patients.population.note_rules import conditions_named
from simcare.patients.population.panel import CONDITIONS
from simcare.patients.population.person import chart_of
from simcare.patients.population.plausible import RULES, broken
from simcare.patients.tables import keyed, rows

ON = date(2026, 11, 20)
UNSPOKEN = {"any_hrsn", "employment", "safety", "elder_abuse"}
"""Needs that are never drawn, and two that are red flags: only a scenario tells of those."""
RED_FLAGS = re.compile(
    r"\b(fell|fallen|chest|breathless|short of breath|bleed|dizz|faint|swell|swollen|confus|suicid|hurt|overdos|double|"
    r"infect|fever|worse|numb(?:ness)?\b|droop|slur|homeless|hungry|ran out|run out|skip|stopped|mg\b|units?\b)",
    re.IGNORECASE,
)


@pytest.fixture(scope="module")
def panel() -> Population:
    """Draw a panel that begins in the middle of the numbers."""
    return populate(4000, seed=5, on=ON, start=700)


def about(panel: Population, topic: str) -> pd.DataFrame:
    """Return the notes of one topic, with the words as text."""
    return panel.notes[panel.notes["topic"] == topic].astype({"text": "str"})


def test_every_enrolled_patient_has_one_to_four_notes_of_the_last_year(panel: Population) -> None:
    """Notes are numbered by day, on different days, and of the year before the panel is seen."""
    notes = panel.notes
    count = notes.groupby("patient").size()
    assert set(count.index) == set(panel.patients.loc[panel.patients["enrolled"], "patient"])
    assert set(count) == {1, 2, 3, 4}
    assert notes.equals(notes.sort_values(["patient", "on", "nth"]))
    assert not notes.duplicated(["patient", "on"]).any() and not notes.duplicated(["patient", "text"]).any()
    assert notes["on"].min() >= pd.Timestamp(2025, 11, 20) and notes["on"].max() < pd.Timestamp(ON)


def test_the_first_contact_after_consent_is_the_welcome(panel: Population) -> None:
    """Who consented within the year was welcomed on that day, and nobody was welcomed on another."""
    first = panel.notes[panel.notes["topic"] == "enrollment"].set_index("patient")
    given = panel.consents.set_index("patient")["given"]
    assert (first["on"] == given.loc[first.index]).all() and (first["nth"] == 0).all()
    assert set(given[given > pd.Timestamp(2025, 12, 1)].index) <= set(first.index)


def test_notes_on_medicines_follow_adherence(panel: Population) -> None:
    """Late refills are told of who takes less, a pillbox of who takes all, neither without daily medicines."""
    notes, people = about(panel, "medicines"), panel.patients.set_index("patient")
    late = people["adherence"].loc[notes.loc[notes["text"].str.contains("picked up late"), "patient"]]
    filled = people["adherence"].loc[notes.loc[notes["text"].str.contains("weekly pillbox"), "patient"]]
    assert late.max() < 0.6 < 0.85 <= filled.min()
    daily = panel.medications[~panel.medications["as_needed"] & ~panel.medications["over_the_counter"]]
    assert set(notes["patient"]) <= set(daily["patient"])


def test_a_goal_is_told_as_it_goes(panel: Population) -> None:
    """A note names a goal that the patient has, and no goal with good progress is told as not begun."""
    notes = about(panel, "goal")
    named = notes.assign(goal=notes["text"].str.extract(r'"(.+)"')[0])
    both = named.merge(panel.goals.astype({"goal": "str", "progress": "str"}), on=["patient", "goal"], how="left")
    assert both["since"].notna().all() and (both["since"] <= both["on"]).all()
    assert set(both.loc[both["text"].str.contains("Not begun"), "progress"]) == {"none"}
    assert set(both.loc[both["text"].str.contains("Good progress"), "progress"]) == {"good"}


def test_names_in_notes_are_those_of_the_other_tables(panel: Population) -> None:
    """A helper is the first contact, with consent to hear health matters; the pharmacy is the patient's own."""
    helped = about(panel, "support").merge(panel.contacts[panel.contacts["nth"] == 0], on="patient")
    assert helped["consent"].all() and len(helped) > 100
    assert all(name in text for name, text in zip(helped["first_name"], helped["text"], strict=True))
    own = about(panel, "medicines").merge(panel.patients[["patient", "pharmacy"]], on="patient")
    asked = own[own["text"].str.startswith("Asked ")]
    assert all(name in text for name, text in zip(asked["pharmacy"], asked["text"], strict=True)) and len(asked) > 50


def test_nobody_without_a_telephone_for_it_is_sent_a_message(panel: Population) -> None:
    """Who has no internet or smartphone is called or written to."""
    without = panel.social_needs.loc[panel.social_needs["need"] == "tech_access", "patient"]
    written = panel.notes.loc[panel.notes["channel"] == "text", "patient"]
    assert len(written) > 50 and not set(without) & set(written)


def test_every_condition_and_every_ordinary_need_has_its_sentences() -> None:
    """No condition is without a note that names it; safety and abuse are left to scenarios."""
    written = {row["key"] for row in rows("notes") if row["topic"] in ("condition", "need")}
    assert written == {*CONDITIONS, *keyed("sdoh")} - UNSPOKEN
    for row in rows("notes"):
        named = conditions_named(row["text"])
        if row["topic"] == "condition":
            assert frozenset({row["key"]}) in named and all(row["key"] in keys for keys in named), row["text"]
        else:
            assert not named, row["text"]


def test_no_sentence_tells_of_a_symptom_a_dose_or_a_danger() -> None:
    """Only a scenario may decide a call: danger is named only where 911 is said to come first."""
    told = [row["text"] for row in rows("notes") if RED_FLAGS.search(row["text"]) and "911" not in row["text"]]
    assert told == []


@pytest.mark.parametrize("name", ["notes_name_what_is_there", "notes_are_timely"])
def test_notes_of_somebody_else_are_found(panel: Population, name: str) -> None:
    """Notes that moved on to the next patient break each rule about notes."""
    rule = next(rule for rule in RULES if rule.name == name)
    moved = panel.notes.assign(patient=panel.notes["patient"].to_numpy()[::-1])
    assert len(rule.broken(replace(panel, tables={**panel.tables, "notes": moved}))) > 50


def test_one_note_about_an_illness_that_is_not_there_is_found(panel: Population) -> None:
    """A single wrong word is enough, whatever the topic says."""
    well = set(panel.patients["patient"]) - set(_with(panel, "gout"))
    place = int(panel.notes.index[panel.notes["patient"].isin(well)][0])
    text = panel.notes["text"].astype("str")
    text[place] = "Had a question about Gout."
    changed = panel.notes.assign(text=text.astype("category"))
    rule = next(rule for rule in RULES if rule.name == "notes_name_what_is_there")
    found = rule.broken(replace(panel, tables={**panel.tables, "notes": changed}))
    assert found.tolist() == [panel.notes.loc[place, "patient"]]


def _with(panel: Population, condition: str) -> pd.Series:
    return panel.conditions.loc[panel.conditions["condition"] == condition, "patient"]


def test_the_chart_shows_the_last_two_notes_newest_first(panel: Population) -> None:
    """A care manager reads what was said last before calling."""
    number = int(panel.notes.loc[panel.notes["nth"] == 3, "patient"].iloc[0])
    own = panel.notes[panel.notes["patient"] == number]
    shown = chart_of(panel, number).notes
    assert [(note.text, note.on) for note in shown] == [
        (own["text"].iloc[nth], own["on"].iloc[nth].date()) for nth in (3, 2)
    ]


@pytest.mark.parametrize("day", [date(2026, 1, 1), date(2026, 12, 31), date(2028, 2, 29)])
def test_notes_hold_on_awkward_days(day: date) -> None:
    """On the first and last day of a year, and on a leap day, no rule is broken, those of notes among them."""
    found = broken(populate(400, seed=2, on=day))
    assert {name: who.tolist() for name, who in found.items() if len(who)} == {}
