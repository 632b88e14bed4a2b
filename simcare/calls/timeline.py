"""The timeline of a played call as a picture: how the patient was doing, what was heard when, and when it was decided.

Time runs from left to right. What is drawn comes from playing the call's moves once more; nothing is judged here.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Literal

from simcare.calls.call import Call
from simcare.calls.moves import Do, Say
from simcare.scenarios.graph import clock
from simcare.scenarios.svg import Picture, Theme, width_of, wrapped

WIDTH = 1180
LEFT, RIGHT = 128, 1110
TOP, CHART_HEIGHT = 56, 150
SMALL = 11.5
LONGEST_WORDS = 190
COLORS = {"trust": "one", "patience": "three", "clarity": "four", "distress": "two"}
Lane = Literal["Said", "Heard", "Happened", "Decided"]
_LANES: tuple[Lane, ...] = ("Said", "Heard", "Happened", "Decided")


@dataclass(frozen=True, slots=True)
class Mark:
    """Something at a second of the call, in one of the lanes; `color` is a name of the palette."""

    lane: Lane
    t: int
    words: str
    color: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """A played call along its clock: `gauges` holds (second, value) for each gauge, from the opening on."""

    title: str
    seconds: int
    marks: tuple[Mark, ...]
    gauges: dict[str, tuple[tuple[int, float], ...]]


def timeline_of(call: Call) -> Timeline:
    """Return the timeline of a call that was played; the call is not changed."""
    again = Call(call.script, call.chart, call.seed)
    gauges: dict[str, list[tuple[int, float]]] = {name: [(0, again.gauges[name])] for name in COLORS}
    marks: list[Mark] = []
    for move in call.moves:
        began = again.t
        if isinstance(move, Say):
            known = again.script.intents.intents.get(move.intent or "")
            marks.append(Mark("Said", began, known.label if known else "Not understood", "one"))
        else:
            marks.append(_deed(again, move, began))
        again.take(move)
        for name, points in gauges.items():
            points.append((again.t, again.gauges[name]))
    for name, t in again.heard.items():
        fact = again.script.facts[name].fact
        marks.append(Mark("Heard", t, fact.label, "two" if fact.red_flag else "four"))
    for name, t in again.happened.items():
        marks.append(Mark("Happened", t, _event_words(again, name), "three"))
    if again.ended is not None:
        marks.append(Mark("Happened", again.t, f"The call is over: {again.ended.replace('_', ' ')}", "edge"))
    title = f"{again.script.scenario.title}, variant {again.script.variant}"
    order = sorted(marks, key=lambda mark: (mark.t, _LANES.index(mark.lane)))
    return Timeline(title, again.t, tuple(order), {name: tuple(points) for name, points in gauges.items()})


def draw_timeline(timeline: Timeline, *, theme: Theme = "auto") -> str:
    """Return a timeline as an SVG document."""
    picture = Picture(WIDTH)
    picture.words(16, 26, [f"Timeline: {timeline.title}"], size=16, style="strong")
    _draw_gauges(picture, timeline)
    y: float = TOP + CHART_HEIGHT + 44
    for lane in _LANES:
        y = _draw_lane(picture, timeline, lane, y)
    return picture.text(f"Timeline of {timeline.title}", describe(timeline), theme=theme)


def describe(timeline: Timeline) -> str:
    """Return the timeline in sentences: for those who do not see the picture."""
    told = [f"{clock(mark.t)} {mark.lane.lower()}: {mark.words}." for mark in timeline.marks]
    gauges = [f"{name} from {points[0][1]:.0f} to {points[-1][1]:.0f}" for name, points in timeline.gauges.items()]
    return f"The call takes {clock(timeline.seconds)}; {', '.join(gauges)}. " + " ".join(told)


def _deed(call: Call, move: Do, began: int) -> Mark:
    rule = call.script.policy.actions[move.action]
    if rule.level is None:
        return Mark("Said", began, rule.label, "edge")
    sure = "" if move.confidence is None else f", {move.confidence}% sure"
    return Mark("Decided", began, f"{rule.label}{sure}", "two")


def _event_words(call: Call, name: str) -> str:
    event = call.script.scenario.events[name]
    return event.say or name.replace("_", " ").capitalize()


def _x(timeline: Timeline, t: float) -> float:
    return LEFT + (RIGHT - LEFT) * t / max(60, timeline.seconds)


def _level(value: float) -> float:
    return TOP + CHART_HEIGHT * (1 - value / 100)


def _draw_gauges(picture: Picture, timeline: Timeline) -> None:
    floor = TOP + CHART_HEIGHT
    for value in (0, 50, 100):
        picture.rule(LEFT, _level(value), RIGHT, _level(value))
        picture.words(LEFT - 8, _level(value) + 4, [str(value)], size=SMALL, style="soft", anchor="end")
    step = next(size for size in (30, 60, 120, 300, 600, 1200) if timeline.seconds / size <= 14)
    for t in range(0, max(60, timeline.seconds) + 1, step):
        picture.rule(_x(timeline, t), TOP, _x(timeline, t), floor + 6)
        picture.words(_x(timeline, t), floor + 20, [clock(t)], size=SMALL, style="soft", anchor="middle")
    ends = sorted(((points[-1][1], name) for name, points in timeline.gauges.items()), reverse=True)
    above = -100.0
    for end, name in ends:
        points = [(_x(timeline, t), _level(level)) for t, level in timeline.gauges[name]]
        stairs = [points[0], *(spot for a, b in itertools.pairwise(points) for spot in ((b[0], a[1]), b))]
        picture.path(stairs, COLORS[name])
        above = max(above + 14, _level(end) + 4)
        picture.dot(points[-1][0] + 4, above - 4, COLORS[name], radius=3)
        picture.words(points[-1][0] + 11, above, [name], size=SMALL)


def _draw_lane(picture: Picture, timeline: Timeline, lane: Lane, y: float) -> float:
    """Draw the marks of a lane, each in the first row that is free where it stands; return where the next begins."""
    marks = [mark for mark in timeline.marks if mark.lane == lane]
    picture.rule(16, y - 14, WIDTH - 16, y - 14)
    picture.words(16, y + 4, [lane], size=13, style="strong")
    rows: list[float] = []
    for mark in marks:
        x = _x(timeline, mark.t)
        (words,) = wrapped(mark.words, LONGEST_WORDS, size=SMALL, most=1)
        width = width_of(words, SMALL) + 18
        if x + width > WIDTH - 8:
            row = _free(rows, x - width, x + 6)
            picture.words(x - 9, y + row * 19 + 4, [words], size=SMALL, anchor="end")
        else:
            row = _free(rows, x, x + width)
            picture.words(x + 9, y + row * 19 + 4, [words], size=SMALL)
        picture.dot(x, y + row * 19, mark.color)
    return y + max(1, len(rows)) * 19 + 22


def _free(rows: list[float], left: float, right: float) -> int:
    """Return the first row that ends before `left`, and let it end at `right`; a new one where none does."""
    for row, end in enumerate(rows):
        if end < left:
            rows[row] = right
            return row
    rows.append(right)
    return len(rows) - 1
