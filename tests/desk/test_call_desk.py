"""The call desk without a screen: what each message does, what is recorded, and where the person then stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from simcare.desk.call_desk import CallDesk
from simcare.training.records import Records
from tests.desk.told import tell

Sit = Callable[..., CallDesk]
SBAR = {"S": "Here", "B": "70", "A": "Looks like always", "R": "Please look", "facts": ["knee"]}


def in_call(sit: Sit, **more: object) -> CallDesk:
    """Return a desk with the line open."""
    desk = sit(**more)
    tell(desk, "dial")
    return desk


def finished(sit: Sit) -> tuple[CallDesk, dict[str, Any]]:
    """Return a desk at the debrief of a good call, with its screen."""
    desk = in_call(sit)
    tell(desk, "say", text="greet_introduce. ask_swelling_redness. verify_identity. ask_swelling_redness. ask_med_name")
    tell(desk, "say", text="ask_med_name")
    tell(desk, "do", action="message_provider", sbar=SBAR, confidence=90)
    tell(desk, "do", action="end_call")
    tell(desk, "note", text="The knee looks like always.", facts=["knee"], minutes=3)
    return desk, tell(desk, "finish")


def test_a_desk_without_a_learner_asks_for_a_name(sit: Sit) -> None:
    """Nobody is known, so the first screen asks."""
    assert sit(learner=None).screen()["phase"] == "hello"


def test_a_name_leads_to_the_list(sit: Sit) -> None:
    """A name is all that is asked."""
    screen = tell(sit(learner=None, scenario=None), "hello", name="  Dana   K ")
    assert (screen["phase"], screen["learner"]) == ("pick", "Dana K")


def test_no_name_is_told_what_to_do(sit: Sit) -> None:
    """An empty name stays at the question, with words."""
    screen = tell(sit(learner=None), "hello", name="   ")
    assert screen["phase"] == "hello"
    assert "name or initials" in screen["alert"]


def test_the_guided_call_is_listed_first(sit: Sit) -> None:
    """The first call is the one that teaches the desk."""
    calls = sit(scenario=None).screen()["calls"]
    guided = [item["guided"] for item in calls]
    assert guided == sorted(guided, reverse=True)
    assert "desk-check" in [item["id"] for item in calls if item["guided"]]


def test_reading_the_brief_records_nothing(sit: Sit, records: Records) -> None:
    """An attempt begins when the line opens, so a look at a brief leaves no open call behind."""
    desk = sit(scenario=None)
    tell(desk, "pick", scenario="desk-check")
    assert desk.screen()["phase"] == "brief"
    assert records.attempts("Dana") == []


def test_the_chart_of_the_brief_is_the_chart_of_the_call(sit: Sit) -> None:
    """The same luck draws the patient before and after dialling."""
    desk = sit(seed=None, variant=None)
    before = desk.sheet()["chart"]
    tell(desk, "dial")
    assert desk.sheet()["chart"] == before


def test_dialling_opens_the_line(sit: Sit) -> None:
    """The patient's opening is the first line of the log."""
    lines = in_call(sit).screen()["lines"]
    assert [(line["side"], line["text"]) for line in lines] == [("theirs", "Hello? Who is this?")]


def test_what_is_said_is_recorded_before_it_is_shown(sit: Sit, records: Records) -> None:
    """The record has the move that the screen shows."""
    desk = in_call(sit)
    tell(desk, "say", text="greet_introduce")
    assert [move["say"] for move in records.moves(desk.practice.attempt.id)] == ["greet_introduce"]


def test_a_line_of_two_clauses_is_two_moves(sit: Sit) -> None:
    """Each clause is answered."""
    screen = tell(in_call(sit), "say", text="greet_introduce. ask_fever")
    assert [line["text"] for line in screen["lines"] if line["side"] == "mine"] == ["greet_introduce", "ask_fever"]


def test_an_unsure_clause_offers_chips_and_takes_no_move(sit: Sit) -> None:
    """Nothing is said before the person chose."""
    screen = tell(in_call(sit), "say", text="?ask_fever,ask_address,ask_onset")
    assert [option["intent"] for option in screen["chips"]["options"]] == ["ask_fever", "ask_address", "ask_onset"]
    assert len(screen["lines"]) == 1


