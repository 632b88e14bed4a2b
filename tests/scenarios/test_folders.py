"""Content of a program's own: several folders, the later before the earlier, scenarios, policies and intents alike."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from simcare.documents import SimcareError
from simcare.scenarios import intents
from simcare.scenarios.folders import program_folders
from simcare.scenarios.library import library_files, load_policy, load_scenario
from simcare.scenarios.policy import Policy

SMALL = (Path(__file__).parent / "good" / "a-small-call.yaml").read_text(encoding="utf-8")
INTENTS = """\
simcare: 1
core: [ask_bees]
intents:
  ask_bees:
    label: Ask about the bees
    kind: ask
    say: How are your bees?
    exemplars: [how are the bees, are the hives well, did the bees come through the winter, how is your beehive]
  ask_fever:
    label: Ask about fever, our way
    kind: ask
    say: Any fever at all, friend?
    exemplars: [any fever at all friend, do you run hot friend, are you burning up friend, have you a fever friend]
"""


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """Return two folders that are named in SIMCARE_LIBRARY, the first before the second."""
    pair = tmp_path / "county", tmp_path / "clinic"
    for folder in pair:
        folder.mkdir()
    monkeypatch.setenv("SIMCARE_LIBRARY", os.pathsep.join(map(str, pair)))
    return pair


def test_a_later_folder_replaces_a_call_by_its_id(folders: tuple[Path, Path]) -> None:
    """The clinic's version of a call is played in place of the county's, and ours stays beside it."""
    for folder, title in zip(folders, ("County", "Clinic"), strict=True):
        text = SMALL.replace("title: A monthly call", f"title: {title}")
        (folder / "a-small-call.yaml").write_text(text, encoding="utf-8")
    assert load_scenario("a-small-call").value.title == "Clinic"
    assert "sore-knees" in library_files()


def test_a_folder_may_replace_one_of_ours(folders: tuple[Path, Path]) -> None:
    """A program's own sore-knees is the one that is played."""
    text = SMALL.replace("id: a-small-call", "id: sore-knees")
    (folders[0] / "sore-knees.yaml").write_text(text, encoding="utf-8")
    assert load_scenario("sore-knees").value.title == "A monthly call"


def test_a_program_has_its_own_policy(folders: tuple[Path, Path]) -> None:
    """`policies/default.yaml` of a later folder is the policy of every call; it needs nothing else there."""
    ours = load_policy()
    (folders[1] / "policies").mkdir()
    changed = ours.text.replace("label: Get 911 now", "label: Ring the county line")
    (folders[1] / "policies" / "default.yaml").write_text(changed, encoding="utf-8")
    theirs: Policy = load_policy().value
    assert (theirs.actions["call_911"].label, ours.value.actions["call_911"].label) == (
        "Ring the county line",
        "Get 911 now",
    )


def test_a_program_adds_and_replaces_intents(folders: tuple[Path, Path]) -> None:
    """Its words stand beside ours and in place of those with the same id, and the pinned text is that of both."""
    ours = intents.document()
    (folders[0] / "intents.yaml").write_text(INTENTS, encoding="utf-8")
    both = intents.document()
    assert set(both.value.intents) - set(ours.value.intents) == {"ask_bees"}
    assert both.value.intents["ask_fever"].label == "Ask about fever, our way"
    assert set(both.value.core) == {*ours.value.core, "ask_bees"}
    assert both.sha256 != ours.sha256 and "ask_bees" in both.text
    assert "intents" not in library_files()


def test_without_a_folder_everything_is_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty variable, or one with empty parts, names nobody's folder."""
    monkeypatch.setenv("SIMCARE_LIBRARY", os.pathsep * 2)
    assert "a-small-call" not in library_files()


@pytest.mark.parametrize("how", ["the folder itself", "a folder above it"])
def test_a_folder_that_is_shut_is_named(how: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A trainer whose account is not in the group of the library reads which folder it is and what to do."""

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setenv("SIMCARE_LIBRARY", str(tmp_path))
    assert program_folders() == (tmp_path,)
    if how == "the folder itself":
        monkeypatch.setattr("simcare.scenarios.folders.os.access", lambda *_: False)
    else:
        monkeypatch.setattr("simcare.scenarios.folders.Path.stat", refuse)
    with pytest.raises(SimcareError, match=r"SIMCARE_LIBRARY names .*may not read.*by its group"):
        program_folders()


def test_a_folder_that_is_not_there_is_empty(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It may be made later; nothing is refused for it."""
    monkeypatch.setenv("SIMCARE_LIBRARY", str(tmp_path / "later"))
    assert "sore-knees" in library_files()
