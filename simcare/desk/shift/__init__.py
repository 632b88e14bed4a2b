"""Work a shift: a simulated morning with its list, lines, inbox and people. Public words: `work_a_shift`, `ShiftBoard`.

`shift_desk` takes messages and keeps where the person is, `at_work` is the shift they are in, `on_hand` the call
console's desk for the call on hand; `screens` and `debriefing` say what is shown, with the names of `numbering`; `room`
adds the twin, `board` is the widget. What happens in a shift is the business of `simcare.world.shift`.
"""

from simcare.desk.shift.board import ShiftBoard, work_a_shift

__all__ = ["ShiftBoard", "work_a_shift"]
