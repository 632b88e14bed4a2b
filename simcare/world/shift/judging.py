"""Judging a shift: what was urgent and found in time, lines, messages, calls, notes. Rows with their evidence.

It judges how the work was put in order (S6 of the seed map); each call keeps its own scorecard. What somebody else took
by themselves is neither earned nor held against you, and nor is a line that rang while you were with an emergency.
"""

from __future__ import annotations

from collections.abc import Iterable

from simcare.calls.call import Call
from simcare.calls.moves import Do
from simcare.calls.scorecard import Scorecard
from simcare.calls.scoring import score
from simcare.world.shift.card import AREAS, CallDone, Judged, ShiftCard, ShiftRow, Spent
from simcare.world.shift.numbers import limit_seconds, numbers
from simcare.world.shift.office import CLOSED, RN_NOW, Office
from simcare.world.shift.playing import Shift
from simcare.world.shift.work import NOBODY, NURSE, YOU, Bar, Work

SAME_DAY = 2
"""Rank from which a nurse has to speak with somebody."""
NOT_NEEDED = "this needed no nurse, and there is one"


def judge(shift: Shift) -> ShiftCard:
    """Judge a shift as it stands."""
    done = {
        name: (on_hand, score(on_hand.call)) for name, on_hand in shift.calls.items() if on_hand.work.status != "left"
    }
    calls = tuple(
        _call_done(name, on_hand.work, on_hand.call, card, on_hand.began, on_hand.waited)
        for name, (on_hand, card) in done.items()
    )
    judged = {each.item: Judged(each.score, each.minutes_noted is not None, _honest(each)) for each in calls}
    rows = judge_office(shift.office, judged)
    spent = _spent(shift.office.bars, shift.office.end)
    total, points = total_of(rows)
    return ShiftCard(
        score=total,
        passed=total >= shift.spec.pass_mark and not any(row.critical for row in rows),
        pass_mark=shift.spec.pass_mark,
        points=points,
        rows=rows,
        calls=calls,
        spent=spent,
        minutes_documented=sum(each.minutes_noted or 0 for each in calls),
        minutes_on_calls=spent.calls // 60,
    )


def judge_office(office: Office, calls: dict[str, Judged]) -> tuple[ShiftRow, ...]:
    """Return the rows of an office whose shift is over; `calls` are those that you had, by item."""
    rows: list[ShiftRow] = []
    works = [work for work in office.works.values() if work.came >= 0 and work.status != "left"]
    kept_away = _with_emergencies(office, calls)
    for work in works:
        if work.part.item.urgent is not None:
            rows.append(_urgent(work, office))
        if work.part.item.kind == "line":
            rows.append(_line(work, kept_away))
        elif work.is_message:
            rows.append(_message(work, office))
        else:
            rows.append(_listed(work, office))
    if not calls and any(work.part.opened is not None for work in works):
        rows.append(ShiftRow("calls", "", "You", 0.0, "You had no call in this shift", None, False))
    for item, call in calls.items():
        who = office.works[item].part.who
        rows.append(ShiftRow("calls", item, who, call.score / 100, f"{call.score:.0f} of 100", 0, False))
        rows.append(_note(item, who, call))
    return tuple(sorted(rows, key=lambda row: AREAS.index(row.area)))


def total_of(rows: Iterable[ShiftRow]) -> tuple[float, dict[str, tuple[float, float]]]:
    """Return the score, 0 to 100, and (earned, possible) by area; one without rows gives its points to the others."""
    shares = {area: [row.share for row in rows if row.area == area and row.share is not None] for area in AREAS}
    points: dict[str, tuple[float, float]] = {
        area: (numbers()["points", area] * sum(found) / len(found), numbers()["points", area])
        for area, found in shares.items()
        if found
    }
    possible = sum(part for _, part in points.values())
    if not possible:
        return 0.0, {}
    return round(100 * sum(earned for earned, _ in points.values()) / possible, 1), points


def found_at(work: Work) -> int:
    """Return the second at which something was in the right hands: with somebody, or handed to the nurse; -1: never."""
    times = [work.handed if work.handed_to == NURSE else -1, work.reached]
    return min((at for at in times if at >= 0), default=-1)


