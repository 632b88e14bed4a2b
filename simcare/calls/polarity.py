"""How a clause is meant: asked, stated or urged; and whether it really offers the action it speaks of.

Nothing is matched to intents here. `refusal` is the guard between words and actions: it only ever takes a proposal
away, so that "I'm not going to call 911" and "should I call 911?" propose nothing. The price of a wrong no is one
chip.
"""

from __future__ import annotations

import re
from typing import Literal

Mode = Literal["asks", "urges", "states", "names"]
MODES: tuple[Mode, ...] = ("asks", "urges", "states", "names")
Refusal = Literal["negated", "asked", "conditional", "hedged", "left_to_you", "reported"]
WORTH_OFFERING: frozenset[Refusal] = frozenset(("asked", "conditional", "hedged", "left_to_you"))
"""Refusals after which the action is offered as a chip: the words may have meant it; a no or a report did not."""

_LEAD = re.compile(
    r"^(?:(?:ok|okay|so|well|and|but|now|alright|all right|oh|um|uh|hi|hello|hey|yes|yeah|then|also|just|sir|ma'am"
    r"|first|next|actually|listen|mrs?|ms|no problem|no worries|no(?=,? (?:i|we|let)\b))\b[,\s]*)+"
)
_ANSWERED_NO = re.compile(r"^(?:no )+(?=(?:i|we|let)\b)")
_TAG = re.compile(
    r"[,\s]+(?:(?:(?:is|would|will|if) (?:that|it|this)(?:'s| is| be)? |that |that's )?"
    r"(?:ok|okay|alright|all right|fine)(?: with you| by you| for you)?|right)"
    r"(?: (?:mrs?|ms|sir|ma'am|dear|honey|hon))*\s*\?*$"
)
_ASKS = re.compile(
    r"^(?:what|when|where|who|whom|why|how|which|whose|do|does|did|is|are|am|was|were|have you|have the|has|had|can"
    r"|could|would|will|may|shall|should|any|anyone|anything|anybody|got any|ever|mind if|isn't|aren't|don't you"
    r"|didn't|doesn't|won't you|can't you|wouldn't|shouldn't|in case)\b"
)
_URGES = re.compile(
    r"^(?:please|pls|tell me|tell us|give me|let me know|rate|describe|walk me|say|repeat|read|show|help me|go on"
    r"|go ahead|go |sit|stay|don't|do not|never|unlock|put|get |gather|take|try|keep|hang up|hold|call |dial|stop"
    r"|drink|eat|have a |have some|make yourself|watch|look|check|bring|leave|turn|open|lie|skip|cut|give |remember"
    r"|just )"
)
_STATES = re.compile(
    r"^(?:i|i'm|i'll|i'd|i've|we|we're|we'll|we've|you|you're|you'll|you've|it|it's|that|that's|there|there's|they"
    r"|they're|he|she|this|the|your|our|my|a|an|someone|somebody|nobody|everything|everyone|let me|let's|thank|thanks"
    r"|sorry|medicare|paramedics|help|ems|medics)\b"
)

