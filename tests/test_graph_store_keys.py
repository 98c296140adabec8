"""Every id that the store holds is found, however many have been met before."""

from collections.abc import Iterable

import pytest
from store_facts import person, write

from graph.schema import NodeType
from graph.store import Store
from graph.store.keys import Keys
from graph.store.nodes import Nodes
from graph.store.rows import VALUE_COLUMNS, NodeRow


def _row(id: str) -> NodeRow:
    return NodeRow(id, (None,) * len(VALUE_COLUMNS[NodeType.PERSON]))


def test_ids_met_before_are_found_beside_new_ones_when_there_is_no_room(store: Store) -> None:
    ids = [f"p{i}" for i in range(6)]
    write(store, "a", [person(id) for id in ids])
    expected = store.find(NodeType.PERSON, ids)
    assert len(expected) == 6
    with store.read() as connection:
        keys = Keys(connection, most_kept=2)
        assert set(keys.find(NodeType.PERSON, ids[:4])) == set(ids[:4])
        assert keys.find(NodeType.PERSON, [*ids, "nobody"]) == expected


def test_keys_in_order_are_found_when_there_is_no_room(store: Store) -> None:
    ids = [f"p{i}" for i in range(6)]
    write(store, "a", [person(id) for id in ids])
    expected = store.find(NodeType.PERSON, ids)
    with store.read() as connection:
        keys = Keys(connection, most_kept=2)
        keys.find(NodeType.PERSON, ids[:4])
        asked = [*ids, "nobody", ids[0]]
        assert keys.in_order(NodeType.PERSON, asked) == [expected.get(id, 0) for id in asked]


def test_nodes_are_written_once_when_there_is_no_room(store: Store) -> None:
    with store.write() as writer:
        nodes = Nodes(writer.connection, Keys(writer.connection, most_kept=2))
        for start in range(4):
            rows = [_row(f"p{i}") for i in range(start, start + 4)]
            nodes.write(NodeType.PERSON, rows, 1)
        assert nodes.added == {NodeType.PERSON: 7}
    assert store.stats().nodes["person"] == 7


class _Forgetful(Keys):
    """Knows nobody."""

    def find(self, kind: NodeType, ids: Iterable[str]) -> dict[str, int]:
        return {}


def test_a_node_that_was_thought_new_and_is_not_is_an_error(store: Store) -> None:
    write(store, "a", [person("p")])
    rows = [_row("p"), _row("q")]
    with pytest.raises(RuntimeError, match="1 of 2 person"), store.write() as writer:
        Nodes(writer.connection, _Forgetful(writer.connection)).write(NodeType.PERSON, rows, 1)
    assert store.stats().nodes["person"] == 1
