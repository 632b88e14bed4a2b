"""The tables `patients` and `contacts`: names, places, ways to reach people, and how they are on the phone.

Pools are those of `data/names.csv` and `data/places.csv`, so nobody real can be met: towns that do not exist, phones
555-0100 to 555-0199, mail at example.com, member ids that are never issued.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from simcare.patients.names import pool
from simcare.patients.people import SETTINGS
from simcare.patients.population.columns import Bools, Coded, Drawn, Floats, Whole, coded, day_of
from simcare.patients.population.draws import bell, one_of, split, whole
from simcare.patients.population.mix import NOT_DUAL
from simcare.patients.population.mix import SETTINGS as SETTING_WORDS
from simcare.patients.population.panel import Panel, choose, curve, effect, rank, rows_of
from simcare.patients.tables import grouped, keyed, rows

LANGUAGES = ("en", "es", "zh", "vi", "tl", "ru", "ko", "other")
INSURANCES = (*NOT_DUAL, "dual_qmb")
NOT_COUNTED = ("tobacco_use", "cataract")
"""Conditions of the list that do not count toward chronic care management."""
FRAIL_BY = ("dementia", "heart_failure", "copd", "parkinsons", "stroke_tia", "osteoporosis")
LETTERS = np.frombuffer(b"ACDEFGHJKMNPQRTUVWXY", dtype=np.uint8)
EITHER = np.frombuffer(b"ACDEFGHJKMNPQRTUVWXY0123456789", dtype=np.uint8)
DIGITS = np.frombuffer(b"0123456789", dtype=np.uint8)
"""The alphabets of a Medicare Beneficiary Identifier, in which S is none of the letters."""
RELATIONS = ("wife", "husband", "daughter", "son", "sister", "brother", "friend", "neighbor")
assert SETTINGS == SETTING_WORDS


def patients(panel: Panel, alone: Bools, literacy_low: Bools, foreign: Floats) -> Drawn:
    """Return the table of persons. `alone`, `literacy_low` and `foreign` come from the social needs, to agree."""
    draws, mix = panel.draws, panel.mix
    who = draws.who
    state = _states(panel)
    first, last = _names(panel)
    setting_of, unit_of, number_of, kind_of = split(draws.share("home"), 4)
    setting = one_of(setting_of, mix.settings.of(SETTINGS))
    city = one_of(draws.share("city"), pool("city").weights)
    language, race, ethnicity = _origin(panel, foreign)
    tobacco, quit_year, pack_years = _tobacco(panel)
    insurance_of, title_of, phone_of, clinic_of = draws.parts("way", 4)
    insurance = np.where(panel.dual, len(NOT_DUAL), one_of(insurance_of, mix.insurance.of(NOT_DUAL)))
    counted = np.zeros(len(who), dtype=np.int8)
    for key, row in zip(keyed("conditions"), panel.has, strict=True):
        if key not in NOT_COUNTED:
            counted += row
    literacy_of, time_of, pharmacy_of, doctor_of = draws.parts("manner", 4)
    literacy = choose("literacy", literacy_of, ("low", "medium", "high"))
    literacy = Coded(np.where(literacy_low, 0, literacy.codes).astype(np.int8), literacy.words)
    title = choose("title_female", title_of, ("Mr.", "Mrs.", "Ms."))
    doctors = tuple(f"Dr. {word}" for word in pool("last").words)
    eligible = counted >= 2
    return {
        "patient": who,
        "person_id": pc.binary_join_element_wise("SYN-", pc.utf8_lpad(pa.array(who).cast(pa.string()), 7, "0"), ""),
        "sex": Coded(panel.female.astype(np.int8), ("male", "female")),
        "birth_date": panel.birth,
        "age": panel.age,
        "title": Coded(np.where(panel.female, title.codes, 0).astype(np.int8), title.words),
        "first_name": first,
        "last_name": last,
        "street": _streets(panel, setting, number_of, unit_of, kind_of),
        "city": coded(city, pool("city").words),
        "state": coded(state, tuple(keyed("places", "abbr"))),
        "zip": coded(state, tuple(row["zip"] for row in rows("places"))),
        "setting": Coded(setting.astype(np.int8), SETTINGS),
        "time_zone": coded(state, tuple(row["time_zone"] for row in rows("places"))),
        "phone": phones(state, phone_of),
        "email": _mail(first, last),
        "best_time": choose("best_time", time_of),
        "language": language,
        "race": race,
        "ethnicity": ethnicity,
        "lives_alone": alone,
        "insurance": Coded(insurance.astype(np.int8), INSURANCES),
        "dual": panel.dual,
        "member_id": _member_ids(panel),
        "tobacco": tobacco,
        "quit_year": quit_year,
        "pack_years": pack_years,
        "literacy": literacy,
        **_manner(panel),
        "adherence": np.round(curve("adherence", panel.adherence), 3).astype(np.float32),
        "control": np.round(rank(panel.control), 3).astype(np.float32),
        "frailty": _frailty(panel),
        "egfr": panel.egfr.astype(np.float32),
        "n_conditions": panel.has.sum(axis=0, dtype=np.int8),
        "ccm_eligible": eligible,
        "enrolled": eligible & draws.happens(mix.enrolled.percent, "enrolled"),
        "doctor": Coded(one_of(doctor_of, pool("last").weights), doctors),
        "clinic": _practice("clinic", city, clinic_of),
        "pharmacy": _practice("pharmacy", city, pharmacy_of),
    }


def phones(state: Whole, share: Floats) -> Coded:
    """Return telephone numbers of the state's area code, from the hundred that are kept for fiction."""
    areas = tuple(row["area_code"] for row in rows("places"))
    unique, words = _numbers()
    place = np.array([unique[area] for area in areas], dtype=np.int16)
    return Coded((place[state] * 100 + np.floor(share * 100)).astype(np.int16), words)


