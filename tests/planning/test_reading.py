"""Plans as people write them: what is wrong has file, line and remedy; what is left out comes from the data."""

from __future__ import annotations

import pickle
from datetime import date
from pathlib import Path

import pytest

from simcare.documents import DocumentError
from simcare.patients.population.storage import generate
from simcare.planning import tables
from simcare.planning.authored import Minutes
from simcare.planning.building import build
from simcare.planning.reading import read_plan
from simcare.world import Distribution, exponential, fixed, gamma, lognormal
from tests.planning.plans import PROGRAM, QUEUE, basis_of

BAD = sorted((Path(__file__).parent / "bad").glob("*.yaml"))


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_wrong_plan_is_refused_in_plain_words(path: Path) -> None:
    """Each plan of `bad` gives exactly the problems that stand in its first lines, and nothing else."""
    lines = path.read_text(encoding="utf-8").splitlines()
    expected = [line[2:] for line in lines if line.startswith(("# x.yaml:", "# mine"))]
    with pytest.raises(DocumentError) as caught:
        read_plan(path)
    said = str(caught.value).replace(path.as_posix(), "x.yaml").replace(f"{path.parent.as_posix()}/", "")
    assert said.splitlines() == expected


def test_every_number_has_a_source_and_lies_in_its_range() -> None:
    """A number of the data states where it comes from, and its value and range are allowed."""
    for number in tables.numbers().values():
        assert number.source and number.confidence in tables.CONFIDENCES
        ends = [end for end in (number.low, number.value, number.high) if end is not None]
        assert number.least <= ends[0] and ends == sorted(ends) and ends[-1] <= number.most, number.key


def test_a_plan_says_less_than_it_rests_on(tmp_path: Path) -> None:
    """What a plan leaves out is that of the data with its confidence; what it sets is its own assumption."""
    basis = basis_of(tmp_path, PROGRAM + "numbers: {answer_probability: 0.6, day_to_night: 7}\n")
    lines = {line.key: line for line in basis.assumptions()}
    assert (basis.number("answer_probability"), basis.number("sick")) == (0.6, 0.03)
    assert (lines["answer_probability"].source, lines["day_to_night"].confidence) == ("the plan", "assumption")
    assert lines["turnover_rn_yearly"].confidence == "verified"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (Minutes(fixed=5.0), fixed(5.0)),
        (Minutes(exponential=8.0), exponential(8.0)),
        (Minutes.model_validate({"lognormal": {"mean": 14, "sd": 7, "most": 60}}), lognormal(14, 7, 0, 60)),
        (Minutes.model_validate({"gamma": {"mean": 6, "sd": 3}}), gamma(6, 3)),
        (Minutes(empirical=(1.0, 2.0, 4.0)), Distribution("empirical", 7 / 3, values=(1.0, 2.0, 4.0))),
    ],
)
def test_a_distribution_is_what_its_name_says(written: Minutes, meant: Distribution) -> None:
    """Every distribution can be named and set."""
    assert written.distribution() == meant


def test_a_plan_reduces_to_a_textbook_queue(tmp_path: Path) -> None:
    """One stream and posts without a shift: no panel, no rules, nothing else in the world."""
    spec = build(basis_of(tmp_path, QUEUE)).spec
    assert (spec.panel, spec.episodes, spec.outreach, len(spec.posts), len(spec.streams)) == (None, None, None, 3, 1)
    assert all(post.shift is None and post.shrinkage.sick == 0 for post in spec.posts)
    assert (spec.streams[0].rate, spec.rules.redial, spec.rules.nurse_profile) == (12, 0.0, "")


def test_a_basis_crosses_a_process_border_unchanged(tmp_path: Path) -> None:
    """A pickled basis has the same stamp, and another number another one; targets and title do not matter."""
    basis = basis_of(tmp_path, PROGRAM)
    assert pickle.loads(pickle.dumps(basis)).stamp == basis.stamp
    assert basis.varied(sick=0.04).stamp != basis.stamp
    assert basis_of(tmp_path, PROGRAM.replace("A small program", "B")).stamp == basis.stamp


