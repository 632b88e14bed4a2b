"""The house itself: what is committed agrees with itself, names no machine and no registry, and links to nobody.

What ruff, mypy and import-linter check stands in pyproject.toml; `python3 start.py test` runs them beside these tests.
"""

from __future__ import annotations

import ast
import json
import os
import re
import shlex
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

import start
from tools import count_confidence, sync_environment

ROOT = Path(__file__).resolve().parent.parent
# Written so that these patterns do not find themselves.
REGISTRIES = re.compile(r"(py[p]i\.org|python[h]osted|registry\.np[m]js|conda\.an[a]conda|crate[s]\.io|deb\.deb[i]an)")
MACHINE_PATHS = re.compile(
    r"(?<![\w.~])(?:/(?:work|root|home|Users|farm)/[A-Za-z.]|/(?:tmp|opt)/[A-Za-z]|[A-Z]:\\[UWT])"
)
FOREIGN_HOSTS = re.compile(
    r"(?:https?:)?//[\w.-]*(jsd[e]livr|un[p]kg|cdn[j]s|es[m]\.sh|sky[p]ack|gst[a]tic|goog[l]eapis)"
)
PAGE_LINKS = re.compile(r"""(?:https?:)?//(?!www\.w3\.org/)[\w-]+\.[\w.-]+/?""")
PAGE_FILES = {".css", ".html", ".j2", ".js", ".mjs", ".svg", ".tpl"}
VAGUE_NAMES = {"base", "common", "engine", "handler", "helpers", "manager", "misc", "utils"}
CODE_BLOCK = re.compile(r"^```(?:\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
COMMANDS = (
    "conda",
    "lint-imports",
    "mypy",
    "pip",
    "pre-commit",
    "py",
    "pytest",
    "python",
    "python3",
    "ruff",
    "simcare",
    "uv",
)


def committed(*suffixes: str) -> list[Path]:
    """Return the files that are, or are about to be, committed, with one of the suffixes (without any: all)."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout.decode().split("\0")
    paths = [ROOT / name for name in names if name and (ROOT / name).is_file()]
    return [path for path in paths if not suffixes or path.suffix in suffixes]


def hits(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    """Return 'file:line: text' for each line of the files in which the pattern is found."""
    found = []
    for path in paths:
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:  # a picture or a sound holds no sentence
            continue
        name = path.relative_to(ROOT).as_posix()
        found += [f"{name}:{at}: {line.strip()[:120]}" for at, line in enumerate(lines, 1) if pattern.search(line)]
    return found


def test_lock_and_conda_environment_agree_with_pyproject(capsys: pytest.CaptureFixture[str]) -> None:
    """`environment.yml` is what pyproject.toml makes, and the lock holds a fitting version of all it asks for."""
    assert (sync_environment.main(["--check"]), capsys.readouterr().out) == (0, "")


def test_lock_findings_name_what_is_missing_or_outside_its_range() -> None:
    """The check of the lock sees an absent package, a version that is out of range, a package in the wrong part."""
    pyproject = {
        "project": {
            "dependencies": ["here>=2", "gone"],
            "optional-dependencies": {"test": ["lower"], "build": ["misplaced"], "postgres": []},
        }
    }
    lock = f"here==1.0 \\\n    --hash=sha256:0\n{sync_environment.PARTING}\nlower==1\nmisplaced==1\nlower==2\n"
    assert sync_environment.lock_findings(pyproject, lock) == [
        "requirements.lock has here 1.0, pyproject.toml asks for >=2",
        "requirements.lock lacks gone in the part where pyproject.toml needs it",
        "requirements.lock lacks misplaced in the part where pyproject.toml needs it",
        "requirements.lock lists lower twice",
    ]


def test_lock_has_versions_and_hashes_and_no_address() -> None:
    """Every entry is one exact version with at least one hash, and nothing says where it is to be fetched."""
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    entry = re.compile(r"[a-z0-9-]+==[\w.!+]+(?: ; [^\\\n]+)?(?: \\\n    --hash=sha256:[0-9a-f]{64})+\n")
    rest = re.sub(r"^#.*\n|^\n", "", entry.sub("", lock), flags=re.MULTILINE)
    assert (rest, len(entry.findall(lock)) > 100) == ("", True)


def test_launcher_and_lock_maker_part_the_lock_at_the_same_line() -> None:
    """The launcher uses only the standard library, so it has the line for itself; it is the same one."""
    assert start.PARTING == sync_environment.PARTING


def test_confidence_table_is_counted_from_the_data(capsys: pytest.CaptureFixture[str]) -> None:
    """README tells how sure we are as the data stand now."""
    assert (count_confidence.main(["--check"]), capsys.readouterr().out) == (0, "")


@pytest.mark.parametrize(
    ("statement", "word"),
    [
        ("verified", "verified"),
        ("verified: a code table (2024)", "verified"),
        ("icd verified; snomed recalled", "recalled"),
        ("Derived", "derived"),
        ("n/a", None),
        ("", None),
    ],
)
def test_a_mixed_confidence_counts_as_its_weakest_word(statement: str, word: str | None) -> None:
    """Nobody is told that a number is surer than its weakest part."""
    assert count_confidence.weakest(statement) == word


def test_confidence_is_counted_in_tables_and_documents(tmp_path: Path) -> None:
    """Cells of confidence columns and confidence keys count; a care manager's own certainty, a number, does not."""
    folder = tmp_path / "simcare"
    folder.mkdir()
    (folder / "a.csv").write_text(
        "key,confidence,code_confidence\nx,recalled,verified\ny,recalled,\n", encoding="utf-8"
    )
    text = "rows:\n  - {value: 1, confidence: assumption}\nmoves:\n  - {do: end_call, confidence: 80}\n"
    (folder / "b.yaml").write_text(text, encoding="utf-8")
    assert count_confidence.table(folder).splitlines()[2:] == [
        "| `simcare/a.csv` | 1 | 0 | 2 | 0 |",
        "| `simcare/b.yaml` | 0 | 0 | 0 | 1 |",
        "| **all** | **1** | **0** | **2** | **1** |",
    ]


def test_an_unknown_confidence_is_refused_with_its_place(tmp_path: Path) -> None:
    """A word outside the four is a mistake of the data, told with file and line."""
    data = tmp_path / "a.csv"
    data.write_text("key,confidence\nx,probably\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"a\.csv:2: the confidence 'probably' has none of the words"):
        count_confidence.count(data)


def test_no_committed_file_names_a_registry() -> None:
    """Whoever installs chooses where packages come from."""
    assert hits(REGISTRIES, committed()) == []


def test_no_committed_file_names_a_path_of_a_machine() -> None:
    """Nothing depends on where somebody's copy lies."""
    assert hits(MACHINE_PATHS, committed()) == []


def test_nothing_links_to_a_content_delivery_network() -> None:
    """No committed file asks another host for a script, a style or a font."""
    assert hits(FOREIGN_HOSTS, committed()) == []


def test_pages_link_to_no_other_machine() -> None:
    """Scripts, styles and templates hold no address at all but the names of W3C vocabularies."""
    assert hits(PAGE_LINKS, [path for path in committed() if path.suffix in PAGE_FILES]) == []


def test_notebooks_are_committed_without_outputs_and_with_their_language() -> None:
    """A notebook's outputs are made where it runs; without its language the linter would pass it unread."""
    notebooks = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in committed(".ipynb")}
    code = {name: [cell for cell in book["cells"] if cell["cell_type"] == "code"] for name, book in notebooks.items()}
    assert [name for name, cells in code.items() if any(cell["outputs"] for cell in cells)] == []
    languages = {name: book["metadata"].get("language_info", {}).get("name") for name, book in notebooks.items()}
    assert {name: language for name, language in languages.items() if language != "python"} == {}


def test_notebooks_hold_no_logic() -> None:
    """A notebook is thin: no function, class or loop is defined in a cell."""
    thick = []
    for path in committed(".ipynb"):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "code":
                tree = ast.parse("".join(cell["source"]))
                thick += [
                    path.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.For)
                ]
    assert thick == []


