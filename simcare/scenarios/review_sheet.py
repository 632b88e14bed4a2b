"""The review sheet: a scenario as one page to print, so that a clinician can sign it without opening YAML.

Everything a reviewer has to judge stands on it in plain words: what the patient says in each variant, what is right and
why, each point with its source, what must not happen, and how it ends. The page holds no script and no address.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from simcare.documents import Document
from simcare.scenarios.graph import in_words
from simcare.scenarios.intents import IntentLibrary
from simcare.scenarios.model import Decision, Fact, RubricItem, Scenario
from simcare.scenarios.policy import Policy
from simcare.scenarios.signatures import lapsed_signature, reviewed_by
from simcare.scenarios.variants import merge_variant

_STYLE = """
body { font: 11pt/1.4 Georgia, serif; color: #111; background: #fff; }
body { max-width: 48rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin-bottom: 0; } h2 { font-size: 1.15rem; border-bottom: 1px solid #888; margin-top: 2rem; }
h3 { font-size: 1rem; margin-bottom: .2rem; } table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .25rem .5rem; border: 1px solid #999; }
.quiet { color: #444; font-size: .9rem; } .sign td { height: 2.6rem; } li { margin: .15rem 0; }
@media print { body { margin: 0; max-width: none; } h2, h3 { break-after: avoid; } tr, li { break-inside: avoid; } }
"""


def review_sheet(document: Document[Scenario], policy: Policy, intents: IntentLibrary) -> str:
    """Return the sheet as one HTML page that needs nothing else."""
    scenario = document.value
    title = f"{scenario.title} ({scenario.id} {scenario.version})"
    parts = [
        f"<h1>{escape(scenario.title)}</h1>",
        f'<p class="quiet">{escape(scenario.id)}, version {escape(scenario.version)}, '
        f"text {document.sha256[:16]}. {escape(_standing(document))}</p>",
        "<p><strong>Training material, not a clinical protocol.</strong> Please mark what a patient would not say, "
        "what is wrong or missing, and what you would weigh otherwise.</p>",
        *_before(scenario),
        *(part for name in scenario.variants for part in _variant(scenario, name, policy, intents)),
        *_signing(),
    ]
    head = f'<meta charset="utf-8"><title>Review: {escape(title)}</title><style>{_STYLE}</style>'
    return f'<!doctype html>\n<html lang="en"><head>{head}</head><body>\n' + "\n".join(parts) + "\n</body></html>\n"


def _standing(document: Document[Scenario]) -> str:
    lapsed = lapsed_signature(document)
    if lapsed is not None:
        return f"Changed since {lapsed} signed version {lapsed.version}."
    who = reviewed_by(document)
    return "Nobody has reviewed this text yet." if who == "unreviewed" else f"Reviewed by {who}."


def _before(scenario: Scenario) -> list[str]:
    patient = scenario.patient
    age = f"{patient.age[0]} to {patient.age[1]}" if isinstance(patient.age, tuple) else str(patient.age)
    medicines = ", ".join(m.name or (m.key or "").replace("_", " ") for m in patient.medications or ())
    facts = [
        ("Why the care manager calls", scenario.brief),
        ("The patient", f"{patient.sex}, {age}; {', '.join(c.replace('_', ' ') for c in patient.conditions)}"),
        ("Medicines", medicines or "as drawn for these conditions"),
        ("First words", f"“{scenario.opening}”"),
        ("Sources", scenario.source),
        ("Pass mark", f"{scenario.pass_mark} of 100"),
    ]
    rows = "".join(f"<tr><th>{escape(name)}</th><td>{escape(text)}</td></tr>" for name, text in facts)
    return ["<h2>Before the first question</h2>", f"<table>{rows}</table>"]


def _variant(scenario: Scenario, name: str, policy: Policy, intents: IntentLibrary) -> list[str]:
    merged = merge_variant(scenario, name)

    def told(condition: str) -> str:
        return escape(in_words(_without_flags(condition, merged), merged, policy, intents))

    return [
        f"<h2>Variant: {escape(name.replace('-', ' '))}</h2>",
        f"<p>{escape(scenario.variants[name].truth)}</p>",
        "<h3>The decision</h3>",
        *_decision(merged.decision, policy, told(merged.decision.basis or "") or "nothing"),
        "<h3>What there is to find out</h3>",
        "<ul>" + "".join(_fact(fact) for fact in merged.facts.values()) + "</ul>",
        "<h3>What is scored</h3>",
        "<table><tr><th>Points</th><th>Row</th><th>Met when</th><th>Why, and where that comes from</th></tr>"
        + "".join(_row(item, told(item.condition)) for item in merged.rubric.values())
        + "</table>",
        "<h3>How it ends</h3>",
        "<ul>"
        + "".join(
            f"<li>{'Well' if outcome.good else 'Badly'}, if {told(outcome.when or '') or 'nothing before holds'}: "
            f"{escape(outcome.text)}</li>"
            for outcome in merged.outcomes.values()
        )
        + "</ul>",
    ]


_WORD = re.compile(r"\w+\([^()]*\)|\w+")
"""A function with its ids, which is left alone, or a word, which may be a flag."""


def _without_flags(condition: str, merged: Scenario) -> str:
    """Return the condition with each flag written out, so that nobody has to look one up."""
    for _ in merged.flags:
        condition = _WORD.sub(lambda f: f"({merged.flags[f[0]]})" if f[0] in merged.flags else f[0], condition)
    return condition


def _decision(decision: Decision, policy: Policy, basis: str) -> list[str]:
    label = policy.actions[decision.expect].label if decision.expect in policy.actions else decision.expect
    also = ", ".join(policy.actions[name].label for name in decision.accept if name in policy.actions)
    limits = [
        f"by {decision.by // 60}:{decision.by % 60:02d}" if decision.by is not None else "",
        f"within {decision.within} seconds of the first red flag" if decision.within is not None else "",
    ]
    in_time = " and ".join(part for part in limits if part) or "no limit"
    late = "fails the call" if decision.late == "fail" else "earns half"
    return [
        f"<p><strong>{escape(label)}</strong> ({decision.points:g} points)"
        + (f"; accepted too: {escape(also)}" if also else "")
        + f". It rests on: {basis}. Time: {in_time}; a late one {late}.</p>",
        f'<p>{escape(decision.why)} <span class="quiet">{escape(decision.source)}</span></p>',
    ]


def _fact(fact: Fact) -> str:
    lines = "; ".join(f"“{escape(tell.say)}”" for tell in fact.tell if not tell.deflect)
    flag = f" <strong>Red flag: {escape(fact.red_flag.replace('_', ' '))}.</strong>" if fact.red_flag else ""
    return f"<li>{escape(fact.label)}: {lines or 'stands in the chart'}{flag}</li>"


def _row(item: RubricItem, condition: str) -> str:
    points = f"-{item.points:g}" if item.kind == "must_not" else f"{item.points:g}"
    fails = "<br><strong>fails the call alone</strong>" if item.critical else ""
    why = f'{escape(item.why or "")} <span class="quiet">{escape(item.source or "")}</span>'
    return f"<tr><td>{points}</td><td>{escape(item.label)}{fails}</td><td>{condition}</td><td>{why}</td></tr>"


def _signing() -> Iterable[str]:
    fields = ("Name", "Credential", "Date", "Signature", "I sign this text as it stands / with the changes marked")
    rows = "".join(f"<tr><th>{name}</th><td></td></tr>" for name in fields)
    return ["<h2>Signature</h2>", f'<table class="sign">{rows}</table>']
