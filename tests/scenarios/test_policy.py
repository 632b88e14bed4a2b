"""The default policy: whole, sourced, consistent, and never in the way of 911."""

from __future__ import annotations

import re
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from simcare.documents import read_plain
from simcare.scenarios import intents
from simcare.scenarios.library import load_policy
from simcare.scenarios.policy import Policy

DOCUMENT = load_policy()
POLICY = DOCUMENT.value


def changed(path: str, value: Any) -> dict[str, Any]:
    """Return the default policy as plain data with one place changed; None drops the place."""
    data: Any = read_plain(DOCUMENT.text, name="default.yaml").value
    *folders, last = path.split("/")
    node = data
    for folder in folders:
        node = node[folder]
    if value is None:
        del node[last]
    else:
        node[last] = value
    return data


def test_the_ladder_has_five_levels_in_order() -> None:
    """From self-care to 911, each higher than the one before."""
    assert list(POLICY.levels) == ["L0_self_care", "L1_message", "L2_same_day", "L3_rn_now", "L4_911"]
    assert [POLICY.rank(level) for level in POLICY.levels] == [0, 1, 2, 3, 4]


def test_each_level_is_reached_by_its_action() -> None:
    """The five actions of the ladder stand for the five levels; side routes stand for none."""
    ladder = {name: POLICY.level_of(name) for name, action in POLICY.actions.items() if action.kind == "ladder"}
    assert ladder == {
        "educate": "L0_self_care",
        "message_provider": "L1_message",
        "same_day_callback": "L2_same_day",
        "warm_transfer_rn": "L3_rn_now",
        "call_911": "L4_911",
    }
    assert POLICY.level_of("call_poison_control") is None
    assert POLICY.level_of("no_such_action") is None


def test_911_is_open_from_the_start_and_fits_its_time() -> None:
    """No action, identity check or transfer comes before 911, and saying and doing it stay inside its standard."""
    action = POLICY.actions["call_911"]
    assert action.opens_after == ()
    standard = POLICY.levels["L4_911"].seconds
    assert standard == 60
    assert POLICY.seconds_for("act_call_911", "propose") + action.seconds < standard


def test_the_time_standards_are_in_seconds() -> None:
    """One minute, five minutes, four hours, a day; self-care has no clock."""
    assert [level.seconds for level in POLICY.levels.values()] == [None, 86_400, 14_400, 300, 60]


def test_staying_on_the_line_waits_for_help() -> None:
    """It opens only after a transfer or 911."""
    assert POLICY.actions["stay_on_line"].opens_after == ("warm_transfer_rn", "call_911")


def test_every_presentation_of_the_source_is_a_red_flag() -> None:
    """All 47 presentations are there, each with questions, levels and errors."""
    assert len(POLICY.red_flags) == 47
    assert {"joint_pain", "overdose_unknown", "overdose_insulin_su", "transport_loss", "suicidal"} <= POLICY.red_flags


def numbered(node: object) -> list[BaseModel]:
    """Return every section of the policy that holds a number of its own."""
    found: list[BaseModel] = []
    if isinstance(node, BaseModel):
        values = [getattr(node, name) for name in type(node).model_fields]
        if any(isinstance(value, int | float) and not isinstance(value, bool) for value in values):
            found.append(node)
        for value in values:
            found += numbered(value)
    elif isinstance(node, dict):
        for value in node.values():
            found += numbered(value)
    return found


def test_every_number_has_a_source() -> None:
    """Sections with numbers say where they come from and how sure we are; actions do so as a table."""
    sections = [section for section in numbered(POLICY) if section is not POLICY]
    bare = {type(section).__name__ for section in sections if not hasattr(section, "source")}
    assert len(sections) > 20
    assert bare == {"Action"}
    assert POLICY.action_table.source


