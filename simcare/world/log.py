"""What a run leaves behind: columns of calls, of blocks of duty and of episodes. KPIs are made from them elsewhere.

A row of `calls` is one thing that somebody did, or that nobody did in time: a live call, an attempt to reach a patient,
a nurse's part of a transfer, a callback attempt, a piece of coordination work, a call after a discharge. Times are in
minutes since the start.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

KINDS = ("inbound", "outreach", "transfer", "callback", "task", "discharge")
INBOUND, OUTREACH, TRANSFER, CALLBACK, TASK, DISCHARGE = range(6)
OUTCOMES = ("answered", "abandoned", "message", "voicemail", "no_answer", "waiting")
ANSWERED, ABANDONED, MESSAGE, VOICEMAIL, NO_ANSWER, WAITING = range(6)
FATES = ("none", "handled", "late", "missed", "lost")
NO_FATE, HANDLED, LATE, MISSED, LOST = range(5)
DUTIES = ("work", "on_call", "break", "meeting", "leave", "sick", "vacant", "training")
WORK, ON_CALL, BREAK, MEETING, LEAVE, SICK, VACANT, TRAINING = range(8)

CALLS: Mapping[str, tuple[str, str]] = {
    "kind": ("int8", "Index in KINDS"),
    "patient": ("int32", "Place in the panel, -1 for a call without a patient"),
    "priority": ("int8", "Index in PRIORITIES; the monthly work list is routine and yields to every other kind"),
    "stream": ("int16", "Index in spec.streams, -1 for a call that none of them made"),
    "episode": ("int32", "Row of the table of episodes that it is about, -1 for none"),
    "profile": ("int16", "Index in WorldLog.profiles (the keys); its scenario is empty where no scenario served"),
    "need": ("int8", "Rank in LADDER of what it truly needs"),
    "decided": ("int8", "Rank in LADDER of the decision, -1 where nobody spoke with the patient"),
    "parent": (
        "int32",
        "Row of the call that led to it (transfer, callback, task, discharge, redial, next attempt), -1",
    ),
    "attempt": ("int8", "Which attempt of its contact or callback, from 0"),
    "came": ("float64", "Minute at which it joined the queue: rang, was put on the list, or a nurse was asked for"),
    "due": ("float64", "Minute by which a callback, task or call after a discharge is due; NaN"),
    "began": ("float64", "Minute at which somebody took it; NaN where nobody did"),
    "talk": ("float64", "Minutes on the line, without hold; staying on for 911 included"),
    "hold": ("float64", "Minutes a care manager held the line until a nurse joined (or the patient hung up)"),
    "documentation": ("float64", "Minutes of writing afterwards"),
    "ended": ("float64", "Minute at which who took it was free again, or at which the caller hung up; NaN for waiting"),
    "post": ("int16", "Index in spec.posts of who took it, -1 for nobody"),
    "outcome": ("int8", "Index in OUTCOMES; waiting: still in the queue when the horizon came"),
    "fate": ("int8", "Index in FATES: what became of a need of L2 or more; none where there was no such need"),
    "ed": ("bool", "Whether a visit to an emergency department followed, by the luck of the call"),
}
"""Columns of `WorldLog.calls`: dtype and meaning. began - came is the wait, began + talk + hold + documentation ended.
A call that is still in hand at the horizon is logged with the end that it will have."""

BLOCKS: Mapping[str, tuple[str, str]] = {
    "post": ("int16", "Index in spec.posts"),
    "duty": ("int8", "Index in DUTIES; only work and on_call take calls"),
    "start": ("float64", "Minute"),
    "end": ("float64", "Minute"),
    "pace": ("float64", "Multiplies talk and documentation; above 1 while a new holder ramps up"),
    "busy": ("float64", "Minutes of the work that was begun in it"),
    "over": ("float64", "Minutes worked past the end to finish what was in hand"),
    "last": ("bool", "Whether the shift ends with it: there `over` is overtime, elsewhere it eats into what follows"),
}
"""Columns of `WorldLog.blocks`. Paid is all but vacant and on_call; shrinkage: break to training without those."""

EPISODES: Mapping[str, tuple[str, str]] = {
    "patient": ("int32", "Place in the panel"),
    "kind": ("int16", "Index in WorldLog.episode_kinds"),
    "began": ("float64", "Minute"),
    "severe": ("bool", "Whether it is among the severe share"),
    "calls": ("bool", "Whether the patient, or somebody with them, calls about it"),
    "accepted": ("bool", "Whether it happened at all, as the patient's facts then stood"),
    "handled": ("bool", "Whether the program handled it"),
}
"""Columns of `WorldLog.episodes`: candidates, of which those that are not accepted did not happen."""


@dataclass(frozen=True, slots=True)
class WorldLog:
    """The record of one run.

    Attributes:
        seed: Seed of the plan.
        replication: Which replication.
        on: First day; minute 0 is its 00:00 UTC.
        days: Horizon.
        calls: Columns by the names of CALLS, one length.
        blocks: Columns by the names of BLOCKS.
        episodes: Columns by the names of EPISODES.
        left: Minute at which each patient of the panel leaves the program, infinite for never.
        leavers: Who of the staff leaves, as (index in spec.posts, minute).
        profiles: Keys of profiles.
        episode_kinds: Kinds of episodes.
    """

    seed: int
    replication: int
    on: date
    days: float
    calls: Mapping[str, NDArray[Any]]
    blocks: Mapping[str, NDArray[Any]]
    episodes: Mapping[str, NDArray[Any]]
    left: NDArray[np.float64]
    leavers: tuple[tuple[int, float], ...]
    profiles: tuple[str, ...]
    episode_kinds: tuple[str, ...]

    def frame(self) -> pd.DataFrame:
        """Return the calls as a frame."""
        return pd.DataFrame(dict(self.calls))

    def events(self) -> pd.DataFrame:
        """Return the event log in vidigi's columns: entity_id, event_type, event, time, run_number, resource_id.

        Each call arrives and departs; between them it waits in a queue named after its kind and is served by a post.
        """
        calls = self.calls
        entity = np.arange(calls["kind"].size)
        kind = np.array(KINDS)[calls["kind"]]
        ended = np.where(np.isnan(calls["ended"]), self.days * 1440.0, calls["ended"])
        served = calls["post"] >= 0
        parts = [
            (entity, "arrival_departure", "arrival", calls["came"], None),
            (entity, "queue", np.char.add("wait_", kind), calls["came"], None),
            (entity[served], "resource_use", kind[served], calls["began"][served], calls["post"][served]),
            (entity[served], "resource_use_end", kind[served], calls["ended"][served], calls["post"][served]),
            (entity, "arrival_departure", "depart", ended, None),
        ]
        frames = [
            pd.DataFrame({"entity_id": who, "event_type": of, "event": what, "time": time, "resource_id": post})
            for who, of, what, time, post in parts
        ]
        log = pd.concat([each.astype({"resource_id": "Int64"}) for each in frames], ignore_index=True)
        log.insert(4, "run_number", self.replication)
        return log.sort_values(["entity_id", "time"], kind="stable", ignore_index=True)
