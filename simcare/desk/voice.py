"""The patient's voice, as far as Python has a part in it: how a speaker sounds, recordings, and a program that speaks.

Where the browser has a local voice, the page speaks by itself (`voice.js`). Where it has none, espeak-ng does, as a
program of its own: text goes in, a sound comes out, and nothing leaves this computer. What is said always stands on the
screen too.
"""

from __future__ import annotations

import re
import shutil
import struct
import subprocess
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from simcare.calls.call import CARE_MANAGER, PATIENT, Call, Line
from simcare.scenarios.folders import program_folders
from simcare.scenarios.library import LIBRARY

PROGRAMS = ("espeak-ng", "espeak")
AUDIO = "audio"
KINDS = {
    ".ogg": "audio/ogg", ".opus": "audio/ogg", ".mp3": "audio/mpeg", ".m4a": "audio/mp4", ".wav": "audio/wav",
    ".webm": "audio/webm",
}  # fmt: skip
LARGEST_BYTES = 5_000_000
LONGEST_SECONDS = 10.0
"""How long the program may take for one line; the words are read by then."""
WORDS_A_MINUTE = 160
CHANGED = 12
"""Points of a gauge from which a change is heard, as in the hint on the screen."""
NEWEST = 4
"""Moves back from the newest whose lines may still have to be spoken: one typed line makes up to four."""
WOMEN = frozenset("wife daughter sister mother niece granddaughter aunt grandmother girlfriend".split())
MEN = frozenset("husband son brother father nephew grandson uncle grandfather boyfriend".split())
_DIRECTION = re.compile(r"\[[^\]]*\]")
_PICKED = re.compile(r"(?P<list>deny|unknown)_[a-z0-9_]+\.(?P<nth>\d+)$|filler_(?P<kind>[a-z]+)\.(?P<at>\d+)$")
_REPLY = re.compile(r"reply_(\d+)$")
_ELSEWHERE = {"identity": "identity.say", "identity_otherwise": "identity.otherwise", "time_up": "end_line"}


@dataclass(frozen=True, slots=True)
class Manner:
    """How one speaker sounds now; 1 is the usual rate and pitch of a voice."""

    language: str
    sex: Literal["female", "male"] | None
    rate: float
    pitch: float


def voices(call: Call) -> dict[str, dict[str, Any]]:
    """Return how the newest lines are said, by their number; what is the care manager's or a mere sound is not said."""
    since = len(call.moves) - NEWEST
    return {
        str(number): {**asdict(manner(call, line.speaker)), "recorded": recording(call, line) is not None}
        for number, line in enumerate(call.lines)
        if line.move >= since and _is_said(line)
    }


def manner(call: Call, speaker: str) -> Manner:
    """Return how a speaker sounds: by age and sex, and for the patient by how the call has changed them.

    Only a change is heard, never where the call began: how it began may tell variants apart.
    """
    persona = call.script.scenario.persona
    language = persona.language if speaker == PATIENT or speaker in persona.speakers else "en"
    if speaker != PATIENT or speaker in persona.speakers:
        kin = set(re.findall(r"[a-z]+", f"{speaker} {persona.speakers.get(speaker, '')}".lower()))
        sex: Literal["female", "male"] | None = "female" if kin & WOMEN else "male" if kin & MEN else None
        return Manner(language, sex, 1.0, _pitch(sex))
    identity = call.chart.identity
    rate = 0.85 if identity.age >= 85 else 0.92 if identity.age >= 75 else 1.0
    pitch = _pitch(identity.sex)
    start = {**call.script.policy.start_state.gauges(), **call.script.scenario.state}
    change = {str(gauge): call.gauges[gauge] - value for gauge, value in start.items()}
    if change["clarity"] <= -CHANGED:
        rate, pitch = rate * (0.65 if change["clarity"] <= -2 * CHANGED else 0.8), pitch - 0.08
    elif change["distress"] >= CHANGED:
        rate, pitch = rate * 1.12, pitch + 0.08
    return Manner(language, identity.sex, round(rate, 2), round(pitch, 2))


def has_recordings(call: Call) -> bool:
    """Tell whether anybody recorded lines of this call."""
    return bool(_folders(call))


