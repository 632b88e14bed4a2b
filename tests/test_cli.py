"""The command line: exit codes, the published JSON shapes, and bad input answered in words."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from simcare import cli

ROOT = Path(__file__).parents[1]
SMALL = ROOT / "tests" / "scenarios" / "good" / "a-small-call.yaml"
BAD = ROOT / "tests" / "scenarios" / "bad"
TRANSCRIPTS = ROOT / "tests" / "calls" / "transcripts"
PLACED = re.compile(r"^.*:\d+:\d+: [A-Z]\d{3} .+; .+$")


@dataclass(frozen=True)
class Ran:
    """What a command printed and ended with."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """Return the output as data."""
        return json.loads(self.out)


Run = Callable[..., Ran]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Return a function that runs `simcare` with words, standing in the project's folder."""
    monkeypatch.chdir(ROOT)

    def simcare(*words: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["simcare", *map(str, words)])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        printed = capsys.readouterr()
        code = stopped.value.code
        return Ran(code if isinstance(code, int) else int(code is not None), printed.out, printed.err)

    return simcare


@pytest.fixture
def own_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of a program's own scenarios, with the small call in it."""
    shutil.copy(SMALL, tmp_path)
    monkeypatch.setenv("SIMCARE_LIBRARY", str(tmp_path))
    return tmp_path


# -- results -----------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_clean_library_ends_with_0(run: Run) -> None:
    """Linting without a word looks at the whole library, finds nothing and exits 0."""
    assert run("scenarios", "lint") == Ran(0, "No findings.\n", "")


def test_findings_end_with_1(run: Run) -> None:
    """A finding is printed with its place, code, fact and remedy, and the exit code is 1."""
    ran = run("scenarios", "lint", BAD / "a_line_id_given_twice.yaml")
    first, last = ran.out.splitlines()
    assert (ran.code, last, bool(PLACED.match(first)), ran.err) == (1, "1 finding.", True, "")


def test_a_path_is_named_from_here(run: Run) -> None:
    """An absolute path below the current folder is printed relative to it."""
    ran = run("scenarios", "lint", BAD / "a_line_id_given_twice.yaml")
    assert ran.out.startswith("tests/scenarios/bad/a_line_id_given_twice.yaml:")


def test_lint_takes_an_id_too(run: Run) -> None:
    """A scenario of the library can be linted by its id."""
    assert run("scenarios", "lint", "sore-knees").code == 0


def test_the_shape_of_lint(run: Run) -> None:
    """`lint --json` is a list of findings with exactly the seven published keys."""
    ran = run("scenarios", "lint", BAD / "a_line_id_given_twice.yaml", BAD / "a_key_that_is_misspelled.yaml", "--json")
    assert ran.code == 1
    assert {frozenset(row) for row in ran.json()} == {
        frozenset({"file", "line", "column", "code", "fact", "remedy", "severity"})
    }
    assert [(row["code"], row["line"], row["severity"]) for row in ran.json()] == [
        ("E245", 46, "error"),
        ("D106", 10, "error"),
    ]


def test_a_clean_file_is_an_empty_list(run: Run) -> None:
    """`lint --json` prints an empty list where nothing was found."""
    assert (run("scenarios", "lint", SMALL, "--json").json(), run("scenarios", "lint", SMALL).code) == ([], 0)


@pytest.mark.slow
def test_the_shape_of_rehearse(run: Run) -> None:
    """`rehearse --json` is a list of results with exactly the published keys, and nothing else is printed."""
    ran = run("scenarios", "rehearse", SMALL, "--player", "under", "--player", "over", "--json")
    keys = {"scenario", "variant", "player", "runs", "mean_score", "pass_rate", "decisions", "mean_seconds", "missed"}
    assert [set(row) for row in ran.json()] == [keys] * 4
    assert [(row["scenario"], row["variant"], row["player"]) for row in ran.json()] == [
        ("a-small-call", variant, player) for variant in ("plain", "fat") for player in ("under", "over")
    ]
    assert [row["decisions"] for row in ran.json()] == [{"educate": 1}, {"call_911": 1}] * 2


def test_rehearsal_may_look_at_one_variant(run: Run) -> None:
    """`--variant` and `--player` leave out the others, and the table names what was asked for."""
    ran = run("scenarios", "rehearse", SMALL, "--variant", "fat", "--player", "ideal")
    assert (ran.code, len(ran.out.splitlines())) == (0, 2)
    assert re.match(r"fat +ideal +1 +100\.0 +100% +\d+:\d\d  warm_transfer_rn 1", ran.out.splitlines()[1])


