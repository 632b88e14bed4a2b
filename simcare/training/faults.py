"""What can go wrong with the records, in plain words: the fact, the place, the remedy.

`told` wraps every touch of the database and turns what the driver throws into one of these. Nothing here opens or
changes anything.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from simcare.documents import SimcareError


class RecordError(SimcareError):
    """The records cannot do what was asked; the base of all errors of the record store."""


class BadDatabaseUrl(RecordError):
    """The database URL names nothing that simcare can keep records in."""


class RecordsUnavailable(RecordError):
    """The database cannot be reached or written: a folder, a right, a server, a full disk."""


class RecordsLocked(RecordError):
    """Another program held the database longer than we wait."""


class RecordsCorrupt(RecordError):
    """The file is damaged or is not a database."""


class RecordsForeign(RecordError):
    """The database belongs to another program."""


class RecordsNewer(RecordError):
    """The database was written by a newer simcare than this one."""


class UnknownRecord(RecordError):
    """No attempt or text has this id."""


class MoveOutOfOrder(RecordError):
    """A move is not the next one of its attempt."""


class AttemptClosed(RecordError):
    """The attempt is finished or left; what it says may be read and branched from, not changed."""


@contextmanager
def told(place: str) -> Iterator[None]:
    """Turn database errors into RecordErrors that name the place (a path, or a URL without its password)."""
    try:
        yield
    except DBAPIError as error:
        raise _in_plain_words(place, str(error.orig).strip()) from error
    except sqlite3.Error as error:
        raise _in_plain_words(place, str(error)) from error
    except (SQLAlchemyError, OSError) as error:
        raise RecordsUnavailable(f"{place}: the records cannot be used: {first_line(error)}") from error


def _in_plain_words(place: str, fact: str) -> RecordError:
    low = fact.lower()
    if "locked" in low or "lock timeout" in low:
        return RecordsLocked(
            f"{place}: another program has kept the records locked; close other simcare windows or backup programs "
            "that hold the file and try again, nothing was lost"
        )
    if "malformed" in low or "not a database" in low or "disk i/o error" in low:
        return RecordsCorrupt(
            f"{place}: the file is damaged or is not a database ({fact}); move it away together with its -wal and -shm "
            "files and put back a copy (simcare keeps some beside it, *.before-*), or start again without it: simcare "
            "then makes a new one"
        )
    if "readonly" in low or "read-only" in low or "permission denied" in low or "unable to open" in low:
        return RecordsUnavailable(
            f"{place}: the records cannot be opened for writing ({fact}); give yourself the right to write the file "
            "and its folder, or set SIMCARE_DATABASE_URL to another place"
        )
    if "full" in low or "no space" in low:
        return RecordsUnavailable(f"{place}: no room is left on the disk; free some and try again, nothing was lost")
    return RecordsUnavailable(
        f"{place}: the database refused: {fact.splitlines()[0] if fact else 'no reason given'}; see that it runs and "
        "that SIMCARE_DATABASE_URL is right"
    )


def first_line(error: Exception) -> str:
    """Return the part of an error that a person reads; the database's further lines show statements."""
    return (str(error).splitlines() or [type(error).__name__])[0]
