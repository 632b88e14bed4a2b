"""Lives: what could happen to each patient of the panel, accepted in order when somebody looks or the phone rings.

Nobody watches a patient between calls, so candidates that cause no call are settled only when their patient's facts are
about to change or be asked for; the answer is the same as if each had been met at its time.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from simcare.chance import derive, uniforms
from simcare.chance.quantiles import Floats
from simcare.patients.life import Acceptance, Candidates, draw_candidates
from simcare.patients.life.acceptance import probabilities
from simcare.patients.life.facts import Flags, Whole
from simcare.patients.life.rates import seasons_of
from simcare.world.clock import clock_times, months, offsets, operational
from simcare.world.spec import DAY, Effect, Episodes, Hours, Panel, Serving, WorldSpec

_YEAR = 365.25


@dataclass(frozen=True, slots=True)
class Happenings:
    """Candidates by patient, then by time; what a world needs of them, as columns of one length.

    Attributes:
        place: Place of the patient in the panel.
        minute: When; who calls does so when the lines of their hour are busy, see `Episodes.routine`.
        hazard: Index in the hazards.
        kind: Index in `kinds`.
        nth: Key of their luck, with the patient's number.
        severe: Whether among the severe share of the hazard.
        calls: Whether somebody calls about it.
        kinds: The kinds of episodes.
    """

    candidates: Candidates
    order: Whole
    place: Whole
    minute: Floats
    hazard: Whole
    kind: Whole
    nth: Whole
    severe: Flags
    calls: Flags
    kinds: tuple[str, ...]


def draw_happenings(spec: WorldSpec, episodes: Episodes, panel: Panel, seed: int) -> Happenings:
    """Draw what could happen over the horizon; raises ValueError where the panel names people who do not exist."""
    candidates = draw_candidates(
        episodes.people, seed, spec.days / _YEAR, hazards=episodes.hazards, among=panel.patient
    )
    if candidates.facts.patient.size != len(panel):
        raise ValueError("the panel names patients who are not among the people of the episodes")
    hazards = candidates.hazards
    kinds = tuple(dict.fromkeys(hazard.kind for hazard in hazards))
    kind_of = np.array([kinds.index(hazard.kind) for hazard in hazards], np.int64)
    mild_share = np.array([1 - hazard.severe_share for hazard in hazards])
    severe = candidates.severity() >= mild_share[candidates.hazard]
    calls = candidates.calls()
    minute = candidates.day * DAY
    for pattern, chosen in ((episodes.routine, calls & ~severe), (episodes.urgent, calls & severe)):
        at = np.flatnonzero(chosen)
        minute[at] = _moved(minute[at], panel.zone[candidates.place[at]], pattern, panel, spec)
    order = np.lexsort((minute, candidates.place))
    begin = np.array([derive(0, "world.hazard", hazard.key) for hazard in hazards], np.int64)
    hazard = candidates.hazard[order].astype(np.int64)
    return Happenings(
        candidates=candidates,
        order=order,
        place=candidates.place[order],
        minute=minute[order],
        hazard=hazard,
        kind=kind_of[hazard],
        nth=candidates.nth[order] + begin[hazard],
        severe=severe[order],
        calls=calls[order],
        kinds=kinds,
    )


def _moved(minute: Floats, zone: NDArray[np.int16], pattern: Hours, panel: Panel, spec: WorldSpec) -> Floats:
    """Return times that follow the weekly pattern of each patient's clock and keep their order."""
    moved = minute.copy()
    for index, name in enumerate(panel.zones):
        at = np.flatnonzero(zone == index)
        reached = operational(pattern.shares, offsets(name, spec.on, int(np.ceil(spec.days))), spec.on, spec.days)
        moved[at] = clock_times(minute[at] / (spec.days * DAY) * reached[-1], reached, spec.days)
    return moved


