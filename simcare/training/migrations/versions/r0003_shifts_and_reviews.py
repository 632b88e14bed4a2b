"""Add shifts with their moves, and what supervisors say of attempts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Which table refuses which change, as in the first revision. Deleting stays possible.
NEVER_CHANGES = {
    "shift_moves": "",
    "reviews": "",
    "shifts": "WHEN (OLD.status <> 'open')",
}


def upgrade() -> None:
    op.create_table(
        "shifts",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("listener", sa.String(200), nullable=False),
        sa.Column("exercise", sa.String(200), nullable=True),
        sa.Column("status", sa.String(8), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("left_why", sa.Text(), nullable=True),
        sa.Column("scorecard", sa.JSON(), nullable=True),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=True),
        sa.Column("parent", sa.String(32), nullable=True),
        sa.Column("branched_at", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_shifts"),
        sa.ForeignKeyConstraint(["learner_id"], ["learners.id"], name="fk_shifts_learner_id"),
        sa.ForeignKeyConstraint(["parent"], ["shifts.id"], name="fk_shifts_parent"),
        sa.CheckConstraint("status IN ('open', 'finished', 'left')", name=op.f("ck_shifts_status")),
        sa.CheckConstraint(
            "status <> 'finished' OR (score IS NOT NULL AND passed IS NOT NULL)",
            name=op.f("ck_shifts_finished_is_scored"),
        ),
        sa.CheckConstraint("(parent IS NULL) = (branched_at IS NULL)", name=op.f("ck_shifts_branch_is_whole")),
    )
    op.create_index("ix_shifts_learner_id", "shifts", ["learner_id"])
    op.create_table(
        "shift_moves",
        sa.Column("shift_id", sa.String(32), nullable=False),
        sa.Column("nth", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("shift_id", "nth", name="pk_shift_moves"),
        sa.ForeignKeyConstraint(["shift_id"], ["shifts.id"], name="fk_shift_moves_shift_id"),
        sa.CheckConstraint("nth >= 0", name=op.f("ck_shift_moves_nth_counts_from_0")),
    )
    op.create_table(
        "reviews",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("attempt_id", sa.String(32), nullable=False),
        sa.Column("reviewer", sa.String(200), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_reviews"),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"], name="fk_reviews_attempt_id"),
        sa.CheckConstraint("rating BETWEEN 1 AND 5", name=op.f("ck_reviews_rating")),
    )
    op.create_index("ix_reviews_attempt_id", "reviews", ["attempt_id"])
    sqlite = op.get_bind().dialect.name == "sqlite"
    for table, when in NEVER_CHANGES.items():
        op.execute(
            f"CREATE TRIGGER {table}_never_change BEFORE UPDATE ON {table} "
            + (
                f"{when} BEGIN SELECT RAISE(ABORT, 'what is recorded in {table} never changes'); END"
                if sqlite
                else f"FOR EACH ROW {when} EXECUTE FUNCTION simcare_never_change()"
            )
        )
