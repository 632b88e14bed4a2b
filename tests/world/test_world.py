"""Runs of whole programs: laws that always hold, luck that stays with its call, rules that do what they say."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from simcare.chance import derive
from simcare.patients.life import accept
from simcare.patients.life.rates import seasons_of
from simcare.world import CRITICAL, EVERYTHING, NOTHING, Post, Shift, WorldLog, WorldSpec, fixed, run
from simcare.world.clock import offsets
from simcare.world.lives import draw_happenings
from simcare.world.log import (
    ABANDONED,
    ANSWERED,
    CALLBACK,
    DISCHARGE,
    HANDLED,
    INBOUND,
    LOST,
    MESSAGE,
    MISSED,
    OUTREACH,
    TRANSFER,
)
from tests.world import laws
from tests.world.programs import NURSE_ONLY, panel_of, people, program

AMPLE, SHORT, ALONE = "ample staff", "too few", "one care manager and one nurse"


@cache
def small(how: str) -> WorldSpec:
    """Return a small program with every feature on."""
    count, managers, nurses = {AMPLE: (400, 8, 3), SHORT: (1500, 3, 1), ALONE: (300, 1, 1)}[how]
    return program(count, managers, nurses, days=45.0)


@cache
def lived(how: str, seed: int = 1) -> WorldLog:
    """Return a run of it."""
    return run(small(how), seed)


@pytest.mark.parametrize("how", [AMPLE, SHORT, ALONE])
@pytest.mark.parametrize("seed", [1, 2])
def test_laws_hold(how: str, seed: int) -> None:
    """Flow, Little's law, first come first served and no idle hands while work waits hold in every run."""
    laws.check_laws(small(how), lived(how, seed))


def test_work_list_waits_for_nobody_who_is_idle() -> None:
    """While an attempt is due and its patient may be called, nobody who may make it is idle, had they no own list."""
    spec = small(SHORT)
    assert spec.panel is not None and spec.outreach is not None
    spec = replace(spec, panel=replace(spec.panel, own=np.full(len(spec.panel), -1, np.int32)))
    log = run(spec, 3)
    calls = log.calls
    rows = np.flatnonzero((calls["kind"] == OUTREACH) & ~np.isnan(calls["began"]))
    waits = 0
    for post, each in enumerate(spec.posts):
        if "outreach" not in each.takes:
            continue
        start, end = laws._idle(log, post, False)
        for first, last in zip(start.tolist(), end.tolist(), strict=True):
            middle = (first + last) / 2
            due = rows[(calls["came"][rows] < middle - 1e-3) & (calls["began"][rows] > middle + 1e-3)]
            for row in due.tolist():
                place = int(calls["patient"][row])
                state = spec.panel.states[spec.panel.state[place]]
                may = laws._may(spec, post, False, ("outreach", "clinical", state, False, 5, -1))
                assert not (may and _is_called(spec, place, middle)), f"post {post} idles at {middle}, row {row} is due"
                waits += 1
    assert waits > 0


