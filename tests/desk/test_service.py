"""The service for trainees: a call can be played from the page, and nothing that a call hides can be read there."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from simcare.calls.listener import default_listener
from simcare.desk.service import serve_calls
from simcare.desk.service.pages import PLACES
from simcare.documents import SimcareError
from simcare.scenarios.library import load_library
from simcare.training.records import Records
from simcare.world.shift.library import shift_files
from tests.desk.serving import PREFIX, Guest, served

pytestmark = pytest.mark.slow

SHUT = [
    "/",
    "/services/",
    "/services/simcare",
    "/hub/api/users",
    f"{PREFIX}index.html",
    f"{PREFIX}desk/",
    f"{PREFIX}desk/dana",
    f"{PREFIX}desks.py",
    f"{PREFIX}page.html",
    f"{PREFIX}console.py",
    f"{PREFIX}../pages.py",
    f"{PREFIX}..%2fpages.py",
    f"{PREFIX}room.js/../pages.py",
    f"{PREFIX}room.js%00.py",
    f"{PREFIX}static/room.js",
    f"{PREFIX}progress",
    f"{PREFIX}progress/dana",
    f"{PREFIX}progress/desk/dana",
    f"{PREFIX}shifts",
    f"{PREFIX}shifts/quiet-tuesday",
    f"{PREFIX}shifts/quiet-tuesday.yaml",
    f"{PREFIX}shifts/desk/",
    f"{PREFIX}shifts/desk/dana",
    f"{PREFIX}shifts/board.py",
    f"{PREFIX}shifts/shift.js",
    f"{PREFIX}shifts/told.js",
    f"{PREFIX}shifts/progress/",
    f"{PREFIX}shifts/state",
    f"{PREFIX}shifts/twin",
    f"{PREFIX}shifts/../pages.py",
    f"{PREFIX}shifts/..%2fpages.py",
    f"{PREFIX}progress/shifts/",
    f"{PREFIX}cohort/",
    f"{PREFIX}files/sore-knees.yaml",
    f"{PREFIX}scenarios",
    f"{PREFIX}scenarios/sore-knees",
    f"{PREFIX}library/sore-knees.yaml",
    f"{PREFIX}records",
    f"{PREFIX}attempts",
    f"{PREFIX}export",
    f"{PREFIX}api/kernels",
    f"{PREFIX}api/contents",
    f"{PREFIX}lab",
    f"{PREFIX}terminals/1",
    f"{PREFIX}voila/render/03-author-a-call.ipynb",
    f"{PREFIX}voila/render/04-plan-a-program.ipynb",
    f"{PREFIX}voila/render/05-work-a-shift.ipynb",
    f"{PREFIX}voila/render/06-see-a-cohort.ipynb",
]
PARTS = [
    f"{PREFIX}{place}{name}" for place in PLACES.values() for name in ("room.js", "room.css", "page.js", "page.css")
]
"""The page's own program: the same for everybody, open source, and without a word of any call."""
PAGES = [f"{PREFIX}{place}{what}" for place in PLACES.values() for what in ("", "desk")]
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run the service on the whole library, with empty records."""
    url = f"sqlite:///{tmp_path_factory.mktemp('records') / 'records.sqlite'}"
    with Records.open(url) as records, served(records, default_listener()) as address:
        yield address


def at_the_wrap(root: str, name: str, scenario: str) -> Guest:
    """Return somebody who played a call until nothing but the end is left to do."""
    guest = Guest(root, name)
    guest.tell("pick", scenario=scenario)
    guest.tell("dial")
    for words in (
        "Hello, this is Dana from the care team.",
        "Could you tell me your date of birth?",
        "How is the pain?",
    ):
        guest.tell("say", text=words)
        if guest.view.get("chips"):
            guest.tell("none")
    guest.tell("do", action="message_provider", confidence=80, sbar={"S": "a", "B": "b", "A": "c", "R": "d"})
    guest.tell("do", action="end_call")
    assert guest.view["phase"] == "wrap"
    return guest


def test_a_call_is_played_from_the_page(root: str) -> None:
    """From the list to the debrief with messages alone; the sheet travels once, the name is the hub's."""
    guest = at_the_wrap(root, "dana", "sore-knees")
    assert (guest.view["learner"], guest.view["signed_in"]) == ("dana", True)
    assert guest.sheet["chart"] and sum('"sheet":' in text for text in guest.heard) == 2  # at the list it is empty
    assert guest.tell("finish")["phase"] == "debrief"


