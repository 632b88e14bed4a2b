"""The launcher's pure parts: what it tells people, when it does nothing, what it would run, what it reads.

That it really makes an environment and opens the desk is shown by every run of CI, which starts with it.
"""

from __future__ import annotations

import ast
import hashlib
from pathlib import Path

import pytest

import start


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 12, 1), (4, 0, 0)])
def test_a_new_enough_python_is_accepted(version: tuple[int, ...]) -> None:
    """Python 3.11 and everything after it may start."""
    assert start.refuse_old_python(version) is None  # type: ignore[func-returns-value]


def test_an_old_python_is_told_its_version_and_a_newer_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence names the version found and the newest interpreter that answers."""
    monkeypatch.setattr(start, "answers", lambda command: command[0] in ("python3.11", "python3.13"))
    with pytest.raises(start.Stop, match=r"this one is 3\.9\.6\. Run `python3\.13 start\.py` instead\."):
        start.refuse_old_python((3, 9, 6))


def test_an_old_python_alone_is_told_where_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no newer interpreter answers, the remedy is to install one."""
    monkeypatch.setattr(start, "answers", lambda command: False)
    with pytest.raises(start.Stop, match=r"Install one from python\.org"):
        start.refuse_old_python((3, 10, 0))


def test_the_launcher_can_be_read_by_old_pythons() -> None:
    """No annotation is evaluated in a way that Python 3.8 cannot, so that it can say its sentence."""
    text = Path(start.__file__).read_text(encoding="utf-8")
    tree = ast.parse(text, feature_version=(3, 7))
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    annotations = [argument.annotation for function in functions for argument in function.args.args]
    annotations += [function.returns for function in functions]
    assert [ast.unparse(each) for each in annotations if not isinstance(each, ast.Name | ast.Constant)] == []
    assert "from __future__" not in text  # Python 3.6 knows no such future


def test_fingerprint_moves_with_each_of_its_parts() -> None:
    """A changed lock, a changed pyproject and another place each ask for a new environment."""
    same = start.fingerprint("lock", "project", "place")
    assert same == start.fingerprint("lock", "project", "place")
    others = {start.fingerprint(*parts) for parts in (("x", "project", "place"), ("lock", "x", "place"))}
    assert same not in others | {start.fingerprint("lock", "project", "x")}
    assert len(same) == hashlib.sha256().digest_size * 2


@pytest.mark.parametrize(
    ("written", "part", "covered"),
    [
        ("desk abc\n", "desk", True),
        ("test abc\n", "desk", True),
        ("test abc\n", "test", True),
        ("desk abc\n", "test", False),
        ("desk xyz\n", "desk", False),
        ("", "desk", False),
        (None, "desk", False),
    ],
)
def test_stamp_covers_only_what_was_installed(tmp_path: Path, written: str | None, part: str, covered: bool) -> None:
    """The tests' environment serves the desk too, but not the other way round, and an unfinished one serves nobody."""
    stamp = tmp_path / "stamp"
    if written is not None:
        stamp.write_text(written, encoding="utf-8")
    assert start.stamp_covers(stamp, part, "abc") is covered


def test_the_desk_needs_only_the_upper_part_of_the_lock() -> None:
    """A nurse's machine fetches no test tool."""
    lock = f"voila==1\n{start.PARTING}\npytest==9\n"
    assert start.lock_part(lock, "desk") == "voila==1\n"
    assert start.lock_part(lock, "test") == lock