def _is_called(spec: WorldSpec, place: int, minute: float) -> bool:
    assert spec.panel is not None and spec.outreach is not None
    ahead = offsets(spec.panel.zones[spec.panel.zone[place]], spec.on, int(spec.days))
    local = minute + ahead[int(minute // 1440) + 1]
    weekday = (int(local // 1440) + spec.on.weekday()) % 7
    return weekday in spec.outreach.weekdays and spec.outreach.answer[int(local // 60) % 24] > 0


def test_same_seed_same_log() -> None:
    """A run is a function of spec, seed and replication."""
    again = run(small(SHORT), 1)
    assert all((_same(values, again.calls[name])) for name, values in lived(SHORT).calls.items())
    other = run(small(SHORT), 1, 1)
    assert not _same(other.calls["came"], again.calls["came"])


def _same(one: NDArray[np.generic], other: NDArray[np.generic]) -> bool:
    return np.array_equal(one, other, equal_nan=one.dtype.kind == "f")


def test_one_more_patient_with_ample_staff_changes_nobody_else() -> None:
    """With somebody free for every call, all that a patient lives through is as it was before the new one came."""
    posts = tuple(
        Post(f"{license_} {nth}", license=license_, takes=EVERYTHING)
        for license_ in ("none", "rn")
        for nth in range(60)
    )
    logs = []
    for count in (200, 201):
        panel = replace(panel_of(people(count), 1), own=np.full(count, -1, np.int32))
        spec = replace(
            small(AMPLE), posts=posts, panel=panel, episodes=replace(small(AMPLE).episodes, people=people(count))
        )
        logs.append(run(spec, 5))
    before, after = (_lived_through(log, 200) for log in logs)
    assert len(before) > 300 and before == after
    assert np.isin(200, logs[1].calls["patient"])


def _lived_through(log: WorldLog, patients: int) -> list[tuple[object, ...]]:
    names = ("patient", "came", "kind", "priority", "need", "decided", "talk", "documentation", "outcome", "fate", "ed")
    mine = (log.calls["patient"] < patients) & (log.calls["patient"] >= 0)
    columns = [np.round(log.calls[name][mine].astype(float), 6).tolist() for name in names]
    return sorted(zip(*columns, strict=True))


def test_work_in_nurse_only_states_is_done_by_the_licensed() -> None:
    """In a state that asks for a nurse, nobody without a license speaks with a patient about health."""
    spec, log = small(SHORT), lived(SHORT)
    assert spec.panel is not None
    states = np.array([name in NURSE_ONLY for name in spec.panel.states])[spec.panel.state]
    clinical = (log.calls["stream"] < 0) & (log.calls["post"] >= 0) & (log.calls["kind"] != 4)
    there = clinical & states[log.calls["patient"]]
    licenses = np.array([post.license != "none" for post in spec.posts])
    assert there.sum() > 50 and licenses[log.calls["post"][there]].all()
    assert not licenses[log.calls["post"][clinical & ~there]].all()


def test_a_license_row_moves_the_wait() -> None:
    """Where more states ask for a nurse, calls wait longer: work that needs a nurse waits for one."""
    spec = small(SHORT)
    assert spec.panel is not None
    strict = replace(spec, rules=replace(spec.rules, nurse_only=frozenset(spec.panel.states)))
    waits = [_mean_wait(run(each, 4)) for each in (spec, strict)]
    assert waits[1] > 1.1 * waits[0]


def _mean_wait(log: WorldLog) -> float:
    rows = (log.calls["kind"] == INBOUND) & (log.calls["outcome"] != MESSAGE)
    left = np.where(np.isnan(log.calls["began"]), log.calls["ended"], log.calls["began"])
    return float(np.nanmean((left - log.calls["came"])[rows]))


def test_the_care_manager_holds_until_the_nurse_joins() -> None:
    """A transfer begins when the hold of its parent ends, and both are on the line for the handover."""
    calls = lived(SHORT).calls
    joined = np.flatnonzero((calls["kind"] == TRANSFER) & (calls["outcome"] == ANSWERED))
    joined = joined[calls["decided"][calls["parent"][joined]] == 3]
    parent = calls["parent"][joined]
    assert joined.size > 3
    assert np.allclose(calls["hold"][parent], calls["began"][joined] - calls["came"][joined])
    handed_over = calls["ended"][parent] - calls["documentation"][parent]
    assert (handed_over > calls["began"][joined]).all()


def test_messages_are_returned_after_the_next_opening() -> None:
    """Who calls when the lines are closed leaves a message, and is called back when they have opened."""
    calls = lived(AMPLE).calls
    messages = calls["outcome"] == MESSAGE
    assert messages.sum() > 3 and (calls["priority"][messages] > CRITICAL).all()
    back = np.flatnonzero((calls["kind"] == CALLBACK) & (calls["attempt"] == 0) & messages[calls["parent"]])
    assert (calls["came"][back] > calls["came"][calls["parent"][back]]).all()
    assert (calls["due"][back] == calls["came"][back] + small(AMPLE).rules.message_due).all()


def test_critical_calls_reach_whoever_is_on_call() -> None:
    """At night a critical call is taken by somebody on call; nobody on call takes anything else."""
    spec, log = small(SHORT), lived(SHORT)
    on_call = log.blocks["duty"] == 1
    busy = log.blocks["busy"][on_call].sum()
    nights = 0
    for post, start, end in zip(*(log.blocks[name][on_call] for name in ("post", "start", "end")), strict=True):
        mine = (log.calls["post"] == post) & (log.calls["began"] >= start) & (log.calls["began"] < end)
        assert (log.calls["priority"][mine] == CRITICAL).all()
        nights += int(mine.sum())
    assert nights > 0 and busy > 0 and spec.rules.open is not None


def test_what_was_done_changes_what_happens_later() -> None:
    """Episodes are fewer where handling them always ends the fact that brings more of them than where it never does."""
    spec = small(AMPLE)
    assert spec.episodes is not None
    counts = []
    for share in (0.0, 1.0):
        effects = tuple(replace(each, share=share if each.on == "handled" else 1.0) for each in spec.episodes.effects)
        counts.append(
            int(run(replace(spec, episodes=replace(spec.episodes, effects=effects)), 2).episodes["accepted"].sum())
        )
    assert counts[1] < counts[0]


def test_what_happens_is_what_life_says_where_nothing_changes_it() -> None:
    """Without effects the episodes of a run, settled late and in any order, are those that `accept` finds at once."""
    spec = small(AMPLE)
    assert spec.episodes is not None and spec.panel is not None
    episodes = replace(spec.episodes, effects=())
    log = run(replace(spec, episodes=episodes), 6)
    found = draw_happenings(spec, episodes, spec.panel, derive(derive(6, "world.replication", 0), "world.life"))
    drawn = found.candidates
    columns = {name: getattr(drawn, name)[found.order] for name in ("pair", "hazard", "place", "nth", "luck")}
    day = found.minute / 1440
    season = seasons_of(drawn.on, 400)[day.astype(np.int64)]
    assert np.array_equal(log.episodes["accepted"], accept(replace(drawn, day=day, season=season, **columns)))


def test_missed_and_lost_needs_lead_to_more_visits() -> None:
    """The luck of a visit is the call's; its fate decides what that luck means, where visits change nothing else."""
    once = replace(small(SHORT).consequences, away=NOTHING)
    log = run(replace(small(SHORT), consequences=once), 1)
    fate = log.calls["fate"]
    assert all((fate == each).any() for each in (HANDLED, MISSED, LOST))
    lost = run(replace(small(SHORT), consequences=replace(once, lost=(1, 1, 1, 1, 1))), 1)
    assert lost.calls["ed"][lost.calls["fate"] == LOST].all()
    kept = lost.calls["fate"] != LOST
    assert np.array_equal(lost.calls["ed"][kept], log.calls["ed"][kept])


def test_own_care_manager_first() -> None:
    """Who has an own care manager mostly speaks with that one, and by chance only where the rule is off."""
    spec = small(AMPLE)
    assert spec.panel is not None
    shares = []
    for own_first in (True, False):
        panel = spec.panel if own_first else replace(spec.panel, own=np.full(len(spec.panel), -1, np.int32))
        calls = run(replace(spec, panel=panel), 1).calls
        spoken = (calls["decided"] >= 0) & (calls["patient"] >= 0)
        shares.append(float((calls["post"][spoken] == spec.panel.own[calls["patient"][spoken]]).mean()))
    assert shares[0] > 0.5 > 2 * shares[1]


def test_shifts_move_with_the_clocks_of_their_zone() -> None:
    """A shift from 8 to 16 local time begins at 16:00 UTC in Los Angeles in winter and at 15:00 in summer."""
    spec = replace(
        small(AMPLE),
        days=300.0,
        posts=(Post("one", shift=Shift("America/Los_Angeles", start=480, minutes=480)),),
        panel=None,
        episodes=None,
        outreach=None,
        streams=(),
    )
    start = run(spec, 1).blocks["start"] % 1440 / 60
    assert set(start.tolist()) == {15.0, 16.0} and start[0] == 16.0


def test_events_of_the_log_have_vidigis_columns() -> None:
    """Every call arrives and departs in the event log, in the order of time."""
    log = lived(ALONE)
    events = log.events()
    assert list(events.columns) == ["entity_id", "event_type", "event", "time", "run_number", "resource_id"]
    assert (events["event"] == "arrival").sum() == (events["event"] == "depart").sum() == log.calls["kind"].size
    assert (events.groupby("entity_id")["time"].diff().dropna() >= -1e-6).all()
    assert (log.calls["outcome"] == ABANDONED).sum() > 0


def test_nobody_calls_who_has_left_the_program() -> None:
    """The share that leaves is that of the rate; they do not ring any more, and no attempt is made to reach them."""
    spec = replace(small(AMPLE), attrition_yearly=3.0)
    log = run(spec, 2)
    calls, left = log.calls, log.left
    assert (left < log.days * 1440).mean() == pytest.approx(1 - np.exp(-3.0 * 45 / 365.25), abs=0.06)
    mine = calls["patient"] >= 0
    gone = np.zeros(mine.size, np.bool_)
    gone[mine] = left[calls["patient"][mine]] < calls["came"][mine] - 60.0
    assert not gone[np.isin(calls["kind"], (INBOUND, OUTREACH)) & (calls["attempt"] == 0)].any()
    assert not gone[calls["kind"] == OUTREACH].any()
    stay = run(replace(spec, attrition_yearly=0.0), 2).calls
    assert calls["kind"].size < 0.95 * stay["kind"].size


def test_a_month_that_is_under_way_has_its_list() -> None:
    """A world that begins on the 11th calls those due after the 10th, as the world from the 1st did, not everybody."""
    whole = small(AMPLE)
    late = replace(whole, on=date(2026, 1, 11), days=35.0)
    assert whole.outreach is not None
    drawn = []
    for spec, first in ((whole, 10), (late, 0)):
        calls = run(spec, 2).calls
        firsts = (calls["kind"] == OUTREACH) & (calls["attempt"] == 0) & (calls["came"] < (first + 21) * 1440)
        drawn.append(set(calls["patient"][firsts & (calls["came"] >= first * 1440)].tolist()))
    assert drawn[0] == drawn[1]
    assert 0.3 < len(drawn[1]) / 400 < 0.65


def test_callbacks_keep_to_the_hours_of_the_patients_day() -> None:
    """No callback is begun before 8 or after 21 where the patient lives; without the rule, some are."""
    spec = small(SHORT)
    assert spec.panel is not None
    hours = []
    for rules in (spec.rules, replace(spec.rules, callback_hours=(0, 24))):
        calls = run(replace(spec, rules=rules), 1).calls
        made = np.flatnonzero((calls["kind"] == CALLBACK) & (calls["post"] >= 0))
        ahead = np.array([offsets(zone, spec.on, 45) for zone in spec.panel.zones])
        began = calls["began"][made]
        local = began + ahead[spec.panel.zone[calls["patient"][made]], (began // 1440).astype(int) + 1]
        hours.append(local // 60 % 24)
    assert hours[0].size > 30 and hours[0].min() >= 8 and hours[0].max() < 21
    assert hours[1].min() < 8


def test_911_is_never_held_for_the_nurse_who_joins() -> None:
    """While 911 comes a nurse is asked; the care manager neither holds nor leaves, whether one joins or not."""
    spec = small(SHORT)
    assert spec.outreach is not None
    urgent = replace(spec.outreach, profiles=(("monthly_quiet", 0.9), ("monthly_emergency", 0.1)))
    spec = replace(spec, outreach=urgent)
    apart, joined = (
        run(replace(spec, rules=replace(spec.rules, nurse_joins_911=joins)), 1).calls for joins in (False, True)
    )
    beside = np.flatnonzero((joined["kind"] == TRANSFER) & (joined["decided"][joined["parent"]] == 4))
    assert beside.size > 5 and {ANSWERED, ABANDONED} == set(joined["outcome"][beside].tolist())
    parent = joined["parent"][beside]
    assert (joined["hold"][parent] == 0).all() and (
        joined["talk"][parent] > joined["came"][beside] - joined["began"][parent]
    ).all()
    assert not (apart["decided"][apart["parent"][apart["kind"] == TRANSFER]] == 4).any()
    for calls in (apart, joined):
        assert calls["talk"][calls["decided"] == 4].mean() > 30


def test_an_emergency_visit_keeps_a_patient_away_and_brings_a_call_afterwards() -> None:
    """Who visits neither rings nor answers for these days, and is called after the return; without it, both go on."""
    spec = small(SHORT)
    days = replace(spec.consequences, visit_after=NOTHING, away=fixed(6 * 1440.0))
    away, stays = (run(replace(spec, consequences=each), 1).calls for each in (days, replace(days, away=NOTHING)))
    back = np.flatnonzero((away["kind"] == DISCHARGE) & (away["attempt"] == 0))
    assert back.size > 10 and away["ed"][away["parent"][back]].all()
    assert not (stays["kind"] == DISCHARGE).any()
    tried, spoken = (np.zeros(2, np.int64) for _ in range(2))
    for side, calls in enumerate((away, stays)):
        to_patient = np.isin(calls["kind"], (INBOUND, OUTREACH)) & (calls["post"] >= 0)
        for who, returns in zip(away["patient"][back].tolist(), away["came"][back].tolist(), strict=True):
            days_away = (calls["began"] > returns - 6 * 1440.0 + 60.0) & (calls["began"] < returns)
            mine = to_patient & (calls["patient"] == who) & days_away
            tried[side] += mine.sum()
            spoken[side] += (mine & (calls["outcome"] == ANSWERED)).sum()
    assert spoken[0] == 0 < tried[0]
    assert spoken[1] > 0
    assert (away["outcome"][away["kind"] == DISCHARGE] == ANSWERED).sum() > 5
