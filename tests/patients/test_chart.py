"""The chart of a call: it satisfies what a scenario asks, contradicts none of it, and can be nobody real."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import date, timedelta

import pytest
from hypothesis import given

from simcare.patients import ChartError, PatientConstraints, draw_chart, unknown_keys
from simcare.patients.people import age_on
from simcare.patients.tables import keyed
from tests.patients.wanted import CONSTRAINTS, DAYS, FEW, LOST_CAR, MIXED_UP_TUESDAY, ON, SEED_CASES, SEEDS, SORE_KNEES

SECTIONS = (
    "identity contacts conditions medications allergies observations visits care_gaps immunizations surgeries "
    "family_history social_needs goals notes consent minutes"
).split()
SAFE_PHONE = re.compile(r"\([2-9]\d\d\) 555-01\d\d")
MEMBER_ID = re.compile(r"[1-9]S[A-Z\d]\d-[A-Z][A-Z\d]\d-[A-Z]{2}\d{2}")


@FEW
@given(wanted=CONSTRAINTS, seed=SEEDS, on=DAYS)
def test_the_same_constraints_seed_and_day_give_the_same_chart(wanted: PatientConstraints, seed: int, on: date) -> None:
    """A chart is a pure function of constraints, seed and day."""
    assert draw_chart(wanted, seed=seed, on=on) == draw_chart(wanted, seed=seed, on=on)


@FEW
@given(wanted=CONSTRAINTS, seed=SEEDS, on=DAYS)
def test_the_identity_satisfies_the_constraints(wanted: PatientConstraints, seed: int, on: date) -> None:
    """Age holds on the day of the call, and every word that was given about the person stands."""
    who = draw_chart(wanted, seed=seed, on=on).identity
    low, high = wanted.age if isinstance(wanted.age, tuple) else (wanted.age, wanted.age)
    assert low <= who.age <= high and age_on(who.birth_date, on) == who.age
    given_words = (wanted.sex, wanted.title, wanted.state, wanted.setting, wanted.insurance, wanted.lives_with)
    have_words = (who.sex, who.title, who.address.state, who.setting, who.insurance, who.lives_with)
    assert all(word in (None, have) for word, have in zip(given_words, have_words, strict=True))


@FEW
@given(wanted=CONSTRAINTS, seed=SEEDS, on=DAYS)
def test_a_list_that_is_given_replaces_what_would_be_drawn(wanted: PatientConstraints, seed: int, on: date) -> None:
    """A given list stands as it is, neither longer nor shorter; left out, it is drawn."""
    chart = draw_chart(wanted, seed=seed, on=on)
    lists = {
        "medications": lambda taken: taken.key,
        "contacts": lambda contact: (contact.relation, contact.emergency, contact.consent),
        "allergies": lambda known: (known.substance, known.reaction),
        "care_gaps": lambda due: (due.key, due.status),
        "immunizations": lambda due: (due.key, due.status),
        "goals": lambda goal: (goal.text, goal.plan),
        "notes": lambda note: (note.text, note.author, note.channel),
    }
    for name, part in lists.items():
        asked = getattr(wanted, name)
        if asked is not None:
            assert [part(row) for row in getattr(chart, name)] == [part(row) for row in asked], name
    if wanted.visits is not None:
        assert sorted(visit.on - on for visit in chart.visits) == sorted(timedelta(v.days) for v in wanted.visits)
    for name in ("surgeries", "family_history"):
        assert getattr(wanted, name) in (None, getattr(chart, name))
    assert wanted.social_needs in (None, chart.social.needs)
    assert wanted.minutes_this_month in (None, chart.minutes_this_month)


@FEW
@given(wanted=CONSTRAINTS, seed=SEEDS, on=DAYS)
def test_only_high_cholesterol_is_ever_added_to_the_conditions(wanted: PatientConstraints, seed: int, on: date) -> None:
    """No condition is drawn that could decide a call."""
    held = [condition.key for condition in draw_chart(wanted, seed=seed, on=on).conditions]
    assert held[: len(wanted.conditions)] == list(wanted.conditions)
    assert set(held) - set(wanted.conditions) <= {"hyperlipidemia"}


@FEW
@given(wanted=CONSTRAINTS, seed=SEEDS, on=DAYS)
def test_a_given_observation_is_never_drawn_beside(wanted: PatientConstraints, seed: int, on: date) -> None:
    """A measured value that is given is the only one of its key, at its day, place and value."""
    seen = draw_chart(wanted, seed=seed, on=on).observations
    for asked in wanted.observations:
        rows = [(row.value, on - row.on, row.where) for row in seen if row.key == asked.key]
        assert rows == [(asked.value, timedelta(asked.days_ago), asked.where)]


@FEW
@given(wanted=CONSTRAINTS, seed=SEEDS, on=DAYS)
def test_no_phone_mail_or_member_id_can_be_real(wanted: PatientConstraints, seed: int, on: date) -> None:
    """All numbers are of the block for fiction and different, mail goes to example.com, S stands second in the id."""
    chart = draw_chart(wanted, seed=seed, on=on)
    phones = [chart.identity.phone, chart.practice.clinic_phone, chart.practice.pharmacy_phone]
    phones += [contact.phone for contact in chart.contacts]
    assert all(SAFE_PHONE.fullmatch(phone) for phone in phones) and len(set(phones)) == len(phones)
    assert chart.identity.email.endswith("@example.com")
    assert MEMBER_ID.fullmatch(chart.identity.member_id)


@FEW
@given(wanted=CONSTRAINTS, seed=SEEDS, on=DAYS)
def test_days_left_follow_from_fill_and_supply(wanted: PatientConstraints, seed: int, on: date) -> None:
    """Days left are the days of supply less the days since the fill; given days stand."""
    chart = draw_chart(wanted, seed=seed, on=on)
    for taken in chart.medications:
        if taken.days_left is None:
            assert taken.filled is None and taken.days_supply is None
        else:
            assert taken.filled is not None and taken.days_supply is not None
            assert 0 <= taken.days_left == taken.days_supply - (on - taken.filled).days
    for asked, taken in zip(wanted.medications or (), chart.medications if wanted.medications else (), strict=True):
        assert asked.days_left in (None, taken.days_left)


@FEW
@given(wanted=CONSTRAINTS, seed=SEEDS, on=DAYS)
def test_what_is_drawn_lies_on_the_right_side_of_the_day(wanted: PatientConstraints, seed: int, on: date) -> None:
    """Nothing that was done lies ahead, nothing that is drawn as booked lies behind, and life begins at birth."""
    chart = draw_chart(wanted, seed=seed, on=on)
    assert all(seen.on <= on for seen in chart.observations)
    assert all(on.replace(day=1) <= entry.on <= on and entry.minutes > 0 for entry in chart.minutes)
    assert wanted.notes or all(chart.consent.given < note.on < on.replace(day=1) for note in chart.notes)
    assert chart.consent.given < on and chart.consent.plan_reviewed < on and chart.social.asked < on
    if wanted.visits is None:
        assert all((visit.on > on) == (visit.status == "booked") for visit in chart.visits)
    for name in ("care_gaps", "immunizations"):
        if getattr(wanted, name) is None:
            past = [due for due in getattr(chart, name) if due.status in ("done", "declined", "overdue")]
            assert all(due.on is None or chart.identity.birth_date < due.on <= on for due in past), name


@FEW
@given(wanted=CONSTRAINTS, seed=SEEDS, on=DAYS)
def test_every_row_for_the_desk_is_plain_words_with_us_dates(wanted: PatientConstraints, seed: int, on: date) -> None:
    """Every section is a list of rows with id, text, detail and badge; ids differ; no ISO date and no None is shown."""
    told = draw_chart(wanted, seed=seed, on=on).as_json()
    shown = []
    for section in SECTIONS:
        rows = told[section]
        assert isinstance(rows, list)
        assert len({row["id"] for row in rows}) == len(rows), section
        for row in rows:
            shown += [row["text"], row["detail"], row["badge"]]
    assert not re.search(r"\d{4}-\d\d-\d\d|\bNone\b|\bnan\b|_", "\n".join(shown))
    assert json.loads(json.dumps(told)) == told


@FEW
@given(wanted=CONSTRAINTS, seed=SEEDS, on=DAYS)
def test_placeholders_name_the_patient_and_everybody_around(wanted: PatientConstraints, seed: int, on: date) -> None:
    """The contract's names are there, and the first contact of each relation is named by it."""
    chart = draw_chart(wanted, seed=seed, on=on)
    named = chart.placeholders()
    required = "first_name last_name formal_name birth_date age street city state phone doctor clinic".split()
    assert set(required) <= named.keys() and all(named[name] for name in required)
    for contact in reversed(chart.contacts):
        named.setdefault(contact.relation, "")
    first = {contact.relation: contact for contact in reversed(chart.contacts)}
    assert {relation: (named[relation], named[f"{relation}_phone"]) for relation in first} == {
        relation: (contact.first_name, contact.phone) for relation, contact in first.items()
    }


