"""The built-in listener: how much it hears, and above all what it never takes for a proposal.

`tests/data/utterances.csv` holds labelled lines that are no exemplars; a few of its older lines were given an intent
that is newer than they are. The floors are what was measured, less a small margin.
"""

from __future__ import annotations

import csv
import statistics
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcare.calls.listener import NgramListener, default_listener
from simcare.scenarios import intents as intent_files

LINES = Path(__file__).parent.parent / "data" / "utterances.csv"
LIBRARY = intent_files.load()
ASKED = {
    "knees": """ask_onset ask_severity ask_pain_location ask_swelling_redness ask_triggers ask_fall_injury ask_fever
        ask_med_name ask_med_dose ask_adherence ask_other_substances ask_pain_after ask_diet ask_salt ask_bp_reading
        ask_med_barrier ask_weight_bearing ask_calf_swelling ask_skin_wound ask_baseline ask_goal ask_joint_visit
        ask_exercise_goals ask_appointment ask_black_stool ask_sleep ask_who_prescribed ask_worries educate_low_impact
        educate_pace educate_salt educate_otc_check educate_nsaid_risk give_safety_net offer_book_visit
        offer_easy_tube offer_follow_up advise_nsaid push_through_pain""",
    "car": """ask_transport ask_housing ask_food ask_money ask_support ask_appointment ask_insurance ask_vehicle
        ask_utilities ask_food_today ask_priority ask_private ask_other_visits ask_goal ask_worries ask_notice_dates
        ask_diabetes_medicine ask_sugar_reading ask_mood ask_eaten_today ask_refill ask_consent_contact ask_sleep
        offer_transport offer_resources offer_book_visit offer_warm_handoff offer_follow_up claim_medicare_rides
        advise_cancel ask_emergency_contact""",
    "pills": """ask_drowsy_vomit ask_med_name ask_med_dose ask_med_time ask_other_substances ask_fall_injury ask_fever
        ask_breathing ask_pillbox ask_sweating_shaky ask_eaten_today ask_vision_seeing ask_stroke_signs ask_last_normal
        ask_emergency_contact ask_consent_contact ask_safe_swallow ask_headache ask_sugar_reading
        ask_diabetes_medicine ask_age_weight ask_who_prescribed ask_pharmacy ask_baseline instruct_unlock_door
        instruct_gather_bottles instruct_sit_safe make_vomit give_food_drink advise_drive ask_support""",
}
"""The intents that three calls like the seed cases turn on; the core comes on top."""


def labelled(split: str, *kinds: str) -> list[dict[str, str]]:
    """Return the lines of a split, of some kinds or of all."""
    with LINES.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["split"] == split and (not kinds or row["kind"] in kinds)]


@pytest.fixture(scope="module")
def listener() -> NgramListener:
    """Give the listener of the shipped library."""
    return default_listener()


def heard(listener: NgramListener, text: str, candidates: list[str] | None = None) -> list[str | None]:
    """Return the intents of a line's clauses."""
    return [clause.intent for clause in listener.hear(text, candidates).clauses]


def proposed(listener: NgramListener, text: str) -> set[str]:
    """Return the actions that a line proposes."""
    actions = (LIBRARY.intents[intent].proposes for intent in heard(listener, text) if intent)
    return {action for action in actions if action}


def test_most_held_back_lines_are_heard_with_the_intents_of_their_call(listener: NgramListener) -> None:
    """With a call's candidates the right intent leads in four of five lines and is among three in more than nine."""
    sets = [words.split() for words in ASKED.values()]
    tried = first = three = 0
    for row in labelled("test", "in_scope", "typo"):
        using = [case for case in sets if row["intent"] in case] or (sets if row["intent"] in LIBRARY.core else [])
        for candidates in using:
            ranked = listener.rank(row["text"], candidates)
            tried += 1
            first += ranked[0] == row["intent"]
            three += row["intent"] in ranked
    assert tried > 700
    assert first / tried >= 0.80
    assert three / tried >= 0.92


