"""See a cohort, and see one's own progress: the trainer's board and the trainee's page.

What is computed lives in `simcare.training` (cohort, items, pass_mark, measures); here it gets its words, pictures and
buttons. Public words: `see_a_cohort`, `see_my_progress`, and the `CohortBoard` that shows either.
"""

from simcare.desk.cohort.widget import CohortBoard, see_a_cohort, see_my_progress

__all__ = ["CohortBoard", "see_a_cohort", "see_my_progress"]
