"""Both listeners: how much each hears, and above all what neither ever takes for a proposal.

`tests/data/utterances.csv` holds labelled lines that are no exemplars; a few of its older lines were given an intent
that is newer than they are. `stumbles.csv` is what trainees typed and was misheard. The floors are what was measured,
less a small margin; `acceptance.csv` is for the benchmark alone, so that no test invites tuning to it.
"""

from __future__ import annotations

import csv
import statistics
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simcare.calls.embedding import EmbeddingError, sentences
from simcare.calls.listener import (
    LibraryListener,
    default_listener,
    in_plain_words,
    ngram_listener,
)
from simcare.calls.opening import open_call
from simcare.scenarios import intents as intent_files
from simcare.scenarios.library import load_scenario

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


ENGINES = {"meaning": default_listener(), "ngram": ngram_listener(LIBRARY)}
FLOORS = {
    "meaning": {"call": (0.92, 0.97), "all": (0.90, 0.97), "wrong": 0.03, "several": 0.87},
    "ngram": {"call": (0.83, 0.94), "all": (0.80, 0.93), "wrong": 0.05, "several": 0.86},
}


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Give the name of each engine in turn."""
    return str(request.param)


@pytest.fixture
def listener(engine: str) -> LibraryListener:
    """Give each listener of the shipped library in turn."""
    return ENGINES[engine]


def heard(listener: LibraryListener, text: str, candidates: Sequence[str] | None = None) -> list[str | None]:
    """Return the intents of a line's clauses."""
    return [clause.intent for clause in listener.hear(text, candidates).clauses]


def proposed(listener: LibraryListener, text: str) -> set[str]:
    """Return the actions that a line proposes."""
    actions = (LIBRARY.intents[intent].proposes for intent in heard(listener, text) if intent)
    return {action for action in actions if action}


@pytest.mark.slow
def test_most_held_back_lines_are_heard_with_the_intents_of_a_call(listener: LibraryListener, engine: str) -> None:
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
    assert first / tried >= FLOORS[engine]["call"][0]
    assert three / tried >= FLOORS[engine]["call"][1]


@pytest.mark.slow
def test_most_held_back_lines_are_heard_among_all_intents(listener: LibraryListener, engine: str) -> None:
    """Without candidates three of four lines still lead, and nine of ten are among three."""
    rows = labelled("test", "in_scope", "typo")
    ranked = [(listener.rank(row["text"]), row["intent"]) for row in rows]
    assert statistics.mean(names[0] == intent for names, intent in ranked) >= FLOORS[engine]["all"][0]
    assert statistics.mean(intent in names for names, intent in ranked) >= FLOORS[engine]["all"][1]


@pytest.mark.slow
def test_what_is_taken_without_asking_is_seldom_wrong(listener: LibraryListener, engine: str) -> None:
    """One line in twenty at most is taken for something else; the rest is taken rightly or asked about with chips."""
    rows = labelled("test", "in_scope")
    taken = [(set(heard(listener, row["text"])) - {None}, row["intent"]) for row in rows]
    assert statistics.mean(bool(names) and intent not in names for names, intent in taken) <= FLOORS[engine]["wrong"]


@pytest.mark.parametrize("row", labelled("contrast", "neg"), ids=lambda row: row["text"])
def test_a_line_that_denies_or_asks_never_proposes_the_action(listener: LibraryListener, row: dict[str, str]) -> None:
    """The opposite, the question and the condition of an action propose nothing like it."""
    action = LIBRARY.intents[row["intent"]].proposes
    assert action is None or action not in proposed(listener, row["text"])


@pytest.mark.parametrize("row", labelled("contrast", "pos"), ids=lambda row: row["text"])
def test_a_line_that_means_it_is_heard_or_offered(listener: LibraryListener, row: dict[str, str]) -> None:
    """The plain twin of a contrast line is heard as its intent, or that intent is among the chips."""
    clauses = listener.hear(row["text"]).clauses
    assert any(row["intent"] == clause.intent or row["intent"] in clause.chips for clause in clauses)


CALLS = {"knees": "sore-knees", "car": "lost-car", "pills": "mixed-up-tuesday"}


@lru_cache
def candidates_of(case: str) -> tuple[str, ...]:
    """Return the intents of a seed call."""
    return open_call(load_scenario(CALLS[case]).value, None, 0).script.candidates()


def stumbles() -> list[dict[str, str]]:
    """Return what trainees typed and was misheard, with what it has to be heard as and what it never is."""
    with (LINES.parent / "stumbles.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", stumbles(), ids=lambda row: row["text"])