def test_a_lax_scenario_ends_with_1(run: Run, tmp_path: Path) -> None:
    """A rehearsal that finds a lazy player passing says so and exits 1."""
    lax = SMALL.read_text(encoding="utf-8").replace("basis: known(knee) and known(fever)", "basis: t >= 0")
    lax = lax.replace("pass_mark: 70", "pass_mark: 10").replace("critical: true", "critical: false")
    (tmp_path / "lax.yaml").write_text(lax, encoding="utf-8")
    ran = run("scenarios", "rehearse", tmp_path / "lax.yaml", "--variant", "plain", "--player", "blind")
    assert (ran.code, "finding: plain: the lazy player 'blind' passes" in ran.out) == (1, True)


@pytest.mark.slow
def test_the_same_seed_gives_the_same_rehearsal(run: Run) -> None:
    """A rehearsal repeats with its seed."""
    words = ("scenarios", "rehearse", SMALL, "--player", "random", "--seed", "12", "--json")
    assert run(*words).out == run(*words).out


def test_the_shape_of_play(run: Run) -> None:
    """`play --json` has exactly the published keys, the decision too."""
    ran = run("calls", "play", TRANSCRIPTS / "sore_knees_911_for_a_benign_knee.yaml", "--json")
    data = ran.json()
    assert set(data) == {"score", "passed", "decision", "critical_missed", "rows", "debrief"}
    assert {**data["decision"], "seconds": 0} == {"action": "call_911", "verdict": "over", "seconds": 0}
    assert (ran.code, data["passed"], data["decision"]["seconds"] > 60) == (0, False, True)


def test_rows_of_play_carry_evidence(run: Run) -> None:
    """A met row names the move, the second and the words that met it."""
    data = run("calls", "play", TRANSCRIPTS / "sore_knees_nurse_in_time.yaml", "--json").json()
    row = next(row for row in data["rows"] if row["id"] == "w10_identity")
    assert (row["met"], row["earned"], set(row["evidence"][0])) == (True, row["points"], {"move", "t", "quote"})


def test_no_decision_has_the_verdict_none(run: Run) -> None:
    """Where nothing was decided the action and its second are null and the verdict is "none"."""
    data = run("calls", "play", TRANSCRIPTS / "sore_knees_not_going_to_call_911.yaml", "--json").json()
    assert data["decision"] == {"action": None, "verdict": "none", "seconds": None}


def test_a_call_reads_like_a_call(run: Run) -> None:
    """Without --json the call is told line by line, then its score, decision, rows and truth."""
    ran = run("calls", "play", TRANSCRIPTS / "sore_knees_nurse_in_time.yaml")
    assert ran.out.startswith("  0:00  patient: ")
    assert "Score 100 of 100 (passed, practice)." in ran.out
    assert "Decision: warm_transfer_rn, correct.\n" in ran.out
    assert ran.out.endswith("Training material, not a clinical protocol.\n")


def test_what_was_left_out_is_said_aside(run: Run) -> None:
    """A remark about moves after the end goes to stderr, so that --json stays JSON, and is no error."""
    ran = run("calls", "play", TRANSCRIPTS / "sore_knees_nurse_ends_the_call.yaml", "--json")
    assert (ran.code, ran.json()["passed"], bool(PLACED.match(ran.err.strip()))) == (0, False, True)


def test_the_list_names_every_scenario(run: Run) -> None:
    """`list --json` has the ids of the library, the guided call first."""
    rows = run("scenarios", "list", "--json").json()
    assert {"sore-knees", "lost-car", "mixed-up-tuesday"} <= {row["id"] for row in rows}
    assert rows[0]["guided"] is True


def test_a_program_adds_its_own(run: Run, own_library: Path) -> None:
    """A folder named in SIMCARE_LIBRARY stands beside the library: listed, shown, rehearsed by id."""
    assert "a-small-call" in run("scenarios", "list").out
    assert run("scenarios", "show", "a-small-call").code == 0


@pytest.mark.parametrize("scenario", ["sore-knees", SMALL])
def test_show_tells_what_is_in_a_scenario(run: Run, scenario: object) -> None:
    """`show` names facts, variants and rows, by id or by path."""
    ran = run("scenarios", "show", scenario)
    assert ran.code == 0
    assert [word in ran.out for word in ("Facts", "Variants", "Rubric", "Covers")] == [True] * 4


def test_show_as_json_reads_back(run: Run) -> None:
    """`show --json` is the scenario with the keys of its file."""
    data = run("scenarios", "show", SMALL, "--json").json()
    assert (data["id"], data["facts"]["knee"]["tell"][0]["if"]) == ("a-small-call", "trust < 20")