@pytest.mark.parametrize("scenario", ["sore-knees", "first-call"])
def test_nothing_that_a_call_hides_is_in_any_answer(root: str, scenario: str) -> None:
    """Until the debrief no rubric, no variant, no untold fact and no expected level has come to the page."""
    authored = load_library()[scenario].value
    guest = at_the_wrap(root, f"looks-at-{scenario}", scenario)
    heard = "\n".join(guest.heard)
    told = {line["text"] for line in guest.view["lines"]}
    rows = [row.label for row in authored.rubric.values()]
    truths = [variant.truth for variant in authored.variants.values()]
    tells = [tell.say for fact in authored.facts.values() for tell in fact.tell if tell.say not in told]
    for hidden in (rows, truths, tells):
        assert len(hidden) > 1 and [text for text in hidden if json.dumps(text)[1:-1] in heard] == []
    debrief = json.dumps(guest.tell("finish"))
    assert sum(json.dumps(text)[1:-1] in debrief for text in rows) > 2  # there they are, and would have been found


def test_somebody_elses_call_cannot_be_seen_or_closed(root: str) -> None:
    """The list shows one's own; an id that was overheard opens nothing."""
    owner = Guest(root, "owner")
    owner.tell("pick", scenario="sore-knees")
    owner.tell("dial")
    waiting = Guest(root, "owner").tell("calls")["resume"]
    thief = Guest(root, "thief")
    assert len(waiting) == 1 and thief.view["resume"] == []
    for kind in ("resume", "close"):
        view = thief.tell(kind, attempt=waiting[0]["attempt"])
        assert view["phase"] == "pick" and "not one of yours" in view["alert"]
    for kind in ("hello", "who"):
        assert thief.tell(kind, name="owner")["learner"] == "thief"
    assert Guest(root, "owner").tell("calls")["resume"] == waiting


def test_ones_own_page_shows_ones_own_calls_and_nobody_elses(root: str) -> None:
    """What was finished can be seen again there; another person's call, or one that is still open, cannot."""
    owner = at_the_wrap(root, "graduate", "sore-knees")
    owner.tell("finish")
    owner.tell("calls")
    owner.tell("pick", scenario="sore-knees")
    owner.tell("dial")
    opened = Guest(root, "graduate").tell("calls")["resume"][0]["attempt"]
    mine = Guest(root, "graduate", "progress/")
    assert (mine.view["phase"], mine.view["learner"], mine.view["no_wall"]) == ("person", "graduate", None)
    (done,) = set(re.findall(r'"attempt": "([0-9a-f]{32})"', json.dumps(mine.view))) - {opened}
    assert mine.tell("replay", attempt=done)["phase"] == "replay"
    assert mine.tell("back")["phase"] == "person"
    assert "was not finished" in mine.tell("replay", attempt=opened)["alert"]
    thief = Guest(root, "nosy", "progress/")
    for kind in ("hello", "who"):
        assert thief.tell(kind, name="graduate")["learner"] == "nosy"
    view = thief.tell("replay", attempt=done)
    assert view["phase"] == "person" and "not one of your calls" in view["alert"]
    assert done not in json.dumps(view)


def test_every_other_route_is_not_there(root: str) -> None:
    """Whatever is tried, by whatever method: 404 and no word of what is behind it."""
    guest = Guest(root, "dana")
    for method in METHODS:
        for path in SHUT:
            status, text = guest.ask(path, method, b"{}" if method in ("POST", "PUT", "PATCH") else None)
            assert (status, text) in ((404, "simcare: 404\n"), (404, "")), (method, path)


