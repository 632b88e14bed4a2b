"""A program's own history becomes a plan's numbers, and a backtest says how well they foretell."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from simcare.documents import DocumentError
from simcare.planning.basis import Basis
from simcare.planning.building import build
from simcare.planning.calibration import backtest, calibrate, calibrated_text
from simcare.planning.history import History, observe, read_history
from simcare.planning.reading import read_plan
from simcare.planning.store import PlanError
from simcare.world import run
from simcare.world.clock import offsets
from simcare.world.log import INBOUND, OUTREACH
from tests.planning.plans import PROGRAM, basis_of

TRUTH = (
    "numbers: {answer_probability: 0.33, inbound_per_patient_month: 0.9, best_time_factor: 1.0, voicemail_share: 0.7}\n"
)
OURS = PROGRAM.replace("months: 1", "months: 3").replace("open: {from", "open: {days: [mon, tue, wed, thu, fri], from")


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> History:
    """Return three months of a program whose true numbers are known, as its telephone system would export them."""
    folder = tmp_path_factory.mktemp("history")
    return read_history(*_export(folder, basis_of(folder, OURS + TRUTH)))


def _export(folder: Path, basis: Basis) -> tuple[Path, Path, Path, Path]:
    """Write what one run of a program leaves in a call log, a list of handle times, and lists by month."""
    log = run(build(basis).spec, 77)
    calls = log.calls
    ahead = offsets(basis.plan.zone, log.on, int(np.ceil(log.days)))
    words = ("answered", "abandoned", "message", "voicemail", "no_answer", "waiting")
    lines = ["came,kind,outcome,wait_seconds,talk_minutes,documentation_minutes,patient"]
    for at in range(calls["kind"].size):
        kind, outcome = int(calls["kind"][at]), words[calls["outcome"][at]]
        if kind not in (INBOUND, OUTREACH) or outcome == "waiting":
            continue
        minute = float(calls["came"][at] if kind == INBOUND else calls["began"][at])
        local = datetime(log.on.year, log.on.month, log.on.day) + timedelta(
            minutes=minute + int(ahead[int(minute // 1440) + 1])
        )
        wait = calls["ended"][at] if outcome == "abandoned" else calls["began"][at]
        waited = "" if kind == OUTREACH or np.isnan(wait) else f"{(wait - calls['came'][at]) * 60:.1f}"
        spoken = outcome == "answered"
        cells = [local.isoformat(sep=" ", timespec="seconds"), ("inbound", "outreach")[kind], outcome, waited]
        cells += [f"{calls[name][at]:.3f}" if spoken else "" for name in ("talk", "documentation")]
        lines.append(",".join([*cells, f"p{calls['patient'][at]}"]))
    files = {
        "calls": "\n".join(lines) + "\n",
        "panel": "month,patients\n" + "".join(f"2027-{month:02d},240\n" for month in (3, 4, 5)),
        "times": "work,minutes\n" + "coordination_task,11\n" * 40,
        "reach": "month,reached\n" + "".join(f"2027-{month:02d},0.82\n" for month in (3, 4, 5)),
    }
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder / "calls.csv", folder / "panel.csv", folder / "times.csv", folder / "reach.csv"


def test_the_true_numbers_are_found_again(tmp_path: Path, history: History) -> None:
    """From three months of a known program: reach, inbound and voicemail within what chance allows."""
    found = calibrate(basis_of(tmp_path, OURS), history)
    assert history.months == ("2027-03", "2027-04", "2027-05")
    assert found.numbers["answer_probability"] == pytest.approx(0.33, abs=0.04)
    assert found.numbers["voicemail_share"] == pytest.approx(0.7, abs=0.05)
    # Who hung up and called again, or calls about an episode that lasts, is in the log more than once.
    assert found.numbers["inbound_per_patient_month"] == pytest.approx(0.9, abs=0.2)
    assert found.durations["monthly_call"].distribution().mean == pytest.approx(14, abs=1.5)
    assert found.durations["coordination_task"].distribution().values == (11.0,) * 99
    assert found.observations["answer_probability"] > 1000


def test_a_calibrated_plan_is_a_plan(tmp_path: Path, history: History) -> None:
    """What calibration writes reads back as a plan with its numbers, and the rest of the author's words."""
    basis = basis_of(tmp_path, OURS)
    found = calibrate(basis, history)
    path = tmp_path / "calibrated.yaml"
    path.write_text(calibrated_text(tmp_path / "plan.yaml", found), encoding="utf-8")
    again = read_plan(path)[1]
    assert again.plan.title == basis.plan.title
    assert again.stamp == found.applied(basis).stamp


def test_a_backtest_sets_predicted_beside_observed(tmp_path: Path, history: History) -> None:
    """Learned from two months, the third is foretold: what calls and attempts there were lies near the prediction."""
    found = backtest(basis_of(tmp_path, OURS), history, seed=3, replications=6)
    assert (found.month, found.learned) == ("2027-05", ("2027-03", "2027-04"))
    assert found.outcome.basis.plan.start.isoformat() == "2027-05-01"
    for key in ("inbound", "attempts", "answer_rate"):
        row = found.table.loc[key]
        assert row["predicted"] == pytest.approx(row["observed"], rel=0.2), key
    assert set(found.table.columns) >= {"p5", "p95", "inside"}


def test_what_was_observed_has_the_names_of_the_answers(tmp_path: Path, history: History) -> None:
    """The same definitions serve a log of the past and a simulated month."""
    seen = observe(history, "2027-04", basis_of(tmp_path, OURS).plan.service_level)
    assert 0.2 < seen["answer_rate"] < 0.45 and seen["reached"] == 0.82
    assert 0 <= seen["abandonment"] <= 1 and seen["inbound"] > 3


def test_a_wrong_cell_of_a_history_has_its_line(tmp_path: Path) -> None:
    """Every wrong cell is told at once, with the file, the line and what to write."""
    (tmp_path / "calls.csv").write_text(
        "came,kind,outcome\n2026-03-02 09:15,inbound,answered\n02/03/2026,inbond,answered\n", encoding="utf-8"
    )
    (tmp_path / "panel.csv").write_text("month,patients\n2026-03,100\n", encoding="utf-8")
    with pytest.raises(DocumentError) as caught:
        read_history(tmp_path / "calls.csv", tmp_path / "panel.csv")
    said = str(caught.value).replace(tmp_path.as_posix() + "/", "").splitlines()
    assert said == [
        "calls.csv:3:1: P211 came: '02/03/2026' is no day and time; write it as 2026-03-02 09:15",
        "calls.csv:3:1: P211 kind: 'inbond' is not known; did you mean 'inbound'?",
    ]


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    """A header that lacks a column says which, and which of its own was probably meant."""
    (tmp_path / "calls.csv").write_text("came,kinds,outcome\n", encoding="utf-8")
    (tmp_path / "panel.csv").write_text("month,patients\n2026-03,100\n", encoding="utf-8")
    with pytest.raises(DocumentError, match=r"P210 the column 'kind' is missing; rename 'kinds'"):
        read_history(tmp_path / "calls.csv", tmp_path / "panel.csv")


def test_one_month_is_too_little_for_a_backtest(tmp_path: Path, history: History) -> None:
    """There must be something to learn from and something to foretell."""
    with pytest.raises(PlanError, match="two whole months"):
        backtest(basis_of(tmp_path, OURS), history.of(("2027-03",)), seed=3)
