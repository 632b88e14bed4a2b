"""Where the records are, how they are opened and upgraded, and what is said when that cannot be."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import platformdirs
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.event import listen
from sqlalchemy.exc import OperationalError

from simcare.documents import SimcareError
from simcare.training import faults, migrations, opening
from simcare.training.judged import whole_shift
from simcare.training.migrations.__main__ import main as draft_revision
from simcare.training.records import Attempt, Records
from simcare.training.reviews import add_review
from simcare.training.shifts import Shifts
from simcare.training.tables import HEAD, VERSION_TABLE, Base

Begin = Callable[..., Attempt]
Run = Callable[..., subprocess.Popen[str]]

NEXT = "9000"
SECOND = f'''
"""Add a nickname."""
import sqlalchemy as sa
from alembic import op
revision, down_revision, branch_labels, depends_on = "{NEXT}", "{HEAD}", None, None
def upgrade():
    op.add_column("learners", sa.Column("nickname", sa.String(20)))
'''
OPEN_WHEN_TOLD = """
import sys
from pathlib import Path
from simcare.training import migrations, opening
from simcare.training.records import Records
if len(sys.argv) > 2:
    migrations.FOLDER, opening.HEAD = Path(sys.argv[2]), "9000"
print("ready", flush=True)
sys.stdin.readline()
with Records.open(sys.argv[1]) as records:
    print(records.learners())
"""


@pytest.fixture
def newer_program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str], Path]:
    """Return a function that makes this a newer simcare, with a second revision of the text given."""

    def become(revision: str) -> Path:
        folder = tmp_path / "migrations"
        shutil.copytree(migrations.FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__"))
        (folder / "versions" / f"r{NEXT}_test.py").write_text(revision, encoding="utf-8")
        monkeypatch.setattr(migrations, "FOLDER", folder)
        monkeypatch.setattr(opening, "HEAD", NEXT)
        return folder

    return become


def file_of(url: str) -> Path:
    """Return the file a SQLite URL names."""
    return Path(str(make_url(url).database))


def copies(url: str) -> list[Path]:
    """Return what stands beside a SQLite file as a copy from before an upgrade."""
    return sorted(file_of(url).parent.glob("*.before-*"))


# -- where ---------------------------------------------------------------------------------------------------------


def test_records_are_in_the_users_data_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without a word about it the records are made where the system keeps a user's data, in a folder of their own."""
    folder = tmp_path / "not" / "there" / "yet"
    monkeypatch.setattr(platformdirs, "user_data_dir", lambda *_, **__: str(folder))
    with Records.open() as records:
        assert records.place == str(folder / "records.sqlite")
    assert (folder / "records.sqlite").is_file()


def test_the_environment_overrides_the_data_folder_and_an_argument_both(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, sqlite_url: str
) -> None:
    """The nearest word wins."""
    monkeypatch.setenv("SIMCARE_DATABASE_URL", f"sqlite:///{tmp_path}/team.sqlite")
    with Records.open() as team, Records.open(sqlite_url) as named:
        assert (team.place, named.place) == (str(tmp_path / "team.sqlite"), str(tmp_path / "records.sqlite"))


