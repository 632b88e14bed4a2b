"""The hazards: which episodes there are, who is at risk of them, how often, and what raises or lowers that.

Read from `data/hazards.csv` and its companions and checked once. A hazard is one row with one rate; several hazards may
lead to episodes of one kind (a flare of gout, a flare of arthritis). Nothing is drawn here.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache

from simcare.documents import SimcareError
from simcare.patients.tables import Row, grouped, keyed, listed, rows

DAYS_A_YEAR = 365.25
SEASONS = ("winter", "spring", "summer", "autumn")
"""Of the northern half of the earth, by whole months: winter is December to February."""
SEASON_DAYS = (90.25, 92.0, 92.0, 91.0)
"""How many days of a mean year lie in each of `SEASONS`."""


class HazardError(SimcareError):
    """The tables of hazards disagree with each other, or a number in them makes no sense; a line for each finding."""


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that holds or does not hold about a patient: a row of `life_facts.csv`.

    It holds for who has, in `table`, at least `rows_least` rows with one of `values` in `column` and a `measure` from
    `least` up to, not including, `below`. Without a table it holds for nobody until the world says so. What is
    `changeable` may come and go while life goes on: a ride arranged, a need found.
    """

    key: str
    plain: str
    table: str
    column: str
    values: frozenset[str]
    measure: str
    least: float
    below: float
    rows_least: int
    changeable: bool


@dataclass(frozen=True, slots=True)
class Hazard:
    """One row of `hazards.csv` with its modifiers; shares are from 0 to 1, `rate` is per eligible person-year.

    Attributes:
        key: Name, and with seed, patient and nth the key of all its chances.
        kind: The kind of episode it leads to, which scenarios name.
        eligible: Facts of which one must hold; none means everybody.
        rate: Mean episodes a year over the eligible people of the default population.
        frailty_shape: Shape of the gamma (mean 1) that makes some people far more prone than others; None: nobody is.
        yearly_share: Published share of the eligible with one or more a year, where there is one.
        least_days: The shortest an episode lasts; `median_days` the median. No other of its hazard begins meanwhile.
        severe_share: Share of episodes that are severe.
        call_share: Share that makes the patient, or somebody with them, call.
        factors: What multiplies the rate, by fact.
        seasons: What multiplies the rate in each of `SEASONS`; the mean over a year is 1.
        scale: Constant that makes `rate` the mean in spite of the factors.
        source: Where the rate comes from.
        confidence: How sure the rate is.
    """

    key: str
    kind: str
    eligible: tuple[str, ...]
    rate: float
    frailty_shape: float | None
    yearly_share: float | None
    least_days: float
    median_days: float
    severe_share: float
    call_share: float
    factors: tuple[tuple[str, float], ...]
    seasons: tuple[float, float, float, float]
    scale: float
    source: str
    confidence: str

    @property
    def spread_days(self) -> float:
        """Return the mean, and the standard deviation, of what an episode lasts beyond `least_days`."""
        return (self.median_days - self.least_days) / math.log(2.0)


@dataclass(frozen=True, slots=True)
class Hazards:
    """All hazards in the file's order, and the facts that they speak of."""

    all: tuple[Hazard, ...]
    facts: Mapping[str, Fact] = field(repr=False)

    def __iter__(self) -> Iterator[Hazard]:
        """Go through the hazards in order."""
        return iter(self.all)

    def __len__(self) -> int:
        """Return how many hazards there are."""
        return len(self.all)

    @property
    def changeable(self) -> tuple[str, ...]:
        """Return the facts that may come and go, in order: the nth has bit n in a patient's `changing` facts."""
        return tuple(key for key, fact in self.facts.items() if fact.changeable)

    def bit(self, fact: str) -> int:
        """Return the bit of a changeable fact; `changing | bit` makes it hold, `changing & ~bit` ends it."""
        return 1 << self.changeable.index(fact)

    def changing_factors(self, hazard: Hazard) -> tuple[tuple[str, float], ...]:
        """Return the factors of a hazard that may come and go."""
        return tuple((fact, factor) for fact, factor in hazard.factors if self.facts[fact].changeable)

    def fixed_factors(self, hazard: Hazard) -> tuple[tuple[str, float], ...]:
        """Return the factors of a hazard that stay as they are."""
        return tuple((fact, factor) for fact, factor in hazard.factors if not self.facts[fact].changeable)

    def only(self, *keys: str) -> Hazards:
        """Return these hazards alone; each stays what it was, as do the episodes it leads to."""
        return replace(self, all=tuple(hazard for hazard in self.all if hazard.key in keys))

    def times(self, rate: float = 1.0, **each: float) -> Hazards:
        """Return the hazards with all rates, or those of some hazards, multiplied: a what-if, or a tornado's arm."""
        return replace(
            self, all=tuple(replace(hazard, rate=hazard.rate * each.get(hazard.key, rate)) for hazard in self.all)
        )

    def scaled(self, scales: Mapping[str, float]) -> Hazards:
        """Return the hazards with other normalization constants; who is not named keeps its own."""
        return replace(
            self, all=tuple(replace(hazard, scale=scales.get(hazard.key, hazard.scale)) for hazard in self.all)
        )


