"""Documents: what is read, what is refused and in which words, and that what is written reads back equal."""

from __future__ import annotations

import pickle
import tracemalloc
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, RootModel, StringConstraints, model_validator

from simcare.documents import Document, DocumentError, Problem, SimcareError, dump, read, read_plain, read_text

BAD = sorted((Path(__file__).parent / "bad_documents").glob("*.yaml"))

Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Seconds = Annotated[int, Field(ge=0, le=7200)]


class Authored(BaseModel):
    """A frozen model as the rooms above declare them."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class MoveFields(Authored):
    """The long form of a move."""

    say: str | None = None
    ask: Id | None = None
    seconds: Seconds | None = None


class Dose(Authored):
    """A value of a mapping with free keys."""

    drug: str
    amount: Annotated[int, Field(ge=1)]


class Fall(Authored):
    """One kind of a discriminated union, with a rule of its own."""

    kind: Literal["fall"]
    height: float | None = None
    witness: str | None = None

    @model_validator(mode="after")
    def _told(self) -> Fall:
        if self.height is None and self.witness is None:
            raise ValueError("a fall needs a height or a witness; add one of them")
        return self


class Flare(Authored):
    """The other kind."""

    kind: Literal["flare"]
    joint: str


class Case(Authored):
    """Everything an author may meet: texts, numbers, lists, mappings, unions, aliases."""

    id: Id
    label: str
    when: str | None = Field(default=None, alias="if")
    guided: bool = False
    budget: Seconds = 900
    age: Annotated[int, Field(ge=18, le=105)] | tuple[int, int] = 70
    moves: tuple[Id | MoveFields, ...] = ()
    set: dict[Literal["trust", "clarity"], int] = {}
    doses: dict[Id, Dose] = {}
    level: Literal["L0_self_care", "L3_rn_now", "L4_911"] = "L0_self_care"
    cause: Annotated[Fall | Flare, Field(discriminator="kind")] | None = None
    words: tuple[str, ...] = ()
    competencies: tuple[Id, ...] = Field(default=("gather",), min_length=1)
    since: date | None = None


GOOD = """\
id: sore_knees
label: Sore knees
if: trust >= 30
moves: [ask_pain, {say: "Well, hello", seconds: 5}]
set: {trust: 3}
doses:
  evening:
    drug: losartan
    amount: 1
cause: {kind: fall, height: 0.5}
since: 2026-03-04
"""


def problems(text: str, model: type[BaseModel] = Case) -> list[str]:
    """Return the lines of what is wrong with a text, without the file's name."""
    with pytest.raises(DocumentError) as caught:
        read_text(text, model, name="x.yaml")
    return [str(problem).removeprefix("x.yaml:") for problem in caught.value.problems]


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_bad_file_is_refused_in_plain_words(path: Path) -> None:
    """Each file of bad_documents gives exactly the problems that stand in its first lines."""
    text = path.read_text(encoding="utf-8")
    expected = [line[2:] for line in text.splitlines() if line.startswith("# x.yaml:")]
    with pytest.raises(DocumentError) as caught:
        read_text(text, Case, name="x.yaml")
    assert str(caught.value).splitlines() == expected


def test_a_good_text_becomes_its_model() -> None:
    """A text without a mistake is read as what it says, and knows its text and hash."""
    document = read_text(GOOD, Case, name="x.yaml")
    assert document.value == Case.model_validate(
        {
            "id": "sore_knees",
            "label": "Sore knees",
            "if": "trust >= 30",
            "moves": ("ask_pain", MoveFields(say="Well, hello", seconds=5)),
            "set": {"trust": 3},
            "doses": {"evening": Dose(drug="losartan", amount=1)},
            "cause": Fall(kind="fall", height=0.5),
            "since": date(2026, 3, 4),
        }
    )
    assert (document.file, document.text, len(document.sha256)) == ("x.yaml", GOOD, 64)


@pytest.mark.parametrize(
    ("word", "value"),
    [
        *(
            (word, word)
            for word in ("no", "No", "off", "yes", "on", "y", "n", "3:30", "1_000", "2026-03-04", "<<", "=")
        ),
        *((word, word) for word in ("0b1", "1e", "0x", "+", "--", ".", "tRue", "nULL", "0o8", "١٢", "1,000")),
        *((word, None) for word in ("null", "Null", "NULL", "~", "")),
        *((word, True) for word in ("true", "True", "TRUE")),
        *((word, False) for word in ("false", "False", "FALSE")),
        *(("0o17", 15), ("0x1F", 31), ("017", 17), ("-3", -3), ("+3", 3)),
        *(("1.5", 1.5), (".5", 0.5), ("5.", 5.0), ("1e3", 1000.0), ("-.inf", float("-inf")), (".Inf", float("inf"))),
    ],
)
def test_a_word_means_what_yaml_1_2_says(word: str, value: object) -> None:
    """Unquoted words follow the core schema of YAML 1.2, in type too."""
    read_back = read_plain(f"- {word}\n", name="x").value
    assert (read_back, type(read_back[0])) == ([value], type(value))  # type: ignore[index]


