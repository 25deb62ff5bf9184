"""notes have a date"""

import sqlalchemy as sa
from alembic import op

revision = "8d22c1e0f4ab"
down_revision = "3f1c2a7b9d10"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("notes", sa.Column("created_at", sa.DateTime, nullable=False, server_default=sa.func.now()))
    op.create_index("ix_notes_owner_id", "notes", ["owner_id"])


def downgrade() -> None:
    op.drop_index("ix_notes_owner_id", "notes")
    op.drop_column("notes", "created_at")