_NOT = (
    r"(?:\b(?:not|cannot|never|nobody|no one|none|nor|neither|without|no|hardly|rather than|instead of|hold off"
    r"|holding off|skip|skipping|avoid|cancel|unnecessary|needless|overkill|refuse|against|stop the|forget|doubt"
    r"|far from|pointless|waste of)|n't)"
)
_NEGATION = re.compile(rf"{_NOT}\b")
_HARMLESS = (
    r"worry|wait|waiting|delay|delaying|hesitate|drive|move|get up|feel|feeling|sure|a nurse|a doctor|safe|normal|ok"
    r"|okay|good|making sense|make sense|yourself|like yourself|breathing|panic|be scared|be afraid|scare"
    r"|understand|have time|much time|eat|drink|take any|take anything|allowed|able to give|licensed|qualified|matter"
    r"|cost|charge|charged|fee|copay"
)
_STAYING = (
    r"|hang up|hanging up|leave|leaving|disconnect|alone|go anywhere|going anywhere|let you go|let go"
    r"|put down the phone|time"
)
_BETWEEN = (
    r"(?:\s+(?:going to|gonna|want to|want you to|need to|have to|be|you|do|let you|even|just|much|really|very|any"
    r"|on your|by))*\s+"
)
_HARMLESS_NO = re.compile(rf"{_NOT}{_BETWEEN}(?:{_HARMLESS})\b")
_HARMLESS_OR_STAYING_NO = re.compile(rf"{_NOT}{_BETWEEN}(?:{_HARMLESS}{_STAYING})\b")
_LEAVING = re.compile(r"\b(?:hang up|hanging up|leave you|leaving|disconnect|let you go|go now|get off|drop off)\b")
_AGAINST = re.compile(r"(?:\b(?:not|never|cannot|no need to|instead of|rather than|avoid)|n't)\b(?! (?:worry|you)\b)")
_STOPPING = re.compile(r"\b(?:stop|quit|hold|leave|skip|nothing|down|aside|alone)\b")
_REASON = re.compile(r"\b(?:because|since you|as you|until|till|so that)\b.*$")
_CONDITION = re.compile(
    r"\b(?:if|unless|in case|whenever|when you|should you|before (?:i|we)|after (?:i|we)|once (?:i|we)|said to"
    r"|told (?:you|me) to)\b"
)
_POLITE_IF = re.compile(
    r"\bif (?:that's|that is|it's|it is|you're|you are|you|you don't)\s*"
    r"(?:ok|okay|alright|fine|all right|agree|mind|like)\b"
)
_HEDGE = re.compile(
    r"\b(?:might|may|maybe|perhaps|could|would(?! (?:like|feel))|possibly|thinking (?:of|about)|consider|considering"
    r"|wonder|wondering|later|tomorrow|next time|next week|last (?:time|week|month|year)|wish|supposed to"
    r"|(?:was|were) (?:going|about) to|not (?:sure|certain)|too (?:early|soon)"
    r"|(?:within|in|next)(?: the)?(?: next)? (?:a|one|two|three|four|five|few|couple|\d)"
    r"(?: or (?:two|three|so)| to (?:two|three)| of)?(?: business| working)? days?)\b"
)
_DENIALS = re.compile(
    r"n't\b|\b(?:not|cannot|never|nobody|no one|none|nothing|nor|neither|without|no|hardly|doubt|hate)\b"
)
_MAYBE = re.compile(r"\b(?:maybe|perhaps|possibly|wonder|wondering|thinking (?:of|about|i)|think i should)\b")
_UNSURE = re.compile(
    r"(?:n't|\b(?:not|cannot|never|nobody|no one))(?: \w+)?"
    r" (?:say|saying|promise|guarantee|sure|certain|think|thinks|thinking|know|tell you|believe)\b"
)
_NO_DENIAL = re.compile(r"\b(?:(?:do not|don't|never|no need to|not to) (?:you )?worry|no matter|why (?:don't|not))\b")
_I_ACT = re.compile(r"\bi(?:'ll| will|'m going to| am going to|'d better| should| might| may| need to| have to)\b")
_STOPS = re.compile(
    r"\b(?:stop|quit|hold off|holding off|hold|skip|avoid|forget|leave|instead of|rather than|refuse|against|aside"
    r"|careful with|away from|cut out)\b"
)
_OPENS_WITH = re.compile(r"^(?:what|when|where|who|whom|why|how|which|whose)\b")
_THEIR_OWN = re.compile(
    r"\byou(?:'ve| have)? (?:said|say|told|mentioned|feel|felt|think|thought|want|wanted|wish|took|tried|decided|worry"
    r"|sound|blame|plan)\b|\b(?:your|the) (?:doctor|neighbor|friend|pharmacist)s? (?:said|says|told|gave)\b"
    r"|\b(?:some|other|most|lots of|a lot of) (?:people|folks)\b"
)
_DEED = (
    r"(?:called|asked|sent|dialed|phoned|rang|rung|notified|told|messaged|texted|written|wrote|talked|spoke|spoken"
    r"|transferred|connected|booked|arranged|contacted|reached|alerted|requested|scheduled|put in|let (?:\w+ )+know)"
)
_OTHERS = (
    r"(?:911|help|ambulance|ems|paramedics|medics|crew|squad|nurse|rn|doctor|driver|control|they|someone|somebody|it"
    r"|she|he|daughter|son|husband|wife|sister|brother|niece|nephew|neighbor|family)"
)
_REPORTS = re.compile(
    rf"\b(?:i|we|they|she|he|who)(?:'ve|'d| have| had)?(?: already| just| now| also| even)* {_DEED}\b"
    rf"|\b(?:has|have|had|was|were|is|are)(?: already| just| now)* been {_DEED}\b"
    rf"|\b(?:was|were|(?:is|are) (?:already|being)) {_DEED}\b|\bi'm done calling\b"
    rf"|\b{_OTHERS}(?:'s| is| are|'re)(?: \w+)? (?:on (?:the|its|their|his|her|your) way|coming|en route|almost there"
    r"|here|there|with us|on (?:the line|the phone|with us))\b"
    r"|\b(?:already|yesterday|earlier today|this morning|last (?:night|week|month)|an hour ago|minutes ago)\b"
)
"""Telling what was done or is under way: what is done is not proposed again."""
_LEFT_TO_YOU = re.compile(
    r"\byou(?:'ll| will)? (?:have to|need to|must|should|can|could|ought to|better|gotta|may(?! not)|might want to)\b"
    r"|\b(?:feel free to|free to|(?:fine|okay|all right) (?:for you )?to|up to you)\b"
    r"|\byou'd better\b|\byou(?:'re| are) (?:going to|gonna) (?:have|need) to\b|\b(?:yourself|your own)\b"
    r"|^(?:please |just |now )*(?:hang up|get off)\b|^please (?:call|dial)\b"
    r"|^(?:please |just )*(?:call|dial|ring|phone|message|tell|contact) your\b"
)


