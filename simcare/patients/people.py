"""Who the patient is, the people around them, and the practice: names, ages, addresses and ways to reach them."""

from __future__ import annotations

import re
from datetime import date, timedelta

from simcare.patients.chart import Contact, Identity, Practice, Setting
from simcare.patients.constraints import PatientConstraints, WantedContact
from simcare.patients.luck import Luck
from simcare.patients.names import (
    FEMALE,
    MALE,
    Address,
    Phones,
    address,
    age_of,
    email,
    first_name,
    last_name,
    member_id,
    sex_of,
)
from simcare.patients.tables import keyed

INSURANCES = ("original_medicare", "medicare_medigap", "medicare_advantage", "dual_qmb")
INSURANCE_WEIGHTS = (20.0, 40.0, 28.0, 12.0)
SETTINGS: tuple[Setting, ...] = ("urban", "suburban", "rural")
SPOUSES = frozenset({"wife", "husband", "spouse", "partner"})


def age_on(birth: date, on: date) -> int:
    """Return the age in whole years on a day."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def years_before(day: date, years: int) -> date:
    """Return the same day so many years earlier; February 29 becomes February 28 where there is none."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def identify(wanted: PatientConstraints, luck: Luck, on: date, phones: Phones, home: Address) -> Identity:
    """Draw the patient's identity within the constraints; the age holds on the day of the call."""
    low, high = wanted.age if isinstance(wanted.age, tuple) else (wanted.age, wanted.age)
    age = luck.whole(min(low, high), max(low, high), "age")
    born = years_before(on, age) - timedelta(days=luck.whole(1, 364, "birthday"))
    taken = {contact.first_name for contact in wanted.contacts or () if contact.first_name}
    first, last = first_name(luck, wanted.sex, age, taken=taken), last_name(luck)
    return Identity(
        first_name=first,
        last_name=last,
        title=wanted.title or ("Mr." if wanted.sex == "male" else luck.weighted(("Mrs.", "Ms."), (70, 30), "title")),
        sex=wanted.sex,
        birth_date=born,
        age=age,
        address=home,
        setting=_setting(wanted, luck),
        time_zone=keyed("places", "abbr")[home.state]["time_zone"],
        clock=keyed("places", "abbr")[home.state]["clock"],
        phone=phones.next_for("patient"),
        email=email(first, last),
        best_time=luck.one(("mornings", "after lunch", "late mornings", "mid-afternoon"), "best_time"),
        lives_with=lives_with(wanted, luck, age),
        insurance=wanted.insurance or luck.weighted(INSURANCES, INSURANCE_WEIGHTS, "insurance"),
        member_id=member_id(luck),
        tobacco=_tobacco(wanted, luck, age, on),
        baseline=wanted.baseline or "",
    )


def home(wanted: PatientConstraints, luck: Luck) -> Address:
    """Draw where the patient lives."""
    return address(luck, wanted.state, _setting(wanted, luck))


def _setting(wanted: PatientConstraints, luck: Luck) -> Setting:
    return wanted.setting if wanted.setting is not None else luck.weighted(SETTINGS, (28, 50, 22), "setting")


def lives_with(wanted: PatientConstraints, luck: Luck, age: int) -> str:
    """Tell whom the patient lives with; empty where the given contacts leave it open."""
    if wanted.lives_with is not None:
        return wanted.lives_with
    if wanted.contacts is not None:
        spouse = next((c.relation for c in wanted.contacts if c.relation in SPOUSES and c.lives is None), None)
        return f"with {_own(wanted.sex)} {spouse}" if spouse else ""
    if luck.happens(float(keyed("sdoh")["living_alone"]["sim_prev_ccm_pct"]), "alone"):
        return "alone"
    married = 0 if wanted.title == "Miss" else 55 if wanted.sex == "female" and age >= 75 else 80
    spouse = "husband" if wanted.sex == "female" else "wife"
    other = "sister" if wanted.title == "Miss" else "daughter"
    return f"with {_own(wanted.sex)} {spouse if luck.happens(married, 'married') else other}"