@cache
def episode_kinds() -> tuple[str, ...]:
    """Return every kind of episode a life may hold, in the file's order: what a scenario's `episodes` may name."""
    return tuple(dict.fromkeys(row["kind"] for row in rows("hazards")))


@cache
def load_hazards() -> Hazards:
    """Read and check the tables; raises HazardError with a line for each finding."""
    facts = {row["key"]: _fact(row) for row in rows("life_facts")}
    modifiers = grouped("hazard_modifiers", "hazard")
    scales = keyed("hazard_scales", "hazard")
    findings = [
        f"patients/data/hazard_modifiers.csv: there is no hazard '{key}'; use a key of hazards.csv"
        for key in modifiers.keys() - keyed("hazards").keys()
    ]
    loaded = []
    for row in rows("hazards"):
        mine = modifiers.get(row["key"], ())
        found = [*_wrong_row(row, facts), *(line for each in mine for line in _wrong_modifier(each, facts))]
        if row["key"] not in scales:
            found.append(f"hazard_scales.csv: '{row['key']}' is missing; run `python tools/scale_hazards.py`")
        findings += [f"patients/data/{line}" for line in found]
        if not found:
            loaded.append(_hazard(row, mine, float(scales[row["key"]]["scale"])))
    if findings:
        raise HazardError("\n".join(sorted(findings)))
    return Hazards(tuple(loaded), facts)


def _fact(row: Row) -> Fact:
    return Fact(
        row["key"],
        row["plain"],
        row["table"],
        row["column"],
        listed(row["values"]),
        row["measure"],
        float(row["least"] or -math.inf),
        float(row["below"] or math.inf),
        int(row["rows_least"] or 1),
        row["changeable"] == "Y",
    )


def _wrong_row(row: Row, facts: Mapping[str, Fact]) -> Iterator[str]:
    place = f"hazards.csv: '{row['key']}'"
    for fact in listed(row["eligible"]):
        if fact not in facts or facts[fact].changeable:
            yield f"{place}: eligible names '{fact}', which is no lasting fact of life_facts.csv"
    if float(row["rate"]) <= 0:
        yield f"{place}: the rate must be above 0"
    if row["frailty_shape"] and float(row["frailty_shape"]) <= 0:
        yield f"{place}: frailty_shape must be above 0, or empty for none"
    if not 0 <= float(row["least_days"]) <= float(row["median_days"]):
        yield f"{place}: least_days must be 0 or more and at most median_days"
    for column in ("severe_pct", "call_pct", "yearly_pct"):
        if not 0 <= float(row[column] or 0) <= 100:
            yield f"{place}: {column} must be from 0 to 100"


def _wrong_modifier(row: Row, facts: Mapping[str, Fact]) -> Iterator[str]:
    if row["fact"] not in facts and row["fact"] not in SEASONS:
        yield f"hazard_modifiers.csv: '{row['hazard']}' names '{row['fact']}', which life_facts.csv does not hold"
    if float(row["factor"]) <= 0:
        yield f"hazard_modifiers.csv: the factor of '{row['hazard']}' for '{row['fact']}' must be above 0"


def _hazard(row: Row, modifiers: tuple[Row, ...], scale: float) -> Hazard:
    factors = {each["fact"]: float(each["factor"]) for each in modifiers}
    raw = [factors.pop(season, 1.0) for season in SEASONS]
    mean = sum(factor * days for factor, days in zip(raw, SEASON_DAYS, strict=True)) / DAYS_A_YEAR
    winter, spring, summer, autumn = (factor / mean for factor in raw)
    return Hazard(
        key=row["key"],
        kind=row["kind"],
        eligible=tuple(sorted(listed(row["eligible"]))),
        rate=float(row["rate"]),
        frailty_shape=float(row["frailty_shape"]) if row["frailty_shape"] else None,
        yearly_share=float(row["yearly_pct"]) / 100 if row["yearly_pct"] else None,
        least_days=float(row["least_days"]),
        median_days=float(row["median_days"]),
        severe_share=float(row["severe_pct"]) / 100,
        call_share=float(row["call_pct"]) / 100,
        factors=tuple(factors.items()),
        seasons=(winter, spring, summer, autumn),
        scale=scale,
        source=row["source"],
        confidence=row["confidence"],
    )
