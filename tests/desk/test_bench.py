"""The author's bench without a screen: nothing typed is lost, nothing is written over, and it plays and judges."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from simcare.calls.opening import open_call
from simcare.calls.rehearsal import rehearse
from simcare.calls.scoring import score
from simcare.calls.transcripts import play_moves
from simcare.desk import places
from simcare.desk.bench import screens, shelf
from simcare.desk.bench.author import Bench
from simcare.desk.bench.drafts import Drafts, text_hash
from simcare.desk.bench.points import places as points_places
from simcare.desk.bench.rehearsing import Rehearsing
from simcare.desk.choice import open_library
from simcare.documents import read_text
from simcare.scenarios.library import LIBRARY, load_scenario
from simcare.scenarios.model import Scenario
from simcare.scenarios.starting import start_scenario
from simcare.training.records import Records
from tests.desk.told import ToldListener

PATIENCE_SECONDS = 120.0


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of one's own that is in SIMCARE_LIBRARY, beside an empty user's data folder."""
    folder = tmp_path / "mine"
    folder.mkdir()
    monkeypatch.setenv("SIMCARE_LIBRARY", str(folder))
    monkeypatch.setattr(places.platformdirs, "user_data_dir", lambda *_, **__: str(tmp_path / "data"))
    places.own_folder.cache_clear()
    return folder


@pytest.fixture
def sit(own: Path, tmp_path: Path) -> Iterator[Callable[[], Bench]]:
    """Return a function that sits down at a bench on the same drafts, as after a restart."""
    records = Records.open(f"sqlite:///{tmp_path / 'trials.sqlite'}")
    benches: list[Bench] = []

    def sit_down() -> Bench:
        benches.append(Bench(Drafts(tmp_path / "drafts"), records, ToldListener()))
        return benches[-1]

    yield sit_down
    for bench in benches:
        bench.close()
    places.own_folder.cache_clear()


@pytest.fixture
def bench(sit: Callable[[], Bench]) -> Bench:
    """Return a bench with a new call from the template on it."""
    bench = sit()
    tell(bench, "start", id="cold-house")
    return bench


def tell(bench: Bench, kind: str, **fields: object) -> dict[str, Any]:
    """Send a message as the page would, and return the screen that answers it."""
    message = {"kind": kind, "n": bench.answered + 1, **fields}
    if bench.draft is not None and "key" not in fields:
        message.setdefault("draft", bench.draft.key)
    bench.handle(message)
    return screens.screen(bench)


def text_of(bench: Bench) -> str:
    """Return what is being written."""
    assert bench.draft is not None
    return bench.draft.text


def say(bench: Bench, *intents: str) -> None:
    """Say things in the call that is played."""
    for intent in intents:
        call(bench, "intent", intent=intent)


def call(bench: Bench, kind: str, **fields: object) -> None:
    """Send a message of the call console."""
    assert bench.desk is not None
    tell(bench, "call", content={"kind": kind, "seq": bench.desk.screen()["seq"], **fields})


# -- what is typed -----------------------------------------------------------------------------------------------------


def test_what_is_typed_is_on_the_disk_before_it_is_looked_at(bench: Bench, sit: Callable[[], Bench]) -> None:
    """A bench that is killed after a message has the text; another one goes on with it."""
    tell(bench, "type", text="simcare: 1\nid: [never closed", edit=7)
    again = sit()
    (draft,) = screens.screen(again)["drafts"]
    tell(again, "go_on", key=draft["key"])
    assert text_of(again) == "simcare: 1\nid: [never closed"


def test_problems_belong_to_the_edit_they_were_found_in(bench: Bench) -> None:
    """The page knows which of its edits the problems speak of, each with its line."""
    view = tell(
        bench, "type", text=text_of(bench).replace("label: When it comes on", "lable: When it comes on"), edit=3
    )
    assert view["edit"] == 3
    assert [(problem["line"], problem["code"]) for problem in view["problems"]] == [(42, "D106")]


def test_a_message_about_another_text_changes_nothing(bench: Bench) -> None:
    """A late message of a page that shows another draft does not write into this one."""
    before = text_of(bench)
    tell(bench, "type", draft="another-one", text="gone")
    assert text_of(bench) == before


def test_typed_words_that_no_kernel_took_are_rescued(bench: Bench, sit: Callable[[], Bench]) -> None:
    """What the page kept after the kernel died goes on in the same draft."""
    assert bench.draft is not None
    draft = bench.draft
    again = sit()
    tell(again, "rescue", key=draft.key, name=draft.name, file=None, base=None, typed="simcare: 1\n# typed last")
    assert (text_of(again), again.draft.key if again.draft else None) == ("simcare: 1\n# typed last", draft.key)