def test_most_held_back_lines_are_heard_among_all_intents(listener: NgramListener) -> None:
    """Without candidates three of four lines still lead, and nine of ten are among three."""
    rows = labelled("test", "in_scope", "typo")
    ranked = [(listener.rank(row["text"]), row["intent"]) for row in rows]
    assert statistics.mean(names[0] == intent for names, intent in ranked) >= 0.77
    assert statistics.mean(intent in names for names, intent in ranked) >= 0.90


def test_what_is_taken_without_asking_is_seldom_wrong(listener: NgramListener) -> None:
    """One line in ten at most is taken for something else; the rest is taken rightly or asked about with chips."""
    rows = labelled("test", "in_scope")
    taken = [(set(heard(listener, row["text"])) - {None}, row["intent"]) for row in rows]
    assert statistics.mean(bool(names) and intent not in names for names, intent in taken) <= 0.09


@pytest.mark.parametrize("row", labelled("contrast", "neg"), ids=lambda row: row["text"])
def test_a_line_that_denies_or_asks_never_proposes_the_action(listener: NgramListener, row: dict[str, str]) -> None:
    """The opposite, the question and the condition of an action propose nothing like it."""
    action = LIBRARY.intents[row["intent"]].proposes
    assert action is None or action not in proposed(listener, row["text"])


@pytest.mark.parametrize("row", labelled("contrast", "pos"), ids=lambda row: row["text"])
def test_a_line_that_means_it_is_heard_or_offered(listener: NgramListener, row: dict[str, str]) -> None:
    """The plain twin of a contrast line is heard as its intent, or that intent is among the chips."""
    clauses = listener.hear(row["text"]).clauses
    assert any(row["intent"] == clause.intent or row["intent"] in clause.chips for clause in clauses)


DENIALS = (
    "I'm not going to {}", "im not gonna {}", "I won't {}", "i will not {}", "there is no need to {}",
    "we don't need to {}", "should I {}?", "do we need to {}?", "if it gets worse, I will {}",
    "I'll {} if you get worse", "I don't think we should {}", "let's not {}", "we never {}", "I can't {}",
    "I see no reason to {}", "nobody is going to {}", "it's too early to {}", "before I {} I have some questions",
    "maybe I should {}", "I might {}", "I was going to {} but you sound fine", "instead of trying to {} let's wait",
    "I'm not sure I should {}", "you need to {}", "you can {} yourself", "did anyone {}",
)  # fmt: skip
DEEDS = {
    "call 911": "call_911", "send an ambulance": "call_911", "get the paramedics": "call_911",
    "transfer you to the nurse": "warm_transfer_rn", "get the nurse on the line": "warm_transfer_rn",
    "message your doctor": "message_provider", "have the nurse call you back today": "same_day_callback",
    "call poison control": "call_poison_control", "call 988": "call_988", "call 211": "call_211",
    "call your pharmacy": "call_pharmacy", "call your daughter": "contact_emergency_contact",
}  # fmt: skip


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("denial", DENIALS)
def test_no_way_of_not_doing_it_proposes_it(listener: NgramListener, denial: str, deed: str) -> None:
    """Twenty-six ways of denying, asking or putting off propose none of the actions."""
    assert proposed(listener, denial.format(deed)) == set()


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("saying", ["I'm going to {} now", "i will {}", "let me {}", "No, I'm going to {}"])
def test_saying_it_plainly_proposes_it(listener: NgramListener, saying: str, deed: str) -> None:
    """The guard does not swallow what is meant."""
    assert DEEDS[deed] in proposed(listener, saying.format(deed))


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("I'm not waiting, I'm calling 911 now", "call_911"),
        ("dont hang up im calling 911 now", "call_911"),
        ("you are not making sense, im calling 911", "call_911"),
        ("I'm getting 911 for you, is that okay?", "call_911"),
        ("calling 911", "call_911"),
        ("911 now", "call_911"),
        ("im not a nurse so im getting the nurse on the line now", "warm_transfer_rn"),
        ("let me get the nurse on the line ok?", "warm_transfer_rn"),
        ("get rn", "warm_transfer_rn"),
    ],
)
def test_a_denial_of_something_else_does_not_hide_the_action(listener: NgramListener, text: str, action: str) -> None:
    """ "Not waiting", "don't hang up" and "not a nurse" deny nothing that matters."""
    assert action in proposed(listener, text)