def test_ids_are_listed(run: Run) -> None:
    """`ids` prints the published ids, as data too."""
    assert "warm_transfer_rn" in run("ids").out
    assert set(run("ids", "--json").json()) >= {"actions", "levels", "intents", "sbar", "note", "verdicts"}


# -- bad input ---------------------------------------------------------------------------------------------------------


def placed(ran: Ran, code: str, remedy: str = "") -> bool:
    """Tell whether a command ended with 2 and nothing but a placed problem of this code, with this in its remedy."""
    lines = ran.err.splitlines()
    fits = ran.code == 2 and ran.out == "" and bool(lines) and all(PLACED.match(line) for line in lines)
    return fits and f" {code} " in lines[0] and remedy in lines[0].rpartition("; ")[2]


@pytest.mark.parametrize(
    ("words", "code", "remedy"),
    [
        (["calls", "play", "no-such-file.yaml"], "D101", "check the name"),
        (["calls", "play", "pyprojekt.toml"], "D101", "did you mean 'pyproject.toml'?"),
        (["calls", "play", "tests"], "D101", "name a file in it"),
        (["calls", "play", "/"], "D101", "name a file in it"),
        (["calls", "play", ROOT / "no-such-file.yaml"], "D101", "check the name"),
        (["calls", "play", SMALL], "D107", "add 'scenario:'"),
        (["scenarios", "lint", "no-such-file.yaml"], "D101", "check the name"),
        (["scenarios", "lint", "tests", "--json"], "D101", "name a file in it"),
        (["scenarios", "show", "sore-knee"], "E104", "did you mean 'sore-knees'?"),
        (["scenarios", "show", "xyz"], "E104", "use one of "),
        (["scenarios", "show", ""], "E104", "use one of "),
        (["scenarios", "show", "no-such-file.yaml"], "D101", "check the name"),
        (["scenarios", "show", BAD / "a_key_that_is_misspelled.yaml"], "D106", "did you mean 'brief'?"),
        (["scenarios", "rehearse", "lost-cars"], "E104", "did you mean 'lost-car'?"),
        (["scenarios", "rehearse", BAD / "a_condition_in_plain_english.yaml"], "E200", "write for example"),
        (["scenarios", "rehearse", BAD / "a_variant_with_a_key_that_no_fact_has.yaml"], "E120", ""),
        (["scenarios", "rehearse", BAD / "a_decision_that_is_not_an_action.yaml"], "E203", "use one of"),
        (["scenarios", "rehearse", BAD / "a_day_that_is_not_in_the_calendar.yaml"], "E211", "write year-month-day"),
    ],
    ids=lambda value: " ".join(map(str, value)).replace(str(ROOT), "~") if isinstance(value, list) else "",
)
def test_bad_input_names_its_place(run: Run, words: list[object], code: str, remedy: str) -> None:
    """Bad input ends with 2 and, on stderr alone, `file:line:col: CODE fact; remedy`."""
    ran = run(*words)
    assert placed(ran, code, remedy), ran


