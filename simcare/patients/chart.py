"""One patient as a care manager may see them on a given day: the Chart and the rows it is made of, all frozen.

`draw` makes a chart from constraints and a seed; `shown` turns it into rows of plain words for the desk. Days are
counted from the day of the call, the past below 0; kept units are those of `data/observations.csv`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from simcare.patients import shown
from simcare.patients.names import Address

DueStatus = Literal["due", "overdue", "booked", "done", "declined"]
Setting = Literal["urban", "suburban", "rural"]
Author = Literal["care_coordinator", "nurse", "social_worker"]
Channel = Literal["call", "text", "office"]
VisitStatus = Literal["done", "booked", "overdue", "missed"]


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the patient is and how to reach them."""

    first_name: str
    last_name: str
    title: str
    sex: Literal["female", "male"]
    birth_date: date
    age: int
    address: Address
    setting: Setting
    time_zone: str
    """The IANA name, such as America/Chicago; `clock` is how it is said: "Central time"."""
    clock: str
    phone: str
    email: str
    best_time: str
    lives_with: str
    """In words ("alone"); empty where the chart does not say."""
    insurance: str
    """A key: original_medicare, medicare_medigap, medicare_advantage or dual_qmb."""
    member_id: str
    tobacco: str
    baseline: str
    """How the patient usually is on the phone; empty where the notes do not tell."""

    @property
    def formal_name(self) -> str:
        """Return title and last name: "Mrs. Boyd"."""
        return f"{self.title} {self.last_name}"


@dataclass(frozen=True, slots=True)
class Contact:
    """Someone around the patient; `consent` says whether health matters may be shared with them."""

    relation: str
    first_name: str
    last_name: str
    phone: str
    lives: str
    emergency: bool
    consent: bool
    note: str


@dataclass(frozen=True, slots=True)
class Practice:
    """The patient's doctor, clinic and pharmacy."""

    doctor: str
    """With the title: "Dr. Ellison"."""
    doctor_full_name: str
    clinic: str
    clinic_phone: str
    pharmacy: str
    pharmacy_phone: str


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition of the problem list; `detail` is its stage where it has one."""

    key: str
    name: str
    detail: str
    icd10cm: str
    since: int
    """The year in which it was found."""


@dataclass(frozen=True, slots=True)
class Medication:
    """A medicine on the list. `days_left` is days of supply less the days since the fill, never below 0.

    The three are None together for what is taken as needed or bought without a prescription, unless days were given.
    """

    key: str
    """Empty where only a name was given."""
    name: str
    schedule: str
    reason: str
    as_needed: bool
    over_the_counter: bool
    days_supply: int | None
    filled: date | None
    days_left: int | None
    note: str


@dataclass(frozen=True, slots=True)
class Allergy:
    """An allergy and its reaction."""

    substance: str
    reaction: str


@dataclass(frozen=True, slots=True)
class Observation:
    """A measured value in the unit of the observation table, its day and place."""

    key: str
    value: float
    unit: str
    on: date
    where: Literal["clinic", "home", "lab"]


@dataclass(frozen=True, slots=True)
class Visit:
    """A past or coming visit."""

    with_whom: str
    why: str
    on: date
    status: VisitStatus


@dataclass(frozen=True, slots=True)
class Due:
    """A care gap or an immunization and its state; `on` is the day that goes with the state, where one is known."""

    key: str
    name: str
    status: DueStatus
    on: date | None
    note: str


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal of the provider-approved care plan, what the plan allows towards it, and how far it is."""

    text: str
    plan: str
    progress: str


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody of the team wrote after a past contact; `topic` is a key, empty where a scenario gave the note."""

    on: date
    author: Author
    channel: Channel
    topic: str
    text: str


@dataclass(frozen=True, slots=True)
class SocialScreen:
    """The social needs on file and the day they were last asked; no needs means that none were told then."""

    asked: date
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Consent:
    """The consent to chronic care management: day, form, practitioner and the elements that were explained."""

    given: date
    form: Literal["verbal", "written"]
    practitioner: str
    elements: tuple[str, ...]
    plan_reviewed: date


@dataclass(frozen=True, slots=True)
class MinutesEntry:
    """Counted staff time: a day of this month, what was done, whole minutes."""

    on: date
    what: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Chart:
    """One patient as of a day."""

    on: date
    identity: Identity
    contacts: tuple[Contact, ...]
    practice: Practice
    conditions: tuple[Condition, ...]
    medications: tuple[Medication, ...]
    allergies: tuple[Allergy, ...]
    observations: tuple[Observation, ...]
    visits: tuple[Visit, ...]
    care_gaps: tuple[Due, ...]
    immunizations: tuple[Due, ...]
    surgeries: tuple[str, ...]
    family_history: tuple[str, ...]
    social: SocialScreen
    goals: tuple[Goal, ...]
    notes: tuple[Note, ...]
    """The last ones, the newest first."""
    consent: Consent
    minutes: tuple[MinutesEntry, ...]

    @property
    def minutes_this_month(self) -> int:
        """Return the minutes counted in this month before the call."""
        return sum(entry.minutes for entry in self.minutes)

    @property
    def emergency_contact(self) -> Contact | None:
        """Return the first contact marked for emergencies."""
        return next((contact for contact in self.contacts if contact.emergency), None)

    def observation(self, key: str) -> Observation | None:
        """Return the last observation of a key."""
        return max((seen for seen in self.observations if seen.key == key), key=lambda seen: seen.on, default=None)

    def placeholders(self) -> dict[str, str]:
        """Return what a scenario's lines may name in braces, as plain text.

        A contact is named by relation: `daughter`, `daughter_phone`, `daughter_name`; a second one `daughter_2`.
        """
        return shown.placeholders(self)

    def as_json(self) -> dict[str, object]:
        """Return the chart for the desk: a list of rows for every section, in plain words, dates as 03/04/2026.

        Every row has the texts `id`, `text`, `detail`, `badge`; most have fields of their own beside them.
        """
        return shown.sections(self)
