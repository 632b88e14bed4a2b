"""What docs/how-to/run-for-a-team.md tells a team to type: the roles of the database, and the hub's configuration."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError, ProgrammingError

from simcare.training.erasing import erase
from simcare.training.faults import RecordError
from simcare.training.judged import whole_shift
from simcare.training.records import Records
from simcare.training.reviews import add_review
from simcare.training.roster import Member, assign, import_roster
from simcare.training.shifts import Shifts, ShiftTexts
from tests.training.filled import CARD, NOW, begin_attempt

PAGE = (Path(__file__).parents[2] / "docs" / "how-to" / "run-for-a-team.md").read_text("utf-8")
Url = dict[str, str]


def blocks(language: str) -> list[str]:
    """Return the page's code blocks in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def team(postgres_server: str) -> Iterator[Url]:
    """Make the database and its roles as the page says, and return a URL for each role."""
    roles, grants = blocks("sql")
    server = make_url(postgres_server).set(drivername="postgresql+psycopg")
    run(server, roles)
    urls = {
        role: server.set(database="simcare", username=f"simcare_{role}").render_as_string(hide_password=False)
        for role in ("owner", "service", "trainer")
    }
    Records.open(urls["owner"]).close()
    run(server.set(database="simcare"), grants)
    yield urls
    run(server, "DROP DATABASE simcare WITH (FORCE); DROP ROLE simcare_owner, simcare_service, simcare_trainer;")


def run(url: Any, statements: str) -> None:
    """Run statements one after another."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in filter(str.strip, statements.split(";")):
            connection.execute(text(statement))
    engine.dispose()


@pytest.mark.slow
def test_no_other_role_comes_in(team: Url, postgres_server: str) -> None:
    """A role that somebody has for something else cannot even connect, and staff's roles make nothing of their own."""
    server = make_url(postgres_server).set(drivername="postgresql+psycopg")
    run(server, "CREATE ROLE passer_by LOGIN")
    try:
        with pytest.raises(OperationalError, match="permission denied for database"):
            run(make_url(team["owner"]).set(username="passer_by"), "SELECT 1")
    finally:
        run(server, "DROP ROLE passer_by")
    for made in ("CREATE TABLE mine (a int)", "CREATE TEMPORARY TABLE mine (a int)"):
        for role in ("service", "trainer"):
            with pytest.raises(ProgrammingError, match="permission denied"):
                run(make_url(team[role]), made)


@pytest.mark.slow
def test_the_roles_can_do_what_they_are_for_and_no_more(team: Url) -> None:
    """The service plays, trainers assign, review and judge anew; neither deletes, and trainers write no moves."""
    with Records.open(team["service"]) as service, Records.open(team["trainer"]) as trainer:
        attempt = begin_attempt(service, "ann")
        service.append(attempt.id, 0, {"say": "ask_med_dose", "seconds": 1})
        service.branch(attempt.id, 1)
        service.finish(attempt.id, CARD)
        import_roster(trainer, [Member("ann", "spring"), Member("bo", "spring")])
        assign(trainer, "spring", ["sore-knees"], NOW.replace(year=2999), title="Week one")
        add_review(trainer, attempt.id, "tess", "Kind")
        texts = ShiftTexts("a shift", "the policy", "the intents", {})
        shift = Shifts(service).start("ann", "Tuesday", 3, texts, listener="none")
        add_review(trainer, whole_shift(shift.id), "tess", "Calm")
        trainer.rescored(attempt.id, CARD, scenario_text="s", policy_text="p", intents_text="i")
        assert len(trainer.attempts("ann")) == 2
        refused = [
            lambda: trainer.append(trainer.attempts("ann")[0].id, 1, {"say": "ask_med_dose", "seconds": 1}),
            lambda: begin_attempt(trainer, "bo"),
            lambda: trainer.finish(trainer.attempts("ann")[0].id, CARD),
            lambda: erase(trainer, "ann"),
            lambda: erase(service, "ann"),
            lambda: import_roster(service, [Member("cy", "spring")]),
            lambda: add_review(service, attempt.id, "ann", "I was good"),
            lambda: add_review(service, whole_shift(shift.id), "ann", "I was good"),
        ]
        for attempted in refused:
            with pytest.raises(RecordError, match="permission denied"):
                attempted()
    with Records.open(team["owner"]) as owner:
        assert erase(owner, "ann").attempts == 2


def test_the_hubs_configuration_gives_servers_to_staff_only() -> None:
    """A trainee gets no server; a trainer's has the records, a planner's has not; trainees may open the service."""
    (code,) = blocks("python")
    section: Any = SimpleNamespace(
        JupyterHub=SimpleNamespace(), Spawner=SimpleNamespace(), Authenticator=SimpleNamespace()
    )
    exec(compile(code, "jupyterhub_config.py", "exec"), {"get_config": lambda: section})

    def spawned(*groups: str) -> dict[str, str]:
        user = SimpleNamespace(groups=[SimpleNamespace(name=name) for name in groups])
        spawner = SimpleNamespace(user=user, environment={})
        section.Spawner.pre_spawn_hook(spawner)
        return dict(spawner.environment)

    with pytest.raises(PermissionError):
        spawned("nurses")
    assert "simcare_trainer" in spawned("trainers", "nurses")["SIMCARE_DATABASE_URL"]
    assert spawned("planners").keys() == {"SIMCARE_ROLES", "SIMCARE_LIBRARY"}
    everybody = next(role for role in section.JupyterHub.load_roles if role["name"] == "user")
    assert "access:services!service=simcare" in everybody["scopes"] and "self" not in everybody["scopes"]
    (service,) = section.JupyterHub.services
    assert service["command"][1:] == ["serve-calls"]
    taken = {urlsplit(section.JupyterHub.bind_url).port, 8001, 8081}  # the proxy, its API, and the hub behind it
    assert urlsplit(service["url"]).port not in taken
