"""Print how well and how fast the built-in listener hears: accuracy by kind of line, latency, and the load.

Run with `python benchmarks/bench_listener.py`; `--wrong` lists what was misheard. CPU times vary between machines and
runs, so the latency is also given as a ratio to a fixed piece of pure-Python work.
"""

from __future__ import annotations

import argparse
import csv
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from simcare.calls.listener import NgramListener
from simcare.scenarios import intents as intent_files

LINES = Path(__file__).parent.parent / "tests" / "data" / "utterances.csv"

CASES = {
    "sore-knees": """open_how_are_you ask_main_concern tell_me_more ask_onset ask_severity ask_pain_location
        ask_swelling_redness ask_triggers ask_fall_injury ask_fever ask_chest_breathing ask_med_name ask_med_dose
        ask_adherence ask_other_substances ask_pain_after ask_diet ask_salt ask_bp_reading ask_med_barrier
        ask_weight_bearing ask_calf_swelling ask_skin_wound ask_baseline ask_goal ask_joint_visit ask_exercise_goals
        ask_appointment ask_black_stool ask_sleep ask_who_prescribed ask_worries educate_low_impact educate_pace
        educate_salt educate_otc_check educate_nsaid_risk give_safety_net offer_book_visit offer_easy_tube
        offer_follow_up advise_nsaid push_through_pain""",
    "lost-car": """open_how_are_you ask_main_concern tell_me_more ask_transport ask_housing ask_food ask_money
        ask_support ask_appointment ask_insurance ask_vehicle ask_utilities ask_food_today ask_priority ask_private
        ask_other_visits ask_goal ask_worries ask_notice_dates ask_diabetes_medicine ask_sugar_reading ask_mood
        ask_eaten_today ask_refill ask_consent_contact ask_sleep offer_transport offer_resources offer_book_visit
        offer_warm_handoff offer_follow_up claim_medicare_rides advise_cancel ask_emergency_contact""",
    "mixed-up-tuesday": """open_how_are_you ask_main_concern tell_me_more ask_onset check_orientation ask_drowsy_vomit
        ask_med_name ask_med_dose ask_med_time ask_other_substances ask_self_harm ask_alone_now ask_address
        ask_callback_number ask_fall_injury ask_fever ask_chest_breathing ask_breathing ask_pillbox ask_sweating_shaky
        ask_eaten_today ask_vision_seeing ask_stroke_signs ask_last_normal ask_emergency_contact ask_consent_contact
        ask_safe_swallow ask_headache ask_sugar_reading ask_diabetes_medicine ask_age_weight ask_who_prescribed
        ask_pharmacy ask_baseline instruct_unlock_door instruct_gather_bottles instruct_sit_safe explain_next
        make_vomit give_food_drink advise_drive ask_support""",
}
"""The intents each seed call turns on, as its author would list them; the core comes on top."""


def lines(*, split: str, kind: str | None = None) -> list[dict[str, str]]:
    """Return the labelled lines of a split, of one kind or of all."""
    with LINES.open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["split"] == split and kind in (None, row["kind"])]


def candidate_sets(intent: str, core: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield the candidates of each seed call that uses the intent; of all three where it is in the core alone."""
    cases = [tuple(words.split()) for words in CASES.values()]
    using = [case for case in cases if intent in case]
    yield from using or (cases if intent in core else ())


def accuracy(listener: NgramListener, rows: list[dict[str, str]], *, restrict: bool) -> dict[str, float]:
    """Return the shares of lines heard right: first of the ranking, among three, taken, and taken wrongly."""
    tried = first = three = taken = wrong = 0
    core = intent_files.load().core
    for row in rows:
        sets = list(candidate_sets(row["intent"], core)) if restrict else [None]
        for candidates in sets:
            ranked = listener.rank(row["text"], candidates)
            heard = {clause.intent for clause in listener.hear(row["text"], candidates).clauses} - {None}
            tried += 1
            first += ranked[0] == row["intent"]
            three += row["intent"] in ranked
            taken += row["intent"] in heard
            wrong += bool(heard) and row["intent"] not in heard
    return {
        "lines": tried,
        "top-1": first / tried,
        "top-3": three / tried,
        "taken right": taken / tried,
        "taken wrong": wrong / tried,
    }


def proposals(listener: NgramListener, text: str) -> set[str]:
    """Return the intents of a line that propose an action, without candidates, which is the hardest."""
    library = intent_files.load().intents
    heard = (clause.intent for clause in listener.hear(text).clauses)
    return {intent for intent in heard if intent is not None and library[intent].proposes is not None}


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--wrong", action="store_true", help="list the lines that were misheard")
    wrong = options.parse_args().wrong
    began = time.perf_counter()
    library = intent_files.load()
    read = time.perf_counter()
    listener = NgramListener(library)
    print(f"{listener.name}: library read in {read - began:.2f} s, trained in {time.perf_counter() - read:.2f} s")
    core = library.core
    held = [row for row in lines(split="test") if row["kind"] in ("in_scope", "typo")]
    for title, restrict in (("all intents", False), ("the call's intents", True)):
        shown = accuracy(listener, held, restrict=restrict)
        print(f"{title}: " + ", ".join(f"{key} {value:.3f}" for key, value in shown.items()))
    multi = lines(split="multi")
    found = [
        (set(row["intent"].split("|")), {clause.intent for clause in listener.hear(row["text"]).clauses})
        for row in multi
    ]
    print(f"several in one line: recall {sum(len(a & b) for a, b in found) / sum(len(a) for a, _ in found):.3f}")
    for kind in ("oos_near", "oos_far"):
        rows = lines(split="test", kind=kind)
        taken = [row["text"] for row in rows if any(c.intent for c in listener.hear(row["text"]).clauses)]
        print(f"{kind}: {len(rows)} lines, {len(taken) / len(rows):.3f} taken for something")
        if wrong:
            print(*(f"    {text} -> {listener.hear(text).clauses}" for text in taken), sep="\n")
    negative = lines(split="contrast", kind="neg")
    bad = [row for row in negative if row["intent"] in {c.intent for c in listener.hear(row["text"]).clauses}]
    print(f"contrast: {len(negative)} lines that deny or ask, {len(bad)} heard as the action")
    asserted = lines(split="test", kind="asserted")
    missed = [row for row in asserted if row["intent"] not in {c.intent for c in listener.hear(row["text"]).clauses}]
    print(f"asserted beside a denial: {len(asserted)} lines, {len(missed)} missed")
    if wrong:
        print(
            *(f"    {row['intent']}: {row['text']} -> {listener.hear(row['text']).clauses}" for row in bad + missed),
            sep="\n",
        )
        for row in held:
            for candidates in candidate_sets(row["intent"], core):
                ranked = listener.rank(row["text"], candidates)
                if ranked[0] != row["intent"]:
                    lost = "     " if row["intent"] in ranked else "LOST "
                    print(f"    {lost}{row['intent']}: {row['text']} -> {ranked}")
                    break
        for row, (wanted, got) in zip(multi, found, strict=True):
            if wanted - got:
                print(f"    several: {row['text']} -> {got}")
    times = []
    for row in [*held, *multi]:
        began = time.perf_counter()
        listener.hear(row["text"])
        times.append(time.perf_counter() - began)
    began = time.perf_counter()
    sum(number * number for number in range(100_000))
    yardstick = time.perf_counter() - began
    median, high = statistics.median(times), sorted(times)[int(0.99 * len(times))]
    print(f"a line: median {median * 1000:.2f} ms, 99 % under {high * 1000:.2f} ms; ratio {median / yardstick:.2f}")


if __name__ == "__main__":
    main()