@pytest.mark.parametrize(
    ("text", "harm"),
    [
        ("don't drive yourself to the hospital", "advise_drive"),
        ("please don't cancel the mammogram", "advise_cancel"),
        ("don't take any ibuprofen", "advise_nsaid"),
        ("dont eat or drink anything", "give_food_drink"),
        ("I'm not a nurse", "claim_nurse"),
        ("please don't make yourself throw up", "make_vomit"),
        ("Medicaid will pay for the ride", "claim_medicare_rides"),
        ("Go ahead and take more of those pills", "advise_no_more_doses"),
    ],
)
def test_speaking_against_harm_is_not_harm(listener: NgramListener, text: str, harm: str) -> None:
    """Nobody loses points for warning a patient."""
    assert harm not in heard(listener, text)


def test_off_topic_lines_are_mostly_left_alone(listener: NgramListener) -> None:
    """Noise is taken for an intent in one line of eight at most, near misses in one of four."""
    far = [row for row in labelled("test", "oos_far") if set(heard(listener, row["text"])) - {None}]
    near = [row for row in labelled("test", "oos_near") if set(heard(listener, row["text"])) - {None}]
    assert len(far) / len(labelled("test", "oos_far")) <= 0.12
    assert len(near) / len(labelled("test", "oos_near")) <= 0.25


@pytest.mark.parametrize("text", ["asdkjh qwe zzz", "blah blah", "The stock market dropped", "lol", "my laptop froze"])
def test_nonsense_has_no_intent(listener: NgramListener, text: str) -> None:
    """What means nothing here is heard as nothing."""
    assert heard(listener, text) == [None]


@pytest.mark.parametrize("text", ["", "   ", "...", "?!", "\n\n", "🙂", "—"])
def test_a_line_without_a_word_has_no_clause(listener: NgramListener, text: str) -> None:
    """Silence is no clause."""
    assert listener.hear(text).clauses == ()


def test_a_near_miss_offers_at_most_three_chips_and_no_blame(listener: NgramListener) -> None:
    """When unsure the listener offers up to three intents, best first; harm is never on offer."""
    for row in labelled("test", "in_scope"):
        for clause in listener.hear(row["text"]).clauses:
            assert len(clause.chips) <= 3
            assert clause.intent is None or clause.chips == ()
            assert all(LIBRARY.intents[chip].kind != "harm" for chip in clause.chips)


def test_a_question_about_the_action_offers_it_as_a_chip(listener: NgramListener) -> None:
    """ "Should I get the nurse on the line?" proposes nothing, and one key away is the action itself."""
    (clause,) = listener.hear("should I get the nurse on the line?").clauses
    assert clause.intent is None
    assert clause.negated
    assert "act_warm_transfer_rn" in clause.chips


def test_a_title_does_not_end_a_sentence(listener: NgramListener) -> None:
    """ "Mr. Boyd" and "Dr. Lee" stay whole."""
    clauses = listener.hear("Hi Mr. Boyd, this is Sam from Dr. Lee's office. How are you feeling today?").clauses
    assert [clause.intent for clause in clauses] == ["greet_introduce", "open_how_are_you"]
    assert clauses[0].text == "Hi Mr. Boyd, this is Sam from Dr. Lee's office."


