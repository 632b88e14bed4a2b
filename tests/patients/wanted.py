"""Patients that tests ask for: the three seed cases, and any constraints that a scenario could write."""

from __future__ import annotations

from datetime import date

from hypothesis import settings
from hypothesis import strategies as st

from simcare.patients import PatientConstraints
from simcare.patients.tables import keyed

ON = date(2026, 10, 14)

SORE_KNEES = PatientConstraints.model_validate(
    {
        "age": 71,
        "sex": "female",
        "title": "Mrs.",
        "conditions": ["hypertension", "osteoarthritis"],
        "medications": [
            {"key": "amlodipine", "days_left": 41},
            {"key": "losartan", "days_left": 41},
            {"key": "acetaminophen"},
            {"key": "diclofenac_gel", "note": "Last filled 4 months ago"},
        ],
        "visits": [
            {"with_whom": "primary care", "why": "blood pressure check", "days": -92},
            {"with_whom": "rheumatology", "why": "joint check", "days": -272, "status": "overdue"},
        ],
        "goals": [{"text": "Walk 30 minutes on 5 days a week", "plan": "Flat ground; low-impact choices are allowed"}],
        "contacts": [{"relation": "daughter", "emergency": True, "consent": True}],
        "social_needs": [],
    }
)
LOST_CAR = PatientConstraints.model_validate(
    {
        "age": 67,
        "sex": "female",
        "setting": "rural",
        "insurance": "dual_qmb",
        "conditions": ["diabetes_t2"],
        "family_history": ["Mother: breast cancer at 61"],
        "visits": [
            {"with_whom": "imaging center", "why": "mammogram", "days": 2, "status": "booked"},
            {"with_whom": "eye doctor", "why": "diabetic eye exam", "days": 28, "status": "booked"},
        ],
    }
)
MIXED_UP_TUESDAY = PatientConstraints.model_validate(
    {
        "age": 78,
        "sex": "male",
        "state": "PA",
        "lives_with": "alone",
        "conditions": ["diabetes_t2", "hypertension", "chronic_kidney_disease", "dementia"],
        "medications": [
            {"key": "glipizide"},
            {"key": "metoprolol_succinate"},
            {"key": "donepezil"},
            {"key": "zolpidem"},
        ],
        "contacts": [
            {"relation": "daughter", "first_name": "Ruth", "lives": "40 miles away", "emergency": True, "consent": True}
        ],
        "observations": [{"key": "egfr", "value": 38, "days_ago": 60, "where": "lab"}],
        "baseline": "Clear and polite on the phone, a little forgetful",
        "minutes_this_month": 6,
    }
)
SEED_CASES = {"sore-knees": SORE_KNEES, "lost-car": LOST_CAR, "mixed-up-tuesday": MIXED_UP_TUESDAY}


def _either(words: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.none() | words


def _keys(table: str, key: str = "key") -> st.SearchStrategy[str]:
    return st.sampled_from(sorted(keyed(table, key)))


MEDICATIONS = st.lists(
    st.fixed_dictionaries({"key": _keys("medications"), "days_left": _either(st.integers(0, 180))}), max_size=6
)
RELATIONS = st.sampled_from(("daughter", "son", "wife", "husband", "sister", "neighbor", "friend", "niece", "partner"))
CONTACTS = st.lists(
    st.fixed_dictionaries(
        {
            "relation": RELATIONS,
            "first_name": _either(st.sampled_from(("Ruth", "Mary", "James", "Linda"))),
            "lives": _either(st.just("40 miles away")),
            "emergency": st.booleans(),
            "consent": st.booleans(),
        }
    ),
    max_size=4,
)
OBSERVATIONS = st.lists(
    st.sampled_from(
        (
            {"key": "bp_systolic", "value": 158, "days_ago": 12, "where": "home"},
            {"key": "bp_diastolic", "value": 66, "days_ago": 80, "where": "clinic"},
            {"key": "egfr", "value": 24, "days_ago": 40, "where": "lab"},
            {"key": "creatinine", "value": 2.1, "days_ago": 33, "where": "lab"},
            {"key": "hba1c", "value": 9.1, "days_ago": 300, "where": "lab"},
            {"key": "weight", "value": 71.5, "days_ago": 3, "where": "home"},
        )
    ),
    max_size=4,
    unique_by=lambda seen: seen["key"],
)
VISITS = st.lists(
    st.sampled_from(
        (
            {"with_whom": "primary care", "why": "check", "days": -40},
            {"with_whom": "eye doctor", "why": "diabetic eye exam", "days": 28, "status": "booked"},
            {"with_whom": "imaging center", "why": "mammogram", "days": -300, "status": "missed"},
        )
    ),
    max_size=3,
)
DUES = st.lists(
    st.fixed_dictionaries(
        {
            "key": _keys("care_gaps"),
            "status": st.sampled_from(("due", "overdue", "booked", "done", "declined")),
            "days": _either(st.integers(-400, 60)),
        }
    ),
    max_size=3,
)


AGES = st.integers(18, 105)
WANTED = st.fixed_dictionaries(
    {
        "age": AGES | st.tuples(AGES, AGES).map(lambda ages: (min(ages), max(ages))),
        "sex": st.sampled_from(("female", "male")),
        "title": _either(st.sampled_from(("Mr.", "Mrs.", "Ms.", "Miss"))),
        "state": _either(_keys("places", "abbr")),
        "setting": _either(st.sampled_from(("urban", "suburban", "rural"))),
        "insurance": _either(st.sampled_from(("original_medicare", "dual_qmb"))),
        "lives_with": _either(st.sampled_from(("alone", "with her husband", "his daughter Ann"))),
        "conditions": st.lists(_keys("conditions"), min_size=1, max_size=6, unique=True),
        "medications": _either(MEDICATIONS),
        "contacts": _either(CONTACTS),
        "allergies": _either(st.just([{"substance": "Aspirin", "reaction": "hives"}])),
        "observations": OBSERVATIONS,
        "visits": _either(VISITS),
        "care_gaps": _either(DUES),
        "immunizations": _either(DUES),
        "surgeries": _either(st.just(["Knee replaced, 2019"])),
        "family_history": _either(st.just(["Father: gout"])),
        "social_needs": _either(st.lists(_keys("sdoh"), max_size=3, unique=True)),
        "goals": _either(st.just([{"text": "Walk", "plan": "Every day"}])),
        "notes": _either(st.just([{"text": "Asked for large print.", "days_ago": 40, "author": "nurse"}])),
        "minutes_this_month": _either(st.integers(0, 60)),
        "baseline": _either(st.just("Cheerful")),
    }
)
CONSTRAINTS = WANTED.map(PatientConstraints.model_validate)
"""Constraints as a scenario could write them, every field given or left out."""
FEW = settings(max_examples=40, deadline=None)
DAYS = st.dates(date(2024, 1, 1), date(2032, 12, 31))
SEEDS = st.integers(0, 2**63 - 1)
