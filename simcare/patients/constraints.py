"""What a scenario may ask of its patient: constraints that a drawn chart satisfies.

Only the shapes live here; `chart` draws the patient. Whatever is left out is drawn from the seed. Keys of conditions,
medications, observations, care gaps and social needs are those of `patients/data/*.csv`.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]


class _Wanted(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class WantedMedication(_Wanted):
    """One medicine on the list; `name`, `dose` and `schedule` default to the medication table."""

    key: Key | None = None
    name: Text | None = None
    schedule: Text | None = None
    reason: Text | None = None
    days_left: Annotated[int, Field(ge=0, le=180)] | None = None
    note: Text | None = None


class WantedContact(_Wanted):
    """Someone around the patient, by relation ("daughter"); consent says whether health matters may be shared."""

    relation: Key
    first_name: Text | None = None
    lives: Text | None = None
    """Where they are, in words: "40 miles away"."""
    emergency: bool = False
    consent: bool = False
    note: Text | None = None


class WantedObservation(_Wanted):
    """A measured value so many days before the call; unit and name come from the observation table."""

    key: Key
    value: float
    days_ago: Annotated[int, Field(ge=0, le=3650)] = 30
    where: Literal["clinic", "home", "lab"] = "clinic"


class WantedVisit(_Wanted):
    """A past visit (`days` below 0) or a coming one (`days` above 0), counted from the day of the call."""

    with_whom: Text
    why: Text
    days: Annotated[int, Field(ge=-3650, le=730)]
    status: Literal["done", "booked", "overdue", "missed"] = "done"


class WantedDue(_Wanted):
    """A care gap or an immunization: a key of the care-gap table, or words, with its state."""

    key: Key | None = None
    name: Text | None = None
    status: Literal["due", "overdue", "booked", "done", "declined"]
    days: int | None = None
    """Days from the call to the date that goes with the status (below 0 is past)."""
    note: Text | None = None


class WantedGoal(_Wanted):
    """A goal of the provider-approved care plan, in measurable words, with what the plan allows towards it."""

    text: Text
    plan: Text
    progress: Text | None = None


class WantedNote(_Wanted):
    """A note that the team wrote so many days before the call. Without any, `baseline` stands as the last note."""

    text: Text
    days_ago: Annotated[int, Field(ge=1, le=730)] = 30
    author: Literal["care_coordinator", "nurse", "social_worker"] = "care_coordinator"
    channel: Literal["call", "text", "office"] = "call"


class WantedAllergy(_Wanted):
    """An allergy and its reaction."""

    substance: Text
    reaction: Text


class PatientConstraints(_Wanted):
    """The patient a scenario needs; a list that is given replaces what would have been drawn."""

    age: Annotated[int, Field(ge=18, le=105)] | tuple[int, int]
    sex: Literal["female", "male"]
    title: Literal["Mr.", "Mrs.", "Ms.", "Miss"] | None = None
    state: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] | None = None
    setting: Literal["urban", "suburban", "rural"] | None = None
    insurance: Literal["original_medicare", "medicare_medigap", "medicare_advantage", "dual_qmb"] | None = None
    lives_with: Text | None = None
    tobacco: Annotated[str, StringConstraints(pattern=r"^(?:never|current|quit in (?:19|20)\d\d)$")] | None = None
    """`never`, `current`, or `quit in 2017`; decides what the chart says and whether a lung scan is due."""
    conditions: tuple[Key, ...] = Field(min_length=1)
    medications: tuple[WantedMedication, ...] | None = None
    contacts: tuple[WantedContact, ...] | None = None
    allergies: tuple[WantedAllergy, ...] | None = None
    observations: tuple[WantedObservation, ...] = ()
    visits: tuple[WantedVisit, ...] | None = None
    care_gaps: tuple[WantedDue, ...] | None = None
    immunizations: tuple[WantedDue, ...] | None = None
    surgeries: tuple[Text, ...] | None = None
    family_history: tuple[Text, ...] | None = None
    social_needs: tuple[Key, ...] | None = None
    goals: tuple[WantedGoal, ...] | None = None
    notes: tuple[WantedNote, ...] | None = None
    minutes_this_month: Annotated[int, Field(ge=0, le=180)] | None = None
    baseline: Text | None = None
    """How the patient usually is on the phone, as the last notes tell it."""
