"""The patient's voice in Python: how a speaker sounds, what was recorded, and a program that speaks."""

from __future__ import annotations

import struct
import sys
import wave
from collections.abc import Callable
from pathlib import Path

import pytest

from simcare.calls.call import Call
from simcare.calls.debrief import name_people
from simcare.calls.opening import open_call
from simcare.desk import voice
from simcare.desk.voice import Manner, manner, recording, recording_id, sound_of, spoken, synthesize
from simcare.documents import read
from simcare.scenarios.library import load_scenario, translated_files
from simcare.scenarios.translations import Translation

PLAIN = Manner("en", "female", 1.0, 1.0)
PROGRAM = """
import struct, sys
text = sys.stdin.read()
sys.stderr.write(repr(sys.argv[1:]))
if "--fail" in text: sys.exit(3)
samples = b"\\x01\\x02" * len(text)
form = struct.pack("<IHHIIHH", 16, 1, 1, 22050, 44100, 2, 16)
sys.stdout.buffer.write(b"RIFF" + struct.pack("<I", 0x7FFFF024) + b"WAVEfmt " + form)
sys.stdout.buffer.write(b"data" + struct.pack("<I", 0x7FFFF000) + samples)
"""
Opened = Callable[..., Call]


@pytest.fixture
def program(tmp_path: Path) -> tuple[str, ...]:
    """Return a program that speaks as espeak-ng does: text in, a WAV file of unknown length out."""
    file = tmp_path / "speak.py"
    file.write_text(PROGRAM, encoding="utf-8")
    return (sys.executable, str(file))


@pytest.fixture
def opened() -> Opened:
    """Return a function that opens the tests' call and says intents."""

    def open_and_say(*intents: str, scenario: str = "desk-check", variant: str | None = "quiet") -> Call:
        call = open_call(load_scenario(scenario).value, variant, 3)
        for intent in intents:
            call.take(call.say(intent))
        return call

    return open_and_say


# -- how a speaker sounds ----------------------------------------------------------------------------------------------


def test_a_woman_of_seventy_speaks_at_the_usual_rate(opened: Opened) -> None:
    """Sex moves the pitch; age slows from 75 on."""
    assert manner(opened(), "patient") == Manner("en", "female", 1.0, 1.1)


@pytest.mark.parametrize(("age", "rate"), [(74, 1.0), (75, 0.92), (85, 0.85)])
def test_old_age_slows_the_voice(opened: Opened, age: int, rate: float) -> None:
    """In two steps."""
    scenario = load_scenario("desk-check").value
    older = scenario.model_copy(update={"patient": scenario.patient.model_copy(update={"age": age})})
    assert manner(open_call(older, "quiet", 3), "patient").rate == rate


def test_drowsy_is_slow_and_low_and_upset_is_quick_and_high(opened: Opened) -> None:
    """What the call does to clarity and distress is heard."""
    drowsy, upset = opened(), opened()
    drowsy.gauges["clarity"] -= 24
    upset.gauges["distress"] += 12
    assert (manner(drowsy, "patient").rate, manner(drowsy, "patient").pitch) == (0.65, 1.02)
    assert (manner(upset, "patient").rate, manner(upset, "patient").pitch) == (1.12, 1.18)


@pytest.mark.parametrize("scenario", ["mixed-up-tuesday", "sore-knees", "sleeping-heavy"])
def test_the_first_words_sound_the_same_in_every_variant(scenario: str) -> None:
    """A voice must not tell what no question has found out."""
    case = load_scenario(scenario).value
    assert len({str(voice.voices(open_call(case, variant, 3))) for variant in case.variants}) == 1


def test_others_sound_as_who_they_are(opened: Opened) -> None:
    """A daughter as a woman, the patient's stand-in as the wife she is, a nurse as anybody."""
    wife = opened(scenario="sleeping-heavy", variant=None)
    assert manner(opened(), "daughter").sex == "female"
    assert (manner(wife, "patient").sex, manner(wife, "husband").sex) == ("female", "male")
    assert manner(opened(), "rn").sex is None


def test_a_spanish_patient_is_said_in_spanish_and_her_nurse_in_english(opened: Opened) -> None:
    """Those of the persona speak its language."""
    call = opened(scenario="first-call-es", variant=None)
    assert [manner(call, who).language for who in ("patient", "wife", "rn")] == ["es", "es", "en"]


def test_only_the_newest_lines_of_others_are_to_be_said(opened: Opened) -> None:
    """The care manager's own words, sounds and what was said long ago are not."""
    call = opened("greet_introduce", *["ask_fever"] * 6)
    said = [call.lines[int(number)] for number in voice.voices(call)]
    assert {line.speaker for line in said} == {"patient"}
    assert min(line.move for line in said) == len(call.moves) - voice.NEWEST


