"""What must never be true of anybody: named rules, each a sentence and a function that finds who breaks it.

The report asks them of a population, the tests of many. Rates that may differ by chance are `targets`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simcare.patients.population import note_rules
from simcare.patients.population.drawing import Population
from simcare.patients.population.illness import MEDICINES, choices
from simcare.patients.population.panel import CONDITIONS
from simcare.patients.tables import keyed, listed, rows

Numbers = NDArray[np.int64]
Finder = Callable[[Population], Any]
MALE_CONDITIONS = ("cancer_prostate", "bph")
RAAS = ("lisinopril", "losartan", "sacubitril_valsartan")
ANTICOAGULANTS = ("apixaban", "rivaroxaban", "warfarin")
OPIOIDS = ("tramadol", "oxycodone", "hydrocodone_apap", "morphine_er")
SEDATIVES = ("lorazepam", "zolpidem")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: its name, what it says, and who breaks it (patient numbers, none in a sound population)."""

    name: str
    says: str
    finder: Finder

    def broken(self, population: Population) -> Numbers:
        """Return the numbers of the patients who break the rule, each once."""
        return np.unique(np.asarray(self.finder(population), dtype=np.int64))


RULES: list[Rule] = []
"""All rules, in the order in which a report names them."""


def _rule(says: str) -> Callable[[Finder], Finder]:
    def keep(finder: Finder) -> Finder:
        RULES.append(Rule(finder.__name__.lstrip("_"), says, finder))
        return finder

    return keep


def broken(population: Population) -> dict[str, Numbers]:
    """Return who breaks which rule, rules that nobody breaks included."""
    return {rule.name: rule.broken(population) for rule in RULES}


def _with(table: pd.DataFrame, column: str, keys: object) -> pd.Series:
    """Return the patient numbers of the rows whose word is one of the keys."""
    wanted = [keys] if isinstance(keys, str) else list(keys)  # type: ignore[call-overload]
    return table.loc[table[column].isin(wanted), "patient"]


def _people(population: Population, column: str) -> Callable[[pd.Series], NDArray[Any]]:
    """Return a look-up of a column of `patients` by patient number, which need not start at 0."""
    values = population.patients[column].to_numpy()
    first = int(population.patients["patient"].iloc[0]) if len(population) else 0
    return lambda who: values[who.to_numpy() - first]


def _both(a: pd.Series, b: pd.Series) -> Numbers:
    return np.intersect1d(a.to_numpy(), b.to_numpy())


@_rule("No woman has prostate cancer or an enlarged prostate")
def prostate_only_in_men(population: Population) -> Any:
    """Find women with a condition of the prostate."""
    who = _with(population.conditions, "condition", MALE_CONDITIONS)
    return who[_people(population, "sex")(who) == "female"]


@_rule("Sex-bound screenings are open or done only for that sex")
def screenings_by_sex(population: Population) -> Any:
    """Find men with a mammogram or bone density on their list."""
    who = _with(population.care_gaps, "care_gap", [r["key"] for r in rows("care_gaps") if r["eligible_sex"] == "F"])
    return who[_people(population, "sex")(who) == "male"]


@_rule("Nobody has a condition twice")
def conditions_once(population: Population) -> Any:
    """Find repeated conditions."""
    table = population.conditions
    return table.loc[table.duplicated(["patient", "condition"]), "patient"]


@_rule("Nobody with an eGFR under 30 takes metformin")
def no_metformin_with_failing_kidneys(population: Population) -> Any:
    """Find metformin at a last eGFR under 30."""
    who = _with(population.medications, "medication", ("metformin", "metformin_er"))
    return who[_people(population, "egfr")(who) < 30]


@_rule("Every medicine is inside the kidney function its regimen allows")
def medicines_fit_kidneys(population: Population) -> Any:
    """Find medicines outside the eGFR bounds of all rows that could have given them."""
    table, egfr = population.medications, _people(population, "egfr")
    low: dict[tuple[str, str], float] = {}
    for choice in choices():
        for option in choice.options:
            if option.medicine >= 0:
                key = MEDICINES[option.medicine], CONDITIONS[choice.condition]
                low[key] = min(low.get(key, np.inf), option.egfr_from)
    bounds = [low.get(key, 0.0) for key in zip(table["medication"], table["condition"], strict=True)]
    return table.loc[egfr(table["patient"]) < np.array(bounds), "patient"]


