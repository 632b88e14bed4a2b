"""Fifty people write at once, and a third of them are killed: what was acknowledged is there, in order and whole."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable

import pytest

from simcare.training.records import Records

pytestmark = pytest.mark.slow

Run = Callable[..., subprocess.Popen[str]]

PEOPLE, MOVES = 50, 12

CROWD = """
import collections, itertools, json, os, random, signal, sys, time
from simcare.training.faults import RecordsLocked
from simcare.training.records import Records

url, people, moves = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
luck = random.Random(sys.argv[4])
doomed = {number: luck.randrange(moves) for number in luck.sample(range(people), people // 3)}
Records.open(url).close()
reading, writing = os.pipe()


def patiently(work):
    while True:
        try:
            return work()
        except RecordsLocked:  # a person would press again
            pass


def practice(number):
    own = random.Random(number)
    with patiently(lambda: Records.open(url)) as records:
        texts = {"scenario_text": "s", "policy_text": "p", "intents_text": "i", "listener": "none"}
        attempt = patiently(lambda: records.start(f"Person {number}", "sore-knees", "benign", number, **texts)).id
        for nth in itertools.count() if number in doomed else range(moves):  # who is to be killed never gets done
            move = {"say": "ask_med_dose", "seconds": nth, "text": f"{number}/{nth} " + "x" * 500}
            patiently(lambda: records.append(attempt, nth, move))
            os.write(writing, f"{number} {attempt} {nth}\\n".encode())  # one write of a pipe is whole
            time.sleep(own.uniform(0.0, 0.1))


children = {}
for number in range(people):
    child = os.fork()
    if child == 0:
        os.close(reading)
        practice(number)
        os._exit(0)
    children[number] = child
os.close(writing)
heard = collections.defaultdict(list)
with open(reading) as acknowledged:
    for line in acknowledged:
        number, attempt, nth = line.split()
        heard[attempt].append(int(nth))
        if doomed.get(int(number)) == int(nth):
            os.kill(children[int(number)], signal.SIGKILL)
ends = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children.values()]
killed = ends.count(-signal.SIGKILL)
print(json.dumps({"heard": heard, "killed": killed, "failed": len(ends) - killed - ends.count(0)}))
"""


def test_fifty_who_write_at_once_lose_nothing_when_a_third_is_killed(url: str, python: Run) -> None:
    """Every acknowledged move is there, in order, untorn, and at most one more of each; nobody else is disturbed."""
    process = python(CROWD, url, str(PEOPLE), str(MOVES), "luck")
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    told = json.loads(out)
    assert (told["failed"], told["killed"]) == (0, PEOPLE // 3)
    with Records.open(url) as records:
        assert len(records.learners()) == PEOPLE
        for attempt in records.attempts():
            number = attempt.seed
            heard = told["heard"].get(attempt.id, [])
            moves = records.moves(attempt.id)
            assert heard == list(range(len(heard))) and len(moves) - len(heard) in (0, 1)
            assert moves == [
                {"say": "ask_med_dose", "seconds": nth, "text": f"{number}/{nth} " + "x" * 500}
                for nth in range(len(moves))
            ]
            records.append(attempt.id, attempt.moves, {"say": "close_call", "seconds": 5})
        assert sum(attempt.moves == MOVES + 1 for attempt in records.attempts()) >= PEOPLE - PEOPLE // 3
