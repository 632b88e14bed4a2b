"""One transaction bundle for each patient, as text from templates or as plain objects from the builders.

Every entry is a PUT of its own id, so that loading a bundle twice changes nothing. How bundles get onto a disk lives
in `files`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

import numpy as np

from simcare.patients.fhir.codes import BASE, Resource, meta
from simcare.patients.fhir.panel import Panel, Population, panel
from simcare.patients.fhir.rows import KINDS
from simcare.patients.fhir.templates import split

PATIENTS_AT_A_TIME = 1_000
"""Patients whose texts are made together: enough to fill a template often, few enough for about 100 MB."""
_PERSON, _ENTRIES = "\ue000", "\ue001"


def bundles(population: Population) -> Iterator[bytes]:
    """Yield the bundle of each patient as JSON, about 0.1 ms each."""
    for some in panel(population).parts(PATIENTS_AT_A_TIME):
        yield from _texts(some)


def bundle_objects(population: Population) -> Iterator[Resource]:
    """Yield the bundle of each patient as plain objects, straight from the builders: slow, and the truth."""
    for some in panel(population).parts(PATIENTS_AT_A_TIME):
        entries: list[list[Resource]] = [[] for _ in range(some.count)]
        for make in chain.from_iterable(KINDS.values()):
            rows = make(some)
            for patient, resource in zip(rows.patient.tolist(), rows.built(), strict=True):
                entries[patient].append(entry(resource))
        persons = some["patients"].persons.tolist()
        yield from (bundle(person, mine) for person, mine in zip(persons, entries, strict=True))


def bundle(person: str, entries: object) -> Resource:
    """Build a transaction bundle around entries."""
    return {
        "resourceType": "Bundle",
        "id": f"{person}-bundle",
        "meta": meta(),
        "type": "transaction",
        "entry": entries,
    }


def entry(resource: Resource) -> Resource:
    """Build the entry that puts a resource where its id says."""
    place = f"{resource['resourceType']}/{resource['id']}"
    return {"fullUrl": f"{BASE}/{place}", "resource": resource, "request": {"method": "PUT", "url": place}}


def _texts(some: Panel) -> Iterator[bytes]:
    made = []
    for make in chain.from_iterable(KINDS.values()):
        rows = make(some)
        starts = np.searchsorted(rows.patient, np.arange(some.count + 1)).tolist()
        made.append((rows.texts(entry), starts))
    before, after = split(bundle(_PERSON, _ENTRIES), at=_ENTRIES)
    for patient, person in enumerate(some["patients"].persons.tolist()):
        texts: list[str] = []
        for kind, at in made:
            texts += kind[at[patient] : at[patient + 1]]
        # Head and tail go onto the first and last entry, so that the long text is joined once.
        texts[0] = f"{before.replace(_PERSON, person)}[{texts[0]}"
        texts[-1] = f"{texts[-1]}]{after}"
        yield ",".join(texts).encode()