def test_a_rescue_reaches_no_file_that_is_not_on_the_shelf(sit: Callable[[], Bench], tmp_path: Path) -> None:
    """A page cannot make the bench write where no scenario of one's own is."""
    bench = sit()
    tell(bench, "rescue", key="x", name="x", file=str(tmp_path / "elsewhere.yaml"), base=None, typed="mine")
    assert bench.draft is not None and bench.draft.file is None


def test_text_that_is_as_in_its_file_is_no_draft(sit: Callable[[], Bench], own: Path) -> None:
    """Who undoes a change has nothing left to save and no draft lying about."""
    (own / "mine.yaml").write_text(start_scenario("mine"), encoding="utf-8")
    bench = sit()
    tell(bench, "open", id="mine")
    before = text_of(bench)
    assert tell(bench, "type", text=before + "# more\n", edit=1)["unsaved"] is True
    assert tell(bench, "type", text=before, edit=2)["unsaved"] is False
    assert bench.drafts.all() == []


def test_a_dropped_draft_is_put_by(bench: Bench) -> None:
    """Even what is thrown away can be found again."""
    assert bench.draft is not None
    text, key = text_of(bench), bench.draft.key
    tell(bench, "close")
    assert screens.screen(bench)["drafts"][0]["key"] == key
    tell(bench, "drop", key=key)
    kept = [file.read_text(encoding="utf-8") for file in (bench.drafts.folder / "put-by").iterdir()]
    assert (screens.screen(bench)["drafts"], kept) == ([], [text])


