"""How hard English words are to follow: the Flesch-Kincaid grade, with syllables counted by groups of vowels.

The vowel rule needs no dictionary, so nothing is fetched. Grades are of English and of running text: those of a few
words say little.
"""

from __future__ import annotations

import re

HIGHEST_GRADE = {"low": 6.0, "medium": 9.0, "high": 12.0}
"""The grade at which words end for a person of this literacy."""
_WORD = re.compile(r"[A-Za-z']+")
_PLACEHOLDER = re.compile(r"\{[a-z_0-9]+\}")
_SENTENCE = re.compile(r"[.!?]+")


def reading_grade(text: str) -> float:
    """Return the Flesch-Kincaid grade of a text, 0 where it has no words; it may fall below 0 for very short ones."""
    counted = words(text)
    sentences = max(1, len([part for part in _SENTENCE.split(text) if _WORD.search(part)]))
    if not counted:
        return 0.0
    syllables = sum(_syllables(word) for word in counted)
    return 0.39 * len(counted) / sentences + 11.8 * syllables / len(counted) - 15.59


def words(text: str) -> list[str]:
    """Return the words of a text; a placeholder such as {first_name} counts as a name of two syllables."""
    return _WORD.findall(_PLACEHOLDER.sub("Anna", text))


def _syllables(word: str) -> int:
    lower = word.lower()
    groups = len(re.findall(r"[aeiouy]+", lower))
    silent = lower.endswith("e") and not lower.endswith(("le", "ee")) and groups > 1
    return max(1, groups - silent)
