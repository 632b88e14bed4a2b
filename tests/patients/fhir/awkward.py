"""A small population written by hand whose cells are as awkward as data may be: quotes, percent signs, empty cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from simcare.patients.population.schema import SCHEMA

ON = date(2026, 10, 14)


@dataclass(frozen=True, slots=True)
class Awkward:
    """What the writer reads of a population."""

    tables: Mapping[str, pd.DataFrame]
    on: date = ON


def awkward(count: int = 3) -> Awkward:
    """Make patients by repeating three of them; every cell that can be empty is empty once."""
    return Awkward({name: _frame(name, count) for name in SCHEMA})


def _frame(name: str, count: int) -> pd.DataFrame:
    rows = [
        {"patient": patient, **row}
        for patient in range(count)
        for row in (_person(patient) if name == "patients" else ROWS[name][patient % 3])
    ]
    columns = {
        column.name: pd.Series([row.get(column.name) for row in rows], dtype=column.dtype)
        for column in SCHEMA[name].columns
    }
    return pd.DataFrame(columns)


def _person(patient: int) -> list[dict[str, object]]:
    clinic = ("Port O'Shea Family Medicine", "Güntherton Senior Health", "East Anna Internal Medicine")[patient % 3]
    return [
        {
            "person_id": f"SYN-{patient:07d}",
            "sex": ("female", "male", "female")[patient % 3],
            "birth_date": ("1950-02-28", "1938-12-31", "1961-01-01")[patient % 3],
            "age": 76,
            "title": "Mrs.",
            "first_name": ('Mary "May"', "José", "Ann")[patient % 3],
            "last_name": ("O'Brien", "100% \\ Smith", "Lee")[patient % 3],
            "street": ("12 A&B Road", "7 <Main> St, Apt 3", "1000 Elm Street")[patient % 3],
            "city": "Port Anna",
            "state": "OH",
            "zip": "45999",
            "setting": "rural",
            "time_zone": "America/New_York",
            "phone": "(614) 555-0142",
            "email": f"someone{patient}@example.com",
            "best_time": "mornings",
            "language": ("en", "other", "es")[patient % 3],
            "race": ("white", "other", "unknown")[patient % 3],
            "ethnicity": ("not_hispanic", "hispanic", "unknown")[patient % 3],
            "insurance": ("original_medicare", "medicare_advantage", "dual_qmb")[patient % 3],
            "member_id": "1S23-AB4-CD56",
            "tobacco": ("never", "former", "current")[patient % 3],
            "doctor": "Dr. Ellison",
            "clinic": clinic,
            "pharmacy": "Port Anna Drug",
            **dict.fromkeys(("lives_alone", "dual", "ccm_eligible", "enrolled"), True),
            **dict.fromkeys(("quit_year", "pack_years", "cognition", "warmth", "trust", "patience", "n_conditions"), 1),
            **dict.fromkeys(("adherence", "control", "frailty", "egfr"), 0.5),
            "literacy": "high",
        }
    ]


def _contact(nth: int, relation: str, consent: bool) -> dict[str, object]:
    names = {"first_name": "Bo", "last_name": 'D"Angelo', "phone": "(614) 555-0199", "lives": "across town"}
    return {"nth": nth, "relation": relation, **names, "emergency": nth == 0, "consent": consent}


def _medicine(nth: int, key: str, reason: str, over_the_counter: bool) -> dict[str, object]:
    words = {"started": "2025-01-31", "schedule": '1 tablet, "whole"; 50% with food', "days_supply": 90}
    flags = {"as_needed": over_the_counter, "over_the_counter": over_the_counter}
    return {"nth": nth, "medication": key, "condition": reason, **words, **flags}


def _value(key: str, value: float, on: str = "2026-09-01", where: str = "clinic") -> dict[str, object]:
    return {"observation": key, "on": on, "value": value, "where": where}


ROWS: dict[str, list[list[dict[str, object]]]] = {
    "contacts": [[_contact(0, "daughter", True), _contact(1, "neighbor", True)], [], [_contact(0, "wife", False)]],
    "conditions": [
        [
            {"condition": "hypertension", "since": "2010-05-05", "severity": 1.0, "stage": None},
            {"condition": "chronic_kidney_disease", "since": "2020-05-05", "severity": 1.0, "stage": "3b"},
        ],
        [{"condition": "osteoarthritis", "since": "2010-05-05", "severity": 1.0, "stage": None}],
        [{"condition": "diabetes_t2", "since": "2010-05-05", "severity": 1.0, "stage": None}],
    ],
    "medications": [
        [_medicine(0, "lisinopril", "hypertension", False), _medicine(1, "amlodipine", "hypertension", False)],
        [_medicine(0, "acetaminophen", "osteoarthritis", True)],
        [],
    ],
    "fills": [
        [{"nth": nth, "filled": day, "days_supply": 90} for nth, day in ((0, "2026-01-02"), (1, "2026-01-02"))],
        [],
        [],
    ],
    "observations": [
        [
            _value("bp_systolic", 142.0),
            _value("bp_systolic", 150.0, "2026-09-02", "home"),
            _value("bp_diastolic", 80.0),
            _value("egfr", 38.5, where="lab"),
            _value("spo2", 95.0),
        ],
        [_value("gad2", 2.0, where="home"), _value("temp", 36.6)],
        [_value("hba1c", 7.0, where="lab")],
    ],
    "allergies": [
        [{"substance": "Penicillin", "reaction": "rash"}],
        [{"substance": "Bee stings", "reaction": "local swelling"}],
        [{"substance": "Codeine", "reaction": "upset stomach"}],
    ],
    "immunizations": [[{"immunization": key, "on": "2026-10-01"} for key in ("flu", "rsv")], [], []],
    "care_gaps": [
        [
            {"care_gap": "mammogram", "status": "due", "on": None},
            {"care_gap": "flu", "status": "done", "on": "2026-10-01"},
            {"care_gap": "eye_exam", "status": "overdue", "on": "2025-10-01"},
            {"care_gap": "awv", "status": "booked", "on": "2026-11-01"},
        ],
        [{"care_gap": "covid", "status": "declined", "on": "2026-10-01"}],
        [],
    ],
    "surgeries": [[{"surgery": "Cataract surgery", "on": "2019-02-28"}], [], []],
    "family_history": [
        [{"relation": "mother", "what": "stroke at 81", "condition": "stroke_tia"}],
        [{"relation": "father", "what": "nothing known", "condition": None}],
        [{"relation": "sister", "what": "healthy", "condition": None}],
    ],
    "social_needs": [[{"need": key, "found": "2026-05-05"} for key in ("food", "language")], [], []],
    "screens": [
        [
            {"instrument": "phq2", "on": "2026-05-05", "score": 4, "item9": -1},
            {"instrument": "phq9", "on": "2026-05-05", "score": 14, "item9": 0},
        ],
        [],
        [],
    ],
    "goals": [
        [
            {
                "nth": nth,
                "goal": "Salt < 2,300 mg & 100% fresh",
                "condition": "hypertension",
                "since": "2026-05-05",
                "progress": progress,
            }
            for nth, progress in enumerate(("none", "some", "good", "met"))
        ],
        [],
        [],
    ],
    "visits": [
        [
            {"nth": nth, "with_whom": whom, "why": "a check", "on": "2026-10-20", "status": status}
            for nth, (whom, status) in enumerate(
                (
                    ("primary care", "done"),
                    ("cardiologist", "booked"),
                    ("primary care", "overdue"),
                    ("primary care", "missed"),
                )
            )
        ],
        [],
        [],
    ],
    "contacts_log": [
        [
            {"nth": nth, "on": "2026-10-02", "channel": channel, "what": "Appointment confirmed", "minutes": 4}
            for nth, channel in enumerate(("call", "office"))
        ],
        [],
        [],
    ],
    "notes": [[], [], []],
    "consents": [
        [{"given": "2025-01-01", "form": "verbal", "practitioner": "Dr. Ellison", "plan_reviewed": "2026-09-30"}],
        [{"given": "2025-01-01", "form": "written", "practitioner": "Dr. Ellison", "plan_reviewed": "2026-09-30"}],
        [],
    ],
}
