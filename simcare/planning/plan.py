"""A plan as a planner writes it: who is to be looked after, by whom, by which rules, and what has to come out.

A plan says what is its own; every number that it leaves out comes from `planning/data` with its source. Here live the
shapes; `reading` checks what shapes cannot, `building` makes a world of it.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from simcare.planning.authored import Authored, Hours, Minutes, Share, Slug, Text, Zone
from simcare.world.posts import License, Takes

MOST_PATIENTS = 1_000_000
MOST_DAYS = 1_830


class Patients(Authored):
    """The panel: so many enrolled patients of a mix, or those of a folder that `simcare patients generate` wrote."""

    count: Annotated[int, Field(ge=1, le=MOST_PATIENTS)] | None = None
    """How many; may be left out with a folder, whose enrolled patients are then all taken."""
    mix: Text = "default"
    """Name of a mix, or a .yaml file beside the plan."""
    states: Annotated[tuple[Text, ...], Field(min_length=1)] | None = None
    """Two letters each; drawn by population. Those of the mix when left out."""
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 0
    """Which people; the luck of a run is another seed."""
    folder: Text | None = None

    @model_validator(mode="after")
    def _is_one_way(self) -> Patients:
        if self.folder is None and self.count is None:
            raise ValueError("nothing says how many patients there are; add 'count'")
        if self.folder is not None and self.model_fields_set & {"mix", "states", "seed"}:
            raise ValueError("a folder holds its own people; remove mix, states and seed, or the folder")
        return self


class Roll(Authored):
    """Shrinkage and turnover of a team where they are its own; what is left out comes from the numbers."""

    sick: Share | None = None
    leave: Share | None = None
    meetings: Share | None = None
    turnover_yearly: Annotated[float, Field(ge=0, le=5)] | None = None


class Team(Authored):
    """People who work the same hours with the same license; each is a post of the world."""

    team: Slug
    people: Annotated[int, Field(ge=0, le=5_000)]
    may_be: Annotated[tuple[int, int], Field(description="fewest and most people in a staffing search")] | None = None
    role: Literal["care_manager", "nurse"] = "care_manager"
    license: License = "none"
    licensed: Annotated[tuple[Text, ...], Field(min_length=1)] | None = None
    """States in which the license holds; every state when left out."""
    compact: bool = False
    """Whether the license is one of the Nurse Licensure Compact: its states are added to `licensed`."""
    skill: Slug = "trained"
    takes: Annotated[tuple[Takes, ...], Field(min_length=1)] | None = None
    """What kinds of work; a nurse takes escalations and callbacks, a care manager all but escalations."""
    shift: Hours | None = None
    """None: always on duty."""
    on_call: Hours | None = None
    """When reachable for critical calls outside of the shift."""
    pace: Annotated[float, Field(gt=0, le=10)] = 1.0
    hourly_usd: Annotated[float, Field(ge=0, le=1_000)] | None = None
    roll: Roll = Roll()
    prefer: Annotated[int, Field(ge=0, le=100)] | None = None
    """Idle people with a lower number are called first; by license when left out, so that nurses stay free."""

    @model_validator(mode="after")
    def _makes_sense(self) -> Team:
        if self.may_be is not None and not 0 <= self.may_be[0] <= self.may_be[1]:
            raise ValueError(f"may_be is {list(self.may_be)}; write the fewest and the most people, both 0 or more")
        if self.license == "none" and (self.licensed is not None or self.compact):
            raise ValueError("without a license there are no licensed states; add 'license: rn' or 'license: lpn'")
        if self.role == "nurse" and self.license != "rn":
            raise ValueError(
                f"a nurse of the escalations needs the license rn, not {self.license}; write 'license: rn'"
            )
        return self


class WeeklyWeights(Authored):
    """Weights of the hours of a weekday and of the days of a week; their scale is free."""

    hours: Annotated[tuple[Annotated[float, Field(ge=0)], ...], Field(min_length=24, max_length=24)]
    days: Annotated[tuple[Annotated[float, Field(ge=0)], ...], Field(min_length=7, max_length=7)] = (1.0,) * 7

    @model_validator(mode="after")
    def _has_weight(self) -> WeeklyWeights:
        if not sum(self.hours) * sum(self.days) > 0:
            raise ValueError("all weights are 0; give at least one hour and one day a weight")
        return self


class PlanStream(Authored):
    """Calls that come beside those of the patients' lives: a textbook queue is one of these and nothing else."""

    stream: Slug
    per_hour: Annotated[float, Field(gt=0, le=100_000)] | None = None
    """Of the whole program, in UTC."""
    per_patient_month: Annotated[float, Field(gt=0, le=1_000)] | None = None
    hours: WeeklyWeights | None = None
    """When; all hours alike when left out."""
    talk: Minutes
    documentation: Minutes = Minutes(fixed=0.0)
    patience: Minutes | None = None
    """None: callers wait for ever."""
    priority: Literal["critical", "same_day", "routine"] = "routine"
    needs: Literal["anyone", "clinical", "nurse"] = "anyone"

    @model_validator(mode="after")
    def _has_one_rate(self) -> PlanStream:
        if (self.per_hour is None) == (self.per_patient_month is None):
            raise ValueError("a stream needs one rate; write per_hour or per_patient_month")
        return self


