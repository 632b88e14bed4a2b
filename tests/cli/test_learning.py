"""The commands about exercises, the next call and the team's skill: what they print and how they end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from simcare.calls.moves import Do, Move, Say
from simcare.cli import app
from simcare.documents import DocumentError, SimcareError
from simcare.training.practice import Practice
from simcare.training.records import Records

SMALL = Path(__file__).parents[1] / "calls" / "small_scenario.yaml"
MOVES: tuple[Move, ...] = (
    Say("verify_identity", 20),
    Say("ask_swelling_redness", 20),
    Say("ask_med_name", 20),
    Do("message_provider", 60, confidence=80),
    Do("end_call", 5),
)


@pytest.fixture(autouse=True)
def own_records(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """Keep the tests away from anybody's records."""
    url = f"sqlite:///{(tmp_path / 'records.sqlite').as_posix()}"
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("SIMCARE_DATABASE_URL", url)
    return url


def run(*words: object) -> tuple[int, str]:
    """Run a command and return its exit code with what it printed; an error of ours is 2 and its text."""
    ran = CliRunner().invoke(app, [str(word) for word in words])
    if isinstance(ran.exception, DocumentError | SimcareError):
        return 2, str(ran.exception)
    assert ran.exception is None or isinstance(ran.exception, SystemExit), ran.exception
    return ran.exit_code, ran.output


def practice(learner: str = "Ann") -> None:
    """Finish one call."""
    with Records.open() as records:
        played = Practice.begin(records, learner, SMALL, "quiet", 1)
        for move in MOVES:
            played.take(move)
        played.finish()


def test_exercises_are_listed_and_shown_with_their_mark() -> None:
    """What needs what first, and how the mark comes about; a mark by few judges says that it is provisional."""
    code, out = run("exercises", "list")
    assert (code, "looking-back" in out, "first: when-minutes-count" in out) == (0, True, True)
    code, out = run("exercises", "show", "first-calls")
    assert (code, "so 3 have to be passed" in out, "Provisional" in out) == (0, True, True)
    rows = json.loads(run("exercises", "list", "--json")[1])
    assert (rows[0]["id"], rows[0]["mark"], rows[0]["passes_needed"]) == ("first-calls", 2.25, 3)


def test_a_bad_exercise_ends_with_1_and_a_missing_one_with_2(tmp_path: Path) -> None:
    """Findings are findings; a file that is not there is bad input."""
    file = tmp_path / "mine.yaml"
    file.write_text("simcare_exercise: 1\nid: mine\n", encoding="utf-8")
    code, out = run("exercises", "lint", file)
    assert (code, "mine.yaml:1:1: D" in out) == (1, True)
    assert run("exercises", "lint", "gone.yaml")[0] == 2
    assert run("exercises", "show", "first-cals") == (
        2,
        "first-cals:1:1: E104 there is no exercise 'first-cals'; did you mean 'first-calls'?",
    )


def test_an_unknown_exercise_stops_train_before_a_server_is_started() -> None:
    """A slip of the pen is told at once."""
    assert run("train", "--exercise", "first-cals") == (
        2,
        "there is no exercise 'first-cals'; did you mean 'first-calls'?",
    )


def test_who_has_not_practiced_is_sent_to_the_guided_call() -> None:
    """The sentence says why; as JSON there is no variant in it."""
    code, out = run("records", "next", "--learner", "New")
    assert (code, out) == (
        0,
        "New: Your first call: a message about a refill (first-call). You have not finished a call yet. This one shows "
        "you how the desk works.\n",
    )
    [row] = json.loads(run("records", "next", "--learner", "New", "--json")[1])
    assert (row["scenario"], "variant" in row) == ("first-call", False)


@pytest.mark.slow
def test_everybody_who_practiced_gets_a_next_call() -> None:
    """Without a name all learners are told, with the skill that the call is for."""
    practice("Ann")
    practice("Bo")
    rows = json.loads(run("records", "next", "--json")[1])
    assert [(row["learner"], row["reason"] in ("new", "weak", "due")) for row in rows] == [("Ann", True), ("Bo", True)]


def test_nobody_there_is_said() -> None:
    """Empty records are no error."""
    assert run("records", "next") == (0, "Nobody has practiced yet.\n")


def test_the_skill_file_is_written_and_says_how_much_it_rests_on(tmp_path: Path) -> None:
    """A team of one call: written, with too few calls to check; each member on request."""
    practice("Ann Lee")
    file = tmp_path / "skills.json"
    code, out = run("records", "skill", "--out", file, "--each")
    assert (code, "Too few calls to check" in out, "1 call of practice" in out) == (0, True, True)
    assert set(json.loads(file.read_text(encoding="utf-8"))["skills"]) == {"team", "ann-lee"}


def test_skill_without_calls_or_with_a_wrong_level_is_bad_input(tmp_path: Path) -> None:
    """Nothing is written."""
    file = tmp_path / "skills.json"
    assert "no call is finished yet" in run("records", "skill", "--out", file)[1]
    assert run("records", "skill", "--out", file, "--like", "expret") == (
        2,
        "there is no skill level 'expret'; did you mean 'expert'?",
    )
    practice()
    assert run("records", "skill", "--out", tmp_path / "gone" / "skills.json")[0] == 2
    assert not file.exists()
