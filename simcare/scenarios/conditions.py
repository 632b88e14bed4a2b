"""The condition language: one closed expression, parsed with `ast` and a white list, never evaluated as Python.

`compile_condition` turns text into a function of a `Moment`. Words: `and or not`, comparisons, numbers, `known(f)`,
`said(i)`, `done(a)`, `happened(e)`, `count_known(..)`, `count_said(..)`, `first(x)`, the gauges, the scenario's flags,
`t`, `decided`, `verified`, `ended`. Names inside the functions are ids, written bare.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, reduce
from typing import Protocol

from simcare.documents import SimcareError

GAUGES = ("trust", "distress", "clarity", "patience")
PLAIN_NAMES = ("t", "decided", "verified", "ended")
ID_FUNCTIONS = ("known", "said", "done", "happened", "first", "count_known", "count_said", "count_done")
MOST_CHARACTERS = 2_000
MOST_NODES = 300
FEW_CHARACTERS = MOST_NODES // 4
"""A text as short as this cannot have too many parts: a character makes three at the most."""
LARGEST_NUMBER = 1_000_000


class Moment(Protocol):
    """What a condition can see of a call: times of first occurrence, in seconds, and the gauges."""

    @property
    def known(self) -> Mapping[str, int]:
        """Return fact ids with the second they were known."""
        ...

    @property
    def said(self) -> Mapping[str, int]:
        """Return intents with the second they were first said."""
        ...

    @property
    def done(self) -> Mapping[str, int]:
        """Return actions with the second they were first done."""
        ...

    @property
    def happened(self) -> Mapping[str, int]:
        """Return events with the second they first happened."""
        ...

    @property
    def gauges(self) -> Mapping[str, float]:
        """Return the gauges, 0 to 100."""
        ...

    @property
    def t(self) -> int:
        """Return the second of the call."""
        ...

    @property
    def decided(self) -> bool:
        """Tell whether an action of the ladder was taken."""
        ...

    @property
    def verified(self) -> bool:
        """Tell whether two identifiers were verified."""
        ...

    @property
    def ended(self) -> str | None:
        """Return how the call ended, None while it goes on."""
        ...


class ConditionError(SimcareError):
    """Say why a text is no condition; `remedy` says what to write instead."""

    def __init__(self, fact: str, remedy: str) -> None:
        super().__init__(f"{fact}; {remedy}")
        self.fact = fact
        self.remedy = remedy


@dataclass(frozen=True, slots=True)
class Compiled:
    """A condition ready to ask, with the ids it names by the function that names them, and its plain words."""

    text: str
    holds: Callable[[Moment], bool]
    names: Mapping[str, frozenset[str]] = field(default_factory=dict)
    words: frozenset[str] = frozenset()

    def __call__(self, moment: Moment) -> bool:
        """Tell whether the condition holds at this moment."""
        return self.holds(moment)


_Value = float | bool
_Evaluate = Callable[[Moment], _Value]

_Truth = Callable[[Moment], bool]

# A comparison is one closure, not two: rehearsals ask conditions millions of times.
_COMPARE: dict[type[ast.cmpop], Callable[[_Evaluate, _Evaluate], _Truth]] = {
    ast.Lt: lambda a, b: lambda m: a(m) < b(m),
    ast.LtE: lambda a, b: lambda m: a(m) <= b(m),
    ast.Gt: lambda a, b: lambda m: a(m) > b(m),
    ast.GtE: lambda a, b: lambda m: a(m) >= b(m),
    ast.Eq: lambda a, b: lambda m: a(m) == b(m),
    ast.NotEq: lambda a, b: lambda m: a(m) != b(m),
}


def compile_condition(text: str, flags: Mapping[str, str] | None = None) -> Compiled:
    """Compile a condition text; flags are other conditions it may name.

    Raises ConditionError where the text is not in the language, names an unknown word, or a flag names itself.
    """
    return _compiled(text, tuple((flags or {}).items()))


@lru_cache(maxsize=16_384)
def _compiled(text: str, flags: tuple[tuple[str, str], ...]) -> Compiled:
    """Compile once: the variants of a scenario and the rules of lint ask for the same conditions again and again."""
    return _Compiler(dict(flags)).compile(text)


def atoms(text: str) -> tuple[str, ...]:
    """Return the texts of the parts joined by `and` at the top: what is still missing can be told one by one."""
    tree = _parse(text)
    if isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.And):
        return tuple(ast.unparse(part) for part in tree.values)
    return (ast.unparse(tree),)


def _parse(text: str) -> ast.expr:
    if len(text) > MOST_CHARACTERS:
        raise ConditionError("the condition is too long", f"keep it under {MOST_CHARACTERS} characters; use flags")
    try:
        tree = ast.parse(text.strip(), mode="eval")
        nodes = sum(1 for _ in ast.walk(tree)) if len(text) > FEW_CHARACTERS else 0
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise ConditionError(
            f"'{_short(text)}' is not a condition", "write for example: known(which_pill) and t < 300"
        ) from None
    if nodes > MOST_NODES:
        raise ConditionError("the condition has too many parts", "split it into named flags")
    return tree.body


def _short(text: str) -> str:
    one_line = " ".join(text.split())
    return one_line if len(one_line) <= 60 else one_line[:57] + "..."


class _Compiler:
    """Carry the flags and the ids seen while one condition is compiled."""

    def __init__(self, flags: Mapping[str, str], open_flags: tuple[str, ...] = ()) -> None:
        self._flags = flags
        self._open = open_flags
        self._names: dict[str, set[str]] = {}
        self._words: set[str] = set()

    def compile(self, text: str) -> Compiled:
        tree = _parse(text)
        evaluate = self._truth(tree)
        names = {function: frozenset(ids) for function, ids in self._names.items()}
        return Compiled(text, evaluate, names, frozenset(self._words))

    def _truth(self, node: ast.expr) -> _Truth:
        match node:
            case ast.BoolOp(op=ast.And(), values=values):
                return reduce(_both, [self._truth(value) for value in values])
            case ast.BoolOp(op=ast.Or(), values=values):
                return reduce(_either, [self._truth(value) for value in values])
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                part = self._truth(operand)
                return lambda m: not part(m)
            case ast.Compare():
                return self._comparison(node)
            case ast.Constant(value=bool(value)):
                return lambda m: value
            case ast.Call() | ast.Name():
                yes_or_no = self._value(node, boolean=True)
                return lambda m: bool(yes_or_no(m))
        raise ConditionError(
            f"'{_short(ast.unparse(node))}' does not say yes or no", "compare it, or use known(), said(), done()"
        )

    def _comparison(self, node: ast.Compare) -> _Truth:
        operands = [self._value(part, boolean=False) for part in (node.left, *node.comparators)]
        checks = []
        for operator, left, right in zip(node.ops, operands, operands[1:], strict=False):
            compare = _COMPARE.get(type(operator))
            if compare is None:
                raise ConditionError(
                    f"'{_short(ast.unparse(node))}' compares in a way conditions do not know",
                    "use < <= > >= == or !=",
                )
            checks.append(compare(left, right))
        return reduce(_both, checks)

    def _value(self, node: ast.expr, *, boolean: bool) -> _Evaluate:
        match node:
            case ast.Constant(value=value) if isinstance(value, int | float) and not isinstance(value, bool):
                number = _number(value)
                return lambda m: number
            case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=value)) if isinstance(value, int | float):
                number = -_number(value)
                return lambda m: number
            case ast.Name(id=name):
                return self._name(name, boolean=boolean)
            case ast.Call(func=ast.Name(id=function), args=arguments, keywords=[]):
                return self._function(function, arguments, boolean=boolean)
        raise ConditionError(
            f"'{_short(ast.unparse(node))}' is not part of the condition language",
            "use numbers, the gauges, t, flags, known(), said(), done(), happened(), first(), count_known()",
        )

    def _name(self, name: str, *, boolean: bool) -> _Evaluate:
        if name in (*GAUGES, *PLAIN_NAMES):
            self._words.add(name)
        if name in GAUGES:
            if boolean:
                raise ConditionError(f"'{name}' alone does not say yes or no", f"compare it: {name} >= 50")
            return lambda m: m.gauges[name]
        if name == "t":
            if boolean:
                raise ConditionError("'t' alone does not say yes or no", "compare it: t < 300")
            return lambda m: m.t
        if name == "decided":
            return lambda m: m.decided
        if name == "verified":
            return lambda m: m.verified
        if name == "ended":
            return lambda m: m.ended is not None
        if name in self._flags:
            return self._flag(name)
        raise ConditionError(
            f"'{name}' is not a word of the condition language nor a flag of this scenario",
            f"did you mean known({name}), said({name}) or done({name})?",
        )

    def _flag(self, name: str) -> _Evaluate:
        if name in self._open:
            raise ConditionError(
                f"the flag '{name}' names itself", "break the circle " + " -> ".join((*self._open, name))
            )
        inner = _Compiler(self._flags, (*self._open, name))
        compiled = inner.compile(self._flags[name])
        for function, ids in compiled.names.items():
            self._names.setdefault(function, set()).update(ids)
        self._words |= compiled.words
        return compiled.holds

    def _function(self, function: str, arguments: list[ast.expr], *, boolean: bool) -> _Evaluate:
        if function not in ID_FUNCTIONS:
            raise ConditionError(f"'{function}()' is not a function of conditions", "use " + ", ".join(ID_FUNCTIONS))
        ids = tuple(self._id(function, argument) for argument in arguments)
        many = function.startswith("count_")
        if not ids or (len(ids) > 1 and not many):
            raise ConditionError(
                f"'{function}()' was given {len(ids)} ids", "give it " + ("at least one id" if many else "one id")
            )
        if boolean and (many or function == "first"):
            raise ConditionError(f"'{function}()' is a number", f"compare it: {function}({ids[0]}) >= 2")
        self._names.setdefault(function.removeprefix("count_"), set()).update(ids)
        one = ids[0]
        match function:
            case "known":
                return lambda m: one in m.known
            case "said":
                return lambda m: one in m.said
            case "done":
                return lambda m: one in m.done
            case "happened":
                return lambda m: one in m.happened
            case "count_known":
                return lambda m: sum(1 for name in ids if name in m.known)
            case "count_said":
                return lambda m: sum(1 for name in ids if name in m.said)
            case "count_done":
                return lambda m: sum(1 for name in ids if name in m.done)
        return lambda m: _first(m, one)

    def _id(self, function: str, node: ast.expr) -> str:
        if isinstance(node, ast.Name):
            return node.id
        raise ConditionError(
            f"'{_short(ast.unparse(node))}' is not an id", f"write the id bare: {function}(ask_med_name)"
        )


def _both(first: _Truth, second: _Truth) -> _Truth:
    return lambda m: first(m) and second(m)


def _either(first: _Truth, second: _Truth) -> _Truth:
    return lambda m: first(m) or second(m)


def _number(value: int | float) -> float:
    if value > LARGEST_NUMBER:
        raise ConditionError("the number is too large", f"gauges go to 100, and seconds stay below {LARGEST_NUMBER}")
    return float(value)


def _first(moment: Moment, name: str) -> float:
    """Return the second at which an id was first said, done, known or happened; never is infinitely late."""
    soonest = math.inf
    for found in (moment.said, moment.done, moment.known, moment.happened):
        if name in found and found[name] < soonest:
            soonest = found[name]
    return soonest