def test_an_empty_variable_is_no_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable that is set to nothing leaves the default."""
    monkeypatch.setenv("SIMCARE_DATABASE_URL", "")
    assert Path(str(opening.database_url().database)).name == "records.sqlite"


def test_a_relative_file_stays_the_same_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, begin: Begin) -> None:
    """A notebook that changes its folder does not lose its records."""
    monkeypatch.chdir(tmp_path)
    with Records.open("sqlite:///here.sqlite") as records:
        attempt = begin(records)
        (tmp_path / "elsewhere").mkdir()
        monkeypatch.chdir(tmp_path / "elsewhere")
        records.close()
        assert records.attempt(attempt.id) == attempt
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_records_in_memory_are_one_store_for_all_threads(begin: Begin) -> None:
    """`sqlite://` keeps nothing on the disk and works like the rest."""
    with Records.open("sqlite://") as records:
        attempt = begin(records)
        records.append(attempt.id, 0, {"say": "greet_introduce", "seconds": 5})
        assert records.attempt(attempt.id).moves == 1


@pytest.mark.parametrize(
    "url",
    [
        "nonsense",
        "/data/records.sqlite",
        "mysql://me:hunter2@host/db",
        "sqlite+aiosqlite:///x",
        "sqlite:///file:x?mode=ro",
        "postgresql+asyncpg://me:hunter2@host/db",
        "postgresql://me:hunter2@host:port/db",
    ],
)
def test_a_bad_url_is_refused_without_repeating_a_password(url: str) -> None:
    """The remedy shows what a URL looks like; what was typed may hold a password and is not shown."""
    with pytest.raises(faults.BadDatabaseUrl, match="write sqlite:////") as raised:
        Records.open(url)
    assert "hunter2" not in str(raised.value)


def test_a_server_that_does_not_answer_is_named_without_the_password() -> None:
    """The place is the URL with stars for the password."""
    with pytest.raises(faults.RecordsUnavailable, match=r"postgresql\+psycopg://me:\*\*\*@127\.0\.0\.1:1/db") as raised:
        Records.open("postgresql://me:hunter2@127.0.0.1:1/db")
    assert "hunter2" not in str(raised.value)


def test_a_folder_that_is_not_there_is_not_made_for_a_typed_name(tmp_path: Path) -> None:
    """A slip in a name must not begin new records beside the old ones."""
    with pytest.raises(faults.BadDatabaseUrl, match=r"the folder .* is not there"):
        Records.open(f"sqlite:///{tmp_path}/typo/records.sqlite")
    assert not (tmp_path / "typo").exists()


def test_a_data_folder_that_cannot_be_made_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The fact, the folder and what to do are said."""
    (tmp_path / "a-file").touch()
    monkeypatch.setattr(platformdirs, "user_data_dir", lambda *_, **__: str(tmp_path / "a-file" / "simcare"))
    with pytest.raises(faults.RecordsUnavailable, match=r"a-file.*cannot be made.*SIMCARE_DATABASE_URL"):
        Records.open()


def test_a_folder_in_place_of_the_file_is_named(tmp_path: Path) -> None:
    """A URL that names a folder is told from a file."""
    with pytest.raises(faults.RecordsUnavailable, match="cannot be opened for writing"):
        Records.open(f"sqlite:///{tmp_path}")


def test_a_file_one_may_not_write_is_named(sqlite_url: str, begin: Begin) -> None:
    """Reading alone is not enough to practice; SQLite is told to refuse, because root may write to every file."""
    with Records.open(sqlite_url) as records:
        listen(records._engine, "checkout", lambda connection, *_: connection.execute("PRAGMA query_only = ON"))
        with pytest.raises(faults.RecordsUnavailable, match="for writing"):
            begin(records)


@pytest.mark.parametrize(
    ("fact", "error"),
    [
        ("attempt to write a readonly database", faults.RecordsUnavailable),
        ("permission denied for table moves", faults.RecordsUnavailable),
        ("database or disk is full", faults.RecordsUnavailable),
        ("database is locked", faults.RecordsLocked),
        ("database disk image is malformed", faults.RecordsCorrupt),
        ("something nobody thought of", faults.RecordsUnavailable),
    ],
)
def test_what_a_driver_says_becomes_fact_place_remedy(fact: str, error: type[SimcareError]) -> None:
    """Every database error reaches a user as a SimcareError that begins with the place."""
    with pytest.raises(error, match=r"^the place: .+; .+"), faults.told("the place"):
        raise OperationalError("SELECT 1", {}, sqlite3.OperationalError(fact))


# -- what a file is like -------------------------------------------------------------------------------------------


def test_sqlite_is_set_up_to_survive(sqlite_url: str) -> None:
    """Write-ahead log, every commit on the disk, foreign keys on, and patience with other writers."""
    engine, _ = opening.open_engine(sqlite_url)
    with engine.connect() as connection:
        asked = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        found = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in asked]
    engine.dispose()
    assert found == ["wal", 2, 1, 5000]


def test_a_file_that_is_no_database_is_refused_and_kept(sqlite_url: str) -> None:
    """What cannot be read is said to be damaged, and not a byte of it is changed."""
    file_of(sqlite_url).write_bytes(b"these are not records\n" * 100)
    with pytest.raises(faults.RecordsCorrupt, match=r"records\.sqlite.*not a database.*move it away"):
        Records.open(sqlite_url)
    assert file_of(sqlite_url).read_bytes() == b"these are not records\n" * 100


def test_a_damaged_page_is_said_to_be_damage(sqlite_url: str, begin: Begin) -> None:
    """A file that was good once and is broken inside gives no traceback either."""
    with Records.open(sqlite_url) as records:
        for learner in range(30):
            begin(records, f"Learner {learner}")
    with file_of(sqlite_url).open("r+b") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(2 * 4096)
        file.write(b"\xff" * (size - 2 * 4096))
    with pytest.raises(faults.RecordsCorrupt, match="damaged"), Records.open(sqlite_url) as records:
        records.attempts()