def test_a_disk_that_takes_nothing_is_told(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the draft cannot be kept the person hears it at once."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("simcare.desk.bench.drafts.write_whole", full)
    view = tell(bench, "type", text="simcare: 1\n", edit=1)
    assert "could not be kept on the disk (No space left on device)" in view["alert"]


# -- starting and opening ----------------------------------------------------------------------------------------------


def test_a_template_has_no_problems(bench: Bench) -> None:
    """A new call is clean and can be played."""
    view = screens.screen(bench)
    assert (view["problems"], view["playable"], view["title"]) == ([], True, "A little dizzy")


@pytest.mark.parametrize(
    ("new_id", "words"),
    [("Cold House", "'Cold House' is no id"), ("sore-knees", "There is a call with the id 'sore-knees' already")],
)
def test_an_id_that_cannot_be_is_told(sit: Callable[[], Bench], new_id: str, words: str) -> None:
    """A new call is not begun under a bad or a taken id."""
    view = tell(sit(), "start", id=new_id)
    assert (view["phase"], words in view["alert"]) == ("pick", True)


def test_an_empty_text_holds_its_id(sit: Callable[[], Bench]) -> None:
    """Who follows the guide begins with nothing but the format and the id."""
    bench = sit()
    tell(bench, "start", id="tight-shoes", like="empty")
    assert text_of(bench) == "simcare: 1\nid: tight-shoes\n"


def test_a_call_of_ones_own_stands_first(sit: Callable[[], Bench], own: Path) -> None:
    """What is one's own is found at the top and marked."""
    (own / "zebra.yaml").write_text(start_scenario("zebra").replace("A little dizzy", "Zebra"), encoding="utf-8")
    calls = screens.screen(sit())["calls"]
    assert [(item["title"], item["own"]) for item in calls[:2]] == [("Zebra", True), (calls[1]["title"], False)]


def test_a_file_that_is_not_in_order_can_be_opened(sit: Callable[[], Bench], own: Path) -> None:
    """Half-written files are what a bench is for; they keep nobody from practicing the others."""
    (own / "half.yaml").write_text("simcare: 1\nid: [\n", encoding="utf-8")
    bench = sit()
    assert tell(bench, "open", id="half")["problems"][0]["line"] == 3
    assert "sore-knees" in open_library() and "half" not in open_library()


# -- saving ------------------------------------------------------------------------------------------------------------


def test_a_shipped_call_is_saved_in_a_folder_of_ones_own(sit: Callable[[], Bench], own: Path) -> None:
    """Saving asks for a folder, writes there, and leaves simcare's own file alone."""
    shipped = LIBRARY / "sore-knees.yaml"
    before = shipped.read_bytes()
    bench = sit()
    tell(bench, "open", id="sore-knees")
    changed = text_of(bench) + "# mine\n"
    view = tell(bench, "save", text=changed, edit=1)
    assert view["saving"]["folders"] == [str(own), str(places.own_library())]
    view = tell(bench, "save_in", folder=0)
    assert (own / "sore-knees.yaml").read_text(encoding="utf-8") == changed
    assert (shipped.read_bytes(), view["saving"], view["unsaved"]) == (before, None, False)
    assert load_scenario("sore-knees").text == changed


def test_a_new_call_can_be_practiced_as_soon_as_it_is_saved(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """The library finds it in the user's data folder, where the server tells its kernels to look."""
    tell(bench, "save")
    tell(bench, "save_in", folder=1)
    monkeypatch.delenv("SIMCARE_LIBRARY")
    places.join_own_library()
    assert "cold-house" in open_library()


def test_a_file_changed_on_disk_is_told_and_not_written_over(bench: Bench, own: Path) -> None:
    """The bench says so as soon as it looks, and asks when it is to save."""
    tell(bench, "save")
    tell(bench, "save_in", folder=0)
    (own / "cold-house.yaml").write_text("theirs\n", encoding="utf-8")
    view = tell(bench, "save", text=text_of(bench) + "# mine\n", edit=1)
    assert "was changed on the disk" in view["disk"]
    assert (view["conflict"]["file"], (own / "cold-house.yaml").read_text()) == (
        str(own / "cold-house.yaml"),
        "theirs\n",
    )


@pytest.mark.parametrize(("how", "stays"), [("mine", "mine"), ("theirs", "theirs"), ("later", "theirs")])
def test_in_a_conflict_no_text_is_lost(bench: Bench, own: Path, how: str, stays: str) -> None:
    """Whichever text stays in the file, the other one is put by or still a draft."""
    tell(bench, "save")
    tell(bench, "save_in", folder=0)
    mine = text_of(bench) + "# mine\n"
    (own / "cold-house.yaml").write_text("theirs\n", encoding="utf-8")
    tell(bench, "save", text=mine, edit=1)
    tell(bench, "settle", how=how)
    in_file = (own / "cold-house.yaml").read_text(encoding="utf-8")
    folder = bench.drafts.folder / "put-by"
    put_by = {file.read_text(encoding="utf-8") for file in folder.iterdir()} if folder.exists() else set()
    assert in_file == {"mine": mine, "theirs": "theirs\n"}[stays]
    assert {mine, "theirs\n"} <= put_by | {in_file, text_of(bench)}


def test_another_file_of_the_name_is_not_written_over(bench: Bench, own: Path) -> None:
    """A new call whose name is taken in the chosen folder asks first."""
    (own / "cold-house.yaml").write_text("theirs\n", encoding="utf-8")
    tell(bench, "save")
    view = tell(bench, "save_in", folder=0)
    assert (view["conflict"] is None, (own / "cold-house.yaml").read_text()) == (False, "theirs\n")


def test_the_files_of_simcare_are_never_written(own: Path) -> None:
    """Not even when the shelf is asked to."""
    file = LIBRARY / "sore-knees.yaml"
    assert shelf.may_be_saved(file) is False
    with pytest.raises(Exception, match="comes with simcare and is not changed"):
        shelf.save(file, "gone", text_hash(shelf.read_file(file)))


def test_an_id_that_left_its_file_is_told(bench: Bench) -> None:
    """The library knows a call by the name of its file."""
    tell(bench, "save")
    tell(bench, "save_in", folder=0)
    view = tell(bench, "save", text=text_of(bench).replace("id: cold-house", "id: warm-house"), edit=1)
    assert "knows it by the name of its file, cold-house" in view["status"]


# -- playing -----------------------------------------------------------------------------------------------------------


def play_well(bench: Bench) -> None:
    """Play the template's first variant to the end."""
    tell(bench, "play", variant="on-standing")
    call(bench, "dial")
    say(bench, "greet_introduce", "verify_identity", "empathise", "ask_blackout", "ask_chest_breathing", "ask_onset")
    say(bench, "ask_callback_number")
    call(bench, "do", action="same_day_callback", sbar={"S": "Dizzy on standing.", "facts": []}, confidence=80)
    say(bench, "give_safety_net")
    call(bench, "do", action="end_call")
    call(bench, "note", text="Never passed out, no chest pain, breathing fine.", facts=["blackout", "chest"], minutes=4)
    call(bench, "finish")


def test_the_text_as_it_is_now_is_played(bench: Bench) -> None:
    """A line that was changed a moment ago is heard, saved or not."""
    tell(bench, "play", text=text_of(bench).replace('say: "Good morning."', 'say: "Who is it?"'), edit=1)
    call(bench, "dial")
    say(bench, "greet_introduce")
    assert screens.call(bench)["view"]["lines"][-1]["text"] == "Who is it?"


def test_a_call_that_cannot_be_opened_says_what_to_do(bench: Bench) -> None:
    """A text with an unknown word in a condition is mended first."""
    broken = text_of(bench).replace("basis: known(blackout)", "basis: knwn(blackout)")
    view = tell(bench, "play", text=broken, edit=1)
    assert (view["playable"], view["alert"]) == (
        False,
        "Mend what is marked first: the call cannot be opened as it is.",
    )


def test_a_play_is_written_into_the_text_and_scores_as_it_says(bench: Bench) -> None:
    """All other lines stay; the play has every move, and playing it from the text gives its score."""
    before = text_of(bench)
    play_well(bench)
    view = tell(bench, "keep_play", name="all-of-it", why="Everything that counts, in order.")
    after = text_of(bench)
    left = iter(after.splitlines())
    assert all(line in left for line in before.splitlines())
    scenario = read_text(after, Scenario, name="after").value
    play = scenario.plays["all-of-it"]
    card = score(play_moves(open_call(scenario, play.variant, play.seed), play))
    assert (card.score, card.passed, play.score, play.passed, play.verdict) == (100.0, True, 100, True, "correct")
    assert (view["problems"], view["status"]) == ([], "The play 'all-of-it' is in the text, with 100 points.")


def test_typed_words_are_kept_in_the_play_and_words_nobody_understood_are_left_out(bench: Bench) -> None:
    """A play says how it was asked; what has no intent cannot be replayed without a listener."""
    tell(bench, "play", variant="on-standing")
    call(bench, "dial")
    call(bench, "say", text="greet_introduce")
    assert bench.desk is not None and bench.desk.practice is not None
    call(bench, "do", action="educate", confidence=50)
    call(bench, "do", action="end_call")
    tell(bench, "keep_play", name="short", why="Too short.")
    moves = read_text(text_of(bench), Scenario, name="x").value.plays["short"].moves
    assert moves[0].ask == "greet_introduce" and moves[0].say == "greet_introduce"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("name", "why", "words"),
    [
        ("All of it", "x", "'All of it' is no id"),
        ("mine", "", "Say in a sentence what this play shows"),
        ("a-friendly-word", "x", "is already there"),
    ],
)
def test_a_play_that_cannot_be_kept_says_why(bench: Bench, name: str, why: str, words: str) -> None:
    """A bad name, no reason, or a name that is taken: told, and the text is as it was."""
    play_well(bench)
    before = text_of(bench)
    view = tell(bench, "keep_play", name=name, why=why)
    assert (words in view["alert"], text_of(bench)) == (True, before)


def test_leaving_the_call_leads_back_to_the_bench_and_again_plays_the_text_as_it_is(bench: Bench) -> None:
    """The trainees' list of calls is never shown at the bench, and "this call again" is the changed call."""
    play_well(bench)
    tell(bench, "type", text=text_of(bench).replace('opening: "Hello.', 'opening: "Good day.'), edit=1)
    call(bench, "again")
    call(bench, "dial")
    assert screens.call(bench)["view"]["lines"][0]["text"].startswith("Good day.")
    call(bench, "calls")
    assert screens.call(bench) == {}


# -- rehearsing, points, pictures --------------------------------------------------------------------------------------


def rehearsed(bench: Bench) -> dict[str, Any]:
    """Rehearse to the end and return the screen."""
    tell(bench, "rehearse", panel="rehearse")
    until = time.monotonic() + PATIENCE_SECONDS
    while tell(bench, "tick")["rehearsal"]["state"] == "running" and time.monotonic() < until:
        time.sleep(0.05)
    return tell(bench, "tick")


@pytest.mark.slow
def test_the_bench_rehearses_as_the_command_does(bench: Bench) -> None:
    """The same players with the same luck: the same scores, passes and decisions."""
    view = rehearsed(bench)
    assert bench.document is not None
    told = [
        {(row.variant, row.player): (row.mean_score, row.pass_rate, dict(row.decisions)) for row in rows}
        for rows in (bench.verdicts.results, rehearse(bench.document.value))
    ]
    assert told[0] == told[1]
    assert "passed-out: who decides by" in "\n".join(view["rehearsal"]["knowing"])
    assert (view["rehearsal"]["state"], view["rehearsal"]["findings"]) == ("done", [])


@pytest.mark.slow
def test_what_nobody_brings_about_is_listed_with_its_line(bench: Bench) -> None:
    """A line that waits for what never comes is told with its place in the text."""
    text = text_of(bench)
    text = text.replace(
        'say: "Good morning."}', 'say: "Good morning."}\n  - {to: [ask_smoking], if: t > 895, say: "Never."}'
    )
    tell(bench, "type", text=text, edit=1)
    unreached = rehearsed(bench)["rehearsal"]["unreached"]
    deflected, left = unreached  # the call's own: a dodge that no player, play or probe brings about
    assert ("blackout.1" in deflected["words"], "Never." in left["words"]) == (True, True)
    assert text.splitlines()[left["line"] - 1] == "replies:"


@pytest.mark.slow
def test_changed_points_show_who_would_now_pass(bench: Bench) -> None:
    """The same calls are judged by the new points, and what it was before stands beside it."""
    rehearsed(bench)
    tell(bench, "points", path=["rubric", "warm"], critical=False)
    view = tell(bench, "points", path=["rubric", "warm"], points=0)
    cold = next(row for row in view["rehearsal"]["table"] if row["player"] == "cold")
    assert [(cell["passes"], cell["changed"]) for cell in cold["cells"]] == [("passes", "was 95, 0%")] * 2
    assert view["points"]["sums"] == [{"variant": "on-standing", "sum": 95}, {"variant": "passed-out", "sum": 95}]


def test_points_are_written_where_they_stand(bench: Bench) -> None:
    """One number of the text changes, comments and all else stay."""
    before = text_of(bench)
    tell(bench, "points", path=["decision"], points=40)
    assert text_of(bench) == before.replace("points: 35", "points: 40")


@pytest.mark.parametrize("points", ["-1", "101", "many"])
def test_points_that_are_none_are_refused(bench: Bench, points: str) -> None:
    """Only a number from 0 to 100 is written."""
    before = text_of(bench)
    view = tell(bench, "points", path=["decision"], points=points)
    assert (view["alert"], text_of(bench)) == ("Points are a number from 0 to 100.", before)


def test_the_table_of_points_holds_every_row_and_what_a_variant_says_itself() -> None:
    """Each place where points stand is in the table once, with the path to it."""
    scenario = read_text(start_scenario("cold-house"), Scenario, name="x").value
    found = {".".join(place.path): place.points for place in points_places(scenario)}
    assert found["variants.passed-out.rubric.safety_net"] == 0
    assert found["variants.passed-out.handoff"] == 10
    assert {f"rubric.{name}" for name in scenario.rubric} | {"decision", "note"} <= set(found)


def test_stop_stops_at_once_and_keeps_what_was_played(bench: Bench) -> None:
    """A stopped rehearsal leaves no program behind and says how far it came."""
    tell(bench, "rehearse", panel="rehearse")
    view = tell(bench, "stop")
    assert bench.verdicts.rehearsing is not None and not bench.verdicts.rehearsing.running
    assert view["rehearsal"]["state"] == "stopped"
    assert view["rehearsal"]["words"].startswith("Stopped: ")


def test_a_rehearsal_that_breaks_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where its programs end without a word, the bench says so."""
    monkeypatch.setattr("simcare.desk.bench.rehearsing.sys.executable", "false")
    rehearsing = Rehearsing(load_scenario(LIBRARY / "sore-knees.yaml"))
    rehearsing.wait()
    assert rehearsing.failed is not None and "ended before it was through" in rehearsing.failed


def test_pictures_are_offered_for_every_variant_and_play(bench: Bench) -> None:
    """The graph leads to the lines of its facts; a play and the last call have their timelines."""
    play_well(bench)
    view = tell(bench, "picture", panel="picture", picture="graph:passed-out")
    offered = [item["id"] for item in view["pictures"]]
    assert offered[:2] == ["graph:on-standing", "graph:passed-out"] and offered[-1] == "last:"
    lines = text_of(bench).splitlines()
    spot = next(spot for spot in screens.picture(bench)["spots"] if spot["label"] == "A fall or an injury")
    assert lines[spot["line"] - 1].strip() == "hurt:" and spot["line"] > lines.index("variants:")
    for name in ("play:a-friendly-word", "last:"):
        tell(bench, "picture", picture=name)
        assert screens.picture(bench)["svg"].startswith("<svg")


def test_a_picture_of_what_is_gone_says_so(bench: Bench) -> None:
    """A play that was taken out of the text is not drawn."""
    tell(bench, "picture", panel="picture", picture="play:gone")
    assert "nothing to draw" in screens.picture(bench)["problem"]


def test_an_unknown_message_is_answered_in_words(bench: Bench) -> None:
    """A page that does not fit is told to reload, and what was typed is kept."""
    assert "reload the page" in tell(bench, "fly", text="simcare: 1\n", edit=1)["alert"]
    assert text_of(bench) == "simcare: 1\n"