@pytest.mark.parametrize(
    ("words", "meaning"),
    [
        ("Failed to establish a new connection: [Errno -3] Temporary failure in name resolution", "registry did not"),
        ("error: Request failed after 3 retries\n  Caused by: dns error", "registry did not"),
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("[Errno 30] Read-only file system: '.venv'", "cannot be written"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE", "was refused"),
        ("ERROR: No matching distribution found for numpy==2", "no ready build"),
    ],
)
def test_installers_words_are_explained(words: str, meaning: str) -> None:
    """What pip, uv and the system say becomes a sentence with a remedy."""
    assert meaning in (start.explain(words) or "")


def test_a_lost_network_is_named_before_its_consequence() -> None:
    """Pip ends with 'no matching distribution' when the network is away; the network is what is said."""
    words = "NewConnectionError: Temporary failure in name resolution\nERROR: No matching distribution found for x"
    assert "registry did not answer" in (start.explain(words) or "")


def test_unknown_words_are_not_explained() -> None:
    """A failure that is not known is shown as it is, not guessed at."""
    assert start.explain("Segmentation fault") is None


def test_a_read_only_folder_ends_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """An error of the system while the environment is made reaches the person as one line and exit code 2."""

    def refuse(part: str) -> None:
        raise PermissionError(13, "Permission denied", part)

    monkeypatch.setattr(start, "prepare", refuse)
    assert start.main([]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "simcare: This folder cannot be written to. Copy the whole project to a folder of yours and start it there."
    ]


def test_test_takes_no_other_word(capsys: pytest.CaptureFixture[str]) -> None:
    """A mistyped option is refused before anything is installed."""
    assert start.main(["test", "--quick"]) == 2
    assert "takes only --fast" in capsys.readouterr().err


def test_fast_leaves_out_only_what_is_slow() -> None:
    """The quick run is the beginning of the whole one, and the rest is slow tests, notebooks and browser."""
    quick, whole = start.checks(True, "r.xml"), start.checks(False, "r.xml")
    assert whole[: len(quick)] == quick
    assert [name for name, _ in whole[len(quick) :]] == ["slow tests", "notebooks", "browser"]


def test_every_test_runs_in_exactly_one_step() -> None:
    """The quick tests, the slow ones and the browser's share nothing and leave nothing out."""
    steps = ("tests", "slow tests", "browser")
    selections = [command[-1] for name, command in start.checks(False, "r.xml") if name in steps]
    assert selections == ["not slow and not browser and not journey", "slow", "browser or journey"]


def test_report_counts_passed_failed_and_names_the_skipped(tmp_path: Path) -> None:
    """Errors count as failed, and a skipped test is named so that the run can fail over it."""
    report = tmp_path / "report.xml"
    report.write_text(
        '<testsuites><testsuite><testcase classname="a" name="one"/><testcase classname="a" name="two"><failure/>'
        '</testcase><testcase classname="b" name="three"><error/></testcase><testcase classname="b" name="four">'
        "<skipped/></testcase></testsuite></testsuites>",
        encoding="utf-8",
    )
    assert start.read_report(report) == (1, 2, ["b::four"])


def test_a_named_browser_comes_first(tmp_path: Path) -> None:
    """SIMCARE_BROWSER wins over what is on the path."""
    mine = _program(tmp_path / "mine")
    _program(tmp_path / "chromium")
    assert start.find_browser({"SIMCARE_BROWSER": str(mine), "PATH": str(tmp_path)}, "linux") == str(mine)


def test_a_named_browser_that_is_not_there_is_not_replaced(tmp_path: Path) -> None:
    """Who names a browser gets that one or none: a test on another would not show what was asked."""
    _program(tmp_path / "chromium")
    environ = {"SIMCARE_BROWSER": str(tmp_path / "gone"), "PATH": str(tmp_path)}
    assert start.find_browser(environ, "linux") is None


def test_windows_browsers_are_found_in_their_folders(tmp_path: Path) -> None:
    """On Windows no browser is on the path, so their usual folders are looked at."""
    edge = _program(tmp_path / "Microsoft" / "Edge" / "Application" / "msedge.exe")
    environ = {"PATH": "", "PROGRAMFILES(X86)": str(tmp_path)}
    assert start.find_browser(environ, "win32") == str(edge)


def _program(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("", encoding="utf-8")
    path.chmod(0o755)
    return path