@pytest.mark.parametrize("key", ["no", "on", "true", "null", "911", "3:30", "1.0", "~"])
def test_a_key_is_what_is_written(key: str) -> None:
    """Keys are always texts, so `on:` and `911:` are the keys an author sees."""
    assert read_plain(f"{key}: 1\n", name="x").value == {key: 1}


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ((), (1, 1)),
        (("label",), (2, 1)),
        (("if",), (3, 1)),
        (("moves", 0), (4, 9)),
        (("moves", 1, "seconds"), (4, 40)),
        (("doses", "evening", "amount"), (9, 5)),
        (("doses", "evening", "missing", 3), (7, 3)),
        (("moves", 7), (4, 1)),
        (("nowhere",), (1, 1)),
    ],
)
def test_a_path_leads_to_its_place(path: tuple[str | int, ...], place: tuple[int, int]) -> None:
    """A position is that of the deepest part that exists: the key of a mapping, the item of a list."""
    assert read_text(GOOD, Case, name="x.yaml").position(*path) == place


def test_a_document_makes_problems_at_its_places() -> None:
    """Lint rules say path, code, fact and remedy, and the document adds file, line and column."""
    found = read_text(GOOD, Case, name="x.yaml").problem(("set", "trust"), "E104", "a fact", "a remedy", "warning")
    assert found == Problem("x.yaml", 5, 7, "E104", "a fact", "a remedy", "warning")


def test_a_problem_has_one_line_and_one_json_form() -> None:
    """The line is place, code, fact, remedy; the dict has the published keys."""
    problem = Problem("a.yaml", 3, 7, "D106", "unknown key 'x'", "remove it")
    assert str(problem) == "a.yaml:3:7: D106 unknown key 'x'; remove it"
    assert problem.as_json() == {
        "file": "a.yaml",
        "line": 3,
        "column": 7,
        "code": "D106",
        "fact": "unknown key 'x'",
        "remedy": "remove it",
        "severity": "error",
    }


def test_an_error_is_a_simcare_error_and_survives_a_process_border() -> None:
    """Replications in other processes hand their errors back whole."""
    error = DocumentError([Problem("a.yaml", 2, 1, "D101", "b", "c"), Problem("a.yaml", 1, 1, "D101", "b", "c")])
    again = pickle.loads(pickle.dumps(error))
    assert isinstance(again, SimcareError)
    assert (again.problems, str(again)) == (tuple(sorted(error.problems)), str(error))


def test_line_ends_and_byte_order_marks_change_nothing(tmp_path: Path) -> None:
    """The same text saved on another system has the same value, hash and places."""
    unix, windows = tmp_path / "unix.yaml", tmp_path / "windows.yaml"
    unix.write_bytes(GOOD.encode())
    windows.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    one, other = read(unix, Case), read(windows, Case)
    assert (one.sha256, one.value, one.position("since")) == (other.sha256, other.value, other.position("since"))


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        (b"id: a\nlabel: caf\xe9\n", ":2:11: D102 the byte 0xe9 is not UTF-8 text; save the file as UTF-8"),
        ("id: a".encode("utf-16"), ":1:1: D102 the file is UTF-16, not UTF-8; save the file as UTF-8"),
        (b"id: a\x00", ":1:6: D103 the invisible character U+0000 is not allowed; delete it"),
        ("id: a\u200b\u2028".encode(), ":1:7: D103 the invisible character U+2028 is not allowed; delete it"),
    ],
    ids=["latin 1", "utf-16", "a null byte", "a line separator"],
)
def test_bytes_that_are_no_text_are_refused(tmp_path: Path, raw: bytes, line: str) -> None:
    """A file in another encoding, or with characters nobody can see, says where and what to do."""
    path = tmp_path / "x.yaml"
    path.write_bytes(raw)
    with pytest.raises(DocumentError) as caught:
        read(path, Case)
    assert str(caught.value) == path.as_posix() + line


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("sore-nees.yaml", "there is no file '{folder}/sore-nees.yaml'; did you mean 'sore-knees.yaml'?"),
        ("zzz", "there is no file '{folder}/zzz'; check the name and the folder"),
        (".", "'{folder}' is a folder; name a file in it"),
        ("no/such", "there is no file '{folder}/no/such'; check the name of the folder '{folder}/no'"),
    ],
)
def test_a_file_that_cannot_be_read_says_why(tmp_path: Path, name: str, words: str) -> None:
    """A wrong path is a problem like any other, with the nearest name there is."""
    (tmp_path / "sore-knees.yaml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(DocumentError) as caught:
        read(tmp_path / name, Case)
    path = (tmp_path / name).as_posix()
    assert str(caught.value) == f"{path}:1:1: D101 {words.format(folder=tmp_path.as_posix())}"


def test_a_name_that_no_system_allows_is_refused() -> None:
    """A path with a null byte is a problem, not a crash."""
    with pytest.raises(DocumentError, match="D101"):
        read(Path("a\0b"), Case)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[" * 1000, "1:41: D111 values are nested more than 40 deep; flatten this part"),
        (
            "x" * 1_000_001,
            "1:1: D111 the file has 1,000,001 characters, more than the 1,000,000 that are read; "
            "split it into smaller files",
        ),
    ],
    ids=["deep", "long"],
)
def test_a_file_out_of_all_bounds_is_refused(text: str, line: str) -> None:
    """Depth and size are bounded, so that no file exhausts stack or memory."""
    assert problems(text) == [line]


