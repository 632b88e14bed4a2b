"""The presenter of the bench: what the page draws, as plain JSON, from the state of the bench. It decides nothing.

All strings are plain text: the JavaScript puts them on the page as text and never as markup, and shows the pictures as
pictures.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from simcare.calls.opening import open_call
from simcare.calls.timeline import describe as describe_timeline
from simcare.calls.timeline import draw_timeline, timeline_of
from simcare.calls.transcripts import play_moves
from simcare.desk.bench import shelf
from simcare.desk.bench.author import Bench
from simcare.desk.bench.points import places, sums
from simcare.desk.bench.results import sentences, table
from simcare.documents import Problem, SimcareError
from simcare.scenarios.graph import fact_graph
from simcare.scenarios.graph_drawing import draw_graph
from simcare.scenarios.model import Scenario
from simcare.scenarios.starting import template_ids

TRAINING = "Training material, not a clinical protocol. No real patient, not even a changed one."
LAST_CALL = "last"


def screen(bench: Bench) -> dict[str, Any]:
    """Return the view to draw now, all but the text, the call and the picture."""
    drawn = _edit(bench) if bench.draft is not None else _pick(bench)
    return {
        **drawn,
        "answered": bench.answered,
        "alert": bench.alert,
        "status": bench.status,
        "training": TRAINING,
    }


def text(bench: Bench) -> dict[str, Any]:
    """Return the text with its version; it changes only when the bench changes it."""
    return {"version": bench.version, "text": bench.draft.text if bench.draft is not None else ""}


def call(bench: Bench) -> dict[str, Any]:
    """Return what the call console shows, empty while no call is played."""
    return {} if bench.desk is None else {"view": bench.desk.screen(), "sheet": bench.desk.sheet()}


def picture(bench: Bench) -> dict[str, Any]:
    """Return the picture that is looked at: its SVG, what it shows in words, and the places it speaks of.

    `picture` of the bench is `graph:VARIANT`, `play:NAME` or `last` for the call played last.
    """
    scenario = bench.scenario
    if scenario is None or bench.panel != "picture":
        return {}
    kind, _, name = (bench.picture or f"graph:{next(iter(scenario.variants))}").partition(":")
    try:
        if kind == "graph" and name in scenario.variants:
            return _graph(bench, scenario, name)
        played = bench.call
        if kind == "play" and name in scenario.plays:
            play = scenario.plays[name]
            played = play_moves(open_call(scenario, play.variant, play.seed), play)
        elif kind != LAST_CALL:
            played = None
        if played is None:
            return {"problem": "There is nothing to draw here any more; choose another picture."}
        line = timeline_of(played)
        return {
            "id": f"{kind}:{name}",
            "name": line.title,
            "svg": draw_timeline(line),
            "words": describe_timeline(line),
        }
    except SimcareError as error:
        return {"problem": f"This cannot be drawn: {error}."}


def _pick(bench: Bench) -> dict[str, Any]:
    items = shelf.items()
    return {
        "phase": "pick",
        "drafts": [{"key": draft.key, "name": draft.name, "words": _when(draft.at)} for draft in bench.drafts.all()],
        "calls": [
            {
                "id": item.id,
                "title": item.title,
                "own": item.own,
                "words": f"{item.id}, in {item.file.parent}" if item.own else f"{item.id}, comes with simcare",
            }
            for item in items
        ],
        "templates": [{"id": name, "label": f"A whole small call ({name})"} for name in template_ids()],
    }


def _edit(bench: Bench) -> dict[str, Any]:
    draft = bench.draft
    assert draft is not None
    file = Path(draft.file) if draft.file else None
    scenario = bench.scenario
    own = shelf.may_be_saved(file)
    return {
        "phase": "edit",
        "draft": {"key": draft.key, "name": draft.name, "file": draft.file, "base": draft.base},
        "title": bench.document.value.title if bench.document else draft.name,
        "where": _where(file, own),
        "unsaved": bench.unsaved,
        "disk": _disk(file, draft.base) if own and file is not None else None,
        "edit": bench.edit,
        "problems": [_problem(problem) for problem in bench.problems],
        "playable": scenario is not None,
        "variants": [{"id": name, "truth": each.truth} for name, each in scenario.variants.items()] if scenario else [],
        "pictures": _pictures(bench, scenario),
        "played": _played(bench),
        "points": _points(scenario) if scenario else None,
        "rehearsal": _rehearsal(bench, scenario),
        "saving": _saving(bench) if bench.saving else None,
        "conflict": {"words": str(bench.conflict) + ".", "file": str(bench.conflict.file)} if bench.conflict else None,
    }


def _where(file: Path | None, own: bool) -> str:
    if file is None:
        return "Not saved in a file yet; kept as a draft while you type."
    return f"File {file}" if own else "Comes with simcare: saving asks for a folder of your own."


def _disk(file: Path, base: str | None) -> str | None:
    if not file.exists():
        return f"{file.name} is gone from the disk. Save to write it again."
    if shelf.has_changed(file, base):
        return f"{file.name} was changed on the disk since you opened it. When you save, you choose whose text stays."
    return None


def _problem(problem: Problem) -> dict[str, Any]:
    words = f"{problem.fact[:1].upper()}{problem.fact[1:]}. {problem.remedy[:1].upper()}{problem.remedy[1:]}."
    return {
        "line": problem.line,
        "column": problem.column,
        "code": problem.code,
        "words": words.replace("?.", "?"),
        "warning": problem.severity == "warning",
    }


def _pictures(bench: Bench, scenario: Scenario | None) -> list[dict[str, str]]:
    if scenario is None:
        return []
    found = [{"id": f"graph:{name}", "label": f"What leads to what, in {name}"} for name in scenario.variants]
    found += [{"id": f"play:{name}", "label": f"Timeline of the play {name}"} for name in scenario.plays]
    if bench.call is not None:
        found.append({"id": f"{LAST_CALL}:", "label": "Timeline of the call you played last"})
    return found


def _played(bench: Bench) -> dict[str, Any] | None:
    if bench.call is None:
        return None
    taken = bench.scenario.plays if bench.scenario else {}
    name = next(f"play-{nth}" for nth in range(1, len(taken) + 2) if f"play-{nth}" not in taken)
    over = bench.call.ended is not None
    return {"variant": bench.call.script.variant, "moves": len(bench.call.moves), "over": over, "name": name}


def _points(scenario: Scenario) -> dict[str, Any]:
    return {
        "rows": [
            {
                "path": list(place.path),
                "label": place.label,
                "kind": place.kind,
                "variant": place.variant,
                "points": place.points,
                "critical": place.critical,
            }
            for place in places(scenario)
        ],
        "sums": [{"variant": name, "sum": total} for name, total in sums(scenario).items()],
        "pass_mark": scenario.pass_mark,
    }


def _rehearsal(bench: Bench, scenario: Scenario | None) -> dict[str, Any]:
    rehearsing = bench.rehearsing
    if rehearsing is None:
        return {"state": "none"}
    running = rehearsing.running
    done = len(rehearsing.runs)
    over = f"{done} of {rehearsing.total} done" if done < rehearsing.total else f"All {done} done"
    state = "running" if running else "failed" if rehearsing.failed else "stopped" if rehearsing.stopped else "done"
    shown = scenario is not None
    return {
        "state": state,
        "done": done,
        "total": rehearsing.total,
        "words": rehearsing.failed or (f"Stopped: {over}." if state == "stopped" else f"{over}."),
        "variants": list(scenario.variants) if scenario is not None else [],
        "table": table(scenario, bench.results, bench.before) if scenario is not None else [],
        "findings": sentences(scenario, bench.results) if shown and scenario is not None and state == "done" else [],
    }


def _saving(bench: Bench) -> dict[str, Any]:
    assert bench.draft is not None
    name = bench.document.value.id if bench.document else bench.draft.name
    words = "The calls that come with simcare are not changed. Choose a folder of your own for this one."
    return {"file": f"{name}.yaml", "words": words, "folders": [str(folder) for folder in shelf.own_folders()]}


def _graph(bench: Bench, scenario: Scenario, variant: str) -> dict[str, Any]:
    graph = fact_graph(scenario, variant)
    document = bench.document
    assert document is not None
    spots = [
        {"label": spot.label, "kind": spot.kind, "line": document.position(*spot.place)[0]}
        for spot in graph.of_kind("fact", "decision", "row")
    ]
    words = f"{len(graph.of_kind('fact'))} facts and {len(graph.of_kind('row'))} rows; the list below leads to each."
    name = f"Fact graph, variant {variant}"
    return {"id": f"graph:{variant}", "name": name, "svg": draw_graph(graph), "words": words, "spots": spots}


def _when(stamp: str) -> str:
    try:
        moment = datetime.fromisoformat(stamp)
    except ValueError:
        return "Changed, not saved"
    return f"Changed {moment:%B} {moment.day} at {moment:%H:%M}, not saved"
