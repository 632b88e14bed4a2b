"""The ideal call: a beam search over moves, the proof that a variant can be passed and the measure of every other play.

The search sees what a perfect care manager cannot: the script. It keeps the most promising half-finished calls,
apart by the levels they have taken, and lets each go on with every useful move, until nothing is to be gained. Where
that is not everything, it goes on from the best of it and of the plays the author wrote.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from simcare.calls.aims import Aims, aims_of, helpful_actions, helpful_intents
from simcare.calls.call import Call
from simcare.calls.moves import Do, Move
from simcare.calls.scoring import Judge
from simcare.calls.script import Script
from simcare.scenarios.model import MoveFields, Note, Sbar

WIDTH = 5
MOST_STEPS = 70
PATIENCE_OF_SEARCH = 6
"""Steps without a better call after which the search ends."""
MOST_STAYS = 15


_Plan = tuple[tuple[str, str], ...]
"""What is said and done, in order: ("say", intent) or ("do", action)."""


@dataclass(frozen=True, slots=True)
class _Branch:
    call: Call
    judge: Judge
    promise: float
    score: float


def find_ideal(call: Call, *, without: frozenset[str] = frozenset()) -> Call:
    """Return the best finished call found from a line just opened; intents whose kind is in `without` are never said.

    The search of a call is kept, since several players begin from it.
    """
    return _found(_Start(call.script, call.seed, without, call)).copy()


@dataclass(frozen=True, slots=True)
class _Start:
    script: Script
    seed: int
    without: frozenset[str]
    call: Call = field(compare=False)


@lru_cache(maxsize=32)
def _found(start: _Start) -> Call:
    call, without, script = start.call, start.without, start.script
    intents = helpful_intents(script, without)
    actions = helpful_actions(script)
    aims = aims_of(script, without)
    root = _weighed(_Branch(call.copy(), Judge(script), 0.0, 0.0), aims)
    best = root
    ladder = frozenset(action for action, rule in script.policy.actions.items() if rule.level)
    beam = [root]
    waited = 0
    hope = root.promise
    for _ in range(MOST_STEPS):
        grown: dict[object, _Branch] = {}
        for branch in beam:
            for child in _children(branch, intents, actions, aims):
                key = (frozenset(child.call.said), frozenset(child.call.done), child.call.ended)
                if key not in grown or child.promise > grown[key].promise:
                    grown[key] = child
        if not grown:
            break
        top = max(grown.values(), key=lambda child: (child.score, -child.call.t))
        beam = _most_promising(grown.values(), ladder)
        if top.call.ended is None and top not in beam:
            beam.append(top)
        open_hope = max((child.promise for child in beam), default=hope)
        waited = 0 if top.score > best.score or open_hope > hope + 0.5 else waited + 1
        hope = max(hope, open_hope)
        if top.score > best.score:
            best = top
        if best.score >= aims.most or (waited >= PATIENCE_OF_SEARCH and best.call.decided):
            break
    if best.score < aims.most:
        best = max([best, *_authored(root, without)], key=lambda branch: branch.score)
    steps = (*(("say", name) for name in intents), *(("do", name) for name in actions))
    return _polished(root, best, steps, aims.most).call


def _most_promising(children: Iterable[_Branch], ladder: frozenset[str]) -> list[_Branch]:
    """Keep the best of each group that took the same levels: deciding early pays at once and crowds out the rest."""
    groups: dict[frozenset[str], list[_Branch]] = {}
    for child in sorted(children, key=lambda child: child.promise, reverse=True):
        if child.call.ended is None:
            group = groups.setdefault(ladder.intersection(child.call.done), [])
            if len(group) < WIDTH:
                group.append(child)
    return [child for group in groups.values() for child in group]


def _polished(root: _Branch, best: _Branch, steps: _Plan, most: float) -> _Branch:
    """Let each step in turn be put in, or moved to, any place of the call, as long as that gains points.

    The search looks forward only; what it did too early or left out for good is mended here.
    """
    plan = _plan(best.call)
    while best.score < most:
        moved = [(step, plan[:nth] + plan[nth + 1 :]) for nth, step in enumerate(plan)]
        added = [(step, plan) for step in steps if step not in plan]
        tries = [played for step, rest in (*moved, *added) for played in _placed(root, step, rest)]
        found = max(tries, key=lambda played: (played.score, -played.call.t))
        if found.score <= best.score:
            break
        best, plan = found, _plan(found.call)
    return best


def _authored(root: _Branch, without: frozenset[str]) -> Iterable[_Branch]:
    """Yield the calls of the plays that the author wrote for this variant: a path that somebody knows is not missed."""
    script = root.call.script
    kinds = {name: intent.kind for name, intent in script.intents.intents.items()}
    for play in script.scenario.plays.values():
        if play.variant == script.variant:
            steps = [step for move in play.moves for step in _written(move)]
            may_be = [s for s in steps if s[0] == "do" or (s[1] in kinds and kinds[s[1]] not in without)]
            yield _closed(_played(root, tuple(may_be)))


def _written(move: str | MoveFields) -> _Plan:
    """Return the step that a move of a play stands for; free words are left to the listener and give none."""
    if isinstance(move, str):
        return (("say", move),)
    if move.do is not None:
        return (("do", move.do),)
    return () if move.ask is None else (("say", move.ask),)


def _plan(call: Call) -> _Plan:
    steps = [("do", move.action) if isinstance(move, Do) else ("say", str(move.intent)) for move in call.moves]
    return tuple(step for step in dict.fromkeys(steps) if step != ("do", "write_note"))


def _placed(root: _Branch, step: tuple[str, str], rest: _Plan) -> Iterable[_Branch]:
    """Yield the call with the step put before each step of the rest, and after the last."""
    before = root
    for place in range(len(rest) + 1):
        yield _closed(_played(_played(before, (step,)), rest[place:]))
        before = _played(before, rest[place : place + 1])


def _played(branch: _Branch, plan: _Plan) -> _Branch:
    call, judge = branch.call.copy(), branch.judge.copy()
    for how, name in plan:
        if how == "say":
            if call.ended is None:
                judge.watch(call, call.say(name))
            continue
        for _ in range(MOST_STAYS if name == "stay_on_line" else 1):
            if call.allows(name):
                judge.watch(call, _do(call, name))
    return _Branch(call, judge, branch.promise, branch.score)


def _closed(branch: _Branch) -> _Branch:
    if branch.call.ended is not None:
        branch.judge.watch(branch.call, _do(branch.call, "write_note"))
    return _Branch(branch.call, branch.judge, branch.promise, branch.judge.total(branch.call))


def complete_sbar(call: Call) -> Sbar:
    """Return a truthful SBAR of the call as it stands: every field filled, what is claimed named by its id alone.

    The texts say nothing about the patient, so that no fact's words stand in them.
    """
    handoff = call.script.handoff
    wanted = tuple(name for name in (handoff.must_include if handoff else ()) if name in call.known)
    return Sbar(S="As named below.", B="As named below.", A="As named below.", R="Please take over.", facts=wanted)


def complete_note(call: Call) -> Note:
    """Return a truthful call note with the minutes the clock counts."""
    rule = call.script.scenario.note
    wanted = tuple(name for name in (rule.must_include if rule else ()) if name in call.known)
    return Note(text="As named below.", facts=wanted, minutes=call.t // 60)


def _children(branch: _Branch, intents: Sequence[str], actions: Sequence[str], aims: Aims) -> Iterable[_Branch]:
    call = branch.call
    if call.ended is None:
        for intent in intents:
            if intent not in call.said or _is_owed(call, intent):
                child = _after(branch, (call.say(intent),))
                new = intent in aims.spoken and intent not in call.said
                if new or child.call.ended is not None or _told(call, child.call):
                    yield _weighed(child, aims)
    for action in actions:
        if not call.allows(action) or (action in call.done and action != "stay_on_line"):
            continue
        if action != "write_note":
            times = MOST_STAYS if action == "stay_on_line" else 1
            yield _weighed(_after(branch, (_do(call, action),) * times), aims)


def _is_owed(call: Call, intent: str) -> bool:
    """Tell whether something may still be learned by asking again."""
    return any(fact.fact_id not in call.known for fact in call.script.facts_by_intent.get(intent, ()))


def _told(before: Call, after: Call) -> bool:
    """Tell whether a move brought anything about but the loss of time."""
    if len(after.known) > len(before.known) or len(after.happened) > len(before.happened):
        return True
    if after.verified != before.verified:
        return True
    old, new = before.gauges, after.gauges
    return new["distress"] < old["distress"] or any(new[name] > old[name] for name in ("trust", "patience", "clarity"))


def _after(branch: _Branch, moves: Sequence[Move]) -> _Branch:
    """Take the moves until the call ends; a call that ended is closed with its note, which pays only then."""
    call, judge = branch.call.copy(), branch.judge.copy()
    for move in moves:
        judge.watch(call, move)
        if call.ended is not None:
            if "write_note" not in call.done:
                judge.watch(call, _do(call, "write_note"))
            break
    return _Branch(call, judge, branch.promise, branch.score)


def _do(call: Call, action: str) -> Do:
    return Do(
        action,
        call.script.policy.actions[action].seconds,
        sbar=complete_sbar(call) if action == "warm_transfer_rn" else None,
        note=complete_note(call) if action == "write_note" else None,
        confidence=90 if call.script.policy.level_of(action) else None,
    )


def _weighed(branch: _Branch, aims: Aims) -> _Branch:
    call, judge = branch.call, branch.judge
    score = judge.total(call)
    return _Branch(call, judge, score + _potential(call, judge, aims) - call.t * 0.004, score)


def _potential(call: Call, judge: Judge, aims: Aims) -> float:
    """Return what half-met rows and an open decision promise: a guide for the search, never a score."""
    decision = call.script.scenario.decision
    promise = 0.4 * len(aims.facts & call.known.keys()) + (1.0 if call.verified else 0.0)
    promise += 0.02 * call.gauges["trust"] + 0.01 * call.gauges["patience"] + 0.01 * call.gauges["clarity"]
    if call.ended is not None:
        return promise if call.ended in ("handed_over", "closed") else promise - 20
    if decision.expect not in call.done:
        parts = call.script.basis
        met = sum([part.holds(call) for part in parts]) / len(parts) if parts else 1.0
        in_time = decision.by is None or call.t <= decision.by
        flag, within = call.first_red_flag, decision.within
        in_time = in_time and (within is None or flag is None or call.t - flag <= within)
        promise += decision.points * (0.4 + 0.5 * met) * (1.0 if in_time else 0.2)
    for name, item, parts in aims.rows:
        if (item.by is not None and call.t > item.by) or judge.row_met(name, item) is not None:
            continue
        if item.before != "decided" or decision.expect not in call.done:
            promise += item.points * (0.5 + 0.35 * sum([part.holds(call) for part in parts]) / len(parts))
    return promise
