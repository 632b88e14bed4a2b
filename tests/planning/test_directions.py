"""The science points the right way: a changed row moves a named answer as it should, and one without effect none."""

from __future__ import annotations

import copy
import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from simcare.calls.profiles import rehearse_library, shipped_profiles, write_table
from simcare.patients.tables import rows
from simcare.planning.basis import Basis
from simcare.planning.compare import Difference, as_table, compare, tornado, tornado_table
from simcare.planning.replicate import Workers, run_each
from simcare.planning.store import Store
from simcare.scenarios.library import load_scenario
from simcare.scenarios.model import Scenario
from tests.planning.plans import PROGRAM, basis_of

pytestmark = pytest.mark.slow

SEED, COUNT = 4, 4


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Workers:
    """Return workers that keep what they ran, because every test here compares with the same program."""
    return Workers(store=Store(tmp_path_factory.mktemp("kept")))


def differences(one: Basis, other: Basis, workers: Workers) -> dict[str, Difference]:
    """Return the paired differences of two bases by answer."""
    return {row.answer: row for row in compare(*run_each([one, other], SEED, COUNT, workers))}


def licensure(**nurse_only: str) -> str:
    """Return the licensure table as CSV with some states changed."""
    names = ("abbr", "licensed_nurse_required", "nlc_status")
    lines = [",".join(names)]
    for row in rows("licensure"):
        cells = {**row, "licensed_nurse_required": nurse_only.get(row["abbr"], row["licensed_nurse_required"])}
        lines.append(",".join(cells[name] for name in names))
    return "\n".join(lines) + "\n"


def with_policy(line: str) -> str:
    """Return the program with a line more in its policy."""
    return PROGRAM + f"  {line}\n"


def test_one_license_row_moves_where_the_work_lies(tmp_path: Path, kept: Workers) -> None:
    """When Texas too asks for a nurse, coordinators may only do tasks: the LPNs get busier, attempts wait longer.

    A state without a patient of the program changes nothing at all.
    """
    text = with_policy("licensure: licensure.csv").replace("licensed: [NJ]", "licensed: [NJ, TX]")
    base = basis_of(tmp_path, text, licensure=licensure())
    stricter = basis_of(tmp_path, text, licensure=licensure(TX="Y"))
    elsewhere = basis_of(tmp_path, text, licensure=licensure(UT="Y"))
    assert differences(base, stricter, kept)["backlog_outreach"].difference > 0
    runs = run_each([base, stricter], SEED, COUNT, kept)
    coordinators, lpns = (
        [np.mean([tally.own[f"occupancy of {team}"] for tally in run.tallies]) for run in runs]
        for team in ("coordinators", "lpns")
    )
    assert coordinators[1] < coordinators[0] / 2 and lpns[1] > lpns[0]
    still = differences(base, elsewhere, kept)
    assert all(row.difference == 0 or np.isnan(row.difference) for row in still.values())


def test_one_profile_row_moves_what_it_speaks_of(tmp_path: Path, kept: Workers) -> None:
    """A scenario variant that is decided worse misses more escalations; one that no skill of the roster uses, none."""
    table = list(shipped_profiles())
    text = PROGRAM.replace("patients:", "calls: {profiles: profiles.csv}\npatients:")
    base = basis_of(tmp_path, text, profiles=write_table(table))
    served = [at for at, row in enumerate(table) if row.skill == "trained" and row.need >= 2]
    worse, unused = list(table), list(table)
    for at in served:
        worse[at] = dataclasses.replace(table[at], decided=(1.0, 0.0, 0.0, 0.0, 0.0))
    for at, row in enumerate(table):
        if row.skill == "expert":
            unused[at] = dataclasses.replace(row, decided=(1.0, 0.0, 0.0, 0.0, 0.0))
    moved = differences(base, basis_of(tmp_path, text, profiles=write_table(worse)), kept)
    still = differences(base, basis_of(tmp_path, text, profiles=write_table(unused)), kept)
    assert moved["missed"].difference > 0 and moved["ed_visits"].difference > 0
    assert all(row.difference == 0 or np.isnan(row.difference) for row in still.values())


def test_an_edited_scenario_moves_what_it_speaks_of(tmp_path: Path, kept: Workers) -> None:
    """A rubric that asks for fewer questions shortens the work, a stricter right decision escalates more calls.

    The scenario is rehearsed anew with each edit. Another reason beside a rubric row moves nothing at all.
    """
    flare = load_scenario("flaring-arthritis").value.model_dump(mode="json", by_alias=True)
    asks = {"must": "verified", "should": None, "before": None}
    rubric = flare["rubric"]
    brief = {name: {**row, **asks} if row["domain"] == "gather" else row for name, row in rubric.items()}
    reworded = {name: {**row, "why": "Said in other words."} for name, row in rubric.items()}
    stricter = copy.deepcopy(flare["variants"])
    stricter["both-hands"]["decision"]["expect"] = "warm_transfer_rn"
    text = PROGRAM.replace("patients:", "calls: {profiles: profiles.csv}\npatients:")

    def program(**edit: object) -> Basis:
        scenario = Scenario.model_validate({**flare, **edit})
        others = (row for row in shipped_profiles() if row.scenario != scenario.id)
        table = [*others, *rehearse_library(runs=20, scenarios=[scenario])]
        return basis_of(tmp_path, text, profiles=write_table(table))

    base = program()
    assert differences(base, program(rubric=brief), kept)["minutes"].difference < 0
    assert differences(base, program(variants=stricter), kept)["escalations"].difference > 0
    still = differences(base, program(rubric=reworded), kept)
    assert all(row.difference == 0 or np.isnan(row.difference) for row in still.values())


