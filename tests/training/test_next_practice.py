"""Practice next: which call, why, and what it never does: give the call away or let emergencies starve."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from simcare.training.catalog import PracticeCall
from simcare.training.judged import JudgedCall
from simcare.training.next_practice import BAND, EMERGENCY_EVERY, Suggestion, next_practice
from tests.training.made import MONDAY, call, offered, row


def suggested(calls: list[JudgedCall], choice: list[PracticeCall] | None = None, **more: object) -> Suggestion:
    """Return what is suggested to Ann right after her last call."""
    now = max((each.started_at for each in calls), default=MONDAY) + timedelta(minutes=30)
    found = next_practice(calls, "Ann", offered() if choice is None else choice, now, **more)  # type: ignore[arg-type]
    assert found is not None
    return found


def test_the_first_call_is_the_guided_one() -> None:
    """Who has finished nothing starts with the call that shows the desk."""
    guided = PracticeCall("first", "one", "Your first call", 1, {"S5": 3}, guided=True)
    found = suggested([], [*offered(), guided])
    assert (found.scenario, found.reason) == ("first", "start")


def test_what_was_hardly_practiced_comes_before_what_is_weak() -> None:
    """Before anybody is called weak in something, it is looked at."""
    found = suggested([call(0)])
    assert found.reason == "new"
    assert "hardly practiced" in found.why


def practiced(good: bool, nth: int, scenario: str) -> JudgedCall:
    """Return a call that asks for all seven skills, S3 of them done or not."""
    rows = tuple(row(f"r{n}", skills=(f"S{n}",), good=good if n == 3 else True) for n in range(1, 8))
    return call(nth, scenario=scenario, rows=rows)


def test_the_weakest_skill_is_named_with_what_is_done_of_it() -> None:
    """The reason speaks of the skill in plain words and of its number."""
    choice = offered(skills=("S3", "S1"))
    found = suggested([practiced(False, nth, f"offered-{nth}") for nth in range(5)], choice)
    assert (found.skill, found.reason) == ("S3", "weak")
    assert "Patience and compassion" in found.why and " of 100 " in found.why


def test_what_is_due_comes_first() -> None:
    """After some weeks a skill comes back, with the days since."""
    calls = [practiced(True, nth, f"offered-{nth}") for nth in range(4)]
    found = next_practice(calls, "Ann", offered(), MONDAY + timedelta(days=90))
    assert found is not None and (found.reason, "90 days ago" in found.why or "89 days ago" in found.why) == (
        "due",
        True,
    )


def test_the_call_asks_for_the_skill() -> None:
    """What is practiced next trains what it is suggested for."""
    choice = offered(skills=("S3", "S1"))
    found = suggested([practiced(False, nth, f"offered-{nth}") for nth in range(5)], choice)
    chosen = next(each for each in choice if each.id == (found.scenario, found.variant))
    assert chosen.share("S3") > 0


def test_of_calls_as_new_the_one_in_the_band_is_taken() -> None:
    """Neither a sure thing nor a hopeless one where another is between."""
    played = [practiced(False, nth, f"other-{nth}") for nth in range(5)]
    choice = [
        PracticeCall(f"c{nth}", "one", f"C{nth}", 1, {"S3": 5, "S1": 2}, hard=hard)
        for nth, hard in enumerate((-4.0, -2.0, -1.0, 0.0, 1.0, 3.0))
    ]
    found = suggested(played, choice)
    assert found.expected_pass is not None and BAND[0] - 0.1 <= found.expected_pass <= BAND[1] + 0.1


def test_emergencies_never_starve() -> None:
    """Following the suggestions for forty calls, no stretch is without one, though few calls are emergencies."""
    choice = offered(20, emergencies=2, skills=tuple(f"S{n}" for n in range(1, 8)))
    needs = {each.id: each for each in choice}
    calls: list[JudgedCall] = []
    for nth in range(40):
        found = suggested(calls, choice)
        chosen = needs[found.scenario, found.variant]
        calls.append(call(nth, chosen.need, chosen.need, scenario=found.scenario, variant=found.variant))
    urgent = [needs[each.scenario, each.variant].emergency for each in calls]
    assert all(any(urgent[at : at + EMERGENCY_EVERY]) for at in range(40 - EMERGENCY_EVERY))


def test_the_reason_does_not_give_an_emergency_away() -> None:
    """A forced emergency comes with a reason like any other's, and what is shown has no variant."""
    choice = offered(20, emergencies=2)
    calls = [call(nth, 1, 1, scenario=f"offered-{nth}") for nth in range(EMERGENCY_EVERY)]
    found = suggested(calls, choice)
    assert next(each for each in choice if each.scenario == found.scenario).emergency
    assert found.reason in ("due", "new", "weak")
    assert "variant" not in found.as_json()
    assert not {"911", "emergency", "emergencies", "urgent"} & set(found.why.lower().split())


def test_the_same_scenario_rests() -> None:
    """What was just played does not come back at once."""
    calls = [call(nth, scenario=f"offered-{nth}", variant="one") for nth in range(4)]
    assert suggested(calls).scenario not in {each.scenario for each in calls}


def test_what_was_too_hard_to_hear_is_not_suggested() -> None:
    """A scenario to avoid stays away."""
    every = Counter(each.scenario for each in offered())
    avoid = set(every) - {"offered-4"}
    assert suggested([call(0)], avoid=avoid).scenario == "offered-4"


def test_nobody_is_sent_into_a_language_they_did_not_choose() -> None:
    """A call in Spanish is suggested to who has practiced it, and to nobody else."""
    spanish = PracticeCall("es", "one", "Una llamada", 1, {"S5": 4}, language="es")
    assert next_practice([call(0)], "Ann", [spanish], MONDAY) is None
    assert suggested([call(0, scenario="es")], [spanish]).scenario == "es"


def test_the_suggestion_stays_until_a_call_was_played() -> None:
    """Looking twice shows the same call."""
    calls = [call(0), call(1)]
    assert suggested(calls) == suggested(calls)