def test_a_lock_is_waited_for_then_said(monkeypatch: pytest.MonkeyPatch, sqlite_url: str, begin: Begin) -> None:
    """Another program's write is waited for; when it takes too long, nothing is lost and the next try works."""
    monkeypatch.setattr(opening, "BUSY_SECONDS", 0.2)
    with Records.open(sqlite_url) as records:
        attempt = begin(records)
        other = sqlite3.connect(file_of(sqlite_url), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(faults.RecordsLocked, match="try again, nothing was lost"):
            records.append(attempt.id, 0, {"say": "greet_introduce", "seconds": 5})
        assert records.moves(attempt.id) == []
        other.execute("ROLLBACK")
        other.close()
        records.append(attempt.id, 0, {"say": "greet_introduce", "seconds": 5})
        assert records.attempt(attempt.id).moves == 1


def test_a_database_of_another_program_is_left_alone(sqlite_url: str) -> None:
    """Not a byte is changed of what simcare did not make."""
    with sqlite3.connect(file_of(sqlite_url)) as other:
        other.execute("CREATE TABLE songs (title TEXT)")
    other.close()
    before = file_of(sqlite_url).read_bytes()
    with pytest.raises(faults.RecordsForeign, match="songs"):
        Records.open(sqlite_url)
    assert file_of(sqlite_url).read_bytes() == before


@pytest.mark.slow
def test_a_server_shared_with_others_is_used_unless_a_name_is_taken(postgres_url: str) -> None:
    """On a server other tables are no hindrance; one of ours that we did not make is."""
    engine = create_engine(opening.database_url(postgres_url))
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE songs (title TEXT)"))
        connection.execute(text("CREATE TABLE moves (chess TEXT)"))
    with pytest.raises(faults.RecordsForeign, match="moves"):
        Records.open(postgres_url)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE moves"))
    engine.dispose()
    with Records.open(postgres_url) as records:
        assert records.learners() == []


# -- upgrading -----------------------------------------------------------------------------------------------------


def test_head_is_the_newest_migration() -> None:
    """The shortcut that spares Alembic at each start knows the newest revision."""
    assert migrations.known()[0] == HEAD


def test_tables_and_migrations_make_the_same_database(url: str) -> None:
    """Alembic finds nothing to change between what the migrations made and what the tables say."""
    engine, _ = opening.open_engine(url)
    with engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True, "version_table": VERSION_TABLE}
        difference = compare_metadata(MigrationContext.configure(connection, opts=options), Base.metadata)
    engine.dispose()
    assert difference == []


def test_opening_again_changes_nothing(url: str, begin: Begin) -> None:
    """What was recorded is there after closing and opening, and no copy is made for nothing."""
    with Records.open(url) as records:
        attempt = begin(records)
    with Records.open(url) as records:
        assert records.attempts() == [attempt]
    if url.startswith("sqlite"):
        assert copies(url) == []


def test_a_newer_database_is_refused_and_left_alone(url: str) -> None:
    """An old program says that the records are newer, and what to do."""
    Records.open(url).close()
    engine = create_engine(opening.database_url(url))
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE {VERSION_TABLE} SET version_num = '9999'"))
    with pytest.raises(faults.RecordsNewer, match=r"newer simcare \(revision 9999.*install the newer simcare"):
        Records.open(url)
    with engine.connect() as connection:
        assert opening.revision(connection) == "9999"
    engine.dispose()


def test_an_upgrade_keeps_everything_and_a_copy_from_before(
    sqlite_url: str, begin: Begin, newer_program: Callable[[str], Path]
) -> None:
    """The upgraded file has all attempts; beside it stands a whole database at the old revision."""
    with Records.open(sqlite_url) as records:
        attempt = begin(records)
        records.append(attempt.id, 0, {"say": "greet_introduce", "seconds": 5})
    newer_program(SECOND)
    with Records.open(sqlite_url) as records:
        assert records.attempt(attempt.id).moves == 1
    columns = "SELECT count(*) FROM pragma_table_info('learners') WHERE name = 'nickname'"
    (copy,) = copies(sqlite_url)
    for file, revision, has_nickname in ((file_of(sqlite_url), NEXT, 1), (copy, HEAD, 0)):
        found = sqlite3.connect(file)
        assert found.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchall() == [(revision,)]
        assert found.execute(columns).fetchone() == (has_nickname,)
        assert found.execute("SELECT attempt_id FROM moves").fetchall() == [(attempt.id,)]
        found.close()


