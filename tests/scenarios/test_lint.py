"""Lint: a good file is clean, each fault is found where it stands, and no text a file can hold breaks it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simcare import chance
from simcare.calls.call import Call
from simcare.calls.moves import Do
from simcare.calls.opening import open_call
from simcare.calls.scoring import score
from simcare.documents import DocumentError, read, read_text
from simcare.scenarios.conditions import compile_condition
from simcare.scenarios.library import load_policy, load_scenario, scenario_ids
from simcare.scenarios.lint import RULES, Subject, lint_file, lint_text, require_playable
from simcare.scenarios.model import Scenario

HERE = Path(__file__).parent
GOOD = HERE / "good" / "a-small-call.yaml"
BAD = sorted((HERE / "bad").glob("*.yaml"))
LINES = GOOD.read_text(encoding="utf-8").splitlines()
WORDS = tuple(sorted(set(re.findall(r"[a-z]+[a-z_0-9]*", "\n".join(LINES)))))
"""Every small word of the good file: ids, keys and words of the condition language, each out of its place elsewhere."""


def expected(file: Path) -> list[tuple[int, str]]:
    """Return (line, code) of each finding that the first lines of a bad file announce."""
    found = re.findall(r"^# expect: (\S+) (\d+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    assert found, f"{file.name} does not say what is wrong with it"
    return sorted((int(line), code) for code, line in found)


def code_of(rule: object) -> str:
    """Return the code that a rule's manual begins with."""
    found = re.match(r"([EW]2\d\d): ", str(getattr(rule, "__doc__", "")))
    assert found, f"{rule} has no manual that begins with its code"
    return found.group(1)


def test_a_good_file_has_no_findings() -> None:
    """The small call that all bad files are made from is clean."""
    assert lint_file(GOOD) == []


@pytest.mark.parametrize("file", BAD, ids=lambda file: file.stem)
def test_each_fault_is_found_where_it_stands(file: Path) -> None:
    """A file with one fault gives the code and the line that its first lines announce, and nothing else."""
    assert [(problem.line, problem.code) for problem in lint_file(file)] == expected(file)


def test_every_rule_has_its_bad_file() -> None:
    """No rule is on the list that no file breaks."""
    broken = {code for file in BAD for _, code in expected(file)}
    assert sorted({code_of(rule) for rule in RULES} - broken) == []


def test_every_rule_says_what_passes_and_what_fails() -> None:
    """A rule's docstring is its manual: the code, the rule, a PASS and a FAIL."""
    manuals = {rule.__name__: rule.__doc__ or "" for rule in RULES}
    assert [name for name, manual in manuals.items() if not re.search(r"PASS: .*FAIL: ", manual, re.DOTALL)] == []


def test_a_code_belongs_to_one_rule() -> None:
    """Two rules never share a code."""
    codes = [code_of(rule) for rule in RULES]
    assert sorted(codes) == sorted(set(codes))


def test_a_rule_gives_only_its_own_code() -> None:
    """What a rule finds carries the code of its manual."""
    for file in BAD:
        if any(code.startswith("D") or code == "E120" for _, code in expected(file)):
            continue
        subject = Subject.of(read(file, Scenario), load_policy().value)
        for rule in RULES:
            assert {problem.code for problem in rule(subject)} <= {code_of(rule)}


def test_a_finding_gives_place_fact_and_remedy() -> None:
    """Each finding reads `file:line:column: CODE fact; remedy` and stands inside the file."""
    for file in BAD:
        lines = file.read_text(encoding="utf-8").splitlines()
        for problem in lint_file(file):
            assert str(problem).startswith(f"{file.as_posix()}:{problem.line}:{problem.column}: {problem.code} ")
            assert problem.fact and problem.remedy
            assert 1 <= problem.column <= len(lines[problem.line - 1]) + 1


def test_the_nearest_name_is_offered() -> None:
    """An id that is nearly right is answered with the right one."""
    (problem,) = lint_file(HERE / "bad" / "a_tell_to_an_intent_that_is_not_there.yaml")
    near = lint_file(HERE / "bad" / "a_basis_on_a_fact_that_is_not_there.yaml")
    assert (problem.code, [p.remedy for p in near]) == ("E201", ["did you mean 'fever'?"])


def test_only_words_about_reading_are_warnings() -> None:
    """A code that begins with W is a warning, all others are errors."""
    found = {(problem.code[0], problem.severity) for file in BAD for problem in lint_file(file)}
    assert found == {("E", "error"), ("D", "error"), ("W", "warning")}


