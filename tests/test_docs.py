"""The pages people read: every command in them runs, and every example in them is a good one."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path
from typing import Any

import pytest
import typer

from simcare import cli
from simcare.calls.rehearsal import findings, rehearse
from simcare.calls.transcripts import Transcript
from simcare.documents import read_text
from simcare.scenarios.library import load_scenario
from simcare.scenarios.lint import lint_file

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
EXAMPLES = sorted((ROOT / "docs" / "examples").glob("*.yaml"))
SERVERS = ("simcare", "simcare train", "simcare author", "simcare lab")
GUIDE = ROOT / "docs" / "how-to" / "write-a-scenario.md"
FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMAND = typer.main.get_command(cli.app)


def blocks(page: Path, language: str = "") -> list[str]:
    """Return the code blocks of a page in a language."""
    return [block for written, block in FENCED.findall(page.read_text(encoding="utf-8")) if written == language]


def commands() -> list[str]:
    """Return every `simcare` command line that stands in a code block, each once."""
    lines = [line.strip() for page in PAGES for block in blocks(page) for line in block.splitlines()]
    return sorted({line for line in lines if line.split()[:1] == ["simcare"]})


def mentions() -> list[str]:
    """Return every `simcare ...` that stands between backticks in a sentence, each once."""
    text = "\n".join(FENCED.sub("", page.read_text(encoding="utf-8")) for page in PAGES)
    return sorted({" ".join(found.split()) for found in re.findall(r"`(simcare(?: [^`]+)?)`", text)})


def test_the_pages_have_commands() -> None:
    """README and the trainer's guide show commands, so that the tests below look at something."""
    assert {"simcare scenarios list", "simcare scenarios lint docs/examples/tight-shoes.yaml"} <= set(commands())


def generated_before(words: list[str]) -> list[str]:
    """Return the commands of the pages that make the populations which a command reads."""
    makes = [shlex.split(line) for line in commands() if line.startswith("simcare patients generate ")]
    return [shlex.join(made) for made in makes if "generate" not in words and made[made.index("--out") + 1] in words]


@pytest.mark.parametrize("line", commands())
def test_a_command_in_a_code_block_runs(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A command of the pages ends with 0 from the project's folder, as pasted; populations go into an empty one.

    What opens a server is asked for its help; a rehearsal of the library takes one player here, because
    scenarios/test_library.py runs it whole.
    """
    words = shlex.split(line)
    for before in generated_before(words):
        run(shlex.split(before), tmp_path, monkeypatch)
        capsys.readouterr()
    if line in SERVERS:
        words.append("--help")
    if words[1:3] == ["scenarios", "rehearse"] and not words[3].endswith(".yaml"):
        words += ["--player", "under"]
    code = run(words, tmp_path if words[1:2] == ["patients"] else ROOT, monkeypatch)
    assert (code, capsys.readouterr().err) == (0, "")


def run(words: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    """Run a command standing in a folder and return its exit code."""
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "argv", words)
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    return stopped.value.code or 0


@pytest.mark.parametrize("line", mentions())
def test_a_command_in_a_sentence_is_one(line: str) -> None:
    """What a sentence calls a command is one, and so are its options (`a|b` stands for either)."""
    ways = [line]
    for word in line.split():
        if "|" in word:
            ways = [line.replace(word, way) for way in word.split("|")]
    for way in ways:
        found: Any = COMMAND
        for word in way.split()[1:]:
            if hasattr(found, "commands"):
                assert word in found.commands, way
                found = found.commands[word]
            elif word.startswith("--"):
                assert any(word in option.opts for option in found.params), way


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_an_example_is_clean(file: Path) -> None:
    """Lint finds nothing in a scenario that trainers are told to copy."""
    assert [str(problem) for problem in lint_file(file)] == []


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
def test_an_example_is_well_built(file: Path) -> None:
    """Its rehearsal shows ideal passing and the careless players failing."""
    scenario = load_scenario(file).value
    assert findings(scenario, rehearse(scenario)) == []


def test_the_guides_transcript_reads() -> None:
    """The call that the trainer's guide writes down is a transcript."""
    *_, written = blocks(GUIDE, "yaml")
    assert read_text(written, Transcript, name="guide").value.scenario == "sore-knees"


def test_links_between_the_pages_lead_somewhere() -> None:
    """Every relative link of a page is a file of the project."""
    broken = []
    for page in PAGES:
        for target in re.findall(r"\]\((?!https?:)([^)#\s]+)", page.read_text(encoding="utf-8")):
            if not (page.parent / target).exists():
                broken.append(f"{page.relative_to(ROOT)}: {target}")
    assert broken == []


def test_every_condition_word_of_the_guide_is_one() -> None:
    """The trainer's guide names each function of the condition language that scenarios need."""
    text = GUIDE.read_text(encoding="utf-8")
    assert [
        name for name in ("known", "said", "done", "happened", "first", "count_known") if f"{name}(" not in text
    ] == []


def test_a_nurse_needs_one_command() -> None:
    """The nurse's page has a single line to paste."""
    (block,) = blocks(ROOT / "docs" / "how-to-practice.md")
    assert block == "python3 start.py\n"
