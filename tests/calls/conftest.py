"""A small scenario that every test of the engine can play."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from simcare.calls.call import Call
from simcare.calls.opening import open_call
from simcare.documents import read
from simcare.scenarios.model import Scenario

SMALL = Path(__file__).parent / "small_scenario.yaml"


@pytest.fixture(scope="session")
def small() -> Scenario:
    """Return the small scenario."""
    return read(SMALL, Scenario).value


@pytest.fixture(scope="session")
def opened(small: Scenario) -> Callable[..., Call]:
    """Return a function that opens a call of the small scenario."""

    def open_variant(variant: str = "quiet", seed: int = 1) -> Call:
        return open_call(small, variant, seed)

    return open_variant