def test_what_trainees_stumbled_over_is_heard_now(listener: LibraryListener, row: dict[str, str]) -> None:
    """One of the intents joined by "|", each of those joined by "+", and none that it is never taken for."""
    names = set(heard(listener, row["text"], candidates_of(row["case"]))) - {None}
    assert not names & set(row["never"].split("|"))
    if "+" in row["heard"]:
        assert set(row["heard"].split("+")) <= names
    elif row["heard"]:
        assert names & set(row["heard"].split("|"))


def harmless() -> list[dict[str, str]]:
    """Return lines that deny, ask about, stop or only report a harm, with the harm that they sound like."""
    with (LINES.parent / "harm_contrast.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.slow
@pytest.mark.parametrize("row", harmless(), ids=lambda row: row["text"])
def test_nobody_is_blamed_on_a_guess(listener: LibraryListener, row: dict[str, str]) -> None:
    """The opposite of a harm, and a question about it, are no harm of any kind, nor offered as one."""
    for clause in listener.hear(row["text"], candidates_of(row["case"])).clauses:
        for name in (clause.intent, *clause.chips):
            assert name is None or LIBRARY.intents[name].kind != "harm"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "case", "harm"),
    [
        ("That is your own fault.", "car", "judgemental"),
        ("You really should have called us sooner.", "pills", "judgemental"),
        ("Why didn't you call us sooner?", "pills", "judgemental"),
        ("You can take ibuprofen for it.", "knees", "advise_nsaid"),
        ("Just keep walking through the pain.", "knees", "push_through_pain"),
        ("Don't worry, it's nothing.", "knees", "false_reassurance"),
        ("Let's just cancel it for now.", "car", "advise_cancel"),
        ("Medicare pays for that ride.", "car", "claim_medicare_rides"),
        ("I'm a nurse, trust me.", "pills", "claim_nurse"),
        ("Make yourself throw up now.", "pills", "make_vomit"),
        ("Drive yourself to the emergency room.", "pills", "advise_drive"),
        ("Take an extra pill tonight.", "pills", "advise_dose_change"),
        ("Let's wait and see how you feel tomorrow.", "pills", "advise_wait"),
        ("Drink a glass of milk.", "pills", "give_food_drink"),
        ("Hang up and call 911.", "pills", "tell_hang_up_dial"),
        ("Don't take any more pills tonight.", "pills", "advise_no_more_doses"),
    ],
)
def test_harm_said_outright_is_heard(listener: LibraryListener, text: str, case: str, harm: str) -> None:
    """The guard does not swallow what is meant."""
    assert harm in heard(listener, text, candidates_of(case))


@pytest.mark.parametrize(
    "text",
    [
        "I can't leave you and hang up now.",
        "I won't hang up or let you go yet.",
        "It's not time to say goodbye yet.",
        "Not the time for goodbyes.",
    ],
)
def test_a_no_reaches_the_second_way_of_ending_a_call(listener: LibraryListener, text: str) -> None:
    """Whoever says that they cannot hang up and go proposes no end of the call."""
    assert "end_call" not in proposed(listener, text)


def test_asking_about_a_call_together_offers_it(listener: LibraryListener) -> None:
    """A question proposes nothing, and its first chip is what it asks about."""
    (clause,) = listener.hear("Shall we call 211 together about the rent?", candidates_of("car")).clauses
    assert (clause.intent, clause.chips[0]) == (None, "act_211")


REPORTS = (
    "I have called {}", "I've already called {}", "i called {} a minute ago", "{} has been called for you",
    "{} is on the way to you", "{} is coming", "I have let {} know", "we already asked for {}", "{} is already there",
)  # fmt: skip
CALLED = ("911", "the ambulance", "the nurse", "our triage nurse", "Poison Control", "your daughter", "your doctor")


@pytest.mark.parametrize("whom", CALLED)
@pytest.mark.parametrize("report", REPORTS)
def test_telling_what_was_done_proposes_nothing(listener: LibraryListener, report: str, whom: str) -> None:
    """What was done, and who is on the way, is not proposed again."""
    assert proposed(listener, report.format(whom)) <= {"stay_on_line"}


@pytest.mark.parametrize(
    "text",
    ["its ok Mr Wood", "thank you so much", "that's all right dear", "you are so kind", "okay ma'am"],
)
def test_kind_words_never_offer_to_hang_up_first(listener: LibraryListener, text: str) -> None:
    """Neither the first chip nor what is heard ends the call or does harm."""
    for clause in listener.hear(text, candidates_of("pills")).clauses:
        first = clause.intent or next(iter(clause.chips), None)
        assert first is None or LIBRARY.intents[first].proposes != "end_call"
        assert first is None or LIBRARY.intents[first].kind != "harm"


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


