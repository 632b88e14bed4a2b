"""Sharing: a signature is for one text, a pack is what was packed or nothing, a sheet tells all that is judged."""

from __future__ import annotations

import json
import re
import zipfile
from datetime import date
from pathlib import Path

import pytest

from simcare.documents import DocumentError, SimcareError
from simcare.scenarios import intents
from simcare.scenarios.library import LIBRARY, load_policy, load_scenario
from simcare.scenarios.packs import MANIFEST, PackError, pack, unpack
from simcare.scenarios.review_sheet import review_sheet
from simcare.scenarios.signatures import lapsed_signature, sign, signature_of
from simcare.scenarios.variants import merge_variant

SMALL = (Path(__file__).parent / "good" / "a-small-call.yaml").read_text(encoding="utf-8")
DAY = date(2026, 11, 2)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with the small call."""
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours" / "a-small-call.yaml").write_text(SMALL, encoding="utf-8")
    return tmp_path / "ours"


# -- signatures ----------------------------------------------------------------------------------------------------


def test_a_signed_text_says_who_reviewed_it(folder: Path) -> None:
    """Name, credential and day stand beside the version that was read, wherever the call is loaded."""
    file = folder / "a-small-call.yaml"
    assert load_scenario(file).value.reviewed_by == "unreviewed"
    sign(load_scenario(file), name="Ann Lee", credential="RN", on=DAY)
    assert load_scenario(file).value.reviewed_by == "Ann Lee, RN (2026-11-02)"
    assert file.read_text(encoding="utf-8") == SMALL


def test_any_change_of_the_text_takes_the_signature_away(folder: Path) -> None:
    """One word of a patient's line is enough; who signed the earlier text is still known."""
    file = folder / "a-small-call.yaml"
    sign(load_scenario(file), name="Ann Lee", credential="RN", on=DAY)
    file.write_text(SMALL.replace("No fever.", "No fever, none."), encoding="utf-8")
    changed = load_scenario(file)
    assert (changed.value.reviewed_by, signature_of(changed)) == ("unreviewed", None)
    lapsed = lapsed_signature(changed)
    assert lapsed is not None and lapsed.name == "Ann Lee"
    file.write_text(SMALL, encoding="utf-8")
    assert load_scenario(file).value.reviewed_by.startswith("Ann Lee")


def test_what_a_text_says_of_itself_is_no_signature(folder: Path) -> None:
    """Nobody becomes a reviewer by being written into a file."""
    file = folder / "a-small-call.yaml"
    file.write_text(SMALL.replace("when: 2026", "reviewed_by: Doctor Who\nwhen: 2026"), encoding="utf-8")
    assert load_scenario(file).value.reviewed_by == "unreviewed"


def test_the_newest_signature_counts_and_all_are_kept(folder: Path) -> None:
    """A second reader signs beside the first."""
    file = folder / "a-small-call.yaml"
    sign(load_scenario(file), name="Ann Lee", credential="RN", on=DAY)
    sign(load_scenario(file), name="Bo Diaz", credential="MD", on=DAY)
    assert load_scenario(file).value.reviewed_by == "Bo Diaz, MD (2026-11-02)"
    assert (folder / "signatures.yaml").read_text(encoding="utf-8").count("credential") == 2


def test_signatures_that_cannot_be_read_are_told_with_their_place(folder: Path) -> None:
    """A signature file that was changed by hand is a finding, not a traceback."""
    (folder / "signatures.yaml").write_text("simcare: 1\nsignatures: {a-small-call: [{name: X}]}\n", encoding="utf-8")
    with pytest.raises(DocumentError, match=r"signatures\.yaml:2:\d+: D107"):
        load_scenario(folder / "a-small-call.yaml")


# -- packs -------------------------------------------------------------------------------------------------------------


