"""The presenter: what each screen holds, from the state of a call alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from simcare.calls.call import Call
from simcare.calls.moves import Do
from simcare.calls.opening import open_call
from simcare.calls.scoring import score
from simcare.desk import view
from simcare.desk.chart import chart_sheet
from simcare.desk.debrief import debrief_view
from simcare.desk.phrases import BESIDE, phrase_groups
from simcare.desk.steps import steps
from simcare.scenarios import intents as intent_files
from simcare.scenarios.library import load_scenario
from simcare.scenarios.model import Note

Opened = Callable[..., Call]


@pytest.fixture
def opened() -> Opened:
    """Return a function that opens the tests' call and takes moves: intents, or actions with a leading '!'."""

    def open_and_take(*moves: str, variant: str = "quiet") -> Call:
        call = open_call(load_scenario("desk-check").value, variant, 3)
        for move in moves:
            if move.startswith("!"):
                call.take(Do(move[1:], call.script.policy.actions[move[1:]].seconds))
            else:
                call.take(call.say(move))
        return call

    return open_and_take


@pytest.mark.parametrize(("seconds", "text"), [(0, "0:00"), (59, "0:59"), (61.9, "1:01"), (3600, "60:00")])
def test_the_clock_is_minutes_and_seconds(seconds: float, text: str) -> None:
    """Whole minutes are not turned into hours."""
    assert view.clock(seconds) == text


@pytest.mark.parametrize(
    ("stamp", "text"),
    [
        ("2026-03-10 14:05", "Tuesday, March 10, 2:05 pm"),
        ("2026-03-10 00:00", "Tuesday, March 10, 12:00 am"),
        ("2026-03-10 12:30", "Tuesday, March 10, 12:30 pm"),
    ],
)
def test_a_time_is_told_as_people_say_it(stamp: str, text: str) -> None:
    """Twelve-hour clock, day first, no year."""
    assert view.when(stamp) == text


def test_every_screen_is_plain_json(opened: Opened) -> None:
    """A view is what JSON can hold, because it goes to the page as JSON."""
    call = opened("greet_introduce", "!call_911")
    for screen in (view.call_view(call), view.wrap_view(call), view.brief_view(call), view.sheet(call)):
        assert json.loads(json.dumps(screen)) == screen


def test_lines_carry_the_speakers_name(opened: Opened) -> None:
    """The patient by name, the family by the persona's words, roles by their title, oneself as You."""
    call = opened("greet_introduce", "!contact_emergency_contact", "!warm_transfer_rn")
    shown = {(line["side"], line["name"]) for line in view.call_view(call)["lines"]}
    patient = call.chart.placeholders()["formal_name"]
    assert {("theirs", patient), ("mine", "You"), ("theirs", "Ruth, the daughter"), ("theirs", "Triage nurse")} <= shown


def test_an_action_loses_its_brackets(opened: Opened) -> None:
    """What was done is shown as done, not as said."""
    line = next(line for line in view.call_view(opened("!call_pharmacy"))["lines"] if line["side"] == "act")
    assert line["text"] == "Call the pharmacy"


def test_a_sound_has_no_speaker(opened: Opened) -> None:
    """A narrator's line is a sound on the phone."""
    call = opened("!call_pharmacy")
    sounds = [(line["name"], line["text"]) for line in view.call_view(call)["lines"] if line["side"] == "sound"]
    assert ("", "A kettle whistles.") in sounds


def test_the_call_tells_nothing_of_the_variant(opened: Opened) -> None:
    """At the opening, two variants of one call look exactly the same."""
    assert view.call_view(opened(variant="quiet")) == view.call_view(opened(variant="loud"))


def test_the_first_second_gives_no_hint_of_the_voice(opened: Opened) -> None:
    """How a voice began may differ between variants, so only a change is told."""
    assert view.hint(opened()) is None


def test_a_fading_voice_is_told_in_words(opened: Opened) -> None:
    """What a phone would let one hear stands in words on the screen."""
    assert "harder to follow" in (view.hint(opened("!call_aps")) or "")


def test_blame_is_heard_in_the_voice(opened: Opened) -> None:
    """A voice that turned cool is told."""
    assert view.hint(opened("judgemental")) is not None


def test_the_coach_tells_the_first_hint_that_holds(opened: Opened) -> None:
    """The guided call leads on from step to step."""
    hints = [
        view.coach(opened(*moves))
        for moves in ((), ("greet_introduce",), ("greet_introduce", "verify_identity", "ask_swelling_redness"))
    ]
    assert [hint and hint["id"] for hint in hints] == ["greet", "ask", "decide"]


def test_facts_for_a_note_are_those_that_were_heard(opened: Opened) -> None:
    """The form offers no fact that nobody told, or it would tell what there is to ask."""
    call = opened("ask_address")
    assert [fact["label"] for fact in view.facts(call)] == ["Where she is"]


def test_the_ladder_goes_from_911_down(opened: Opened) -> None:
    """All five rungs are always there, the highest first."""
    assert [step["level"] for step in steps(opened())["ladder"]] == [
        "L4_911",
        "L3_rn_now",
        "L2_same_day",
        "L1_message",
        "L0_self_care",
    ]


