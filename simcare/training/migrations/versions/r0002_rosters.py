"""Add groups of learners, and what a group is to practice by when."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "members",
        sa.Column("cohort", sa.String(200), nullable=False),
        sa.Column("learner_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("cohort", "learner_id", name="pk_members"),
        sa.ForeignKeyConstraint(["learner_id"], ["learners.id"], name="fk_members_learner_id"),
    )
    op.create_table(
        "assignments",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("cohort", sa.String(200), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("calls", sa.JSON(), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=False),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_assignments"),
    )
    op.create_index("ix_assignments_cohort", "assignments", ["cohort"])