@pytest.mark.slow
@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("denial", DENIALS)
def test_no_way_of_not_doing_it_proposes_it(listener: LibraryListener, denial: str, deed: str) -> None:
    """Twenty-six ways of denying, asking or putting off propose none of the actions."""
    assert proposed(listener, denial.format(deed)) == set()


@pytest.mark.parametrize(
    "text",
    [
        "maybe I should call 911 for you",
        "should I send an ambulance?",
        "I don't think we need the nurse for sore knees",
    ],
)
def test_an_action_put_off_is_no_harm(listener: LibraryListener, text: str) -> None:
    """Who denies, asks or hesitates is not blamed for what it sounds like."""
    names = [name for name in heard(listener, text) if name is not None]
    assert not any(LIBRARY.intents[name].kind == "harm" for name in names)


def test_leaving_911_to_the_patient_is_heard_as_such(listener: LibraryListener) -> None:
    """ "Hang up and dial 911 yourself" proposes nothing, and it counts against the care manager."""
    assert heard(listener, "hang up and dial 911 yourself") == ["tell_hang_up_dial"]


@pytest.mark.parametrize("deed", DEEDS)
@pytest.mark.parametrize("saying", ["I'm going to {} now", "i will {}", "let me {}", "No, I'm going to {}"])
def test_saying_it_plainly_proposes_it(listener: LibraryListener, saying: str, deed: str) -> None:
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
def test_a_denial_of_something_else_does_not_hide_the_action(listener: LibraryListener, text: str, action: str) -> None:
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
def test_speaking_against_harm_is_not_harm(listener: LibraryListener, text: str, harm: str) -> None:
    """Nobody loses points for warning a patient."""
    assert harm not in heard(listener, text)


@pytest.mark.slow
def test_off_topic_lines_are_mostly_left_alone(listener: LibraryListener) -> None:
    """Noise is taken for an intent in one line of eight at most, near misses in one of four."""
    far = [row for row in labelled("test", "oos_far") if set(heard(listener, row["text"])) - {None}]
    near = [row for row in labelled("test", "oos_near") if set(heard(listener, row["text"])) - {None}]
    assert len(far) / len(labelled("test", "oos_far")) <= 0.12
    assert len(near) / len(labelled("test", "oos_near")) <= 0.25


@pytest.mark.parametrize("text", ["asdkjh qwe zzz", "blah blah", "The stock market dropped", "lol", "my laptop froze"])
def test_nonsense_has_no_intent(listener: LibraryListener, text: str) -> None:
    """What means nothing here is heard as nothing."""
    assert heard(listener, text) == [None]


@pytest.mark.parametrize("text", ["", "   ", "...", "?!", "\n\n", "🙂", "—"])
def test_a_line_without_a_word_has_no_clause(listener: LibraryListener, text: str) -> None:
    """Silence is no clause."""
    assert listener.hear(text).clauses == ()


@pytest.mark.slow
def test_a_near_miss_offers_at_most_three_chips_and_no_blame(listener: LibraryListener) -> None:
    """When unsure the listener offers up to three intents, best first; harm is never on offer."""
    for row in labelled("test", "in_scope"):
        for clause in listener.hear(row["text"]).clauses:
            assert len(clause.chips) <= 3
            assert clause.intent is None or clause.chips == ()
            assert all(LIBRARY.intents[chip].kind != "harm" for chip in clause.chips)


def test_a_question_about_the_action_offers_it_as_a_chip(listener: LibraryListener) -> None:
    """ "Should I get the nurse on the line?" proposes nothing, and one key away is the action itself."""
    (clause,) = listener.hear("should I get the nurse on the line?").clauses
    assert clause.intent is None
    assert clause.negated
    assert "act_warm_transfer_rn" in clause.chips


def test_a_title_does_not_end_a_sentence(listener: LibraryListener) -> None:
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
def test_a_line_is_cut_where_it_means_two_things(listener: LibraryListener, text: str, intents: list[str]) -> None:
    """Two questions in one line are two clauses; one question in two halves is one."""
    assert heard(listener, text) == intents


def test_most_of_several_intents_in_one_line_are_heard(listener: LibraryListener, engine: str) -> None:
    """Of all intents in lines that hold several, seven of eight are heard."""
    rows = [(set(row["intent"].split("|")), set(heard(listener, row["text"]))) for row in labelled("multi")]
    assert (
        sum(len(wanted & got) for wanted, got in rows) / sum(len(wanted) for wanted, _ in rows)
        >= FLOORS[engine]["several"]
    )