def test_stage_directions_are_not_said() -> None:
    """Who speaks stands in brackets and on the screen."""
    assert spoken("[The daughter:] I can tell  you. [A door]") == "I can tell you."


# -- recordings --------------------------------------------------------------------------------------------------------


def test_a_recorded_line_is_found_by_its_id(opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the folder of its call, in any library's folder; then no program is asked."""
    call = opened()
    folder = tmp_path / "audio" / "desk-check"
    folder.mkdir(parents=True)
    (folder / "opening.ogg").write_bytes(b"a voice")
    monkeypatch.setenv("SIMCARE_LIBRARY", str(tmp_path))
    assert recording(call, call.lines[0]) == folder / "opening.ogg"
    assert sound_of(call, 0, None) == ("audio/ogg", b"a voice")
    assert (voice.voices(call)["0"]["recorded"], voice.has_recordings(call)) == (True, True)


def test_a_recording_outside_of_its_folder_is_not_read(
    opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A link that leads elsewhere gives nothing away."""
    secret = tmp_path / "secret.ogg"
    secret.write_bytes(b"not for the page")
    folder = tmp_path / "library" / "audio" / "desk-check"
    folder.mkdir(parents=True)
    (folder / "opening.ogg").symlink_to(secret)
    call = opened()
    monkeypatch.setenv("SIMCARE_LIBRARY", str(tmp_path / "library"))
    assert recording(call, call.lines[0]) is None


@pytest.mark.parametrize("variant", ["on-the-shelf", "in-the-sink"])
def test_recordings_go_by_the_ids_of_translations(variant: str) -> None:
    """Every line that the Spanish call says stands in its translation under the id of its recording."""
    call = open_call(load_scenario("first-call-es").value, variant, 3)
    for intent in call.script.candidates():
        if call.ended is None:
            call.gauges["patience"] = 100
            call.take(call.say(intent))
    lines = read(translated_files()["first-call-es"], Translation).value.lines
    told = {recording_id(call, line): line.text for line in call.lines if line.speaker in ("patient", "wife")}
    assert len(told) > 25
    assert {name: text for name, text in told.items() if name_people(call, lines.get(name, "")) != text} == {}


# -- a program that speaks ---------------------------------------------------------------------------------------------


def test_a_program_speaks_and_the_lengths_are_made_right(program: tuple[str, ...], tmp_path: Path) -> None:
    """What came out of a pipe is a WAV file that can be read to its end."""
    sound = synthesize(program, "Hello there.", PLAIN)
    assert sound is not None
    file = tmp_path / "said.wav"
    file.write_bytes(sound)
    with wave.open(str(file)) as said:
        assert (said.getnframes(), said.getframerate()) == (len("Hello there."), 22050)
    assert struct.unpack("<I", sound[4:8]) == (len(sound) - 8,)


def test_the_order_is_a_list_and_words_never_become_options(
    program: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rate, pitch and language are told; the words go in by themselves, whatever they look like."""
    seen: list[tuple[list[str], bytes]] = []
    real = voice.subprocess.run

    def spy(order: list[str], **more: object) -> object:
        seen.append((order, bytes(more["input"])))  # type: ignore[call-overload]
        return real(order, **more)  # type: ignore[call-overload]

    monkeypatch.setattr(voice.subprocess, "run", spy)
    synthesize(program, "-w out.wav; $(rm -rf .)", Manner("es", "male", 0.8, 0.9))
    ((order, words),) = seen
    assert order[2:] == ["--stdin", "--stdout", "-v", "es-419+m3", "-s", "128", "-p", "45"]
    assert words == b"-w out.wav; $(rm -rf .)"


@pytest.mark.parametrize("words", ["--fail"])
def test_a_program_that_fails_leaves_the_words_on_the_screen(program: tuple[str, ...], words: str) -> None:
    """No sound and no error; so does one that is not there."""
    assert synthesize(program, words, PLAIN) is None
    assert synthesize(("no-such-program",), words, PLAIN) is None


def test_a_program_that_hangs_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A line is read long before."""
    monkeypatch.setattr(voice, "LONGEST_SECONDS", 0.1)
    assert synthesize((sys.executable, "-c", "import time; time.sleep(60)"), "Hello.", PLAIN) is None


def test_what_is_not_said_has_no_sound(opened: Opened, program: tuple[str, ...]) -> None:
    """The care manager's own line, and a line that is not there."""
    call = opened("greet_introduce")
    own = next(number for number, line in enumerate(call.lines) if line.speaker == "care_manager")
    assert (sound_of(call, own, program), sound_of(call, 99, program), sound_of(call, -1, program)) == (
        None,
        None,
        None,
    )
    assert sound_of(call, 0, program) is not None
