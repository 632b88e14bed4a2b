"""How the tables came to be, revision by revision; Alembic runs it inside the package, with no file of settings.

A new revision: change `tables`, then `python -m simcare.training.migrations "what changes"` writes a draft to
`versions`; raise `HEAD` to it. All revisions run in one transaction; SQLite needs `op.batch_alter_table`, which
rebuilds the table: make its triggers again.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection

if TYPE_CHECKING:
    from alembic.config import Config

FOLDER = Path(__file__).parent


def config(connection: Connection | None = None) -> Config:
    """Return Alembic's settings for this folder and, where one is given, an open connection inside a transaction."""
    from alembic.config import Config  # imported late: it costs a third of a second and most starts need no migration

    settings = Config()
    settings.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    settings.set_main_option("file_template", "r%%(rev)s_%%(slug)s")
    settings.attributes["connection"] = connection
    return settings


def upgrade(connection: Connection) -> None:
    """Run every revision the database does not have yet; the caller commits or rolls back."""
    from alembic import command

    command.upgrade(config(connection), "head")


def known() -> tuple[str, ...]:
    """Return the ids of all revisions this program has, newest first."""
    from alembic.script import ScriptDirectory

    return tuple(step.revision for step in ScriptDirectory.from_config(config()).walk_revisions())
