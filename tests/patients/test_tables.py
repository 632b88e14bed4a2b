"""The tables behind the patients: every row tells where it comes from, and the tables agree with each other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from faker.providers.address.en_US import Provider as Places
from faker.providers.person.en_US import Provider as People

from simcare.patients import tables
from simcare.patients.tables import keyed, listed, rows

WORDS = {"verified", "derived", "recalled", "assumption"}
DATA = Path(tables.__file__).parent / "data"
CODES = {
    "conditions": {"icd10cm": "code", "snomed": "code"},
    "medications": {"rxnorm": "code"},
    "observations": {"loinc": "code"},
    "sdoh": {"zcode": "zcode", "loinc_question": "loinc"},
}
SOURCED = [table for table in tables.TABLES if table != "names"]
BRITISH = re.compile(
    r"apnoea|(?<!gastr)oesoph|anaem|oedema|diarrhoea|glycaem|centre\b|behaviour|licence|labelling|isation|ising\b|nebuliser|"
    r"stabiliser|counsellor|colour|randomised|recognised",
    re.IGNORECASE,
)


def test_every_file_of_the_folder_is_a_known_table() -> None:
    """No table lies unused, none is missing."""
    assert {path.stem for path in DATA.glob("*.csv")} == set(tables.TABLES)


@pytest.mark.parametrize("table", SOURCED)
def test_every_row_has_a_source_and_a_confidence_word(table: str) -> None:
    """A number without a source is not shipped; its confidence is one of four words."""
    assert [row for row in rows(table) if not row["source"].strip() or row["confidence"] not in WORDS] == []


@pytest.mark.parametrize(("table", "codes"), CODES.items())
def test_every_code_has_a_source_and_a_confidence_of_its_own(table: str, codes: dict[str, str]) -> None:
    """Where a row has a code, it says in which code table the code was seen, or that it was recalled."""
    for code, prefix in codes.items():
        bare = [row["key"] for row in rows(table) if row[code] and not row[f"{prefix}_source"].strip()]
        unsure = [row["key"] for row in rows(table) if row[code] and row[f"{prefix}_confidence"] not in WORDS]
        assert (bare, unsure) == ([], [])


@pytest.mark.parametrize("table", tables.TABLES)
def test_spelling_is_that_of_the_united_states(table: str) -> None:
    """The data came with some British spellings; none is left."""
    assert BRITISH.findall((DATA / f"{table}.csv").read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("table", ["conditions", "medications", "observations", "care_gaps", "sdoh"])
def test_keys_are_unique(table: str) -> None:
    """A key names one row."""
    assert len(keyed(table)) == len(rows(table))


def test_tables_name_only_what_other_tables_hold() -> None:
    """Every condition, medicine and observation that a table names is in its own table."""
    conditions = {row["condition"] for table in ("regimens", "goals", "specialists") for row in rows(table)}
    conditions |= {row["condition"] for table in ("measures", "family_history") for row in rows(table)} - {""}
    conditions |= {key for row in rows("regimens") for key in listed(row["not_with"])}
    conditions |= {key for row in rows("care_gaps") for key in listed(row["needs"]) | listed(row["not_with"])}
    conditions |= {key for row in rows("medications") for key in listed(row["conditions"])}
    assert conditions <= keyed("conditions").keys()
    medicines = {row["medication"] for row in rows("regimens")} - {"-"}
    medicines |= {key for row in rows("allergies") for key in listed(row["not_with"])}
    assert medicines <= keyed("medications").keys()
    measured = {re.sub(r"_(fe)?male$", "", row["key"]) for row in rows("measures")}
    assert measured <= keyed("observations").keys()
    notes = {row["key"] for row in rows("notes") if row["topic"] == "condition"}
    assert (
        notes | {key for row in rows("note_words") for key in listed(row["conditions"])} <= keyed("conditions").keys()
    )
    assert {row["key"] for row in rows("notes") if row["topic"] == "need"} <= keyed("sdoh").keys()
    assert keyed("places", "abbr").keys() == keyed("licensure", "abbr").keys()


def test_names_are_fakers_with_their_weights() -> None:
    """The pools hold Faker's own words and weights, so they are what they are said to be."""
    pools = {
        "first_female": People.first_names_female,
        "first_male": People.first_names_male,
        "last": People.last_names,
    }
    for name, words in pools.items():
        ours = {row["word"]: float(row["weight"]) for row in rows("names") if row["pool"] == name}
        assert len(ours) > 300
        assert ours == pytest.approx({word: weight for word, weight in dict(words).items() if word in ours}, abs=1e-9)
    suffixes = {row["word"] for row in rows("names") if row["pool"] == "street"}
    assert suffixes <= set(Places.street_suffixes)


def test_towns_are_made_of_a_surname_and_an_ending() -> None:
    """A town is a Faker surname with an ending of towns; that no real place has the name was checked once, by hand."""
    towns = [row["word"] for row in rows("names") if row["pool"] == "city"]
    ending = re.compile(r"^(.+)(ton|ville|burgh|borough|bury|port|mouth|chester|haven|side|shire|view|land|fort)$")
    surnames = set(People.last_names)
    assert len(set(towns)) == len(towns) >= 100
    assert [town for town in towns if not (ending.match(town) and ending.match(town)[1] in surnames)] == []  # type: ignore[index]


def test_zip_codes_and_area_codes_have_the_right_shape() -> None:
    """One five-digit code and one area code for each state; no two states share a ZIP code."""
    places = rows("places")
    assert all(re.fullmatch(r"\d{5}", row["zip"]) and re.fullmatch(r"[2-9]\d\d", row["area_code"]) for row in places)
    assert len({row["zip"] for row in places}) == 51
