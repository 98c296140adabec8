"""Declares the tables of the store.

Every node has a `key`: a number whose last three bits tell its type, so that an edge needs no
type columns for its ends. Keys are private to one store; `id` is what the outside world uses.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
)

from graph.schema import EdgeType, EventKind, NodeType

SCHEMA_VERSION = "0002"
KEY_STEP = 8  # keys of one type are this far apart; the remainder is the type

# Stored as numbers: append, never reorder.
NODE_CODES: Mapping[NodeType, int] = {kind: code for code, kind in enumerate(NodeType)}
EDGE_CODES: Mapping[EdgeType, int] = {kind: code for code, kind in enumerate(EdgeType)}
EVENT_CODES: Mapping[EventKind, int] = {kind: code for code, kind in enumerate(EventKind)}
NODE_TYPES: tuple[NodeType, ...] = tuple(NodeType)
EDGE_TYPES: tuple[EdgeType, ...] = tuple(EdgeType)
EVENT_KINDS: tuple[EventKind, ...] = tuple(EventKind)

metadata = MetaData()
# Texts that are compared byte by byte in both databases, whatever language the server speaks.
PlainText = Text().with_variant(Text(collation="C"), "postgresql")


def is_key(number: int) -> bool:
    """Tell whether a number can be the key of a node."""
    return number >= KEY_STEP and number % KEY_STEP < len(NODE_TYPES)


def type_of(key: int) -> NodeType:
    """Return the type of the node with this key."""
    return NODE_TYPES[key % KEY_STEP]


def _node_table(name: str, *columns: Column[Any]) -> Table:
    return Table(
        name,
        metadata,
        Column("key", BigInteger, primary_key=True, autoincrement=False),
        Column("id", Text, nullable=False, unique=True),
        *columns,
        Column("notes", Text),  # JSON object: what no column holds
        Column("updated_at", BigInteger),  # seconds since 1970 UTC, as the source says
        Column("source_id", Integer, nullable=False),
        Column("source_row", Integer, nullable=False),
    )


def _texts(*names: str) -> list[Column[Any]]:
    return [Column(name, Text) for name in names]


person = _node_table(
    "person",
    *_texts("name", "headline", "summary", "place", "title", "company", "email", "url"),
    Column("years_experience", Float),
    Column("is_member", Boolean),
)
job = _node_table(
    "job",
    *_texts("title", "company", "place", "remote", "seniority", "employment_type", "description"),
    Column("salary_min", Float),
    Column("salary_max", Float),
    *_texts("currency", "salary_period", "posted_at", "expires_at", "url"),
)
company = _node_table("company", *_texts("name", "industry", "size", "url", "description"))
skill = _node_table("skill", *_texts("name", "skill_group", "kind"))
title = _node_table("title", *_texts("name", "family", "level"))
school = _node_table("school", *_texts("name", "kind"))
place = _node_table(
    "place",
    *_texts("name", "country", "region", "kind"),
    Column("latitude", Float),
    Column("longitude", Float),
)

NODE_TABLES: Mapping[NodeType, Table] = {
    NodeType.PERSON: person,
    NodeType.JOB: job,
    NodeType.COMPANY: company,
    NodeType.SKILL: skill,
    NodeType.TITLE: title,
    NodeType.SCHOOL: school,
    NodeType.PLACE: place,
}
BOOKKEEPING = ("key", "id", "updated_at", "source_id", "source_row")

edge = Table(
    "edge",
    metadata,
    Column("source_key", BigInteger, primary_key=True, autoincrement=False),
    Column("type", SmallInteger, primary_key=True, autoincrement=False),
    Column("target_key", BigInteger, primary_key=True, autoincrement=False),
    Column("since", PlainText, primary_key=True),  # ISO 8601, "" when unknown
    Column("until", Text),
    Column("weight", Float),
    Column("observed", Boolean, nullable=False),
    Column("mention", Text),  # the words of the source, where they differ from the node's name
    Column("notes", Text),  # JSON object
    Column("source_id", Integer, nullable=False),
    Column("source_row", Integer, nullable=False),
    Index("edge_target", "target_key", "type", "source_key"),
    sqlite_with_rowid=False,
)
event = Table(
    "event",
    metadata,
    Column("person_key", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, primary_key=True, autoincrement=False),  # seconds since 1970 UTC
    Column("kind", SmallInteger, primary_key=True, autoincrement=False),
    Column("object_key", BigInteger, primary_key=True, autoincrement=False),
    Column("context_key", BigInteger, primary_key=True, autoincrement=False),  # 0: none
    Column("value", Float),
    Column("source_id", Integer, nullable=False),
    Column("source_row", Integer, nullable=False),
    Index("event_object", "object_key", "at"),
    sqlite_with_rowid=False,
)

source = Table(
    "source",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("sha256", Text, nullable=False, unique=True),
    Column("path", Text, nullable=False),  # as given, without the folders above it
    Column("format", Text, nullable=False),
    Column("owner_key", BigInteger),  # the person whose export it is
    Column("imported_at", BigInteger, nullable=False),
    Column("rows_used", Integer, nullable=False),
)
# A fact stated by more than one source: what each of them said. A node with one source has no
# rows here: the node itself is the statement.
statement = Table(
    "statement",
    metadata,
    Column("key", BigInteger, primary_key=True, autoincrement=False),
    Column("source_id", Integer, primary_key=True, autoincrement=False),
    Column("source_row", Integer, primary_key=True, autoincrement=False),
    Column("updated_at", BigInteger),
    Column("stated", Text, nullable=False),  # JSON object of column values
    Index("statement_source", "source_id"),
    sqlite_with_rowid=False,
)
# The same for edges and events, by source and by wording.
claim = Table(
    "claim",
    metadata,
    Column("subject_key", BigInteger, primary_key=True, autoincrement=False),
    Column("relation", SmallInteger, primary_key=True, autoincrement=False),  # event: kind + 64
    Column("object_key", BigInteger, primary_key=True, autoincrement=False),
    Column("qualifier", PlainText, primary_key=True),  # edge: since; event: at/context_key
    Column("source_id", Integer, primary_key=True, autoincrement=False),
    Column("mention", PlainText, primary_key=True),  # "": the words are the node's name
    Column("source_row", Integer, nullable=False),
    # JSON list; of an edge: until, weight, observed, notes; of an event: value
    Column("stated", Text, nullable=False),
    Index("claim_source", "source_id"),
    sqlite_with_rowid=False,
)
CLAIM_EVENT = 64

consent = Table(
    "consent",
    metadata,
    Column("person_key", BigInteger, primary_key=True, autoincrement=False),
    Column("scope", Text, primary_key=True),
    Column("granted_at", BigInteger, primary_key=True, autoincrement=False),
    Column("ends_at", BigInteger),
    Column("withdrawn_at", BigInteger),
)
group_membership = Table(
    "group_membership",
    metadata,
    Column("person_key", BigInteger, primary_key=True, autoincrement=False),
    Column("attribute", PlainText, primary_key=True),
    Column("value", Text, nullable=False),
    Column("source_id", Integer, primary_key=True, autoincrement=False),  # the newest stands
    Column("source_row", Integer, nullable=False),
)
# One row for each text that linking was not sure about; later the human decision.
link_review = Table(
    "link_review",
    metadata,
    Column("kind", PlainText, primary_key=True),  # a NodeType
    Column("link_key", PlainText, primary_key=True),  # the normalised text
    Column("text", PlainText, nullable=False),  # as first met
    Column("local_id", Text, nullable=False),  # the node that stands for it until decided
    Column("suggestions", Text, nullable=False),  # JSON list of [id, name, score]
    Column("seen", Integer, nullable=False),  # how many facts wait for the answer
    Column("status", Text, nullable=False),  # open, accepted, separate
    Column("target_id", Text),  # accepted: the node it was merged into
    Column("decided_at", BigInteger),
    Index("link_review_status", "status"),
)
tombstone = Table(
    "tombstone",
    metadata,
    Column("digest", LargeBinary, primary_key=True),  # keyed hash: nothing of the person is kept
    Column("erased_at", BigInteger, nullable=False),
)
setting = Table(
    "setting",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