@cache
def _numbers() -> tuple[dict[str, int], tuple[str, ...]]:
    areas = tuple(dict.fromkeys(row["area_code"] for row in rows("places")))
    words = tuple(f"({area}) 555-01{line:02d}" for area in areas for line in range(100))
    return {area: nth for nth, area in enumerate(areas)}, words


def _states(panel: Panel) -> Whole:
    only = panel.mix.states.only if panel.mix.states is not None else tuple(keyed("places", "abbr"))
    weights = [float(row["weight"]) if abbr in only else 0.0 for abbr, row in keyed("places", "abbr").items()]
    return one_of(panel.draws.share("state"), weights)


@cache
def first_names(
    eras: str,
) -> tuple[tuple[str, ...], tuple[tuple[int, ...], tuple[float, ...]], tuple[tuple[int, ...], tuple[float, ...]]]:
    """Return all first names of these eras, and for men and for women their numbers in that list with weights."""
    pools = [[pool(f"first_{sex}", era) for era in eras] for sex in ("male", "female")]
    words = tuple(dict.fromkeys(word for own in pools for part in own for word in part.words))
    number = {word: nth for nth, word in enumerate(words)}
    found = []
    for own in pools:
        numbers = tuple(number[word] for part in own for word in part.words)
        found.append((numbers, tuple(weight for part in own for weight in part.weights)))
    return words, found[0], found[1]


def names_for(female: Bools, share: Floats, eras: str) -> Coded:
    """Return first names that fit sex and generation (E over 60, M from 35)."""
    words, men, women = first_names(eras)
    numbers = np.empty(len(share), dtype=np.int16)
    for chosen, (own, weights) in ((~female, men), (female, women)):
        numbers[chosen] = np.array(own, dtype=np.int16)[one_of(share[chosen], weights)]
    return Coded(numbers, words)


def _names(panel: Panel) -> tuple[Coded, Coded]:
    first, last = panel.draws.parts("name", 2)
    return names_for(panel.female, first, "E"), coded(one_of(last, pool("last").weights), pool("last").words)


def _streets(panel: Panel, setting: Whole, number_of: Floats, unit_of: Floats, kind_of: Floats) -> pa.StringArray:
    rural, urban = setting == SETTINGS.index("rural"), setting == SETTINGS.index("urban")
    number = np.where(rural, whole(number_of, 1000, 9899), whole(number_of, 100, 2899))
    kinds = pool("street")
    street = pa.array(pool("last").words).take(pa.array(one_of(panel.draws.share("street"), pool("last").weights)))
    kind = pa.array(kinds.words).take(pa.array(one_of(kind_of, kinds.weights)))
    flats = np.where(urban & (unit_of * 100 < effect("apartment")), 1 + np.floor(unit_of * 997) % 12, 0).astype(np.int8)
    unit = pa.array(("", *(f", Apt {nth}" for nth in range(1, 13)))).take(pa.array(flats))
    plain = pc.binary_join_element_wise(pa.array(number).cast(pa.string()), street, kind, " ")
    return pc.binary_join_element_wise(plain, unit, "")


