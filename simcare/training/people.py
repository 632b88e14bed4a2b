"""Who is here, and what they may open: told by JupyterHub where it started us, everybody on one's own machine.

A hub names the person and, in SIMCARE_ROLES, the groups; there a person without a group is a trainee and nothing more.
On one's own machine there is no wall between roles: the name is asked for at the desk, and every page is open.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

Role = Literal["trainee", "trainer", "planner"]
ROLES: tuple[Role, ...] = ("trainee", "trainer", "planner")
USER_VARIABLE, ROLES_VARIABLE = "JUPYTERHUB_USER", "SIMCARE_ROLES"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at the desk: the name a hub gave, None where the desk asks for it, and the roles."""

    name: str | None
    roles: frozenset[Role]

    @property
    def only_practices(self) -> bool:
        """Whether a hub vouches for this person and they are a trainee and nothing more."""
        return self.name is not None and self.roles == {"trainee"}


def who_is_here(environ: Mapping[str, str] | None = None) -> Person:
    """Return the person that this program was started for, as JupyterHub's environment tells it."""
    given = os.environ if environ is None else environ
    name = given.get(USER_VARIABLE)
    if not name:
        return Person(None, frozenset(ROLES))
    return Person(name, roles_of(given.get(ROLES_VARIABLE, "").split(",")))


def roles_of(groups: Iterable[str]) -> frozenset[Role]:
    """Return the roles that a hub's groups give: 'trainer' and 'planner', in either number; everybody is a trainee."""
    named = {group.strip().lower().removesuffix("s") for group in groups}
    return frozenset(role for role in ROLES if role == "trainee" or role in named)
