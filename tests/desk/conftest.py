"""A library with calls of the tests' own, and records in a fresh folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from simcare.desk.call_desk import CallDesk
from simcare.training.records import Records
from tests.desk.told import LIBRARY, ToldListener


@pytest.fixture(autouse=True)
def own_library(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the tests' own calls beside the library's."""
    monkeypatch.setenv("SIMCARE_LIBRARY", str(LIBRARY))


@pytest.fixture
def records(tmp_path: Path) -> Records:
    """Return empty records in a folder of their own."""
    return Records.open(f"sqlite:///{tmp_path / 'records.sqlite'}")


@pytest.fixture
def sit(records: Records) -> Callable[..., CallDesk]:
    """Return a function that sits down at a desk on the same records."""

    def sit_down(learner: str | None = "Dana", scenario: str | None = "desk-check", **more: object) -> CallDesk:
        chosen = {"seed": 3, "variant": "quiet", **more}
        return CallDesk(records, ToldListener(), learner=learner, scenario=scenario, **chosen)

    return sit_down
