"""Make the first tables, with triggers that keep what is written from being rewritten."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Which table refuses which change. Deleting stays possible: a person may ask an administrator to be forgotten.
NEVER_CHANGES = {
    "texts": "",
    "moves": "",
    "rescores": "",
    "attempts": "WHEN (OLD.status <> 'open')",
}


def upgrade() -> None:
    op.create_table(
        "learners",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_learners"),
        sa.UniqueConstraint("key", name="uq_learners_key"),
    )
    op.create_table(
        "texts",
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name="pk_texts"),
    )
    op.create_table(
        "attempts",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("learner_id", sa.Integer(), nullable=False),
        sa.Column("scenario", sa.String(200), nullable=False),
        sa.Column("variant", sa.String(200), nullable=False),
        sa.Column("seed", sa.BigInteger(), nullable=False),
        sa.Column("scenario_sha", sa.String(64), nullable=False),
        sa.Column("policy_sha", sa.String(64), nullable=False),
        sa.Column("intents_sha", sa.String(64), nullable=False),
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
        sa.PrimaryKeyConstraint("id", name="pk_attempts"),
        sa.ForeignKeyConstraint(["learner_id"], ["learners.id"], name="fk_attempts_learner_id"),
        sa.ForeignKeyConstraint(["scenario_sha"], ["texts.sha256"], name="fk_attempts_scenario_sha"),
        sa.ForeignKeyConstraint(["policy_sha"], ["texts.sha256"], name="fk_attempts_policy_sha"),
        sa.ForeignKeyConstraint(["intents_sha"], ["texts.sha256"], name="fk_attempts_intents_sha"),
        sa.ForeignKeyConstraint(["parent"], ["attempts.id"], name="fk_attempts_parent"),
        sa.CheckConstraint("status IN ('open', 'finished', 'left')", name=op.f("ck_attempts_status")),
        sa.CheckConstraint(
            "status <> 'finished' OR (score IS NOT NULL AND passed IS NOT NULL)",
            name=op.f("ck_attempts_finished_is_scored"),
        ),
        sa.CheckConstraint("(parent IS NULL) = (branched_at IS NULL)", name=op.f("ck_attempts_branch_is_whole")),
    )
    op.create_index("ix_attempts_learner_id", "attempts", ["learner_id"])
    op.create_index("ix_attempts_scenario", "attempts", ["scenario"])
    op.create_table(
        "moves",
        sa.Column("attempt_id", sa.String(32), nullable=False),
        sa.Column("nth", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("attempt_id", "nth", name="pk_moves"),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"], name="fk_moves_attempt_id"),
        sa.CheckConstraint("nth >= 0", name=op.f("ck_moves_nth_counts_from_0")),
    )
    op.create_table(
        "rescores",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.String(32), nullable=False),
        sa.Column("scenario_sha", sa.String(64), nullable=False),
        sa.Column("policy_sha", sa.String(64), nullable=False),
        sa.Column("intents_sha", sa.String(64), nullable=False),
        sa.Column("scored_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("scorecard", sa.JSON(), nullable=False),
        sa.Column("score", sa.Double(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_rescores"),
        sa.ForeignKeyConstraint(["attempt_id"], ["attempts.id"], name="fk_rescores_attempt_id"),
        sa.ForeignKeyConstraint(["scenario_sha"], ["texts.sha256"], name="fk_rescores_scenario_sha"),
        sa.ForeignKeyConstraint(["policy_sha"], ["texts.sha256"], name="fk_rescores_policy_sha"),
        sa.ForeignKeyConstraint(["intents_sha"], ["texts.sha256"], name="fk_rescores_intents_sha"),
    )
    op.create_index("ix_rescores_attempt_id", "rescores", ["attempt_id"])
    if op.get_bind().dialect.name == "sqlite":
        _guard_sqlite()
    else:
        _guard_postgresql()


def _guard_sqlite() -> None:
    for table, when in NEVER_CHANGES.items():
        op.execute(
            f"CREATE TRIGGER {table}_never_change BEFORE UPDATE ON {table} {when} "
            f"BEGIN SELECT RAISE(ABORT, 'what is recorded in {table} never changes'); END"
        )


def _guard_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION simcare_never_change() RETURNS trigger LANGUAGE plpgsql AS $$ "
        "BEGIN RAISE EXCEPTION 'what is recorded in % never changes', TG_TABLE_NAME; END $$"
    )
    for table, when in NEVER_CHANGES.items():
        op.execute(
            f"CREATE TRIGGER {table}_never_change BEFORE UPDATE ON {table} "
            f"FOR EACH ROW {when} EXECUTE FUNCTION simcare_never_change()"
        )