def _mail(first: Coded, last: Coded) -> pa.StringArray:
    parts = [
        pa.array([word.lower().replace(" ", "") for word in name.words]).take(pa.array(name.codes))
        for name in (first, last)
    ]
    return pc.binary_join_element_wise(pc.binary_join_element_wise(*parts, "."), "example.com", "@")


def _member_ids(panel: Panel) -> pa.StringArray:
    """Write ids of the Medicare shape (4-3-4 with dashes) whose second letter is an S, as no issued one has."""
    left, right = panel.draws.parts("member", 2)
    letters = np.empty((len(left), 13), dtype=np.uint8)
    letters[:, 1], letters[:, 4], letters[:, 8] = ord("S"), ord("-"), ord("-")
    for share, places in ((left, ((0, DIGITS[1:]), (2, EITHER), (3, DIGITS), (5, LETTERS))), (right, _RIGHT)):
        rest = share
        for at, alphabet in places:
            rest = rest * len(alphabet)
            step = np.floor(rest)
            letters[:, at] = alphabet[step.astype(np.intp)]
            rest = rest - step
    offsets = pa.py_buffer(np.arange(0, letters.size + 1, 13, dtype=np.int32))
    return pa.StringArray.from_buffers(len(left), offsets, pa.py_buffer(letters))


_RIGHT = ((6, EITHER), (7, DIGITS), (9, LETTERS), (10, LETTERS), (11, DIGITS), (12, DIGITS))


def _origin(panel: Panel, foreign: Floats) -> tuple[Coded, Coded, Coded]:
    """Draw language, race and ethnicity; Spanish goes with Hispanic."""
    race_of, ethnicity_of = panel.draws.parts("origin", 2)
    ethnicity = choose("ethnicity", ethnicity_of)
    plain, hispanic = choose("language", foreign, LANGUAGES), choose("language_hispanic", foreign, LANGUAGES)
    spoken = np.where(ethnicity.codes == ethnicity.words.index("hispanic"), hispanic.codes, plain.codes)
    return Coded(spoken.astype(np.int8), LANGUAGES), choose("race", race_of), ethnicity


def _tobacco(panel: Panel) -> tuple[Coded, NDArray[np.int16], NDArray[np.int16]]:
    former_of, quit_of, packs_of = panel.draws.parts("tobacco", 3)
    smokes = panel.with_condition("tobacco_use")
    lungs = panel.with_condition("copd") | panel.with_condition("cancer_lung")
    former = ~smokes & (former_of * 100 < np.where(lungs, effect("former_smoker_lungs"), effect("former_smoker")))
    year = day_of(panel.on).year
    quit_year = np.where(former, year - whole(quit_of, 1, np.minimum(45, panel.age.astype(np.int16) - 25)), 0)
    smoked = np.where(
        smokes, panel.age - 20.0, np.where(former, np.maximum(4.0, panel.age - 20.0 - (year - quit_year)), 0.0)
    )
    packs = np.where(former | smokes, np.maximum(1, np.round(smoked * (0.2 + 1.1 * packs_of * packs_of))), 0)
    kind = np.where(smokes, 2, former).astype(np.int8)
    return Coded(kind, ("never", "former", "current")), quit_year.astype(np.int16), packs.astype(np.int16)


def _manner(panel: Panel) -> Drawn:
    """Draw how people are on the phone, as points from 0 to 100."""
    own_clear, own_trust, own_patience, own_warmth = (bell(piece) for piece in panel.draws.parts("phone_manner", 4))
    clear = effect("cognition_mean") + effect("cognition_age") * (panel.age - 75.0)
    clear += effect("cognition_sd") * own_clear
    forgets = panel.with_condition("dementia")
    clear += np.where(
        forgets, effect("cognition_dementia") + effect("cognition_severity") * panel.severity("dementia"), 0
    )
    trust = effect("trust_mean") + effect("trust_sd") * own_trust + effect("trust_hardship") * panel.hardship
    patience = effect("patience_mean") + effect("patience_sd") * own_patience
    patience += np.where(panel.with_condition("chronic_pain"), effect("patience_pain"), 0.0)
    warmth = effect("warmth_mean") + effect("warmth_sd") * own_warmth
    drawn = {"cognition": clear, "warmth": warmth, "trust": trust, "patience": patience}
    return {name: np.clip(np.round(points), 0, 100).astype(np.int8) for name, points in drawn.items()}