@pytest.mark.parametrize("seed", range(40))
def test_one_more_contact_changes_nothing_else(seed: int) -> None:
    """Draws are keyed: a daughter on the list moves no other part of the chart."""
    alone = MIXED_UP_TUESDAY.model_copy(update={"contacts": ()})
    with_ruth = draw_chart(MIXED_UP_TUESDAY, seed=seed, on=ON)
    without = draw_chart(alone, seed=seed, on=ON)
    if without.identity.first_name == "Ruth":
        pytest.fail("a man is not drawn the name Ruth")
    for part in ("identity", "practice", "medications", "observations", "visits", "care_gaps", "goals", "minutes"):
        assert getattr(without, part) == getattr(with_ruth, part), part


@pytest.mark.parametrize("seed", range(40))
def test_one_more_medicine_changes_no_other_medicine(seed: int) -> None:
    """Days left belong to the medicine, not to its place in the list."""
    first = MIXED_UP_TUESDAY.medications or ()
    fewer = MIXED_UP_TUESDAY.model_copy(update={"medications": first[1:]})
    assert (
        draw_chart(fewer, seed=seed, on=ON).medications
        == draw_chart(MIXED_UP_TUESDAY, seed=seed, on=ON).medications[1:]
    )


def test_another_seed_is_another_patient() -> None:
    """A hundred seeds give at least ninety names: the seed reaches the draw."""
    names = {draw_chart(SORE_KNEES, seed=seed, on=ON).placeholders()["full_name"] for seed in range(100)}
    assert len(names) >= 90