def test_911_never_waits_for_a_form(opened: Opened) -> None:
    """One press and one confirmation: no note, no question before."""
    step = next(step for step in steps(opened())["ladder"] if step["action"] == "call_911")
    assert (step["form"], step["confirm"], step["confidence"]) == (None, True, False)


def test_every_other_decision_asks_how_sure_one_is(opened: Opened) -> None:
    """Confidence belongs to the decision."""
    assert all(step["confidence"] for step in steps(opened())["ladder"] if step["action"] != "call_911")


def test_every_action_of_the_policy_can_be_reached(opened: Opened) -> None:
    """What the policy allows has a button somewhere: in the ladder, the menus, the next step, the end or the note."""
    call = opened("!call_911")
    offered = steps(call)
    shown = {item["action"] for group in ("ladder", "routes", "tasks") for item in offered[group]}
    shown |= {offered["next"]["action"], offered["end"]["action"], "write_note", "state_confidence"}
    assert set(call.script.policy.actions) == shown


def test_every_intent_stands_under_a_topic() -> None:
    """No phrase of the library is left beside the topics."""
    assert BESIDE not in [group["topic"] for group in phrase_groups(intent_files.load())]


def test_harm_stands_among_its_neighbors() -> None:
    """No topic is of one kind of harm, and a topic's phrases are in the order of the alphabet."""
    library = intent_files.load()
    for group in phrase_groups(library):
        kinds = {library.intents[item["intent"]].kind for item in group["items"]}
        assert kinds != {"harm"}
        says = [item["say"].lower() for item in group["items"]]
        assert says == sorted(says)


def test_a_harmful_phrase_is_not_found_by_its_label() -> None:
    """The label of what harms judges it, so the search does not look at it."""
    library = intent_files.load()
    finds = {item["intent"]: item["find"] for group in phrase_groups(library) for item in group["items"]}
    assert {finds[name] for name, intent in library.intents.items() if intent.kind == "harm"} == {""}


def test_every_part_of_the_chart_is_on_the_sheet(opened: Opened) -> None:
    """No section that the chart has is left out."""
    call = opened()
    sheet = chart_sheet(call.chart)
    shown = {section["id"] for section in sheet["sections"]} | {"identity", "name", "on"}
    assert set(call.chart.as_json()) <= shown


def test_a_medicine_that_runs_out_is_marked(opened: Opened) -> None:
    """Days left and the mark stand beside the name."""
    sections = {section["id"]: section for section in chart_sheet(opened().chart)["sections"]}
    row = sections["medications"]["rows"][0]
    assert (row["tag"], row["tone"]) == ("Refill soon", "fair")
    assert "4 days left" in row["more"]


def debriefed(call: Call) -> dict[str, Any]:
    """Return the debrief of a call as the page gets it."""
    return debrief_view(call, json.loads(json.dumps(score(call).as_json())))


GOOD = ("greet_introduce", "verify_identity", "ask_swelling_redness", "ask_med_name", "!message_provider", "!end_call")


def test_the_debrief_says_practice_and_never_certified(opened: Opened) -> None:
    """A score of one call is no certificate."""
    assert "practice, not a certificate" in str(debriefed(opened(*GOOD))["practice"])


def test_the_debrief_names_what_was_expected_and_done(opened: Opened) -> None:
    """The decision row tells both, and when."""
    rows = dict(debriefed(opened(*GOOD))["decision"]["rows"])
    assert (rows["Expected"], rows["You did"]) == ("Message the provider", "Message the provider")
    assert rows["When"] == "1:00" or ":" in rows["When"]


def test_a_decision_without_its_basis_says_so(opened: Opened) -> None:
    """Deciding first and asking afterwards does not pass, and the screen says why."""
    late = ("greet_introduce", "!message_provider", "verify_identity", "ask_swelling_redness", "!end_call")
    screen = debriefed(opened(*late))
    assert any("after you had decided" in value for name, value in screen["decision"]["rows"])


def test_too_little_help_is_called_under_triage(opened: Opened) -> None:
    """A hot knee that only gets a message is under-triage."""
    assert "Under-triage" in debriefed(opened(*GOOD, variant="loud"))["decision"]["verdict"]


def test_evidence_points_to_a_line_of_the_timeline(opened: Opened) -> None:
    """Each evidence has a move that the timeline can be jumped to."""
    screen = debriefed(opened(*GOOD))
    anchors = {line["move"] for line in screen["timeline"] if line["first"]}
    moves = {item["move"] for group in screen["groups"] for row in group["rows"] for item in row["evidence"]}
    assert moves
    assert moves <= anchors


def test_each_own_move_can_be_tried_again(opened: Opened) -> None:
    """Every move has exactly one place to branch from."""
    call = opened(*GOOD)
    branches = [line["move"] for line in debriefed(call)["timeline"] if line["branch"]]
    assert branches == list(range(len(call.moves)))