def test_records_from_before_shifts_were_reviewed_are_upgraded(sqlite_url: str) -> None:
    """What the third revision had is there, a whole copy of it beside, and a shift of then can be reviewed."""
    engine = create_engine(sqlite_url)
    with engine.begin() as connection:
        command.upgrade(migrations.config(connection), "0003")
        for statement in (
            "INSERT INTO learners VALUES (1, 'ann', 'Ann', '2026-01-05 09:00:00')",
            "INSERT INTO shifts (id, learner_id, title, seed, texts, listener, status, started_at) "
            f"VALUES ('{'a' * 32}', 1, 'Tuesday', 3, '{{}}', 'none', 'left', '2026-01-05 09:00:00')",
        ):
            connection.exec_driver_sql(statement)
    engine.dispose()
    with Records.open(sqlite_url) as records:
        assert [each.title for each in Shifts(records).shifts("Ann")] == ["Tuesday"]
        assert add_review(records, whole_shift("a" * 32), "Tess", "Calm.").comment == "Calm."
    (copy,) = copies(sqlite_url)
    found = sqlite3.connect(copy)
    assert found.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchall() == [("0003",)]
    found.close()


@pytest.mark.parametrize(
    "trouble",
    ["    raise ZeroDivisionError('a bug')\n", "    op.execute('SELECT nonsense FROM nowhere')\n"],
)
def test_an_upgrade_that_fails_changes_nothing(
    url: str, begin: Begin, newer_program: Callable[[str], Path], trouble: str
) -> None:
    """Half an upgrade is no upgrade: the old program goes on with the records as they were."""
    with Records.open(url) as records:
        attempt = begin(records)
    newer_program(SECOND + trouble)
    with pytest.raises(faults.RecordError, match=rf"could not be upgraded from revision {HEAD} .*nothing was changed"):
        Records.open(url)
    opening.HEAD = HEAD
    with Records.open(url) as records:
        assert records.attempts() == [attempt]
        assert begin(records).id != attempt.id


def test_an_upgrade_that_breaks_a_link_is_refused(
    sqlite_url: str, begin: Begin, newer_program: Callable[[str], Path]
) -> None:
    """Foreign keys are off while a table is rebuilt, so they are checked before anything is kept."""
    with Records.open(sqlite_url) as records:
        begin(records)
    newer_program(SECOND + "    op.execute('DELETE FROM learners')\n")
    with pytest.raises(faults.RecordError, match="point nowhere"):
        Records.open(sqlite_url)
    opening.HEAD = HEAD
    with Records.open(sqlite_url) as records:
        assert records.learners() == ["Ann Lee"]


def opened_at_once(python: Run, *arguments: str, programs: int = 3) -> list[str]:
    """Let several processes open the same records in the same moment; return what each then says."""
    running = [python(OPEN_WHEN_TOLD, *arguments) for _ in range(programs)]
    for process in running:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in running:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    said = [process.communicate(timeout=60) for process in running]
    return [out + err for out, err in said]


@pytest.mark.slow
def test_programs_that_open_new_records_at_once_all_succeed(url: str, python: Run) -> None:
    """One makes the tables, the others wait for it."""
    assert opened_at_once(python, url) == ["[]\n"] * 3


@pytest.mark.slow
def test_programs_that_upgrade_at_once_do_it_once(
    sqlite_url: str, begin: Begin, newer_program: Callable[[str], Path], python: Run
) -> None:
    """The first one copies and upgrades, the others find it done."""
    with Records.open(sqlite_url) as records:
        begin(records)
    assert opened_at_once(python, sqlite_url, str(newer_program(SECOND))) == ["['Ann Lee']\n"] * 3
    assert len(copies(sqlite_url)) == 1


def test_a_revision_can_be_drafted(newer_program: Callable[[str], Path]) -> None:
    """A developer gets a numbered file with what the tables have and the migrations have not."""
    folder = newer_program(SECOND)
    draft_revision("drop the nickname")
    draft = (folder / "versions" / f"r{int(HEAD) + 2:04}_drop_the_nickname.py").read_text(encoding="utf-8")
    assert "drop_column('nickname')" in draft
    assert f"down_revision = '{NEXT}'" in draft


def test_migrations_print_nothing(capfd: pytest.CaptureFixture[str], sqlite_url: str) -> None:
    """A notebook cell that opens the records shows no log."""
    Records.open(sqlite_url).close()
    shown: Any = capfd.readouterr()
    assert (shown.out, shown.err) == ("", "")
