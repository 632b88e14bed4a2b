"""People for the tests of life: tables by hand, large enough to count and plain enough to reason about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from simcare.chance import uniforms


@dataclass(frozen=True, slots=True)
class Panel:
    """The part of a population that life reads."""

    seed: int
    on: date
    tables: Mapping[str, pd.DataFrame]


CONDITIONS = {
    "osteoarthritis": 0.37,
    "gout": 0.06,
    "rheumatoid_arthritis": 0.04,
    "heart_failure": 0.15,
    "copd": 0.12,
    "diabetes_t2": 0.28,
    "hypertension": 0.62,
    "depression": 0.15,
    "chronic_kidney_disease": 0.26,
    "dementia": 0.13,
    "sleep_apnea": 0.14,
}
MEDICINES = {
    "lisinopril": 0.6,
    "metoprolol_succinate": 0.3,
    "apixaban": 0.1,
    "insulin_glargine": 0.07,
    "glipizide": 0.06,
    "zolpidem": 0.04,
    "acetaminophen": 0.3,
}
NEEDS = {"food": 0.11, "transportation": 0.10, "isolation": 0.3, "utilities": 0.06, "medication_cost": 0.09}


def make_panel(count: int, seed: int = 1, start: int = 0) -> Panel:
    """Return people whose every trait is drawn alone, keyed by their number."""
    who = np.arange(start, start + count)

    def chosen(table: str, shares: Mapping[str, float], column: str) -> pd.DataFrame:
        parts = []
        for key, share in shares.items():
            has = who[uniforms(seed, f"test.{table}.{key}", who) < share]
            parts.append(pd.DataFrame({"patient": has, column: key}))
        frame = pd.concat(parts).sort_values(["patient", column], ignore_index=True)
        return frame.astype({column: pd.CategoricalDtype(list(shares))})

    conditions = chosen("conditions", CONDITIONS, "condition")
    conditions["severity"] = (
        uniforms(seed, "test.severity", conditions["patient"], np.arange(len(conditions)) * 0) * 1.5
    )
    medications = chosen("medications", MEDICINES, "medication")
    medications["over_the_counter"] = medications["medication"] == "acetaminophen"
    phq9 = who[uniforms(seed, "test.phq9", who) < 0.2]
    screens = pd.DataFrame({"patient": phq9, "instrument": "phq9"}).astype({"instrument": "category"})
    screens["score"] = (uniforms(seed, "test.score", phq9) * 28).astype(np.int8)
    screens["item9"] = (uniforms(seed, "test.item9", phq9) * 1.1).astype(np.int8)
    patients = pd.DataFrame(
        {
            "patient": who,
            "sex": pd.Categorical.from_codes(
                (uniforms(seed, "test.sex", who) < 0.45).astype(np.int8), ["female", "male"]
            ),
            "age": (65 + 30 * uniforms(seed, "test.age", who)).astype(np.int8),
            "lives_alone": uniforms(seed, "test.alone", who) < 0.3,
            "literacy": pd.Categorical.from_codes(
                (uniforms(seed, "test.literacy", who) < 0.3).astype(int), ["medium", "low"]
            ),
            "tobacco": pd.Categorical.from_codes(
                (uniforms(seed, "test.tobacco", who) < 0.1).astype(int), ["never", "current"]
            ),
            "frailty": uniforms(seed, "test.frailty", who).astype(np.float32),
            "adherence": (0.5 + 0.5 * uniforms(seed, "test.adherence", who)).astype(np.float32),
            "egfr": (20 + 80 * uniforms(seed, "test.egfr", who)).astype(np.float32),
            "n_conditions": np.bincount(conditions["patient"] - start, minlength=count).astype(np.int8),
        }
    )
    tables = {
        "patients": patients,
        "conditions": conditions,
        "medications": medications,
        "social_needs": chosen("needs", NEEDS, "need"),
        "screens": screens,
    }
    return Panel(seed, date(2026, 11, 23), tables)
