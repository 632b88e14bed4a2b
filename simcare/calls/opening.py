"""Opening a call: from a scenario of the library to a line that is open.

The chart is a function of the scenario and the seed, so nothing of it has to be saved. The variant may be left to
chance by its weight.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from simcare import chance
from simcare.calls.call import Call
from simcare.calls.script import Script, compile_script
from simcare.patients import Chart, PatientConstraints
from simcare.patients.population import pick_chart
from simcare.scenarios import intents as intent_library
from simcare.scenarios.intents import IntentLibrary
from simcare.scenarios.library import load_policy
from simcare.scenarios.model import Scenario
from simcare.scenarios.policy import Policy


def open_call(
    scenario: Scenario,
    variant: str | None,
    seed: int,
    *,
    policy: Policy | None = None,
    intents: IntentLibrary | None = None,
) -> Call:
    """Return a call whose line is open; without a variant it is drawn by weight from the seed.

    Raises VariantError or ConditionError where the scenario is not in order.
    """
    chosen = variant or draw_variant(scenario, seed)
    script = script_for(scenario, chosen, policy=policy, intents=intents)
    return Call(script, chart_for(scenario, seed), seed)


def script_for(
    scenario: Scenario, variant: str, *, policy: Policy | None = None, intents: IntentLibrary | None = None
) -> Script:
    """Return the compiled variant, with the default policy and the built-in intents where none are given."""
    return compile_script(scenario, variant, policy or load_policy().value, intents or intent_library.load())


def draw_variant(scenario: Scenario, seed: int) -> str:
    """Return a variant drawn by weight: the same seed always draws the same."""
    names = tuple(scenario.variants)
    return chance.pick(
        seed, "variant", scenario.id, 0, options=names, weights=[scenario.variants[name].weight for name in names]
    )


def chart_for(scenario: Scenario, seed: int) -> Chart:
    """Return the chart of the call's patient; every variant of a scenario has the same one."""
    return patient_for(scenario, seed)[0]


def patient_for(scenario: Scenario, seed: int) -> tuple[Chart, tuple[str, ...]]:
    """Return the chart of the person of the population who fits a scenario, and a sentence for each adjustment."""
    return _picked(scenario.patient.model_dump_json(), scenario.when, chance.derive(seed, "chart", scenario.id, 0))


@lru_cache(maxsize=64)
def _picked(constraints: str, when: str, seed: int) -> tuple[Chart, tuple[str, ...]]:
    on = datetime.strptime(when, "%Y-%m-%d %H:%M").date()
    return pick_chart(PatientConstraints.model_validate_json(constraints), seed, on)