@st.composite
def spoiled(draw: st.DrawFn) -> str:
    """Draw the good file's text with one to three faults: mostly a value that does not belong, now and then worse."""
    lines = list(LINES)
    for _ in range(draw(st.integers(1, 3))):
        way = draw(
            st.sampled_from(
                ["word"] * 12 + ["number"] * 4 + ["value", "inner", "swap", "delete", "double", "indent", "noise"]
            )
        )
        at, other = draw(st.integers(0, len(lines) - 1)), draw(st.integers(0, len(lines) - 1))
        values = [nth for nth, line in enumerate(lines) if re.match(r" *\w+: \S", line)]
        inner = [nth for nth, line in enumerate(lines) if "{" in line]
        if way == "word":
            lines[at] = swap_one(draw, lines[at], r"\b[a-z]+[a-z_0-9]*\b(?!:)", WORDS)
        elif way == "number":
            lines[at] = swap_one(draw, lines[at], r"\d+", ("0", "1", "19", "60", "99", "101", "300", "601", "7200"))
        elif way == "value" and values:
            at = draw(st.sampled_from(values))
            lines[at] = f"{lines[at].partition(': ')[0]}: {draw(st.sampled_from(VALUES))}"
        elif way == "inner" and inner:
            at = draw(st.sampled_from(inner))
            old = draw(st.sampled_from(re.findall(r"(?<=: )[^,:{}\[\]]+(?=[,}])|(?<=\[)\w+(?=\])", lines[at]) or [" "]))
            lines[at] = lines[at].replace(old, draw(st.sampled_from(VALUES)), 1)
        elif way == "swap":
            alike = [nth for nth, line in enumerate(lines) if indent(line) == indent(lines[at])]
            other = draw(st.sampled_from(alike))
            lines[at], lines[other] = lines[other], lines[at]
        elif way == "delete" and len(lines) > 1:
            del lines[at]
        elif way == "double":
            lines.insert(other, lines[at])
        elif way == "indent":
            lines[at] = "  " + lines[at] if draw(st.booleans()) else lines[at].removeprefix("  ")
        elif way == "noise":
            lines[at] = draw(st.text(max_size=40))
    return "\n".join(lines)


def swap_one(draw: st.DrawFn, line: str, pattern: str, others: tuple[str, ...]) -> str:
    """Return the line with one match of the pattern replaced by another word; unchanged where nothing matches."""
    found = list(re.finditer(pattern, line))
    if not found:
        return line
    one = draw(st.sampled_from(found))
    return line[: one.start()] + draw(st.sampled_from(others)) + line[one.end() :]


def indent(line: str) -> int:
    """Return how far a line is moved in."""
    return len(line) - len(line.lstrip())


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=spoiled())
def test_no_text_breaks_lint(text: str) -> None:
    """However a scenario's text is spoiled, lint gives findings, each with its place."""
    assert all(problem.line >= 1 for problem in lint_text(text, name="a-small-call.yaml"))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(text=spoiled())
def test_what_lint_lets_through_can_be_played(text: str) -> None:
    """A spoiled scenario is either refused with its place, or every variant can be opened, played and judged."""
    try:
        scenario = require_playable(read_text(text, Scenario, name="a-small-call.yaml"))
    except DocumentError:
        return
    for variant in scenario.variants:
        call = open_call(scenario, variant, 1)
        for nth in range(8):
            if call.ended is None:
                step(call, 1, nth)
        if "same_day_callback" in call.allowed_actions():
            call.take(Do("same_day_callback", 10))
        assert 0 <= score(call).score <= 100


VALUES = (
    "", "-1", "0", "7200", "9" * 400, "1e999", ".nan", "true", "null", "[]", "{}", "[a]", "{a: b}", "known(knee)",
    "not decided", "t < " + "9" * 400, "trust", "first(knee) < first(fever)", "asked and asked", "'{'",
    '"{first_name}"',     "2026-99-99 99:99", "[80, 20]", "warm_transfer_rn", "ask_fever", "fat", "'((((('", "'not ' ",
)  # fmt: skip
"""Values that stand where another kind is expected, or that a rule might take for something else."""


@pytest.mark.slow
@pytest.mark.parametrize("scenario_id", ["a-small-call", *scenario_ids()])
def test_what_is_called_impossible_never_comes_about(scenario_id: str) -> None:
    """In random calls no condition holds, and no fact is known, that lint calls impossible or impossible so early."""
    document = read(GOOD, Scenario) if scenario_id == "a-small-call" else load_scenario(scenario_id)
    subject = Subject.of(document, load_policy().value)
    for variant, merged in subject.variants.items():
        reach = subject.reaches[variant]
        texts = {p.text for p in subject.conditions() if p.variant in (None, variant)}
        texts |= {f"not ({text})" for text in texts}
        conditions = {text: compile_condition(text, merged.flags) for text in sorted(texts)}
        impossible = {text: condition for text, condition in conditions.items() if not reach.can_hold(text)}
        soonest = {text: reach.earliest(text) for text in conditions}
        for seed in range(3):
            call = open_call(subject.scenario, variant, seed)
            for nth in range(25):
                if call.ended is not None:
                    break
                step(call, seed, nth)
                assert [text for text, condition in impossible.items() if condition(call)] == []
                assert [
                    text for text, condition in conditions.items() if soonest[text] > call.t and condition(call)
                ] == []


def step(call: Call, seed: int, nth: int) -> None:
    """Take one random move that the call allows, identity first."""
    intents = tuple(call.script.intents.intents)
    if nth == 0:
        call.take(call.say("verify_identity"))
    elif chance.uniform(seed, "test says", "walk", nth) < 0.85:
        call.take(call.say(chance.pick(seed, "test intent", "walk", nth, options=intents)))
    else:
        action = chance.pick(seed, "test action", "walk", nth, options=call.allowed_actions())
        call.take(Do(action, call.script.policy.actions[action].seconds))
