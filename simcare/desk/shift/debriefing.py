"""The debrief of a shift as the page draws it: score, what was urgent, lanes, rows, calls, the twin, what else to do.

Points and lessons are made in `simcare.world.shift`; here they only get their words.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from simcare.calls.scoring import score
from simcare.desk.debrief import VERDICTS
from simcare.desk.debrief import debrief_view as call_debrief
from simcare.desk.shift.numbering import number_of
from simcare.desk.shift.screens import span, time_of_day
from simcare.training.own_skill import YOU
from simcare.world.shift.authored import ShiftSpec
from simcare.world.shift.card import AREAS, CallDone, ShiftCard, ShiftRow
from simcare.world.shift.debrief import Lane, tell_shift
from simcare.world.shift.playing import Shift
from simcare.world.shift.twin import Measures, Twin
from simcare.world.shift.work import Bar

PRACTICE = (
    "This is practice, not a certificate. One shift says little about anyone: what comes differs, "
    "so look at what to do next time."
)
TITLES = {
    "urgent": "What could not wait",
    "calls": "Your calls",
    "lines": "Lines that rang",
    "inbox": "Messages",
    "list": "The work list",
    "notes": "Notes and minutes",
}
DOING = {
    "call": "On the line",
    "wrap": "After the call",
    "read": "Reading",
    "answer": "Answering",
    "hand": "Handing over",
    "plan": "Putting off",
    "wait": "Waiting for news",
    "note": "Writing a note later",
    "rings": "Rings",
    "waits": "Waits",
    "own": "Own work",
    "message": "With a message",
}
MEASURES = {
    "score": ("Score, of 100", "{:.0f}"),
    "urgent_found": ("Urgent things reached in time", "{:.0%}"),
    "longest_wait": ("Longest wait of something urgent", ""),
    "lines_lost": ("Callers who hung up", "{:.0f}"),
    "unread": ("Messages nobody looked at", "{:.0f}"),
    "calls": ("Calls had", "{:.0f}"),
    "minutes_documented": ("Minutes in the notes", "{:.0f}"),
}
LEVELS = {
    YOU: "your own calls so far",
    "novice": "a new hire",
    "trained": "a trained care manager",
    "expert": "an expert",
}


def debrief_view(
    shift: Shift,
    card: ShiftCard,
    yours: Measures,
    twin: Twin | None,
    *,
    own_is_known: bool = False,
    rewind: bool = True,
) -> dict[str, Any]:
    """Return the debrief of a shift that has ended; `own_is_known` offers the person's own skill for a twin.

    Without `rewind` no moment can be gone back to.
    """
    told = tell_shift(shift, card)
    spec, spent = shift.spec, card.spent
    return {
        "phase": "debrief",
        "title": spec.title,
        "result": {
            "passed": card.passed,
            "score": f"{card.score:g}",
            "headline": "You kept the morning in order" if card.passed else "Not there yet: here is what to try",
            "words": _result(card),
        },
        "practice": PRACTICE,
        "areas": [
            {"title": TITLES[area], "points": f"{earned:.1f} of {possible:.0f}"}
            for area, (earned, possible) in card.points.items()
        ],
        "lessons": [
            {
                "item": number_of(shift, lesson.item),
                "who": lesson.who,
                "urgent": lesson.urgent,
                "found": lesson.found,
                "parts": _marked(lesson.text, lesson.clue),
                "words": lesson.words,
                "why": lesson.why,
                "source": lesson.source,
            }
            for lesson in told.lessons
        ],
        "lanes": [_lane(spec, lane, shift) for lane in told.lanes],
        "hours": _hours(shift),
        "take": list(told.take),
        "groups": [_group(area, card.rows) for area in AREAS if any(row.area == area for row in card.rows)],
        "calls": [_call(shift, call) for call in card.calls],
        "spent": [
            {"what": what, "time": span(seconds)}
            for what, seconds in (
                ("On the line", spent.calls),
                ("After calls, with notes", spent.notes),
                ("Reading and answering", spent.messages),
                ("Handing over and putting off", spent.handing),
                ("Waiting for news", spent.waiting),
                ("Overtime", spent.overtime),
            )
            if seconds
        ],
        "minutes": f"{_minutes(card.minutes_on_calls)} on the line, {_minutes(card.minutes_documented)} in the notes.",
        "choices": [
            {
                "move": choice.move,
                "time": time_of_day(spec, choice.t),
                "did": choice.did,
                "instead": ", ".join(choice.instead),
            }
            for choice in (told.choices if rewind else ())
        ],
        "rewind": rewind,
        "twin": None if twin is None or not twin.runs else twin_view(twin, yours, own_is_known),
    }


def seen_view(shift: Shift, item: str, *, rewind: bool = True) -> dict[str, Any]:
    """Return the debrief of one call of a shift, as the call console draws it."""
    call = shift.calls[item].call
    shown = call_debrief(call, score(call).as_json(), rewind=rewind)
    return {**shown, "learner": "", "training": "", "alert": None, "next_words": "Back to the shift", "again": False}


def twin_view(twin: Twin, yours: Measures, own_is_known: bool = False) -> dict[str, Any]:
    """Return the outcomes that a model of a skill had, each beside your own."""
    rows = []
    for name, (title, _) in MEASURES.items():
        low, middle, high = twin.expected(name)
        rows.append(
            {
                "title": title,
                "yours": _shown(name, getattr(yours, name)),
                "middle": _shown(name, middle),
                "range": f"{_shown(name, low)} to {_shown(name, high)}",
            }
        )
    above = twin.share_below("score", yours.score)
    level = LEVELS.get(twin.skill, twin.skill)
    return {
        "others": [
            {"skill": name, "words": words}
            for name, words in LEVELS.items()
            if name != twin.skill and (name != YOU or own_is_known)
        ],
        "words": f"The same shift, worked {len(twin.runs)} times by a model of {level}: your score is above "
        f"{above:.0%} of them.",
        "rows": rows,
    }


def _shown(name: str, value: float) -> str:
    return span(round(value)) if name == "longest_wait" else MEASURES[name][1].format(value)


def _result(card: ShiftCard) -> str:
    if card.passed:
        return f"Passed. The mark for this shift is {card.pass_mark}."
    if card.critical:
        names = ", ".join(row.who for row in card.critical)
        return f"Not passed: something urgent was not reached ({names}). The mark for this shift is {card.pass_mark}."
    return f"Not passed. The mark for this shift is {card.pass_mark}."


def _marked(text: str, clue: str) -> list[dict[str, Any]]:
    """Return a text in parts, with the clue marked where it stands."""
    at = text.lower().find(clue.lower()) if clue else -1
    if at < 0:
        return [{"text": text, "clue": False}]
    parts = ((text[:at], False), (text[at : at + len(clue)], True), (text[at + len(clue) :], False))
    return [{"text": part, "clue": marked} for part, marked in parts if part]


def _lane(spec: ShiftSpec, lane: Lane, shift: Shift) -> dict[str, Any]:
    end = max(shift.office.end, shift.now, 1)
    return {
        "id": lane.id,
        "name": lane.name,
        "rows": [
            [
                {
                    "left": round(100 * bar.start / end, 3),
                    "width": round(100 * (bar.end - bar.start) / end, 3),
                    "doing": bar.doing,
                    "urgent": bool(bar.item) and shift.cast[bar.item].item.urgent is not None,
                    "words": _bar_words(spec, bar, shift),
                }
                for bar in row
            ]
            for row in _packed(lane.bars)
        ],
    }


def _packed(bars: Sequence[Bar]) -> list[list[Bar]]:
    """Put stretches that overlap, as messages that wait do, into rows under each other."""
    rows: list[list[Bar]] = []
    for bar in sorted(bars, key=lambda bar: bar.start):
        row = next((row for row in rows if row[-1].end <= bar.start), None)
        if row is None:
            rows.append([bar])
        else:
            row.append(bar)
    return rows


def _bar_words(spec: ShiftSpec, bar: Bar, shift: Shift) -> str:
    who = f": {shift.cast[bar.item].who}" if bar.item else ""
    return f"{DOING[bar.doing]}{who}, {time_of_day(spec, bar.start)} to {time_of_day(spec, bar.end)}"


def _hours(shift: Shift) -> list[dict[str, Any]]:
    end = max(shift.office.end, shift.now, 1)
    return [{"left": round(100 * at / end, 3), "words": time_of_day(shift.spec, at)} for at in range(0, end + 1, 1800)]


def _group(area: str, rows: Sequence[ShiftRow]) -> dict[str, Any]:
    return {
        "area": area,
        "title": TITLES[area],
        "rows": [
            {
                "who": row.who,
                "words": row.words,
                "share": "Not judged" if row.share is None else f"{row.share:.0%}",
                "tone": "" if row.share is None else "good" if row.share >= 1 else "fair" if row.share > 0 else "bad",
                "critical": row.critical,
                "why": row.why if row.share not in (None, 1.0) else None,
            }
            for row in rows
            if row.area == area
        ],
    }


def _minutes(number: int) -> str:
    return f"{number} minute{'' if number == 1 else 's'}"


def _call(shift: Shift, call: CallDone) -> dict[str, Any]:
    noted = "no note" if call.minutes_noted is None else f"{_minutes(call.minutes_noted)} noted"
    waited = f", {span(call.waited_for_nurse)} of it for the nurse" if call.waited_for_nurse else ""
    return {
        "item": number_of(shift, call.item),
        "who": call.who,
        "meta": f"{time_of_day(shift.spec, call.began)}, {span(call.seconds + call.waited_for_nurse)}{waited}, {noted}",
        "score": f"{call.score:g}",
        "passed": call.passed,
        "verdict": VERDICTS[call.verdict][1],
    }
