"""Mixes: those that come with simcare differ as their names say, and a program's own file is read or told wrong."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from simcare.documents import DocumentError, SimcareError
from simcare.patients.population.drawing import Population, populate
from simcare.patients.population.mix import Mix, MixError, mix_names, read_mix

ON = date(2026, 11, 20)
DEFAULT = Path(__file__).resolve().parents[3] / "simcare" / "patients" / "mixes" / "default.yaml"


@pytest.fixture(scope="module")
def panels() -> dict[str, Population]:
    """Draw 6,000 people of every mix."""
    return {name: populate(6000, seed=8, on=ON, mix=name, tables=["conditions"]) for name in mix_names()}


def test_there_are_the_promised_mixes() -> None:
    """The default, the people of 2010 and four kinds of panel."""
    assert mix_names() == ("default", "dual_heavy", "frail", "puf2010", "rural", "urban")


def test_each_mix_is_what_its_name_says(panels: dict[str, Population]) -> None:
    """The rural live in the country, the urban in towns, the frail are old and ill, the dual have Medicaid."""
    people = {name: panel.patients for name, panel in panels.items()}
    usual = people["default"]
    assert (people["rural"]["setting"] == "rural").mean() > 0.75
    assert (people["urban"]["setting"] == "urban").mean() > 0.7
    assert people["frail"]["age"].mean() > usual["age"].mean() + 4
    assert people["frail"]["n_conditions"].mean() > usual["n_conditions"].mean() + 1
    assert people["dual_heavy"]["dual"].mean() == pytest.approx(0.65, abs=0.03)
    assert usual["dual"].mean() == pytest.approx(0.12, abs=0.015)


def test_states_can_be_chosen(panels: dict[str, Population]) -> None:
    """A mix that names states has people of no other."""
    chosen = read_mix("rural").states
    assert chosen is not None
    assert set(panels["rural"].patients["state"].unique()) <= set(chosen.only)


def test_eligible_is_who_has_two_counted_conditions(panels: dict[str, Population]) -> None:
    """Two chronic conditions make eligible; smoking and a cataract do not count."""
    panel = panels["default"]
    counted = panel.conditions[~panel.conditions["condition"].isin(["tobacco_use", "cataract"])]
    number = counted.groupby("patient").size().reindex(panel.patients["patient"], fill_value=0)
    assert ((number >= 2).to_numpy() == panel.patients["ccm_eligible"].to_numpy()).all()


def test_the_people_of_2010_have_its_conditions_only(panels: dict[str, Population]) -> None:
    """No condition that the file does not know is drawn with its mix."""
    assert "hypertension" not in set(panels["puf2010"].conditions["condition"].unique())
    assert panels["puf2010"].conditions["condition"].nunique() == 12


def test_a_programs_own_file_is_read(tmp_path: Path) -> None:
    """A path is a mix as good as a name."""
    own = tmp_path / "ours.yaml"
    own.write_text(DEFAULT.read_text().replace("percent: 12.0", "percent: 40.0"))
    assert populate(3000, seed=0, on=ON, mix=str(own), tables=["patients"]).patients["dual"].mean() > 0.35


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("65-69: 29.0", "65-69: 9.0", "the percents of ages add up to 80; make them 100"),
        ("65-69: 29.0, ", "", "65-69 is missing"),
        ("urban: 28", "town: 28", "'town' is not known here"),
        ("fit: planning", "fit: plan", "planning"),
        ("percent: 12.0", "percent: 120", "100"),
        (
            "title: A mixed panel",
            "title: A mixed panel\nconditions:\n  sd: {copdd: 0.1}\n  source: x\n  confidence: assumption",
            "did you mean 'copd'",
        ),
        (
            "title: A mixed panel",
            "title: A mixed panel\nstates:\n  only: [ZZ]\n  source: x\n  confidence: assumption",
            "'ZZ' is not known",
        ),
    ],
)
def test_a_bad_mix_is_told_with_its_place(tmp_path: Path, old: str, new: str, words: str) -> None:
    """Every mistake of a mix gives file, line and remedy."""
    own = tmp_path / "ours.yaml"
    text = DEFAULT.read_text()
    assert old in text
    own.write_text(text.replace(old, new, 1))
    with pytest.raises(DocumentError, match=r"ours\.yaml:\d+:\d+: ") as error:
        read_mix(str(own))
    assert words in str(error.value)


def test_an_unknown_name_gets_the_nearest() -> None:
    """A misspelled mix is told with the one that was meant."""
    with pytest.raises(MixError, match="did you mean 'rural'"):
        read_mix("rurall")
    assert issubclass(MixError, SimcareError)


def test_a_mix_cannot_be_changed() -> None:
    """A mix is frozen."""
    with pytest.raises(ValidationError):
        read_mix("default").title = "mine"  # type: ignore[misc]
    assert isinstance(read_mix("default"), Mix)
