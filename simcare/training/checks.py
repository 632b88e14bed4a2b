"""Knowledge checks: a few questions with one right answer each, for the notebooks in `exercises`.

A notebook shows the questions, takes the answers in a cell of the learner's, and asks for the points in a locked one;
nbgrader then finds them there, and without nbgrader they are simply shown. Nothing here ever raises over an answer:
what is missing or unknown earns nothing.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, model_validator

from simcare.documents import DocumentError, Problem, read
from simcare.scenarios.model import Authored, Id, Slug, Text
from simcare.training.exercises import exercises_folder

Option = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]


class Question(Authored):
    """One question; `presentation` names the entry of the escalation policy that the answer is a level of."""

    ask: Text
    options: dict[Option, Text] = Field(min_length=2)
    answer: Option
    presentation: Id | None = None
    why: Text

    @model_validator(mode="after")
    def _answer_is_an_option(self) -> Question:
        if self.answer not in self.options:
            raise ValueError(f"the answer '{self.answer}' is none of the options")
        return self


class KnowledgeCheck(Authored):
    """Questions under one title, each worth one point."""

    simcare_check: Literal[1]
    id: Slug
    title: Text
    questions: dict[Id, Question] = Field(min_length=1)

    def points(self, answers: Mapping[str, object]) -> float:
        """Return how many answers are right, as a number that nbgrader takes for partial credit."""
        return float(sum(self._given(answers, name) == item.answer for name, item in self.questions.items()))

    def feedback(self, answers: Mapping[str, object]) -> Shown:
        """Return for each question whether it was right, and why, once all of them are answered."""
        missing = [name for name in self.questions if self._given(answers, name) is None]
        if missing:
            return Shown(f"Still without an answer: {', '.join(missing)}. What is right is told when all have one.")
        lines = []
        for name, item in self.questions.items():
            right = self._given(answers, name) == item.answer
            verdict = "right" if right else f"not yet: {item.answer}, {item.options[item.answer]}"
            lines.append(f"- **{name}** {verdict}. {item.why}")
        return Shown("\n".join([*lines, "", "*Training material, not a clinical protocol.*"]))

    def show(self) -> Shown:
        """Return the questions with their options, ready to be shown in a notebook."""
        parts = [f"## {self.title}"]
        for name, item in self.questions.items():
            options = "\n".join(f"    - `{key}`: {words}" for key, words in item.options.items())
            parts.append(f"- **{name}**: {item.ask}\n{options}")
        return Shown("\n".join(parts))

    def _given(self, answers: Mapping[str, object], name: str) -> str | None:
        """Return the option that an answer names, whatever its case; None for anything else."""
        given = str(answers.get(name, "")).strip().casefold() if isinstance(answers, Mapping) else ""
        return next((key for key in self.questions[name].options if key.casefold() == given), None)


class Shown:
    """A text that a notebook shows as Markdown and a terminal as it is."""

    def __init__(self, text: str) -> None:
        """Keep the text."""
        self.text = text

    def __repr__(self) -> str:
        """Return the text itself."""
        return self.text

    def _repr_markdown_(self) -> str:
        return self.text


def knowledge_check(name: str) -> KnowledgeCheck:
    """Return a knowledge check by its id; DocumentError where there is none, or it is not in order."""
    files = {file.stem: file for file in sorted((exercises_folder() / "checks").glob("*.yaml"))}
    if name not in files:
        near = difflib.get_close_matches(name, files, n=1)
        hint = f"did you mean '{near[0]}'?" if near else "use one of " + ", ".join(files)
        raise DocumentError([Problem(name, 1, 1, "E104", f"there is no knowledge check '{name}'", hint)])
    return read(files[name], KnowledgeCheck).value