def test_a_skill_file_moves_what_is_missed(tmp_path: Path, kept: Workers) -> None:
    """A team whose recorded decisions are weak misses more; a skill of the file that nobody has changes nothing."""
    text = PROGRAM.replace("patients:", "calls: {skills: skills.json}\npatients:").replace(
        "people: 2\n    may_be: [1, 4]\n    license", "people: 2\n    skill: class\n    may_be: [1, 4]\n    license"
    )

    def skills(mean: float, other: float = 0.0) -> str:
        one = {"like": "trained", "competencies": {"escalation": {"mean": mean, "sd": 0.2}}}
        nobody = {"like": "novice", "competencies": {"escalation": {"mean": other}}}
        return json.dumps({"simcare_skills": 1, "source": "a test", "skills": {"class": one, "nobody": nobody}})

    base = basis_of(tmp_path, text, skills=skills(3.0))
    weak = basis_of(tmp_path, text, skills=skills(-2.0))
    unused = basis_of(tmp_path, text, skills=skills(3.0, other=2.0))
    assert differences(base, weak, kept)["missed"].difference > 0
    assert all(row.difference == 0 or np.isnan(row.difference) for row in differences(base, unused, kept).values())


def test_what_is_not_known_of_a_skill_is_drawn_once_a_replication(tmp_path: Path) -> None:
    """Two replications have two draws of the same skill, and one replication has one; luck is another seed."""
    from simcare.planning.building import build

    text = PROGRAM.replace("patients:", "calls: {skills: skills.json}\npatients:").replace(
        "people: 2\n    may_be: [1, 4]\n    shift", "people: 2\n    skill: class\n    may_be: [1, 4]\n    shift"
    )
    one = {"like": "trained", "competencies": {"escalation": {"mean": 1.0, "sd": 0.5}}}
    content = json.dumps({"simcare_skills": 1, "source": "a test", "skills": {"class": one}})
    built = build(basis_of(tmp_path, text, skills=content))
    decided = [
        next(p.decided for p in built.spec_of(nth, 7).profiles if p.key == "monthly_l3" and p.skill == "class")
        for nth in (0, 0, 1)
    ]
    assert decided[0] == decided[1] != decided[2]


@pytest.mark.parametrize(
    ("numbers", "answer", "sign"),
    [
        ({"answer_probability": 0.25}, "reached", -1),
        ({"sick": 0.3}, "shrinkage", 1),
        ({"hourly_usd_rn": 90.0}, "cost", 1),
        ({"inbound_per_patient_month": 1.2}, "inbound", 1),
        ({"monthly_need_l3": 0.1}, "escalations", 1),
    ],
)
def test_a_number_moves_its_answer_the_right_way(
    tmp_path: Path, kept: Workers, numbers: dict[str, float], answer: str, sign: int
) -> None:
    """Fewer answered attempts reach fewer; more sickness is more shrinkage; dearer nurses cost more; and so on."""
    base = basis_of(tmp_path, PROGRAM)
    row = differences(base, base.varied(**numbers), kept)[answer]
    assert np.sign(row.difference) == sign and row.clear


def test_shared_luck_makes_differences_sharper(tmp_path: Path, kept: Workers) -> None:
    """Paired differences of what staffing changes vary less than unpaired ones; the ratio stands in the table."""
    base = basis_of(tmp_path, PROGRAM)
    one, other = run_each([base, base.staffed({"coordinators": 1})], SEED, 8, kept)
    table = as_table(compare(one, other))
    assert table.loc["escalations", "variance_ratio"] > 5
    assert table.loc["attempts", "variance_ratio"] > 2


def test_a_tornado_puts_the_widest_swing_first(tmp_path: Path, kept: Workers) -> None:
    """Both ends of every chosen number, with the sign of its effect; what does nothing comes last."""
    arms, base = tornado(basis_of(tmp_path, PROGRAM), SEED, COUNT, ("answer_probability", "complex_share"), kept)
    table = tornado_table(arms, "reached")
    assert list(table.index) == ["answer_probability", "complex_share"]
    assert table.loc["answer_probability", "at_low"] < 0 < table.loc["answer_probability", "at_high"]
    assert table.loc["complex_share", "swing"] == 0
    assert len(base.tallies) == COUNT