@pytest.mark.parametrize("row", labelled("test", "typo"), ids=lambda row: row["text"])
def test_a_slip_of_the_finger_is_understood(listener: LibraryListener, row: dict[str, str]) -> None:
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
def test_a_hurried_line_is_understood(listener: LibraryListener, text: str, intent: str) -> None:
    """Shorthand, lower case and missing words are how nurses type."""
    assert heard(listener, text) == [intent]


def test_candidates_lift_the_intents_of_the_call(listener: LibraryListener) -> None:
    """The same words lean to what this call is about, yet an intent outside the call can still be heard."""
    everything = heard(listener, "do you use insulin?", ["ask_onset"])
    assert everything == ["ask_diabetes_medicine"]
    assert listener.rank("what did the letter say", ["ask_notice_dates"])[0] == "ask_notice_dates"


@pytest.mark.slow
def test_the_name_pins_what_was_learned() -> None:
    """The same library gives the same name; one more exemplar gives another."""
    fever = LIBRARY.intents["ask_fever"]
    more = fever.model_copy(update={"exemplars": (*fever.exemplars, "burning forehead?")})
    changed = LIBRARY.model_copy(update={"intents": {**LIBRARY.intents, "ask_fever": more}})
    assert ngram_listener(LIBRARY).name == ENGINES["ngram"].name
    assert ngram_listener(changed).name != ENGINES["ngram"].name
    assert ENGINES["ngram"].name.startswith("ngram-2:")
    assert ENGINES["meaning"].name.startswith("meaning-1:")


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_heard_without_complaint(text: str) -> None:
    """Whatever is typed, clauses come back with known intents, at most three chips and their own words."""
    for clause in default_listener().hear(text).clauses:
        assert clause.intent is None or clause.intent in LIBRARY.intents
        assert len(clause.chips) <= 3
        assert clause.text.strip()


def test_the_screen_can_say_who_listens(engine: str, listener: LibraryListener) -> None:
    """Each listener's name has a sentence of its own, and a listener nobody knows has one too."""
    told = in_plain_words(listener.name)
    assert told.startswith("Your words are understood by their meaning" if engine == "meaning" else "Your words are")
    assert ("simcare[semantic]" in told) is (engine == "ngram")
    assert in_plain_words("own-1") == "Your words are heard by the listener own-1."


@pytest.mark.slow
def test_without_the_extra_the_ngrams_listen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program never needs the extra; with it the listener by meaning serves."""
    assert default_listener().name == ENGINES["meaning"].name
    default_listener.cache_clear()
    sentences.cache_clear()
    monkeypatch.setattr("simcare.calls.embedding.available", lambda: False)
    try:
        assert default_listener().name == ENGINES["ngram"].name
        with pytest.raises(EmbeddingError, match=r"simcare\[semantic\]"):
            sentences()
    finally:
        default_listener.cache_clear()


@pytest.mark.slow
def test_a_broken_extra_is_no_reason_not_to_open(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where what is installed is another model than the pinned one, the n-grams listen."""
    default_listener.cache_clear()
    sentences.cache_clear()
    monkeypatch.setattr("simcare.calls.embedding.MODEL_SHA256", "0" * 64)
    try:
        assert default_listener().name == ENGINES["ngram"].name
        with pytest.raises(EmbeddingError, match="not the pinned language model"):
            sentences()
    finally:
        default_listener.cache_clear()


@pytest.mark.parametrize(
    ("text", "case"),
    [
        ("Will you be able to make it?", "car"),
        ("Is there a reason you'd cancel?", "car"),
        ("I'm asking because a lot of people are having a tough time", "car"),
        ("is that ok?", "car"),
        ("Would it be ok if I called 211 with you on the line now?", "car"),
        ("Did you take anybody else's pills?", "pills"),
    ],
)
def test_what_frightens_is_no_chip_for_something_else(listener: LibraryListener, text: str, case: str) -> None:
    """Suicide, 988 and consent to an ambulance are offered only when nearly sure."""
    for clause in listener.hear(text, candidates_of(case)).clauses:
        assert not {clause.intent, *clause.chips} & set(LIBRARY.grave)


def test_words_beside_what_was_understood_are_still_said(listener: LibraryListener) -> None:
    """A name and a half sentence stay in the bubble."""
    text = "Mr. Smith I'm calling 911 right now and I don't want to wait"
    said = " ".join(clause.text for clause in listener.hear(text, candidates_of("pills")).clauses)
    assert "Mr. Smith" in said
    assert "I don't want to wait" in said
