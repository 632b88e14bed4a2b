"""Open the database of the records: find it, connect to it, bring its tables up to date.

SQLite is set up so that a move that was acknowledged is on the disk, and so that several programs may use one file.
Two programs that open at once take turns; a database is copied before it is upgraded and left alone where it is not
ours. What is kept in the tables is the business of `records`.
"""

from __future__ import annotations

import glob
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import platformdirs
from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from simcare.training import migrations
from simcare.training.canonical import strict_json
from simcare.training.faults import (
    BadDatabaseUrl,
    RecordError,
    RecordsForeign,
    RecordsLocked,
    RecordsNewer,
    RecordsUnavailable,
    first_line,
    told,
)
from simcare.training.tables import HEAD, VERSION_TABLE, Base

URL_VARIABLE = "SIMCARE_DATABASE_URL"
BUSY_SECONDS = 5.0
"""How long a program waits for another one's write, which takes milliseconds."""
UPGRADE_SECONDS = 60.0
"""How long it waits for another one's upgrade, which may copy a large file first."""

_WRITES = "simcare_writes"
_LOCK_NUMBER = 0x51CA_2E00
_one_upgrade_at_a_time = threading.Lock()


def database_url(url: str | None = None) -> URL:
    """Return where the records are: the URL given, else SIMCARE_DATABASE_URL, else a file in the user's data folder."""
    given = url or os.environ.get(URL_VARIABLE) or None
    if given is None:
        folder = Path(platformdirs.user_data_dir("simcare", appauthor=False))
        return URL.create("sqlite+pysqlite", database=str(folder / "records.sqlite"))
    remedy = "write sqlite:////folder/records.sqlite or postgresql://user@host/database"
    try:
        parsed = make_url(given)
        backend, _, driver = parsed.drivername.partition("+")
    except (ArgumentError, ValueError) as error:  # the text is not repeated: it may hold a password
        raise BadDatabaseUrl(f"{URL_VARIABLE}: the value is not a database URL; {remedy}") from error
    if backend == "sqlite" and driver in ("", "pysqlite"):
        if (parsed.database or "").startswith("file:"):
            raise BadDatabaseUrl(f"{URL_VARIABLE}: 'file:' names are not taken; {remedy}")
        if parsed.database and parsed.database != ":memory:":
            # A notebook may change its folder later; the file must stay the same one.
            parsed = parsed.set(database=str(Path(parsed.database).expanduser().absolute()))
        return parsed.set(drivername="sqlite+pysqlite")
    if backend in ("postgresql", "postgres") and driver in ("", "psycopg"):
        return parsed.set(drivername="postgresql+psycopg")
    raise BadDatabaseUrl(f"{URL_VARIABLE}: records cannot be kept in '{parsed.drivername}'; {remedy}")


def open_engine(url: str | None = None) -> tuple[Engine, str]:
    """Return an engine on up-to-date tables, and the place as a user may read it; raise RecordError where it fails."""
    target = database_url(url)
    path = _sqlite_file(target)
    place = str(path) if path else target.render_as_string(hide_password=True)
    with told(place):
        if path is not None:
            _need_folder(path, is_default=url is None and not os.environ.get(URL_VARIABLE))
        engine = _sqlite_engine(target) if target.get_backend_name() == "sqlite" else _postgres_engine(target)
        try:
            _bring_to_head(engine, path, place)
        except BaseException:
            engine.dispose()
            raise
    return engine, place


def writing(engine: Engine) -> Engine:
    """Return the same engine for transactions that write: SQLite then takes its write lock at the beginning.

    A transaction that reads first and wants to write later is refused at once when another program wrote meanwhile,
    however long it would wait; one that begins as a writer waits its turn.
    """
    return engine.execution_options(**{_WRITES: True})


