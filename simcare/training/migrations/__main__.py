"""Draft a new revision from what `tables` has and the migrations have not; for developers."""

from __future__ import annotations

import sys

from alembic import command
from sqlalchemy import create_engine

from simcare.training import migrations


def main(message: str) -> None:
    """Write the draft to `versions`, numbered after the newest one."""
    with create_engine("sqlite://").begin() as connection:
        migrations.upgrade(connection)
        command.revision(
            migrations.config(connection), message, autogenerate=True, rev_id=f"{len(migrations.known()) + 1:04}"
        )


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit('say what changes: python -m simcare.training.migrations "learners have a team"')
    main(sys.argv[1])
