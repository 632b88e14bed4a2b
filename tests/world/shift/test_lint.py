"""Bad shifts: each file's name is what is wrong with it, and it is told with its place, a code and a remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from simcare.documents import DocumentError
from simcare.world.shift.library import lint_shift, load_shift, shift_files
from tests.world.shift.walks import SMALL

BAD = Path(__file__).parent / "bad"
EXPECTED = {
    "a_scenario_that_is_not_there": (11, 23, "H102"),
    "a_variant_that_is_not_there": (11, 45, "H102"),
    "a_level_that_is_not_there": (11, 44, "H102"),
    "a_line_without_a_caller": (11, 3, "H104"),
    "a_message_without_words": (11, 3, "H104"),
    "a_message_that_nothing_settles": (11, 3, "H105"),
    "an_urgent_message_that_an_answer_settles": (17, 37, "H105"),
    "a_clue_that_does_not_stand_there": (16, 26, "H106"),
    "urgency_that_nobody_could_know": (11, 3, "H106"),
    "a_time_after_the_end": (11, 45, "H107"),
    "patience_the_wrong_way_round": (11, 42, "H107"),
    "a_nurse_whose_time_runs_backward": (9, 27, "H107"),
    "a_colleague_called_nurse": (9, 14, "H108"),
    "a_scenario_and_a_draw": (11, 45, "H103"),
    "a_misspelled_key": (11, 23, "D106"),
    "a_call_of_another_day": (11, 19, "H109"),
}


def test_every_bad_file_is_expected() -> None:
    """The folder holds these files and no other."""
    assert {file.stem for file in BAD.glob("*.yaml")} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_what_is_wrong_is_told_at_its_place(name: str) -> None:
    """The finding that the file was made for stands at the word that is wrong, with a remedy."""
    found = lint_shift(BAD / f"{name}.yaml")
    assert EXPECTED[name] in [(problem.line, problem.column, problem.code) for problem in found]
    assert all(problem.remedy for problem in found)


@pytest.mark.parametrize("name", [name for name in EXPECTED if name != "a_call_of_another_day"])
def test_a_bad_shift_is_not_opened(name: str) -> None:
    """What cannot be played as it is meant is refused with every error of the file; a warning alone is not."""
    with pytest.raises(DocumentError):
        load_shift(BAD / f"{name}.yaml")


@pytest.mark.parametrize("name", [*shift_files(), SMALL])
def test_a_shift_of_ours_is_clean(name: str | Path) -> None:
    """Lint finds nothing in what we ship."""
    assert [str(problem) for problem in lint_shift(name)] == []


def test_a_programs_own_shifts_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of SIMCARE_LIBRARY may hold shifts, which stand beside ours."""
    (tmp_path / "shifts").mkdir()
    (tmp_path / "shifts" / "small-shift.yaml").write_text(SMALL.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setenv("SIMCARE_LIBRARY", str(tmp_path))
    assert load_shift("small-shift").spec.value.title == "A small shift"
    assert "quiet-tuesday" in shift_files()


def test_an_unknown_shift_is_told_with_the_nearest() -> None:
    """A slip of the keyboard gets the name that was meant."""
    with pytest.raises(DocumentError, match="did you mean 'quiet-tuesday'"):
        load_shift("quiet-tuesdey")
