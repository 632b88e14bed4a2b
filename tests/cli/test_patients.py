"""`simcare patients`: whole partitions or nothing, one closing line, and bad input answered in words."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from simcare import cli
from simcare.patients.population import storage
from simcare.patients.population.storage import load
from tests.patients.fhir.test_bundles import complaints

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Ran:
    """What a command printed and ended with."""

    code: int
    out: str
    err: str


Run = Callable[..., Ran]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Return a function that runs `simcare patients` with words, standing in an empty folder."""
    monkeypatch.chdir(tmp_path)

    def simcare(*words: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["simcare", "patients", *map(str, words)])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        printed = capsys.readouterr()
        code = stopped.value.code
        return Ran(code if isinstance(code, int) else int(code is not None), printed.out, printed.err)

    return simcare


def bytes_of(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder."""
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


# -- results -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["parquet", "csv", "fhir", "bundles"])
def test_generate_writes_partitions_and_one_line(run: Run, tmp_path: Path, format: str) -> None:
    """Each format has its folder a partition; a pipe gets one closing line and nothing else."""
    ran = run("generate", "--count", 25, "--seed", 3, "--out", "p", "--format", format, "--partition", 10)
    assert (ran.code, ran.err, ran.out.count("\n")) == (0, "", 1)
    assert ran.out.startswith(f"25 patients of the mix default, seed 3, as {format} in p: 3 partitions, ")
    assert sorted(path.name for path in (tmp_path / "p").iterdir()) == [
        "people-0000000", "people-0000010", "people-0000020", "population.json",
    ]  # fmt: skip


def test_the_shape_of_generate(run: Run) -> None:
    """`generate --json` says what the folder holds, with the published keys."""
    ran = run("generate", "--count", 5, "--out", "p", "--mix", "rural", "--json")
    data = json.loads(ran.out)
    assert data | {"bytes": 0} == {
        "folder": "p", "partitions": 1, "bytes": 0, "count": 5, "seed": 0, "mix": "rural", "format": "parquet",
        "start": 0, "partition": 50_000, "on": "2026-11-20",
    }  # fmt: skip


@pytest.mark.slow
def test_the_same_command_gives_the_same_bytes(run: Run, tmp_path: Path) -> None:
    """Two runs with one seed are byte-identical, whichever day it is and however many workers there are."""
    for name, workers in (("a", 1), ("b", 2)):
        assert run("generate", "--count", 60, "--out", name, "--partition", 20, "--workers", workers).code == 0
    assert bytes_of(tmp_path / "a") == bytes_of(tmp_path / "b")


@pytest.mark.slow
def test_fhir_partitions_hold_the_same_people_and_check_out(run: Run, tmp_path: Path) -> None:
    """FHIR in partitions of 20 and of 60 has the same bundles, and the independent checks find nothing in them."""
    found = []
    for size in (20, 60):
        run("generate", "--count", 60, "--out", str(size), "--partition", size, "--format", "bundles")
        files = sorted((tmp_path / str(size)).rglob("bundles.ndjson"))
        found.append([line for file in files for line in file.read_bytes().splitlines()])
    assert found[0] == found[1] and len(found[0]) == 60
    assert [words for line in found[0][:20] for words in complaints(json.loads(line))] == []


def test_a_finished_folder_is_left_as_it_is(run: Run, tmp_path: Path) -> None:
    """The same command again writes nothing and ends with 0."""
    run("generate", "--count", 20, "--out", "p", "--partition", 10)
    before = {file: file.stat().st_mtime_ns for file in (tmp_path / "p").rglob("*.parquet")}
    assert run("generate", "--count", 20, "--out", "p", "--partition", 10).code == 0
    assert {file: file.stat().st_mtime_ns for file in (tmp_path / "p").rglob("*.parquet")} == before


@pytest.mark.slow
def test_a_sound_population_passes_the_report(run: Run) -> None:
    """The report of a modest panel says that every line holds and ends with 0."""
    run("generate", "--count", 2000, "--out", "p")
    ran = run("report", "p")
    assert (ran.code, ran.err) == (0, "") and "lines hold." in ran.out and "Does not hold" not in ran.out


@pytest.mark.slow
def test_a_population_shuffled_by_column_fails_the_report(run: Run, tmp_path: Path) -> None:
    """Files whose columns were dealt out anew end with 1, and the lines that do not hold are named with their table."""
    run("generate", "--count", 2000, "--out", "p")
    rng = np.random.default_rng(5)
    for file in (tmp_path / "p").rglob("*.parquet"):
        rows = pd.read_parquet(file)
        mixed = {name: rows[name].iloc[rng.permutation(len(rows))].to_numpy() for name in rows.columns}
        pd.DataFrame(mixed).to_parquet(file)
    ran = run("report", "p")
    assert (
        ran.code == 1 and "Does not hold" in ran.out and "prevalence.csv" in ran.out and "lines do not hold" in ran.out
    )


@pytest.mark.slow
def test_the_shape_of_report(run: Run) -> None:
    """`report --json` has the published keys, and a verdict of three words a line."""
    run("generate", "--count", 500, "--out", "p")
    data = json.loads(run("report", "p", "--json").out)
    assert set(data) == {"count", "seed", "mix", "on", "passed", "lines"}
    assert {frozenset(line) for line in data["lines"]} == {
        frozenset(
            (
                "section",
                "what",
                "among",
                "unit",
                "published",
                "found",
                "allowed",
                "holds",
                "table",
                "source",
                "confidence",
            )
        )
    }
    assert {line["holds"] for line in data["lines"]} == {"pass", "shown"}


@pytest.mark.slow
def test_every_line_can_be_seen(run: Run) -> None:
    """`report --all` prints each line, a quiet one only what is needed."""
    run("generate", "--count", 300, "--out", "p")
    quiet, every = run("report", "p").out, run("report", "p", "--all").out
    assert quiet.count("prevalence.csv") == 1 and every.count("prevalence.csv") > 200


def test_show_reads_like_a_chart(run: Run) -> None:
    """One patient is told section by section, by number and by id alike."""
    number = next(number for number in range(20) if run("show", number).code == 0)
    ran = run("show", number)
    assert ran.out == run("show", f"SYN-{number:07d}").out
    assert [word in ran.out for word in (f"SYN-{number:07d}", "Conditions", "Medicines", "Care gaps")] == [True] * 4


def test_show_from_a_folder_is_the_person_of_the_seed(run: Run) -> None:
    """A person on disk has the chart that seed, mix and day draw."""
    run("generate", "--count", 60, "--out", "p", "--mix", "frail", "--seed", 9, "--partition", 25)
    enrolled = load(Path("p")).patients.query("enrolled")["patient"].iloc[-1]
    ran = run("show", enrolled, "--from", "p", "--json")
    assert json.loads(ran.out)["identity"] and ran == run("show", enrolled, "--mix", "frail", "--seed", 9, "--json")


def test_who_has_no_chart_is_answered_with_the_next_who_has(run: Run) -> None:
    """A care manager sees who consented; of another one the command says so, and whom to ask for."""
    ran = next(ran for ran in (run("show", number) for number in range(20)) if ran.code)
    assert (ran.code, "has not consented" in ran.err) == (2, True)
    assert run("show", ran.err.split()[-1]).code == 0


# -- bad input ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["generate", "--out", "p"], "Missing option '--count'"),
        (["generate", "--count", "-5", "--out", "p"], "'--count'"),
        (["generate", "--count", "many", "--out", "p"], "'--count'"),
        (["generate", "--count", "999999999999", "--out", "p"], "must be 0 or more and end under"),
        (["generate", "--count", "5", "--out", "p", "--seed", "-1"], "'--seed'"),
        (["generate", "--count", "5", "--out", "p", "--mix", "rurall"], "did you mean 'rural'?"),
        (["generate", "--count", "5", "--out", "p", "--mix", "zzz"], "or the path of a .yaml file"),
        (["generate", "--count", "5", "--out", "p", "--mix", "gone.yaml"], "D101"),
        (["generate", "--count", "5", "--out", "p", "--format", "parket"], "did you mean 'parquet'?"),
        (["generate", "--count", "5", "--out", "p", "--format", "xml"], "use one of parquet, csv, fhir, bundles"),
        (["generate", "--count", "5", "--out", "p", "--workers", "0"], "'--workers'"),
        (["generate", "--count", "5", "--out", "p", "--partition", "0"], "'--partition'"),
        (["generate", "--count", "5", "--out", "p", "--on", "yesterday"], "'--on'"),
        (["generate", "--count", "5", "--out", "p", "--on", "1999-01-01"], "choose a day from 2024-01-01"),
        (["generate", "--count", "5", "--out", "p", "--cluster", "nowhere"], "check the address"),
        (["report", "gone"], "holds no population"),
        (["report"], "Missing argument 'folder'"),
        (["show", "Mrs. Grant"], "give a number such as 42"),
        (["show", "-3"], "No such option"),
        (["show", "43", "--from", "gone"], "holds no population"),
        (["show", "43", "--mix", "defualt"], "did you mean 'default'?"),
        (["shwo", "43"], "No such command 'shwo'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_words_are_answered(run: Run, tmp_path: Path, words: list[str], sentence: str) -> None:
    """Bad input ends with 2 and a sentence on stderr that names it, before anything is written."""
    ran = run(*words)
    assert (ran.code, ran.out, "Traceback" in ran.err) == (2, "", False)
    assert sentence.lower() in " ".join(ran.err.lower().split())
    assert list(tmp_path.rglob("*.parquet")) == []


def test_another_seeds_folder_is_refused(run: Run, tmp_path: Path) -> None:
    """A folder with another seed's partitions keeps them, and the sentence says what differs."""
    run("generate", "--count", 10, "--out", "p")
    before = bytes_of(tmp_path / "p")
    ran = run("generate", "--count", 10, "--out", "p", "--seed", 4)
    assert (ran.code, "seed 0 there, 4 asked" in ran.err, bytes_of(tmp_path / "p")) == (2, True, before)


def test_a_strange_folder_is_refused(run: Run, tmp_path: Path) -> None:
    """A folder that holds something else is left alone."""
    (tmp_path / "letter.txt").write_text("dear")
    ran = run("generate", "--count", 10, "--out", ".")
    assert (ran.code, "is not empty and holds no population" in ran.err) == (2, True)


@pytest.mark.parametrize("out", ["letter.txt", "letter.txt/below"])
def test_a_file_in_the_way_is_told(run: Run, tmp_path: Path, out: str) -> None:
    """Where no folder can be made, the sentence says so and what to do."""
    (tmp_path / "letter.txt").write_text("dear")
    ran = run("generate", "--count", 10, "--out", out)
    assert (ran.code, "cannot be written" in ran.err, "choose another folder" in ran.err) == (2, True, True)


@pytest.mark.slow
@pytest.mark.parametrize("format", ["parquet", "csv", "fhir", "bundles"])
@pytest.mark.parametrize("reason", [errno.ENOSPC, errno.EACCES, errno.EROFS])
def test_a_disk_that_refuses_is_told(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reason: int, format: str
) -> None:
    """A full or read-only disk ends with 2, leaves whole partitions, and the same command then continues."""
    words = ("generate", "--count", 30, "--out", "p", "--partition", 10, "--format", format)
    real, calls = os.replace, []

    def refuse(source: Any, target: Any) -> None:
        calls.append(target)
        if "people-0000010" in str(target):
            raise OSError(reason, os.strerror(reason))
        real(source, target)

    monkeypatch.setattr(storage.os, "replace", refuse)
    ran = run(*words)
    assert (ran.code, ran.out, os.strerror(reason) in ran.err, "Traceback" in ran.err) == (2, "", True, False)
    assert sorted(path.name for path in (tmp_path / "p").iterdir()) == ["people-0000000", "population.json"]
    monkeypatch.setattr(storage.os, "replace", real)
    assert run(*words).code == 0


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (
            lambda folder: (folder / "people-0000000" / "conditions.parquet").write_bytes(b"PAR1"),
            "the table conditions",
        ),
        (lambda folder: (folder / "people-0000000" / "fills.parquet").unlink(), "the table fills cannot be read"),
        (lambda folder: (folder / "population.json").write_text("{"), "cannot be read"),
        (lambda folder: (folder / "people-0000000").rename(folder / "aside"), "holds 0 of 1 partitions"),
    ],
    ids=["cut-off", "missing", "about", "partition"],
)
def test_a_damaged_population_is_told(run: Run, damage: Callable[[Path], object], sentence: str) -> None:
    """The report of files that cannot be read ends with 2, the place and a remedy."""
    run("generate", "--count", 10, "--out", "p")
    damage(Path("p"))
    ran = run("report", "p")
    assert (ran.code, ran.out, sentence in ran.err, "generate" in ran.err) == (2, "", True, True)


