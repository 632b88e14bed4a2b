"""Add what supervisors say of a shift, or of one of the calls that were had in it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "shift_reviews",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("shift_id", sa.String(32), nullable=False),
        sa.Column("item", sa.String(200), nullable=True),
        sa.Column("reviewer", sa.String(200), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_shift_reviews"),
        sa.ForeignKeyConstraint(["shift_id"], ["shifts.id"], name="fk_shift_reviews_shift_id"),
        sa.CheckConstraint("rating BETWEEN 1 AND 5", name=op.f("ck_shift_reviews_rating")),
    )
    op.create_index("ix_shift_reviews_shift_id", "shift_reviews", ["shift_id"])
    # What was said never changes, as in the earlier revisions; deleting stays possible.
    sqlite = op.get_bind().dialect.name == "sqlite"
    op.execute(
        "CREATE TRIGGER shift_reviews_never_change BEFORE UPDATE ON shift_reviews "
        + (
            "BEGIN SELECT RAISE(ABORT, 'what is recorded in shift_reviews never changes'); END"
            if sqlite
            else "FOR EACH ROW EXECUTE FUNCTION simcare_never_change()"
        )
    )
