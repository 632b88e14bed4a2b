"""Plans for tests: a small program, a textbook queue, and how they are read from text."""

from __future__ import annotations

from pathlib import Path

from simcare.planning.basis import Basis
from simcare.planning.reading import read_plan

PROGRAM = """\
simcare: 1
title: A small program
start: 2027-03-01
months: 1
patients: {count: 240, states: [TX, NJ], seed: 3}
roster:
  - team: coordinators
    people: 2
    may_be: [1, 4]
    shift: {from: "09:00", to: "17:00", breaks: [{at: "12:00", minutes: 30}]}
  - team: lpns
    people: 2
    may_be: [1, 4]
    license: lpn
    licensed: [NJ]
    shift: {from: "09:00", to: "17:00"}
  - team: nurses
    people: 2
    role: nurse
    license: rn
    shift: {from: "09:00", to: "17:00"}
    on_call: {days: [mon, tue, wed, thu, fri, sat, sun], from: "17:00", to: "09:00", overnight: true}
policy:
  open: {from: "09:00", to: "17:00"}
"""
QUEUE = """\
simcare: 1
title: A textbook queue
start: 2027-03-01
days: 28
zone: UTC
roster:
  - {team: cheap, people: 2, may_be: [0, 5], hourly_usd: 10}
  - {team: dear, people: 1, may_be: [0, 5], hourly_usd: 25, pace: 0.5}
numbers: {sick: 0, leave: 0, meetings: 0, turnover_none_yearly: 0}
streams:
  - {stream: calls, per_hour: 12, talk: {exponential: 10}, patience: {exponential: 20}}
targets:
  - {answer: service_level, at_least: 0.8}
"""


def basis_of(folder: Path, text: str, **files: str) -> Basis:
    """Return the basis of a plan's text; `files` stand beside it, by stem: profiles="..." is profiles.csv."""
    for stem, content in files.items():
        suffix = "json" if stem == "skills" else "csv"
        (folder / f"{stem}.{suffix}").write_text(content, encoding="utf-8")
    path = folder / "plan.yaml"
    path.write_text(text, encoding="utf-8")
    return read_plan(path)[1]
