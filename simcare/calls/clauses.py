"""Where a typed line may be cut into clauses; only the surface of English is looked at.

A full stop, a question mark or a new line always cuts, but never inside "Mr. Boyd". A comma, "and", "but" or a run-
on "... I'm ..." only offers a cut: the listener takes it where both sides mean something of their own.
"""

from __future__ import annotations

import re

_END = re.compile(r"[.!?;…]+(?=[\s\"'’)]|$)|\n+")
_ADDRESS = re.compile(r",\s*(?:honey|hon|dear|sweetie|sweetheart|love|ma'?am|sir)(?=\s*[.!?;…]*$)", re.IGNORECASE)
"""How somebody is addressed at the end of a sentence; "honey" there is nothing to eat."""
_TITLE = re.compile(r"\b(?:mr|mrs|ms|dr|st|apt|jr|sr|prof|vs|a\.m|p\.m|e\.g|i\.e|[a-z])$", re.IGNORECASE)

_ASKS = (
    r"(?:what|when|where|who|why|how|which|whose)(?:'s)?\b(?! (?:you|i|it|we|they|he|she|the|your|to|that)\b)"
    r"|(?:do|does|did|is|are|was|were|have|has|can|could|would|will|may|should|any|anyone|anything|got)\b"
)
_STATES = (
    r"(?:i|we|you|it|that|there|they|he|she|someone|somebody|nobody)(?:'(?:m|ll|re|ve|d|s)|m|ll|ve)?\b"
    r"|(?:im|ill|ive|lets?|let's|the nurse|a nurse|our nurse|help|paramedics|ems|an ambulance|the ambulance)\b"
)
_URGES = (
    r"(?:please|pls|stay|don'?t|do not|never|tell|sit|lie|unlock|go|keep|take|thanks?|sorry|hang|hold|call|calling"
    r"|bringing|getting|transferring|sending|connecting|staying|keeping|putting|put|get|gather|open|try|remember|repeat|read|grab)\b"
)
_START = rf"(?={_ASKS}|{_STATES}|{_URGES})"
_JOINT = re.compile(
    rf"\s*[,:]\s*(?:(?:and|but|so|then|or|now|also|because|since)\s+)*{_START}"
    r"|\s*,?\s+(?:and|but|so)\s+(?=if\b)"
    rf"|\s+(?:-+|–|—)\s+"
    rf"|\s+(?:and then|and|but|then|because|while)\s+{_START}"
    rf"|\s+so\s+(?=(?:i'?m|i'?ll|i am|i will|i want|let me|we'?re|we'?ll|{_URGES}))",
    re.IGNORECASE,
)
_SECOND = re.compile(
    r"\s*,?\s+(?:and|or)\s+(?=(?:(?:at|from|in|on|to) )?(?:what|when|where|who|which|how|why)\b)", re.IGNORECASE
)
_IF_WITHIN = re.compile(
    r"\b(?:if|unless|in case|whenever|should) (?:you|it|the|that|your|things|anything)\b", re.IGNORECASE
)
_GOES_ON = re.compile(r"^(?:or |and )?(?:you|it|the|your|there|call|dial|go)\b", re.IGNORECASE)
_ONE_QUESTION = re.compile(r"^(?:and |so |ok(?:ay)? )*do you know\b", re.IGNORECASE)
"""What they know is one question, however many things it names: "Do you know what day it is, and where you are?"."""
_RUN_ON = re.compile(
    r"(?<![,:])\s+(?=(?:i'?m|i am|i'?ll|i will|let me|we'?re|we are|we'?ll|we will|stay with me|stay on)\b)"
    r"|(?:(?<=911)|(?<=nurse)|(?<=ambulance)|(?<=paramedics)|(?<= now))\s+"
    r"(?=(?:don'?t|do not|please|stay|keep|lie|sit|unlock|put)\b)",
    re.IGNORECASE,
)
_LEADS_ON = frozenset(
    "that if because when while think mean sure know so and but as where what until till before after see hope say tell"
    " like than who how once unless whether i we you to please just can can't cant cannot will won't wont not going"
    " should could would must may might let be am is are do don't dont".split()
)
_IF = re.compile(
    r"^(?:and |but |so |then |ok |okay )*(?:if|unless|in case|when|whenever|before|after|once|until)\b", re.IGNORECASE
)
_QUESTION = re.compile(rf"^(?:{_ASKS})", re.IGNORECASE)
_BEGUN = re.compile(rf"^(?:ok(?:ay)?|yes|no|and|but|so|now|{_ASKS}|{_STATES}|{_URGES})", re.IGNORECASE)
_DIAL = re.compile(r"^(?:then )?(?:you )?(?:call|dial|ring) 911\b", re.IGNORECASE)
_IDIOM = re.compile(r"\b(?:go ahead|go|try|come) and (?=\w)", re.IGNORECASE)
_LIST = re.compile(
    r"^(?P<lead>(?:and |so |ok(?:ay)? |also )*(?:(?:do you have|have you had|are you having|is there|had|having|got|did"
    r" you have) )?any )(?P<rest>.+)$",
    re.IGNORECASE,
)
_ITEM = re.compile(r"\s*,\s*(?:(?:or|and)\s+)?(?:any\s+)?|\s+(?:or|and)\s+(?:any\s+)?|\s*/\s*", re.IGNORECASE)
_ONLY_TAG = re.compile(
    r"^(?:and |so )?(?:(?:is|would|will) (?:that|it|this)(?:'s| be)? )?(?:ok|okay|alright|all right|fine)"
    r"(?: (?:with|by|for) you)?(?:,? (?:sir|ma'am|dear|honey|hon|(?:mrs?|ms)\b.{0,20}))?[\s?.!]*$",
    re.IGNORECASE,
)
"""What only asks whether the words before it are all right."""
_WORD = re.compile(r"[\w'’]+")