def test_a_billion_laughs_stay_small() -> None:
    """References are refused where they stand and never expanded."""
    levels = ["a0: &a0 [ha, ha]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    tracemalloc.start()
    try:
        with pytest.raises(DocumentError, match="YAML's way of repeating a value"):
            read_plain("\n".join(levels), name="x")
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_an_unknown_key_takes_the_blame_for_the_missing_one() -> None:
    """A misspelled key is one problem, not one for what is there and one for what is not."""
    assert problems("id: a\nlabl: b\n") == ["2:1: D106 unknown key 'labl'; did you mean 'label'?"]


def test_wrong_items_do_not_make_a_list_too_short() -> None:
    """A list whose one item is wrong is not also called empty."""
    assert problems("id: a\nlabel: b\ncompetencies: [B C]\n") == [
        "3:16: D108 expected an id (small letters, digits and _, a letter first) for item 1 of 'competencies', "
        "got the text 'B C'; write 'b_c'"
    ]


def test_what_was_cut_by_a_comma_is_reported_once() -> None:
    """The pieces of a cut condition are not reported as keys of their own."""
    assert len(problems("{id: a, label: b, moves: [{say: f(a, b, c) > 1}, {ask: g(a, b)}]}")) == 2


def test_a_model_of_one_value_is_explained_too() -> None:
    """A root model is seen through."""

    class Names(RootModel[tuple[Id, ...]]):
        model_config = ConfigDict(frozen=True)

    assert problems("[a, B]", Names) == [
        "1:5: D108 expected an id (small letters, digits and _, a letter first) for item 2 of the file, "
        "got the text 'B'; write 'b'"
    ]


def test_the_likelier_of_two_mappings_is_explained() -> None:
    """Of two models without a tag, the one with fewer unknown keys speaks."""

    class Tea(Authored):
        leaves: str
        minutes: int

    class Coffee(Authored):
        beans: str
        grams: int

    class Cup(Authored):
        drink: Tea | Coffee

    assert problems("drink: {beans: dark, grams: many}", Cup) == [
        "1:29: D108 expected a whole number for 'grams', got the text 'many'; write a whole number"
    ]


def test_two_scalars_that_both_fail_are_named_together() -> None:
    """When no alternative is likelier, the fact names all of them."""

    class Wait(Authored):
        minutes: Literal["open"] | Id

    assert problems("minutes: 'Op en'", Wait) == [
        "1:10: D108 expected 'open' or an id for 'minutes', got the text 'Op en'; did you mean 'open'?"
    ]


SPECIAL = st.sampled_from(
    [
        *("no", "3:30", "1_000", "a: b", "# x", " x", "x ", "- a", "|", "a\n", "a\n\n", "\n", "a\n b\n", "\ta\n", "~"),
        *("null", ".nan", "a #b", "{a}", "a:", "---\n", "a\n---\nb\n", "0x1", "a\r\nb\n", "\u2028", "\x85", "\ufeff"),
        *("x\n  \ny\n", "x \ny\n", "", "?", "a, b", "'", '"', "\\", "%a", "@a", "`a", "!a", "&a", "*a", "\U0001f600"),
    ]
)
TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=20) | SPECIAL
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS
KEYS = TEXTS | st.text("ab ", min_size=110, max_size=140)
DATA = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)