def test_fhir_is_not_read_back(run: Run) -> None:
    """The report of FHIR says how to get tables of the same people."""
    run("generate", "--count", 10, "--out", "p", "--format", "fhir")
    ran = run("report", "p")
    assert (ran.code, "generate the same people as parquet" in ran.err) == (2, True)


@pytest.mark.parametrize(
    ("patient", "sentence"), [(99, "the numbers go from 0 to 9"), ("SYN-0000099", "the numbers go from 0 to 9")]
)
def test_a_patient_who_is_not_there_is_told(run: Run, patient: object, sentence: str) -> None:
    """A number beyond the population is answered with the numbers there are."""
    run("generate", "--count", 10, "--out", "p")
    ran = run("show", patient, "--from", "p")
    assert (ran.code, sentence in ran.err) == (2, True)


# -- as a program ------------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("workers", ["1", "2"])
def test_ctrl_c_leaves_whole_partitions_and_the_same_command_continues(tmp_path: Path, workers: str) -> None:
    """An interruption ends with 130 and a sentence; what was begun is gone, and the rest comes with the same bytes."""
    command = [sys.executable, "-m", "simcare.cli", "patients", "generate", "--count", "40000", "--partition", "2000"]
    words = [*command, "--workers", workers, "--out"]
    folder = tmp_path / "p"
    process = subprocess.Popen(
        [*words, str(folder)], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    limit = time.monotonic() + 60
    while len(list(folder.glob("people-*"))) < 2 and time.monotonic() < limit:
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    there = [path.name for path in folder.iterdir()]
    assert (process.returncode, out) == (130, b"")
    assert err.decode().endswith("in whole partitions; the same command continues\n") and b"Traceback" not in err
    assert 2 <= len([name for name in there if name.startswith("people-")]) < 20
    assert [name for name in there if name.startswith(".")] == []
    for place in (folder, tmp_path / "whole"):
        subprocess.run([*words, str(place)], cwd=ROOT, check=True, capture_output=True, timeout=120)
    assert bytes_of(folder) == bytes_of(tmp_path / "whole")


@pytest.mark.slow
def test_a_dask_cluster_gives_the_same_bytes(run: Run, tmp_path: Path) -> None:
    """Partitions that a cluster's workers write are those of one process, byte for byte."""
    from distributed import LocalCluster

    run("generate", "--count", 3000, "--out", "alone", "--partition", 1000)
    with LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, local_directory=str(tmp_path / "d")
    ) as it:
        words = ("--partition", 1000, "--cluster", it.scheduler_address)
        ran = run("generate", "--count", 3000, "--out", "cluster", *words)
    assert ran.code == 0 and bytes_of(tmp_path / "alone") == bytes_of(tmp_path / "cluster")
