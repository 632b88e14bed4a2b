"""Coaching on words: how what was typed in a call sounds, with the words as evidence and a better way to say them.

It never changes a score. A rubric judges what was meant, by intents, which picked phrases and rehearsed calls have too.
Words are there only where somebody typed, so the players that prove a call can be passed could never meet a condition
on words. Phrases that were picked are nobody's own words and get no coaching. Of interruptions only those that words
make are known: in a call nobody can talk over anybody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from simcare.calls.call import CARE_MANAGER, Call
from simcare.calls.clauses import sentences
from simcare.calls.coaching_words import Kind, Spotted, coaching_words, match
from simcare.calls.moves import Say
from simcare.calls.questions import question_kind
from simcare.scenarios.reading_level import HIGHEST_GRADE, reading_grade, words

FROM_WORDS: tuple[Spotted, ...] = ("judgmental", "reassurance", "interruption", "leading", "weak_check")
ENOUGH_QUESTIONS = 4
FEW_OPEN = 0.2
ENOUGH_WORDS = 40
"""Words from which the grade of a call says something."""
LONG_SENTENCE = 10
MOST_OF_A_KIND = 2
MOST_FINDINGS = 8
LONGEST_QUOTE = 160
_DENIES = re.compile(r"(?:\bnot|n't|\bno|\bnever|\bnothing)\b[^,]*$")


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about the words of one move: the words, why it matters, and a better way (None for a strength)."""

    kind: Kind
    title: str
    move: int
    t: int
    quote: str
    why: str
    better: str | None
    source: str
    confidence: str


@dataclass(frozen=True, slots=True)
class Coaching:
    """The coaching on one call; `typed` and `picked` count the things said in own words and from the list."""

    typed: int
    picked: int
    measures: tuple[str, ...]
    strengths: tuple[Finding, ...]
    tries: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Said:
    """One sentence in the care manager's own words; `urgent` once a red flag was heard."""

    text: str
    move: int
    t: int
    intent: str
    kind: str
    urgent: bool


def coach_on(call: Call) -> Coaching:
    """Return the coaching on what was typed in a call; where nothing was, or not in English, it has only the counts."""
    typed = {number for number, move in enumerate(call.moves) if isinstance(move, Say) and move.text}
    picked = sum(isinstance(move, Say) for move in call.moves) - len(typed)
    if not typed or call.script.scenario.persona.language != "en":
        return Coaching(len(typed), picked, (), (), ())
    said = tuple(_said(call, typed))
    found = [*_phrases(said), *_questions(said), *_reflections(call, said), *_teach_back(call, said)]
    found += [*_permission(call, said), *_jargon(call, said), *_grade(call, said)]
    tries = _few(item for item in found if item.better is not None)
    return Coaching(
        typed=len(typed),
        picked=picked,
        measures=tuple(_measures(call, said)),
        strengths=_few(item for item in found if item.better is None),
        tries=tries,
    )


def _said(call: Call, typed: set[int]) -> Iterator[_Said]:
    urgent_from = call.first_red_flag
    for line in call.lines:
        move = call.moves[line.move] if line.move in typed and line.speaker == CARE_MANAGER else None
        if not isinstance(move, Say):
            continue
        intent = move.intent or ""
        kind = call.script.intents.intents[intent].kind if intent else ""
        urgent = urgent_from is not None and line.t > urgent_from
        for sentence in sentences(line.text):
            yield _Said(sentence, line.move, line.t, intent, kind, urgent)


