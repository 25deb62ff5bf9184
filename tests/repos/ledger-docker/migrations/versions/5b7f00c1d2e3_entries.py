"""entries"""

import sqlalchemy as sa
from alembic import op

revision = "5b7f00c1d2e3"
down_revision = None


def upgrade() -> None:
    op.create_table("entries", sa.Column("id", sa.Integer, primary_key=True), sa.Column("amount", sa.Numeric(12, 2), nullable=False))


def downgrade() -> None:
    op.drop_table("entries")
