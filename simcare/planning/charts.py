"""Pictures of answers as inline SVG: fans by day, heat maps by half-hour, tornados, fronts. Nothing is counted here.

A picture is drawn for a width in pixels, so that its text keeps its size and a phone can be read. Colors are classes,
and the page's: `STYLE` gives them to a page that stands alone. Numbers are said as `said` says them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from html import escape
from importlib.resources import files
from itertools import groupby, pairwise

WIDE, NARROW = 640, 342
HEIGHT = 232
LEFT, TOP, FOOT = 54, 14, 26
ROW = 22

STYLE = files("simcare.planning").joinpath("charts.css").read_text(encoding="utf-8")
"""Classes and colors of every picture, for a page that stands alone or a page that sets their variables."""


def said(value: float, unit: str) -> str:
    """Return a number with its unit as people say it: 86%, $44,753, 1.2 min, 12 s; a dash for none."""
    if not math.isfinite(value):
        return "–"
    if unit == "share":
        return f"{value:.0%}" if abs(value) >= 0.0995 or abs(value) < 5e-5 else f"{value:.1%}"
    if unit == "USD":
        return f"{'-' if value < 0 else ''}${abs(value):,.0f}"
    number = f"{value:,.0f}" if abs(value) >= 99.5 else f"{value:.1f}" if abs(value) >= 0.995 else f"{value:.2f}"
    number = "0" if value == 0 else number
    return number + {"minutes": " min", "seconds": " s", "hours": " h"}.get(unit, "")


def fan(
    labels: Sequence[str],
    p5: Sequence[float],
    p25: Sequence[float],
    p50: Sequence[float],
    p75: Sequence[float],
    p95: Sequence[float],
    *,
    title: str,
    unit: str,
    width: int,
    name: str,
    target: float | None = None,
) -> str:
    """Draw what replications say of each day: the median, the middle half and nine of ten; a gap where nothing is.

    The first label of each week or so is written; `target` is a dashed line.
    """
    there = [value for each in (p5, p95) for value in each if math.isfinite(value)]
    low, high, ticks = _scale([*there, *([] if target is None else [target])], unit)
    x = _axis(0, max(1, len(labels) - 1), LEFT, width - 10)
    y = _axis(low, high, HEIGHT - FOOT, TOP)
    parts = [*_grid(ticks, y, unit, width)]
    every = max(1, math.ceil(len(labels) / (8 if width >= WIDE else 4)))
    for at in range(0, len(labels), every):
        anchor = "soft" if at == 0 else "soft middle" if at < len(labels) - 1 else "soft end"
        parts.append(_text(x(at), HEIGHT - 8, labels[at], anchor))
    for known, days in groupby(range(len(labels)), lambda at: math.isfinite(p50[at])):
        if not known:
            continue
        run = list(days)
        for kind, under, over in (("outer", p5, p95), ("inner", p25, p75)):
            ends = [*_line(x, y, over, run), *reversed(_line(x, y, under, run))]
            parts.append(f'<polygon class="{kind}" points="{_points(ends)}"/>')
        parts.append(f'<polyline class="median" points="{_points(_line(x, y, p50, run))}"/>')
    if target is not None:
        parts.append(f'<path class="target" d="M{LEFT} {y(target):.1f}H{width - 10}"/>')
        parts.append(_text(width - 10, y(target) - 5, f"target {said(target, unit)}", "target-words end"))
    told = (
        f"By day, from {labels[0]} to {labels[-1]}: the line is the median of the replications, the dark band holds "
        "half of them, the light band nine of ten."
        if labels
        else "There is no day."
    )
    return _picture(name, title, told, width, HEIGHT, parts)


def heat(
    days: Sequence[str],
    starts: Sequence[str],
    values: Sequence[Sequence[float]],
    *,
    title: str,
    unit: str,
    width: int,
    name: str,
    low: float | None = None,
    high: float | None = None,
) -> str:
    """Draw a week by interval, the stronger the color the more; intervals of the day in which nothing is are left out.

    `values` has a row for each day and a number for each start, NaN for none. Days are rows on a wide page and columns
    on a narrow one.
    """
    there = [value for row in values for value in row if math.isfinite(value)]
    least, most = (min(there, default=0.0) if low is None else low), (max(there, default=1.0) if high is None else high)
    most = most if most > least else least + 1.0
    used = [at for at in range(len(starts)) if any(math.isfinite(row[at]) for row in values)]
    shown = range(used[0], used[-1] + 1) if used else range(0)
    wide = width >= WIDE
    parts: list[str] = []
    across, along = (len(shown), len(days)) if wide else (len(days), len(shown))
    left, top = (44 if wide else 50), 22
    step = (width - left) / max(1, across)
    tall = ROW if wide else 14
    for day, label in enumerate(days):
        place_x, place_y = (left - 8, top + (day + 0.5) * tall + 4.5) if wide else (left + (day + 0.5) * step, 14.0)
        parts.append(_text(place_x, place_y, label, "end" if wide else "middle soft"))
    for place, at in enumerate(shown):
        hour, _, minute = starts[at].partition(":")
        if minute == "00" and (not wide or int(hour) % 2 == 0 or len(shown) <= 16):
            place_x, place_y = (left + place * step, 14.0) if wide else (left - 8, top + place * tall + 11.0)
            parts.append(_text(place_x, place_y, starts[at], "soft" if wide else "end soft"))
        for day, label in enumerate(days):
            value = values[day][at]
            column, row = (place, day) if wide else (day, place)
            spot = f'x="{left + column * step:.2f}" y="{top + row * tall}" width="{step - 1:.2f}" height="{tall - 1}"'
            if math.isfinite(value):
                strong = 0.06 + 0.94 * min(1.0, max(0.0, (value - least) / (most - least)))
                hint = f"<title>{escape(label)} {starts[at]}: {said(value, unit)}</title>"
                parts.append(f'<rect class="cell" {spot} fill-opacity="{strong:.2f}">{hint}</rect>')
            else:
                parts.append(f'<rect class="none" {spot}/>')
    bottom = top + along * tall + 8
    parts += _key(left, bottom, least, most, unit)
    told = f"Each day of the week by time of day, from {said(least, unit)} (pale) to {said(most, unit)} (strong)."
    return _picture(name, title, told, width, bottom + 26, parts)


def tornado(rows: Sequence[tuple[str, str, str, float, float]], *, title: str, unit: str, width: int, name: str) -> str:
    """Draw what each number does to an answer at the low and high ends of its range.

    Rows: (label, what the low end is, what the high end is, the difference at the low end, at the high end).
    """
    most = max([abs(value) for row in rows for value in row[3:] if math.isfinite(value)], default=1.0) or 1.0
    wide = width >= WIDE
    left = 250 if wide else 12
    step = ROW + 8 + (0 if wide else 18)
    middle = left + (width - left - 10) / 2
    room = (width - left - 10) / 2 - 62
    parts = []
    for place, (label, low_words, high_words, at_low, at_high) in enumerate(rows):
        y = 8.0 + place * step
        parts.append(_text(left - 10 if wide else 0, y + (15 if wide else 13), label, "end" if wide else ""))
        y += 0 if wide else 18
        for kind, words, value in (("low", low_words, at_low), ("high", high_words, at_high)):
            if not math.isfinite(value):
                continue
            long = room * abs(value) / most
            start = middle - (long if value < 0 else 0)
            hint = f"<title>{escape(label)} at {escape(words)}: {_signed(value, unit)}</title>"
            parts.append(
                f'<rect class="{kind}" x="{start:.1f}" y="{y}" width="{long:.1f}" height="{ROW}">{hint}</rect>'
            )
        for sign in (-1, 1):
            ends = [value for value in (at_low, at_high) if math.isfinite(value) and (value > 0) == (sign > 0)]
            if ends:
                value = max(ends, key=abs)
                edge = middle + sign * (room * abs(value) / most + 5)
                parts.append(_text(edge, y + 15, _signed(value, unit), "soft end" if sign < 0 else "soft"))
    tall = 8 + len(rows) * step
    parts.append(f'<path class="grid" d="M{middle:.1f} 2V{tall}"/>')
    told = "One bar a number, the widest swing first: by what the answer changes when it is at an end of its range."
    return _picture(name, title, told, width, tall + 4, parts)


def front(
    points: Sequence[tuple[float, float, str, bool]],
    *,
    title: str,
    x_title: str,
    y_title: str,
    width: int,
    name: str,
    x_unit: str = "USD",
    y_unit: str = "",
) -> str:
    """Draw choices by two answers; the best ones, which no other beats in both, are joined by a line.

    Points: (x, y, label, whether it is one of the best).
    """
    tall = HEIGHT + 40
    low_x, high_x, ticks_x = _scale([point[0] for point in points], x_unit)
    low_y, high_y, ticks_y = _scale([point[1] for point in points], y_unit)
    x, y = _axis(low_x, high_x, LEFT, width - 24), _axis(low_y, high_y, tall - FOOT - 20, TOP + 18)
    parts = [*_grid(ticks_y, y, y_unit, width)]
    some = ticks_x if width >= WIDE else ticks_x[:: max(1, math.ceil(len(ticks_x) / 4))]
    parts += [_text(x(tick), tall - FOOT - 4, said(tick, x_unit), "soft middle") for tick in some]
    parts += [_text(width - 10, tall - 6, x_title, "soft end"), _text(0, 14, y_title, "soft")]
    best = sorted(point for point in points if point[3])
    if len(best) > 1:
        parts.append(f'<polyline class="median" points="{_points([(x(p[0]), y(p[1])) for p in best])}"/>')
    for px, py, label, is_best in points:
        hint = f"<title>{escape(label)}: {said(px, x_unit)}, {said(py, y_unit)}</title>"
        kind, radius = ("best", 5.5) if is_best else ("dot", 3.5)
        parts.append(f'<circle class="{kind}" cx="{x(px):.1f}" cy="{y(py):.1f}" r="{radius}">{hint}</circle>')
    told = f"{y_title} against {x_title}; {len(best)} of {len(points)} choices are beaten by no other in both."
    return _picture(name, title, told, width, tall, parts)


# -- axes --------------------------------------------------------------------------------------------------------------


def _scale(values: Sequence[float], unit: str) -> tuple[float, float, list[float]]:
    """Return the ends of an axis and its ticks, on round numbers; what is never negative begins at 0 if 0 is near."""
    there = [value for value in values if math.isfinite(value)]
    low, high = min(there, default=0.0), max(there, default=1.0)
    if 0 <= low < 0.6 * high or low == high:
        low = min(0.0, low)
    high = high if high > low else low + 1.0
    if unit == "share":
        high = min(1.0, high) if max(there, default=1.0) <= 1 else high
    rough = (high - low) / 4
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * nice for nice in (1, 2, 2.5, 5, 10) if power * nice >= rough * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    ticks = [step * at for at in range(first, last + 1)]
    return ticks[0], ticks[-1], ticks


def _axis(low: float, high: float, start: float, end: float) -> Callable[[float], float]:
    return lambda value: start + (value - low) / (high - low) * (end - start)


def _line(
    x: Callable[[float], float], y: Callable[[float], float], values: Sequence[float], days: Sequence[int]
) -> list[tuple[float, float]]:
    """Return the points of a line through some days; a day that stands alone is a short stroke."""
    if len(days) == 1:
        return [(x(days[0]) - 3, y(values[days[0]])), (x(days[0]) + 3, y(values[days[0]]))]
    return [(x(at), y(values[at])) for at in days]


def _grid(ticks: Sequence[float], y: Callable[[float], float], unit: str, width: int) -> list[str]:
    parts = []
    for tick in ticks:
        parts.append(f'<path class="grid" d="M{LEFT} {y(tick):.1f}H{width - 10}"/>')
        parts.append(_text(LEFT - 8, y(tick) + 4.5, _short(tick, unit, ticks), "soft end"))
    return parts


def _short(value: float, unit: str, ticks: Sequence[float]) -> str:
    """Say a tick in few signs, and all of an axis with the same decimals."""
    step = min(b - a for a, b in pairwise(ticks)) if len(ticks) > 1 else 1.0
    if unit == "share":
        return f"{value:.{0 if step >= 0.00999 else 1}%}"
    if unit == "USD" and abs(ticks[-1]) >= 10_000:
        return f"${value / 1000:,.0f}k"
    decimals = max(0, -math.floor(math.log10(step) + 1e-9)) if step < 1 else 1 if step % 1 else 0
    return ("$" if unit == "USD" else "") + f"{value:,.{decimals}f}"


def _key(x: float, y: float, least: float, most: float, unit: str) -> list[str]:
    """Return the key of a heat map: five cells from the least to the most."""
    parts = [_text(x, y + 13, said(least, unit), "soft")]
    start = x + 12 + 8 * len(said(least, unit))
    for at in range(5):
        strong = 0.06 + 0.94 * at / 4
        parts.append(
            f'<rect class="cell" x="{start + at * 24:.1f}" y="{y}" width="23" height="16" fill-opacity="{strong:.2f}"/>'
        )
    parts.append(_text(start + 128, y + 13, said(most, unit), "soft"))
    return parts


def _signed(value: float, unit: str) -> str:
    return ("+" if value > 0 else "") + said(value, unit)


def _points(ends: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{px:.1f},{py:.1f}" for px, py in ends)


def _text(x: float, y: float, words: str, kind: str) -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}">{escape(words)}</text>'


def _picture(name: str, title: str, told: str, width: float, height: float, parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" aria-labelledby="{name}-title {name}-desc" '
        f'width="{width:.0f}" height="{height:.0f}" viewBox="0 0 {width:.0f} {height:.0f}">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(told)}</desc>'
        f"{''.join(parts)}</svg>"
    )