def test_one_more_person_takes_a_few_patients_from_each_other(tmp_path: Path) -> None:
    """Own care managers are shared so that a new post changes nobody else's: who changes goes to the new post."""
    basis = basis_of(tmp_path, PROGRAM)
    few, more = (build(basis.staffed({"lpns": count})).spec for count in (2, 3))
    assert few.panel is not None and more.panel is not None
    before = [few.posts[at].key for at in few.panel.own]
    after = [more.posts[at].key for at in more.panel.own]
    assert {new for old, new in zip(before, after, strict=True) if old != new} == {"lpns-3"}


def test_patients_of_a_nurse_only_state_have_a_licensed_care_manager(tmp_path: Path) -> None:
    """In New Jersey the own care manager is licensed there; in Texas anybody may be."""
    spec = build(basis_of(tmp_path, PROGRAM)).spec
    assert spec.panel is not None
    whose = [
        (spec.panel.states[state], spec.posts[own].license)
        for state, own in zip(spec.panel.state, spec.panel.own, strict=True)
    ]
    assert {license for state, license in whose if state == "NJ"} == {"lpn"}
    assert {license for state, license in whose if state == "TX"} == {"none", "lpn"}


def test_a_wrong_cell_of_an_own_table_has_its_line(tmp_path: Path) -> None:
    """A program's own licensure table is read as strictly as the plan: file, line, fact, remedy, all at once."""
    text = PROGRAM + "  licensure: licensure.csv\n"
    table = "abbr,licensed_nurse_required,nlc_status\nTX,maybe,implemented\nXX,Y,implemented\n"
    with pytest.raises(DocumentError) as caught:
        basis_of(tmp_path, text, licensure=table)
    first, second = str(caught.value).replace(f"{tmp_path.as_posix()}/", "").splitlines()
    assert first == "licensure.csv:2:1: P211 licensed_nurse_required: 'maybe' is not known; use Y, N"
    assert second.startswith("licensure.csv:3:1: P211 abbr: 'XX' is not known; use AL, AK")


def test_decisions_of_an_own_profile_add_up(tmp_path: Path) -> None:
    """A row of call profiles whose decisions are not a whole is refused with its line."""
    text = PROGRAM.replace("patients:", "calls: {profiles: profiles.csv}\npatients:")
    head = "scenario,variant,episodes,skill,need,weight,talk_mean,talk_sd,documentation_mean,documentation_sd,"
    table = head + "decided_0,decided_1,decided_2,decided_3,decided_4\na,b,fall,trained,2,1,8,3,5,2,0.5,0,0.4,0,0\n"
    with pytest.raises(DocumentError, match=r"profiles\.csv:2:1: P211 the decisions add up to 0\.9; make them 1"):
        basis_of(tmp_path, text, profiles=table)


def test_a_population_on_disk_is_a_panel(tmp_path: Path) -> None:
    """A folder beside the plan gives its enrolled patients; one that is none, or too small, is told."""
    generate(tmp_path / "people", 120, seed=5, on=date(2026, 11, 20))
    there = PROGRAM.replace("{count: 240, states: [TX, NJ], seed: 3}", "{folder: people}")
    everywhere = there.replace("licensed: [NJ]", "licensed: [CA, CT, MD, NJ, OR, PA]")
    spec = build(basis_of(tmp_path, everywhere)).spec
    assert spec.panel is not None and 40 < len(spec.panel) < 120
    assert spec.episodes is not None and spec.episodes.people.on == spec.on
    with pytest.raises(DocumentError, match=r"5:12: P201 .*holds no population"):
        basis_of(tmp_path, there.replace("people}", "nobody}"))
    with pytest.raises(DocumentError, match="P202 there are 120 people in the folder, fewer than 500"):
        basis_of(tmp_path, there.replace("people}", "people, count: 500}"))
