"""The plan board without a page: changes, runs in a thread, comparison, files, and wrong words answered in words."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simcare.desk import PlanBoard, plan_a_program
from simcare.desk.plan.board import STARTER
from simcare.desk.plan.question import QuestionError, change_team, differences, slide, sliders
from simcare.desk.plan.running import Runner
from simcare.documents import DocumentError
from simcare.planning.reading import read_plan

pytestmark = pytest.mark.slow

PATIENCE = 120.0
BASIS = read_plan(STARTER)[1]


class Page:
    """A page without a browser: it says what a page would say and keeps the files that it is given."""

    def __init__(self, board: PlanBoard, monkeypatch: pytest.MonkeyPatch) -> None:
        """Look at a board."""
        self.board = board
        self.files: list[dict[str, Any]] = []
        monkeypatch.setattr(board, "send", lambda content, buffers=None: self.files.append(content))

    def say(self, kind: str, **fields: str) -> dict[str, Any]:
        """Send a message and return what is then shown."""
        self.board._heard(self.board, {"kind": kind, **fields}, [])
        return dict(self.board.view)

    def simulate(self, times: int = 3) -> dict[str, Any]:
        """Simulate so many times and return what is then shown."""
        self.say("runs", value=str(times))
        self.say("run")
        assert self.board.runner.wait(PATIENCE)
        return dict(self.board.view)


@pytest.fixture
def page(monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    """Return a page on the plan that the board begins with, simulated in this process."""
    opened = Page(plan_a_program(workers=1), monkeypatch)
    yield opened
    opened.board.runner.cancel()
    assert opened.board.runner.wait(PATIENCE)


# -- what may be changed -----------------------------------------------------------------------------------------------


def test_a_slider_stands_where_the_plan_stands() -> None:
    """Each slider holds the plan's number between its ends, on one of its steps."""
    for each in sliders(BASIS, BASIS):
        assert each.low <= each.value <= each.high and each.value == each.usual
        steps = (each.value - each.low) / each.step
        assert steps == pytest.approx(round(steps))


def test_a_moved_slider_is_another_plan_and_says_so() -> None:
    """Moving a slider changes that number alone, and the difference is told."""
    moved = slide(BASIS, BASIS, "answer_probability", 0.5)
    assert (moved.number("answer_probability"), moved.stamp != BASIS.stamp) == (0.5, True)
    assert differences(BASIS, moved) == ("attempts to reach a patient that are answered 45% → 50%",)


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("people", "-1", "nurses cannot have '-1' people; write a whole number from 0 to 99"),
        ("people", "1.5", "nurses cannot have '1.5' people; write a whole number from 0 to 99"),
        ("skill", "wizard", "'wizard' cannot be the skill of nurses; choose one that the page offers"),
        ("start", "18:00", "nurses: a shift from 18:00 to 17:30 ends before it begins"),
        ("end", "noon", "'noon' is no time of day"),
    ],
)
def test_a_change_that_makes_no_sense_is_told_in_words(key: str, value: str, sentence: str) -> None:
    """A wrong change of a team raises a sentence with the fact and the remedy, and gives no plan."""
    with pytest.raises(QuestionError) as told:
        change_team(BASIS, "nurses", key, value)
    assert sentence in str(told.value)


def test_a_roster_without_anybody_is_refused() -> None:
    """The last person cannot be taken away."""
    nearly = BASIS.staffed({"coordinators": 0, "lpns": 0, "nurses": 1})
    with pytest.raises(QuestionError, match="leave at least one person"):
        change_team(nearly, "nurses", "people", "0")


def test_a_plan_with_a_mistake_is_told_with_its_place(tmp_path: Path) -> None:
    """A plan of one's own that is not in order raises its findings with line and column."""
    wrong = tmp_path / "mine.yaml"
    wrong.write_text(STARTER.read_text(encoding="utf-8").replace("people: 2", "people: -2", 1), encoding="utf-8")
    with pytest.raises(DocumentError, match=r"mine.yaml:\d+:\d+: "):
        plan_a_program(wrong)


# -- simulating --------------------------------------------------------------------------------------------------------


def test_a_run_answers_in_one_sentence_with_its_uncertainty(page: Page) -> None:
    """After a run the view has a sentence with people and months, a verdict for each target, tiles and two pictures."""
    result = page.simulate(3)["result"]
    assert result["sentence"].startswith("5 people (2 coordinators, 2 lpns, 1 nurses) ")
    assert "of 3 simulated months all of them held together" in result["sentence"]
    assert len(result["targets"]) == 3 and len(result["tiles"]) >= 8
    assert all(svg.startswith("<svg") for part in ("fan", "heat") for svg in result[part]["svg"])
    assert len(result["assumptions"]["table"]["rows"]) > 100


