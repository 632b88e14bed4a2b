"""The commands for authors: new, graph, timeline; what they write, print and refuse."""

from __future__ import annotations

import json
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path

import pytest

from simcare import cli
from simcare.scenarios.lint import lint_file

EXAMPLE = Path(__file__).parents[1] / "docs" / "examples" / "tight-shoes.yaml"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """Return a function that runs `simcare` in an empty folder and returns exit code, output and complaint."""
    monkeypatch.chdir(tmp_path)

    def simcare(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["simcare", *map(str, words)])
        with pytest.raises(SystemExit) as stopped:
            cli.main()
        said = capsys.readouterr()
        return int(stopped.value.code or 0), said.out, said.err

    return simcare


def test_new_writes_a_clean_file(run: Run, tmp_path: Path) -> None:
    """The file is named by its id, and lint finds nothing in it."""
    code, out, _ = run("scenarios", "new", "cold-house")
    assert (code, out.startswith("cold-house.yaml is written."), lint_file(tmp_path / "cold-house.yaml")) == (
        0,
        True,
        [],
    )


def test_new_takes_another_scenario(run: Run, tmp_path: Path) -> None:
    """`--from` starts from a call of the library, `--in` chooses the folder."""
    (tmp_path / "mine").mkdir()
    assert run("scenarios", "new", "my-knees", "--from", "sore-knees", "--in", "mine")[0] == 0
    assert "id: my-knees\n" in (tmp_path / "mine" / "my-knees.yaml").read_text(encoding="utf-8")


def test_new_never_writes_over_a_file(run: Run, tmp_path: Path) -> None:
    """A file of that name stays as it is, and the command ends with 2."""
    (tmp_path / "cold-house.yaml").write_text("mine", encoding="utf-8")
    code, _, complaint = run("scenarios", "new", "cold-house")
    assert (code, "already there and was not touched" in complaint) == (2, True)
    assert (tmp_path / "cold-house.yaml").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("new", "Cold House"), "'cold-house' would be one"),
        (("new", "mine", "--from", "nothing-like-it"), "is not in the library"),
        (("new", "mine", "--in", "nowhere"), "there is no folder 'nowhere'"),
        (("graph", "sore-knees", "--variant", "left"), "has no variant 'left'"),
        (("graph", "sore-knees", "--out", "nowhere/x.svg"), "cannot be written"),
        (("timeline", EXAMPLE, "asks-both"), "did you mean 'asks-both-questions'?"),
    ],
)
def test_what_cannot_be_done_is_told(run: Run, words: tuple[object, ...], complaint: str) -> None:
    """Bad input ends with 2, a sentence and no traceback."""
    code, out, said = run("scenarios", *words)
    assert (code, out, complaint in said, "Traceback" in said) == (2, "", True, False)


def test_graph_writes_a_picture(run: Run, tmp_path: Path) -> None:
    """The file is SVG and names the variant."""
    assert run("scenarios", "graph", EXAMPLE, "--variant", "one-leg", "--out", "x.svg")[0] == 0
    root = ElementTree.parse(tmp_path / "x.svg").getroot()
    assert root[0].text == "Fact graph of Shoes that got tight, variant one-leg"


def test_graph_prints_data(run: Run) -> None:
    """`--json` prints spots and links and nothing else."""
    code, out, _ = run("scenarios", "graph", EXAMPLE, "--json")
    assert (code, set(json.loads(out))) == (0, {"scenario", "variant", "spots", "links"})


def test_timeline_prints_a_picture(run: Run) -> None:
    """Without `--out` the SVG is printed."""
    code, out, _ = run("scenarios", "timeline", EXAMPLE, "one-leg-to-the-nurse")
    assert (code, ElementTree.fromstring(out)[0].text) == (0, "Timeline of Shoes that got tight, variant one-leg")
