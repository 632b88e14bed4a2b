"""What the chart tells of before: allergies, operations, family, social needs, goals, notes, consent, counted minutes.

What is drawn is harmless on purpose: nothing here may decide a call, shift a screening rule, or tell variants apart.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date, timedelta

from simcare.patients.chart import Allergy, Consent, Goal, MinutesEntry, Note, SocialScreen
from simcare.patients.constraints import PatientConstraints
from simcare.patients.luck import Luck, weekday
from simcare.patients.tables import grouped, listed, rows

GOALS = 3
LAST_NOTES = 2
"""The chart of a person of a population shows so many notes."""
ALONE = re.compile(r"\balone\b", re.IGNORECASE)


def allergies(wanted: PatientConstraints, luck: Luck, medications: Collection[str]) -> tuple[Allergy, ...]:
    """Return the given allergies, or draw none, one or two that no medicine of the list speaks against."""
    if wanted.allergies is not None:
        return tuple(Allergy(known.substance, known.reaction) for known in wanted.allergies)
    taken = set(medications)
    pool = [row for row in rows("allergies") if not listed(row["not_with"]) & taken]
    count = luck.weighted((0, 1, 2), (50, 38, 12), "allergies")
    drawn: list[Allergy] = []
    for nth in range(count):
        row = luck.weighted(pool, [float(row["weight"]) for row in pool], "allergy", nth=nth)
        pool.remove(row)
        drawn.append(Allergy(row["substance"], row["reaction"]))
    return tuple(drawn)


def surgeries(wanted: PatientConstraints, luck: Luck, birth: date, on: date) -> tuple[str, ...]:
    """Return the given operations, or draw harmless ones with their years, oldest first."""
    if wanted.surgeries is not None:
        return wanted.surgeries
    had = []
    for row in rows("surgeries"):
        year = birth.year + luck.whole(int(row["age_from"]), int(row["age_to"]), "surgery_age", row["name"])
        fits = row["sex"] == "A" or row["sex"] == wanted.sex[0].upper()
        if fits and year < on.year and luck.happens(float(row["percent"]), "surgery", row["name"]):
            had.append((year, f"{row['name']}, {year}"))
    return tuple(text for _, text in sorted(had))


def family_history(wanted: PatientConstraints, luck: Luck, conditions: Collection[str]) -> tuple[str, ...]:
    """Return the given family history, or draw a line for mother, father and perhaps a sibling."""
    if wanted.family_history is not None:
        return wanted.family_history
    lines = []
    for relative, members in grouped("family_history", "relative").items():
        if relative == "Sibling" and luck.happens(30, "no_sibling"):
            continue
        # What runs in the family is twice as likely in the patient's own conditions.
        weights = [float(row["weight"]) * (2 if row["condition"] in conditions else 1) for row in members]
        row = luck.weighted(members, weights, "family", relative)
        who = luck.one(("Sister", "Brother"), "sibling") if relative == "Sibling" else relative
        lines.append(f"{who}: {row['what']}")
    return tuple(lines)


def social(wanted: PatientConstraints, luck: Luck, lives_with: str, on: date) -> SocialScreen:
    """Return the given social needs; none is drawn, for a need may be what a call is about."""
    asked = weekday(on - timedelta(days=luck.whole(150, 330, "screened")))
    if wanted.social_needs is not None:
        return SocialScreen(asked, wanted.social_needs)
    return SocialScreen(asked, ("living_alone",) if ALONE.search(lives_with) else ())


def goals(wanted: PatientConstraints, luck: Luck) -> tuple[Goal, ...]:
    """Return the given goals, or draw one for each of the first conditions that have any."""
    if wanted.goals is not None:
        return tuple(Goal(goal.text, goal.plan, goal.progress or "") for goal in wanted.goals)
    pools = [grouped("goals", "condition").get(key, ()) for key in dict.fromkeys(wanted.conditions)]
    chosen = [luck.one(pool, "goal", pool[0]["condition"]) for pool in pools if pool][:GOALS]
    return tuple(Goal(row["goal"], row["plan"], row["progress"]) for row in chosen)


def notes(wanted: PatientConstraints, luck: Luck, on: date) -> tuple[Note, ...]:
    """Return the given notes, or how the patient usually is as the note of an earlier month; nothing else is drawn.

    A note may hint at what a call is about, so only a scenario writes one.
    """
    if wanted.notes is not None:
        given = sorted(wanted.notes, key=lambda note: note.days_ago)
        return tuple(Note(on - timedelta(n.days_ago), n.author, n.channel, "", n.text) for n in given)
    if wanted.baseline is None:
        return ()
    ago = on - timedelta(days=luck.whole(28, 46, "note_day"))
    day = weekday(min(ago, on.replace(day=1) - timedelta(days=1)))
    return (Note(day, "care_coordinator", "call", "", wanted.baseline),)


def consent(luck: Luck, practitioner: str, on: date) -> Consent:
    """Draw the consent: every element that must be explained was, by word or in writing, months before the call."""
    given = weekday(on - timedelta(days=luck.whole(100, 900, "consented")))
    return Consent(
        given=given,
        form="verbal" if luck.happens(75, "consent_form") else "written",
        practitioner=practitioner,
        elements=tuple(row["element"] for row in rows("consent")),
        plan_reviewed=weekday(on - timedelta(days=luck.whole(20, 95, "reviewed"))),
    )


def minutes(wanted: PatientConstraints, luck: Luck, on: date) -> tuple[MinutesEntry, ...]:
    """Return entries of this month up to the day of the call that add up to the given minutes, or draw up to two."""
    pool = rows("activities")
    weights = [float(row["weight"]) for row in pool]
    left = wanted.minutes_this_month
    count = 0 if on.day == 1 and left is None else luck.whole(0, 2, "entries")
    entries: list[MinutesEntry] = []
    while (left is None and len(entries) < count) or (left is not None and left > 0):
        nth = len(entries)
        row = luck.weighted(pool, weights, "activity", nth=nth)
        took = luck.whole(int(row["low"]), int(row["high"]), "minutes", nth=nth)
        took = took if left is None else min(took, left)
        first, last = on.replace(day=1), on - timedelta(days=1 if on.day > 1 else 0)
        day = weekday(first + timedelta(days=luck.whole(0, (last - first).days, "minutes_day", nth=nth)))
        entries.append(MinutesEntry(max(day, first), row["what"], took))
        left = None if left is None else left - took
    return tuple(sorted(entries, key=lambda entry: entry.on))
