"""Translations: another language, the same ids, facts, conditions, points and plays; and no line left behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from simcare.calls.listener import default_listener
from simcare.calls.opening import open_call
from simcare.calls.scoring import score
from simcare.calls.transcripts import play_moves
from simcare.documents import DocumentError, read, read_text
from simcare.scenarios.library import load_scenario, scenario_ids, translated_files
from simcare.scenarios.lint import lint_call
from simcare.scenarios.model import Scenario
from simcare.scenarios.translations import Translation, translated

ENGLISH, SPANISH = load_scenario("first-call"), load_scenario("first-call-es")
FILE = translated_files()["first-call-es"]
TEXT = FILE.read_text(encoding="utf-8")
SAID = {"say", "opening", "gated", "end_line", "otherwise", "deny", "unknown", "filler", "speakers", "voice"}


def without_words(value: object) -> object:
    """Return a scenario's data without what is said in it."""
    if isinstance(value, dict):
        return {key: without_words(inner) for key, inner in value.items() if key not in SAID}
    return [without_words(inner) for inner in value] if isinstance(value, list | tuple) else value


def test_a_call_is_there_in_spanish() -> None:
    """The library has it by an id of its own, in its language, clean by lint."""
    assert "first-call-es" in scenario_ids()
    assert (SPANISH.value.persona.language, SPANISH.value.opening[:6]) == ("es", "Bueno,")
    assert lint_call("first-call-es") == []


def test_only_words_differ() -> None:
    """Facts, conditions, decision, rows, points, variants and plays are those of the original."""
    kept = {"id", "title", "guided", "coach"}
    one, other = (d.value.model_dump(mode="json", by_alias=True, exclude=kept) for d in (ENGLISH, SPANISH))
    one["persona"]["language"] = "es"
    assert without_words(other) == without_words(one)


@pytest.mark.parametrize("play_id", list(ENGLISH.value.plays))
def test_a_play_scores_the_same_in_both_languages(play_id: str) -> None:
    """The same moves get the same rows with the same evidence, by the same line ids at the same seconds."""
    play = ENGLISH.value.plays[play_id]
    both = [
        play_moves(open_call(d.value, play.variant, play.seed), play, default_listener()) for d in (ENGLISH, SPANISH)
    ]
    one, other = (score(call) for call in both)
    assert [(row.id, row.earned, row.met) for row in one.rows] == [(row.id, row.earned, row.met) for row in other.rows]
    assert (one.score, one.passed, one.decision.verdict) == (other.score, other.passed, other.decision.verdict)
    # Which of several fillers is said is drawn for each scenario.
    lines = [[(line.t, line.line_id.split(".")[0], line.speaker) for line in call.lines] for call in both]
    assert lines[0] == lines[1]


def test_everything_the_patient_says_is_translated() -> None:
    """Not one English sentence of his is left; the nurse and the dispatcher speak English."""
    english = {tell.say for fact in ENGLISH.value.facts.values() for tell in fact.tell}
    english |= {reply.say for reply in ENGLISH.value.replies if reply.speaker in ("patient", "wife")}
    spoken = {tell.say for fact in SPANISH.value.facts.values() for tell in fact.tell}
    spoken |= {reply.say for reply in SPANISH.value.replies}
    assert english & spoken == set()
    assert any(reply.say.startswith("Triage nurse.") for reply in SPANISH.value.replies)


@pytest.mark.parametrize(
    ("old", "new", "code", "fact"),
    [
        ("version: 1.0.0", "version: 0.9.0", "E251", "translates version 0.9.0"),
        ("  days_left.1:", "  days_lft.1:", "E252", "has no line 'days_lft.1'"),
        ("  reply_36:", "  # reply_36:", "E253", "the line 'reply_36' is not translated"),
        ("  in-the-sink/reply_1:", "  # in-the-sink/reply_1:", "E253", "'in-the-sink/reply_1' is not translated"),
        ("language: es", "language: xx", "D108", "'es'"),
    ],
)
def test_a_translation_that_lags_behind_is_found(old: str, new: str, code: str, fact: str) -> None:
    """Another version, an id that is not there and a line left out are told with their place in the translation."""
    with pytest.raises(DocumentError) as caught:
        document = read_text(TEXT.replace(old, new, 1), Translation, name="first-call.es.yaml")
        translated(ENGLISH, document, "first-call-es")
    found = [problem for problem in caught.value.problems if problem.code == code]
    assert found and fact in found[0].fact and found[0].file == "first-call.es.yaml" and found[0].line > 1


def test_a_program_may_translate_a_call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder named in SIMCARE_LIBRARY may hold `translations` too, and a later one replaces ours."""
    (tmp_path / "translations").mkdir()
    ours = TEXT.replace("Bueno, habla", "Aló, habla")
    (tmp_path / "translations" / "first-call.es.yaml").write_text(ours, encoding="utf-8")
    monkeypatch.setenv("SIMCARE_LIBRARY", str(tmp_path))
    assert load_scenario("first-call-es").value.opening.startswith("Aló")


def test_the_text_of_a_translated_call_holds_all_of_it() -> None:
    """What an attempt keeps of it can be read and played again without the translation."""
    again = read_text(SPANISH.text, Scenario, name="kept.yaml").value
    assert again.model_copy(update={"reviewed_by": SPANISH.value.reviewed_by}) == SPANISH.value
    assert read(FILE, Translation).value.of == "first-call"