def revision(connection: Connection) -> str | None:
    """Return the revision a database is at, None where it has no simcare tables."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    found: str | None = connection.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}"))
    return found


def compact(engine: Engine) -> None:
    """Rewrite a SQLite file without what was deleted, and empty its log; do nothing on a server.

    Raises RecordsLocked where another program reads the file all the while.
    """
    if engine.dialect.name != "sqlite":
        return
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        driver.execute("VACUUM")
        until = time.monotonic() + BUSY_SECONDS
        # A checkpoint waits for writers only; a reader holds back what it still looks at.
        while driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
            if time.monotonic() > until:
                raise RecordsLocked(
                    f"{engine.url.database}: what was deleted is gone from the records, but its bytes may stand in the "
                    "file until other simcare windows are closed; close them and run `simcare records erase` again "
                    "with the same name"
                )
            time.sleep(0.1)


def kept_copies(engine: Engine) -> list[Path]:
    """Return the copies of a SQLite file that upgrades left beside it, oldest first."""
    path = _sqlite_file(engine.url)
    return [] if path is None else sorted(path.parent.glob(f"{glob.escape(path.name)}.before-*"))


# -- connecting ----------------------------------------------------------------------------------------------------


def _sqlite_file(url: URL) -> Path | None:
    if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
        return None
    return Path(str(url.database))


def _need_folder(path: Path, *, is_default: bool) -> None:
    folder = path.parent
    if is_default:
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise RecordsUnavailable(
                f"{folder}: the folder for the records cannot be made ({error.strerror}); make it yourself, or set "
                f"{URL_VARIABLE} to another place"
            ) from error
    elif not folder.is_dir():
        # A folder is not made for a name that was typed: a slip would begin new records and hide the old ones.
        raise BadDatabaseUrl(f"{folder}: the folder of {URL_VARIABLE} is not there; make it, or correct the name")


def _sqlite_engine(url: URL) -> Engine:
    arguments: dict[str, Any] = {"json_serializer": strict_json, "connect_args": {"timeout": BUSY_SECONDS}}
    if _sqlite_file(url) is None:
        # One connection that threads pass on: a second one would be a second, empty database.
        arguments |= {"poolclass": QueuePool, "pool_size": 1, "max_overflow": 0}
        arguments["connect_args"]["check_same_thread"] = False
    engine = create_engine(url, **arguments)

    @event.listens_for(engine, "connect")
    def _set_up(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # the driver's own BEGIN comes too late for reads and never for tables
        connection.execute("PRAGMA foreign_keys = ON")
        # In WAL mode NORMAL outlives kill -9 and loses the last moves with the power; FULL keeps them too, for one
        # fsync a move (0.2 to 0.5 ms on an SSD), and a person makes one move in some seconds.
        connection.execute("PRAGMA synchronous = FULL")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get(_WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _postgres_engine(url: URL) -> Engine:
    try:
        return create_engine(
            url, json_serializer=strict_json, pool_pre_ping=True, connect_args={"connect_timeout": int(BUSY_SECONDS)}
        )
    except ModuleNotFoundError as error:
        raise RecordsUnavailable(
            f"{url.render_as_string(hide_password=True)}: the PostgreSQL driver is not installed; "
            "install simcare[postgres]"
        ) from error


# -- tables --------------------------------------------------------------------------------------------------------


def _bring_to_head(engine: Engine, path: Path | None, place: str) -> None:
    with engine.connect() as connection:
        found = revision(connection)
        if found == HEAD:
            return
        if path is not None:
            _refuse_what_is_not_ours(connection, found, place)  # before the file is set up as ours
    if path is not None:
        _use_write_ahead_log(engine)
    with _one_upgrade_at_a_time, _alone(engine) as connection:
        found = revision(connection)
        if found == HEAD:
            return  # another program was quicker
        _refuse_what_is_not_ours(connection, found, place)  # or made something else of it
        copy = _keep_copy(path, found) if path is not None and found is not None else None
        try:
            migrations.upgrade(connection)
        except Exception as error:
            kept = f"; a copy from before is {copy}" if copy else ""
            raise RecordError(
                f"{place}: the records could not be upgraded from revision {found or 'none'} to {HEAD} "
                f"({first_line(error)}); nothing was changed{kept}; go back to the simcare you had and report this"
            ) from error


def _refuse_what_is_not_ours(connection: Connection, found: str | None, place: str) -> None:
    if found is None:
        present = set(inspect(connection).get_table_names())
        # A database server is shared by design, a file is not.
        strange = present if connection.dialect.name == "sqlite" else present & set(Base.metadata.tables)
        if strange:
            raise RecordsForeign(
                f"{place}: the database has tables that simcare did not make ({', '.join(sorted(strange)[:3])}); "
                f"set {URL_VARIABLE} to a database of its own"
            )
    elif found not in migrations.known():
        raise RecordsNewer(
            f"{place}: the records were written by a newer simcare (revision {found}, this one knows up to {HEAD}); "
            f"install the newer simcare, or set {URL_VARIABLE} to other records; nothing was changed"
        )


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """Hold the only write transaction on the database; what happens inside happens whole or not at all."""
    with writing(engine).connect() as connection:
        if connection.dialect.name != "sqlite":
            with connection.begin():
                connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK_NUMBER})
                yield connection
            return
        driver: Any = connection.connection.driver_connection
        driver.execute(f"PRAGMA busy_timeout = {int(UPGRADE_SECONDS * 1000)}")
        # A migration may rebuild a table; with the keys on, SQLite would delete what points to the old one.
        driver.execute("PRAGMA foreign_keys = OFF")
        try:
            with connection.begin():
                yield connection
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
                if broken:
                    raise RecordError(f"the upgrade left {len(broken)} rows that point nowhere; nothing was changed")
        finally:
            driver.execute("PRAGMA foreign_keys = ON")
            driver.execute(f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1000)}")


def _use_write_ahead_log(engine: Engine) -> None:
    # The switch to WAL does not wait for others as a write does; where a drive cannot do it (some network drives),
    # SQLite keeps its old journal, which is slower and as safe.
    until = time.monotonic() + UPGRADE_SECONDS
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        while True:
            try:
                driver.execute("PRAGMA journal_mode = WAL")
                return
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > until:
                    raise
                time.sleep(0.05)


def _keep_copy(path: Path, found: str) -> Path:
    """Copy the file as it was last committed; the caller holds the write lock, so nobody writes meanwhile."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    copy = path.with_name(f"{path.name}.before-{HEAD}-{stamp}")
    half = copy.with_name(f"{copy.name}.part")
    source, target = sqlite3.connect(path), sqlite3.connect(half)
    try:
        source.backup(target)
    finally:
        target.close()
        source.close()
    half.replace(copy)
    return copy