def late_by(work: Work, limit: int) -> int | None:
    """Return the seconds beyond a limit until it was in the right hands, 0 where in time, None where it never was."""
    at = found_at(work)
    return None if at < 0 else max(0, at - work.came - limit)


# -- one row each ------------------------------------------------------------------------------------------------------


def _urgent(work: Work, office: Office) -> ShiftRow:
    urgent = work.part.item.urgent
    assert urgent is not None
    limit = round(urgent.within * 60)
    kept = _kept_by_a_call(work, office)
    late = late_by(work, limit + kept)
    share: float | None = 0.0
    if late is None:
        words = f"Nobody was with it; its limit was {_span(limit)}"
        if office.end - work.came - kept < limit:
            share, words = None, "It came too late in the shift to be judged"
    elif work.by not in (YOU, NOBODY) and work.handed_to != work.by:
        share, words = None, f"Somebody else took it, {_span(work.reached - work.came)} after it came"
    else:
        share = 1.0 if late == 0 else 0.5 if late <= limit else 0.0
        how = "Handed to the nurse" if work.handed_to == NURSE else "Reached"
        words = f"{how} after {_span(found_at(work) - work.came)}, limit {_span(limit)}"
        if kept:
            words += f" from the end of the call you were on ({_span(kept)} later)"
    if work.answers and (late is None or work.answers[0][0] < found_at(work)):
        words += "; it was first answered as if it could wait"
    return ShiftRow(
        "urgent", work.part.id, work.part.who, share, words, late, share == 0.0, urgent.why, urgent.clue, urgent.source
    )


def _line(work: Work, kept_away: list[tuple[int, int]]) -> ShiftRow:
    limit = limit_seconds("line")
    first = work.rings[0] if work.rings else None
    who, item = work.part.who, work.part.id
    if first is None:
        return ShiftRow("lines", item, who, None, "It still rings", None, False)
    rang = first.end - first.start
    if first.by not in (NOBODY, CLOSED):
        late = max(0, rang - limit)
        if _not_for_the_nurse(work):
            return ShiftRow(
                "lines", item, who, 0.5, f"Sent to the nurse after {_span(rang)}: {NOT_NEEDED}", late, False
            )
        if first.by != YOU and work.handed_to != first.by:
            return ShiftRow("lines", item, who, None, f"A colleague answered after {_span(rang)}", late, False)
        by = "by you" if first.by == YOU else "by whom you sent it to"
        words = f"Answered {by} after {_span(rang)}, limit {_span(limit)}"
        return ShiftRow("lines", item, who, 1.0 if late == 0 else 0.5, words, late, False)
    if first.by == CLOSED:
        return ShiftRow("lines", item, who, None, "It rang as the shift ended", None, False)
    if any(start <= first.start and first.end <= end for start, end in kept_away):
        words = f"Hung up after {_span(rang)}, while you were with somebody who needed the nurse or 911"
        return ShiftRow("lines", item, who, None, words, None, False)
    back = work.reached >= 0
    words = f"Hung up after {_span(rang)}" + (
        f", reached {_span(work.reached - work.came)} after the first ring" if back else ""
    )
    return ShiftRow("lines", item, who, 0.5 if back else 0.0, words, late_by(work, limit), False)


def _message(work: Work, office: Office) -> ShiftRow:
    limit, item, who = limit_seconds("message"), work.part.id, work.part.who
    attended = min((at for at in (work.read, work.handed) if at >= 0), default=-1)
    if attended < 0:
        share: float | None = 0.0 if work.came + limit <= office.end else None
        words = "Never read" + ("" if share == 0.0 else "; it came in the last hour")
        return ShiftRow("inbox", item, who, share, words, None, False, work.part.item.why)
    late = max(0, attended - work.came - limit)
    fits = work.reached >= 0
    answered = work.part.item.answers[work.answers[0][1]] if work.answers else None
    words = f"Read or handed on after {_span(attended - work.came)}"
    if answered is not None:
        words += f"; you answered: {work.part.answers[work.answers[0][1]]}"
    elif not fits:
        words += "; it still waits for the one it was handed to" if work.handed >= 0 else "; left without an answer"
    settled = 1.0 if fits else 0.5 if work.handed >= 0 else 0.0
    if _not_for_the_nurse(work):
        settled, words = 0.5, f"{words}, and given to the nurse: {NOT_NEEDED}"
    share = settled if answered is None or answered.fits else settled / 4
    if late:
        share /= 2
    why = answered.why if answered is not None and not answered.fits else work.part.item.why
    return ShiftRow("inbox", item, who, share, words, late, False, why)