def pick_profiles(episodes: Episodes, found: Happenings, panel: Panel, seed: int, index: dict[str, int]) -> Whole:
    """Return, for each happening, the index of the profile that serves it; `index` numbers the keys."""
    profile = np.where(found.severe, index[episodes.severe], index[episodes.mild])
    luck = uniforms(seed, "world.serving", panel.patient[found.place], found.nth)
    for kind, name in enumerate(found.kinds):
        for severe in (False, True):
            options = [each for each in episodes.servings if each.kind == name and each.severe in (None, severe)]
            if options:
                at = np.flatnonzero((found.kind == kind) & (found.severe == severe))
                profile[at] = _picked(options, found.place[at], luck[at], index, profile[at])
    return profile


def _picked(options: list[Serving], place: Whole, luck: Floats, index: dict[str, int], default: Whole) -> Whole:
    weights = np.array(
        [np.full(place.size, each.weight) if each.fits is None else each.weight * each.fits[place] for each in options]
    )
    reached = np.cumsum(weights, axis=0)
    which = (luck * reached[-1] >= reached).sum(axis=0)
    keys = np.array([index[each.profile] for each in options])
    return np.where(reached[-1] > 0, keys[np.minimum(which, len(options) - 1)], default)


class Lives:
    """What has happened so far; the only place where patients' changing facts change during a run."""

    def __init__(self, spec: WorldSpec, episodes: Episodes, found: Happenings, panel: Panel, seed: int) -> None:
        candidates, order = found.candidates, found.order
        bounds = np.searchsorted(found.place, np.arange(len(panel) + 1))
        season = seasons_of(candidates.on, int(candidates.years * _YEAR) + 2)[(found.minute / DAY).astype(np.int64)]
        self._next: list[int] = bounds[:-1].tolist()
        self._end: list[int] = bounds[1:].tolist()
        self._minute = array("d", found.minute.tobytes())
        self._lasts = array("d", (candidates.days()[order] * DAY).tobytes())
        self._luck = array("d", candidates.luck[order].tobytes())
        self._pair = array("q", candidates.pair[order].tobytes())
        self._hazard = array("h", found.hazard.astype(np.int16).tobytes())
        self._kind = array("h", found.kind.astype(np.int16).tobytes())
        self._season = bytes(season.astype(np.uint8))
        self._effect_luck = array("d", uniforms(seed, "world.effect", panel.patient[found.place], found.nth).tobytes())
        luck = uniforms(seed, "world.found", panel.patient[found.place], found.nth)
        self._findable = bytes((~found.calls & (luck < episodes.found)).astype(np.uint8))
        self._probability = Acceptance(candidates.hazards).probability
        self._until: dict[int, float] = {}
        self._latest = [-1] * len(panel)
        passes = _passes(candidates, order, season)
        self._passes = bytes(passes.astype(np.uint8))
        self._months = _months_with_something(spec, found, passes & ~found.calls & (luck < episodes.found), self._lasts)
        self._reverts: dict[int, list[tuple[float, int, bool]]] = {}
        self.changing: list[int] = candidates.facts.changing.tolist()
        self.accepted = bytearray(found.minute.size)
        self.handled = bytearray(found.minute.size)
        self._begin = _by_kind(episodes.effects, "begin", found, candidates)
        begins = np.isin(found.kind, [kind for kind, effects in enumerate(self._begin) if effects])
        self._unsure = set(found.place[passes & begins].tolist())
        """Patients whose facts may be others than on the first day: a call changed them, or what will happen may."""
        self._handle = _by_kind(episodes.effects, "handled", found, candidates)

    def reach(self, at: int, place: int) -> bool:
        """Return whether the happening at a place of the columns begins an episode, now that its time has come."""
        if not self._passes[at] and place not in self._unsure:
            return False
        self.settle(place, self._minute[at])
        return self.accepted[at] == 1

    def settle(self, place: int, now: float) -> None:
        """Accept or pass over what could have happened to a patient up to now."""
        at, end, minutes, passes = self._next[place], self._end[place], self._minute, self._passes
        while at < end and (minute := minutes[at]) <= now:
            if passes[at] if place not in self._unsure else self._passes_now(at, place, minute):
                pair = self._pair[at]
                if self._until.get(pair, 0.0) <= minute:
                    self._until[pair] = minute + self._lasts[at]
                    self.accepted[at] = 1
                    self._latest[place] = at
                    if self._begin[self._kind[at]]:
                        self._apply(self._begin[self._kind[at]], at, place, minute)
            at += 1
        self._next[place] = at

    def find(self, place: int, month: int, now: float) -> int:
        """Return the episode that a monthly call finds, -1 for none: it lasts, and nobody has spoken about it."""
        if not self._months[month][place] and place not in self._unsure:
            return -1
        following = self._next[place]
        if following < self._end[place] and self._minute[following] <= now:
            self.settle(place, now)
        at = self._latest[place]
        if at < 0 or not self._findable[at] or self.handled[at] or self._minute[at] + self._lasts[at] <= now:
            return -1
        return at

    def handle(self, at: int, place: int, now: float) -> None:
        """Note that an episode was handled, and change the patient's facts accordingly."""
        self.handled[at] = 1
        effects = self._handle[self._kind[at]]
        if effects:
            self.settle(place, now)
            if place in self._reverts:
                self._revert(place, now)
            self._apply(effects, at, place, now)

    def settle_all(self, now: float) -> None:
        """Settle everybody."""
        for place in range(len(self._next)):
            self.settle(place, now)

    def _passes_now(self, at: int, place: int, minute: float) -> bool:
        if place in self._reverts:
            self._revert(place, minute)
        return self._luck[at] < self._probability(self._hazard[at], self.changing[place], self._season[at])

    def _apply(self, effects: list[tuple[int, Effect]], at: int, place: int, now: float) -> None:
        for bit, effect in effects:
            held = bool(self.changing[place] & bit)
            if self._effect_luck[at] < effect.share and held != effect.holds:
                self.changing[place] ^= bit
                self._unsure.add(place)
                if effect.days is not None:
                    self._reverts.setdefault(place, []).append((now + effect.days * DAY, bit, held))

    def _revert(self, place: int, now: float) -> None:
        left = []
        for until, bit, held in self._reverts[place]:
            if until > now:
                left.append((until, bit, held))
            elif bool(self.changing[place] & bit) != held:
                self.changing[place] ^= bit
        if left:
            self._reverts[place] = left
        else:
            del self._reverts[place]