def test_seconds_come_from_the_intent_or_its_kind() -> None:
    """An intent's own seconds go before those of its kind."""
    assert POLICY.seconds_for("verify_identity", "courtesy") == 20
    assert POLICY.seconds_for("ask_diet_of_tomorrow", "ask") == POLICY.intent_seconds.kinds["ask"]


def test_effects_lie_over_those_of_the_kind() -> None:
    """An intent's effect replaces that of its kind gauge by gauge and leaves the other gauges."""
    judged = POLICY.effects_for("judgemental", "harm")
    assert judged == {"trust": -18, "distress": 12, "patience": -12}
    assert POLICY.effects_for("claim_nurse", "harm") == {"trust": -8, "distress": 0, "patience": 0}
    assert POLICY.effects_for("greet_introduce", "courtesy") == {"trust": 5, "distress": -2}


def test_support_calms_and_harm_upsets() -> None:
    """Every supporting intent gains trust and no harmful one does."""
    library = intents.load().intents
    support = [POLICY.effects_for(name, intent.kind) for name, intent in library.items() if intent.kind == "support"]
    harm = [POLICY.effects_for(name, intent.kind) for name, intent in library.items() if intent.kind == "harm"]
    assert all(effect["trust"] > 0 and effect["distress"] < 0 for effect in support)
    assert all(effect["trust"] < 0 and effect["distress"] >= 0 for effect in harm)
    assert POLICY.effects.decay == 0.5


def test_tables_name_only_intents_that_exist() -> None:
    """Seconds, effects and actions speak of the intent library."""
    library = set(intents.load().intents)
    named = {*POLICY.intent_seconds.intents, *POLICY.effects.intents}
    named |= {action.intent for action in POLICY.actions.values() if action.intent}
    assert named <= library


def test_under_triage_costs_more_than_over_triage() -> None:
    """In the score and in the weights of kappa alike, which agree with each other."""
    scoring, weights = POLICY.scoring, POLICY.triage_weights
    assert scoring.correct == 1 > scoring.one_over > scoring.one_under
    assert scoring.two_over > scoring.two_under == 0
    assert (weights.one_over, weights.two_over) == (
        pytest.approx(1 - scoring.one_over),
        pytest.approx(1 - scoring.two_over),
    )
    assert (weights.one_under, weights.two_under) == (
        pytest.approx(1 - scoring.one_under),
        pytest.approx(1 - scoring.two_under),
    )


def test_the_unlicensed_may_neither_assess_nor_advise_on_a_dose() -> None:
    """The coordinator's role says so, and dose advice is an automatic fail."""
    may_not = " ".join(POLICY.roles["care_coordinator"].may_not)
    assert "assess" in may_not
    assert "dose" in may_not
    assert {"dose_advice", "missed_911", "delayed_911", "left_alone"} == set(POLICY.automatic_fail.items)


def test_the_spelling_is_american() -> None:
    """Words of the source that are spelled otherwise in the US were changed."""
    british = r"\b(?:colour|centre|licence|diarrhoea|recognis|dialling|labelling|cancelling|behaviour|orthopnoea)\w*"
    assert re.findall(british, DOCUMENT.text, re.IGNORECASE) == []


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("actions/items/educate/level", "L9_moon", "which the ladder does not have"),
        ("actions/items/book_ride/level", "L1_message", "exactly the actions of kind ladder"),
        ("actions/items/stay_on_line/opens_after", ["dance"], "dance, which is no action"),
        ("intent_seconds/kinds/ask", None, "no number for kind ask"),
        ("effects/kinds/harm", None, "no entry for kind harm"),
        ("levels/L4_911/rank", 3, "the same rank"),
        ("presentations/stroke/special_routes", ["fax"], "no special route fax"),
        ("special_routes/dme/action", "send_pigeon", "no action send_pigeon"),
    ],
)
def test_a_policy_that_contradicts_itself_is_refused(path: str, value: Any, words: str) -> None:
    """A replaced policy cannot name what it does not hold."""
    with pytest.raises(ValidationError, match=re.escape(words)):
        Policy.model_validate(changed(path, value))
