"""Settles edges that say less than another edge of the same, once an import is in.

"Works at Northwind" from one file and "works at Northwind since March 2022" from another are one
fact, and so are two ties between the same two people. The fuller one stands; what the other said
is kept as a claim, so that it stands again should the fuller one's source be taken out.
"""

from sqlalchemy import Connection, delete

from graph.schema import EdgeType
from graph.store.bulk import insert_new
from graph.store.relations import EDGE_KEY, edge_claim
from graph.store.rows import EdgeRow
from graph.store.tables import EDGE_CODES, claim, edge

_DATED = (EdgeType.WORKS_AT, EdgeType.WORKED_AT, EdgeType.HOLDS, EdgeType.STUDIED_AT)


def tidy_edges(connection: Connection) -> int:
    """Set aside undated edges that have a dated twin, and later twins of ties.

    Returns:
        How many edges were set aside.
    """
    dated = ", ".join(str(EDGE_CODES[kind]) for kind in _DATED)
    tie = EDGE_CODES[EdgeType.CONNECTED_TO]
    twin = (
        "SELECT 1 FROM edge t WHERE t.source_key = e.source_key AND t.type = e.type "
        "AND t.target_key = e.target_key"
    )
    lesser = (
        f"(e.type IN ({dated}) AND e.since = '' AND EXISTS ({twin} AND t.since > '')) OR "
        # Of ties the earliest date stands: people do not get to know each other twice.
        f"(e.type = {tie} AND e.since = '' AND EXISTS ({twin} AND t.since > '')) OR "
        f"(e.type = {tie} AND e.since > '' AND EXISTS ({twin} AND t.since > '' "
        "AND t.since < e.since))"
    )
    rows = [
        EdgeRow(*row)
        for row in connection.exec_driver_sql(f"SELECT e.* FROM edge e WHERE {lesser}")
    ]
    insert_new(connection, claim, [edge_claim(row) for row in rows])
    for row in rows:
        same = [edge.columns[name] == value for name, value in zip(EDGE_KEY, row[:4], strict=True)]
        connection.execute(delete(edge).where(*same))
    return len(rows)