def test_a_chip_says_the_typed_words_with_the_chosen_meaning(sit: Sit, records: Records) -> None:
    """The record keeps both the words and what they were meant as."""
    desk = in_call(sit)
    tell(desk, "say", text="?ask_fever,ask_address")
    screen = tell(desk, "intent", intent="ask_address", **{"from": "chip"})
    assert screen["chips"] is None
    move = records.moves(desk.practice.attempt.id)[0]
    assert (move["say"], move["text"]) == ("ask_address", "?ask_fever,ask_address")


def test_clauses_behind_an_unsure_one_wait_for_the_choice(sit: Sit) -> None:
    """The order of a line is kept."""
    desk = in_call(sit)
    tell(desk, "say", text="?ask_fever,ask_address. greet_introduce")
    screen = tell(desk, "intent", intent="ask_fever", **{"from": "chip"})
    assert [line["text"] for line in screen["lines"] if line["side"] == "mine"][1] == "greet_introduce"


def test_none_of_these_gives_the_words_back(sit: Sit) -> None:
    """What was not meant can be put another way, and costs nothing."""
    desk = in_call(sit)
    tell(desk, "say", text="?ask_fever,ask_address")
    screen = tell(desk, "none")
    assert screen["draft"] == "?ask_fever,ask_address"
    assert screen["clock"]["t"] == 0


def test_words_nobody_understood_come_back(sit: Sit) -> None:
    """They stay in the box, with words on what to do."""
    screen = tell(in_call(sit), "say", text="blah blah")
    assert screen["draft"] == "blah blah"
    assert "not understood" in screen["status"]


def test_what_one_will_not_do_is_not_done(sit: Sit) -> None:
    """A denial proposes nothing, takes no move, and says so."""
    screen = tell(in_call(sit), "say", text="not calling 911")
    assert (screen["proposal"], len(screen["lines"])) == (None, 1)
    assert "will not do" in screen["status"]


def test_words_only_propose_an_action(sit: Sit) -> None:
    """Saying that 911 is coming does not get 911."""
    desk = in_call(sit)
    screen = tell(desk, "say", text="act_call_911")
    assert screen["proposal"]["action"] == "call_911"
    assert "call_911" not in desk.practice.call.done


def test_a_proposal_is_confirmed_by_doing_it(sit: Sit) -> None:
    """The confirmation is the action."""
    desk = in_call(sit)
    tell(desk, "say", text="act_call_911")
    screen = tell(desk, "do", action="call_911")
    assert screen["proposal"] is None
    assert "call_911" in desk.practice.call.done


def test_a_proposal_is_dismissed_without_a_move(sit: Sit) -> None:
    """Not now is no move."""
    desk = in_call(sit)
    tell(desk, "say", text="act_call_911")
    before = len(desk.practice.call.moves)
    assert tell(desk, "dismiss")["proposal"] is None
    assert len(desk.practice.call.moves) == before


def test_staying_on_the_line_opens_after_911(sit: Sit) -> None:
    """It is the next step, and it was not there before."""
    desk = in_call(sit)
    assert desk.screen()["next"] is None
    assert tell(desk, "do", action="call_911")["next"]["action"] == "stay_on_line"


def test_911_asks_how_sure_one_is_only_afterwards(sit: Sit) -> None:
    """911 opens no form; the question waits and is answered once."""
    desk = in_call(sit)
    step = next(step for step in desk.screen()["ladder"] if step["action"] == "call_911")
    assert step["form"] is None
    assert tell(desk, "do", action="call_911")["ask_sure"] is not None
    assert tell(desk, "sure", confidence=80)["ask_sure"] is None


def test_the_sbar_note_is_recorded_with_its_facts(sit: Sit, records: Records) -> None:
    """The handoff's four texts and the facts claimed are part of the move."""
    desk = in_call(sit)
    tell(desk, "do", action="warm_transfer_rn", sbar=SBAR, confidence=70)
    move = records.moves(desk.practice.attempt.id)[-1]
    assert move["sbar"] == SBAR
    assert move["confidence"] == 70


