"""The presenter: what the console draws, as plain JSON, from the state of a call. It decides nothing.

Every screen is one dict with `phase`; the console adds `seq`, `alert` and the like. All strings are plain text: the
JavaScript puts them on the page as text and never as markup. The debrief has a module of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from simcare.calls.call import Call, Line
from simcare.calls.debrief import name_people
from simcare.calls.moves import Do
from simcare.desk.chart import chart_sheet
from simcare.desk.phrases import phrase_groups
from simcare.desk.steps import NOTE, SURE, steps, unsure_decision
from simcare.desk.voice import has_recordings, voices
from simcare.patients import PatientConstraints
from simcare.scenarios.conditions import Compiled, compile_condition
from simcare.scenarios.model import Scenario

TRAINING = "Training material, not a clinical protocol. All patients are synthetic."
MONTH_GOAL = 20
"""Minutes of a calendar month after which the program may bill it (CMS, CPT 99490)."""

ENDED = {
    "closed": "You ended the call.",
    "hung_up": "The patient hung up.",
    "handed_over": "Others have taken over and the patient is in good hands.",
    "disconnected": "The line went dead.",
    "time_up": "The time for this call is up.",
}
SPEAKERS = {
    "care_manager": "You",
    "rn": "Triage nurse",
    "dispatcher": "911 dispatcher",
    "paramedic": "Paramedic",
    "pharmacist": "Pharmacist",
    "poison_control": "Poison Control",
    "agent": "Agent",
    "narrator": "",
}
CHANNELS = {"call": "Phone call", "text": "Text message", "email": "E-mail", "chart": "Chart message"}
_SBAR_NAMES = {"S": "Situation", "B": "Background", "A": "Assessment", "R": "Request"}


def clock(seconds: float) -> str:
    """Return seconds as m:ss."""
    whole = int(seconds)
    return f"{whole // 60}:{whole % 60:02d}"


def speaker_name(call: Call, speaker: str) -> str:
    """Return the name a line is shown under: the scenario's own word for it, the patient's name, or the role.

    A scenario may give its first voice another name: where a wife calls, her lines do not stand under her husband's.
    """
    known = call.script.scenario.persona.speakers.get(speaker)
    if known is not None:
        return name_people(call, known)
    if speaker == "patient":
        names = call.chart.placeholders()
        return names.get("formal_name") or names.get("first_name", "Patient")
    return SPEAKERS.get(speaker, speaker.replace("_", " ").capitalize())


def line_view(call: Call, number: int, line: Line) -> dict[str, Any]:
    """Return a spoken line, a done action (its brackets taken off) or a sound as the conversation shows it."""
    mine = line.speaker == "care_manager"
    act = mine and line.line_id.startswith("do_")
    side = "act" if act else "mine" if mine else "sound" if line.speaker == "narrator" else "theirs"
    return {
        "id": str(number),
        "clock": clock(line.t),
        "name": speaker_name(call, line.speaker),
        "text": line.text.strip("[]") if act else line.text,
        "side": side,
        "move": line.move,
        "channel": None if line.channel == "call" else CHANNELS.get(line.channel, line.channel),
    }


def hint(call: Call) -> str | None:
    """Return in words what a phone would let one hear: how the voice has changed since the line opened.

    Only a change is told, never where the call began: how it began may differ between variants.
    """
    start = {**call.script.policy.start_state.gauges(), **call.script.scenario.state}
    change = {gauge: call.gauges[gauge] - value for gauge, value in start.items()}
    if call.ended is not None or not call.moves:
        return None
    if change["clarity"] <= -12:
        return "The words come slower and are harder to follow than at first."
    if change["patience"] <= -25:
        return "You hear a sigh. The answers are getting short."
    if change["trust"] <= -12:
        return "The voice has turned cool."
    if change["distress"] >= 12:
        return "The voice sounds more upset than at first."
    if change["trust"] >= 12 or change["distress"] <= -15:
        return "The voice has warmed and slowed down."
    return None


def head(call: Call) -> dict[str, Any]:
    """Return what stands above every screen of a call."""
    scenario = call.script.scenario
    outbound = scenario.direction == "outbound"
    return {
        "title": scenario.title,
        "patient": call.chart.placeholders().get("formal_name", "Patient"),
        "who": who(scenario, call),
        "when": when(scenario.when),
        "dial": "Dial" if outbound else "Answer",
        "state": "On the line" if call.ended is None else "The line is closed",
        "channel": CHANNELS.get(call.channel, call.channel) + (", outbound" if outbound else ", inbound"),
    }


def who(scenario: Scenario, call: Call) -> str:
    """Return the patient in one line: name, age, place."""
    names = call.chart.placeholders()
    place = ", ".join(part for part in (names.get("city", ""), names.get("state", "")) if part)
    parts = [names.get("formal_name", ""), names.get("age", ""), place]
    return ", ".join(part for part in parts if part)


def who_listed(patient: PatientConstraints) -> str:
    """Return the patient of a call that is not drawn yet: 'A woman of 71, rural New Mexico'."""
    age = f"of {patient.age}" if isinstance(patient.age, int) else f"between {patient.age[0]} and {patient.age[1]}"
    return f"A {'woman' if patient.sex == 'female' else 'man'} {age}"


def when(stamp: str) -> str:
    """Return a scenario's `when` as people say it: 'Tuesday, March 4, 2:10 pm'."""
    moment = datetime.strptime(stamp, "%Y-%m-%d %H:%M")
    hour = moment.hour % 12 or 12
    return f"{moment:%A, %B} {moment.day}, {hour}:{moment.minute:02d} {'am' if moment.hour < 12 else 'pm'}"


