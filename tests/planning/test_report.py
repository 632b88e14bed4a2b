"""A report: one page that needs no network, every table beside it, and at its end what it rests on."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

from simcare.planning.compare import compare, tornado
from simcare.planning.page import page
from simcare.planning.replicate import Outcome, Stopping, run_each, run_replications
from simcare.planning.report import frames, write_report
from simcare.planning.staffing import staff
from simcare.planning.summary import Summary, summarize
from tests.planning.plans import PROGRAM, QUEUE, basis_of

TITLE = PROGRAM.replace("A small program", '"Ours & <theirs>"')
TARGETS = "targets: [{answer: reached, at_least: 0.3}, {answer: billable_months, at_least: 0.999}]\n"


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """Return four replications of the small program with two targets."""
    return run_replications(basis_of(tmp_path_factory.mktemp("plan"), TITLE + TARGETS), 6, Stopping(4))


@pytest.fixture(scope="module")
def summary(outcome: Outcome) -> Summary:
    """Return their summary."""
    return summarize(outcome)


class Reader(HTMLParser):
    """Notes what a page would fetch, and whether its tags are in order."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[str] = []
        self.open: list[str] = []
        self.headings: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an opening tag."""
        self.fetched += [value or "" for name, value in attrs if name in ("src", "href", "srcset", "action")]
        if tag not in ("meta", "rect", "line", "circle", "polygon", "polyline", "path", "br", "link"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Check a closing tag."""
        if tag in self.open:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Note the text of headings."""
        if self.open and self.open[-1] in ("h1", "h2"):
            self.headings.append(data)


def test_the_page_needs_nothing_else(summary: Summary) -> None:
    """No address, no script, no style from elsewhere; tags are in order and what people wrote is escaped."""
    text = page(summary)
    reader = Reader()
    reader.feed(text)
    assert (reader.fetched, reader.open) == ([], [])
    assert "<script" not in text and "http" not in text.replace("http://www.w3.org", "")
    assert reader.headings[0] == "Ours & <theirs>" and "<theirs>" not in text


def test_the_page_ends_with_what_it_rests_on(summary: Summary) -> None:
    """The last section lists every assumption and says how many are verified."""
    text = page(summary)
    lines = summary.outcome.basis.assumptions()
    verified = sum(line.confidence == "verified" for line in lines)
    assert f"Only {verified} of {len(lines)} were verified" in text
    assert text.rindex("<h2>") == text.index("<h2>What this rests on</h2>")
    assert len(lines) > 200 and 0 < verified < len(lines) / 4


def test_targets_have_their_verdict(summary: Summary) -> None:
    """A target that is clearly met says so, and one that is clearly missed too."""
    text = re.sub(r"<[^>]+>", "|", page(summary))
    assert re.search(r"Patients reached\|+at least 30.0%.*?\|met\|", text)
    assert re.search(r"Billable months\|+at least 99.9%.*?\|missed\|", text)


def test_every_table_stands_beside_the_page(tmp_path: Path, summary: Summary) -> None:
    """CSV and Parquet hold the same rows; months, days and intervals are those of the horizon."""
    written = write_report(tmp_path, summary)
    assert written.name == "report.html"
    for name, frame in frames(summary).items():
        pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / f"{name}.parquet"), frame, check_dtype=False)
        assert len(pd.read_csv(tmp_path / f"{name}.csv")) == len(frame) > 0
    assert set(summary.months["month"]) == {"2027-03"}
    assert summary.days["day"].nunique() == 31
    assert summary.intervals["interval"].nunique() == 7 * 48
    assert not list(tmp_path.glob(".*.part"))


def test_the_event_log_has_vidigis_columns(tmp_path: Path, summary: Summary) -> None:
    """Every call arrives and departs, and who was served was served by a post."""
    write_report(tmp_path, summary)
    events = pd.read_parquet(tmp_path / "events.parquet")
    assert list(events.columns) == ["entity_id", "event_type", "event", "time", "run_number", "resource_id"]
    assert set(events["event_type"]) == {"arrival_departure", "queue", "resource_use", "resource_use_end"}
    ends = events[events["event_type"] == "arrival_departure"].groupby("entity_id")["event"].apply(list)
    assert all(pair == ["arrival", "depart"] for pair in ends)
    assert events.loc[events["event_type"] == "resource_use", "resource_id"].notna().all()


def test_a_report_of_everything_has_every_section(tmp_path: Path) -> None:
    """Staffing, comparison and tornado each bring their section and their table."""
    text = QUEUE.replace("days: 28", "days: 3").replace("[0, 5]", "[0, 3]")
    basis = basis_of(tmp_path, text)
    one, other = run_each([basis, basis.staffed({"cheap": 3})], 2, 3)
    found = staff(basis, 2)
    arms, _ = tornado(basis, 2, 3, ("overtime_factor", "benefit_load"))
    written = write_report(
        tmp_path / "out", summarize(one), staffing=found, comparison=compare(one, other), arms=arms, swings_of="cost"
    )
    shown = written.read_text(encoding="utf-8")
    for heading in ("The staffing answer", "Targets", "Answers", "Comparison", "What assumptions do", "Over time"):
        assert f"<h2>{heading}</h2>" in shown
    rosters = pd.read_csv(tmp_path / "out" / "rosters.csv")
    assert len(rosters) == len(found.judged) and {"cheap", "dear", "cost", "service_level"} <= set(rosters.columns)
    assert (tmp_path / "out" / "comparison.csv").exists() and (tmp_path / "out" / "sensitivity.csv").exists()


def test_the_same_report_has_the_same_bytes(outcome: Outcome) -> None:
    """Two reports of the same replications do not differ, so that a diff shows what moved."""
    assert page(summarize(outcome)) == page(summarize(outcome))