def _frailty(panel: Panel) -> NDArray[np.float32]:
    ill = np.zeros(len(panel.age))
    for key in FRAIL_BY:
        ill += panel.severity(key)
    score = effect("frailty_age") * (panel.age - 75.0) / 8 + effect("frailty_severity") * ill
    score += effect("frailty_own") * panel.draws.normal("frailty")
    spread = float(np.hypot(effect("frailty_age"), effect("frailty_own")))
    return np.round(rank(score / spread), 3).astype(np.float32)


def _practice(kind: str, city: Whole, share: Floats) -> Coded:
    chosen = choose(kind, share)
    words = tuple(f"{town} {name}" for town in pool("city").words for name in chosen.words)
    return Coded((city * len(chosen.words) + chosen.codes).astype(np.int16), words)


def contacts(panel: Panel, alone: Bools, last: Coded) -> Drawn:
    """Return the people around each patient: who shares the home, and perhaps one more; the first for emergencies."""
    draws = panel.draws
    married_of, second_of, lives_of, consent_of = draws.parts("contacts", 4)
    percent = np.where(panel.female & (panel.age >= 75), effect("married_older"), effect("married_younger"))
    spouse = np.where(panel.female, RELATIONS.index("husband"), RELATIONS.index("wife"))
    home = np.where(alone, -1, np.where(married_of * 100 < percent, spouse, RELATIONS.index("daughter")))
    other = choose("contact", draws.share("contact"), RELATIONS).codes
    more = (home < 0) | ((second_of * 100 < effect("second_contact")) & (other != home))
    relation = np.stack([home, np.where(more, other, -1)], axis=1)
    person, place = rows_of(relation >= 0)
    relation = relation[person, place]
    first = np.r_[True, person[1:] != person[:-1]] if len(person) else np.zeros(0, dtype=bool)
    at_home = place == 0
    own = draws.among(person)
    female_of, name_of, last_of, phone_of = own.parts("contact.name", 4, nth=place)
    female = np.isin(relation, [RELATIONS.index(word) for word in ("wife", "daughter", "sister")])
    female |= (relation >= RELATIONS.index("friend")) & (female_of < 0.5)
    older = np.isin(relation, [RELATIONS.index(word) for word in ("wife", "husband", "sister", "brother", "friend")])
    name = _contact_names(female, older, name_of)
    lives = choose("contact_lives", lives_of, ("same home", "next door", *_LIVES)).codes[person]
    lives = np.where(at_home, 0, np.where(relation == RELATIONS.index("neighbor"), 1, lives))
    same = at_home | (
        (relation <= RELATIONS.index("brother"))
        & (last_of * 100 < np.where(female, effect("same_name_woman"), effect("same_name_man")))
    )
    own_last = one_of(draws.share("contact.last")[person], pool("last").weights)
    return {
        "patient": draws.who[person],
        "nth": np.where(first, 0, 1).astype(np.int8),
        "relation": Coded(relation.astype(np.int8), RELATIONS),
        "first_name": name,
        "last_name": Coded(np.where(same, last.codes[person], own_last).astype(np.int16), last.words),
        "phone": phones(_states(panel)[person], phone_of),
        "lives": Coded(lives.astype(np.int8), ("same home", "next door", *_LIVES)),
        "emergency": first,
        "consent": at_home | (consent_of[person] * 100 < effect("contact_consent")),
    }


_LIVES = tuple(row["word"] for row in grouped("panel", "what")["contact_lives"])


def _contact_names(female: Bools, older: Bools, share: Floats) -> Coded:
    names = {eras: names_for(female, share, eras) for eras in ("E", "M")}
    words = tuple(dict.fromkeys((*names["E"].words, *names["M"].words)))
    number = {word: nth for nth, word in enumerate(words)}
    moved = {
        eras: np.array([number[word] for word in name.words], dtype=np.int16)[name.codes]
        for eras, name in names.items()
    }
    return Coded(np.where(older, moved["E"], moved["M"]).astype(np.int16), words)
