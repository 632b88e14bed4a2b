"""What must never be true of the table `notes`: finders for `plausible` that read the words, whoever wrote them."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any

import numpy as np
import pandas as pd

from simcare.patients.population.drawing import Population
from simcare.patients.tables import keyed, listed, rows


def unfounded(population: Population) -> Any:
    """Find notes whose words name a condition that the patient does not have, by `data/note_words.csv`."""
    table, ill = population.notes, population.conditions
    text = table["text"].astype("category").cat
    named = [conditions_named(str(words)) for words in text.categories]
    found = [np.empty(0, dtype=np.int64)]
    for keys in {keys for each in named for keys in each}:
        naming = [code for code, each in enumerate(named) if keys in each]
        who = table.loc[text.codes.isin(naming), "patient"]
        found.append(np.setdiff1d(who, ill.loc[ill["condition"].isin(list(keys)), "patient"]))
    return np.concatenate(found)


@lru_cache(maxsize=8192)
def conditions_named(text: str) -> frozenset[frozenset[str]]:
    """Return for each word of a text that names a condition the conditions of which one must be there."""
    words = keyed("note_words", "words")
    number = {word.casefold(): listed(row["conditions"]) for word, row in words.items()}
    return frozenset(number[word.casefold()] for word in _names().findall(text))


@cache
def _names() -> re.Pattern[str]:
    longest_first = sorted((row["words"] for row in rows("note_words")), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, longest_first))})", re.IGNORECASE)


def untimely(population: Population) -> Any:
    """Find notes of before consent, of this month (but the welcome), or about what was found only later or never."""
    table = population.notes.astype({"topic": "str"})
    given = table["patient"].map(population.consents.drop_duplicates("patient").set_index("patient")["given"])
    late = (table["on"] >= np.datetime64(population.on.replace(day=1))) & (table["on"] != given)
    found = [table.loc[given.isna() | (table["on"] < given) | late, "patient"]]
    for known, key, day, keys in (
        (population.conditions, "condition", "since", keyed("conditions")),
        (population.social_needs, "need", "found", keyed("sdoh")),
    ):
        about = table[table["topic"].isin(list(keys))]
        there = known[["patient", key, day]].astype({key: "str"}).rename(columns={key: "topic"})
        both = about.merge(there.drop_duplicates(["patient", "topic"]), on=["patient", "topic"], how="left")
        found.append(both.loc[both[day].isna() | (both[day] > both["on"]), "patient"])
    return pd.concat(found).to_numpy()