@pytest.mark.parametrize("seed", range(25))
@pytest.mark.parametrize("case", SEED_CASES)
def test_the_seed_cases_have_every_section_that_a_care_manager_reads(case: str, seed: int) -> None:
    """No section of a seed case's chart is empty, whatever the seed; where there is nothing, it says so in words."""
    told = draw_chart(SEED_CASES[case], seed=seed, on=ON).as_json()
    assert [section for section in SECTIONS if not told[section]] == []


@pytest.mark.parametrize("seed", range(25))
def test_the_ride_case_books_the_gaps_that_its_visits_speak_of(seed: int) -> None:
    """A mammogram and an eye exam that are booked stand as booked among the care gaps, on the day of the visit."""
    gaps = {due.key: (due.status, due.on) for due in draw_chart(LOST_CAR, seed=seed, on=ON).care_gaps}
    assert gaps["mammogram"] == ("booked", ON + timedelta(days=2))
    assert gaps["eye_exam"] == ("booked", ON + timedelta(days=28))


@pytest.mark.parametrize("seed", range(25))
def test_no_social_need_is_drawn_but_living_alone(seed: int) -> None:
    """A need may be what a call is about: only that the patient lives alone, as the chart says elsewhere, may stand."""
    chart = draw_chart(LOST_CAR, seed=seed, on=ON)
    assert chart.social.needs == (("living_alone",) if chart.identity.lives_with == "alone" else ())


