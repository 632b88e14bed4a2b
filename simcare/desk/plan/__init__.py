"""Plan a program: change the staff and the numbers, simulate, look, compare. Public word: `plan_a_program`.

`question` is what a person may change, `running` does the work in a thread, `screen` says what is shown, `board` is the
widget. What an answer means is the business of `simcare.planning`.
"""

from simcare.desk.plan.board import PlanBoard, plan_a_program

__all__ = ["PlanBoard", "plan_a_program"]
