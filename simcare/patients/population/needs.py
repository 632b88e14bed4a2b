"""The tables `social_needs` and `screens`: what is lacking, and how low the mood is.

Needs share two factors, hardship and aloneness, which go with dual status and depression; the mood behind the PHQ goes
with depression too.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from simcare.patients.population.columns import Bools, Coded, Drawn, Floats, Whole
from simcare.patients.population.draws import bell, whole
from simcare.patients.population.latent import DUAL, latent
from simcare.patients.population.panel import Panel, curve, effect, rows_of, threshold
from simcare.patients.tables import keyed, rows

NEEDS: tuple[str, ...] = tuple(keyed("sdoh"))
DRAWN: tuple[str, ...] = tuple(row["need"] for row in rows("needs"))
"""The needs that are drawn: not the composite, nor looking for work."""


@dataclass(frozen=True, slots=True)
class Needs:
    """Who has which need, (person, need of DRAWN), and how foreign a language is, for `patients` to agree with."""

    has: Bools
    language: Floats

    def with_need(self, key: str) -> Bools:
        """Return who has a need."""
        found: Bools = self.has[:, DRAWN.index(key)]
        return found


def needs(panel: Panel) -> Needs:
    """Draw who has which need, each as often as `data/sdoh.csv` says unless the mix moves it."""
    has = np.empty((len(panel.age), len(DRAWN)), dtype=bool)
    moved = panel.mix.needs.sd if panel.mix.needs is not None else {}
    language = panel.draws.share("language")
    members = rows("needs")
    luck = [piece for nth in range((len(members) + 3) // 4) for piece in panel.draws.parts("needs", 4, nth=nth)]
    together = _together(panel.mix.fit)
    for at, row in enumerate(members):
        key, hard, alone = row["need"], float(row["hardship"]), float(row["aloneness"])
        own = 1 - hard**2 - alone**2 - 2 * hard * alone * together
        latent = bell(luck[at]) * math.sqrt(own) + hard * panel.hardship + alone * panel.aloneness
        bound = threshold(float(keyed("sdoh")[key]["sim_prev_ccm_pct"])) + moved.get(key, 0.0) + moved.get("all", 0.0)
        np.less(-latent, bound, out=has[:, at])
    return Needs(has, language)


@cache
def _together(fit: str) -> float:
    """Return the correlation of hardship and aloneness, as `gathering` makes them."""
    with_low = effect("hardship_mood") + effect("hardship_dual") * latent(fit).correlation(DUAL, "depression")
    return effect("aloneness_hardship") + effect("aloneness_mood") * with_low


def screen_days(panel: Panel) -> NDArray[np.int32]:
    """Draw the day on which each person was asked about mood and needs, one to eleven months ago."""
    return panel.on - whole(panel.draws.share("screened"), 30, 330)


def social_needs(panel: Panel, found: Needs, days: NDArray[np.int32], foreign: Bools) -> Drawn:
    """Return the table of needs; `foreign` is who prefers another language, which is a need of its own."""
    has = found.has.copy()
    has[:, DRAWN.index("language")] = foreign
    person, need = rows_of(has)
    number = np.array([NEEDS.index(key) for key in DRAWN], dtype=np.int8)
    return {"patient": panel.draws.who[person], "need": Coded(number[need], NEEDS), "found": days[person]}


def asked_about_mood(panel: Panel) -> Bools:
    """Draw who had a PHQ-2: everybody with depression, and of the others as many as are usually screened."""
    return panel.with_condition("depression") | panel.draws.happens(
        float(keyed("care_gaps")["depression_screen"]["completion_pct"]), "mood_asked"
    )


def screens(panel: Panel, days: NDArray[np.int32], screened: Bools) -> Drawn:
    """Return the PHQ-2 of the screened and the PHQ-9 of who scored 3 or more on it or has known depression."""
    two = np.floor(curve("phq2", panel.mood)).astype(np.int8)
    nine = np.where(panel.female, curve("phq9_female", panel.mood), curve("phq9_male", panel.mood))
    asked = (two >= 3) | panel.with_condition("depression")
    # The first two questions are part of the nine.
    score = np.maximum(np.floor(nine + 0.02), two).astype(np.int8)
    kind = np.stack([screened, screened & asked], axis=1)
    person, nth = rows_of(kind)
    total = np.where(nth == 0, two[person], score[person]).astype(np.int8)
    item9 = np.where(nth == 0, -1, _item9(panel, score - two)[person]).astype(np.int8)
    return {
        "patient": panel.draws.who[person],
        "instrument": Coded(nth.astype(np.int8), ("phq2", "phq9")),
        "on": days[person],
        "score": total,
        "item9": item9,
    }


def _item9(panel: Panel, rest: Whole) -> NDArray[np.int8]:
    """Draw item 9 within the points that the first two items leave."""
    share = panel.draws.share("item9")
    mild, moderate, severe = (effect(f"item9_{word}") for word in ("mild", "moderate", "severe"))
    percent = np.where(rest >= 10, severe, np.where(rest >= 6, moderate, np.where(rest >= 3, mild, 0.0)))
    some = share * 100 < percent
    degree = 1 + (share < percent * effect("item9_often") / 1e4) + (share < percent * effect("item9_daily") / 1e4)
    return np.where(some, np.minimum(degree, rest), 0).astype(np.int8)
