"""A chart in plain words: the rows the desk shows and the names a scenario's lines may use. Nothing is decided here."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from simcare.patients.measures import spoken, title
from simcare.patients.tables import keyed

if TYPE_CHECKING:
    from simcare.patients.chart import Chart, Due, Medication, Observation, Visit

Row = dict[str, object]
MONTHS = (
    "January February March April May June July August September October November December".split()
)  # the locale's names would change the chart
INSURANCE = {
    "original_medicare": "Original Medicare (no supplement; 20% coinsurance may apply)",
    "medicare_medigap": "Original Medicare with a Medigap plan",
    "medicare_advantage": "Medicare Advantage plan",
    "dual_qmb": "Medicare and Medicaid, QMB (must not be charged coinsurance)",
}
STATUS = {
    "due": "Due",
    "overdue": "Overdue",
    "booked": "Booked",
    "done": "Done",
    "declined": "Declined",
    "missed": "Missed",
}


def us_date(day: date) -> str:
    """Write a day as 03/04/2026, month first."""
    return f"{day.month:02d}/{day.day:02d}/{day.year}"


def long_date(day: date) -> str:
    """Write a day as it is said: March 4, 1953."""
    return f"{MONTHS[day.month - 1]} {day.day}, {day.year}"


def placeholders(chart: Chart) -> dict[str, str]:
    """Return the names that lines may use, all plain text."""
    who, where, practice = chart.identity, chart.identity.address, chart.practice
    named = {
        "first_name": who.first_name,
        "last_name": who.last_name,
        "full_name": f"{who.first_name} {who.last_name}",
        "formal_name": who.formal_name,
        "title": who.title,
        "birth_date": long_date(who.birth_date),
        "age": str(who.age),
        "street": where.street,
        "city": where.city,
        "state": where.state_name,
        "zip": where.zip,
        "address": str(where),
        "phone": who.phone,
        "email": who.email,
        "member_id": who.member_id,
        "lives_with": who.lives_with,
        "doctor": practice.doctor,
        "doctor_full_name": practice.doctor_full_name,
        "clinic": practice.clinic,
        "clinic_phone": practice.clinic_phone,
        "pharmacy": practice.pharmacy,
        "pharmacy_phone": practice.pharmacy_phone,
    }
    seen: dict[str, int] = {}
    people = [(contact.relation, contact) for contact in chart.contacts]
    if chart.emergency_contact is not None:
        people.append(("emergency_contact", chart.emergency_contact))
    for relation, contact in people:
        seen[relation] = seen.get(relation, 0) + 1
        name = relation if seen[relation] == 1 else f"{relation}_{seen[relation]}"
        if name in named:
            continue
        named[name] = contact.first_name
        named[f"{name}_name"] = f"{contact.first_name} {contact.last_name}"
        named[f"{name}_phone"] = contact.phone
        named[f"{name}_lives"] = contact.lives
    return named


def sections(chart: Chart) -> dict[str, object]:
    """Return every section of the chart as a list of rows, and what the desk shows above them."""
    who = chart.identity
    return {
        "name": f"{who.title} {who.first_name} {who.last_name}",
        "on": us_date(chart.on),
        "identity": _identity(chart),
        "contacts": [
            _row(
                f"contact.{nth}",
                f"{contact.first_name} {contact.last_name}, {contact.relation.replace('_', '-')}",
                _joined(contact.phone, contact.lives, contact.note),
                "Emergency contact" if contact.emergency else "",
                relation=contact.relation,
                phone=contact.phone,
                emergency=contact.emergency,
                consent=contact.consent,
                consent_text="May hear health details" if contact.consent else "No consent to share health details",
            )
            for nth, contact in enumerate(chart.contacts)
        ],
        "conditions": [
            _row(f"condition.{held.key}", _joined(held.name, held.detail), f"Since {held.since}", "", code=held.icd10cm)
            for held in chart.conditions
        ],
        "medications": [_medication(chart, nth, taken) for nth, taken in enumerate(chart.medications)],
        "allergies": [
            _row(f"allergy.{nth}", known.substance, f"Reaction: {known.reaction}", "")
            for nth, known in enumerate(chart.allergies)
        ]
        or [_row("allergy.none", "No known allergies", "", "")],
        "observations": _observations(chart),
        "visits": [_visit(chart, nth, visit) for nth, visit in enumerate(chart.visits)],
        "care_gaps": [_due("gap", nth, due) for nth, due in enumerate(chart.care_gaps)],
        "immunizations": [_due("shot", nth, due) for nth, due in enumerate(chart.immunizations)],
        "surgeries": _plain("surgery", chart.surgeries, "No operations on file"),
        "family_history": _plain("family", chart.family_history, "Not on file"),
        "social_needs": _social(chart),
        "goals": [
            _row(f"goal.{nth}", goal.text, f"Plan: {goal.plan}", "", plan=goal.plan, progress=goal.progress)
            for nth, goal in enumerate(chart.goals)
        ],
        "notes": [
            _row(
                f"note.{nth}",
                note.text,
                _joined(us_date(note.on), note.channel, note.author.replace("_", " ")),
                "",
                topic=note.topic,
            )
            for nth, note in enumerate(chart.notes)
        ]
        or [_row("note.none", "No notes on file", "", "")],
        "consent": _consent(chart),
        "minutes": [
            _row("minutes.total", f"{chart.minutes_this_month} minutes this month", "20 minutes count as a month", ""),
            *(
                _row(f"minutes.{nth}", entry.what, us_date(entry.on), f"{entry.minutes} min", minutes=entry.minutes)
                for nth, entry in enumerate(chart.minutes)
            ),
        ],
    }


def _row(id_: str, text: str, detail: str, badge: str, **fields: object) -> Row:
    return {"id": id_, "text": text, "detail": detail, "badge": badge, **fields}


def _joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _opened(words: str) -> str:
    return words[:1].upper() + words[1:]


def _plain(kind: str, lines: tuple[str, ...], nothing: str) -> list[Row]:
    return [_row(f"{kind}.{nth}", line, "", "") for nth, line in enumerate(lines)] or [
        _row(f"{kind}.none", nothing, "", "")
    ]


def _identity(chart: Chart) -> list[Row]:
    who, practice = chart.identity, chart.practice
    told = {
        "Name": f"{who.title} {who.first_name} {who.last_name}",
        "Date of birth": f"{us_date(who.birth_date)} (age {who.age})",
        "Sex": who.sex.capitalize(),
        "Phone": who.phone,
        "Email": who.email,
        "Address": f"{who.address} ({who.setting})",
        "Lives": _opened(who.lives_with),
        "Time zone": who.clock,
        "Best time to call": _opened(who.best_time),
        "Insurance": INSURANCE[who.insurance],
        "Member ID": who.member_id,
        "Doctor": f"{practice.doctor_full_name}, {practice.clinic}, {practice.clinic_phone}",
        "Pharmacy": f"{practice.pharmacy}, {practice.pharmacy_phone}",
        "Tobacco": _opened(who.tobacco),
        "Usually on the phone": who.baseline,
    }
    return [
        _row(f"identity.{label.lower().replace(' ', '_')}", value, label, "", label=label)
        for label, value in told.items()
        if value
    ]


def _medication(chart: Chart, nth: int, taken: Medication) -> Row:
    supply = ""
    if taken.days_left is not None and taken.filled is not None:
        left = "out" if taken.days_left == 0 else f"{taken.days_left} day{'' if taken.days_left == 1 else 's'} left"
        supply = f"{left}; filled {us_date(taken.filled)} for {taken.days_supply} days"
    elif taken.over_the_counter:
        supply = "bought without a prescription"
    elif taken.as_needed:
        supply = "taken as needed"
    return _row(
        f"medication.{nth}",
        taken.name,
        taken.schedule,
        "Refill soon" if taken.days_left is not None and taken.days_left <= 7 else "",
        reason=f"for {taken.reason}" if taken.reason else "",
        supply=supply,
        days_left=taken.days_left,
        note=taken.note,
    )


def _observations(chart: Chart) -> list[Row]:
    rows = []
    shown_pairs: set[tuple[date, str]] = set()
    for nth, seen in enumerate(chart.observations):
        value = spoken(seen.key, seen.value, seen.unit)
        if seen.key in ("bp_systolic", "bp_diastolic"):
            pair = _pair(chart, seen)
            if pair is not None:
                if (seen.on, seen.where) in shown_pairs:
                    continue
                shown_pairs.add((seen.on, seen.where))
                top, bottom = (seen, pair) if seen.key == "bp_systolic" else (pair, seen)
                value = f"{top.value:.0f}/{bottom.value:.0f}"
        rows.append(_row(f"observation.{nth}", f"{title(seen.key)}: {value}", f"{us_date(seen.on)}, {seen.where}", ""))
    return rows


def _pair(chart: Chart, seen: Observation) -> Observation | None:
    other = "bp_diastolic" if seen.key == "bp_systolic" else "bp_systolic"
    return next((o for o in chart.observations if o.key == other and o.on == seen.on and o.where == seen.where), None)


def _visit(chart: Chart, nth: int, visit: Visit) -> Row:
    return _row(
        f"visit.{nth}",
        f"{_opened(visit.with_whom)}: {visit.why}",
        f"{'was due ' if visit.status == 'overdue' else ''}{us_date(visit.on)}",
        STATUS[visit.status],
        status=visit.status,
        coming=visit.on > chart.on,
    )


def _due(kind: str, nth: int, due: Due) -> Row:
    when = "" if due.on is None else {"overdue": "since ", "due": "by "}.get(due.status, "") + us_date(due.on)
    return _row(f"{kind}.{nth}", due.name, _joined(when, due.note), STATUS[due.status], status=due.status)


def _social(chart: Chart) -> list[Row]:
    asked = f"Last asked {us_date(chart.social.asked)}"
    return [
        _row(f"need.{key}", keyed("sdoh")[key]["plain"], asked, "", code=keyed("sdoh")[key]["zcode"])
        for key in chart.social.needs
    ] or [_row("need.none", "No need on file", asked, "")]


def _consent(chart: Chart) -> list[Row]:
    given = chart.consent
    return [
        _row(
            "consent.given",
            f"{given.form.capitalize()} consent on file",
            f"{us_date(given.given)}, {given.practitioner} bills the program",
            "",
        ),
        *(_row(f"consent.{nth}", element, "Explained", "") for nth, element in enumerate(given.elements)),
        _row("consent.plan", "Care plan reviewed, copy given", us_date(given.plan_reviewed), ""),
    ]