def test_the_routes_take_no_other_method(root: str) -> None:
    """Pages are read, messages are posted, and nothing is put, changed or deleted."""
    guest = Guest(root, "dana")
    for path in [*PAGES, *PARTS]:
        for method in ("PUT", "PATCH", "DELETE", "OPTIONS", *(() if path.endswith("desk") else ("POST",))):
            assert guest.ask(path, method, b"{}" if method != "DELETE" else None)[0] == 405, (method, path)


def test_who_is_not_signed_in_gets_nothing(root: str) -> None:
    """Reading leads to the hub's sign-in, a message is refused."""
    nobody = Guest(root, None)
    assert [nobody.ask(path)[0] for path in PAGES] == [302] * 6
    program = "".join(nobody.ask(path)[1] for path in PARTS)
    assert [name for name in (*load_library(), *shift_files()) if name in program] == []
    assert [nobody.ask(path, "POST", b"{}")[0] for path in PAGES[1::2]] == [403, 403, 403]


def test_another_site_cannot_send_in_somebodys_name(root: str) -> None:
    """A message without the page's own token is refused."""
    guest = Guest(root, "dana")
    before = guest.view["seq"]
    assert guest.ask(f"{PREFIX}desk", "POST", b'{"kind": "pick"}', xsrf=False)[0] == 403
    assert json.loads(guest.ask(f"{PREFIX}desk")[1])["view"]["seq"] == before


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b"{", b"\xff", b"[" * 90_000, b'{"kind":"say","text":"' + b"x" * 200_000 + b'"}']
)
def test_a_message_that_is_none_is_refused(root: str, body: bytes) -> None:
    """Nothing of it reaches the desk, and the answer shows no trace."""
    assert Guest(root, "dana").ask(f"{PREFIX}desk", "POST", body) == (400, "simcare: 400\n")


@pytest.mark.parametrize(
    "message",
    [
        {"kind": "do", "action": {"a": 1}},
        {"kind": "sure", "confidence": "x"},
        {"kind": "note", "facts": 7, "minutes": "x"},
        {"kind": "pick", "scenario": "../../etc/passwd"},
        {"kind": "pick", "scenario": "/etc/passwd"},
        {"kind": "set", "exercise": "../../etc/passwd"},
        {"kind": "branch", "at": -1},
        {"kind": "unpause"},
        {"kind": "pause"},
        {"kind": ["finish"]},
        {},
    ],
)
def test_a_message_that_makes_no_sense_is_answered_in_words(root: str, message: dict[str, object]) -> None:
    """The desk says so and stands where it stood; no path and no trace is told."""
    guest = Guest(root, "odd")
    view = guest.tell("calls")
    message = {"seq": view["seq"], **message}
    status, text = guest.ask(f"{PREFIX}desk", "POST", json.dumps(message).encode())
    assert status == 200 and json.loads(text)["view"]["phase"] == "pick"
    assert (
        (json.loads(text)["view"]["alert"] or "pause" in str(message["kind"]))
        and "Traceback" not in text
        and "root:" not in text
    )


def test_many_play_at_once_at_desks_of_their_own(root: str) -> None:
    """Twenty people at the same time: each hears their own call, and each move is theirs."""

    def play(number: int) -> list[str]:
        guest = Guest(root, f"person-{number}")
        guest.tell("pick", scenario="sore-knees")
        guest.tell("dial")
        for nth in range(3):
            guest.tell("intent", intent="ask_med_dose")
            assert len([line for line in guest.view["lines"] if line["side"] == "mine"]) >= nth + 1
        return [guest.view["learner"]]

    with ThreadPoolExecutor(20) as people:
        assert list(people.map(play, range(20))) == [[f"person-{number}"] for number in range(20)]


def test_without_a_hub_the_service_says_what_to_use(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody would know who is signed in, so nothing is served."""
    monkeypatch.delenv("JUPYTERHUB_SERVICE_URL", raising=False)
    with pytest.raises(SimcareError, match="simcare train"):
        serve_calls()
