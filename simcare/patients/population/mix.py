"""The mix of a panel: ages, sexes, duals, places, how ill people are; from `mixes/*.yaml` or a program's own file.

Every number carries its source and confidence. How a person is drawn from a mix does not live here.
"""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator, model_validator

from simcare.documents import SimcareError, read
from simcare.patients.tables import keyed

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Percent = Annotated[float, Field(ge=0, le=100)]
Confidence = Literal["verified", "derived", "recalled", "assumption"]

AGE_BANDS = ("65-69", "70-74", "75-79", "80-84", "85-89", "90+")
SETTINGS = ("urban", "suburban", "rural")
NOT_DUAL = ("original_medicare", "medicare_medigap", "medicare_advantage")


class MixError(SimcareError):
    """No mix has this name; the text says which there are."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")
    source: Text
    confidence: Confidence


class Share(_Part):
    """One share of all people, in percent."""

    percent: Percent


class Shares(_Part):
    """Shares of groups, in percent."""

    percent: dict[str, Percent]

    def of(self, groups: tuple[str, ...]) -> list[float]:
        """Return the shares of the groups in their order, 0 to 1."""
        return [self.percent.get(group, 0.0) / 100 for group in groups]


class Shifts(_Part):
    """How far latent variables are moved, in standard deviations: 0.25 turns 10 percent into about 15."""

    sd: dict[str, Annotated[float, Field(ge=-2, le=2)]]


class States(_Part):
    """Where people live: two-letter states, drawn by population."""

    only: Annotated[tuple[str, ...], Field(min_length=1)]


class Mix(BaseModel):
    """A panel mix: what is left out stays as most panels are."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Text
    fit: Literal["planning", "puf2010"] = "planning"
    """Which prevalences and correlations: the planning values of all 36 conditions, or the 2010 file's eleven."""
    ages: Shares
    female: Shares
    """Percent of women in each age band."""
    dual: Share
    settings: Shares
    insurance: Shares
    """Of those without Medicaid."""
    enrolled: Share
    """Percent of the eligible who consented to chronic care management."""
    conditions: Shifts | None = None
    """By condition key; `all` moves every condition."""
    needs: Shifts | None = None
    """By key of sdoh.csv; `all` moves every need."""
    states: States | None = None

    @field_validator("ages", "female")
    @classmethod
    def _has_the_age_bands(cls, shares: Shares) -> Shares:
        _check_keys(shares.percent, AGE_BANDS, all_needed=True)
        return shares

    @field_validator("settings")
    @classmethod
    def _has_the_settings(cls, shares: Shares) -> Shares:
        _check_keys(shares.percent, SETTINGS)
        return shares

    @field_validator("insurance")
    @classmethod
    def _has_the_insurances(cls, shares: Shares) -> Shares:
        _check_keys(shares.percent, NOT_DUAL)
        return shares

    @field_validator("conditions", "needs")
    @classmethod
    def _shifts_are_known(cls, shifts: Shifts | None) -> Shifts | None:
        if shifts is not None:
            known = (*keyed("conditions"), *keyed("sdoh"), "all")
            _check_keys(shifts.sd, known)
        return shifts

    @field_validator("states")
    @classmethod
    def _states_are_known(cls, states: States | None) -> States | None:
        if states is not None:
            _check_keys(dict.fromkeys(states.only, 0.0), tuple(keyed("places", "abbr")))
        return states

    @model_validator(mode="after")
    def _shares_are_whole(self) -> Mix:
        for name in ("ages", "settings", "insurance"):
            total = sum(getattr(self, name).percent.values())
            if abs(total - 100) > 0.05:
                raise ValueError(f"the percents of {name} add up to {total:g}; make them 100")
        return self


def _check_keys(given: dict[str, float], known: tuple[str, ...], *, all_needed: bool = False) -> None:
    for key in given:
        if key not in known:
            near = get_close_matches(key, known, n=1)
            raise ValueError(
                f"'{key}' is not known here; " + (f"did you mean '{near[0]}'?" if near else _one_of(known))
            )
    missing = [key for key in known if key not in given]
    if all_needed and missing:
        raise ValueError(f"{', '.join(missing)} is missing; give a percent for each of {', '.join(known)}")


def _one_of(known: tuple[str, ...]) -> str:
    return f"use one of {', '.join(known[:12])}"


def mix_names() -> tuple[str, ...]:
    """Return the names of the mixes that come with simcare."""
    folder = files("simcare.patients").joinpath("mixes")
    return tuple(sorted(entry.name[:-5] for entry in folder.iterdir() if entry.name.endswith(".yaml")))


def read_mix(name: str | Path) -> Mix:
    """Read a mix by name ("rural"), or a program's own file by its path.

    Raises MixError for a name that no mix has, and DocumentError for a file that is not a mix, with line and remedy.
    """
    path = Path(name)
    if path.suffix in (".yaml", ".yml"):
        return read(path, Mix).value
    return _shipped(str(name))


@cache
def _shipped(name: str) -> Mix:
    names = mix_names()
    if name not in names:
        near = get_close_matches(name, names, n=1)
        remedy = f"did you mean '{near[0]}'?" if near else f"use {', '.join(names)}, or the path of a .yaml file"
        raise MixError(f"there is no mix '{name}'; {remedy}")
    with as_file(files("simcare.patients").joinpath("mixes", f"{name}.yaml")) as path:
        return read(path, Mix).value