def test_an_action_that_is_not_open_is_refused_in_words(sit: Sit) -> None:
    """The screen says why; the call does not change."""
    desk = in_call(sit)
    screen = tell(desk, "do", action="stay_on_line")
    assert "opens only after" in screen["alert"]
    assert desk.practice.call.moves == []


def test_an_sbar_that_is_none_is_refused_in_words(sit: Sit) -> None:
    """A message that does not fit becomes an alert, not a traceback, and nothing is done."""
    desk = in_call(sit)
    screen = tell(desk, "do", action="warm_transfer_rn", sbar={"X": 1})
    assert screen["alert"]
    assert desk.practice.call.moves == []


def test_a_message_from_an_older_view_is_dropped(sit: Sit) -> None:
    """A double click does a thing once."""
    desk = in_call(sit)
    message = {"kind": "do", "seq": desk.screen()["seq"], "action": "call_pharmacy"}
    desk.handle(message)
    desk.handle(message)
    assert len(desk.practice.call.moves) == 1


def test_a_pause_shows_nothing_of_the_conversation(sit: Sit) -> None:
    """The paused screen and its sheet hold no line and no chart."""
    desk = in_call(sit)
    screen = tell(desk, "pause")
    assert "lines" not in screen
    assert desk.sheet() == {}
    assert tell(desk, "unpause")["phase"] == "call"


def test_leaving_is_kind_and_not_scored(sit: Sit, records: Records) -> None:
    """The attempt is left without a score, and the screen names 988 for the trainee."""
    desk = in_call(sit)
    screen = tell(desk, "leave")
    assert any("988" in words for words in screen["words"])
    assert [(attempt.status, attempt.score) for attempt in records.attempts("Dana")] == [("left", None)]


def test_ending_the_call_leads_to_the_note(sit: Sit) -> None:
    """What belongs after a call is asked for then."""
    desk = in_call(sit)
    assert tell(desk, "do", action="end_call")["phase"] == "wrap"


def test_a_message_can_still_be_sent_after_the_call(sit: Sit) -> None:
    """The work of a call does not end with the line."""
    desk = in_call(sit)
    screen = tell(desk, "do", action="end_call")
    assert [step["action"] for step in screen["ladder"] if step["enabled"]] == [
        "call_911",
        "same_day_callback",
        "message_provider",
        "educate",
    ]
    assert tell(desk, "do", action="message_provider", sbar=SBAR, confidence=60)["alert"] is None


def test_the_minutes_are_those_of_the_clock(sit: Sit) -> None:
    """The note proposes the whole minutes that the call and the note take, and the month has what was before."""
    desk = in_call(sit)
    tell(desk, "do", action="call_aps")
    screen = tell(desk, "do", action="end_call")
    assert screen["note"]["minutes"] == (desk.practice.call.t + 90) // 60
    assert (screen["month"]["before"], screen["month"]["goal"]) == (12, 20)


def test_the_note_is_recorded_once(sit: Sit, records: Records) -> None:
    """After saving, the screen says so and shows the minutes noted."""
    desk = in_call(sit)
    tell(desk, "do", action="end_call")
    screen = tell(desk, "note", text="All fine.", facts=[], minutes=4)
    assert screen["note"]["done"]
    assert screen["month"]["noted"] == 4
    assert records.moves(desk.practice.attempt.id)[-1]["note"]["text"] == "All fine."


def test_finishing_gives_the_debrief_and_closes_the_attempt(sit: Sit, records: Records) -> None:
    """The score on the screen is the one recorded, in whole points."""
    _, screen = finished(sit)
    attempt = records.attempts("Dana")[0]
    assert screen["phase"] == "debrief"
    assert attempt.status == "finished"
    assert attempt.score is not None
    assert screen["result"]["score"] == str(int(attempt.score))


def test_trying_again_from_a_move_keeps_what_was_before(sit: Sit, records: Records) -> None:
    """The branch has the moves up to that one, the same luck, and its parent."""
    desk, _ = finished(sit)
    parent = desk.practice.attempt.id
    screen = tell(desk, "branch", at=2)
    branch = desk.practice.attempt
    assert screen["phase"] == "call"
    assert (branch.parent, len(desk.practice.call.moves), branch.seed) == (parent, 2, 3)