class PlanPolicy(Authored):
    """The organization's rules that are no numbers."""

    open: Hours | None = None
    """When the lines are open; always when left out."""
    nurse_only_states: tuple[Text, ...] | None = None
    """Two letters each; those of the licensure table when left out."""
    licensure: Text | None = None
    """A CSV file beside the plan with the columns of `patients/data/licensure.csv`, to replace it."""
    own_care_manager_first: bool = True
    outreach: bool = True
    episodes: bool = True
    inbound: bool = True
    """Whether patients call about other things than episodes."""
    transfers: bool = True
    """Whether a nurse is brought into a call that is escalated."""
    nurse_joins_911: bool = True
    """Whether a nurse is also brought in while the care manager stays on the line for 911; nobody waits for that."""


class PlanCalls(Authored):
    """Where call profiles and skills come from."""

    hours: WeeklyWeights | None = None
    """When patients call, in their local time; the pattern of the data when left out."""
    library: bool = True
    """Whether the rehearsed scenarios of the library serve episodes."""
    profiles: Text | None = None
    """A CSV file beside the plan with the columns of the shipped profiles, to replace them."""
    skills: Text | None = None
    """A skill file beside the plan, made from trainees' records (`simcare.calls.skills`)."""


class Target(Authored):
    """What has to come out: an answer's name and a bound for its mean."""

    answer: Slug
    at_least: Annotated[float, Field(allow_inf_nan=False)] | None = None
    at_most: Annotated[float, Field(allow_inf_nan=False)] | None = None

    @model_validator(mode="after")
    def _has_one_bound(self) -> Target:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("a target needs one bound; write at_least or at_most")
        return self

    @property
    def bound(self) -> float:
        """Return the bound."""
        return self.at_least if self.at_least is not None else self.at_most or 0.0

    @property
    def sign(self) -> int:
        """Return 1 where more is better, else -1."""
        return 1 if self.at_least is not None else -1


class ServiceLevel(Authored):
    """The definition: answered within these seconds, over all calls but those that hung up within `short`."""

    within_seconds: Annotated[float, Field(gt=0, le=86_400)] = 60.0
    short_seconds: Annotated[float, Field(ge=0, le=600)] = 5.0


class Billing(Authored):
    """Which family of codes is billed, and prices that are the program's own."""

    family: Literal["ccm", "pcm", "apcm", "none"] = "ccm"
    usd: dict[Text, Annotated[float, Field(ge=0, le=100_000)]] = Field(default_factory=dict)
    """Price by code, where it is not the national one."""


class Runs(Authored):
    """How many replications, or how precise; the command line may say otherwise."""

    replications: Annotated[int, Field(ge=2, le=100_000)] | None = None
    precision: Annotated[float, Field(gt=0, lt=1)] | None = None
    """Half-width of the confidence interval over the mean, of each of `of`."""
    of: tuple[Slug, ...] = ("reached", "service_level", "nurse_wait")
    confidence: Annotated[float, Field(ge=0.5, lt=1)] = 0.95
    fewest: Annotated[int, Field(ge=2, le=100_000)] = 10
    most: Annotated[int, Field(ge=2, le=100_000)] = 500


class Plan(Authored):
    """A staffing question."""

    simcare: Literal[1]
    title: Text
    about: str = ""
    start: date
    months: Annotated[int, Field(ge=1, le=60)] | None = None
    """Whole calendar months, from the first of one; or `days`."""
    days: Annotated[int, Field(ge=1, le=MOST_DAYS)] | None = None
    settle_days: Annotated[int, Field(ge=0, le=366)] = 0
    """Days before `start` that are simulated and not counted, so that queues are not empty when counting begins."""
    zone: Zone = "America/New_York"
    """Whose days and hours the answers count."""
    patients: Patients | None = None
    roster: Annotated[tuple[Team, ...], Field(min_length=1)]
    policy: PlanPolicy = PlanPolicy()
    calls: PlanCalls = PlanCalls()
    streams: tuple[PlanStream, ...] = ()
    targets: tuple[Target, ...] = ()
    service_level: ServiceLevel = ServiceLevel()
    billing: Billing = Billing()
    numbers: dict[Text, Annotated[float, Field(allow_inf_nan=False)]] = Field(default_factory=dict)
    """Numbers of `planning/data/numbers.csv` that are otherwise here, by key."""
    durations: dict[Text, Minutes] = Field(default_factory=dict)
    """Distributions of `planning/data/durations.csv` that are otherwise here, by key."""
    interval_minutes: Literal[15, 30, 60] = 30
    runs: Runs = Runs()

    @model_validator(mode="after")
    def _has_one_length(self) -> Plan:
        if (self.months is None) == (self.days is None):
            raise ValueError("a plan needs one length; write months or days")
        if self.months is not None and self.start.day != 1:
            raise ValueError(f"whole months begin on a first, not on {self.start}; change 'start', or write days")
        if self.patients is None and not self.streams:
            raise ValueError("nobody calls in this plan; add 'patients' or 'streams'")
        return self

    @property
    def horizon_days(self) -> int:
        """Return how many days are counted."""
        if self.days is not None:
            return self.days
        assert self.months is not None
        year, month = divmod(self.start.year * 12 + self.start.month - 1 + self.months, 12)
        return (date(year, month + 1, 1) - self.start).days
