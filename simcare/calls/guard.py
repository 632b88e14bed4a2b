"""The guard of a library: which intents the words of a clause strike out, whatever they are like.

`polarity` reads the words; here it is applied to intents. An action that is denied, asked about, put off or already
done is struck out; so is harm that the words warn against, and an intent that itself denies where nothing is denied.
"""

from __future__ import annotations

import numpy as np

from simcare.calls import polarity
from simcare.calls.exemplars import Exemplars, Floats
from simcare.scenarios.intents import IntentLibrary

MOSTLY, HARDLY = 0.9, 0.06
"""Shares of an intent's exemplars: from the first it denies by nature, up to the second it is said outright."""


class Guard:
    """What may not be heard, learned from how the exemplars of each intent deny or do not."""

    def __init__(self, exemplars: Exemplars, library: IntentLibrary) -> None:
        """Learn which intents deny by nature, which harm is said outright, and how each harm stands to its words."""
        self._intents = library.intents
        self._labels = exemplars.labels
        self._stances = [polarity.stance(text) for text in exemplars.plains]
        self._ends = frozenset(name for name, intent in library.intents.items() if intent.proposes == "end_call")
        forbidding, warning = exemplars.share(polarity.forbids), exemplars.share(polarity.warns_against)
        self._denying = frozenset(name for name, share in forbidding.items() if share >= MOSTLY)
        """Intents that themselves deny ("don't take any more"): without a denial they are not heard."""
        harm = (name for name, intent in library.intents.items() if intent.kind == "harm")
        self._outright = frozenset(name for name in harm if warning[name] <= HARDLY)
        """Harm that is said outright: "don't drive" is not the advice to drive."""

    def ends(self, intent: str) -> bool:
        """Tell whether an intent proposes to end the call."""
        return intent in self._ends

    def agrees(self, label: int, words: str, likeness: Floats, *, enough: float, share: float) -> bool:
        """Tell whether these plain words mean the intent with this label, and not its opposite or a question about it.

        Some exemplar must be like them that also stands to its words as they do: by `enough`, and by a `share` of how
        like they are to exemplars of any stance. "It's not your fault" is no blame because "it's your fault" is.
        """
        stance = polarity.stance(words)
        places = np.flatnonzero(self._labels == label)
        same = max((likeness[place] for place in places if self._stances[place] == stance), default=0.0)
        return bool(same >= max(enough, share * likeness[places].max()))

    def struck(self, words: str) -> dict[str, polarity.Refusal]:
        """Return the intents that these plain words cannot mean, and why."""
        denies, against = polarity.forbids(words), polarity.warns_against(words)
        found: dict[str, polarity.Refusal] = {}
        for name, intent in self._intents.items():
            if intent.proposes is not None:
                why = polarity.refusal(words, intent.kind, ends=name in self._ends)
                if why is not None:
                    found[name] = why
            elif (name in self._denying and not denies) or (name in self._outright and against):
                found[name] = "negated"
        return found
