"""The chart as a clinician would read it: what is drawn is coherent, ordinary, and never dangerous or a red flag."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simcare.patients import PatientConstraints, draw_chart
from simcare.patients.chart import Chart
from simcare.patients.measures import creatinine_of, egfr_of
from simcare.patients.tables import keyed, listed, rows
from tests.patients.wanted import FEW, ON, SEEDS

CONDITIONS = st.lists(st.sampled_from(sorted(keyed("conditions"))), min_size=1, max_size=7, unique=True)
ELDERS = st.builds(
    lambda age, sex, conditions: PatientConstraints(age=age, sex=sex, conditions=tuple(conditions)),
    st.integers(65, 100),
    st.sampled_from(("female", "male")),
    CONDITIONS,
)
# Secondary prevention, a dementia drug and a stomach drug that the Beers list names with a condition we respect.
ALLOWED_BEERS = {"aspirin_81", "donepezil", "omeprazole"}
DANGEROUS = (
    "opioid insulin sulfonylurea DOAC vitamin benzodiazepine hypnotic tricyclic relaxant antihistamine glycoside "
    "gabapentinoid stabilizer corticosteroid antiarrhythmic COX NSAID immunosupp TNF MOUD clonidine alpha-agonist"
).split()


@FEW
@given(wanted=ELDERS, seed=SEEDS)
def test_no_drawn_medicine_is_dangerous(wanted: PatientConstraints, seed: int) -> None:
    """Nothing high-alert, nothing that elders should avoid, no class that a call could turn on."""
    for taken in draw_chart(wanted, seed=seed, on=ON).medications:
        row = keyed("medications")[taken.key]
        assert row["high_alert"] == "N", taken.key
        assert row["beers_2023_flag"] != "avoid" or taken.key in ALLOWED_BEERS, taken.key
        assert taken.key == "diclofenac_gel" or not any(word in row["drug_class"] for word in DANGEROUS), taken.key


@FEW
@given(wanted=ELDERS, seed=SEEDS)
def test_drawn_medicines_are_for_a_condition_and_a_kidney_that_the_patient_has(
    wanted: PatientConstraints, seed: int
) -> None:
    """Every medicine has a reason on the problem list, a kidney that bears it, and no condition that speaks against."""
    chart = draw_chart(wanted, seed=seed, on=ON)
    held = {condition.key for condition in chart.conditions}
    kidney = chart.observation("egfr")
    assert kidney is not None
    for taken in chart.medications:
        options = [
            row
            for row in rows("regimens")
            if row["medication"] == taken.key
            and row["condition"] in held
            and float(row["egfr_min"]) <= kidney.value < float(row["egfr_max"] or "inf")
            and not listed(row["not_with"]) & held
        ]
        assert options, taken.key


@FEW
@given(wanted=ELDERS, seed=SEEDS)
def test_no_two_drawn_medicines_do_the_same(wanted: PatientConstraints, seed: int) -> None:
    """One medicine of a family: never two statins, two beta blockers, or an ACE inhibitor with an ARB."""
    families = {row["medication"]: row["family"] for row in rows("regimens") if row["medication"] != "-"}
    used = [families[taken.key] for taken in draw_chart(wanted, seed=seed, on=ON).medications]
    assert len(used) == len(set(used))


@FEW
@given(egfr=st.floats(6, 115), age=st.integers(18, 100), sex=st.sampled_from(("female", "male")))
def test_creatinine_reads_the_kidney_equation_backwards(egfr: float, age: int, sex: str) -> None:
    """The creatinine of an eGFR has that eGFR."""
    assert egfr_of(creatinine_of(egfr, age, sex), age, sex) == pytest.approx(egfr)


@pytest.mark.parametrize(
    ("creatinine", "age", "sex", "egfr"), [(1.0, 50, "male", 92), (1.0, 50, "female", 69), (0.6, 30, "female", 124)]
)
def test_the_kidney_equation_is_that_of_2021(creatinine: float, age: int, sex: str, egfr: int) -> None:
    """Values worked by hand from the CKD-EPI 2021 formula: 142 x min(Scr/k,1)^a x max(Scr/k,1)^-1.2 x 0.9938^age."""
    assert round(egfr_of(creatinine, age, sex)) == egfr


@FEW
@given(wanted=ELDERS, seed=SEEDS)
def test_what_is_measured_agrees_with_itself(wanted: PatientConstraints, seed: int) -> None:
    """Weight, height and BMI; eGFR and creatinine; and the cholesterol panel tell the same numbers."""
    chart = draw_chart(wanted, seed=seed, on=ON)
    value = {seen.key: seen.value for seen in chart.observations}
    assert value["bmi"] == pytest.approx(value["weight"] / (value["height"] / 100) ** 2, abs=0.1)
    assert (value["bmi"] >= 30) == ("obesity" in wanted.conditions)
    assert value["egfr"] == pytest.approx(egfr_of(value["creatinine"], chart.identity.age, wanted.sex), abs=2)
    assert (value["egfr"] < 60) == ("chronic_kidney_disease" in wanted.conditions)
    if "total_chol" in value:
        assert value["total_chol"] == pytest.approx(value["ldl"] + value["hdl"] + value["triglycerides"] / 5, abs=0.5)
    assert value["bp_systolic"] - value["bp_diastolic"] >= 30


@FEW
@given(wanted=ELDERS, seed=SEEDS)
def test_only_the_tests_of_a_condition_are_drawn_for_it(wanted: PatientConstraints, seed: int) -> None:
    """Nobody without diabetes has an A1c, nobody without heart failure an NT-proBNP, nobody at all an INR by chance."""
    chart = draw_chart(wanted, seed=seed, on=ON)
    keys = {seen.key for seen in chart.observations}
    only = {"hba1c": "diabetes_t2", "nt_probnp": "heart_failure", "fev1_fvc": "copd", "tsh": "hypothyroidism"}
    assert {key: key in keys for key in only} == {key: held in wanted.conditions for key, held in only.items()}
    assert "inr" not in keys


@FEW
@given(wanted=ELDERS, seed=SEEDS)
def test_care_gaps_fit_age_sex_and_conditions(wanted: PatientConstraints, seed: int) -> None:
    """No gap is drawn for whom it is not meant, and at most four are open beside those that the chart itself opens."""
    chart = draw_chart(wanted, seed=seed, on=ON)
    held = {condition.key for condition in chart.conditions}
    for due in chart.care_gaps + chart.immunizations:
        row = keyed("care_gaps")[due.key]
        assert row["eligible_sex"] in ("A", wanted.sex[0].upper()), due.key
        assert int(row["age_min"] or 0) <= chart.identity.age <= int(row["age_max"] or 999), due.key
        assert not row["needs"] or listed(row["needs"]) & held, due.key
        assert not listed(row["not_with"]) & held, due.key
    opened = [due for due in chart.care_gaps if due.status in ("due", "overdue")]
    assert len([due for due in opened if due.key not in ("bp_control", "statin_cvd", "a1c")]) <= 4


@FEW
@given(wanted=ELDERS, seed=SEEDS)
def test_gaps_measurements_medicines_and_visits_tell_one_story(wanted: PatientConstraints, seed: int) -> None:
    """A closed gap has its test, its medicine or its visit on the same day."""
    chart = draw_chart(wanted, seed=seed, on=ON)
    gaps = {due.key: due for due in chart.care_gaps}
    if "a1c" in gaps:
        measured = chart.observation("hba1c")
        assert measured is not None and (gaps["a1c"].status, gaps["a1c"].on) == ("done", measured.on)
    if "statin_cvd" in gaps:
        treated = {"atorvastatin", "rosuvastatin"} & {taken.key for taken in chart.medications}
        assert (gaps["statin_cvd"].status == "done") == bool(treated)
    if "bp_control" in gaps:
        pressure = chart.observation("bp_systolic")
        assert pressure is not None and (gaps["bp_control"].status == "done") == (pressure.value < 140)
    eye = [visit for visit in chart.visits if visit.why == "diabetic eye exam" and visit.status == "done"]
    assert all(gaps["eye_exam"].on == visit.on for visit in eye if "eye_exam" in gaps)
    wellness = [visit.on for visit in chart.visits if visit.why == "Annual Wellness Visit"]
    assert wellness == ([gaps["awv"].on] if gaps["awv"].status == "done" else [])


@FEW
@given(wanted=ELDERS, seed=SEEDS)
def test_no_drawn_allergy_speaks_against_a_medicine_of_the_list(wanted: PatientConstraints, seed: int) -> None:
    """A patient with a sulfa allergy is not drawn a thiazide or a loop diuretic."""
    chart = draw_chart(wanted, seed=seed, on=ON)
    against = {row["substance"]: listed(row["not_with"]) for row in rows("allergies")}
    taken = {medicine.key for medicine in chart.medications}
    assert [known.substance for known in chart.allergies if against[known.substance] & taken] == []


@FEW
@given(wanted=ELDERS, seed=SEEDS)
def test_there_is_somebody_for_an_emergency(wanted: PatientConstraints, seed: int) -> None:
    """Drawn contacts begin with an emergency contact who has a name of their own."""
    chart = draw_chart(wanted, seed=seed, on=ON)
    assert chart.emergency_contact == chart.contacts[0]
    names = [chart.identity.first_name, *(contact.first_name for contact in chart.contacts)]
    assert len(set(names)) == len(names)


@FEW
@given(wanted=ELDERS, seed=SEEDS)
def test_elders_have_names_of_their_time(wanted: PatientConstraints, seed: int) -> None:
    """Nobody of 65 is called Kayla or Brandon: first names are those that people over 60 commonly have."""
    elder = {row["word"] for row in rows("names") if "E" in row["eras"]}
    assert draw_chart(wanted, seed=seed, on=ON).identity.first_name in elder


def test_drawn_values_are_steady() -> None:
    """No drawn value reaches where the observation table asks for action, or leaves its range."""
    for row in rows("measures"):
        name, _, only = row["key"].rpartition("_")
        known = keyed("observations")[name if only in ("female", "male") else row["key"]]
        assert (
            float(known["min"]) <= float(row["low"]) <= float(row["mean"]) <= float(row["high"]) <= float(known["max"])
        )
    low = {(row["key"], row["condition"]): float(row["low"]) for row in rows("measures")}
    high = {(row["key"], row["condition"]): float(row["high"]) for row in rows("measures")}
    assert min(value for (key, _), value in low.items() if key == "spo2") >= 92
    assert max(value for (key, _), value in high.items() if key == "bp_systolic") < 150
    assert max(value for (key, _), value in high.items() if key == "potassium") < 5
    assert max(value for (key, _), value in high.items() if key == "phq9") < 10


def test_flu_shots_follow_the_season() -> None:
    """A shot is due in October, comes from September in June, and is done on a day of this season."""
    wanted = PatientConstraints(age=74, sex="female", conditions=("hypertension",))

    def flu(chart: Chart) -> tuple[str, str]:
        due = next(due for due in chart.immunizations if due.key == "flu")
        if due.status == "done":
            assert due.on is not None and timedelta(0) < chart.on - due.on < timedelta(days=365)
        return due.status, due.note

    autumn = {flu(draw_chart(wanted, seed=seed, on=ON)) for seed in range(80)}
    summer = {flu(draw_chart(wanted, seed=seed, on=ON.replace(month=6))) for seed in range(80)}
    assert {("done", ""), ("due", "this season")} <= autumn
    assert summer == {("done", ""), ("due", "from September")}
