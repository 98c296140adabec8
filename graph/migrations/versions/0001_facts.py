"""Creates nodes, edges, events, provenance, consents, reviews and tombstones."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

# Compared byte by byte in both databases, whatever language the server speaks.
PLAIN_TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Create every table of the first version."""
    _nodes()
    _relations()
    _provenance()
    _people_and_their_wishes()


def _key(name: str) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, primary_key=True, autoincrement=False)


def _texts(*names: str) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text) for name in names]


def _origin() -> list[sa.Column[int]]:
    return [
        sa.Column("source_id", sa.Integer, nullable=False),
        sa.Column("source_row", sa.Integer, nullable=False),
    ]


def _node(name: str, *columns: sa.Column[str] | sa.Column[float] | sa.Column[bool]) -> None:
    op.create_table(
        name,
        _key("key"),
        sa.Column("id", sa.Text, nullable=False, unique=True),
        *columns,
        sa.Column("notes", sa.Text),
        sa.Column("updated_at", sa.BigInteger),
        *_origin(),
    )


def _nodes() -> None:
    _node(
        "person",
        *_texts("name", "headline", "summary", "place", "title", "company", "email", "url"),
        sa.Column("years_experience", sa.Float),
        sa.Column("is_member", sa.Boolean),
    )
    _node(
        "job",
        *_texts("title", "company", "place", "remote", "seniority", "employment_type"),
        *_texts("description"),
        sa.Column("salary_min", sa.Float),
        sa.Column("salary_max", sa.Float),
        *_texts("currency", "salary_period", "posted_at", "expires_at", "url"),
    )
    _node("company", *_texts("name", "industry", "size", "url", "description"))
    _node("skill", *_texts("name", "skill_group", "kind"))
    _node("title", *_texts("name", "family", "level"))
    _node("school", *_texts("name", "kind"))
    _node(
        "place",
        *_texts("name", "country", "region", "kind"),
        sa.Column("latitude", sa.Float),
        sa.Column("longitude", sa.Float),
    )


def _relations() -> None:
    op.create_table(
        "edge",
        _key("source_key"),
        sa.Column("type", sa.SmallInteger, primary_key=True, autoincrement=False),
        _key("target_key"),
        sa.Column("since", PLAIN_TEXT, primary_key=True),
        *_texts("until"),
        sa.Column("weight", sa.Float),
        sa.Column("observed", sa.Boolean, nullable=False),
        *_texts("mention", "notes"),
        *_origin(),
        sqlite_with_rowid=False,
    )
    op.create_index("edge_target", "edge", ["target_key", "type", "source_key"])
    op.create_table(
        "event",
        _key("person_key"),
        _key("at"),
        sa.Column("kind", sa.SmallInteger, primary_key=True, autoincrement=False),
        _key("object_key"),
        _key("context_key"),
        sa.Column("value", sa.Float),
        *_origin(),
        sqlite_with_rowid=False,
    )
    op.create_index("event_object", "event", ["object_key", "at"])


def _provenance() -> None:
    op.create_table(
        "source",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("sha256", sa.Text, nullable=False, unique=True),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("format", sa.Text, nullable=False),
        sa.Column("owner_key", sa.BigInteger),
        sa.Column("imported_at", sa.BigInteger, nullable=False),
        sa.Column("rows_used", sa.Integer, nullable=False),
    )
    op.create_table(
        "statement",
        _key("key"),
        sa.Column("source_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("source_row", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("updated_at", sa.BigInteger),
        sa.Column("stated", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("statement_source", "statement", ["source_id"])
    op.create_table(
        "claim",
        _key("subject_key"),
        sa.Column("relation", sa.SmallInteger, primary_key=True, autoincrement=False),
        _key("object_key"),
        sa.Column("qualifier", PLAIN_TEXT, primary_key=True),
        sa.Column("source_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("mention", PLAIN_TEXT, primary_key=True),
        sa.Column("source_row", sa.Integer, nullable=False),
        sa.Column("stated", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("claim_source", "claim", ["source_id"])


def _people_and_their_wishes() -> None:
    op.create_table(
        "consent",
        _key("person_key"),
        sa.Column("scope", sa.Text, primary_key=True),
        _key("granted_at"),
        sa.Column("ends_at", sa.BigInteger),
        sa.Column("withdrawn_at", sa.BigInteger),
    )
    op.create_table(
        "group_membership",
        _key("person_key"),
        sa.Column("attribute", PLAIN_TEXT, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("source_id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("source_row", sa.Integer, nullable=False),
    )
    op.create_table(
        "link_review",
        sa.Column("kind", PLAIN_TEXT, primary_key=True),
        sa.Column("link_key", PLAIN_TEXT, primary_key=True),
        sa.Column("text", PLAIN_TEXT, nullable=False),
        sa.Column("local_id", sa.Text, nullable=False),
        sa.Column("suggestions", sa.Text, nullable=False),
        sa.Column("seen", sa.Integer, nullable=False),
        sa.Column("status", sa.Text, nullable=False),
        sa.Column("target_id", sa.Text),
        sa.Column("decided_at", sa.BigInteger),
    )
    op.create_index("link_review_status", "link_review", ["status"])
    op.create_table(
        "tombstone",
        sa.Column("digest", sa.LargeBinary, primary_key=True),
        sa.Column("erased_at", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "setting",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
