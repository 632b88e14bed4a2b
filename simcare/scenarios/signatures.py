"""Signatures: who reviewed which version of a scenario, beside the files and bound to their text.

They stand in `signatures.yaml` of the folder a scenario lies in. A signature names the hash of the text that was read,
so that any change of the text takes it away; the text itself is never written to.
"""

from __future__ import annotations

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from simcare.documents import Document, SimcareError, dump, read
from simcare.scenarios.folders import SIGNATURES
from simcare.scenarios.model import Scenario

UNREVIEWED = "unreviewed"
Text = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
Day = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\d$")]


class Signature(BaseModel):
    """One clinician's word for one version of a scenario's text."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Text
    credential: Text
    date: Day
    version: Text
    sha256: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]

    def __str__(self) -> str:
        """Return who signed, as the desk shows it."""
        return f"{self.name}, {self.credential} ({self.date})"


class Signatures(BaseModel):
    """All signatures of a folder, by the scenario's id; the newest stands last."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    simcare: Literal[1]
    signatures: dict[str, tuple[Signature, ...]] = Field(default={})


def signature_of(document: Document[Scenario]) -> Signature | None:
    """Return the newest signature that was given to exactly this text, None where nobody has signed it."""
    return next(
        (one for one in reversed(_kept(Path(document.file), document.value.id)) if _is_for(one, document)), None
    )


def lapsed_signature(document: Document[Scenario]) -> Signature | None:
    """Return the newest signature of an earlier text, where this one is not signed: it has to be read again."""
    given = _kept(Path(document.file), document.value.id)
    return given[-1] if given and signature_of(document) is None else None


def sign(document: Document[Scenario], *, name: str, credential: str, on: date) -> Signature:
    """Sign the text as it stands and return the signature; it is on the disk when this returns.

    Raises SimcareError where the folder cannot be written, DocumentError where its signatures cannot be read.
    """
    value, file = document.value, Path(document.file).parent / SIGNATURES
    signature = Signature(
        name=name, credential=credential, date=on.isoformat(), version=value.version, sha256=document.sha256
    )
    before = _read(file, _stamp(file)).signatures
    after = {**before, value.id: (*before.get(value.id, ()), signature)}
    data = Signatures(simcare=1, signatures=after).model_dump_json()
    half = file.with_name(f"{SIGNATURES}.part")
    try:
        half.write_text(dump(json.loads(data)), encoding="utf-8", newline="\n")
        half.replace(file)
    except OSError as error:
        raise SimcareError(
            f"{file.as_posix()} cannot be written ({error.strerror}); sign a copy of your own"
        ) from error
    return signature


def reviewed_by(document: Document[Scenario]) -> str:
    """Return who signed this text, or that nobody has; what the text says of itself does not count."""
    signature = signature_of(document)
    return UNREVIEWED if signature is None else str(signature)


def _is_for(signature: Signature, document: Document[Scenario]) -> bool:
    return signature.sha256 == document.sha256


def _kept(scenario: Path, scenario_id: str) -> tuple[Signature, ...]:
    file = scenario.parent / SIGNATURES
    return _read(file, _stamp(file)).signatures.get(scenario_id, ())


def _stamp(file: Path) -> int | None:
    return file.stat().st_mtime_ns if file.is_file() else None


@cache
def _read(file: Path, stamp: int | None) -> Signatures:
    return Signatures(simcare=1) if stamp is None else read(file, Signatures).value
