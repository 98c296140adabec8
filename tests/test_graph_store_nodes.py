"""What a node says is a function of the set of statements made about it."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from store_facts import NodeFact, forget, node, person, write

from graph.schema import NodeType
from graph.store import Store
from graph.store.nodes import Statement, merge
from graph.store.rows import VALUE_COLUMNS, EdgeRow, NodeRow
from graph.store.tables import statement

_statements = st.lists(
    st.builds(
        Statement,
        st.integers(0, 3),
        st.integers(1, 3),
        st.integers(1, 3),
        st.tuples(*[st.sampled_from([None, "a", "b"])] * 2),
    ),
    min_size=1,
    unique_by=lambda said: said[:3],
)


def _person(store: Store, id: str) -> dict[str, object]:
    key = store.find(NodeType.PERSON, [id])[id]
    return dict(store.neighbourhood([key], 0).nodes[key].values)


@given(_statements, st.randoms())
def test_merging_does_not_depend_on_the_order(said: list[Statement], random: Random) -> None:
    shuffled = list(said)
    random.shuffle(shuffled)
    assert merge(said) == merge(shuffled)


@given(_statements)
def test_each_column_is_the_newest_that_has_a_value(said: list[Statement]) -> None:
    """The slow obvious twin: walk from the oldest to the newest and let each overwrite."""
    columns: list[object] = [None, None]
    for each in sorted(said, key=lambda s: (s.updated_at, s.source_id, s.source_row)):
        columns = [
            new if new is not None else old for new, old in zip(each.values, columns, strict=True)
        ]
    assert merge(said).values == tuple(columns)


def test_the_newest_moment_wins_then_the_later_source_then_the_later_row(store: Store) -> None:
    write(store, "a", [person("p", updated_at=9, name="newest", headline="a")])
    write(store, "b", [person("p", updated_at=1, name="older", headline="b", email="b@x")])
    write(store, "c", [person("p", 2, 9, headline="row 2"), person("p", 1, 9, headline="row 1")])
    said = _person(store, "p")
    assert said["name"] == "newest"
    assert said["headline"] == "row 2"
    assert said["email"] == "b@x"


def test_a_moment_beats_no_moment(store: Store) -> None:
    write(store, "a", [person("p", updated_at=1, name="dated")])
    write(store, "b", [person("p", name="undated")])
    assert _person(store, "p")["name"] == "dated"


def test_one_statement_is_the_node_itself(store: Store) -> None:
    write(store, "a", [person("p", name="Ada")])
    with store.read() as connection:
        assert connection.scalar(select(func.count()).select_from(statement)) == 0


def test_doubles_within_a_file_merge(store: Store) -> None:
    done = write(store, "a", [person("p", 1, name="Ada"), person("p", 2, headline="Engineer")])
    assert done.added == {"person": 1}
    said = _person(store, "p")
    assert (said["name"], said["headline"]) == ("Ada", "Engineer")


def test_doubles_of_one_row_merge_in_any_order(store: Store) -> None:
    write(store, "a", [person("p", 1, name="Ada"), person("p", 1, name="Bea", email="x@y")])
    write(store, "b", [person("q", 1, name="Bea", email="x@y"), person("q", 1, name="Ada")])
    assert _person(store, "p")["name"] == _person(store, "q")["name"] == "Bea"
    assert _person(store, "p")["email"] == _person(store, "q")["email"] == "x@y"


def test_a_change_is_counted_only_where_the_node_says_something_else(store: Store) -> None:
    write(store, "a", [person("p", name="Ada"), person("q", name="Bea")])
    done = write(store, "b", [person("p", name="Ada"), person("q", name="Bee")])
    assert not done.added
    assert done.changed == {"person": 1}


def test_who_is_only_named_by_a_second_source_stays_when_the_first_goes(store: Store) -> None:
    first = write(store, "a", [person("p", name="Ada")])
    write(store, "b", [NodeFact(NodeType.PERSON, "p")])
    forget(store, first.source_id)
    assert _person(store, "p")["name"] is None


def test_a_company_that_is_only_referred_to_keeps_its_name_alone(store: Store) -> None:
    facts = [node(NodeType.COMPANY, "local:x", name="X", industry="secret")]
    first = write(store, "a", facts)
    second = write(store, "b", [person("p", name="Ada")])
    with store.write() as writer:
        company = writer.keys.find(NodeType.COMPANY, ["local:x"])["local:x"]
        who = writer.keys.find(NodeType.PERSON, ["p"])["p"]
        told = ("", None, None, True, None, None)
        writer.edges([EdgeRow(who, 0, company, *told, second.source_id, 1)])
    forget(store, first.source_id)
    values = store.neighbourhood([company], 0).nodes[company].values
    assert (values["name"], values["industry"]) == ("X", None)
    forget(store, second.source_id)
    assert store.stats().nodes["company"] == 0


def test_a_node_that_is_new_counts_as_added_alone(store: Store) -> None:
    columns = VALUE_COLUMNS[NodeType.COMPANY]
    bare = tuple("Northwind" if name == "name" else None for name in columns)
    told = tuple("Energy" if name == "industry" else None for name in columns)
    with store.write() as writer:
        writer.start_counting()
        writer.nodes(NodeType.COMPANY, [NodeRow("northwind", bare)], 1)
        writer.nodes(NodeType.COMPANY, [NodeRow("northwind", told)], 2)
        assert writer.added() == {NodeType.COMPANY: 1}
        assert writer.changed() == {}
    with store.write() as writer:
        writer.start_counting()
        writer.nodes(NodeType.COMPANY, [NodeRow("northwind", (*bare[:-1], '{"a": "b"}'))], 3)
        assert writer.added() == {}
        assert writer.changed() == {NodeType.COMPANY: 1}


def test_reading_an_old_file_again_does_not_make_it_new(store: Store) -> None:
    write(store, "old", [person("ada", title="Analyst", updated_at=1)])
    write(store, "new", [person("ada", title="Engineer", updated_at=2)])
    expected = store.fingerprint()
    again = write(store, "old", [person("ada", title="Analyst", updated_at=3)])
    assert again.changed == {}
    assert store.fingerprint() == expected