@pytest.mark.parametrize("seed", range(25))
def test_the_kidney_stage_follows_the_measured_kidney_function(seed: int) -> None:
    """An eGFR of 38 is shown as stage 3b, and a creatinine that belongs to it stands beside it."""
    chart = draw_chart(MIXED_UP_TUESDAY, seed=seed, on=ON)
    assert "Chronic kidney disease, stage 3b" in [row["text"] for row in chart.as_json()["conditions"]]  # type: ignore[attr-defined]
    creatinine = chart.observation("creatinine")
    assert creatinine is not None and 1.6 <= creatinine.value <= 2.0


def test_the_last_notes_are_only_what_the_scenario_tells() -> None:
    """A note may decide a call, so none is drawn: how the patient usually is stands as the last one."""
    usual = draw_chart(MIXED_UP_TUESDAY, seed=1, on=ON)
    assert [note.text for note in usual.notes] == [usual.identity.baseline]
    assert draw_chart(LOST_CAR, seed=1, on=ON).as_json()["notes"] == [
        {"id": "note.none", "text": "No notes on file", "detail": "", "badge": ""}
    ]


def test_living_alone_is_on_file_where_the_scenario_says_so() -> None:
    """A patient who lives alone has that among the social needs, unless the scenario lists them."""
    assert draw_chart(MIXED_UP_TUESDAY, seed=1, on=ON).social.needs == ("living_alone",)


def test_a_key_that_no_table_holds_is_refused_with_the_nearest_one() -> None:
    """Every unknown key is told with its place and a remedy, all at once."""
    wrong = SORE_KNEES.model_copy(update={"conditions": ("hypertensoin",), "state": "ZZ"})
    with pytest.raises(ChartError) as error:
        draw_chart(wrong, seed=1, on=ON)
    assert "conditions.0: 'hypertensoin' is not in patients/data/conditions.csv; did you mean 'hypertension'?" in str(
        error.value
    )
    assert [problem.path for problem in unknown_keys(wrong)] == [("state",), ("conditions", 0)]


def test_a_patient_born_on_a_leap_day_has_the_right_age() -> None:
    """Age counts birthdays, also from a call on February 29."""
    wanted = PatientConstraints(age=77, sex="male", conditions=("gout",))
    ages = [draw_chart(wanted, seed=seed, on=date(2028, 2, 29)).identity for seed in range(50)]
    assert {age_on(who.birth_date, date(2028, 2, 29)) for who in ages} == {77}


def test_reading_constraints_brings_no_numpy() -> None:
    """Whoever only reads a scenario does not wait for what drawing needs."""
    code = "import sys, simcare.patients; print('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


def test_time_zones_are_those_of_the_state() -> None:
    """Pennsylvania is on Eastern time, and every state has a zone that this machine's zone data may know."""
    assert draw_chart(MIXED_UP_TUESDAY, seed=3, on=ON).identity.time_zone == "America/New_York"
    assert len(keyed("places", "abbr")) == 51


@pytest.mark.parametrize(
    ("asked", "shown"), [("never", "never smoked"), ("current", "smokes"), ("quit in 2017", "quit in 2017")]
)
def test_tobacco_is_as_the_scenario_asks(asked: str, shown: str) -> None:
    """The chart says of smoking what the story needs, whatever the seed would have drawn."""
    wanted = PatientConstraints.model_validate({"age": 70, "sex": "male", "conditions": ["copd"], "tobacco": asked})
    assert {draw_chart(wanted, seed=seed, on=ON).identity.tobacco for seed in range(20)} == {shown}
