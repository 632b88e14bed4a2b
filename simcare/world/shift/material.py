"""What a shift is made of: its spec with the texts it names, and what luck makes of them, the cast.

A call of the library is set on the shift's day: its chart is as of that day, and who is asked for the day of the week
says this one. Nothing else of its text changes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from simcare import chance
from simcare.calls.call import Call
from simcare.calls.opening import draw_variant, open_call
from simcare.scenarios.intents import IntentLibrary
from simcare.scenarios.model import Scenario
from simcare.scenarios.policy import Policy
from simcare.world.shift.authored import Item, ShiftSpec

TELLS_THE_DAY = "check_orientation"
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_STAMP = "%Y-%m-%d %H:%M"


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """A shift's spec and everything it is played with; the same material and seed always give the same shift."""

    spec: ShiftSpec
    scenarios: Mapping[str, Scenario]
    """Every scenario that an item names or may draw, by id."""
    policy: Policy
    intents: IntentLibrary


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """An item as luck made it: when it comes, and which call it is."""

    id: str
    item: Item
    at: int
    """Second of the shift."""
    scenario: str
    """Empty where no call comes of it."""
    variant: str
    opened: Call | None
    """The call with its line open; it is copied, never played."""
    need: int
    """Rank of the level that is right."""
    who: str
    """The person it is about, as a list shows them."""
    body: str
    answers: Mapping[str, str]
    """What each answer says, with the patient's name in it."""


def draw_cast(material: Material, seed: int) -> dict[str, Part]:
    """Return the items of a shift by id, in the order in which they come; each one's luck is its own."""
    parts = [_part(material, name, item, seed) for name, item in material.spec.items.items()]
    return {part.id: part for part in sorted(parts, key=lambda part: part.at)}


def moment(spec: ShiftSpec, second: int) -> datetime:
    """Return the time of day at a second of the shift."""
    return datetime.strptime(spec.start, _STAMP) + timedelta(seconds=second)


def may_be(item: Item) -> tuple[str, ...]:
    """Return the scenarios that an item is, or of which it is one."""
    return item.drawn_from or ((item.scenario,) if item.scenario else ())


def set_on(scenario: Scenario, day: datetime) -> Scenario:
    """Return a scenario as it is played on another day."""
    own = datetime.strptime(scenario.when, _STAMP)
    data = scenario.model_dump(mode="python", by_alias=True)
    data["when"] = day.strftime(_STAMP)
    if own.weekday() != day.weekday():
        _tell_day(data, DAYS[own.weekday()], DAYS[day.weekday()])
    return Scenario.model_validate(data)


def _tell_day(data: Any, own: str, day: str) -> None:
    """Put another day of the week into every line that answers which day it is."""
    if isinstance(data, dict):
        if TELLS_THE_DAY in (data.get("to") or ()) and isinstance(data.get("say"), str):
            data["say"] = data["say"].replace(own, day)
        for value in data.values():
            _tell_day(value, own, day)
    elif isinstance(data, list | tuple):
        for value in data:
            _tell_day(value, own, day)


def _part(material: Material, name: str, item: Item, seed: int) -> Part:
    at = _second(item.at, seed, name)
    opened = _opened(material, name, item, seed, at)
    if opened is None:
        rank = material.policy.levels[item.need].rank if item.need else 0
        answers = {key: answer.say for key, answer in item.answers.items()}
        return Part(name, item, at, "", "", None, rank, item.sender or "", item.body or "", answers)
    names = opened.chart.placeholders()
    policy = opened.script.policy
    return Part(
        id=name,
        item=item,
        at=at,
        scenario=opened.script.scenario.id,
        variant=opened.script.variant,
        opened=opened,
        need=policy.rank(policy.level_of(opened.script.scenario.decision.expect) or ""),
        who=f"{names.get('formal_name', 'A patient')}, {names.get('age', '')}".rstrip(", "),
        body=_filled(item.body or "", names),
        answers={key: _filled(answer.say, names) for key, answer in item.answers.items()},
    )


def _opened(material: Material, name: str, item: Item, seed: int, at: int) -> Call | None:
    choices = may_be(item)
    if not choices:
        return None
    chosen = chance.pick(seed, "shift.scenario", name, options=choices)
    day = moment(material.spec, at)
    scenario = set_on(material.scenarios[chosen], day)
    luck = chance.derive(seed, "shift.call", name)
    variant = item.variant or draw_variant(scenario, luck)
    return open_call(scenario, variant, luck, policy=material.policy, intents=material.intents)


def _second(at: float | tuple[float, float], seed: int, name: str) -> int:
    if not isinstance(at, tuple):
        return round(at * 60)
    first, last = at
    return round(60 * (first + (last - first) * chance.uniform(seed, "shift.at", name)))


def _filled(text: str, names: Mapping[str, str]) -> str:
    for key, value in names.items():
        text = text.replace("{" + key + "}", value)
    return text