def bare(text: str) -> str:
    """Return a plain clause without a no that only answers what was said before: "No, I'm calling 911"."""
    return _ANSWERED_NO.sub("", text)


def readings(text: str) -> tuple[str, ...]:
    """Return a plain clause as it may be read: a statement first without the "is that okay?" that it only ends in."""
    stated = _TAG.sub("", text)
    if stated == text or len(stated.split()) < 2 or mode(stated) == "asks":
        return (text,)
    return (stated, text)


def mode(text: str) -> Mode:
    """Tell whether a plain (lower-case) clause asks, urges, states, or only names something ("bp at home")."""
    core = _LEAD.sub("", text.strip())
    if _TAG.search(core):
        core = _TAG.sub("", core)
    if _URGES.match(core):
        return "urges"
    if _ASKS.match(core) or core.endswith("?"):
        return "asks"
    return "states" if _STATES.match(core) else "names"


def negated(text: str, *, staying: bool = True) -> bool:
    """Tell whether a plain clause denies what it speaks of; "don't worry" and "won't wait" deny nothing.

    With `staying`, "don't hang up", "won't leave you" and "there's no time" deny nothing either.
    """
    core = _LEAD.sub("", text.strip())
    core = (_HARMLESS_OR_STAYING_NO if staying else _HARMLESS_NO).sub(" ", core)
    core = _REASON.sub("", core) or core
    return _NEGATION.search(core) is not None


def warns_against(text: str) -> bool:
    """Tell whether a plain clause speaks against what it names: "don't drive", "you shouldn't cancel"."""
    return _AGAINST.search(text) is not None


def forbids(text: str) -> bool:
    """Tell whether a plain clause denies or stops something: "don't take any more", "put the bottle down"."""
    return _NEGATION.search(text) is not None or _STOPPING.search(text) is not None


def stance(text: str) -> tuple[object, ...]:
    """Return how a plain clause stands to what it names: how often it denies, then what else turns it around.

    Two clauses of the same words and another stance mean different things: "it's your fault", "it's not your fault".
    """
    core = _LEAD.sub("", text.strip())
    asked = "" if mode(core) != "asks" else "open" if _OPENS_WITH.match(core) else "closed"
    core = _TAG.sub("", _NO_DENIAL.sub(" ", core))
    return (
        min(2, len(_DENIALS.findall(core))),
        _STOPS.search(core) is not None,
        asked,
        _CONDITION.search(_POLITE_IF.sub(" ", core)) is not None,
        _THEIR_OWN.search(core) is not None,
        _I_ACT.search(core) is not None,
        _MAYBE.search(core) is not None,
        _UNSURE.search(core) is not None,
    )


def leaves(text: str) -> bool:
    """Tell whether a plain clause speaks of hanging up or leaving without denying it."""
    return _LEAVING.search(_HARMLESS_OR_STAYING_NO.sub(" ", text)) is not None


def refusal(text: str, kind: str, *, ends: bool = False) -> Refusal | None:
    """Return why a plain clause does not propose the action it speaks of; None where it does.

    An offer may be asked and hedged ("would you like me to ..."); a staying word may be asked; a proposal may not.
    `ends` marks the proposal to end the call, which "I won't hang up" denies.
    """
    if negated(text, staying=not ends):
        return "negated"
    if kind == "support":
        return "negated" if leaves(text) else None
    if not ends and _REPORTS.search(text):
        return "reported"
    if _LEFT_TO_YOU.search(text):
        return "left_to_you"
    if kind == "offer":
        return None
    if mode(text) == "asks":
        return "asked"
    if _CONDITION.search(_POLITE_IF.sub(" ", text)):
        return "conditional"
    return "hedged" if _HEDGE.search(text) else None