def sentences(text: str) -> tuple[str, ...]:
    """Cut a line at its sentence ends, and leave out how somebody is addressed there.

    A title's full stop is no end, and a piece without a word is dropped. "Is that okay?" alone is no sentence: it stays
    with what it asks about.
    """
    pieces = []
    start = 0
    for end in _END.finditer(text):
        if end.group() == "." and _TITLE.search(text[start : end.start()]):
            continue
        pieces.append(text[start : end.end()].strip())
        start = end.end()
    pieces.append(text[start:].strip())
    return tuple(_with_tags([_ADDRESS.sub("", piece) for piece in pieces if _WORD.search(piece)]))


def offers(sentence: str) -> tuple[str, ...]:
    """Cut a sentence where a second clause seems to begin; one piece where none does.

    A piece of one word ("Hi", "Okay") stays with what follows.
    """
    sentence = _IDIOM.sub(lambda found: found.group().replace(" and ", " "), sentence)
    pieces = [part for piece in _joined(_cut(sentence, _JOINT)) for part in _run_on(piece)]
    return tuple(part for piece in _with_conditions(_with_tags(pieces)) for part in _questions(piece))


def listed(sentence: str) -> tuple[str, ...]:
    """Spell out "any fever, falls or chest pain?" as one question an item; one piece where it is no such list."""
    found = _LIST.match(sentence.strip())
    if found is None:
        return (sentence,)
    items = [item.strip(" ?.") for item in _ITEM.split(found["rest"])]
    items = [item for item in items if item]
    if len(items) < 2 or any(len(_WORD.findall(item)) > 6 for item in items):
        return (sentence,)
    return tuple(f"any {item}?" for item in items)


def _cut(text: str, where: re.Pattern[str]) -> list[str]:
    pieces = []
    start = 0
    for joint in where.finditer(text):
        pieces.append(text[start : joint.start()].strip())
        start = joint.end()
    pieces.append(text[start:].strip())
    return [piece for piece in pieces if piece]


def _joined(pieces: list[str]) -> list[str]:
    whole: list[str] = []
    carry = ""
    for piece in pieces:
        carry = f"{carry}, {piece}" if carry else piece
        if len(_WORD.findall(piece)) > 1:
            whole.append(carry)
            carry = ""
    if carry:
        whole = [*whole[:-1], f"{whole[-1]}, {carry}"] if whole else [carry]
    return whole


def _with_tags(pieces: list[str]) -> list[str]:
    kept: list[str] = []
    for piece in pieces:
        if kept and _ONLY_TAG.match(piece):
            kept[-1] = f"{kept[-1].rstrip('.')}, {piece}"
        else:
            kept.append(piece)
    return kept


def _with_conditions(pieces: list[str]) -> list[str]:
    """Keep "if it gets worse" with what it is a condition of, "chest pain" with "call 911"; a question stands alone."""
    kept: list[str] = []
    for piece in pieces:
        within = kept and _IF_WITHIN.search(kept[-1]) and _GOES_ON.match(piece)
        named = kept and _DIAL.match(piece) and not _BEGUN.match(kept[-1])
        if kept and (within or named or _IF.match(kept[-1])) and not _QUESTION.match(piece):
            kept[-1] = f"{kept[-1]}, {piece}"
        else:
            kept.append(piece)
    return kept


def _questions(piece: str) -> list[str]:
    """Cut where a second question is only named: "your name and date of birth, and where you are right now"."""
    return [piece] if _ONE_QUESTION.match(piece) else _cut(piece, _SECOND)


def _run_on(piece: str) -> list[str]:
    pieces = []
    start = 0
    for joint in _RUN_ON.finditer(piece):
        before = _WORD.findall(piece[start : joint.start()].lower())
        if len(before) >= 2 and before[-1] not in _LEADS_ON:
            pieces.append(piece[start : joint.start()].strip())
            start = joint.end()
    return [*pieces, piece[start:].strip()]
