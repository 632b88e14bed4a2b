"""Read what people write, strictly: YAML to frozen models, each problem with its place and a remedy; and write it back.

Public words: `read`, `read_text`, `read_plain` give a `Document`; `dump` writes; `Problem`, `DocumentError`, and the
base of all errors, `SimcareError`. YAML is read nowhere else.
"""

from simcare.documents.problems import DocumentError, Problem, Severity, SimcareError
from simcare.documents.reading import Document, read, read_plain, read_text
from simcare.documents.writing import dump

__all__ = [
    "Document",
    "DocumentError",
    "Problem",
    "Severity",
    "SimcareError",
    "dump",
    "read",
    "read_plain",
    "read_text",
]
