"""The author's bench without a screen: takes messages, keeps what is written, checks it, plays it, rehearses it.

Every text that a message brings is on the disk before anything else happens. What the screen shows is told in
`screens`; the widget and its lock live in `widget`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from simcare.calls.call import Call
from simcare.calls.listener import Listener
from simcare.desk.bench import shelf
from simcare.desk.bench.drafts import Draft, Drafts, text_hash, write_whole
from simcare.desk.bench.plays import play_of
from simcare.desk.bench.points import with_critical, with_points
from simcare.desk.bench.verdicts import Verdicts
from simcare.desk.call_desk import CallDesk
from simcare.desk.refusals import sentence
from simcare.documents import Document, DocumentError, Problem, SimcareError, read_text
from simcare.documents.editing import EditError, with_entry
from simcare.scenarios.library import load_scenario
from simcare.scenarios.lint import STOPPING, lint_text
from simcare.scenarios.model import Scenario, Slug
from simcare.scenarios.starting import start_scenario
from simcare.training.records import Records

AUTHOR = "Author at the bench"
SEED = 0
SHOW_RESULTS = frozenset({"rehearse", "points"})
LEAVES_THE_CALL = frozenset({"calls", "who", "pick", "resume", "close"})
MEND_FIRST = "Mend what is marked first: the call cannot be opened as it is."

log = logging.getLogger(__name__)


class Bench:
    """One person at the bench: mutable, changed by `handle` alone, read through properties and `screens`."""

    def __init__(self, drafts: Drafts, records: Records, listener: Listener) -> None:
        """Sit down at the list of what can be opened; `records` keep the trial calls, apart from the trainees'."""
        self.drafts = drafts
        self._records, self._listener = records, listener
        self.draft: Draft | None = None
        self.document: Document[Scenario] | None = None
        self.problems: list[Problem] = []
        self.version = 0
        """Grows when the bench itself changes the text; what the person types does not."""
        self.edit = 0
        """The number of the person's edit that the problems belong to."""
        self.answered = 0
        self.alert: str | None = None
        self.status: str | None = None
        self.saving = False
        self.conflict: shelf.ChangedOnDisk | None = None
        self.desk: CallDesk | None = None
        self.verdicts = Verdicts()
        self.picture = ""
        self.panel = "problems"

    # -- looking -------------------------------------------------------------------------------------------------------

    @property
    def scenario(self) -> Scenario | None:
        """The scenario as written now, None while it cannot be played."""
        if self.document is None or any(problem.code in STOPPING for problem in self.problems):
            return None
        return self.document.value

    @property
    def call(self) -> Call | None:
        """The call that is being played or was played last, None where nothing was said or done yet."""
        practice = self.desk.practice if self.desk is not None else None
        return practice.call if practice is not None and practice.call.moves else None

    @property
    def unsaved(self) -> bool:
        """Whether the text differs from its file, or has none."""
        return self.draft is not None and text_hash(self.draft.text) != self.draft.base

    # -- messages ------------------------------------------------------------------------------------------------------

    def handle(self, message: Mapping[str, Any]) -> None:
        """Do what a message of the screen asks; what cannot be done is told in `alert`."""
        self.answered = int(message.get("n") or 0)
        self.alert = None
        if message.get("kind") not in ("type", "tick", "call", "look"):
            self.status = None
        if self.panel != message.get("panel", self.panel):
            self.panel = str(message["panel"])
            self._judge()
        try:
            if not self._take_text(message):
                return
            act = self._messages.get(str(message.get("kind")))
            if act is None:
                self.alert = "The bench and the page do not fit together; reload the page. What you typed is kept."
            else:
                act(self, message)
        except SimcareError as error:
            self.alert = sentence(str(error))
        except Exception:
            log.exception("the bench could not do what was asked")
            self.alert = (
                "Something went wrong and this was not done. What you typed is kept. Please report what you did."
            )

    def close(self) -> None:
        """End what runs beside the bench."""
        self.verdicts.forget()

    def _take_text(self, message: Mapping[str, Any]) -> bool:
        """Take over what was typed; False where the message speaks of another text than the open one."""
        wanted = message.get("draft")
        if wanted is not None and (self.draft is None or wanted != self.draft.key):
            return False
        text = message.get("text")
        if isinstance(text, str) and self.draft is not None:
            self.edit = int(message.get("edit") or 0)
            if text != self.draft.text:
                self._write(text)
        return True

    def _write(self, text: str) -> None:
        """Make this the text: kept on the disk first, then looked at."""
        draft = replace(self._open_draft(), text=text)
        self.draft = draft
        if self.unsaved:
            self.draft = self.drafts.keep(draft)
        else:
            self.drafts.forget(draft)
        self._look()

    def _change(self, text: str) -> None:
        """Change the text for the person, who sees it change."""
        self._write(text)
        self.version += 1

    def _look(self) -> None:
        """Find what is wrong with the text, and judge the rehearsal by it again."""
        draft = self._open_draft()
        self.problems = lint_text(draft.text, name=draft.name)
        try:
            self.document = read_text(draft.text, Scenario, name=draft.name)
        except DocumentError:
            self.document = None
        self.verdicts.changed()
        self._judge()

    def _judge(self) -> None:
        """Judge the rehearsed calls by the text as it is; that takes a while, so only while somebody looks at it."""
        if self.scenario is not None and self.document is not None and self.panel in SHOW_RESULTS:
            self.verdicts.judge(self.document, closely=self.panel == "rehearse")

    # -- opening -------------------------------------------------------------------------------------------------------

    def _begin(self, draft: Draft) -> None:
        self.close()
        self.draft, self.desk, self.picture = draft, None, ""
        self.saving, self.conflict = False, None
        self.edit = 0
        self.version += 1
        self._look()

    def _open(self, message: Mapping[str, Any]) -> None:
        wanted = str(message.get("id"))
        item = next((item for item in shelf.items() if item.id == wanted), None)
        if item is None:
            raise SimcareError(f"'{wanted}' is not there any more; choose another call")
        fresh = self.drafts.begin(item.id, shelf.read_file(item.file), item.file)
        self._begin(self.drafts.get(fresh.key) or fresh)

    def _go_on(self, message: Mapping[str, Any]) -> None:
        draft = self.drafts.get(str(message.get("key")))
        if draft is not None:
            self._begin(draft)

    def _rescue(self, message: Mapping[str, Any]) -> None:
        """Take over what the page kept of a text because no answer came for it any more."""
        file = next((item.file for item in shelf.items() if str(item.file) == message.get("file")), None)
        known = self.drafts.get(str(message.get("key")))
        fresh = known or self.drafts.begin(str(message.get("name") or "call"), "", file)
        base = fresh.base if known else message.get("base") if file else None
        self._begin(self.drafts.keep(replace(fresh, text=str(message.get("typed") or ""), base=base)))
        self.status = "What you typed last was taken over."

    def _drop(self, message: Mapping[str, Any]) -> None:
        draft = self.drafts.get(str(message.get("key")))
        if draft is not None:
            self.drafts.drop(draft)
            self.status = f"The draft of {draft.name} is put by in {self.drafts.folder / 'put-by'}."

    def _start(self, message: Mapping[str, Any]) -> None:
        new_id = " ".join(str(message.get("id") or "").split())
        like = str(message.get("like") or "") or None
        if any(item.id == new_id for item in shelf.items()):
            raise SimcareError(f"there is a call with the id '{new_id}' already; choose another id")
        text = f"simcare: 1\nid: {_slug(new_id)}\n" if like == "empty" else start_scenario(new_id, like)
        self._begin(self.drafts.keep(self.drafts.begin(new_id, text)))

    def _close(self, message: Mapping[str, Any]) -> None:
        self.close()
        self.draft = self.document = self.desk = self.conflict = None

    # -- saving --------------------------------------------------------------------------------------------------------

    def _save(self, message: Mapping[str, Any]) -> None:
        draft = self._open_draft()
        file = Path(draft.file) if draft.file else None
        if file is None or not shelf.may_be_saved(file):
            self.saving = True
        else:
            self._save_to(file, draft.base)

    def _save_in(self, message: Mapping[str, Any]) -> None:
        folders = shelf.own_folders()
        folder = folders[min(max(0, int(message.get("folder") or 0)), len(folders) - 1)]
        draft = self._open_draft()
        file = folder / f"{self.document.value.id if self.document else draft.name}.yaml"
        self._save_to(file, draft.base if draft.file == str(file) else None)

    def _save_to(self, file: Path, base: str | None) -> None:
        self.saving = False
        draft = self._open_draft()
        try:
            shelf.save(file, draft.text, base)
        except shelf.ChangedOnDisk as conflict:
            self.conflict = conflict
            return
        self.conflict = None
        self.drafts.forget(draft)
        self.draft = self.drafts.begin(file.stem, draft.text, file)
        self.status = f"Saved in {file}."
        if self.document is not None and self.document.value.id != file.stem:
            self.status += f" The library knows it by the name of its file, {file.stem}, not by its id."

    def _settle(self, message: Mapping[str, Any]) -> None:
        """Settle a conflict by `how`: mine, theirs or later; the text that does not stay is put by."""
        conflict, self.conflict, self.saving = self.conflict, None, False
        how = message.get("how")
        if conflict is None or how not in ("mine", "theirs"):
            return
        draft = self._open_draft()
        if how == "mine":
            kept = self.drafts.put_by(conflict.file.stem, conflict.theirs)
            self._save_to(conflict.file, text_hash(conflict.theirs))
        else:
            kept = self.drafts.put_by(draft.name, draft.text)
            self.drafts.forget(draft)
            self._begin(self.drafts.begin(conflict.file.stem, conflict.theirs, conflict.file))
        self.status = f"{self.status or 'This is the text of the file now.'} The other text is put by: {kept}."

    # -- playing -------------------------------------------------------------------------------------------------------

    def _play(self, message: Mapping[str, Any]) -> None:
        scenario = self._playable()
        variant = str(message.get("variant") or "") or None
        file = self.drafts.text_file(self._open_draft())
        write_whole(file, self._open_draft().text)
        load_scenario(file)
        desk = CallDesk(
            self._records,
            self._listener,
            learner=AUTHOR,
            scenario=str(file),
            seed=SEED,
            variant=variant if variant in scenario.variants else None,
        )
        if desk.phase != "brief":
            raise SimcareError(desk.screen()["alert"] or MEND_FIRST)
        self.desk = desk

    def _call(self, message: Mapping[str, Any]) -> None:
        content = message.get("content") or {}
        if self.desk is None or content.get("kind") in LEAVES_THE_CALL:
            self.desk = None
        elif content.get("kind") == "again":
            call = self.call
            self._play({"variant": call.script.variant if call else None})
        else:
            self.desk.handle(content)

    def _keep_play(self, message: Mapping[str, Any]) -> None:
        call, scenario = self.call, self._playable()
        if call is None:
            raise SimcareError("nothing was played yet; play the call first")
        name, why = _slug(str(message.get("name") or "")), " ".join(str(message.get("why") or "").split())
        if not why:
            raise SimcareError("say in a sentence what this play shows; it is told to whoever reads the file")
        written = play_of(call, scenario, why)
        try:
            text = with_entry(self._open_draft().text, ("plays",), name, written.data)
        except EditError as error:
            raise SimcareError(f"the play was not written: {error}") from error
        self._change(text)
        left = f" Left out, because nobody understood them: {written.left_out}." if written.left_out else ""
        self.status = f"The play '{name}' is in the text, with {written.data['score']:g} points.{left}"

    # -- rehearsing and points -----------------------------------------------------------------------------------------

    def _rehearse(self, message: Mapping[str, Any]) -> None:
        self._playable()
        assert self.document is not None
        self.verdicts.begin(self.document)

    def _stop(self, message: Mapping[str, Any]) -> None:
        self.verdicts.stop()
        self._judge()

    def _tick(self, message: Mapping[str, Any]) -> None:
        """Take in what the players have done since."""
        self._judge()

    def _points(self, message: Mapping[str, Any]) -> None:
        path = tuple(str(part) for part in message.get("path", ()))
        text = self._open_draft().text
        if "critical" in message:
            self._change(with_critical(text, path, bool(message["critical"])))
            return
        try:
            points = float(message.get("points") or 0)
        except ValueError:
            points = -1
        if not 0 <= points <= 100:
            raise SimcareError("points are a number from 0 to 100")
        self._change(with_points(text, path, points))

    def _picture(self, message: Mapping[str, Any]) -> None:
        self.picture = str(message.get("picture") or "")

    # -- small things --------------------------------------------------------------------------------------------------

    def _open_draft(self) -> Draft:
        if self.draft is None:
            raise SimcareError("no call is open at the bench; choose one from the list")
        return self.draft

    def _playable(self) -> Scenario:
        if self.scenario is None:
            raise SimcareError(MEND_FIRST)
        return self.scenario

    def _nothing(self, message: Mapping[str, Any]) -> None:
        """Nothing is left to do: the text, or which panel is looked at, was taken over when the message came."""

    _messages: Mapping[str, Callable[[Bench, Mapping[str, Any]], None]] = {
        "open": _open,
        "go_on": _go_on,
        "rescue": _rescue,
        "drop": _drop,
        "start": _start,
        "close": _close,
        "type": _nothing,
        "look": _nothing,
        "save": _save,
        "save_in": _save_in,
        "settle": _settle,
        "play": _play,
        "call": _call,
        "keep_play": _keep_play,
        "rehearse": _rehearse,
        "stop": _stop,
        "tick": _tick,
        "points": _points,
        "picture": _picture,
    }


def _slug(name: str) -> str:
    try:
        return str(TypeAdapter(Slug).validate_python(name.strip()))
    except ValidationError:
        raise SimcareError(
            f"'{name.strip()}' is no id: small letters and digits, joined by -, a letter first, such as asks-first"
        ) from None
