"""The debrief screen: a finished call's scorecard in words, from its JSON alone, so that an old attempt reads the same.

Points and verdicts are made in `simcare.calls.scoring`; here they only get their words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from simcare.calls.call import Call
from simcare.desk.view import clock, head, line_view

PRACTICE = (
    "This is practice, not a certificate. One call says little about anyone: scores differ from case to case, "
    "so look at what to do next time."
)
COACHING = "Coaching, not points: how your words may sound on the phone."
NOTHING_TYPED = (
    "You picked every phrase from the list, so there is nothing to say about your own words. Type what you would say, "
    "and this part tells you how it may sound."
)
NOT_IN_ENGLISH = "Coaching on words knows English only; your words in this call were not looked at."
DOMAINS = {
    "gather": "Finding out",
    "communicate": "Talking with the patient",
    "decide": "Deciding",
    "act": "Acting",
    "safety": "Safety",
    "scope": "Staying in your role",
    "document": "Writing it down",
}
VERDICTS = {
    "correct": ("good", "The right level of help."),
    "accepted": ("good", "An acceptable level of help; another fits better still."),
    "under": ("bad", "Under-triage: this call needed more help than it got."),
    "over": ("fair", "Over-triage: this call needed less than it got."),
    "none": ("bad", "No decision was made."),
}


def debrief_view(call: Call, scorecard: Mapping[str, Any], *, rewind: bool = True) -> dict[str, Any]:
    """Return the debrief of a call from its scorecard as JSON; without `rewind` no move can be gone back to."""
    debrief = scorecard["debrief"]
    passed = bool(scorecard["passed"])
    rows = {row["id"]: row for row in scorecard["rows"]}
    return {
        "phase": "debrief",
        "head": head(call),
        "result": {
            "passed": passed,
            "score": str(int(scorecard["score"])),
            "headline": "You handled this call well" if passed else "Not there yet: here is what to try",
            "words": _result_words(scorecard),
        },
        "practice": PRACTICE,
        "decision": _decision(call, scorecard["decision"], debrief["basis"]),
        "critical": [_critical(rows.get(name), name) for name in scorecard["critical_missed"]],
        "groups": _groups(scorecard["rows"]),
        "never": [
            {"label": item["label"], "ask": item["ask"], "red_flag": bool(item["red_flag"])}
            for item in debrief["never_asked"]
        ],
        "truth": debrief["truth"],
        "next": debrief["outcome"],
        "take": list(debrief["next"]),
        "words": _words(debrief.get("coaching")),
        "rewind": rewind,
        "timeline": _timeline(call, debrief["timeline"], rewind),
        "coach": None,
    }


def _result_words(scorecard: Mapping[str, Any]) -> str:
    mark = scorecard["pass_mark"]
    if scorecard["passed"]:
        return f"Passed. The mark for this call is {mark}."
    return f"Not passed: {_why_not(scorecard)}. The mark for this call is {mark}."


def _why_not(scorecard: Mapping[str, Any]) -> str:
    """Say the one thing that weighs most against a call that did not pass."""
    decision = scorecard["decision"]
    right = decision["verdict"] in ("correct", "accepted")
    if right and decision["late"]:
        return "the decision was the right one, but it came too late"
    if scorecard["critical_missed"]:
        rows = {row["id"]: row for row in scorecard["rows"]}
        missed = rows.get(scorecard["critical_missed"][0])
        avoided = missed is not None and missed["kind"] == "must_not"
        return "something was said or done that must never be" if avoided else "a critical step was missed"
    if not right:
        return "the decision was not the right one"
    if not decision["basis_met"]:
        return "the decision came before what it rests on was known"
    return f"{int(scorecard['score'])} points are not enough"


def _critical(row: Mapping[str, Any] | None, name: str) -> str:
    if row is None:
        return name.replace("_", " ")
    return (
        f"This must never happen: {row['label']}" if row["kind"] == "must_not" else f"This was missing: {row['label']}"
    )


def _decision(call: Call, decision: Mapping[str, Any], basis: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    tone, verdict = VERDICTS["correct" if _as_right(decision) else decision["verdict"]]
    if tone == "good" and decision["detail"]:
        tone = "fair"
    rows = [("Expected", _label(call, decision["expected"]))]
    if decision["action"] is not None:
        rows.append(("You did", _label(call, decision["action"])))
        rows.append(("When", clock(decision["seconds"]) + (", too late" if decision["late"] else "")))
        rows += [("It rests on", _basis(part)) for part in basis]
    if decision["confidence"] is not None:
        rows.append(("How sure you were", _calibration(decision)))
    rows.append(("Points", f"{_points(decision['earned'])} of {_points(decision['points'])}"))
    return {
        "tone": tone,
        "verdict": _verdict_words(verdict, decision),
        "rows": rows,
        "why": decision["why"],
        "source": decision["source"],
    }


def _as_right(decision: Mapping[str, Any]) -> bool:
    """Tell whether another level than the expected one earned all its points: then it is simply right."""
    return decision["verdict"] == "accepted" and decision["credit"] == 1


def _verdict_words(verdict: str, decision: Mapping[str, Any]) -> str:
    return verdict if decision["verdict"] == "none" or not decision["detail"] else f"{verdict} {decision['detail']}"


def _basis(part: Mapping[str, Any]) -> str:
    if part["met"]:
        return f"{part['text']}: yes, before you decided"
    if part["known_at"] is None:
        return f"{part['text']}: never"
    return f"{part['text']}: only at {clock(part['known_at'])}, after you had decided"


def _calibration(decision: Mapping[str, Any]) -> str:
    sure = decision["confidence"]
    if decision["verdict"] in ("correct", "accepted"):
        return f"{sure}%, and it was right." + (" You can trust that feeling more." if sure <= 60 else "")
    if decision["confident_under"]:
        return f"{sure}%, and it was too little help. Sure and too low is the most dangerous kind of wrong."
    return f"{sure}%, and it was not right." + (
        " Your doubt was a good sign: ask before acting on it." if sure <= 60 else ""
    )


def _label(call: Call, action: str) -> str:
    rule = call.script.policy.actions.get(action)
    return rule.label if rule else action.replace("_", " ")


def _groups(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    groups = []
    for domain, title in DOMAINS.items():
        members = [row for row in rows if row["domain"] == domain]
        if not members:
            continue
        possible = sum(row["points"] for row in members if row["kind"] != "must_not")
        earned = sum(max(row["earned"], 0) for row in members)
        lost = -sum(min(row["earned"], 0) for row in members)
        groups.append(
            {
                "domain": domain,
                "title": title,
                "points": _sum_words(earned, possible, lost),
                "rows": [_row(row) for row in sorted(members, key=lambda row: (_good(row), -row["points"]))],
            }
        )
    return groups


def _good(row: Mapping[str, Any]) -> bool:
    return bool(row["met"]) != (row["kind"] == "must_not")


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    good = _good(row)
    avoid = row["kind"] == "must_not"
    word = ("Avoided" if good else "Happened") if avoid else ("Done" if good else "Missed")
    earned = _points(row["earned"])
    points = "" if avoid and good else earned if avoid else f"{earned} of {_points(row['points'])}"
    return {
        "id": row["id"],
        "label": row["label"],
        "met": good,
        "state": "good" if good else "bad",
        "word": word,
        "points": points,
        "critical": bool(row["critical"]),
        "detail": row.get("detail"),
        "evidence": [
            {"move": item["move"], "clock": clock(item["t"]), "quote": item["quote"]} for item in row["evidence"]
        ],
        "why": row["why"],
        "source": row["source"],
    }


def _words(coaching: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return the coaching on words; None for a call that was judged before there was any."""
    if coaching is None:
        return None
    typed, picked = coaching["typed"], coaching["picked"]
    if not typed:
        intro = NOTHING_TYPED
    elif not coaching["measures"]:
        intro = NOT_IN_ENGLISH
    else:
        intro = f"{COACHING} {_counted(typed, picked)}"
    return {
        "intro": intro,
        "measures": list(coaching["measures"]),
        "tries": [_finding(item) for item in coaching["tries"]],
        "strengths": [_finding(item) for item in coaching["strengths"]],
    }


