"""The plain twin of life: one hazard, one patient and one candidate at a time, in loops that need no NumPy.

The oracle of the tests and the yardstick of `benchmarks/life.py`. It follows the definition of a hazard by the word and
shares with the fast way only chance, the facts and the frailties.
"""

from __future__ import annotations

import math

from simcare import chance
from simcare.patients.life import Episode, Hazard, Hazards, People, find_facts
from simcare.patients.life.frailty import draw_frailties
from simcare.patients.life.hazards import DAYS_A_YEAR
from simcare.patients.life.rates import seasons_of


def live(people: People, seed: int, hazards: Hazards) -> list[Episode]:
    """Return the episodes of a first year in which nothing changes, by hazard, patient and time."""
    facts = find_facts(people, hazards)
    bits = {fact: hazards.bit(fact) for fact in hazards.changeable}
    lasting = {fact: flags.tolist() for fact, flags in facts.lasting.items()}
    changing = facts.changing.tolist()
    seasons = seasons_of(people.on, 366).tolist()
    lived = []
    for hazard in hazards:
        start = chance.derive(0, "life.hazard", hazard.key)
        frailty = [1.0] * len(changing)
        if hazard.frailty_shape is not None:
            frailty = draw_frailties(people.seed, hazard.key, hazard.frailty_shape, facts.patient).tolist()
        for place, patient in enumerate(facts.patient.tolist()):
            if hazard.eligible and not any(lasting[fact][place] for fact in hazard.eligible):
                continue
            ceiling = probability = 1.0
            for fact, factor in hazard.factors:
                if fact in bits:
                    ceiling *= max(1.0, factor)
                    probability *= (factor if changing[place] & bits[fact] else 1.0) / max(1.0, factor)
                elif lasting[fact][place]:
                    ceiling *= factor
            ceiling *= hazard.rate * hazard.scale * frailty[place] * max(hazard.seasons)
            until = 0.0
            for day, nth in _year_of(seed, patient, start, ceiling):
                key = (seed, "life.luck", patient, start + nth)
                share = hazard.seasons[seasons[int(day)]] / max(hazard.seasons)
                if day >= until and chance.uniform(*key) < probability * share:
                    episode = _episode(seed, hazard, patient, start, nth, day)
                    until = day + episode.days
                    lived.append(episode)
    return lived


def _year_of(seed: int, patient: int, start: int, yearly: float) -> list[tuple[float, int]]:
    """Return day and nth of each candidate of a year, by time."""
    luck = chance.uniform(seed, "life.count", patient, start)
    term = below = math.exp(-yearly)
    count = 0
    while luck >= below:
        count += 1
        term *= yearly / count
        below += term
    return sorted((chance.uniform(seed, "life.time", patient, start + n) * DAYS_A_YEAR, n) for n in range(count))


def _episode(seed: int, hazard: Hazard, patient: int, start: int, nth: int, day: float) -> Episode:
    severity = chance.uniform(seed, "life.severity", patient, start + nth)
    return Episode(
        patient=patient,
        kind=hazard.kind,
        hazard=hazard.key,
        nth=nth,
        day=day,
        days=hazard.least_days + hazard.spread_days * chance.exponential(seed, "life.days", patient, start + nth),
        severity=severity,
        severe=severity >= 1 - hazard.severe_share,
        calls=chance.uniform(seed, "life.calls", patient, start + nth) < hazard.call_share,
    )