def test_what_was_heard_stands_at_its_line(opened: Opened) -> None:
    """The timeline tells which fact a line gave."""
    learned = [name for line in debriefed(opened(*GOOD))["timeline"] for name in line["learned"]]
    assert learned == ["How the knee looks", "What she takes"]


def test_what_was_never_asked_is_told_with_words_to_ask(opened: Opened) -> None:
    """A missed question comes with the question."""
    never = debriefed(opened(*GOOD))["never"]
    assert [(item["label"], bool(item["ask"])) for item in never] == [("Where she is", True)]


def test_a_rubric_row_that_was_avoided_counts_as_good(opened: Opened) -> None:
    """Not blaming is good, and says so in words."""
    rows = {row["id"]: row for group in debriefed(opened(*GOOD))["groups"] for row in group["rows"]}
    assert (rows["blames"]["state"], rows["blames"]["word"]) == ("good", "Avoided")
    assert (rows["looks"]["state"], rows["looks"]["word"]) == ("good", "Done")


def test_what_alone_failed_a_call_is_said_as_what_it_was(opened: Opened) -> None:
    """A deed is no missed step, and a late decision is called late."""
    card = json.loads(json.dumps(score(opened(*GOOD)).as_json()))
    card |= {"passed": False, "score": 61.7, "critical_missed": []}
    assert debrief_view(opened(*GOOD), card)["result"]["words"].startswith("Not passed: 61 points are not enough.")
    late = card | {"decision": card["decision"] | {"late": True}}
    assert "came too late" in debrief_view(opened(*GOOD), late)["result"]["words"]
    blamed = debrief_view(opened(*GOOD), card | {"critical_missed": ["blames", "looks"]})
    labels = {row["id"]: row["label"] for row in card["rows"]}
    assert blamed["critical"] == [f"This must never happen: {labels['blames']}", f"This was missing: {labels['looks']}"]
    assert "something was said or done" in blamed["result"]["words"]


def test_another_level_with_all_its_points_is_simply_right(opened: Opened) -> None:
    """Nobody reads "another fits better" above full points."""
    card = json.loads(json.dumps(score(opened(*GOOD)).as_json()))
    for credit, said in ((1.0, "The right level of help."), (0.7, "another fits better still")):
        card["decision"] |= {"verdict": "accepted", "credit": credit}
        assert said in debrief_view(opened(*GOOD), card)["decision"]["verdict"]


def test_confidence_is_set_beside_the_result(opened: Opened) -> None:
    """How sure one was is told with whether it was right."""
    call = opened(*GOOD[:-2])
    call.take(Do("message_provider", 45, confidence=100))
    call.take(Do("end_call", 5))
    call.take(Do("write_note", 90, channel="chart", note=Note(text="knee", minutes=2)))
    assert ("How sure you were", "100%, and it was right.") in debriefed(call)["decision"]["rows"]


def test_the_debrief_coaches_on_typed_words_with_their_place(opened: Opened) -> None:
    """What was typed is quoted at its second, with a way to say it better; it stands apart from what counted."""
    call = opened()
    call.take(call.say("judgemental", "You should have called us sooner."))
    call.take(call.say("greet_introduce"))
    words = debriefed(call)["words"]
    assert [(item["clock"], item["move"], item["quote"]) for item in words["tries"]] == [
        ("0:00", 0, "You should have called us sooner.")
    ]
    assert words["tries"][0]["better"].startswith("Say what you are glad of")
    assert words["intro"].endswith("the one phrase that you picked says nothing about your own words.")


def test_a_call_of_picked_phrases_says_why_there_is_no_coaching(opened: Opened) -> None:
    """Nothing typed, nothing to say."""
    words = debriefed(opened(*GOOD))["words"]
    assert (words["tries"], words["intro"][:42]) == ([], "You picked every phrase from the list, so ")


def test_a_scorecard_from_before_the_coaching_is_shown_without(opened: Opened) -> None:
    """An old record has no such part, and its debrief reads as it did."""
    call = opened(*GOOD)
    card = json.loads(json.dumps(score(call).as_json()))
    del card["debrief"]["coaching"]
    assert debrief_view(call, card)["words"] is None


def test_a_call_that_no_clinician_signed_says_so(opened: Opened) -> None:
    """Before the line opens the trainee reads whether the medicine of this call was reviewed."""
    call = opened()
    signed = call.script.scenario.model_copy(update={"reviewed_by": "Ann Lee, RN"})
    assert view.brief_view(call)["reviewed"] == "No clinician has reviewed this call yet."
    assert view.reviewed(signed) == "Reviewed by Ann Lee, RN."


def test_a_scenario_may_name_its_first_voice() -> None:
    """Where the wife calls about her husband, her lines stand under her; braces become what the chart says."""
    husband = open_call(load_scenario("sleeping-heavy").value, "under-the-quilt", 3)
    wife = open_call(load_scenario("home-reading").value, None, 3)
    assert view.speaker_name(husband, "patient") == "His wife"
    assert view.speaker_name(wife, "wife") == f"{wife.chart.placeholders()['wife']}, his wife"
