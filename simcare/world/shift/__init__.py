"""The shift: a world played by a person in real decisions. Public words: `load_shift`, `Shift` and its moves, `judge`.

`authored` is what a trainer writes, `lint` what is wrong with it, `material` what luck makes of it, `office` the clock
and the people beside you, `playing` the fold over your moves, `refusing` what is not possible just now, `judging` what
the moves were worth (`card` is its shape), `debrief` what is told of them, `twin` the model of you.
"""

from simcare.world.shift.card import ShiftCard
from simcare.world.shift.judging import judge
from simcare.world.shift.library import lint_shift, load_shift, shift_files
from simcare.world.shift.moves import AtDesk, InCall, ShiftMove, shift_move_from_json, shift_move_to_json
from simcare.world.shift.playing import Shift, replay

__all__ = [
    "AtDesk",
    "InCall",
    "Shift",
    "ShiftCard",
    "ShiftMove",
    "judge",
    "lint_shift",
    "load_shift",
    "replay",
    "shift_files",
    "shift_move_from_json",
    "shift_move_to_json",
]
