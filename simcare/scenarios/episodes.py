"""Kinds of episodes that a call can be about: what patients live through, and the program's own reasons to call."""

from __future__ import annotations

from collections.abc import Mapping

from simcare.patients.life import episode_kinds

OUTREACH: Mapping[str, str] = {
    "monthly_check_in": "The monthly call is due",
    "care_gap": "Something preventive is due",
    "abuse_concern": "Somebody may be hurting the patient",
    "records_request": "Records are to be fetched",
    "proxy_contact": "Somebody else calls for the patient",
}
"""Reasons for a call that are no episode of a patient's life: the program or somebody else picks up the phone."""


def known_episodes() -> tuple[str, ...]:
    """Return every word that a scenario's `episodes` may hold."""
    return (*episode_kinds(), *OUTREACH)
