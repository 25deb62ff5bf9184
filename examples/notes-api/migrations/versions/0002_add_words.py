"""Add the word count that the worker fills in."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("notes", sa.Column("words", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("notes", "words")
