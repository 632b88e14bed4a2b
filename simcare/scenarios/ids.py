"""The published ids: one list of actions, levels, SBAR and note fields, intents, gauges and channels.

Transcripts, plays, records, the desk and exports all use these. `docs/ids.md` is this list in print, kept true by a
test.
"""

from __future__ import annotations

from typing import Any, get_args

from simcare.scenarios.intents import IntentLibrary
from simcare.scenarios.model import Channel, Gauge, Note, Sbar
from simcare.scenarios.policy import Policy


def published_ids(policy: Policy, intents: IntentLibrary) -> dict[str, Any]:
    """Return every id other programs may rely on, by kind, each with its plain-words label."""
    return {
        "levels": {name: level.name for name, level in policy.levels.items()},
        "actions": {
            name: {"label": action.label, "kind": action.kind, "level": action.level, "seconds": action.seconds}
            for name, action in policy.actions.items()
        },
        "sbar": list(Sbar.model_fields),
        "note": list(Note.model_fields),
        "channels": list(get_args(Channel)),
        "gauges": list(get_args(Gauge)),
        "verdicts": ["correct", "accepted", "under", "over", "none"],
        "intents": {
            name: {
                "label": intent.label,
                "kind": intent.kind,
                "proposes": intent.proposes,
                "seconds": policy.seconds_for(name, intent.kind),
            }
            for name, intent in intents.intents.items()
        },
    }


def ids_as_markdown(policy: Policy, intents: IntentLibrary) -> str:
    """Return the page that publishes the ids."""
    ids = published_ids(policy, intents)
    lines = [
        "# Published ids",
        "",
        "Made by `simcare ids --markdown`; a test keeps it true. Training material, not a clinical protocol.",
        "",
        f"SBAR fields: {_list(ids['sbar'])}. Note fields: {_list(ids['note'])}. Channels: {_list(ids['channels'])}. "
        f"Gauges (0 to 100): {_list(ids['gauges'])}. Verdicts: {_list(ids['verdicts'])}.",
        "",
        "## Levels",
        "",
        "| id | meaning |",
        "|---|---|",
        *(f"| `{name}` | {label} |" for name, label in ids["levels"].items()),
        "",
        "## Actions",
        "",
        "| id | label | kind | level | seconds |",
        "|---|---|---|---|---:|",
        *(
            f"| `{name}` | {a['label']} | {a['kind']} | {a['level'] or ''} | {a['seconds']} |"
            for name, a in ids["actions"].items()
        ),
        "",
        "## Intents",
        "",
        "| id | label | kind | proposes | seconds |",
        "|---|---|---|---|---:|",
        *(
            f"| `{name}` | {i['label']} | {i['kind']} | {i['proposes'] or ''} | {i['seconds']} |"
            for name, i in ids["intents"].items()
        ),
        "",
    ]
    return "\n".join(lines)


def _list(names: list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
