"""Rows of numbers for nodes: right, the same by any route, finite, and blind to who somebody is."""

import json
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import NewStore
from store_facts import EdgeFact, EventFact, Fact, GroupFact, NodeFact, node, person, write
from word_vectors import WordVectors

from graph.features.feature_encoder import FeatureEncoder
from graph.features.layout import MOST_SPREADS
from graph.schema import EdgeType, EventKind, NodeType
from graph.store import Store

DAY = 86_400
BERLIN = node(NodeType.PLACE, "berlin", name="Berlin", country="DE", latitude=0.0, longitude=90.0)
TITLE = node(NodeType.TITLE, "engineer", name="Engineer", family="software", level="junior")


def a_person(id: str, **values: object) -> NodeFact:
    return person(id, **{"name": "Ann Oak", "headline": "Engineer of data", **values})


def market() -> list[Fact]:
    people = [a_person(f"p{n}", years_experience=float(n), is_member=True) for n in range(9)]
    jobs = [
        node(
            NodeType.JOB,
            f"j{n}",
            title=f"Engineer {n}",
            description="Builds." if n else None,
            employment_type="Full Time" if n < 6 else "sailing",
            remote="hybrid",
            salary_min=40_000.0 + 5_000 * n,
            salary_max=60_000.0 + 5_000 * n,
            currency="EUR",
            salary_period="year",
            posted_at=f"2024-01-0{n + 1}",
        )
        for n in range(9)
    ]
    holds = EdgeFact("p1", EdgeType.HOLDS, "engineer", "2020", notes='{"seniority": "senior"}')
    skills = [EdgeFact(f"p{n}", EdgeType.HAS_SKILL, f"s{i}") for n in range(9) for i in range(n)]
    return [
        *people,
        *jobs,
        *skills,
        BERLIN,
        TITLE,
        holds,
        EdgeFact("p2", EdgeType.HOLDS, "engineer", "2019"),
        EdgeFact("p1", EdgeType.HOLDS, "boss", "2000", until="2010"),
        EdgeFact("p1", EdgeType.LIVES_IN, "berlin"),
        EdgeFact("p1", EdgeType.HAS_SKILL, "python"),
        EdgeFact("p1", EdgeType.HAS_SKILL, "sql"),
        EdgeFact("p1", EdgeType.WORKED_AT, "oak", "2015", notes='{"title": "Clerk"}'),
        EdgeFact("j3", EdgeType.HAS_TITLE, "engineer"),
        EdgeFact("j3", EdgeType.LOCATED_IN, "berlin"),
        EventFact("p1", EventKind.VIEW, "j1", at=1_705_000_000),  # 2024-01-11
        node(NodeType.COMPANY, "oak", name="Oak", size="51-200", industry="Wood"),
    ]


def fit(store: Store) -> FeatureEncoder:
    return FeatureEncoder.fit(store, WordVectors())


def matrix(
    encoder: FeatureEncoder, store: Store, kind: NodeType, keys: Sequence[int] | None = None
) -> np.ndarray:
    batches = list(encoder.rows(store, kind, keys))
    width = encoder.widths[kind]
    return np.concatenate([np.empty((0, width), np.float16), *(b.values for b in batches)])


def of(encoder: FeatureEncoder, store: Store, kind: NodeType, id: str, column: str) -> list[float]:
    """Return what a node has in a column."""
    keys = store.find(kind, [id])
    row = matrix(encoder, store, kind, list(keys.values()))[0]
    slot = next(slot for slot in encoder.layout(kind) if slot.column.name == column)
    return [round(float(value), 3) for value in row[slot.offset : slot.offset + slot.width]]


def marked(encoder: FeatureEncoder, store: Store, kind: NodeType, id: str, column: str) -> set[str]:
    """Return the parts of a column of words in which a node has 1."""
    slot = next(slot for slot in encoder.layout(kind) if slot.column.name == column)
    values = of(encoder, store, kind, id, column)
    return {part for part, value in zip(slot.parts, values, strict=True) if value == 1}


def test_rows_follow_the_layout_without_gaps(store: Store) -> None:
    write(store, "market", market())
    encoder = fit(store)
    for kind in NodeType:
        end = 0
        for slot in encoder.layout(kind):
            assert slot.offset == end
            end += slot.width
        assert end == encoder.widths[kind]
        for batch in encoder.rows(store, kind):
            assert batch.values.dtype == np.float16
            assert batch.values.shape == (len(batch.keys), end)
            assert np.isfinite(batch.values).all()