@settings(deadline=None)
@given(DATA)
def test_what_is_dumped_reads_back_equal(data: object) -> None:
    """No text, number or nesting is changed by writing and reading, not even in type."""
    read_back = read_plain(dump(data), name="x").value
    assert (read_back, str(read_back)) == (data, str(data))


def test_a_dump_looks_as_a_person_would_write_it() -> None:
    """Blocks are indented, plain words stay bare, surprising ones are quoted, long texts keep their lines."""
    data = {"id": "a", "no": ["yes", 3, {"say": "Hi: you", "do": ()}], "note": "One.\nTwo.\n", "size": "1_000"}
    assert dump(data) == (
        'id: a\n"no":\n  - "yes"\n  - 3\n  - say: "Hi: you"\n    do: []\nnote: |\n  One.\n  Two.\nsize: "1_000"\n'
    )


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (float("nan"), ValueError),
        ("\ud800", ValueError),
        (10**400, ValueError),
        ({1: 2}, TypeError),
        ({"a": object()}, TypeError),
        (date(2026, 3, 4), TypeError),
        (["x" * 1_000_001], ValueError),
    ],
    ids=["not a number", "half a pair", "a huge number", "a number as a key", "an object", "a date", "too long"],
)
def test_what_cannot_be_kept_is_not_written(data: object, error: type[Exception]) -> None:
    """Writing refuses what reading could not give back."""
    with pytest.raises(error):
        dump(data)


def test_data_that_holds_itself_is_not_written() -> None:
    """A list inside itself is too deep, not endless."""
    data: list[object] = []
    data.append(data)
    with pytest.raises(ValueError, match="more than 40 deep"):
        dump(data)


PIECES = st.sampled_from(
    [
        *("id", "label", "if", "moves", "set", "doses", "cause", "kind", "fall", "flare", "age", "words", "budget"),
        *(
            ": ",
            ":",
            "\n",
            "\n  ",
            "\n- ",
            "  - ",
            "- ",
            "{",
            "}",
            "[",
            "]",
            ", ",
            ",",
            '"',
            "'",
            "|\n  ",
            ">",
            "#",
            "\t",
        ),
        *("a", "A b", "no", "1", "1.5", "-3", "~", ".nan", "9" * 400, "&a ", "*a", "!x ", "? ", "---\n", "...\n", "%"),
        *("\\", "(", ")", "é", "\U0001f600", "\r\n", "\r", "\ufeff", "\x00", "\u2028", "\ud800", "@", "<<", "1e999"),
    ]
)
JARGON = ("Input should", "pydantic", "validation", "Traceback", "NoneType", "Value error", "type=", "dict", "tuple")


def read_or_explain(text: str) -> Document[Any] | DocumentError:
    """Return the document or why there is none; any other exception is the test's failure."""
    try:
        return read_text(text, Case, name="x.yaml")
    except DocumentError as error:
        return error


def assert_well_told(text: str) -> None:
    """Check that each problem of a text lies inside it and speaks plainly."""
    outcome = read_or_explain(text)
    if isinstance(outcome, Document):
        assert isinstance(outcome.value, Case)
        return
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    assert outcome.problems
    for problem in outcome.problems:
        assert 1 <= problem.line <= len(lines)
        assert 1 <= problem.column <= len(lines[problem.line - 1]) + 1
        assert problem.fact and problem.remedy
        assert not any(word in f"{problem.fact} {problem.remedy}" for word in JARGON if word not in text)


@settings(deadline=None)
@given(st.text(max_size=60) | st.lists(PIECES, max_size=40).map("".join))
@example("\ud800")
@example("")
@example("\ufeff")
def test_no_text_raises_anything_but_a_document_error(text: str) -> None:
    """Whatever is typed, the answer is a document or problems with places inside the text."""
    assert_well_told(text)


@settings(deadline=None)
@given(st.integers(0, len(GOOD)), st.integers(0, 30), st.lists(PIECES, max_size=3).map("".join))
def test_a_good_text_that_is_damaged_anywhere_is_explained(at: int, cut: int, put: str) -> None:
    """Real files with one slip of the keyboard never crash the reader."""
    assert_well_told(GOOD[:at] + put + GOOD[at + cut :])


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(Case.model_json_schema()["properties"])) | KEYS, DATA, max_size=5))
def test_any_data_is_judged_by_the_model_in_plain_words(data: dict[str, object]) -> None:
    """Well-formed YAML of any shape is the model or problems, never a crash."""
    assert_well_told(dump(data))