@pytest.mark.parametrize("file", sorted((TRANSCRIPTS / "bad").glob("*.yaml")), ids=lambda file: file.stem)
def test_a_bad_transcript_ends_with_2(run: Run, file: Path) -> None:
    """Each bad transcript ends with 2 and the line that its second line announces."""
    code, line = re.findall(r"# expect: (\S+) (\d+)", file.read_text(encoding="utf-8"))[0]
    ran = run("calls", "play", file)
    assert placed(ran, code) and f"{file.name}:{line}:" in ran.err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ["scenarios", "rehearse", "sore-knees", "--player", "idael"],
            "there is no player 'idael'; did you mean 'ideal'?",
        ),
        (["scenarios", "rehearse", "sore-knees", "--variant", "rightknee"], "did you mean 'right-knee'?"),
        (["scenarios", "rehearse", "sore-knees", "--variant", "zzz"], "use one of slow-ache, right-knee, long-drive"),
        (["scenarios", "rehearse", "sore-knees", "--seed", "x"], "'--seed'"),
        (["scenarios", "rehearse", "sore-knees", "--seed", "-1"], "'--seed'"),
        (["scenarios", "rehearse", "sore-knees", "--seed", "9" * 40], "'--seed'"),
        (["scenarios", "rehearse"], "no scenario is named; name a file or an id, or give --all"),
        (["scenarios", "lint", "--jason"], "No such option: --jason"),
        (["calls", "play"], "Missing argument 'file'"),
        (["calls", "replay"], "No such command 'replay'"),
        (["practice"], "No such command 'practice'"),
        (["--port", "eighty"], "'--port'"),
        (["train", "--port", "70000"], "'--port'"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_words_are_answered(run: Run, words: list[str], sentence: str) -> None:
    """An unknown command, option or value ends with 2 and a sentence on stderr that names it."""
    ran = run(*words)
    assert (ran.code, ran.out, "Traceback" in ran.err) == (2, "", False)
    assert sentence.lower() in ran.err.lower()


ODD = {
    "empty.yaml": b"",
    "latin.yaml": b"scenario: caf\xe9\nmoves: []\n",
    "sixteen.yaml": "scenario: sore-knees".encode("utf-16"),
    "zeros.yaml": b"\x00" * 200,
    "bell.yaml": b"scenario: \x07\nmoves: []\n",
    "image.yaml": bytes(range(256)) * 8,
    "deep.yaml": b"[" * 10_000,
    "bomb.yaml": b"a: &a [x, x]\nb: &b [*a, *a]\nmoves: [*b, *b]\n",
    "long.yaml": b"x" * 5_000_000,
    "tab.yaml": b"scenario:\tsore-knees\nmoves:\n\t- a\n",
}
"""Files that no trainer writes and some program or disk may leave behind."""


@pytest.mark.slow
@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("command", [("calls", "play"), ("scenarios", "show"), ("scenarios", "rehearse")])
def test_odd_bytes_end_with_2(run: Run, tmp_path: Path, name: str, command: tuple[str, str]) -> None:
    """Whatever bytes a file holds, they are answered with a place, a fact and a remedy."""
    (tmp_path / name).write_bytes(ODD[name])
    ran = run(*command, tmp_path / name)
    assert ran.code == 2 and all(PLACED.match(line) for line in ran.err.splitlines()), ran


@pytest.mark.slow
@pytest.mark.parametrize("name", ODD)
def test_odd_bytes_are_findings_of_lint(run: Run, tmp_path: Path, name: str) -> None:
    """To lint, a file that is there and cannot be understood is a finding."""
    (tmp_path / name).write_bytes(ODD[name])
    ran = run("scenarios", "lint", tmp_path / name, "--json")
    assert (ran.code, {row["code"][0] for row in ran.json()}, ran.err) == (1, {"D"}, "")


def test_every_problem_of_a_transcript_is_told_at_once(run: Run, tmp_path: Path) -> None:
    """All impossible moves are named, not only the first."""
    file = tmp_path / "call.yaml"
    file.write_text("scenario: sore-knees\nmoves: [ask_nothing, greet_introduce, {do: fly}, {do: stay_on_line}]\n")
    assert [line.split(" ")[1] for line in run("calls", "play", file).err.splitlines()] == ["E106"] * 3


def test_a_broken_scenario_of_ones_own_is_named(run: Run, own_library: Path) -> None:
    """A transcript of a scenario that is not in order names the place in the scenario's file."""
    text = SMALL.read_text(encoding="utf-8").replace("basis: known(knee) and known(fever)", "basis: known(")
    (own_library / "a-small-call.yaml").write_text(text, encoding="utf-8")
    (own_library / "call.yml").write_text("scenario: a-small-call\nmoves: [greet_introduce]\n", encoding="utf-8")
    ran = run("calls", "play", own_library / "call.yml")
    assert placed(ran, "E200") and "a-small-call.yaml:55:" in ran.err


# -- as a program ------------------------------------------------------------------------------------------------------


def program(*words: str | bytes, **env: str) -> subprocess.CompletedProcess[bytes]:
    """Run the command line as a program of its own."""
    command = [sys.executable, "-m", "simcare.cli", *words]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **env}, capture_output=True, timeout=120)


@pytest.mark.slow
def test_the_program_speaks_utf_8_whatever_the_locale(tmp_path: Path) -> None:
    """Patients speak in typographic characters; a bare locale neither stops nor changes them."""
    text = SMALL.read_text(encoding="utf-8").replace("title: A monthly call", "title: “Señora” – a call")
    (tmp_path / "a-small-call.yaml").write_text(text, encoding="utf-8")
    bare = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    shown = program("scenarios", "show", str(tmp_path / "a-small-call.yaml"), **bare)
    assert (shown.returncode, shown.stdout.decode("utf-8").splitlines()[0][:16]) == (0, "“Señora” – a cal")


def test_a_file_name_that_is_no_text() -> None:
    """A name that is not UTF-8 is answered with its bytes spelled out, never with a traceback."""
    ran = program("scenarios", "lint", "caf\udce9.yaml")
    assert (ran.returncode, ran.stderr.startswith(b"caf\\udce9.yaml:1:1: D101 ")) == (2, True)


@pytest.mark.slow
def test_a_reader_that_leaves_early_hears_nothing_of_it() -> None:
    """Whoever closes the output before it is written (`| head`) gets no word about pipes."""
    command = [sys.executable, "-m", "simcare.cli", "ids", "--json"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
