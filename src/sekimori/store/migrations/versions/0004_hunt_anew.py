"""Everything is hunted once more: parts and expressions agree with values that were passed over before.

Expressions regard no case where the normal form has none, and both look at what people read (`日本.example`).
"""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """To this revision."""
    op.execute("update segment set hunted_to = 0")
