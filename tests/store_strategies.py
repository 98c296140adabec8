"""Random small sources for property tests of the store: few ids, so that sources meet often."""

from hypothesis import strategies as st
from store_facts import NOW, EdgeFact, EventFact, Fact, GroupFact, NodeFact

from graph.schema import EdgeType, EventKind, NodeType

PEOPLE, JOBS, SKILLS = ("p1", "p2", "p3"), ("j1", "j2"), ("skill-1", "local:skill-2")
COMPANIES = ("local:company-1", "local:company-2")
_moments = st.sampled_from([None, 1, 2])
_rows = st.integers(1, 3)
_words = st.sampled_from([None, "alpha", "beta"])
_weights = st.sampled_from([None, 0.25, 0.5])
_dates = st.sampled_from(["", "2019", "2020-03"])

_people = st.builds(
    lambda id, name, years, at, row: NodeFact(
        NodeType.PERSON, id, (("name", name), ("years_experience", years)), at, row
    ),
    st.sampled_from(PEOPLE),
    _words,
    st.sampled_from([None, 1.0, 2.5]),
    _moments,
    _rows,
)
_named = st.builds(
    lambda of, name, row: NodeFact(of[0], of[1], (("name", name),), None, row),
    st.sampled_from(
        [(NodeType.SKILL, id) for id in SKILLS] + [(NodeType.COMPANY, id) for id in COMPANIES]
    ),
    _words,
    _rows,
)


def _edge(
    types: list[EdgeType],
    starts: tuple[str, ...],
    ends: tuple[str, ...],
    dates: st.SearchStrategy[str],
) -> st.SearchStrategy[EdgeFact]:
    return st.builds(
        EdgeFact,
        start=st.sampled_from(starts),
        type=st.sampled_from(types),
        end=st.sampled_from(ends),
        since=dates,
        until=st.sampled_from([None, "2021"]),
        weight=_weights,
        observed=st.booleans(),
        mention=_words,
        notes=st.sampled_from([None, '{"a": "b"}']),
        row=_rows,
    )


_edges = st.one_of(
    _edge([EdgeType.WORKS_AT, EdgeType.WORKED_AT], PEOPLE, COMPANIES, _dates),
    _edge([EdgeType.HAS_SKILL], PEOPLE, SKILLS, st.just("")),
    _edge([EdgeType.REQUIRES], JOBS, SKILLS, st.just("")),
    _edge([EdgeType.CONNECTED_TO], PEOPLE[:1], PEOPLE[1:], _dates),
)
_events = st.one_of(
    st.builds(
        EventFact,
        st.sampled_from(PEOPLE),
        st.sampled_from([EventKind.VIEW, EventKind.APPLY]),
        st.sampled_from(JOBS),
        st.sampled_from([NOW, NOW + 1]),
        _weights,
        st.none(),
        _rows,
    ),
    st.builds(
        EventFact,
        st.just("p1"),
        st.just(EventKind.ENDORSE),
        st.just("p2"),
        st.just(NOW),
        _weights,
        st.sampled_from([None, *SKILLS]),
        _rows,
    ),
)
_groups = st.builds(
    GroupFact, st.sampled_from(PEOPLE), st.just("age"), st.sampled_from(["20s", "30s"]), _rows
)
facts: st.SearchStrategy[Fact] = st.one_of(_people, _named, _edges, _edges, _events, _groups)
sources: st.SearchStrategy[list[list[Fact]]] = st.lists(
    st.lists(facts, max_size=8), min_size=2, max_size=3
)
