"""Open against closed questions, told from their words.

An open question invites a story; a closed one can be answered with yes, no or a short fact such as a date or a number.
Both have their place. What is no question is neither.
"""

from __future__ import annotations

import re
from typing import Literal

QuestionKind = Literal["open", "closed"]

_LEAD = re.compile(
    r"^(?:(?:and|so|but|ok|okay|all right|alright|well|now|then|also|um|uh|yes|yeah|right|great|thanks|thank you|please"
    r"|pls|sorry|first|next|lastly|finally|good|i see|hello|hi|one more thing|just|if you don't mind|before we start"
    r"|before that)\b[ ,.:]*"
    r"|(?:mr|mrs|ms|miss|dr)\b\.? [a-z'-]+[ ,]*|(?:ma'am|sir)\b[ ,]*)+"
)
_ASK_TO_TELL = re.compile(
    r"^(?:(?:can|could|would|will) you (?:please |just |maybe |also )*|please |i'd like you to |i want you to "
    r"|would you mind )?"
    r"(?:tell(?:ing)? me|tell(?:ing)? us|let me know|share(?: with me)?|say) ?(?P<what>.*)"
)
_OPEN_VERB = re.compile(
    r"^(?:(?:can|could|would|will) you (?:please |just |maybe )*|please )?"
    r"(?:describe|explain|walk (?:me|us) through|talk (?:me|us) through|talk to me about|help me (?:to )?understand"
    r"|say (?:a (?:little|bit) )?more|give me an idea|take me through|paint me a picture)\b"
)
_SHORT_HOW = re.compile(
    r"^how (?:many|much|long|often|old|high|low|far|bad|soon|big|fast|heavy|tall|late|early|severe|strong|likely|recent"
    r"|recently|close|well|sure)\b"
)
_NOT_ASKED_HOW = re.compile(r"^how (?:kind|awful|hard|wonderful|nice|terrible|frustrating|scary|sad|lovely)\b")
_FACTS = (
    r"time|day|date|month|year|number|numbers|kind|color|colour|pharmacy|address|dose|strength|size|street|city|town"
    r"|county|state|phone|medicine|medicines|medication|medications|pill|pills|drug|drugs|insurance|name|names|level"
    r"|side|room|floor|apartment|zip|brand|doctor|clinic|hospital|store|unit|lab|label|birthday|birthdate|pulse"
    r"|temperature|weight|pressure|reading|readings|sugar|oxygen|age|height|score|email|grade|type|day of the week"
    r"|percent|amount|bottle|bottles|part"
)
_SHORT_WHAT = re.compile(
    rf"^what(?:'s|s| is| was| are| were)? (?:(?:your|the|his|her|their|its|that|this|a|last|full|home|current|first"
    rf"|exact|street|correct|phone|cell|best|date of|name of|most recent|blood|next|other|usual)\s)*(?:{_FACTS})\b"
    r"|^what (?:does|do) (?:it|they|the [a-z]+|that) say"
)
_CLOSED_LEAD = re.compile(
    r"^(?:when|where|who|whom|whose|which|is|isn't|are|aren't|am|was|wasn't|were|weren't|do|don't|does|doesn't|did|didn't|have"
    r"|haven't|has|hasn't|had|can|can't|could|couldn't|would|wouldn't|will|won't|should|may|might|any|anyone|anything|anybody|got"
    r"|since when|at what|for how long|on which|in which|on what day|by when|on a scale)\b"
)
_ASKED_WITHOUT_MARK = re.compile(
    r"^(?:(?:do|does|did|is|are|was|were|have|has|had|can|could|would|will|should|may) (?:you|they|he|she|we|anyone"
    r"|anybody|someone|somebody|there|your|any|his|her)\b|(?:is|was|does|did|has|will) (?:it|that|this|the)\b"
    r"|(?:when|where|who) (?:did|do|does|is|are|was|were|will|can|have|has)\b|(?:which|whose) (?!is)"
    r"|any (?!time|way)|on a scale)"
)
_IDLE_WHAT = re.compile(r"^what (?:a|an) ")
_CLAUSE = re.compile(r"^(?:what|how) (?:i|you|we|he|she|they|it|that|this|the)\b")
_ON_CONDITION = re.compile(
    r"^(?:when|where|if|while|after|before|once|since) (?:i|you|it|the|this|that|your|he|she|they|we)\b"
)
_LATER = re.compile(r"[,;:] (?P<rest>(?:how|what|why|when|where|who|which|do|does|did|is|are|have|has|can|could)\b.*)$")


def question_kind(sentence: str) -> QuestionKind | None:
    """Return what kind of question one sentence is, None where it asks nothing."""
    words = " ".join(sentence.lower().replace("’", "'").split())
    asks = words.rstrip("\"')").endswith("?")
    words = _LEAD.sub("", words.strip(" ?!.\"'"))
    return _kind(words, asks) if words else None


def _kind(words: str, asks: bool) -> QuestionKind | None:
    told = _ASK_TO_TELL.match(words)
    if "in your own words" in words or _OPEN_VERB.match(words):
        return "open"
    if told is not None:
        return _told(told["what"])
    later = _LATER.search(words)
    if later is not None and _ON_CONDITION.match(words):
        return _kind(later["rest"], asks)
    if not asks and _CLAUSE.match(words):
        return None
    if words.startswith("how"):
        return None if _NOT_ASKED_HOW.match(words) else "closed" if _SHORT_HOW.match(words) else "open"
    if words.startswith("what"):
        return None if _IDLE_WHAT.match(words) else "closed" if _SHORT_WHAT.match(words) else "open"
    if words.startswith("why "):
        return "open"
    if asks and later is not None and not _CLOSED_LEAD.match(words):
        return _kind(later["rest"], True)
    return "closed" if asks or _ASKED_WITHOUT_MARK.match(words) else None


def _told(what: str) -> QuestionKind | None:
    """Return the kind of "tell me ...": about a thing is open, a name, a date or "if" is closed."""
    what = re.sub(r"^(?:a (?:little|bit) |some |please |again |exactly )+", "", what)
    if re.match(
        r"(?:bit )?(?:more|about|everything|anything|all|(?:your|the) story|the plan|back|how (?:it|you|things)|why)\b",
        what,
    ):
        return "open"
    if re.match(r"(?:how|what)\b", what):
        return _kind(what, True)
    if re.match(r"(?:if|whether|when|where|who|which|your|the|his|her|yes|one|that|a)\b", what):
        return "closed"
    return None