def test_an_open_call_is_offered_and_goes_on_where_it_was(sit: Sit, records: Records) -> None:
    """A new desk on the same records, as after a crash, resumes with every move."""
    first = in_call(sit)
    tell(first, "say", text="greet_introduce. ask_fever")
    second = sit(scenario=None)
    waiting = second.screen()["resume"]
    assert [item["attempt"] for item in waiting] == [first.practice.attempt.id]
    screen = tell(second, "resume", attempt=waiting[0]["attempt"])
    assert screen["lines"] == first.screen()["lines"]


def test_an_open_call_can_be_closed_without_a_score(sit: Sit, records: Records) -> None:
    """The list does not fill up with calls nobody will go on with."""
    first = in_call(sit)
    screen = tell(sit(scenario=None), "close", attempt=first.practice.attempt.id)
    assert screen["resume"] == []
    assert records.attempts("Dana")[0].status == "left"


def test_a_practiced_call_says_so_in_the_list(sit: Sit) -> None:
    """The list shows how often and how well."""
    desk, screen = finished(sit)
    calls = {item["id"]: item for item in tell(desk, "calls")["calls"]}
    assert calls["desk-check"]["tried"] == f"Practiced once, best score {screen['result']['score']}"


def test_thinking_counts_only_in_real_time(sit: Sit) -> None:
    """The same words take their own seconds, and ten more where an exercise counts thinking."""
    plain, counted = in_call(sit), in_call(sit, real_time=True)
    tell(plain, "say", text="ask_fever", elapsed=10.4)
    tell(counted, "say", text="ask_fever", elapsed=10.4)
    assert counted.practice.call.t - plain.practice.call.t == 10


@pytest.mark.parametrize("kind", ["say", "do", "intent", "finish", "leave", "branch", "again", "note", "sure"])
def test_a_message_without_a_call_is_told_in_words(sit: Sit, kind: str) -> None:
    """No message can bring the desk down, whatever the screen."""
    screen = tell(sit(scenario=None), kind, text="x", action="educate", intent="ask_fever", at=0, confidence=50)
    assert screen["alert"]
    assert screen["phase"] == "pick"


def test_an_unknown_message_is_told_in_words(sit: Sit) -> None:
    """A page that does not fit the desk says to reload."""
    assert "reload" in tell(sit(), "dance")["alert"]


def test_the_help_can_say_who_listens(sit: Sit) -> None:
    """The screen has a sentence about the listener at the desk."""
    assert sit().screen()["listens"] == "Your words are heard by the listener told-1."


def test_a_real_persons_number_is_met_with_a_reminder(sit: Sit) -> None:
    """Who types a telephone number that could be somebody's is told that this is training; made-up ones pass."""
    desk = in_call(sit)
    assert "never type a real patient" in tell(desk, "say", text="call her at 614 867 5309")["status"]
    assert "real patient" not in (tell(desk, "say", text="call her at 614 555 0193")["status"] or "")


# -- whose desk it is --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["who", "hello"])
def test_who_is_signed_in_stays_that_person(sit: Sit, kind: str) -> None:
    """A message from the page cannot make somebody another learner."""
    desk = sit("ann", scenario=None, signed_in=True)
    screen = tell(desk, kind, name="Dana")
    assert (screen["learner"], screen["phase"], screen["signed_in"]) == ("ann", "pick", True)
    assert "signed in as ann" in screen["alert"]


@pytest.mark.parametrize("kind", ["resume", "close"])
def test_a_call_of_somebody_else_is_not_to_be_had(sit: Sit, records: Records, kind: str) -> None:
    """Who knows the id of another person's call can neither look at it nor close it."""
    theirs = in_call(sit, learner="Dana").practice
    assert theirs is not None
    screen = tell(sit("ann", scenario=None), kind, attempt=theirs.attempt.id)
    assert (screen["phase"], records.attempt(theirs.attempt.id).status) == ("pick", "open")
    assert "not one of yours" in screen["alert"]