def _counted(typed: int, picked: int) -> str:
    if not picked:
        return ""
    kept = "one phrase that you picked says" if picked == 1 else f"{picked} phrases that you picked say"
    return f"It looks at what you typed ({typed}); the {kept} nothing about your own words."


def _finding(item: Mapping[str, Any]) -> dict[str, Any]:
    return {key: item[key] for key in ("title", "move", "quote", "why", "better")} | {
        "clock": clock(item["t"]),
        "source": item["source"] + ("" if item["confidence"] == "verified" else f" ({item['confidence']})"),
    }


def _sum_words(earned: float, possible: float, lost: float) -> str:
    parts = [f"{_points(earned)} of {_points(possible)}"] if possible else []
    return ", ".join([*parts, f"{_points(lost)} taken off"] if lost else parts)


def _points(points: float) -> str:
    """Write points in whole numbers: a tenth of a point tells nobody anything."""
    return f"{points:.0f}".replace("-0", "0").replace("-", "\N{MINUS SIGN}")


def _timeline(call: Call, entries: Sequence[Mapping[str, Any]], rewind: bool) -> list[dict[str, Any]]:
    lines = []
    seen: set[int] = set()
    for number, (line, entry) in enumerate(zip(call.lines, entries, strict=True)):
        first = line.move >= 0 and line.move not in seen
        seen.add(line.move)
        shown = line_view(call, number, line)
        lines.append(
            {
                **shown,
                "first": first,
                "branch": rewind and first and line.speaker == "care_manager",
                "learned": list(entry["heard"]),
                "decision": bool(entry["decision"]),
            }
        )
    return lines
