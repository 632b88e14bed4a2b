"""Who and where: names, streets, towns, phones, mail addresses and member ids that can not be a real person's.

The pools are Faker's word lists with their weights, taken over into `data/names.csv` so that a newer Faker changes no
saved patient. Safe by construction: towns that no list of US places holds, ZIP codes that were never assigned,
telephone numbers of the block 555-0100 to 555-0199, mail at example.com, member ids with the letter S second.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache

from simcare.patients.luck import Luck
from simcare.patients.tables import grouped, keyed

_MBI_LETTERS = "ACDEFGHJKMNPQRTUVWXY"
_DIGITS = "0123456789"
_MBI_TAIL = "XNAXNAANN"
"""Places 3 to 11 of a Medicare Beneficiary Identifier: A letter, N digit, X either."""

FEMALE = frozenset(
    "wife daughter mother sister niece aunt granddaughter grandmother daughter_in_law sister_in_law stepdaughter "
    "girlfriend".split()
)
MALE = frozenset(
    "husband son father brother nephew uncle grandson grandfather son_in_law brother_in_law stepson boyfriend".split()
)
PEERS = frozenset(
    "wife husband spouse partner sister brother sister_in_law brother_in_law friend girlfriend boyfriend".split()
)
"""Relations of about the patient's own age, who get names of that generation."""


@dataclass(frozen=True, slots=True)
class Pool:
    """Words with their weights."""

    words: tuple[str, ...]
    weights: tuple[float, ...]

    def draw(self, luck: Luck, what: str, who: str = "", *, taken: Collection[str] = ()) -> str:
        """Draw a word that is not taken; after eight tries the first free one of the pool."""
        for nth in range(8):
            word = luck.weighted(self.words, self.weights, what, who, nth)
            if word not in taken:
                return word
        return next(word for word in self.words if word not in taken)


@cache
def pool(name: str, era: str = "") -> Pool:
    """Return a pool of `data/names.csv`; an era keeps first names of people over 60 (E), from 35 (M), younger (Y)."""
    members = [row for row in grouped("names", "pool")[name] if era in row["eras"]]
    return Pool(tuple(row["word"] for row in members), tuple(float(row["weight"]) for row in members))


def first_name(luck: Luck, sex: str, age: int, *, who: str = "patient", taken: Collection[str] = ()) -> str:
    """Draw a first name that fits sex ("female", "male") and age in years."""
    era = "E" if age >= 60 else "M" if age >= 35 else "Y"
    return pool(f"first_{sex}", era).draw(luck, "first_name", who, taken=taken)


def last_name(luck: Luck, *, who: str = "patient", taken: Collection[str] = ()) -> str:
    """Draw a last name."""
    return pool("last").draw(luck, "last_name", who, taken=taken)


def sex_of(luck: Luck, relation: str) -> str:
    """Tell the sex of a relation ("daughter" -> "female"), drawn where the word leaves it open."""
    stem = relation.rstrip("0123456789_")
    if stem in FEMALE or stem in MALE:
        return "female" if stem in FEMALE else "male"
    return luck.one(("female", "male"), "contact_sex", relation)


def age_of(relation: str, patient_age: int) -> int:
    """Tell about how old a relation of a patient of this age is, in years."""
    stem = relation.rstrip("0123456789_")
    if stem in PEERS:
        return patient_age
    if stem in ("mother", "father", "aunt", "uncle", "grandmother", "grandfather"):
        return patient_age + 25
    return patient_age - (50 if stem.startswith("grand") else 26)


@dataclass(frozen=True, slots=True)
class Address:
    """A place to live in a town that does not exist; `zip` is a code that was never assigned."""

    street: str
    city: str
    state: str
    state_name: str
    zip: str

    def __str__(self) -> str:
        """Write the address on one line."""
        return f"{self.street}, {self.city}, {self.state} {self.zip}"


def address(luck: Luck, state: str | None, setting: str) -> Address:
    """Draw an address in the state (two letters) or in one drawn by population; a town house has an apartment."""
    places = keyed("places", "abbr")
    if state is None:
        state = luck.weighted(tuple(places), [float(row["weight"]) for row in places.values()], "state")
    place = places[state]
    street = f"{pool('last').draw(luck, 'street')} {pool('street').draw(luck, 'street_kind')}"
    number = luck.whole(1000, 9899, "house") if setting == "rural" else luck.whole(100, 2899, "house")
    unit = f", Apt {luck.whole(1, 12, 'unit')}" if setting == "urban" and luck.happens(60, "has_unit") else ""
    return Address(f"{number} {street}{unit}", pool("city").draw(luck, "city"), state, place["state"], place["zip"])


class Phones:
    """Give out different numbers of one area code, all from the block kept for fiction; it changes as it gives."""

    def __init__(self, luck: Luck, state: str) -> None:
        self._luck = luck
        self._area = keyed("places", "abbr")[state]["area_code"]
        self._given: set[int] = set()

    def next_for(self, who: str) -> str:
        """Return a number for somebody: "(614) 555-0142"; every one of a chart is different up to a hundred."""
        line = self._luck.whole(0, 99, "phone", who)
        while line in self._given and len(self._given) < 100:
            line = (line + 37) % 100
        self._given.add(line)
        return f"({self._area}) 555-01{line:02d}"


def email(first: str, last: str) -> str:
    """Make a mail address that reaches nobody: example.com is kept for documents."""
    return f"{first}.{last}@example.com".lower().replace(" ", "")


def member_id(luck: Luck) -> str:
    """Draw a member id of the Medicare shape that is never issued: S is none of its letters, and stands second."""
    letters = [luck.one("123456789", "member", nth=0), "S"]
    for nth, kind in enumerate(_MBI_TAIL, start=2):
        choices = {"A": _MBI_LETTERS, "N": _DIGITS, "X": _MBI_LETTERS + _DIGITS}[kind]
        letters.append(luck.one(choices, "member", nth=nth))
    text = "".join(letters)
    return f"{text[:4]}-{text[4:7]}-{text[7:]}"
