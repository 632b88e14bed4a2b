"""FHIR R4 4.0.1: a population as one bundle for each patient, or as one ndjson file for each type.

Public words: `bundles` (JSON texts), `bundle_objects` (the same as plain objects), `write_bundles` and `write_bulk`.
The builders of `people`, `clinical` and `care` are the only place that knows what a resource looks like; `templates`
makes them fast. Everything is tagged as test data. No FHIR library is used to write.
"""

from simcare.patients.fhir.bundles import bundle_objects, bundles
from simcare.patients.fhir.files import write_bulk, write_bundles

__all__ = ["bundle_objects", "bundles", "write_bulk", "write_bundles"]