def _by_kind(
    effects: tuple[Effect, ...], on: str, found: Happenings, candidates: Candidates
) -> list[list[tuple[int, Effect]]]:
    """Return for each kind the effects at an occasion with the bits of their facts."""
    return [
        [(candidates.hazards.bit(effect.fact), effect) for effect in effects if effect.kind == kind and effect.on == on]
        for kind in found.kinds
    ]


def _passes(candidates: Candidates, order: Whole, season: NDArray[np.int8]) -> Flags:
    """Return which happenings would begin an episode by the facts of the first day, were none of its pair going on."""
    moved = replace(candidates, hazard=candidates.hazard[order], pair=candidates.pair[order], season=season)
    return np.asarray(candidates.luck[order] < probabilities(moved), np.bool_)


def _months_with_something(spec: WorldSpec, found: Happenings, findable: Flags, lasts: array[float]) -> list[bytes]:
    """Return for each month of the horizon, and each patient, whether a monthly call could find anything.

    It stands for patients whose facts are those of the first day, and spares most monthly calls a look at their lives.
    """
    at = np.flatnonzero(findable)
    begins, place = found.minute[at], found.place[at]
    ends = begins + np.frombuffer(lasts)[at]
    firsts = months(spec.on, spec.days) * DAY
    panel = 0 if spec.panel is None else len(spec.panel)
    found_in = np.zeros((firsts.size, panel), np.uint8)
    for month, first in enumerate(firsts):
        last = firsts[month + 1] if month + 1 < firsts.size else np.inf
        found_in[month, place[(begins < last) & (ends > first)]] = 1
    return [each.tobytes() for each in found_in]