def coach(call: Call) -> dict[str, Any] | None:
    """Return the hint of the guided call that holds now."""
    for item in call.script.scenario.coach:
        flags = tuple(call.script.scenario.flags.items())
        if item.when is None or _compiled(item.when, flags)(call):
            return {"id": item.id, "say": item.say, "point_at": item.point_at}
    return None


@lru_cache(maxsize=512)
def _compiled(condition: str, flags: tuple[tuple[str, str], ...]) -> Compiled:
    return compile_condition(condition, dict(flags))


def facts(call: Call) -> list[dict[str, str]]:
    """Return the facts a note can carry: what was heard or stands in the chart, with where it came from."""
    labels = {name: item.fact.label for name, item in call.script.facts.items()}
    return [
        {
            "id": name,
            "label": labels[name],
            "from": f"heard at {clock(call.heard[name])}" if name in call.heard else "from the chart",
        }
        for name in call.known
        if name in labels
    ]


def hello_view() -> dict[str, Any]:
    """Return the screen that asks for a name, once."""
    return {"phase": "hello"}


def pick_view(
    learner: str,
    calls: Iterable[Scenario],
    resume: Sequence[Mapping[str, Any]],
    tries: Mapping[str, Sequence[tuple[float, bool]]],
) -> dict[str, Any]:
    """Return the list of calls.

    `resume` are open attempts (`attempt`, `title`, `words`); `tries` are the finished ones (score, passed) by call.
    """
    return {
        "phase": "pick",
        "learner": learner,
        "resume": [dict(item) for item in resume],
        "calls": [
            {
                "id": scenario.id,
                "title": scenario.title,
                "who": who_listed(scenario.patient),
                "meta": " · ".join(
                    (
                        when(scenario.when),
                        "you call" if scenario.direction == "outbound" else "the patient calls",
                        f"up to {scenario.clock.budget // 60} minutes",
                    )
                ),
                "guided": scenario.guided,
                "tried": _tried([score for score, _ in tries.get(scenario.id, ())]),
                "passed": any(passed for _, passed in tries.get(scenario.id, ())),
                "care": "This call can be hard to hear. You may leave it at any time."
                if scenario.distressing
                else None,
            }
            for scenario in calls
        ],
    }


def _tried(scores: Sequence[float]) -> str | None:
    if not scores:
        return None
    times = "once" if len(scores) == 1 else f"{len(scores)} times"
    return f"Practiced {times}, best score {int(max(scores))}"


def brief_view(call: Call) -> dict[str, Any]:
    """Return the screen before the line opens."""
    return {
        "phase": "brief",
        "head": head(call),
        "brief": name_people(call, call.script.scenario.brief),
        "reviewed": reviewed(call.script.scenario),
        "coach": coach(call),
        **said_aloud(call),
    }


def said_aloud(call: Call) -> dict[str, Any]:
    """Return what a voice needs: the language, whether lines were recorded, and how the newest lines are said."""
    return {
        "language": call.script.scenario.persona.language,
        "recorded": has_recordings(call),
        "voices": voices(call),
    }


