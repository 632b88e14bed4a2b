"""The presenter of the shift desk: what the page draws, as plain JSON, from the state of a shift. It decides nothing.

All strings are plain text. What an item may be used for now is asked of the shift; nothing shown tells what is urgent,
what a call is about, or whether an answer fits, and items have numbers for names. The debrief has a module of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from simcare.calls.debrief import name_people
from simcare.desk.shift.numbering import answers, number_of
from simcare.training.shifts import ShiftRecord
from simcare.world.shift.authored import ShiftSpec
from simcare.world.shift.library import Texts
from simcare.world.shift.material import moment
from simcare.world.shift.moves import AtDesk
from simcare.world.shift.playing import Shift
from simcare.world.shift.work import NURSE, YOU, Work

KINDS = {
    "outreach": "Phone call",
    "line": "Line",
    "text": "Text message",
    "email": "E-mail",
    "refill": "Refill request",
    "records": "Records",
}
PUT_OFF = ((900, "15 minutes"), (1800, "30 minutes"), (3600, "an hour"), (7200, "two hours"))


def time_of_day(spec: ShiftSpec, second: int) -> str:
    """Return a second of the shift as people say the time: 9:24 am."""
    at = moment(spec, second)
    return f"{at.hour % 12 or 12}:{at.minute:02d} {'am' if at.hour < 12 else 'pm'}"


def span(seconds: int) -> str:
    """Return a stretch of time in words: 40 seconds, 12 minutes, 2 hours, 1 h 36 min."""
    if seconds < 60:
        return f"{seconds} seconds"
    minutes = seconds // 60
    if minutes < 60:
        return f"{minutes} minute{'' if minutes == 1 else 's'}"
    if minutes % 60 == 0:
        return f"{minutes // 60} hour{'' if minutes == 60 else 's'}"
    return f"{minutes // 60} h {minutes % 60} min"


def pick_view(learner: str, shifts: Sequence[Texts], records: Sequence[ShiftRecord]) -> dict[str, Any]:
    """Return the list of shifts, with the open ones first and what was tried."""
    tried: dict[str, list[tuple[float, bool]]] = {}
    for record in records:
        if record.score is not None:
            tried.setdefault(record.title, []).append((record.score, bool(record.passed)))
    return {
        "phase": "pick",
        "learner": learner,
        "resume": [
            {"record": record.id, "title": record.title, "words": _waiting(record)}
            for record in records
            if record.status == "open"
        ][:3],
        "past": [
            {"record": record.id, "title": record.title, "words": _past(record)}
            for record in records
            if record.status == "finished"
        ][:5],
        "shifts": [_listed(texts.spec.value, tried.get(texts.spec.value.title, [])) for texts in shifts],
    }


def _listed(spec: ShiftSpec, tried: Sequence[tuple[float, bool]]) -> dict[str, Any]:
    times = "once" if len(tried) == 1 else f"{len(tried)} times"
    best = max((score for score, _ in tried), default=0.0)
    return {
        "id": spec.id,
        "title": spec.title,
        "about": spec.about,
        "meta": f"{day(spec)} · {span(spec.minutes * 60)} of the shift's own time · {people(spec)}",
        "tried": f"Worked {times}, best score {best:g}" if tried else None,
        "passed": any(passed for _, passed in tried),
    }


def day(spec: ShiftSpec) -> str:
    """Return when a shift is: Tuesday, March 10, 9:00 am."""
    at = moment(spec, 0)
    return f"{at:%A, %B} {at.day}, {time_of_day(spec, 0)}"


def people(spec: ShiftSpec) -> str:
    """Return who is there beside you, in words."""
    names = [colleague.name for colleague in spec.colleagues.values()]
    beside = f"{', '.join(names)} beside you" if names else "nobody beside you"
    return f"{beside}, {spec.nurse.name} as the nurse"


def _past(record: ShiftRecord) -> str:
    assert record.finished_at is not None
    at = record.finished_at.astimezone()
    again = ", worked on from an earlier one" if record.parent else ""
    return f"{at:%A, %B} {at.day}: {record.score:g} of 100, {'passed' if record.passed else 'not passed'}{again}"


def _waiting(record: ShiftRecord) -> str:
    moves = {0: "nothing done", 1: "one thing done"}.get(record.moves, f"{record.moves} things done")
    started = record.started_at.astimezone()
    return f"Begun {started:%A, %B} {started.day}, {moves} so far. It goes on exactly where it was."


def brief_view(spec: ShiftSpec) -> dict[str, Any]:
    """Return the screen before a shift begins."""
    reviewed = "No clinician has reviewed this shift yet."
    if spec.reviewed_by != "unreviewed":
        reviewed = f"Reviewed by {spec.reviewed_by}."
    return {
        "phase": "brief",
        "title": spec.title,
        "when": f"{day(spec)} to {time_of_day(spec, spec.minutes * 60)}",
        "about": spec.about,
        "reviewed": reviewed,
        "clock": "Thinking costs time in this shift: the clock runs."
        if spec.real_time
        else "The clock counts what you do, not how long you think. Everything waits while you read this screen.",
        "people": [f"{colleague.name}, care manager" for colleague in spec.colleagues.values()]
        + [f"{spec.nurse.name}, triage nurse"],
    }


def paused_view(shift: Shift) -> dict[str, Any]:
    """Return the pause: nothing of the work is on the page."""
    return {"phase": "paused", "words": f"{shift.spec.title}, paused at {time_of_day(shift.spec, shift.now)}."}


def desk_view(shift: Shift, told: int) -> dict[str, Any]:
    """Return the desk: the clock, the people, what rings, the work list, the inbox, what is done.

    `told` is how many news there were before the last message: those after it are told on the page.
    """
    spec = shift.spec
    works = shift.works()
    mine = [work for work in works if work.status in ("open", "missed", "handed") and not work.answers]
    on_hand = shift.on_hand
    return {
        "phase": "desk",
        "title": spec.title,
        "clock": {
            "now": time_of_day(spec, shift.now),
            "t": shift.now,
            "end": shift.office.end,
            "ends": time_of_day(spec, shift.office.end),
            "left": "over" if shift.over else span(shift.office.end - shift.now),
            "over": shift.over,
            "real": spec.real_time,
        },
        "people": [_person(shift, name) for name in shift.office.helpers],
        "helpers": [{"id": name, "name": _name(shift, name)} for name in shift.office.helpers],
        "lines": [_item(shift, work) for work in works if work.ringing >= 0],
        "list": [_item(shift, work) for work in mine if not work.is_message],
        "inbox": [_item(shift, work) for work in mine if work.is_message],
        "done": [_done(shift, work) for work in works if work not in mine and work.ringing < 0 and not _in_hand(work)],
        "notes": [
            {
                "item": number_of(shift, each.work.part.id),
                "who": each.work.part.who,
                "words": f"The call of {time_of_day(spec, each.began)}",
            }
            for each in shift.unwritten()
        ],
        "on_hand": None
        if on_hand is None
        else {
            "item": number_of(shift, on_hand.work.part.id),
            "who": on_hand.work.part.who,
            "brief": _brief(on_hand.work),
            "message": on_hand.work.part.body if on_hand.work.read >= 0 else "",
            "fresh": on_hand.work.part.item.kind != "outreach" and on_hand.call.ended is None,
        },
        "news": [
            {"time": time_of_day(spec, news.t), "words": news.words}
            for news in shift.news[told:]
            if (news.lane, news.kind) != (YOU, "takes")
        ],
        "can_end": shift.refusal(AtDesk("end")) is None,
        "put_off": [{"seconds": seconds, "words": words} for seconds, words in PUT_OFF],
    }


def _in_hand(work: Work) -> bool:
    return work.status in ("yours", "wrap")


def _name(shift: Shift, helper: str) -> str:
    name = shift.office.helpers[helper].name
    return f"{name}, the nurse" if helper == NURSE else name


def _person(shift: Shift, name: str) -> dict[str, Any]:
    helper = shift.office.helpers[name]
    busy = shift.office.busy_for(helper) > 0
    waits = len(helper.queue)
    words = "with a patient" if busy and name == NURSE else "on a call" if busy else "free"
    return {
        "id": name,
        "name": _name(shift, name),
        "busy": busy,
        "words": words + (f", {waits} waiting" if waits else ""),
    }


def _item(shift: Shift, work: Work) -> dict[str, Any]:
    part, spec = work.part, shift.spec
    read = work.read >= 0
    return {
        "item": number_of(shift, part.id),
        "kind": part.item.kind,
        "what": "Missed call" if work.status == "missed" else KINDS[part.item.kind],
        "who": part.who,
        "came": time_of_day(spec, work.came),
        "since": span(shift.now - (work.ringing if work.ringing >= 0 else work.came)) if shift.now > work.came else "",
        "subject": part.item.subject or (_first_sentence(_brief(work)) if part.item.kind == "outreach" else ""),
        "read": read,
        "body": part.body if read else "",
        "brief": _brief(work) if part.item.kind == "outreach" or (part.opened and read) else "",
        "answers": [
            {"id": str(nth), "say": part.answers[name]} for nth, name in enumerate(answers(shift, part.id), start=1)
        ]
        if read
        else [],
        "state": _state(shift, work),
        "may": {
            "read": work.is_message and not read and shift.refusal(AtDesk("read", part.id)) is None,
            "take": shift.refusal(AtDesk("take", part.id)) is None,
            "hand": shift.refusal(AtDesk("hand", part.id, NURSE)) is None,
            "put_off": shift.refusal(AtDesk("put_off", part.id, seconds=900)) is None,
        },
    }


def _brief(work: Work) -> str:
    opened = work.part.opened
    return "" if opened is None else name_people(opened, opened.script.scenario.brief)


def _first_sentence(text: str) -> str:
    """Return the words up to the first full stop that ends a sentence; "Mrs." does not."""
    words = text.split()
    for nth, word in enumerate(words):
        if word.endswith((".", "?")) and word not in ("Mr.", "Mrs.", "Ms.", "Dr."):
            return " ".join(words[: nth + 1])
    return " ".join(words)


def _state(shift: Shift, work: Work) -> str:
    if work.handed_to and work.status in ("handed", "ringing"):
        return f"Waits for {shift.office.helpers[work.handed_to].name}"
    if work.status == "open" and work.put_off_until > shift.now:
        return f"Put off until {time_of_day(shift.spec, work.put_off_until)}"
    return ""


def _done(shift: Shift, work: Work) -> dict[str, Any]:
    """Return something that is no longer on the desk; what you only answered can be taken up again."""
    part = work.part
    if work.status == "theirs":
        words = f"{shift.office.helpers[work.by].name} is with it"
    elif work.status == "left":
        words = "A colleague took the call over"
    elif work.by in shift.office.helpers:
        words = f"Done by {shift.office.helpers[work.by].name}"
    elif part.id in shift.calls:
        words = f"You called at {time_of_day(shift.spec, shift.calls[part.id].began)}"
    else:
        words = f"You answered: {part.answers[work.answers[-1][1]]}"
    return {**_item(shift, work), "words": words, "again": work.is_yours_to_do}
