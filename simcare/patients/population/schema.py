"""Every table of a population: its columns, what kind of value each holds, in which unit, and what it means.

The one place where this is written; drawing, storage, FHIR and the report read it. How values are drawn does not live
here. Rows of a table are ordered by `patient`, then as they were drawn; keys are those of `patients/data/*.csv`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["bool", "int8", "int16", "int64", "float32", "float64", "date", "category", "text"]
"""`date` is datetime64[s] in pandas and date32 in Parquet; `category` a pandas categorical with a fixed list."""

_PANDAS: Mapping[Kind, str] = {"date": "datetime64[s]", "text": "str"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `may_be_empty` says that a missing value (NaT, or an empty word) is part of the data."""

    name: str
    kind: Kind
    meaning: str
    unit: str = ""
    may_be_empty: bool = False

    @property
    def dtype(self) -> str:
        """Return the pandas dtype a loaded frame has."""
        return _PANDAS.get(self.kind, self.kind)


@dataclass(frozen=True, slots=True)
class Table:
    """One table: a row stands for what `meaning` says."""

    name: str
    meaning: str
    columns: tuple[Column, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the columns, in order."""
        return tuple(column.name for column in self.columns)


_WHO = Column("patient", "int64", "Number of the person under the seed, from 0; the `who` of every draw")
_NTH = Column("nth", "int8", "Which of the patient's rows this is, from 0")

PATIENTS = Table(
    "patients",
    "one person",
    (
        _WHO,
        Column("person_id", "text", 'Readable id: "SYN-" and at least seven digits of the patient number'),
        Column("sex", "category", "female or male"),
        Column("birth_date", "date", "Day of birth"),
        Column("age", "int8", "Whole years on the day the panel is seen", "years"),
        Column("title", "category", "Mr., Mrs. or Ms."),
        Column("first_name", "category", "From the pool of the person's generation"),
        Column("last_name", "category", "From the pool of US surnames"),
        Column("street", "text", "House number and street, in a town that does not exist"),
        Column("city", "category", "A town that does not exist"),
        Column("state", "category", "Two letters"),
        Column("zip", "category", "Five digits that were never assigned"),
        Column("setting", "category", "urban, suburban or rural"),
        Column("time_zone", "category", "IANA name, such as America/Chicago"),
        Column("phone", "category", "(area) 555-01xx; shared by many, so it is no key"),
        Column("email", "text", "At example.com"),
        Column("best_time", "category", "When the person likes to be called, in words"),
        Column("language", "category", "BCP 47 tag of the preferred language: en, es, zh, vi, tl, ru, ko, other"),
        Column("race", "category", "OMB: white, black, asian, american_indian, pacific_islander, other, unknown"),
        Column("ethnicity", "category", "OMB: hispanic, not_hispanic, unknown"),
        Column("lives_alone", "bool", "Lives alone; the social need living_alone says the same"),
        Column("insurance", "category", "original_medicare, medicare_medigap, medicare_advantage or dual_qmb"),
        Column("dual", "bool", "Has Medicare and Medicaid; then insurance is dual_qmb"),
        Column("member_id", "text", "Shape of a Medicare id with the letter S second, which is never issued"),
        Column("tobacco", "category", "never, former or current; current and only then condition tobacco_use"),
        Column("quit_year", "int16", "Calendar year of quitting; 0 unless former"),
        Column("pack_years", "int16", "Packs a day times years; 0 for never", "pack-years"),
        Column("literacy", "category", "Health literacy: low, medium or high; low is the need health_literacy"),
        Column("cognition", "int8", "How clearly the person follows and recalls, 0 to 100; low with dementia"),
        Column("warmth", "int8", "Friendliness on the phone, 0 to 100"),
        Column("trust", "int8", "Trust in the care team at the start of a call, 0 to 100"),
        Column("patience", "int8", "Patience on the phone, 0 to 100"),
        Column("adherence", "float32", "Expected share of days covered by the daily medicines, 0 to 1"),
        Column("control", "float32", "How well measured values stay at goal, 0 to 1; follows adherence in part"),
        Column("frailty", "float32", "Rank of frailty among people of this mix, 0 (fittest) to 1; rises with age"),
        Column("egfr", "float32", "Last eGFR, as in observations", "mL/min/1.73m2"),
        Column("n_conditions", "int8", "Rows of this person in conditions"),
        Column("ccm_eligible", "bool", "Two or more chronic conditions; tobacco_use and cataract do not count"),
        Column("enrolled", "bool", "Gave consent to chronic care management; only where eligible"),
        Column("doctor", "category", 'With the title: "Dr. Ellison"'),
        Column("clinic", "category", "Named after the town"),
        Column("pharmacy", "category", "Named after the town"),
    ),
)

CONTACTS = Table(
    "contacts",
    "someone around the patient",
    (
        _WHO,
        _NTH,
        Column("relation", "category", "wife, husband, daughter, son, sister, brother, friend or neighbor"),
        Column("first_name", "category", "First name of the contact's generation"),
        Column("last_name", "category", "Often the patient's own"),
        Column("phone", "category", "(area) 555-01xx"),
        Column("lives", "category", "Where, in words: same home, across town"),
        Column("emergency", "bool", "To be called in an emergency"),
        Column("consent", "bool", "Health matters may be shared"),
    ),
)

CONDITIONS = Table(
    "conditions",
    "a chronic condition that the patient has",
    (
        _WHO,
        Column("condition", "category", "Key of conditions.csv, which holds ICD-10-CM and SNOMED CT codes"),
        Column("since", "date", "Day it was found"),
        Column(
            "severity", "float32", "Excess of the latent variable over the threshold, 0 or more", "standard deviations"
        ),
        Column("stage", "category", "Stage of chronic_kidney_disease (1, 2, 3a, 3b, 4, 5)", may_be_empty=True),
    ),
)

MEDICATIONS = Table(
    "medications",
    "a medicine on the list",
    (
        _WHO,
        _NTH,
        Column("medication", "category", "Key of medications.csv, which holds the RxNorm code"),
        Column("condition", "category", "The reason: a condition that the patient has"),
        Column("started", "date", "Day of the first dose; not before the condition was found"),
        Column("schedule", "category", "Words of the label"),
        Column("days_supply", "int16", "Usual days of supply of a fill", "days"),
        Column("as_needed", "bool", "Taken only when needed"),
        Column("over_the_counter", "bool", "Bought without a prescription; has no fills"),
    ),
)

FILLS = Table(
    "fills",
    "a fill of a prescription medicine in the last 12 months; gaps follow adherence",
    (
        _WHO,
        Column("nth", "int8", "nth of the medication"),
        Column("filled", "date", "Day of the fill"),
        Column("days_supply", "int16", "Days of supply given", "days"),
    ),
)

OBSERVATIONS = Table(
    "observations",
    "a measured value; the oldest of a key first",
    (
        _WHO,
        Column("observation", "category", "Key of observations.csv, which holds LOINC code and unit"),
        Column("on", "date", "Day it was measured"),
        Column("value", "float64", "In the unit of observations.csv, rounded as it is reported"),
        Column("where", "category", "clinic, home or lab"),
    ),
)

ALLERGIES = Table(
    "allergies",
    "an allergy",
    (
        _WHO,
        Column("substance", "category", "Words of allergies.csv; never against a medicine on the list"),
        Column("reaction", "category", "Words of allergies.csv"),
    ),
)

IMMUNIZATIONS = Table(
    "immunizations",
    "a shot that was given",
    (
        _WHO,
        Column("immunization", "category", "Key of care_gaps.csv with category immunization"),
        Column("on", "date", "Day it was given; the same as in care_gaps"),
    ),
)

CARE_GAPS = Table(
    "care_gaps",
    "a screening, shot or check that the patient is eligible for, and its state",
    (
        _WHO,
        Column("care_gap", "category", "Key of care_gaps.csv"),
        Column("status", "category", "due, overdue, booked, done or declined"),
        Column(
            "on", "date", "Day that goes with the state: of the last time, or since when overdue", may_be_empty=True
        ),
    ),
)

SURGERIES = Table(
    "surgeries",
    "a past operation",
    (_WHO, Column("surgery", "category", "Name of surgeries.csv"), Column("on", "date", "Day of the operation")),
)

FAMILY_HISTORY = Table(
    "family_history",
    "what a relative had",
    (
        _WHO,
        Column("relation", "category", "mother, father, sister or brother"),
        Column("what", "category", 'Words of family_history.csv: "stroke at 81"'),
        Column("condition", "category", "Key of conditions.csv where the words are one", may_be_empty=True),
    ),
)

SOCIAL_NEEDS = Table(
    "social_needs",
    "a social need found by a screen",
    (_WHO, Column("need", "category", "Key of sdoh.csv"), Column("found", "date", "Day of the screen")),
)

SCREENS = Table(
    "screens",
    "a PHQ-2 or PHQ-9",
    (
        _WHO,
        Column("instrument", "category", "phq2 or phq9; phq9 follows a phq2 of 3 or more, or known depression"),
        Column("on", "date", "Day of the screen"),
        Column("score", "int8", "Total: 0 to 6, or 0 to 27", "points"),
        Column("item9", "int8", "Thoughts of being better off dead, 0 to 3; -1 for phq2, which does not ask", "points"),
    ),
)

GOALS = Table(
    "goals",
    "a goal of the care plan",
    (
        _WHO,
        _NTH,
        Column("goal", "category", "Words of goals.csv, whose row holds the plan"),
        Column("condition", "category", "The condition it is for"),
        Column("since", "date", "Day it was agreed"),
        Column("progress", "category", "none, some, good or met"),
    ),
)

VISITS = Table(
    "visits",
    "a past or coming visit",
    (
        _WHO,
        _NTH,
        Column("with_whom", "category", "primary care, or the specialist's words in specialists.csv"),
        Column("why", "category", "Reason in words"),
        Column("on", "date", "Day of the visit"),
        Column("status", "category", "done, booked, overdue or missed"),
    ),
)

CONTACTS_LOG = Table(
    "contacts_log",
    "a contact or task of this month that counts toward the minutes, for the enrolled",
    (
        _WHO,
        _NTH,
        Column("on", "date", "Day, in the month of the day the panel is seen"),
        Column("channel", "category", "call, text, email or office"),
        Column("what", "category", "Words of activities.csv"),
        Column("minutes", "int8", "Minutes counted", "minutes"),
    ),
)

NOTES = Table(
    "notes",
    "a note of a contact of an earlier month, or of the welcome call, for the enrolled; the oldest first",
    (
        _WHO,
        _NTH,
        Column("on", "date", "Day of the contact, in the year before the day the panel is seen"),
        Column("author", "category", "care_coordinator, nurse or social_worker"),
        Column("channel", "category", "call, text or office"),
        Column(
            "topic",
            "category",
            "Key of conditions.csv or sdoh.csv that the patient has, or enrollment, medicines, season, goal, support",
        ),
        Column("text", "category", "Sentences of notes.csv"),
    ),
)

CONSENTS = Table(
    "consents",
    "consent of an enrolled patient to chronic care management",
    (
        _WHO,
        Column("given", "date", "Day of consent"),
        Column("form", "category", "verbal or written"),
        Column("practitioner", "category", "The doctor"),
        Column("plan_reviewed", "date", "Day the care plan was last reviewed"),
    ),
)

TABLES: tuple[Table, ...] = (
    PATIENTS,
    CONTACTS,
    CONDITIONS,
    MEDICATIONS,
    FILLS,
    OBSERVATIONS,
    ALLERGIES,
    IMMUNIZATIONS,
    CARE_GAPS,
    SURGERIES,
    FAMILY_HISTORY,
    SOCIAL_NEEDS,
    SCREENS,
    GOALS,
    VISITS,
    CONTACTS_LOG,
    NOTES,
    CONSENTS,
)
"""All tables, in the order in which they are written."""

SCHEMA: Mapping[str, Table] = {table.name: table for table in TABLES}