def test_numbers_of_a_person_are_those_of_the_store(store: Store) -> None:
    write(store, "market", market())
    encoder = fit(store)
    years = encoder.fitted.scales["person.years_experience"]
    assert years.middle == 4
    kind = NodeType.PERSON
    expected = round((1 - 4) / years.spread, 3)
    assert of(encoder, store, kind, "p1", "years_experience") == pytest.approx(
        [0, expected], abs=2e-3
    )
    skills = encoder.fitted.scales["person.num_skills"]
    counted = of(encoder, store, kind, "p1", "num_skills")[1] * skills.spread + skills.middle
    assert math.expm1(counted) == pytest.approx(3, abs=0.01)  # s0, Python and SQL
    assert of(encoder, store, kind, "p1", "is_member") == [0, 1]
    assert of(encoder, store, kind, "p1", "where") == [0, 0, 1, 0]
    assert of(encoder, store, kind, "p2", "where") == [1, 0, 0, 0]


def test_seniority_is_noted_or_the_titles_and_of_the_newest_title(store: Store) -> None:
    write(store, "market", market())
    encoder, kind = fit(store), NodeType.PERSON
    assert marked(encoder, store, kind, "p1", "seniority") == {"is senior"}
    assert marked(encoder, store, kind, "p2", "seniority") == {"is junior"}
    assert marked(encoder, store, kind, "p3", "seniority") == {"is missing"}
    assert of(encoder, store, kind, "p2", "seniority")[2] == pytest.approx(-1 + 2 / 9, abs=1e-3)
    assert marked(encoder, store, NodeType.JOB, "j3", "seniority") == {"is junior"}


def test_a_person_and_a_job_of_one_field_say_so_alike(store: Store) -> None:
    titles = [
        node(NodeType.TITLE, f"{family}{n}", name=f"{family} {n}", family=family)
        for family in ("sales", "software")
        for n in range(4)
    ]
    jobs = [node(NodeType.JOB, id, title="Any") for id in ("alike", "other", "unknown")]
    write(
        store,
        "fields",
        [
            *titles,
            *jobs,
            a_person("p"),
            EdgeFact("p", EdgeType.HOLDS, "sales1", "2010", until="2015"),
            EdgeFact("p", EdgeType.HOLDS, "software1", "2015"),
            EdgeFact("alike", EdgeType.HAS_TITLE, "software2"),
            EdgeFact("other", EdgeType.HAS_TITLE, "sales2"),
        ],
    )
    encoder = fit(store)
    fields = {
        id: of(encoder, store, NodeType.JOB, id, "field") for id in ("alike", "other", "unknown")
    }
    person = of(encoder, store, NodeType.PERSON, "p", "field")
    assert person == fields["alike"] != fields["other"]
    assert marked(encoder, store, NodeType.PERSON, "p", "field") == {"is software"}
    assert marked(encoder, store, NodeType.JOB, "unknown", "field") == {"is missing"}


def test_words_that_were_not_met_have_a_slot_of_their_own(store: Store) -> None:
    write(store, "market", market())
    encoder, kind = fit(store), NodeType.JOB
    assert marked(encoder, store, kind, "j1", "employment_type") == {"is full-time"}
    write(store, "more", [node(kind, "new", employment_type="gliding"), node(kind, "none")])
    assert marked(encoder, store, kind, "new", "employment_type") == {"is unknown"}
    assert marked(encoder, store, kind, "none", "employment_type") == {"is missing"}
    assert marked(encoder, store, kind, "none", "text") == {"is missing"}


def test_pay_is_against_what_is_usual_in_its_currency(store: Store) -> None:
    write(store, "market", market())
    encoder, kind = fit(store), NodeType.JOB
    assert encoder.fitted.pay_middles == {"EUR": pytest.approx(math.log(70_000))}
    usual = of(encoder, store, kind, "j4", "pay")
    rupees = {"salary_min": 1e6, "salary_max": None, "currency": "INR"}
    more = [
        node(kind, "month", salary_min=70_000 / 12, currency="eur", salary_period="month"),
        node(kind, "silent", description="Pay as agreed."),
        node(kind, "rupees", **rupees),
        node(kind, "as usual", **rupees),
    ]
    write(store, "more", more)
    assert of(encoder, store, kind, "month", "pay") == usual
    assert of(encoder, store, kind, "silent", "pay") == [1, 0]
    assert of(encoder, store, kind, "rupees", "pay") == usual