def _own(sex: str) -> str:
    return "her" if sex == "female" else "his"


def _tobacco(wanted: PatientConstraints, luck: Luck, age: int, on: date) -> str:
    if wanted.tobacco is not None:
        return {"never": "never smoked", "current": "smokes"}.get(wanted.tobacco, wanted.tobacco)
    if "tobacco_use" in wanted.conditions:
        return "smokes"
    lungs = {"copd", "cancer_lung"} & set(wanted.conditions)
    if not luck.happens(85 if lungs else 38, "tobacco"):
        return "never smoked"
    # More than 15 years ago, so that no lung scan is due.
    return f"quit in {on.year - luck.whole(17, max(17, min(35, age - 30)), 'quit')}"


def contacts(wanted: PatientConstraints, luck: Luck, patient: Identity, phones: Phones) -> tuple[Contact, ...]:
    """Return the given contacts, completed, or draw one to two with the first of them for emergencies."""
    asked = wanted.contacts if wanted.contacts is not None else _drawn_contacts(luck, patient)
    taken = {patient.first_name} | {contact.first_name for contact in asked if contact.first_name}
    known = []
    for nth, contact in enumerate(asked):
        who = f"{contact.relation}.{sum(other.relation == contact.relation for other in asked[:nth])}"
        age = max(18, age_of(contact.relation, patient.age))
        first = contact.first_name or first_name(luck, sex_of(luck, contact.relation), age, who=who, taken=taken)
        taken.add(first)
        known.append(
            Contact(
                relation=contact.relation,
                first_name=first,
                last_name=patient.last_name if _same_name(luck, contact.relation, who) else last_name(luck, who=who),
                phone=phones.next_for(who),
                lives=contact.lives or "",
                emergency=contact.emergency,
                consent=contact.consent,
                note=contact.note or "",
            )
        )
    return tuple(known)


def _same_name(luck: Luck, relation: str, who: str) -> bool:
    if relation in SPOUSES:
        return True
    if relation not in FEMALE | MALE or relation.endswith("_in_law"):
        return False
    return luck.happens(85 if relation in ("son", "brother", "father") else 35, "same_name", who)


def _drawn_contacts(luck: Luck, patient: Identity) -> tuple[WantedContact, ...]:
    words = re.findall(r"[a-z]+", patient.lives_with.lower())
    with_whom = next((word for word in words if word in SPOUSES | FEMALE | MALE), None)
    people = []
    if with_whom is not None:
        people.append(WantedContact(relation=with_whom, lives="same home", emergency=True, consent=True))
    if not people or luck.happens(55, "second_contact"):
        relation = luck.weighted(
            ("daughter", "son", "sister", "brother", "friend", "neighbor"), (36, 28, 10, 8, 8, 10), "contact"
        )
        if relation != with_whom:
            lives = (
                "next door"
                if relation == "neighbor"
                else luck.one(
                    ("10 minutes away", "across town", "in the next county", "an hour away", "out of state"),
                    "contact_lives",
                )
            )
            consent = luck.happens(70, "contact_consent")
            people.append(WantedContact(relation=relation, lives=lives, emergency=not people, consent=consent))
    return tuple(people)


def practice(luck: Luck, patient: Identity, phones: Phones) -> Practice:
    """Draw the doctor, the clinic and the pharmacy, named after the patient's town, which does not exist."""
    sex = luck.one(("female", "male"), "doctor_sex")
    last = last_name(luck, who="doctor", taken={patient.last_name})
    first = first_name(luck, sex, 48, who="doctor", taken={patient.first_name})
    kind = luck.one(("Family Medicine", "Internal Medicine", "Primary Care", "Senior Health"), "clinic")
    town = patient.address.city
    return Practice(
        doctor=f"Dr. {last}",
        doctor_full_name=f"Dr. {first} {last}",
        clinic=f"{town} {kind}",
        clinic_phone=phones.next_for("clinic"),
        pharmacy=f"{town} {luck.one(('Pharmacy', 'Drug', 'Community Pharmacy'), 'pharmacy')}",
        pharmacy_phone=phones.next_for("pharmacy"),
    )