def _listed(work: Work, office: Office) -> ShiftRow:
    who, item = work.part.who, work.part.id
    if work.reached >= 0:
        if _not_for_the_nurse(work):
            return ShiftRow("list", item, who, 0.5, f"Given to the nurse: {NOT_NEEDED}", 0, False)
        by = "You phoned" if work.by == YOU else "It was phoned by whom you handed it to"
        return ShiftRow("list", item, who, 1.0, f"{by}, at {_span(work.reached)} of the shift", 0, False)
    if work.put_off_until >= office.end:
        return ShiftRow("list", item, who, 0.5, "Not phoned, and put off to a time after the shift", None, False)
    return ShiftRow("list", item, who, 0.0, "Not phoned, and not put off", None, False)


def _note(item: str, who: str, call: Judged) -> ShiftRow:
    if not call.noted:
        return ShiftRow("notes", item, who, 0.0, "No note was written", None, False)
    if not call.honest:
        return ShiftRow("notes", item, who, 0.5, "The note claims more minutes than the call took", 0, False)
    return ShiftRow("notes", item, who, 1.0, "The note is written", 0, False)


# -- parts -------------------------------------------------------------------------------------------------------------


def _call_done(item: str, work: Work, call: Call, card: Scorecard, began: int, waited: int) -> CallDone:
    noted = [move.note.minutes or 0 for move in call.moves if isinstance(move, Do) and move.note is not None]
    return CallDone(
        item=item,
        who=work.part.who,
        scenario=work.part.scenario,
        variant=work.part.variant,
        began=began,
        seconds=call.t,
        waited_for_nurse=waited,
        score=card.score,
        passed=card.passed,
        verdict=card.decision.verdict,
        expected=card.decision.expected,
        action=card.decision.action,
        minutes_noted=noted[-1] if noted else None,
        scorecard={key: value for key, value in card.as_json().items() if key != "debrief"},
    )


def _honest(call: CallDone) -> bool:
    return (call.minutes_noted or 0) * 60 <= call.seconds + limit_seconds("over_claim")


def _with_emergencies(office: Office, calls: dict[str, Judged]) -> list[tuple[int, int]]:
    """Return when you were on the line with somebody who needed the nurse or 911."""
    return [
        (bar.start, bar.end)
        for bar in office.bars
        if bar.lane == YOU and bar.doing == "call" and bar.item in calls and office.works[bar.item].part.need >= RN_NOW
    ]


def _not_for_the_nurse(work: Work) -> bool:
    """Tell whether you gave the one nurse something that needs no nurse, today or now."""
    return work.by == NURSE and work.handed_to == NURSE and work.part.need < SAME_DAY


def _kept_by_a_call(work: Work, office: Office) -> int:
    """Return for how long a call that was on when it came kept you from seeing it."""
    for bar in office.bars:
        if bar.lane == YOU and bar.doing == "call" and bar.start < work.came < bar.end:
            return bar.end - work.came
    return 0


def _spent(bars: Iterable[Bar], end: int) -> Spent:
    mine = [bar for bar in bars if bar.lane == YOU]

    def of(*doing: str) -> int:
        return sum(bar.end - bar.start for bar in mine if bar.doing in doing)

    return Spent(
        calls=of("call"),
        notes=of("wrap", "note"),
        messages=of("read", "answer"),
        handing=of("hand", "plan"),
        waiting=of("wait"),
        overtime=max([0, *(bar.end - end for bar in mine)]),
    )


def _span(spent: int) -> str:
    return f"{spent // 60}:{spent % 60:02d}"