@pytest.mark.parametrize(
    ("text", "intents"),
    [
        ("When did it start? Where does it hurt?", ["ask_onset", "ask_pain_location"]),
        ("Where does it hurt, and how bad is it from one to ten?", ["ask_pain_location", "ask_severity"]),
        ("any fever, swelling, or chest pain?", ["ask_fever", "ask_swelling_redness", "ask_chest_breathing"]),
        ("im calling 911 and getting the nurse on the line", ["act_call_911", "act_warm_transfer_rn"]),
        ("I'm so sorry. Is anyone there with you?", ["empathise", "ask_alone_now"]),
        ("calling 911 now, what is your address", ["act_call_911", "ask_address"]),
        ("Do you know what day it is, and where you are?", ["check_orientation"]),
        ("any chills or fever?", ["ask_fever"]),
    ],
)
def test_a_line_is_cut_where_it_means_two_things(listener: NgramListener, text: str, intents: list[str]) -> None:
    """Two questions in one line are two clauses; one question in two halves is one."""
    assert heard(listener, text) == intents


def test_most_of_several_intents_in_one_line_are_heard(listener: NgramListener) -> None:
    """Of all intents in lines that hold several, seven of eight are heard."""
    rows = [(set(row["intent"].split("|")), set(heard(listener, row["text"]))) for row in labelled("multi")]
    assert sum(len(wanted & got) for wanted, got in rows) / sum(len(wanted) for wanted, _ in rows) >= 0.87


@pytest.mark.parametrize("row", labelled("test", "typo"), ids=lambda row: row["text"])
def test_a_slip_of_the_finger_is_understood(listener: NgramListener, row: dict[str, str]) -> None:
    """A line with typing slips has the right intent among the first three."""
    assert row["intent"] in listener.rank(row["text"])


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("any fever?", "ask_fever"),
        ("how many did u take", "ask_med_dose"),
        ("bp at home?", "ask_bp_reading"),
        ("hi mrs boyd this is sam from dr lee's office", "greet_introduce"),
        ("name and dob", "verify_identity"),
        ("chest pain or sob?", "ask_chest_breathing"),
        ("im sorry that sounds hard", "empathise"),
        ("call me right away if it gets red or hot", "give_safety_net"),
    ],
)
def test_a_hurried_line_is_understood(listener: NgramListener, text: str, intent: str) -> None:
    """Shorthand, lower case and missing words are how nurses type."""
    assert heard(listener, text) == [intent]


def test_candidates_lift_the_intents_of_the_call(listener: NgramListener) -> None:
    """The same words lean to what this call is about, yet an intent outside the call can still be heard."""
    everything = heard(listener, "do you use insulin?", ["ask_onset"])
    assert everything == ["ask_diabetes_medicine"]
    assert listener.rank("what did the letter say", ["ask_notice_dates"])[0] == "ask_notice_dates"


def test_the_name_pins_what_was_learned() -> None:
    """The same library gives the same name; one more exemplar gives another."""
    fever = LIBRARY.intents["ask_fever"]
    more = fever.model_copy(update={"exemplars": (*fever.exemplars, "burning forehead?")})
    changed = LIBRARY.model_copy(update={"intents": {**LIBRARY.intents, "ask_fever": more}})
    assert NgramListener(LIBRARY).name == default_listener().name
    assert NgramListener(changed).name != default_listener().name
    assert default_listener().name.startswith("ngram-1:")


def test_hearing_is_quick(listener: NgramListener) -> None:
    """A line is heard in less than five milliseconds of processor time."""
    rows = labelled("test", "in_scope")
    began = time.process_time()
    for row in rows:
        listener.hear(row["text"])
    assert (time.process_time() - began) / len(rows) < 0.005


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_heard_without_complaint(text: str) -> None:
    """Whatever is typed, clauses come back with known intents, at most three chips and their own words."""
    for clause in default_listener().hear(text).clauses:
        assert clause.intent is None or clause.intent in LIBRARY.intents
        assert len(clause.chips) <= 3
        assert clause.text.strip()