def test_a_change_makes_the_answer_stale_until_it_is_simulated(page: Page) -> None:
    """The page says when what it shows is not about what is set."""
    fresh = page.simulate(2)["stale"]
    changed = page.say("team", team="nurses", key="people", value="2")["stale"]
    undone = page.say("reset")["stale"]
    assert (fresh, changed, undone) == (False, True, False)


@pytest.mark.slow
def test_more_nurses_wait_less(page: Page) -> None:
    """Plan A kept and a nurse added: the comparison names the change and a shorter wait, under the same luck."""
    page.simulate(3)
    page.say("pin")
    page.say("team", team="nurses", key="people", value="3")
    compared = page.simulate(3)["comparison"]
    rows = {row["title"]: row for row in compared["rows"]}
    assert (compared["changes"], compared["runs"]) == (["nurses 1 → 3"], 3)
    assert rows["Wait for a nurse"]["difference"].startswith("−")
    assert rows["Cost a month"]["good"] == "worse"


def test_stopping_keeps_what_is_done_and_a_new_run_goes_on_from_there(page: Page) -> None:
    """Stopped early, the runs that are finished are shown; simulated again, they are not simulated anew."""
    page.say("runs", value="100")
    page.say("run")
    deadline = time.monotonic() + PATIENCE
    while page.board.progress.get("done", 0) < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    page.say("cancel")
    assert page.board.runner.wait(PATIENCE)
    done = len(page.board._found.outcome.tallies)  # type: ignore[union-attr]
    kept = len(list(Path(page.board._kept_on_disk.name).rglob("*.npz")))
    assert 2 <= done < 100 and kept == done
    assert page.board.view["note"] == f"Stopped; the {done} that are done are shown."
    assert page.simulate(done)["result"]["runs"].startswith(f"{done} simulated months")
    assert len(list(Path(page.board._kept_on_disk.name).rglob("*.npz"))) == kept


def test_nothing_is_changed_while_it_runs(page: Page) -> None:
    """A change during a run is refused in words; the run goes on."""
    page.say("runs", value="50")
    page.say("run")
    view = page.say("team", team="nurses", key="people", value="3")
    assert view["alert"] == "the simulation is running; wait for it, or stop it first"
    assert view["roster"][2]["people"] == 1


def test_the_luck_is_the_same_on_every_board(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two boards on one plan and seed say the same to the last digit."""
    other = Page(plan_a_program(workers=1), monkeypatch)
    first, second = page.simulate(2)["result"], other.simulate(2)["result"]
    assert first == second


def test_what_goes_wrong_in_the_thread_is_told_on_the_page(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistake of ours ends with a sentence and leaves the page usable."""

    def broken(*args: object, **words: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("simcare.desk.plan.board.run_replications", broken)
    page.say("run")
    assert page.board.runner.wait(PATIENCE)
    view = page.board.view
    assert (view["alert"], view["busy"]) == (
        "the simulation failed (ZeroDivisionError); the log of simcare tells more",
        False,
    )


def test_two_jobs_are_never_done_at_once() -> None:
    """A runner that is busy begins nothing else, and is free again when the job is done."""
    runner, found = Runner(), []
    begun = runner.start(
        lambda stop, show: stop.wait(PATIENCE), lambda *_: None, lambda result, wrong: found.append(result)
    )
    again = runner.start(lambda stop, show: None, lambda *_: None, lambda result, wrong: found.append("second"))
    runner.cancel()
    assert (begun, again, runner.wait(PATIENCE), found) == (True, False, True, [True])


# -- files -------------------------------------------------------------------------------------------------------------


def test_files_need_a_result(page: Page) -> None:
    """Before a run there is no report to download, and the page says what to do."""
    assert page.say("file", value="report")["alert"] == "there is no result yet; simulate first"
    assert page.files == []


def test_report_and_tables_are_given_to_the_page(page: Page) -> None:
    """The report is one page that asks the network for nothing; tables are CSV with a header."""
    page.simulate(2)
    for what in ("report", "answers", "days", "intervals"):
        page.say("file", value=what)
    report, *tables = page.files
    assert [each["name"] for each in page.files] == ["report.html", "answers.csv", "days.csv", "intervals.csv"]
    assert report["text"].startswith("<!doctype html>")
    assert not re.search(r"""(?:src|href)=["']|url\(|@import""", report["text"])
    assert [each["text"].partition(",")[0] for each in tables] == ["answer", "day", "interval"]


def test_the_plan_as_it_stands_can_be_read_again(page: Page, tmp_path: Path) -> None:
    """The plan that is downloaded holds every change and gives the same numbers."""
    page.say("team", team="lpns", key="start", value="10:00")
    page.say("slide", key="sick", value="0.05")
    page.say("file", value="plan")
    file = tmp_path / "plan.yaml"
    file.write_text(page.files[0]["text"], encoding="utf-8")
    again = read_plan(file)[1]
    assert again.stamp == page.board._now.stamp