def test_age_of_a_posting_counts_back_from_the_newest_act(store: Store) -> None:
    write(store, "market", market())
    encoder = fit(store)
    days = encoder.fitted.scales["job.posted_days_ago"]
    aged = of(encoder, store, NodeType.JOB, "j0", "posted_days_ago")[1] * days.spread + days.middle
    assert math.expm1(aged) == pytest.approx(10, rel=0.01)
    before = encoder.context(store)
    write(store, "later", [EventFact("p1", EventKind.VIEW, "j2", at=1_705_000_000 + DAY)])
    assert encoder.context(store) != before
    late = of(encoder, store, NodeType.JOB, "j0", "posted_days_ago")[1] * days.spread + days.middle
    assert math.expm1(late) == pytest.approx(11, rel=0.01)


def test_a_heavy_tail_is_cut(store: Store) -> None:
    write(store, "market", [*market(), a_person("old", years_experience=1e9)])
    encoder = fit(store)
    assert of(encoder, store, NodeType.PERSON, "old", "years_experience") == [0, MOST_SPREADS]
    rows = matrix(encoder, store, NodeType.PERSON)
    assert np.abs(rows).max() <= MOST_SPREADS


@pytest.mark.parametrize("number", [math.inf, -math.inf, 1e38])
@pytest.mark.parametrize(
    ("kind", "column"),
    [
        (NodeType.PERSON, "years_experience"),
        (NodeType.JOB, "salary_min"),
        (NodeType.JOB, "salary_max"),
        (NodeType.PLACE, "latitude"),
    ],
)
def test_a_number_that_cannot_be_is_refused_with_its_node(
    store: Store, kind: NodeType, column: str, number: float
) -> None:
    write(store, "market", market())
    encoder = fit(store)
    wrong: dict[str, Any] = {column: number}
    if column == "latitude":
        wrong["longitude"] = 0.0
    write(store, "wrong", [node(kind, "the wrong one", **wrong)])
    with pytest.raises(ValueError, match=f"{kind} the wrong one"):
        matrix(encoder, store, kind)
    with pytest.raises(ValueError, match=f"{kind} the wrong one"):
        fit(store)


def test_any_route_gives_the_same_rows(store: Store) -> None:
    write(store, "market", market())
    encoder = fit(store)
    for kind in NodeType:
        whole = list(encoder.rows(store, kind))
        keys = [int(key) for batch in whole for key in batch.keys]
        every = matrix(encoder, store, kind)
        assert keys == sorted(keys)
        assert np.array_equal(matrix(encoder, store, kind, keys[::2]), every[::2])
        for key, row in zip(keys, every, strict=True):
            assert np.array_equal(matrix(encoder, store, kind, [key])[0], row)


def test_what_is_saved_and_loaded_gives_the_same_rows(store: Store, tmp_path: Path) -> None:
    write(store, "market", market())
    encoder = fit(store)
    encoder.save(tmp_path / "features.json")
    loaded = FeatureEncoder.load(tmp_path / "features.json", WordVectors())
    assert loaded.fingerprint == encoder.fingerprint
    assert loaded.to_json() == encoder.to_json()
    for kind in NodeType:
        assert np.array_equal(matrix(loaded, store, kind), matrix(encoder, store, kind))


def test_another_text_encoder_is_refused_and_another_fit_has_another_fingerprint(
    new_store: NewStore,
) -> None:
    store = new_store()
    write(store, "market", market())
    encoder = fit(store)
    with pytest.raises(ValueError, match="fitted with words-16, this is other-16"):
        FeatureEncoder(encoder.fitted, WordVectors(name="other"))
    other = replace(encoder.fitted, pay_middles={"EUR": 1.0})
    assert FeatureEncoder(other, WordVectors()).fingerprint != encoder.fingerprint


def test_fitted_on_one_store_it_serves_another_and_an_empty_one(new_store: NewStore) -> None:
    store = new_store()
    write(store, "market", market())
    encoder = fit(store)
    unseen = new_store()
    assert matrix(encoder, unseen, NodeType.PERSON).shape == (0, encoder.widths[NodeType.PERSON])
    write(unseen, "x", [person("x"), node(NodeType.JOB, "y"), node(NodeType.PLACE, "z")])
    for kind in NodeType:
        assert np.isfinite(matrix(encoder, unseen, kind)).all()


def test_an_empty_store_can_be_fitted_on(store: Store) -> None:
    encoder = fit(store)
    write(store, "market", market())
    assert all(np.isfinite(matrix(encoder, store, kind)).all() for kind in NodeType)


