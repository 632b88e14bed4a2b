"""The chart beside the conversation: sections of rows ready to draw, the ones a call leans on opened first.

What a chart holds and how it is worded is decided in `simcare.patients`; here only what is shown where.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

from simcare.patients import Chart

SECTIONS: tuple[tuple[str, str, bool], ...] = (
    ("conditions", "Conditions", True),
    ("medications", "Medicines", True),
    ("allergies", "Allergies", True),
    ("contacts", "Contacts", True),
    ("notes", "Last notes", True),
    ("goals", "Goals and care plan", False),
    ("visits", "Visits", False),
    ("observations", "Readings and labs", False),
    ("care_gaps", "Care gaps", False),
    ("immunizations", "Immunizations", False),
    ("social_needs", "Social needs", False),
    ("surgeries", "Surgeries", False),
    ("family_history", "Family history", False),
    ("consent", "Consent", False),
    ("minutes", "Minutes this month", False),
)
"""Key, heading, and whether it is open at first."""

_FIRST_LOOK = ("Name", "Date of birth", "Phone", "Address", "Lives", "Usually on the phone")
_TONES = {
    "Overdue": "bad",
    "Missed": "bad",
    "Refill soon": "fair",
    "Due": "fair",
    "Declined": "fair",
    "Done": "good",
    "Emergency contact": "good",
}
_MORE = ("detail", "reason", "supply", "progress", "consent_text", "note")


def chart_sheet(chart: Chart) -> dict[str, Any]:
    """Return the chart as the desk draws it: identity as pairs, then sections with `rows` of main, more, tag, tone."""
    data = chart.as_json()
    told = {str(row["label"]): str(row["text"]) for row in _rows(data, "identity")}
    rest = [
        {"main": text, "more": label, "tag": "", "tone": ""} for label, text in told.items() if label not in _FIRST_LOOK
    ]
    sections = [
        {"id": key, "title": title, "open": opened, "rows": [_row(row) for row in _rows(data, key)]}
        for key, title, opened in SECTIONS
    ]
    sections.append({"id": "more", "title": "More about the patient", "open": False, "rows": rest})
    for section in sections:
        rows = cast(list[dict[str, str]], section["rows"])
        section["count"] = str(len(rows)) if section["id"] not in ("consent", "minutes", "more") else ""
    return {"identity": [[label, told[label]] for label in _FIRST_LOOK if label in told], "sections": sections}


def _rows(data: Mapping[str, object], key: str) -> Sequence[Mapping[str, object]]:
    return cast(Sequence[Mapping[str, object]], data.get(key, ()))


def _row(row: Mapping[str, object]) -> dict[str, str]:
    more = [str(row[name]) for name in _MORE if row.get(name)]
    tag = str(row.get("badge") or "")
    return {"main": str(row["text"]), "more": " · ".join(more), "tag": tag, "tone": _TONES.get(tag, "")}
