"""Settles edges that say less than another edge of the same, once an import is in.

"Works at Northwind" from one file and "works at Northwind since March 2022" from another are one
fact, and so are two ties between the same two people. The fuller one stands; what the other said
is kept as a claim, so that it stands again should the fuller one's source be taken out.
"""

from itertools import chain

from sqlalchemy import Connection

from graph.schema import EdgeType
from graph.store.bulk import insert_new
from graph.store.claims import read_claims, remove_standing
from graph.store.tables import EDGE_CODES, claim

DATED = (EdgeType.WORKS_AT, EdgeType.WORKED_AT, EdgeType.HOLDS, EdgeType.STUDIED_AT)


def tidy_edges(connection: Connection) -> int:
    """Set aside undated edges that have a dated twin, and later twins of ties.

    Returns:
        How many edges were set aside.
    """
    dated = ", ".join(str(EDGE_CODES[kind]) for kind in DATED)
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
    found = connection.exec_driver_sql(
        f"SELECT e.source_key, e.type, e.target_key, e.since FROM edge e WHERE {lesser}"
    )
    keys = [(row[0], row[1], row[2], row[3]) for row in found]
    claims = chain.from_iterable(read_claims(connection, keys).values())
    insert_new(connection, claim, list(claims))
    remove_standing(connection, keys)
    return len(keys)