def one_person(new_store: NewStore, facts: Sequence[Fact], encoder: FeatureEncoder) -> np.ndarray:
    store = new_store()
    write(store, "market", market())
    write(store, "one", facts)
    return matrix(
        encoder, store, NodeType.PERSON, list(store.find(NodeType.PERSON, ["x"]).values())
    )


def study(since: str, until: str, **notes: str) -> EdgeFact:
    return EdgeFact("x", EdgeType.STUDIED_AT, "school", since, until, notes=json.dumps(notes))


WITHOUT: list[Fact] = [
    a_person("x", name="Ann Oak", email="ann@example.org", url="https://example.org/ann"),
    study("1998", "2002", degree="BSc", field="Physics"),
    GroupFact("x", "gender", "f"),
    EdgeFact(
        "x", EdgeType.WORKS_AT, "oak", "2020", notes='{"title": "Chief", "place": "10115 Berlin"}'
    ),
]


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(a_person("x", name="Mehmet Yılmaz"), id="name"),
        pytest.param(a_person("x", name=None), id="no name"),
        pytest.param(a_person("x", email="other@example.org"), id="email"),
        pytest.param(a_person("x", url="https://example.org/photo.jpg"), id="url and photo"),
        pytest.param(a_person("x", place="80331 Munich"), id="postcode of the profile"),
        pytest.param(a_person("x", company="Elm"), id="company in words"),
        pytest.param(study("1968", "1972", degree="BSc", field="Physics"), id="years of study"),
        pytest.param(study("", "", grade="1.0", born="1950"), id="notes of study"),
        pytest.param(GroupFact("x", "gender", "m"), id="group"),
        pytest.param(GroupFact("x", "birth_year", "1950"), id="declared year of birth"),
        pytest.param(
            EdgeFact(
                "x",
                EdgeType.WORKS_AT,
                "oak",
                "1971",
                notes='{"title": "Chief", "place": "80331 Munich"}',
            ),
            id="year of the first position, and postcode",
        ),
    ],
)
def test_who_somebody_is_changes_nothing_in_their_row(new_store: NewStore, changed: Fact) -> None:
    store = new_store()
    write(store, "market", market())
    encoder = fit(store)
    before = one_person(new_store, WITHOUT, encoder)
    rest = [fact for fact in WITHOUT if not replaces(changed, fact)]
    after = one_person(new_store, [*rest, changed], encoder)
    assert np.array_equal(before, after)


def replaces(new: Fact, old: Fact) -> bool:
    """Tell whether a fact stands in the place of another."""
    if isinstance(new, EdgeFact) and isinstance(old, EdgeFact):
        return new.type is old.type
    return type(new) is type(old)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ann Oak, engineer of data", "Jan Elm, engineer of data"),
        ("Engineer of data, class of 1999", "Engineer of data, class of 1968"),
        ("Engineer of data, 10115", "Engineer of data, 80331"),
        ("Engineer of data, born 1980", "Engineer of data, born 1955"),
        ("Engineer of data, a@example.org", "Engineer of data, other.name@example.org"),
        ("Engineer of data, 35 years old", "Engineer of data, 63 years old"),
    ],
)
def test_nor_does_what_their_own_words_say_of_it(new_store: NewStore, one: str, other: str) -> None:
    store = new_store()
    write(store, "market", market())
    encoder = fit(store)
    names = ("Ann Oak", "Jan Elm")
    rows = [
        one_person(new_store, [a_person("x", name=name, headline=said, summary=said)], encoder)
        for name, said in zip(names, (one, other), strict=True)
    ]
    assert np.array_equal(rows[0], rows[1])


def test_what_somebody_can_do_does_change_their_row(new_store: NewStore) -> None:
    store = new_store()
    write(store, "market", market())
    encoder = fit(store)
    before = one_person(new_store, WITHOUT, encoder)
    for fact in (
        a_person("x", headline="Nurse"),
        a_person("x", years_experience=30.0),
        EdgeFact("x", EdgeType.HAS_SKILL, "python"),
        EdgeFact("x", EdgeType.HOLDS, "engineer"),
        EdgeFact("x", EdgeType.LIVES_IN, "berlin"),
    ):
        rest = [old for old in WITHOUT if not isinstance(fact, NodeFact) or old != WITHOUT[0]]
        assert not np.array_equal(one_person(new_store, [*rest, fact], encoder), before)
