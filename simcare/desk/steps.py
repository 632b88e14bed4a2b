"""What can be done in a call, as the desk shows it: the ladder, other lines, tasks, the next step, the end.

Labels, times and openings are the policy's; here stand only the words around a button and which form it opens. What an
action does to the call is the engine's business.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from simcare.calls.call import Call

URGENT = "call_911"
STAY = "stay_on_line"
END = "end_call"
NOTE = "write_note"
SURE = "state_confidence"
WITH_SBAR = frozenset({"warm_transfer_rn", "message_provider", "same_day_callback"})

_YES = {
    "educate": "Reinforce the plan",
    "message_provider": "Send the message",
    "same_day_callback": "Ask for the callback",
    "warm_transfer_rn": "Bring in the nurse",
    "call_911": "Yes, get 911 now",
    "end_call": "End the call",
}
_MORE = {
    "L0_self_care": "Teach inside the approved plan. The call itself is enough.",
    "L1_message": "The provider answers in one to two business days.",
    "L2_same_day": "A nurse or provider speaks to the patient today.",
    "L3_rn_now": "The triage nurse joins this call. You stay until the nurse has taken over.",
    "L4_911": "An ambulance now. You stay on the line.",
}
_COMMANDS = {
    "educate": "teach l0 education",
    "message_provider": "l1 doctor",
    "same_day_callback": "l2 today urgent",
    "warm_transfer_rn": "l3 rn transfer warm sbar",
    "call_911": "l4 ambulance ems emergency",
    "end_call": "hang up goodbye close",
}


def step(call: Call, action: str, allowed: Iterable[str]) -> dict[str, Any]:
    """Return one action as a button: what it is called, whether it is open, what pressing it asks for."""
    rule = call.script.policy.actions[action]
    urgent = action == URGENT
    form = None if urgent or rule.level is None else "sbar" if action in WITH_SBAR else "sure"
    return {
        "action": action,
        "label": rule.label,
        "more": _MORE.get(rule.level or "", ""),
        "level": rule.level or "",
        "enabled": action in allowed,
        "done": action in call.done,
        "urgent": urgent,
        "confirm": urgent or action == END,
        "form": form,
        "confidence": form is not None,
        "ask": rule.proposes_line or f"{rule.label}?",
        "yes": _YES.get(action, f"Yes, {rule.label[0].lower()}{rule.label[1:]}"),
        "command": _COMMANDS.get(action, ""),
    }


def steps(call: Call) -> dict[str, Any]:
    """Return all that can be done now: `ladder` from 911 down, `routes`, `tasks`, `next` and `end`.

    The ladder is always whole, closed rungs too; of the rest only what is open is offered.
    """
    policy = call.script.policy
    allowed = frozenset(call.allowed_actions())
    kinds: dict[str, list[dict[str, Any]]] = {"ladder": [], "route": [], "task": []}
    for action, rule in policy.actions.items():
        if rule.kind in kinds and (rule.kind == "ladder" or action in allowed) and action != STAY:
            kinds[rule.kind].append(step(call, action, allowed))
    kinds["ladder"].sort(key=lambda item: -policy.rank(str(item["level"])))
    return {
        "ladder": kinds["ladder"],
        "routes": kinds["route"],
        "tasks": kinds["task"],
        "next": _next(call, allowed),
        "end": step(call, END, allowed) if END in allowed else None,
    }


def _next(call: Call, allowed: frozenset[str]) -> dict[str, Any] | None:
    if STAY not in allowed or STAY not in call.script.policy.actions:
        return None
    stay = step(call, STAY, allowed)
    helper = "the paramedics have" if URGENT in call.done else "the nurse has"
    stay["label"] = "Stay a minute longer" if STAY in call.done else stay["label"]
    stay["more"] = f"stay with the patient until {helper} taken over. That ends the call: say first what must be said."
    return stay


def unsure_decision(call: Call) -> dict[str, Any] | None:
    """Return what to ask after a decision that was taken at once: 911 waits for no form, the question comes later."""
    policy = call.script.policy
    if SURE not in policy.actions or SURE in call.done or URGENT not in call.done:
        return None
    words = "Help is on its way. When you have a moment:" if call.ended is None else "One question about calling 911:"
    return {"action": SURE, "words": words}