def _few(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the first of each kind, in the order of importance, and few enough to read."""
    kept: list[Finding] = []
    for item in found:
        same = [other for other in kept if other.kind == item.kind]
        if len(same) < MOST_OF_A_KIND and all(other.move != item.move for other in same):
            kept.append(item)
    return tuple(kept[:MOST_FINDINGS])


def _finding(kind: Kind, said: _Said, better: str | None = None, *, title: str | None = None) -> Finding:
    about = coaching_words().kinds[kind]
    source = coaching_words().sources[about.source]
    quote = said.text if len(said.text) <= LONGEST_QUOTE else said.text[: LONGEST_QUOTE - 3].rstrip() + "..."
    return Finding(
        kind=kind,
        title=title or about.title,
        move=said.move,
        t=said.t,
        quote=quote,
        why=about.why,
        better=better or about.better,
        source=source.words,
        confidence=source.confidence,
    )


# -- what is found -----------------------------------------------------------------------------------------------------


def _phrases(said: Iterable[_Said]) -> Iterator[Finding]:
    spotted: list[tuple[int, Finding]] = []
    for sentence in said:
        for rank, kind in enumerate(FROM_WORDS):
            group = None if kind == "weak_check" and sentence.urgent else match(sentence.text, kind)
            if group is not None:
                spotted.append((rank, _finding(kind, sentence, group.better)))
    yield from (item for _, item in sorted(spotted, key=lambda pair: pair[0]))


def _asked(said: Iterable[_Said]) -> list[tuple[_Said, str]]:
    """Return the questions that find something out, with their kind; small talk and permission are not among them."""
    kinds = ((sentence, question_kind(sentence.text)) for sentence in said if sentence.kind in ("ask", ""))
    return [(sentence, kind) for sentence, kind in kinds if kind is not None]


def _faulted(sentence: _Said) -> bool:
    return any(match(sentence.text, kind) for kind in FROM_WORDS)


def _questions(said: Iterable[_Said]) -> Iterator[Finding]:
    asked = _asked(said)
    opened = [sentence for sentence, kind in asked if kind == "open" and not _faulted(sentence)]
    if opened:
        yield _finding("open", opened[0])
    calm = [(sentence, kind) for sentence, kind in asked if not sentence.urgent]
    closed = [sentence for sentence, kind in calm if kind == "closed"]
    if len(calm) >= ENOUGH_QUESTIONS and len(calm) - len(closed) < FEW_OPEN * len(calm):
        yield _finding("closed", closed[0])


def _reflections(call: Call, said: tuple[_Said, ...]) -> Iterator[Finding]:
    reflected = [sentence for sentence in said if _reflects(sentence)]
    if reflected:
        yield _finding("reflection", reflected[0])
        return
    for line in call.lines:
        if line.speaker in (CARE_MANAGER, "narrator") or not _feels(line.text):
            continue
        answer = next((sentence for sentence in said if sentence.move > line.move), None)
        if answer is not None and not answer.urgent and answer.kind == "ask" and answer.move == line.move + 1:
            quote = f"{line.text} — {answer.text}"
            yield _finding("no_reflection", _Said(quote, answer.move, answer.t, answer.intent, answer.kind, False))
            return


def _feels(text: str) -> bool:
    lower = text.lower().replace("’", "'")
    found = (_feelings().search(part) for part in re.split(r"[.!?;]", lower))
    return any(at is not None and not _DENIES.search(at.string[: at.start()]) for at in found)


def _reflects(sentence: _Said) -> bool:
    return sentence.intent == "reflect_summarize" or match(sentence.text, "reflection") is not None


def _teach_back(call: Call, said: tuple[_Said, ...]) -> Iterator[Finding]:
    asked = [sentence for sentence in said if sentence.intent == "teach_back" or match(sentence.text, "teach_back")]
    if asked:
        yield _finding("teach_back", asked[0])
    told = [
        sentence for sentence in said if sentence.intent.startswith(("educate_", "give_safety_net", "explain_next"))
    ]
    if told and not asked and "teach_back" not in call.said and call.first_red_flag is None:
        yield _finding("no_teach_back", told[-1])


def _permission(call: Call, said: tuple[_Said, ...]) -> Iterator[Finding]:
    asked = [sentence for sentence in said if sentence.intent == "ask_permission" or match(sentence.text, "permission")]
    if asked:
        yield _finding("permission", asked[0])
    about_money = coaching_words().money_intents
    money = next((sentence for sentence in said if sentence.intent in about_money), None)
    if money is None or money.urgent:
        return
    allowed = call.said.get("ask_permission", money.t + 1) <= money.t or any(item.move <= money.move for item in asked)
    raised = any(
        line.speaker != CARE_MANAGER and line.move < money.move and _has(line.text, coaching_words().money_words)
        for line in call.lines
    )
    if not allowed and not raised:
        yield _finding("no_permission", money)


def _jargon(call: Call, said: tuple[_Said, ...]) -> Iterator[Finding]:
    told: set[str] = set()
    for sentence in said:
        heard = " ".join(line.text for line in call.lines if line.speaker != CARE_MANAGER and line.move < sentence.move)
        for entry in coaching_words().jargon:
            used = next((word for word in entry.words if _has(sentence.text, (word,))), None)
            explained = _has(sentence.text, (entry.plain.removeprefix("a "),))
            if used is None or used in told or explained or _has(heard, entry.words):
                continue
            told.add(used)
            yield _finding(
                "jargon", sentence, f"In plain words: {entry.plain}.", title=f"A word from the clinic: {used}"
            )


def _grade(call: Call, said: tuple[_Said, ...]) -> Iterator[Finding]:
    level = _grade_of(said)
    if level is None or level <= HIGHEST_GRADE[call.script.scenario.persona.literacy]:
        return
    long = [sentence for sentence in said if len(words(sentence.text)) >= LONG_SENTENCE]
    if long:
        yield _finding("grade", max(long, key=lambda sentence: reading_grade(sentence.text)))


def _grade_of(said: tuple[_Said, ...]) -> float | None:
    """Return the grade of everything said, each piece as a sentence of its own; None where it is too little."""
    whole = ". ".join(sentence.text.rstrip(".?! ") for sentence in said)
    return reading_grade(whole) if len(words(whole)) >= ENOUGH_WORDS else None


# -- counts ------------------------------------------------------------------------------------------------------------


def _measures(call: Call, said: tuple[_Said, ...]) -> Iterator[str]:
    asked = _asked(said)
    if asked:
        opened = sum(kind == "open" for _, kind in asked)
        yield f"Questions in your own words: {len(asked)}, open ones among them: {opened}"
    yield f"Times you said back what you heard: {len({item.move for item in said if _reflects(item)})}"
    level = _grade_of(said)
    if level is not None:
        goal = HIGHEST_GRADE[call.script.scenario.persona.literacy]
        yield f"Your words read at about grade {max(1, round(level))}; for this patient, stay at {goal:.0f} or below"


@cache
def _feelings() -> re.Pattern[str]:
    return re.compile("|".join(rf"\b{re.escape(words)}\b" for words in coaching_words().feelings))


def _has(text: str, wanted: Iterable[str]) -> bool:
    lower = text.lower().replace("’", "'")
    return any(re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", lower) for word in wanted)