def test_every_module_opens_with_a_short_docstring() -> None:
    """A module says in at most eight lines what lives in it."""
    docstrings = {path: ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) for path in committed(".py")}
    wrong = [path.relative_to(ROOT).as_posix() for path, text in docstrings.items() if not text or text.count("\n") > 7]
    assert wrong == []


def test_no_module_has_a_vague_name() -> None:
    """A file is found by its name, so none is called by what any file could be called."""
    assert [path.name for path in committed(".py") if path.stem in VAGUE_NAMES] == []


def test_hooks_are_local() -> None:
    """The hooks before a commit fetch nothing: each is a tool of the lock."""
    text = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    assert re.findall(r"repo: (\S+)", text) == ["local"]
    assert set(re.findall(r"language: (\S+)", text)) == {"system"}


def test_ci_runs_the_readmes_second_command() -> None:
    """One command equals CI, and CI may be executed."""
    script = ROOT / ".ci" / "run"
    commands = [line for line in script.read_text(encoding="utf-8").splitlines() if line.startswith("python3")]
    blocks = [block.strip() for block in CODE_BLOCK.findall((ROOT / "README.md").read_text(encoding="utf-8"))]
    assert (commands, blocks[:2]) == (["python3 start.py test"], ["python3 start.py", "python3 start.py test"])
    modes = subprocess.run(
        ["git", "ls-files", "--stage", ".ci/run"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert os.access(script, os.X_OK) or modes.stdout.startswith("100755")


def test_the_license_is_the_one_that_is_declared() -> None:
    """The whole Apache License 2.0 lies beside the code that names it."""
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert (project["license"], "Version 2.0, January 2004" in text) == ("Apache-2.0", True)
    assert "END OF TERMS AND CONDITIONS" in text


def test_the_changelog_begins_with_what_is_not_released() -> None:
    """A change finds its place under the first heading."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE)[0] == "Unreleased"


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md"])
def test_commands_in_the_documents_are_real(document: str) -> None:
    """Every command that a document shows names a program, a subcommand, an option and files that exist."""
    text = (ROOT / document).read_text(encoding="utf-8")
    wrong = [f"{line}: {reason}" for line in shown_commands(text) if (reason := what_is_unreal(shlex.split(line)))]
    assert (wrong, len(list(shown_commands(text))) > 5) == ([], True)


@pytest.mark.parametrize(
    "line",
    [
        "simcare fly",
        "simcare scenarios lint --fast",
        "python3 start.py test --slow",
        "python3 start.py scenarios fly",
        "python tools/gone.py",
        "python tools/sync_environment.py --fly",
        "pip install -r gone.txt",
        "uv run fly",
        "make test",
    ],
)
def test_an_unreal_command_is_found(line: str) -> None:
    """The check above sees a wrong program, subcommand, option and file."""
    assert what_is_unreal(shlex.split(line))


def shown_commands(text: str) -> Iterator[str]:
    """Yield the lines of a document's code blocks, and its inline code that begins with a known program and a space."""
    for block in CODE_BLOCK.findall(text):
        yield from (line for line in block.splitlines() if line.strip())
    for code in re.findall(r"`([^`\n]+)`", CODE_BLOCK.sub("", text)):
        if code.split()[0] in COMMANDS and " " in code and "|" not in code:
            yield code


def what_is_unreal(words: list[str]) -> str | None:
    """Return what does not exist about a command, None if all does."""
    program, rest = words[0], words[1:]
    if program in ("uv", "conda") and "run" in rest:
        # What is run begins after the options of the runner: an extra's or an environment's name follows its option.
        inner = rest[rest.index("run") + 1 :]
        return what_is_unreal(inner[2:] if inner[0] in ("--extra", "-n") else inner)
    if program == "simcare":
        return unreal_in_cli(rest)
    if program in ("python", "python3", "py") and rest[0] == "start.py":
        if rest[1:2] == ["test"]:
            return None if rest[2:] in ([], ["--fast"]) else f"start.py test does not take {rest[2:]}"
        return unreal_in_cli(rest[1:])
    if program in ("python", "python3", "py"):
        script = ROOT / rest[0]
        if not script.is_file():
            return f"{rest[0]} is not there"
        missing = [word for word in rest[1:] if f'"{word}"' not in script.read_text(encoding="utf-8")]
        return f"{rest[0]} does not take {missing}" if missing else None
    if program not in (*COMMANDS, "."):
        return f"{program} is no program of ours"
    files = [word for word in rest if re.search(r"\.(py|yml|lock|txt|toml|md)$", word)]
    return next((f"{name} is not there" for name in files if not (ROOT / name).exists()), None)


def unreal_in_cli(words: list[str]) -> str | None:
    """Return which subcommand or option of `simcare` does not exist, None if all do."""
    from simcare.cli import app

    command = typer.main.get_command(app)
    for word in words:
        below = getattr(command, "commands", None)
        if word.startswith("-"):
            known = {name for parameter in command.params for name in parameter.opts}
            if word not in known | {"--help"}:
                return f"{command.name} does not take {word}"
        elif below is not None:
            if word not in below:
                return f"simcare has no command {word}"
            command = below[word]
    return None
