"""`simcare plan`: answers with their uncertainty, what-ifs, staffing, and bad input answered in words."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from simcare import cli
from tests.planning.plans import PROGRAM, QUEUE

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
SHORT = QUEUE.replace("days: 28", "days: 3").replace("[0, 5]", "[0, 4]")
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Return a function that runs `simcare plan` with words, standing beside a plan of a queue and one of a program."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "queue.yaml").write_text(SHORT, encoding="utf-8")
    (tmp_path / "program.yaml").write_text(PROGRAM, encoding="utf-8")

    def simcare(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["simcare", "plan", *map(str, words)])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        printed = capsys.readouterr()
        code = stopped.value.code
        return code if isinstance(code, int) else int(code is not None), printed.out, printed.err

    return simcare


def test_run_says_mean_interval_and_percentiles(run: Run) -> None:
    """The table of a run has a line an answer and ends with how much of it is verified."""
    code, out, err = run("run", "queue.yaml", "--replications", 3, "--workers", 1)
    assert (code, err) == (0, "")
    assert out.startswith("A textbook queue: 3 replications, seed 0\n")
    assert "Service level" in out and "nine in ten" in out and "Target" in out
    assert "of which" in out.splitlines()[-1]


def test_the_shape_of_run(run: Run) -> None:
    """`run --json` gives every answer, targets, codes and assumptions under published keys, and nothing that is NaN."""
    data = json.loads(run("run", "program.yaml", "--replications", 2, "--workers", 1, "--json")[1])
    keys = {"plan", "seed", "replications", "finished", "answers", "targets", "codes", "assumptions", "report"}
    assert set(data) == keys
    assert set(data["answers"]["reached"]) == {"title", "unit", "mean", "low", "high", "p5", "p25", "p50", "p75", "p95"}
    assert data["codes"]["99490"]["label"].startswith("Care management")
    assert data["answers"]["service_level"]["mean"] is None or 0 <= data["answers"]["service_level"]["mean"] <= 1


def test_a_seed_gives_the_same_numbers_and_another_one_others(run: Run) -> None:
    """What is printed follows from plan and seed."""
    once, again = (run("run", "queue.yaml", "--replications", 2, "--workers", 1, "--json")[1] for _ in range(2))
    other = run("run", "queue.yaml", "--replications", 2, "--workers", 1, "--seed", 1, "--json")[1]
    assert once == again != other


def test_out_holds_report_tables_and_replications(run: Run, tmp_path: Path) -> None:
    """A folder gets the page, the tables and what is finished; the same command reads the latter."""
    command = ("run", "queue.yaml", "--replications", 2, "--workers", 1, "--out", "out")
    code, out, _ = run(*command)
    assert code == 0 and "The report is out/report.html" in out
    assert {"report.html", "answers.csv", "days.parquet", "events.csv", "assumptions.csv"} <= {
        path.name for path in (tmp_path / "out").iterdir()
    }
    files = {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*.npz")}
    assert len(files) == 2
    run(*command)
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "out").rglob("*.npz")} == files


def test_compare_with_itself_and_a_what_if(run: Run) -> None:
    """One more agent waits less: the difference is told with its paired interval and the variance that was saved."""
    code, out, err = run("compare", "queue.yaml", "--people", "cheap=3", "--replications", 4, "--workers", 1)
    assert (code, err) == (0, "")
    assert "Second: cheap=3." in out and "variance saved" in out
    line = next(line for line in out.splitlines() if "Average speed of answer" in line)
    assert line.startswith("*") and "x" in line.split()[-1]


def test_staff_answers_in_one_sentence(run: Run) -> None:
    """The cheapest roster, its cost with uncertainty, whether it is proven, and fresh luck."""
    code, out, err = run("staff", "queue.yaml", "--workers", 1)
    assert (code, err, out.count("\n")) == (0, "", 1)
    assert "meet the targets for $" in out and "no cheaper roster within the bounds does. With fresh luck: " in out
    data = json.loads(run("staff", "queue.yaml", "--workers", 1, "--json")[1])
    assert data["proven"] and set(data["people"]) == {"cheap", "dear"}
    assert any(row["front"] for row in data["rosters"])


def test_targets_that_cannot_be_met_end_with_1_and_their_line(run: Run, tmp_path: Path) -> None:
    """File, line and column of the target, why not, and what to change."""
    (tmp_path / "hard.yaml").write_text(SHORT.replace("[0, 4]", "[0, 1]"), encoding="utf-8")
    code, out, err = run("staff", "hard.yaml", "--workers", 1)
    assert (code, err) == (1, "")
    line = 1 + (tmp_path / "hard.yaml").read_text(encoding="utf-8").splitlines().index(
        "  - {answer: service_level, at_least: 0.8}"
    )
    assert out.startswith(f"hard.yaml:{line}:5: P301 The targets cannot be met because even with the most people")
    assert out.endswith("; lower the target, or raise 'may_be'\n")


def test_sensitivity_ranks_numbers(run: Run) -> None:
    """Each number with its range and what its ends do; the widest first."""
    words = ("--number", "hourly_usd_none", "--number", "benefit_load", "--answer", "cost", "--replications", 2)
    code, out, err = run("sensitivity", "queue.yaml", *words, "--workers", 1)
    assert (code, err) == (0, "")
    assert "benefit_load" in out and "as planned" in out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("run", "nothing.yaml"), "nothing.yaml:1:1: D101 there is no file 'nothing.yaml'; check the name"),
        (("compare", "queue.yaml"), "simcare: there is nothing to compare with; name another plan"),
        (("compare", "queue.yaml", "--people", "chep=3"), "simcare: 'chep' is not a team; did you mean 'cheap'?"),
        (("compare", "queue.yaml", "--set", "sick=7"), "simcare: sick is 7; write one from 0 to 1"),
        (("compare", "queue.yaml", "--set", "sick"), "simcare: --set 'sick' is no NAME=VALUE; write one such as"),
        (("compare", "queue.yaml", "--patients", 10), "simcare: there are no patients in this plan; add 'patients'"),
        (("sensitivity", "queue.yaml", "--answer", "reech"), "simcare: there is no answer 'reech'; did you mean"),
        (("staff", "program.yaml"), "simcare: program.yaml:1:1: P302 nothing says what must come out; add 'targets'"),
    ],
)  # fmt: skip
def test_bad_words_are_answered_in_a_sentence(run: Run, words: tuple[Any, ...], said: str) -> None:
    """Exit code 2, one line on the error stream with fact and remedy, nothing else."""
    code, out, err = run(*words)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(said)


def test_a_cluster_that_does_not_answer_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """An address where no scheduler answers ends with 2 and says so."""
    monkeypatch.setattr("simcare.patients.population.storage.CLUSTER_SECONDS", 0.5)
    code, out, err = run("run", "queue.yaml", "--cluster", "tcp://127.0.0.1:1")
    assert (code, out) == (2, "") and err.startswith("simcare: no Dask scheduler answers at tcp://127")


def test_calibrate_prints_what_it_learned(run: Run, tmp_path: Path) -> None:
    """From a call log and a panel: numbers with their observations, and a plan that holds them."""
    rows = ["came,kind,outcome,wait_seconds,talk_minutes"]
    for day in range(1, 32):
        for hour in (9, 11, 14):
            rows.append(f"2026-03-{day:02d} {hour:02d}:15,outreach,{'answered' if hour == 9 else 'no_answer'},,12")
            rows.append(f"2026-03-{day:02d} {hour:02d}:30,inbound,answered,20,7")
    (tmp_path / "calls.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    (tmp_path / "panel.csv").write_text("month,patients\n2026-03,300\n", encoding="utf-8")
    words = ("--calls", "calls.csv", "--panel", "panel.csv", "--write", "mine.yaml")
    code, out, err = run("calibrate", "program.yaml", *words)
    assert (code, err) == (0, "")
    assert "Learned from 1 whole month: 2026-03" in out
    assert "answer_probability" in out and "0.3333" in out and "from 93 observations" in out
    assert run("run", "mine.yaml", "--replications", 2, "--workers", 1)[0] == 0


@pytest.mark.slow
def test_an_interrupted_run_is_continued(tmp_path: Path) -> None:
    """Ctrl+C ends with 130 and says what is kept; the same command ends with the numbers of an undisturbed run."""
    (tmp_path / "program.yaml").write_text(PROGRAM.replace("months: 1", "months: 6"), encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}

    def command(out: str, workers: int = 1) -> list[str]:
        words = ["run", "program.yaml", "--replications", "12", "--workers", str(workers), "--json", "--out", out]
        return [sys.executable, "-m", "simcare.cli", "plan", *words]

    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    started = subprocess.Popen(command("cut", workers=2), cwd=tmp_path, env=environment, **pipes)
    until = time.monotonic() + 120
    while len(list((tmp_path / "cut").rglob("*.npz"))) < 3 and time.monotonic() < until:
        time.sleep(0.05)
    started.send_signal(signal.SIGINT)
    out, err = started.communicate(timeout=120)
    kept = len(list((tmp_path / "cut").rglob("*.npz")))
    assert started.returncode == 130, err
    assert 3 <= kept < 12 and "simcare: stopped after" in err and "the same command goes on" in err
    assert json.loads(out)["finished"] is False
    resumed = subprocess.run(command("cut"), cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    whole = subprocess.run(command("whole"), cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    without = {"report": None}
    assert json.loads(resumed.stdout) | without == json.loads(whole.stdout) | without


def test_plan_without_a_word_opens_the_page(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """`simcare plan` opens the Plan page, and a word that is no command is named."""
    opened: list[tuple[str, int, bool]] = []
    monkeypatch.setattr(
        "simcare.desk.server.serve", lambda page, *, port, browser: opened.append((page, port, browser))
    )
    assert run("--port", 9000, "--no-browser")[:2] == (0, "")
    assert opened == [("plan", 9000, False)]
    code, _, err = run("stuff")
    assert code == 2 and "'stuff'" in err and len(opened) == 1


def skill_file(folder: Path, **means: float) -> str:
    """Write a skill file with some skills and return its name."""
    skills = {
        name: {"like": "trained", "competencies": {"escalation": {"mean": mean, "sd": 0.1}}}
        for name, mean in means.items()
    }
    content = {"simcare_skills": 1, "source": "a test", "skills": skills}
    (folder / "skills.json").write_text(json.dumps(content), encoding="utf-8")
    return "skills.json"


def test_a_skill_file_on_the_command_line_changes_what_is_missed(run: Run, tmp_path: Path) -> None:
    """A team that decides well misses fewer escalations than one that does not; one skill is everybody's."""
    missed = [
        json.loads(
            run(
                "run",
                "program.yaml",
                "--skills",
                skill_file(tmp_path, group=mean),
                "--replications",
                2,
                "--workers",
                1,
                "--json",
            )[1]
        )["answers"]["missed"]["mean"]
        for mean in (-2.0, 5.0)
    ]
    assert missed[0] > missed[1] + 0.1


def test_skills_that_nobody_has_are_named(run: Run, tmp_path: Path) -> None:
    """Where a file holds several skills and no team names one, the command cannot tell whose they are."""
    skill_file(tmp_path, early=1.0, late=2.0)
    code, out, err = run("run", "program.yaml", "--skills", "skills.json", "--replications", 2)
    assert (code, out) == (2, "")
    assert err.startswith("simcare: no team of the plan has one of the skills early, late of skills.json; write one")
    assert run("compare", "program.yaml", "--skills", "nothing.json")[0] == 2
