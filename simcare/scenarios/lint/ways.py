"""Conditions taken apart: the ways in which one can hold, without asking whether a call can get there.

A way says what must be so, what must not, and which numbers must fit. A condition too rich to be taken apart gives
None, which everybody takes for "possible". Whether a call can get there is told in `reach`.
"""

from __future__ import annotations

import ast
import math
import operator
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from simcare.scenarios.conditions import GAUGES, ConditionError, compile_condition, parsed

Atom = tuple[str, ...]
"""A word of the condition language with its ids: ("known", "dose"), ("trust",), ("count_known", "a", "b")."""
MOST_WAYS = 400
ANYTIME = (-math.inf, math.inf)
_MIRRORED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.Gt, ast.LtE: ast.GtE, ast.Gt: ast.Lt, ast.GtE: ast.LtE, ast.Eq: ast.Eq,
}  # fmt: skip
_OPPOSITE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.GtE, ast.LtE: ast.Gt, ast.Gt: ast.LtE, ast.GtE: ast.Lt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
}  # fmt: skip
_HOLDS: dict[type[ast.cmpop], Callable[[float, float], bool]] = {
    ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge, ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Way:
    """One way in which a condition holds: what must be so, what must not, and the numbers that must fit."""

    needs: frozenset[Atom] = frozenset()
    bars: frozenset[Atom] = frozenset()
    ranges: Mapping[Atom, tuple[float, float]] = field(default_factory=dict)

    def joined(self, other: Way) -> Way:
        """Return the way in which both hold."""
        ranges = dict(self.ranges)
        for atom, (low, high) in other.ranges.items():
            mine = ranges.get(atom, ANYTIME)
            ranges[atom] = (max(low, mine[0]), min(high, mine[1]))
        return Way(self.needs | other.needs, self.bars | other.bars, ranges)


@lru_cache(maxsize=4096)
def ways_of(text: str, flags: tuple[tuple[str, str], ...], hold: bool = True) -> tuple[Way, ...] | None:
    """Return the ways in which a condition holds (or does not), possible or not.

    None where it is not in the language, or too rich to be taken apart.
    """
    try:
        compile_condition(text, dict(flags))
    except ConditionError:
        return None
    return _ways(parsed(text), dict(flags), hold=hold)


def ways_together(
    texts: Iterable[str], none_of: Iterable[str], flags: tuple[tuple[str, str], ...]
) -> tuple[Way, ...] | None:
    """Return the ways in which all of the first conditions hold and none of the second; None as in `ways_of`.

    The conditions are taken apart one by one, since the same ones are asked for in many companies.
    """
    return _all([*(ways_of(text, flags) for text in texts), *(ways_of(text, flags, hold=False) for text in none_of)])


def _ways(node: ast.expr, flags: Mapping[str, str], *, hold: bool) -> tuple[Way, ...] | None:
    match node:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return _ways(operand, flags, hold=not hold)
        case ast.BoolOp(op=op, values=values):
            parts = [_ways(value, flags, hold=hold) for value in values]
            return _all(parts) if isinstance(op, ast.And) == hold else _any(parts)
        case ast.Constant(value=value):
            return (Way(),) if bool(value) == hold else ()
        case ast.Name(id=name) if name in flags:
            return _ways(parsed(flags[name]), flags, hold=hold)
        case ast.Name(id=name):
            return _literal((name,), hold)
        case ast.Call(func=ast.Name(id=function), args=arguments):
            return _literal((function, *_ids(arguments)), hold)
        case ast.Compare(left=left, ops=ops, comparators=comparators):
            pairs = zip([left, *comparators], ops, comparators, strict=False)
            parts = [_comparison(a, sign, b, hold) for a, sign, b in pairs]
            return _all(parts) if hold else _any(parts)
    return (Way(),)


def _all(parts: Iterable[tuple[Way, ...] | None]) -> tuple[Way, ...] | None:
    found: tuple[Way, ...] = (Way(),)
    for part in parts:
        if part is None or len(found) * len(part) > MOST_WAYS:
            return None
        found = tuple(one.joined(other) for one in found for other in part)
    return found


def _any(parts: Iterable[tuple[Way, ...] | None]) -> tuple[Way, ...] | None:
    found: tuple[Way, ...] = ()
    for part in parts:
        if part is None or len(found) + len(part) > MOST_WAYS:
            return None
        found = (*found, *part)
    return found


def _literal(atom: Atom, hold: bool) -> tuple[Way, ...]:
    return (Way(needs=frozenset({atom})) if hold else Way(bars=frozenset({atom})),)


def _ids(arguments: Iterable[ast.expr]) -> tuple[str, ...]:
    return tuple(argument.id for argument in arguments if isinstance(argument, ast.Name))


def _comparison(left: ast.expr, sign: ast.cmpop, right: ast.expr, hold: bool) -> tuple[Way, ...]:
    """Return the ways of one comparison; a number on one side gives a range, anything else is let pass."""
    kind = type(sign) if hold else _OPPOSITE[type(sign)]
    here, there = _number(left), _number(right)
    if here is not None and there is not None:
        return (Way(),) if _HOLDS[kind](here, there) else ()
    if here is not None:
        left, there, kind = right, here, _MIRRORED.get(kind, ast.NotEq)
    atom = _counted(left)
    if atom is None or kind is ast.NotEq:
        return (Way(),)
    if there is not None:
        return (Way(ranges={atom: _range(kind, there)}),)
    if atom[0] == "first" and kind is ast.Lt:
        return (Way(ranges={atom: (-math.inf, sys.float_info.max)}),)
    return (Way(),)


def _number(node: ast.expr) -> float | None:
    match node:
        case ast.Constant(value=value) if isinstance(value, int | float):
            return float(value)
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=value)) if isinstance(value, int | float):
            return -float(value)
    return None


def _counted(node: ast.expr) -> Atom | None:
    match node:
        case ast.Name(id=name) if name in (*GAUGES, "t"):
            return (name,)
        case ast.Call(func=ast.Name(id=function), args=arguments) if function == "first" or "count_" in function:
            return (function, *_ids(arguments))
    return None


def _range(kind: type[ast.cmpop], number: float) -> tuple[float, float]:
    if kind is ast.Lt:
        return -math.inf, math.nextafter(number, -math.inf)
    if kind is ast.LtE:
        return -math.inf, number
    if kind is ast.Gt:
        return math.nextafter(number, math.inf), math.inf
    return (number, number) if kind is ast.Eq else (number, math.inf)