@_rule("An ACE inhibitor, an ARB and sacubitril are never taken together")
def one_raas_blocker(population: Population) -> Any:
    """Find two of the family."""
    who = _with(population.medications, "medication", RAAS)
    return who[who.duplicated()]


@_rule("Nobody takes two anticoagulants")
def one_anticoagulant(population: Population) -> Any:
    """Find two of them."""
    who = _with(population.medications, "medication", ANTICOAGULANTS)
    return who[who.duplicated()]


@_rule("Nobody takes an opioid together with a benzodiazepine or sleeping pill")
def no_opioid_with_sedative(population: Population) -> Any:
    """Find an opioid and a sedative."""
    table = population.medications
    return _both(_with(table, "medication", OPIOIDS), _with(table, "medication", SEDATIVES))


@_rule("Nobody takes the same medicine twice")
def medicines_once(population: Population) -> Any:
    """Find repeated medicines."""
    table = population.medications
    return table.loc[table.duplicated(["patient", "medication"]), "patient"]


@_rule("The reason for each medicine is a condition that the patient has")
def medicines_have_a_reason(population: Population) -> Any:
    """Find medicines without their condition."""
    return _unmatched(population.medications, population.conditions, "condition")


@_rule("No medicine began before its condition was found")
def medicines_after_conditions(population: Population) -> Any:
    """Find medicines older than their reason."""
    known = population.conditions[["patient", "condition", "since"]]
    table = population.medications[["patient", "condition", "started"]].astype({"condition": "str"})
    together = table.merge(known.astype({"condition": "str"}), on=["patient", "condition"])
    return together.loc[together["started"] < together["since"], "patient"]


@_rule("Nobody is allergic to a medicine they take")
def no_allergy_to_own_medicine(population: Population) -> Any:
    """Find allergies against a medicine on the list."""
    found = []
    for row in rows("allergies"):
        allergic = _with(population.allergies, "substance", row["substance"])
        found.append(_both(allergic, _with(population.medications, "medication", listed(row["not_with"]))))
    return np.concatenate(found)


@_rule("Every fill is of a prescription medicine on the list, after it was started")
def fills_belong_to_medicines(population: Population) -> Any:
    """Find fills of nothing, of what is bought without a prescription, or from before the start."""
    known = population.medications[["patient", "nth", "started", "over_the_counter"]]
    table = population.fills.merge(known, on=["patient", "nth"], how="left")
    wrong = table["started"].isna() | (table["filled"] < table["started"]) | (table["over_the_counter"] == True)  # noqa: E712
    return table.loc[wrong, "patient"]


@_rule("Nothing happened before birth, and nothing that is done lies in the future")
def days_between_birth_and_today(population: Population) -> Any:
    """Find days outside the life lived so far."""
    today = np.datetime64(population.on)
    birth = _people(population, "birth_date")
    days = [
        ("conditions", "since"),
        ("medications", "started"),
        ("fills", "filled"),
        ("observations", "on"),
        ("immunizations", "on"),
        ("surgeries", "on"),
        ("social_needs", "found"),
        ("screens", "on"),
        ("goals", "since"),
        ("contacts_log", "on"),
        ("notes", "on"),
        ("consents", "given"),
        ("consents", "plan_reviewed"),
    ]
    found = []
    for name, column in days:
        table = population.tables[name]
        day = table[column].to_numpy()
        found.append(table["patient"].to_numpy()[(day < birth(table["patient"])) | (day > today) | np.isnat(day)])
    visits = population.visits
    done = visits["status"] == "done"
    found.append(visits.loc[done & (visits["on"].to_numpy() > today), "patient"].to_numpy())
    booked = visits["status"] == "booked"
    found.append(visits.loc[booked & (visits["on"].to_numpy() < today), "patient"].to_numpy())
    return np.concatenate(found)


@_rule("Age, day of birth and day of the panel agree, and everybody is 65 or over")
def ages_agree(population: Population) -> Any:
    """Find ages that are not those of the day of birth."""
    people, on = population.patients, population.on
    born = people["birth_date"]
    before = (born.dt.month > on.month) | ((born.dt.month == on.month) & (born.dt.day > on.day))
    age = on.year - born.dt.year - before
    return people.loc[(age != people["age"]) | (age < 65), "patient"]


