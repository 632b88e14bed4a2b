"""Charts as SVG text: a fan over days, a heat map of the week, a tornado, a front. They need no script and no network.

Colors are CSS variables with a light fallback, so that a page may set dark ones. A chart is drawn for a width in
pixels, so that its text keeps its size on a phone. Each has a title and a description for who cannot see it; the
numbers behind it stand in a table beside it, which is the page's business.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from html import escape
from itertools import groupby

import numpy as np
import pandas as pd

from simcare.planning.answers import ANSWERS
from simcare.planning.judging import shown
from simcare.planning.tables import WEEKDAYS, numbers

WIDE, NARROW = 640, 342
HEIGHT, LEFT, RIGHT, TOP, FOOT = 236, 58, 10, 14, 26
ROW = 22
_INK, _SOFT, _LINE = "var(--ink, #18222d)", "var(--soft, #4a5866)", "var(--line, #d5dce3)"
_ACCENT, _SECOND, _GOOD = "var(--accent, #0b5a73)", "var(--second, #b4560f)", "var(--good, #1f6b45)"
_CARD = "var(--card, #ffffff)"
_FONT = "font:13px system-ui,sans-serif;font-variant-numeric:tabular-nums"
Place = Callable[[float], float]


def fan(days: pd.DataFrame, answer: str, *, width: int = WIDE, target: float | None = None) -> str:
    """Return an answer over the days: the median, and bands in which half and nine tenths of the replications lie.

    `days` is `Summary.days`; days without the answer, such as those on which nobody works, are gaps. `target` is a
    dashed line.
    """
    rows = days[days["answer"] == answer].reset_index(drop=True)
    title, unit = ANSWERS[answer].title, ANSWERS[answer].unit
    low, high, ticks = _scale([*rows["p5"], *rows["p95"], *([] if target is None else [target])], unit)
    x = _axis(0, max(1, len(rows) - 1), LEFT, width - RIGHT)
    y = _axis(low, high, HEIGHT - FOOT, TOP)
    parts = _grid(ticks, y, unit, width)
    for at in range(0, len(rows), max(1, math.ceil(len(rows) / (7 if width >= WIDE else 4)))):
        anchor = "start" if at == 0 else "end" if x(at) > width - RIGHT - 22 else "middle"
        parts.append(_text(x(at), HEIGHT - 8, _day(str(rows["day"][at])), anchor, _SOFT))
    known = rows["p50"].notna().to_numpy()
    for there, run in groupby(range(len(rows)), key=lambda at: bool(known[at])):
        if not there:
            continue
        places = list(run)
        for under, over, strong in (("p5", "p95", 0.16), ("p25", "p75", 0.3)):
            edge = [*_line(x, y, rows[over], places), *reversed(_line(x, y, rows[under], places))]
            parts.append(f'<polygon points="{_points(edge)}" fill="{_ACCENT}" fill-opacity="{strong}"/>')
        parts.append(_stroke(_line(x, y, rows["p50"], places), _ACCENT))
    if target is not None:
        line = [(float(LEFT), y(target)), (float(width - RIGHT), y(target))]
        parts.append(_stroke(line, _GOOD, 'stroke-dasharray="5 4"'))
        halo = f'<g style="paint-order:stroke;stroke:{_CARD};stroke-width:4px">'
        words = _text(width - RIGHT, y(target) - 5, f"target {shown(target, unit)}", "end", _GOOD)
        parts.append(f"{halo}{words}</g>")
    typical = shown(float(rows["p50"].median()), unit)
    what = f"{title} by day: median, half and nine tenths of the replications. Typical: {typical}."
    return _svg(f"fan-{answer}", width, HEIGHT, f"{title} by day", what, parts)


def heat(intervals: pd.DataFrame, answer: str, *, width: int = WIDE) -> str:
    """Return an answer by weekday and interval of the day; stronger is more, empty where nothing happens.

    `intervals` is `Summary.intervals`. Days are rows on a wide page and columns on a narrow one.
    """
    values = intervals.loc[intervals["answer"] == answer, "mean"].to_numpy().reshape(7, -1)
    title, unit, slots = ANSWERS[answer].title, ANSWERS[answer].unit, values.shape[1]
    used = np.flatnonzero((np.nan_to_num(values) > 1e-9).any(axis=0))
    shown_slots = range(int(used[0]), int(used[-1]) + 1) if used.size else range(slots)
    there = values[:, shown_slots.start : shown_slots.stop]
    most = float(np.nanmax(there)) if np.isfinite(there).any() else 1.0
    wide = width >= WIDE
    left, top, tall = (44.0, 20.0, ROW) if wide else (46.0, 20.0, 15)
    columns, rows = (len(shown_slots), 7) if wide else (7, len(shown_slots))
    step = (width - left) / columns
    parts = []
    for day, word in enumerate(WEEKDAYS):
        if wide:
            parts.append(_text(left - 8, top + tall * (day + 0.5) + 4.5, word.capitalize(), "end"))
        else:
            parts.append(_text(left + step * (day + 0.5), 13, word.capitalize(), "middle"))
    for nth, slot in enumerate(shown_slots):
        minute = slot * 1440 // slots
        clock = f"{minute // 60:02d}:{minute % 60:02d}"
        if wide and minute % 120 == 0 and nth * step < width - left - 36:
            parts.append(_text(left + step * nth, 13, clock, "start", _SOFT))
        elif not wide and minute % 60 == 0:
            parts.append(_text(left - 8, top + tall * nth + 12, clock, "end", _SOFT))
        for day, word in enumerate(WEEKDAYS):
            value = float(values[day, slot])
            column, row = (nth, day) if wide else (day, nth)
            box = (
                f'x="{left + step * column:.2f}" y="{top + tall * row:.0f}" width="{step - 1:.2f}" height="{tall - 1}"'
            )
            if math.isnan(value):
                parts.append(f'<rect {box} fill="none" stroke="{_LINE}" stroke-width="0.5"/>')
                continue
            hint = f"{word.capitalize()} {clock}: {shown(value, unit)}"
            strong = _strength(value / most if most > 0 else 0.0)
            paint = f'fill="{_ACCENT}" fill-opacity="{strong:.2f}"'
            parts.append(f"<rect {box} {paint}><title>{escape(hint)}</title></rect>")
    bottom = top + tall * rows + 8
    parts += _key(left, bottom, most, unit)
    what = f"{title} by weekday and time of day, mean over weeks and replications; at most {shown(most, unit)}."
    return _svg(f"heat-{answer}", width, bottom + 20, f"{title} by time of the week", what, parts)


def tornado_chart(table: pd.DataFrame, answer: str, most: int = 12, *, width: int = WIDE) -> str:
    """Return what the widest assumptions do to an answer; `table` is `compare.tornado_table`.

    Of each number the upper bar is the low end of its range, the lower bar the high end.
    """
    rows = table.head(most)
    title, unit, wide = ANSWERS[answer].title, ANSWERS[answer].unit, width >= WIDE
    reach = float(np.nanmax(np.abs(rows[["at_low", "at_high"]].to_numpy()))) if len(rows) else 0.0
    left = 258.0 if wide else 8.0
    x = _axis(-(reach or 1.0), reach or 1.0, left + 64, width - 64)
    step = 30 if wide else 46
    parts = []
    for nth, (key, row) in enumerate(rows.iterrows()):
        y = 6.0 + step * nth
        label = str(key).replace("_", " ")
        parts.append(_text(left - 8, y + 16, label, "end") if wide else _text(0, y + 12, label))
        y += 0 if wide else 18
        for end, color, down in (("low", _SECOND, 0), ("high", _ACCENT, 12)):
            value = float(row[f"at_{end}"])
            hint = f"{numbers()[str(key)].plain}, {row[end]:g}: {_difference(value, unit)}"
            start, long = min(x(0), x(value)), max(abs(x(value) - x(0)), 1.0)
            box = f'x="{start:.1f}" y="{y + down:.0f}" width="{long:.1f}" height="10"'
            parts.append(f'<rect {box} fill="{color}"><title>{escape(hint)}</title></rect>')
            side = -1 if value < 0 else 1
            anchor = "end" if side < 0 else "start"
            parts.append(_text(x(value) + 5 * side, y + down + 9.5, _difference(value, unit), anchor, _SOFT, 11))
    tall = 10.0 + step * len(rows)
    parts.append(_stroke([(x(0), 2.0), (x(0), tall)], _SOFT, 'stroke-opacity="0.6"'))
    what = "; ".join(
        f"{str(key).replace('_', ' ')}: {_difference(float(row['at_low']), unit)} at {row['low']:g}, "
        f"{_difference(float(row['at_high']), unit)} at {row['high']:g}"
        for key, row in rows.iterrows()
    )
    return _svg(f"tornado-{answer}", width, tall + 4, f"What assumptions do to {title.lower()}", what, parts)


def front_chart(points: Sequence[tuple[float, float, str, bool]], across: str, up: str, *, width: int = WIDE) -> str:
    """Return rosters as points of two answers; each point is (across, up, words, whether it is on the front)."""
    tall = HEIGHT + 60
    low, high, ticks = _scale([point[0] for point in points], ANSWERS[across].unit)
    x = _axis(low, high, LEFT, width - 24)
    low, high, steps = _scale([point[1] for point in points], ANSWERS[up].unit)
    y = _axis(low, high, tall - FOOT - 22, TOP + 18)
    parts = [_text(0, 13, ANSWERS[up].title), *_grid(steps, y, ANSWERS[up].unit, width)]
    for tick in ticks if width >= WIDE else ticks[:: max(1, math.ceil(len(ticks) / 4))]:
        parts.append(_text(x(tick), tall - FOOT - 4, _tick(tick, ANSWERS[across].unit, ticks), "middle", _SOFT))
    parts.append(_text(width - RIGHT, tall - 8, ANSWERS[across].title, "end"))
    parts.append(_stroke(sorted((x(px), y(py)) for px, py, _, on_front in points if on_front), _ACCENT))
    for px, py, words, on_front in points:
        size, fill = (5.5, _ACCENT) if on_front else (3.5, "none")
        place = f'cx="{x(px):.1f}" cy="{y(py):.1f}" r="{size}"'
        parts.append(f'<circle {place} fill="{fill}" stroke="{_ACCENT}"><title>{escape(words)}</title></circle>')
    what = "; ".join(words for _, _, words, on_front in points if on_front)
    title = f"{ANSWERS[up].title} against {ANSWERS[across].title.lower()}"
    return _svg(f"front-{across}-{up}", width, tall, title, what, parts)


# -- axes --------------------------------------------------------------------------------------------------------------


def _scale(values: Sequence[float], unit: str) -> tuple[float, float, list[float]]:
    """Return the ends of an axis and its ticks, on round numbers; what is never negative begins at 0 if 0 is near."""
    there = [value for value in values if math.isfinite(value)]
    low, high = min(there, default=0.0), max(there, default=1.0)
    if -1e-9 < low < 0.6 * high or low == high:
        low = min(0.0, low) if low < -1e-9 else 0.0
    high = high if high > low else low + 1.0
    rough = (high - low) / 4
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * nice for nice in (1, 2, 2.5, 5, 10) if power * nice >= rough * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    if unit == "share" and high <= 1.0 + 1e-9:
        last = min(last, math.floor(1.0 / step + 1e-9))
    ticks = [step * at for at in range(first, last + 1)]
    return min(low, ticks[0]), max(high, ticks[-1]), ticks


def _axis(low: float, high: float, start: float, end: float) -> Place:
    return lambda value: start + (value - low) / (high - low) * (end - start)


def _grid(ticks: Sequence[float], y: Place, unit: str, width: int) -> list[str]:
    parts = []
    for tick in ticks:
        parts.append(f'<path d="M{LEFT} {y(tick):.1f}H{width - RIGHT}" stroke="{_LINE}"/>')
        parts.append(_text(LEFT - 8, y(tick) + 4.5, _tick(tick, unit, ticks), "end", _SOFT))
    return parts


def _tick(value: float, unit: str, ticks: Sequence[float]) -> str:
    """Say a tick in few signs, and all of an axis with the same decimals."""
    step = ticks[1] - ticks[0] if len(ticks) > 1 else 1.0
    if unit == "share":
        return f"{value:.{0 if step >= 0.00999 else 1}%}"
    if unit == "USD":
        return f"${value / 1000:,.{0 if step >= 1000 else 1}f}k" if abs(ticks[-1]) >= 10_000 else f"${value:,.0f}"
    return f"{value:,.{max(0, -math.floor(math.log10(step) + 1e-9))}f}"


def _line(x: Place, y: Place, values: pd.Series, places: Sequence[int]) -> list[tuple[float, float]]:
    """Return the points of a line through some days; a day that stands alone is a short stroke."""
    if len(places) == 1:
        return [(x(places[0]) + side, y(values[places[0]])) for side in (-3.0, 3.0)]
    return [(x(at), y(values[at])) for at in places]


def _key(x: float, y: float, most: float, unit: str) -> list[str]:
    """Return the key of a heat map: five cells from nothing to the most."""
    parts = [_text(x, y + 12, "0", "start", _SOFT)]
    for at in range(5):
        box = f'x="{x + 14 + at * 24:.1f}" y="{y:.0f}" width="23" height="15"'
        parts.append(f'<rect {box} fill="{_ACCENT}" fill-opacity="{_strength(at / 4):.2f}"/>')
    return [*parts, _text(x + 142, y + 12, shown(most, unit), "start", _SOFT)]


def _strength(share: float) -> float:
    return 0.06 + 0.94 * min(1.0, max(0.0, share))


# -- small things ------------------------------------------------------------------------------------------------------


def _day(iso: str) -> str:
    names = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return f"{names[int(iso[5:7]) - 1]} {int(iso[8:10])}"


def _difference(value: float, unit: str) -> str:
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return sign + (f"{abs(value) * 100:.2g} points" if unit == "share" else shown(abs(value), unit))


def _points(line: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{px:.1f},{py:.1f}" for px, py in line)


def _stroke(line: Sequence[tuple[float, float]], color: str, more: str = "") -> str:
    return f'<polyline points="{_points(line)}" fill="none" stroke="{color}" stroke-width="2" {more}/>'


def _text(x: float, y: float, words: str, anchor: str = "start", color: str = _INK, size: int = 13) -> str:
    paint = f'text-anchor="{anchor}" fill="{color}"' + (f' font-size="{size}"' if size != 13 else "")
    return f'<text x="{x:.1f}" y="{y:.1f}" {paint}>{escape(words)}</text>'


def _svg(name: str, width: float, height: float, title: str, what: str, parts: Sequence[str]) -> str:
    name = f"{name}-{width:.0f}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" role="img" aria-labelledby="{name}-title {name}-desc" '
        f'style="max-width:100%;{_FONT}"><title id="{name}-title">{escape(title)}</title>'
        f'<desc id="{name}-desc">{escape(what)}</desc>{"".join(parts)}</svg>'
    )