def recording(call: Call, line: Line) -> Path | None:
    """Return the recorded audio of a line: `audio/CALL/LINE.ogg` in a library's folder, a later library's first.

    LINE is the id that translations use; a variant's own lines stand in `audio/CALL/VARIANT/`.
    """
    name = recording_id(call, line)
    for folder in reversed(_folders(call)):
        for ending in KINDS:
            file = folder / f"{name}{ending}"
            if file.is_file() and file.stat().st_size <= LARGEST_BYTES and folder.resolve() in file.resolve().parents:
                return file
    return None


def recording_id(call: Call, line: Line) -> str:
    """Return the id under which a line is translated and recorded, such as `knee.1` or `hot/reply_2`."""
    variant = call.script.scenario.variants[call.script.variant]
    picked = _PICKED.match(line.line_id)
    if picked is not None:
        return f"{picked['list']}.{picked['nth']}" if picked["list"] else f"filler.{picked['kind']}.{picked['at']}"
    reply = _REPLY.match(line.line_id)
    if reply is not None:  # the variant's own replies come first, each numbered from 1
        number, own = int(reply[1]), len(variant.replies)
        return f"{call.script.variant}/reply_{number}" if number <= own else f"reply_{number - own}"
    name = _ELSEWHERE.get(line.line_id, line.line_id)
    fact = name.partition(".")[0]
    its_own = (
        "tell" in variant.facts.get(fact, {})
        or name.removeprefix("event_") in variant.events
        or any(item.id == name for item in variant.replies)
    )
    return f"{call.script.variant}/{name}" if its_own else name


def find_program() -> tuple[str, ...] | None:
    """Return the program of this computer that can speak, None where there is none."""
    found = next(filter(None, map(shutil.which, PROGRAMS)), None)
    return None if found is None else (found,)


def spoken(text: str) -> str:
    """Return what is said aloud of a line: without what stands in brackets, such as who speaks."""
    return " ".join(_DIRECTION.sub(" ", text).split())


def synthesize(program: Sequence[str], text: str, how: Manner) -> bytes | None:
    """Return a line spoken by the program as a WAV file; None where it cannot, for then it is read."""
    accent = {"es": "es-419"}.get(how.language, "en-us")
    voice = accent + {"female": "+f2", "male": "+m3", None: ""}[how.sex]
    speed, pitch = round(WORDS_A_MINUTE * how.rate), max(0, min(99, round(50 * how.pitch)))
    order = [*program, "--stdin", "--stdout", "-v", voice, "-s", str(speed), "-p", str(pitch)]
    try:
        done = subprocess.run(
            order, input=spoken(text).encode(), capture_output=True, timeout=LONGEST_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return _whole(done.stdout)


def sound_of(call: Call, number: int, program: Sequence[str] | None) -> tuple[str, bytes] | None:
    """Return the sound of one line of a call with its media type: recorded where it is, else spoken by the program."""
    if not 0 <= number < len(call.lines) or not _is_said(call.lines[number]):
        return None
    line = call.lines[number]
    file = recording(call, line)
    if file is not None:
        return KINDS[file.suffix], file.read_bytes()
    wave = None if program is None else synthesize(program, line.text, manner(call, line.speaker))
    return None if wave is None else ("audio/wav", wave)


def _is_said(line: Line) -> bool:
    return line.speaker not in (CARE_MANAGER, "narrator") and line.channel == "call" and bool(spoken(line.text))


def _pitch(sex: str | None) -> float:
    return {"female": 1.1, "male": 0.9}.get(sex or "", 1.0)


def _folders(call: Call) -> list[Path]:
    whole = (folder / AUDIO / call.script.scenario.id for folder in (LIBRARY, *program_folders()))
    return [folder for folder in whole if folder.is_dir()]


def _whole(wave: bytes) -> bytes | None:
    """Write the true lengths into a WAV file: one that was written into a pipe could not know them."""
    if wave[:4] != b"RIFF" or wave[36:40] != b"data" or len(wave) <= 44:
        return None
    return wave[:4] + struct.pack("<I", len(wave) - 8) + wave[8:40] + struct.pack("<I", len(wave) - 44) + wave[44:]