@_rule("The stage of kidney disease is the one of the last eGFR")
def stages_fit_kidneys(population: Population) -> Any:
    """Find stages that the kidney function does not have."""
    table = population.conditions[population.conditions["condition"] == "chronic_kidney_disease"]
    egfr = _people(population, "egfr")(table["patient"])
    bounds = {row["stage"]: (float(row["egfr_from"]), float(row["egfr_below"])) for row in rows("ckd_stages")}
    low = table["stage"].astype("str").map(lambda stage: bounds[stage][0] if stage in bounds else np.inf).to_numpy()
    high = table["stage"].astype("str").map(lambda stage: bounds[stage][1] if stage in bounds else -np.inf).to_numpy()
    return table.loc[(egfr < low) | (egfr >= high), "patient"]


@_rule("The last eGFR of the observations is the one of the patient, 60 or over without kidney disease")
def kidneys_agree(population: Population) -> Any:
    """Find kidney values that contradict each other."""
    table = population.observations[population.observations["observation"] == "egfr"]
    last = table[~table["patient"].duplicated(keep="last")]
    wrong = last.loc[_people(population, "egfr")(last["patient"]) != last["value"].astype("float32"), "patient"]
    low = population.patients.loc[population.patients["egfr"] < 60, "patient"]
    ill = _with(population.conditions, "condition", "chronic_kidney_disease")
    return np.concatenate([wrong.to_numpy(), np.setxor1d(low.to_numpy(), ill.to_numpy())])


@_rule("Values lie within what the observation table allows")
def values_are_possible(population: Population) -> Any:
    """Find impossible values, and a lower blood pressure that is not lower."""
    table = population.observations
    low = (
        table["observation"]
        .astype("str")
        .map({key: float(row["min"] or "-inf") for key, row in keyed("observations").items()})
    )
    high = (
        table["observation"]
        .astype("str")
        .map({key: float(row["max"] or "inf") for key, row in keyed("observations").items()})
    )
    outside = table.loc[(table["value"] < low) | (table["value"] > high) | table["value"].isna(), "patient"]
    upper = table.loc[table["observation"] == "bp_systolic", ["patient", "value"]].reset_index(drop=True)
    lower = table.loc[table["observation"] == "bp_diastolic", ["patient", "value"]].reset_index(drop=True)
    if len(upper) != len(lower):
        return table["patient"]
    return np.concatenate([outside.to_numpy(), upper.loc[upper["value"] <= lower["value"], "patient"].to_numpy()])


@_rule("INR is measured only with warfarin, A1c only with diabetes")
def tests_have_a_reason(population: Population) -> Any:
    """Find tests of people who have no reason for them."""
    table = population.observations
    warfarin = _with(population.medications, "medication", "warfarin")
    diabetes = _with(population.conditions, "condition", "diabetes_t2")
    tested = [
        np.setdiff1d(_with(table, "observation", "inr"), warfarin),
        np.setdiff1d(_with(table, "observation", "hba1c"), diabetes),
    ]
    return np.concatenate(tested)


@_rule("A shot that was given is done in the care gaps on the same day")
def shots_agree(population: Population) -> Any:
    """Find shots that the gaps contradict."""
    gaps = population.care_gaps[population.care_gaps["status"] == "done"][["patient", "care_gap", "on"]]
    gaps = gaps.astype({"care_gap": "str"}).rename(columns={"care_gap": "immunization", "on": "done"})
    table = population.immunizations.astype({"immunization": "str"}).merge(
        gaps, on=["patient", "immunization"], how="left"
    )
    return table.loc[table["on"] != table["done"], "patient"]


@_rule("Who smokes has the condition tobacco_use and nobody else; a year of quitting only for former smokers")
def tobacco_agrees(population: Population) -> Any:
    """Find smoking that the conditions or the year of quitting contradict."""
    people = population.patients
    smokes = people.loc[people["tobacco"] == "current", "patient"]
    listed_ = _with(population.conditions, "condition", "tobacco_use")
    wrong = people.loc[(people["tobacco"] == "former") != (people["quit_year"] > 0), "patient"]
    return np.concatenate([np.setxor1d(smokes.to_numpy(), listed_.to_numpy()), wrong.to_numpy()])


