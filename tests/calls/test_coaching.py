"""Coaching on words in a call: what is told with its evidence, what is left alone, and that no score depends on it."""

from __future__ import annotations

from collections.abc import Callable

from simcare.calls.call import Call
from simcare.calls.coaching import Coaching, coach_on
from simcare.calls.moves import Do
from simcare.calls.opening import open_call
from simcare.calls.scoring import score
from simcare.scenarios.model import Scenario

Opened = Callable[..., Call]


def typed(call: Call, *lines: tuple[str, str]) -> Coaching:
    """Type lines, each with the intent it was heard as, and return the coaching."""
    for intent, text in lines:
        call.take(call.say(intent, text))
    return coach_on(call)


def kinds(coaching: Coaching) -> list[str]:
    """Return the kinds of what there is to try."""
    return [item.kind for item in coaching.tries]


def test_blame_is_quoted_with_a_better_way(opened: Opened) -> None:
    """The finding holds the words, the move, the reason, its source and what to say instead."""
    coaching = typed(
        opened(), ("greet_introduce", "Hello there."), ("judgemental", "You should have called us sooner.")
    )
    (found,) = [item for item in coaching.tries if item.kind == "judgmental"]
    assert (found.move, found.quote) == (1, "You should have called us sooner.")
    assert found.better is not None
    assert found.better.startswith("Say what you are glad of")
    assert found.source.startswith("Healy")


def test_picked_phrases_get_no_coaching(opened: Opened) -> None:
    """Even a harmful phrase from the list says nothing about one's own words."""
    call = opened()
    call.take(call.say("judgemental"))
    coaching = coach_on(call)
    assert (coaching.typed, coaching.picked, coaching.tries, coaching.measures) == (0, 1, (), ())


def test_words_never_change_a_score(opened: Opened) -> None:
    """The same intents typed rudely and picked earn the same."""
    rude, picked = opened(), opened()
    rude.take(rude.say("ask_swelling_redness", "Why on earth didn't you look at your knee?"))
    picked.take(picked.say("ask_swelling_redness"))
    assert coach_on(rude).tries
    assert [item.earned for item in score(rude).rows] == [item.earned for item in score(picked).rows]


def test_four_closed_questions_and_no_open_one_are_told(opened: Opened) -> None:
    """Quoting the first; with one open question among them they are not."""
    closed = [
        ("ask_fever", "Any fever?"),
        ("ask_sleep", "Do you sleep?"),
        ("ask_food", "Did you eat?"),
        ("ask_mood", "Are you sad?"),
    ]
    assert "closed" in kinds(typed(opened(), *closed))
    wide = typed(opened(), *closed, ("open_how_are_you", "How have you been?"))
    assert "closed" not in kinds(wide)
    assert [item.quote for item in wide.strengths if item.kind == "open"] == ["How have you been?"]


def test_money_without_asking_first_is_told_once(opened: Opened) -> None:
    """Asking first, in words or with a phrase from the list, is enough."""
    money = ("ask_money", "Is money tight?")
    assert "no_permission" in kinds(typed(opened(), money))
    asked = typed(opened(), ("ask_permission", "Is it okay if I ask about your bills?"), money)
    assert "no_permission" not in kinds(asked)
    picked = opened()
    picked.take(picked.say("ask_permission"))
    assert "no_permission" not in kinds(typed(picked, money))


def test_explaining_without_checking_is_told(opened: Opened) -> None:
    """Until the plan is asked for in the patient's words; "do you understand" is not that."""
    plan = ("give_safety_net", "If it gets worse or you get a fever, call us right away.")
    weak = typed(opened(), plan, ("teach_back", "Do you understand?"))
    assert kinds(typed(opened(), plan)) == ["no_teach_back"]
    assert kinds(weak) == ["weak_check"]


def test_a_word_of_the_clinic_is_told_with_plain_words(opened: Opened) -> None:
    """Unless the plain word stands beside it."""
    (found,) = typed(opened(), ("ask_swelling_redness", "Do you have any edema?")).tries
    assert (found.title, found.better) == ("A word from the clinic: edema", "In plain words: swelling.")
    assert typed(opened(), ("ask_swelling_redness", "Any edema, that is, swelling?")).tries == ()


def test_a_word_the_patient_used_first_is_no_jargon(small: Scenario) -> None:
    """What the patient says, the care manager may say too."""
    call = open_call(small.model_copy(update={"opening": "It's my edema again."}), "quiet", 1)
    assert typed(call, ("ask_swelling_redness", "Is the edema worse?")).tries == ()


def test_a_feeling_that_is_passed_over_is_told(small: Scenario) -> None:
    """A patient who says she is scared and gets the next question is quoted with it; one who is not scared is not."""
    scared = open_call(small.model_copy(update={"opening": "I'm scared, honey."}), "quiet", 1)
    found = typed(scared, ("ask_fever", "Any fever?")).tries
    assert [(item.kind, item.quote) for item in found] == [("no_reflection", "I'm scared, honey. — Any fever?")]
    calm = open_call(small.model_copy(update={"opening": "I'm not scared, honey."}), "quiet", 1)
    assert typed(calm, ("ask_fever", "Any fever?")).tries == ()


def test_long_words_are_told_at_the_hardest_sentence(opened: Opened) -> None:
    """The grade of everything typed is told, and the sentence that is hardest to follow."""
    hard = (
        "Considering the complicated circumstances surrounding your medication administration schedule, I would "
        "additionally appreciate understanding whether alternative explanations occurred to you regarding the "
        "particular deterioration of your articulation, notwithstanding previously established recommendations "
        "concerning appropriate precautionary measures."
    )
    coaching = typed(opened(), ("greet_introduce", "Hello, this is your care manager."), ("ask_onset", hard))
    (found,) = [item for item in coaching.tries if item.kind == "grade"]
    assert found.quote.startswith("Considering")
    assert any("grade" in measure for measure in coaching.measures)


def test_words_in_another_language_are_left_alone(small: Scenario) -> None:
    """The phrases are English; a Spanish call is counted and not judged."""
    spanish = small.model_copy(update={"persona": small.persona.model_copy(update={"language": "es"})})
    coaching = typed(open_call(spanish, "quiet", 1), ("greet_introduce", "Hola, you should have called."))
    assert (coaching.typed, coaching.tries, coaching.measures) == (1, (), ())


def test_actions_are_no_words(opened: Opened) -> None:
    """What is done has a label in the transcript, and it is not anybody's wording."""
    call = opened()
    call.take(Do("message_provider", 10))
    assert coach_on(call).typed == 0
