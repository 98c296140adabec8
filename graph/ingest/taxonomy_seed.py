"""Puts the built-in taxonomy into a store: titles, skills and places, and how they relate."""

import json
from collections.abc import Iterator, Mapping
from hashlib import sha256

from graph.schema import EdgeType, NodeType
from graph.store.forget import forget_source
from graph.store.rows import EdgeRow, NodeRow
from graph.store.tables import EDGE_CODES, source
from graph.store.writer import SourceFile, Writer
from graph.taxonomy import RelationKind, Taxonomy

FORMAT = "taxonomy"


def taxonomy_digest(taxonomy: Taxonomy) -> str:
    """Return a hash of a taxonomy folder's files."""
    digest = sha256()
    for path in sorted(taxonomy.folder.glob("*.csv")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def seed_taxonomy(writer: Writer, taxonomy: Taxonomy, at: int) -> None:
    """Bring the taxonomy into the store, unless this very one is there already.

    Args:
        writer: An open write transaction.
        taxonomy: What to bring in; an earlier version's relations give way to it.
        at: Now, in seconds since 1970 UTC.
    """
    digest = taxonomy_digest(taxonomy)
    held = source.select().where(source.c.format == FORMAT)
    earlier = list(writer.connection.execute(held))
    if any(row.sha256 == digest for row in earlier):
        return
    for row in earlier:
        forget_source(writer.connection, row.id)
    source_id = writer.source(SourceFile(digest, "built-in taxonomy", FORMAT, at))
    nodes = _nodes(taxonomy)
    for kind, rows in nodes.items():
        writer.nodes(kind, rows, source_id)
    keys = {kind: writer.keys.find(kind, (r.id for r in rows)) for kind, rows in nodes.items()}
    edges = list(_edges(taxonomy, keys, source_id))
    writer.edges(edges)
    writer.finish_source(source_id, sum(map(len, nodes.values())) + len(edges), None)


def _nodes(taxonomy: Taxonomy) -> dict[NodeType, list[NodeRow]]:
    return {
        NodeType.TITLE: [
            NodeRow(t.id, (t.name, t.family, t.level.value, None)) for t in taxonomy.titles
        ],
        NodeType.SKILL: [
            NodeRow(s.id, (s.name, s.group, s.kind.value, None)) for s in taxonomy.skills
        ],
        NodeType.PLACE: [
            NodeRow(
                p.id,
                (p.name, p.country, p.region or None, p.kind.value, p.latitude, p.longitude, None),
            )
            for p in taxonomy.places
        ],
    }


def _edges(
    taxonomy: Taxonomy, keys: Mapping[NodeType, Mapping[str, int]], source_id: int
) -> Iterator[EdgeRow]:
    titles, skills = keys[NodeType.TITLE], keys[NodeType.SKILL]
    for pair in taxonomy.similar:
        first, second = sorted((pair.a, pair.b))
        yield _edge(titles[first], EdgeType.SIMILAR_TO, titles[second], pair.weight, source_id)
    for need in taxonomy.title_skills:
        ends = titles[need.title], EdgeType.NEEDS, skills[need.skill]
        yield _edge(*ends, need.importance, source_id)
    for relation in taxonomy.relations:
        # "b is broader than a" keeps its direction; "related" has none.
        ends = (relation.a, relation.b)
        if relation.kind is RelationKind.RELATED:
            ends = (min(ends), max(ends))
        related = skills[ends[0]], EdgeType.RELATED_TO, skills[ends[1]]
        notes = json.dumps({"relation": relation.kind.value})
        yield _edge(*related, relation.weight, source_id)._replace(notes=notes)


def _edge(start: int, type: EdgeType, end: int, weight: float, source_id: int) -> EdgeRow:
    code = EDGE_CODES[type]
    return EdgeRow(start, code, end, "", None, weight, True, None, None, source_id, 0)