@_rule("Living alone is the need living_alone, low literacy the need health_literacy, and nobody lives with the alone")
def needs_agree(population: Population) -> Any:
    """Find needs that `patients` contradicts."""
    people, table = population.patients, population.social_needs
    alone = people.loc[people["lives_alone"], "patient"]
    low = people.loc[people["literacy"] == "low", "patient"]
    home = _with(population.contacts, "lives", "same home")
    return np.concatenate(
        [
            np.setxor1d(alone, _with(table, "need", "living_alone")),
            np.setxor1d(low, _with(table, "need", "health_literacy")),
            _both(alone, home),
        ]
    )


@_rule("Who has Medicaid has the insurance dual_qmb, and nobody else")
def duals_agree(population: Population) -> Any:
    """Find duals without their insurance."""
    people = population.patients
    return people.loc[people["dual"] != (people["insurance"] == "dual_qmb"), "patient"]


@_rule("Who is enrolled is eligible and has a consent and a note, and nobody else has consent, notes, goals or minutes")
def enrolment_agrees(population: Population) -> Any:
    """Find enrollment without its reasons."""
    people = population.patients
    enrolled = people.loc[people["enrolled"], "patient"]
    unfit = people.loc[people["enrolled"] & ~people["ccm_eligible"], "patient"]
    extra = [np.setdiff1d(table["patient"], enrolled) for table in (population.goals, population.contacts_log)]
    both = [np.setxor1d(enrolled, table["patient"]) for table in (population.consents, population.notes)]
    return np.concatenate([unfit, *both, *extra])


@_rule("No note names a condition that the patient does not have")
def notes_name_what_is_there(population: Population) -> Any:
    """Find notes about an illness of somebody else."""
    return note_rules.unfounded(population)


@_rule("A note is of after consent and before this month, or of the welcome, and about what was known by then")
def notes_are_timely(population: Population) -> Any:
    """Find notes that came too early or too late."""
    return note_rules.untimely(population)


@_rule("Scores fit their instrument: PHQ-2 0 to 6, PHQ-9 0 to 27 with at least the two, item 9 within the rest")
def scores_are_possible(population: Population) -> Any:
    """Find impossible scores."""
    table = population.screens
    nine = table["instrument"] == "phq9"
    wrong = (table["score"] < 0) | (table["score"] > np.where(nine, 27, 6)) | (nine == (table["item9"] < 0))
    twice = table.loc[table.duplicated(["patient", "instrument"]), "patient"].to_numpy()
    two = table.loc[~nine].drop_duplicates("patient").set_index("patient")["score"]
    part = table.loc[nine, "patient"].map(two)
    left = table.loc[nine, "score"] - part
    short = table.loc[nine].loc[(left < 0) | (table.loc[nine, "item9"] > left) | part.isna(), "patient"]
    return np.concatenate([table.loc[wrong, "patient"].to_numpy(), short.to_numpy(), twice])


@_rule("Phones are 555-0100 to 555-0199, mail goes to example.com, member ids have an S second")
def nobody_real(population: Population) -> Any:
    """Find ways to reach somebody real."""
    people, contacts = population.patients, population.contacts
    good = people["phone"].astype("str").str.fullmatch(r"\(\d{3}\) 555-01\d\d")
    good &= people["email"].str.endswith("@example.com") & (people["member_id"].str[1] == "S")
    reached = contacts["phone"].astype("str").str.fullmatch(r"\(\d{3}\) 555-01\d\d")
    return np.concatenate([people.loc[~good, "patient"].to_numpy(), contacts.loc[~reached, "patient"].to_numpy()])


@_rule("Every row belongs to a person of the population")
def rows_have_a_person(population: Population) -> Any:
    """Find rows of nobody."""
    known = population.patients["patient"].to_numpy()
    strangers = [np.setdiff1d(table["patient"].to_numpy(), known) for table in population.tables.values()]
    return np.concatenate(strangers)


def _unmatched(table: pd.DataFrame, known: pd.DataFrame, column: str) -> Any:
    there = pd.MultiIndex.from_arrays([known["patient"], known[column].astype("str")])
    asked = pd.MultiIndex.from_arrays([table["patient"], table[column].astype("str")])
    return table.loc[~asked.isin(there), "patient"]