def test_what_is_unpacked_is_what_was_packed(folder: Path, tmp_path: Path) -> None:
    """Scenarios, policies, intents and signatures travel, and the same content gives the same bytes."""
    (folder / "policies").mkdir()
    (folder / "policies" / "county.yaml").write_text(load_policy().text, encoding="utf-8")
    (folder / "translations").mkdir()
    (folder / "translations" / "a-small-call.es.yaml").write_text("simcare: 1\n", encoding="utf-8")
    sign(load_scenario(folder / "a-small-call.yaml"), name="Ann Lee", credential="RN", on=DAY)
    manifest = pack(folder, tmp_path / "one.zip")
    pack(folder, tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    assert manifest["scenarios"]["a-small-call"]["reviewed_by"] == "Ann Lee, RN (2026-11-02)"
    unpack(tmp_path / "one.zip", tmp_path / "theirs")
    there = {file.relative_to(folder): file.read_bytes() for file in folder.rglob("*.yaml")}
    here = {p.relative_to(tmp_path / "theirs"): p.read_bytes() for p in (tmp_path / "theirs").rglob("*.yaml")}
    assert here == there and len(here) == 4
    assert load_scenario(tmp_path / "theirs" / "a-small-call.yaml").value.reviewed_by.startswith("Ann Lee")


def test_a_scenario_with_errors_is_not_packed(folder: Path, tmp_path: Path) -> None:
    """What lint refuses is not shared."""
    (folder / "a-small-call.yaml").write_text(SMALL.replace("points: 40", "points: 41"), encoding="utf-8")
    with pytest.raises(DocumentError, match="E231"):
        pack(folder, tmp_path / "x.zip")
    assert not (tmp_path / "x.zip").exists()


def rewritten(source: Path, target: Path, changes: dict[str, bytes | None], more: dict[str, bytes]) -> Path:
    """Copy a zip with some files changed or left out (None), and more added."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            data = changes.get(name, old.read(name))
            if data is not None:
                new.writestr(name, data)
        for name, data in more.items():
            new.writestr(name, data)
    return target


def evil_manifest(name: str) -> bytes:
    """Return a manifest that lists one file of this name."""
    return json.dumps({"simcare": 1, "files": {name: "0" * 64}, "scenarios": {}}).encode()


@pytest.mark.parametrize(
    ("changes", "more", "sentence"),
    [
        ({"a-small-call.yaml": SMALL.replace("No fever", "Fever").encode()}, {}, "is not what was packed"),
        ({"a-small-call.yaml": None}, {}, "and not in both"),
        ({}, {"extra.yaml": b"x: 1"}, "and not in both"),
        ({MANIFEST: None}, {}, "has no manifest.json"),
        ({MANIFEST: b"{"}, {}, "cannot be read"),
        ({MANIFEST: b"[]"}, {}, "cannot be read"),
        ({MANIFEST: evil_manifest("../out.yaml")}, {"../out.yaml": b"x"}, "no scenario content"),
        ({MANIFEST: evil_manifest("/out.yaml")}, {"/out.yaml": b"x"}, "no scenario content"),
        ({MANIFEST: evil_manifest("run.py")}, {"run.py": b"x"}, "no scenario content"),
    ],
)
def test_a_pack_that_was_changed_writes_nothing(
    folder: Path, tmp_path: Path, changes: dict[str, bytes | None], more: dict[str, bytes], sentence: str
) -> None:
    """A text that differs from its hash, a file too many or too few, a name that leads elsewhere: all are refused."""
    pack(folder, tmp_path / "good.zip")
    bad = rewritten(tmp_path / "good.zip", tmp_path / "bad.zip", changes, more)
    with pytest.raises(PackError, match=re.escape(sentence)):
        unpack(bad, tmp_path / "theirs")
    assert not (tmp_path / "theirs").exists() and not (tmp_path / "out.yaml").exists()


def test_no_zip_is_no_pack(tmp_path: Path) -> None:
    """Any other file, or none, is answered with a sentence."""
    (tmp_path / "x.zip").write_bytes(b"PK\x03\x04 nothing")
    for name in ("x.zip", "gone.zip"):
        with pytest.raises(PackError, match="cannot be opened as a zip"):
            unpack(tmp_path / name, tmp_path / "theirs")


def test_a_pack_never_replaces_another_text(folder: Path, tmp_path: Path) -> None:
    """Where a file of that name differs, the pack goes into a folder of its own; unpacked twice it is the same."""
    pack(folder, tmp_path / "good.zip")
    mine = tmp_path / "mine"
    unpack(tmp_path / "good.zip", mine)
    unpack(tmp_path / "good.zip", mine)
    (mine / "a-small-call.yaml").write_text(SMALL + "# mine\n", encoding="utf-8")
    with pytest.raises(PackError, match="already there and differs"):
        unpack(tmp_path / "good.zip", mine)


def test_an_empty_folder_is_not_packed(tmp_path: Path) -> None:
    """There has to be a scenario, in a folder that is there, under a name that travels."""
    with pytest.raises(PackError, match="holds no scenario"):
        pack(tmp_path, tmp_path / "x.zip")
    with pytest.raises(PackError, match="is not a folder"):
        pack(tmp_path / "gone", tmp_path / "x.zip")
    (tmp_path / "My Call.yaml").write_text(SMALL, encoding="utf-8")
    with pytest.raises(PackError, match="cannot be packed"):
        pack(tmp_path, tmp_path / "x.zip")


# -- the review sheet --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", sorted(LIBRARY.glob("*.yaml")), ids=lambda file: file.stem)
def test_a_sheet_tells_all_that_is_judged(file: Path) -> None:
    """Every row, its reason and source, every line that tells, every truth stands on the sheet, in plain words."""
    document = load_scenario(file)
    page = review_sheet(document, load_policy().value, intents.load())
    plain = page.replace("&#x27;", "'").replace("&quot;", '"').replace("&amp;", "&").replace("&lt;", "<")
    plain = plain.replace("&gt;", ">")
    for variant in document.value.variants:
        merged = merge_variant(document.value, variant)
        wanted = [document.value.variants[variant].truth, merged.decision.why, merged.decision.source]
        wanted += [text for item in merged.rubric.values() for text in (item.label, item.why, item.source) if text]
        wanted += [tell.say for fact in merged.facts.values() for tell in fact.tell if not tell.deflect]
        assert [text for text in wanted if text not in plain] == []
    assert not re.search(r"\b(known|said|done)\(", page)
    assert "<script" not in page and "http" not in page and "Nobody has reviewed this text yet." in page


def test_a_sheet_says_who_signed_and_what_changed_since(folder: Path) -> None:
    """A signed text names its reader, a changed one the reader of the text before."""
    file = folder / "a-small-call.yaml"
    sign(load_scenario(file), name="Ann <Lee>", credential="RN", on=DAY)
    policy, words = load_policy().value, intents.load()
    assert "Reviewed by Ann &lt;Lee&gt;, RN (2026-11-02)." in review_sheet(load_scenario(file), policy, words)
    file.write_text(SMALL + "# more\n", encoding="utf-8")
    assert "Changed since Ann &lt;Lee&gt;, RN" in review_sheet(load_scenario(file), policy, words)


def test_a_folder_that_cannot_be_written_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no leave to write, signing says so."""

    def refuse(*_: object, **__: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "write_text", refuse)
    with pytest.raises(SimcareError, match="cannot be written"):
        sign(load_scenario(folder / "a-small-call.yaml"), name="Ann", credential="RN", on=DAY)
