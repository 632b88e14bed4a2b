"""Commands about records: what they print, what they ask, and how they end."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from simcare.calls.moves import Do
from simcare.cli import app
from simcare.documents import SimcareError
from simcare.training.practice import Practice
from simcare.training.records import Records
from tests.training.filled import begin_attempt, fill

Run = Callable[..., Result]
SMALL = Path(__file__).parents[1] / "calls" / "small_scenario.yaml"


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Records]:
    """Return the records that the commands use, with two people in them."""
    url = f"sqlite:///{(tmp_path / 'records.sqlite').as_posix()}"
    monkeypatch.setenv("SIMCARE_DATABASE_URL", url)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    with Records.open(url) as records:
        fill(records, begin_attempt, "Ann Lee", "Bo Diaz")
        yield records


@pytest.fixture
def run() -> Run:
    """Return a function that runs `simcare records` with words."""

    def records(*words: str, answer: str | None = None) -> Result:
        return CliRunner().invoke(app, ["records", *words], input=answer)

    return records


def test_list_tells_every_call(store: Records, run: Run) -> None:
    """A line for each, the newest first; JSON for programs; one learner's on demand."""
    printed = run("list").stdout.splitlines()
    assert len(printed) == 9 and printed[-1] == "8 calls recorded."
    assert "Bo Diaz" in printed[0] and "82.5 passed" in run("list", "--learner", "Ann Lee").stdout
    listed = json.loads(run("list", "--learner", "ann lee", "--json").stdout)
    assert [one["status"] for one in listed] == ["open", "left", "open", "finished"]
    assert listed[3]["score"] == 82.5


def test_an_export_can_be_imported_elsewhere(
    store: Records, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Out of one database and into another, with what was done in words."""
    assert run("export", "out.jsonl").stdout.startswith("out.jsonl: ")
    monkeypatch.setenv("SIMCARE_DATABASE_URL", f"sqlite:///{(tmp_path / 'other.sqlite').as_posix()}")
    assert "8 attempts, 14 moves" in run("import", "out.jsonl").stdout
    assert run("import", "out.jsonl").stdout.startswith("nothing new; ")
    run("export", "again.jsonl")
    assert (tmp_path / "again.jsonl").read_bytes() == (tmp_path / "out.jsonl").read_bytes()


def test_an_export_may_go_several_ways_at_once(store: Records, run: Run, tmp_path: Path) -> None:
    """CSV and xAPI of one learner, each told with its size."""
    printed = run("export", "--csv", "sheets", "--xapi", "out.json", "--learner", "Ann Lee").stdout
    assert printed == "sheets: 4 calls, 1 rubric row.\nout.json: 12 statements.\n"
    assert len(json.loads((tmp_path / "out.json").read_text("utf-8"))) == 12


@pytest.mark.parametrize(
    ("words", "fact"),
    [
        (["export"], "nothing to export to"),
        (["export", "x.jsonl", "--learner", "Cy"], "nobody called 'Cy'"),
        (["export", "--lrs", "ftp://x"], "no address of a learning record store"),
        (["export", "--xapi", "x.json", "--home", "here"], "no address to name accounts by"),
        (["import", "gone.jsonl"], r"gone\.jsonl:1:1: R302 the file cannot be read"),
        (["erase", "Cy", "--yes"], "nobody called 'Cy'"),
        (["rescore", "0" * 32], "no attempt 0"),
    ],
)
def test_what_cannot_be_done_is_told(store: Records, run: Run, words: list[str], fact: str) -> None:
    """Every bad word is a sentence for `main` to print with exit code 2."""
    result = run(*words)
    assert isinstance(result.exception, SimcareError)
    with pytest.raises(SimcareError, match=fact):
        raise result.exception


def test_erasing_asks_first(store: Records, run: Run) -> None:
    """It says what goes; without a yes nothing does."""
    asked = run("erase", "ann lee", answer="n\n")
    assert asked.exit_code == 1 and "Nothing was erased." in asked.stdout
    assert "4 with 7 moves" in asked.stdout and "3 of calls and shifts" in asked.stdout
    assert store.knows("Ann Lee")


def test_erasing_tells_what_is_out_of_reach(store: Records, run: Run, tmp_path: Path) -> None:
    """Copies from before upgrades are named, and so are exports and record stores in general."""
    copy = tmp_path / "records.sqlite.before-0003-20261101T000000Z"
    copy.write_bytes(b"")
    done = run("erase", "ann lee", "--yes")
    assert done.exit_code == 0 and not store.knows("Ann Lee") and store.knows("Bo Diaz")
    assert str(copy) in done.stdout and "learning record store" in done.stdout


def test_rescoring_tells_what_changed_and_what_cannot_be_played(
    store: Records, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A dry run says what would change and records nothing; a call that cannot be replayed is a finding."""
    library = tmp_path / "library"
    library.mkdir()
    (library / "small.yaml").write_text(SMALL.read_text("utf-8"), encoding="utf-8")
    monkeypatch.setenv("SIMCARE_LIBRARY", str(library))
    practice = Practice.begin(store, "Cy", "small", "quiet", 7)
    practice.take(Do("message_provider", 60))
    practice.finish()
    assert run("rescore", "--learner", "Cy").stdout == "0 calls judged anew, 0 cannot be played any more.\n"
    (library / "small.yaml").write_text(SMALL.read_text("utf-8") + "\n# read again\n", encoding="utf-8")
    dry = run("rescore", "--learner", "Cy", "--dry-run").stdout
    assert practice.attempt.id in dry and "1 call would be judged anew" in dry
    assert store.rescores(practice.attempt.id) == []
    assert "1 call judged anew" in run("rescore", "--learner", "Cy").stdout
    assert len(store.rescores(practice.attempt.id)) == 1
    lost = run("rescore", "--learner", "Ann Lee")
    assert lost.exit_code == 1 and lost.stdout.startswith("finding: ")