def reviewed(scenario: Scenario) -> str:
    """Say whether a clinician has signed this call, since a trainee takes its medicine for true."""
    if scenario.reviewed_by == "unreviewed":
        return "No clinician has reviewed this call yet."
    return f"Reviewed by {scenario.reviewed_by}."


def call_view(
    call: Call,
    *,
    chips: Mapping[str, Any] | None = None,
    proposal: str | None = None,
    real_time: bool = False,
) -> dict[str, Any]:
    """Return the open call; `chips` is an unsure clause {text, intents}, `proposal` the action that words proposed."""
    offered = steps(call)
    known = call.script.intents.intents
    every = [*offered["ladder"], *offered["routes"], *offered["tasks"], offered["next"], offered["end"]]
    asked = next((item for item in every if item and item["action"] == proposal and item["enabled"]), None)
    return {
        "phase": "call",
        "head": head(call),
        "clock": {"t": call.t, "budget": call.script.scenario.clock.budget, "real": real_time},
        "lines": [line_view(call, number, line) for number, line in enumerate(call.lines)],
        "hint": hint(call),
        **said_aloud(call),
        "chips": None
        if chips is None
        else {
            "text": chips["text"],
            "options": [{"intent": name, "say": known[name].say} for name in chips["intents"] if name in known],
        },
        "proposal": asked,
        "ask_sure": unsure_decision(call),
        "facts": facts(call),
        "coach": coach(call),
        **offered,
    }


def paused_view(call: Call) -> dict[str, Any]:
    """Return the pause: nothing of the conversation is on the page."""
    return {"phase": "paused", "words": f"{head(call)['title']}, paused at {clock(call.t)}."}


def wrap_view(call: Call) -> dict[str, Any]:
    """Return the work after the call: what may still be done, the note, the minutes."""
    offered = steps(call)
    note_seconds = call.script.policy.actions[NOTE].seconds if NOTE in call.script.policy.actions else 0
    noted = next((move.note for move in reversed(call.moves) if isinstance(move, Do) and move.note is not None), None)
    minutes = (call.t + (0 if noted else note_seconds)) // 60
    before = call.chart.minutes_this_month
    last = call.moves[-1] if call.moves else None
    told = isinstance(last, Do) and last.action not in (NOTE, SURE, "end_call")
    return {
        "phase": "wrap",
        "head": head(call),
        "words": ENDED.get(call.ended or "", "The call is over.") + " Write the note, then see how it went.",
        "lines": [line_view(call, number, line) for number, line in enumerate(call.lines)],
        **said_aloud(call),
        "answered": [
            line_view(call, number, line)
            for number, line in enumerate(call.lines)
            if told and line.move == len(call.moves) - 1
        ],
        "facts": facts(call),
        "ask_sure": unsure_decision(call),
        "note": {"done": noted is not None, "minutes": minutes},
        "month": {
            "before": before,
            "noted": (noted.minutes or 0) if noted else 0,
            "goal": MONTH_GOAL,
            "words": f"The clock counts {clock(call.t)} so far; writing the note takes about {clock(note_seconds)}. "
            f"Before this call: {before} minutes.",
        },
        "coach": coach(call),
        **offered,
    }


def left_view() -> dict[str, Any]:
    """Return the kind word after a call was left; nothing of it is scored."""
    return {
        "phase": "left",
        "words": [
            "Thank you for looking after yourself. Nothing was scored, and leaving is never held against anyone.",
            "Some calls touch something of our own. Talk with your trainer or someone close if it helps.",
            "If you are having a hard time yourself, you can call or text 988 at any hour, in the United States, for "
            "free. The people there listen.",
        ],
    }


def sheet(call: Call) -> dict[str, Any]:
    """Return what stays the same through a call: the chart, the phrases and the words of the SBAR form."""
    template = call.script.policy.sbar_template
    helps = {"S": template.S, "B": template.B, "A": template.A, "R": template.R}
    return {
        "chart": chart_sheet(call.chart),
        "phrases": phrase_groups(call.script.intents),
        "sbar": [{"key": key, "name": name, "help": _sentence(helps[key])} for key, name in _SBAR_NAMES.items()],
    }


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?")) else ".")
