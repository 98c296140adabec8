"""Small snapshots made by hand or at random, without a store, for tests of links and training."""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graph.relation import EDGE_RELATIONS, EVENT_RELATIONS, Relation
from graph.sampling.group_edges import Edges, group_edges
from graph.schema import EdgeType, EventKind, NodeType
from graph.snapshot.adjacency import ALWAYS, Adjacency

DAY = 86_400
NOW = 400 * DAY  # the newest moment of all small facts
VIEW = EVENT_RELATIONS[EventKind.VIEW]
SAVE = EVENT_RELATIONS[EventKind.SAVE]
APPLY = EVENT_RELATIONS[EventKind.APPLY]
SHOW = EVENT_RELATIONS[EventKind.SHOW]
KNOWS = EDGE_RELATIONS[EdgeType.CONNECTED_TO]
HAS_SKILL = EDGE_RELATIONS[EdgeType.HAS_SKILL]
REQUIRES = EDGE_RELATIONS[EdgeType.REQUIRES]
HAS_TITLE = EDGE_RELATIONS[EdgeType.HAS_TITLE]
HOLDS = EDGE_RELATIONS[EdgeType.HOLDS]
PERSON, JOB, SKILL, TITLE = "person", "job", "skill", "title"
TRADES = 5
Ints = npt.NDArray[np.int64]


class Fact(NamedTuple):
    """One stated edge or event."""

    source: int
    target: int
    time: int = ALWAYS


Stated = Mapping[Relation, Iterable[tuple[int, ...]]]


class SmallFacts:
    """What a view asks of a snapshot, from lists of facts; see `graph.links.graph_view.Facts`."""

    def __init__(
        self,
        counts: Mapping[str, int],
        stated: Stated,
        *,
        width: int = 4,
        seed: int = 0,
        as_of: int = NOW,
    ) -> None:
        random = np.random.default_rng(seed)
        self.as_of, self.features_fingerprint = as_of, "small-features"
        self.counts = {kind.value: counts.get(kind.value, 0) for kind in NodeType}
        self.widths: dict[str, int] = dict.fromkeys(self.counts, width)
        self.rows = {
            kind: random.standard_normal((count, width)).astype(np.float16)
            for kind, count in self.counts.items()
        }
        self.stated = {r: [Fact(*each) for each in facts] for r, facts in stated.items()}
        self.adjacencies: dict[Relation, Adjacency] = {}
        for relation, facts in self.stated.items():
            if facts:
                self._hold(relation, facts)

    @property
    def relations(self) -> tuple[Relation, ...]:
        """Every relation that has edges, both directions."""
        return tuple(self.adjacencies)

    def num_nodes(self, kind: str) -> int:
        """Return how many nodes of a type there are."""
        return self.counts[kind]

    def adjacency(self, relation: Relation) -> Adjacency:
        """Return the edges of a relation."""
        return self.adjacencies[relation]

    def features(self, kind: str) -> npt.NDArray[np.float16]:
        """Return the features of all nodes of a type."""
        return self.rows[kind]

    def without(self, gone: Callable[[Relation, Fact], bool]) -> "SmallFacts":
        """Return the same snapshot without some facts."""
        kept = {
            relation: [each for each in facts if not gone(relation, each)]
            for relation, facts in self.stated.items()
        }
        return self.stating(kept)

    def stating(self, stated: Stated) -> "SmallFacts":
        """Return a snapshot of the same nodes and features with other facts."""
        other = SmallFacts(self.counts, stated, as_of=self.as_of)
        other.widths, other.rows = self.widths, self.rows
        return other

    def _hold(self, relation: Relation, facts: list[Fact]) -> None:
        sources, targets, times = (
            np.array(column, np.int64) for column in zip(*facts, strict=True)
        )
        here, there = self.counts[relation.source], self.counts[relation.target]
        if relation.is_undirected:
            both = np.concatenate([sources, targets]), np.concatenate([targets, sources])
            self.adjacencies[relation] = grouped(*both, np.tile(times, 2), here, there)
            return
        self.adjacencies[relation] = grouped(sources, targets, times, here, there)
        self.adjacencies[relation.reversed()] = grouped(targets, sources, times, there, here)


def grouped(sources: Ints, targets: Ints, times: Ints, here: int, there: int) -> Adjacency:
    """Group edges of one direction by target."""
    return group_edges(Edges(sources, targets, times), here, there).adjacency


def random_facts(seed: int = 0, people: int = 30, jobs: int = 20, skills: int = 10) -> SmallFacts:
    """Draw facts of many relations; acts and ties are dated within the last 200 days."""
    random = np.random.default_rng(seed)
    counts = {PERSON: people, JOB: jobs, SKILL: skills, TITLE: 5, "company": 4, "place": 3}
    stated: dict[Relation, list[tuple[int, ...]]] = {}
    undated = {
        HAS_SKILL: 3,
        REQUIRES: 4,
        HAS_TITLE: 1,
        HOLDS: 1,
        EDGE_RELATIONS[EdgeType.WORKS_AT]: 1,
        EDGE_RELATIONS[EdgeType.POSTED_BY]: 1,
        EDGE_RELATIONS[EdgeType.LOCATED_IN]: 1,
    }
    for relation, each in undated.items():
        stated[relation] = _pairs(random, counts, relation, each)
    for relation, each in {VIEW: 6, SAVE: 2, APPLY: 3, SHOW: 8, KNOWS: 3}.items():
        pairs = _pairs(random, counts, relation, each)
        stated[relation] = [(*pair, NOW - int(random.integers(0, 200 * DAY))) for pair in pairs]
    return SmallFacts(counts, stated, seed=seed)


def _pairs(
    random: np.random.Generator, counts: Mapping[str, int], relation: Relation, each: int
) -> list[tuple[int, ...]]:
    here, there = counts[relation.source], counts[relation.target]
    found = {
        (source, int(target))
        for source in range(here)
        for target in random.choice(there, min(each, there), replace=False)
        if relation.source != relation.target or source < target
    }
    return sorted(found)


def matchmaking(
    seed: int = 0, people: int = 60, jobs: int = 40, *, shuffled: bool = False
) -> SmallFacts:
    """Plant a rule: each person knows one trade's skill, and applies to jobs that ask for it.

    Person p and job j are of the trade p % TRADES, j % TRADES, and their features say so. Shuffled:
    the jobs that are applied to have nothing to do with anything.
    """
    trades = TRADES
    random = np.random.default_rng(seed)
    applied = []
    for person in range(people):
        own = np.arange(jobs) if shuffled else np.arange(person % trades, jobs, trades)
        for job in random.choice(own, 6, replace=False):
            applied.append((person, int(job), NOW - int(random.integers(0, 100 * DAY))))
    ties = [
        (one, other, NOW - int(random.integers(0, 100 * DAY)))
        for one in range(people)
        for other in range(one + 1, people)
        if (one - other) % trades == 0 and random.random() < 0.2 and not shuffled
    ]
    facts = SmallFacts(
        {PERSON: people, JOB: jobs, SKILL: trades},
        {
            HAS_SKILL: [(person, person % trades) for person in range(people)],
            REQUIRES: [(job, job % trades) for job in range(jobs)],
            APPLY: applied,
            KNOWS: ties,
        },
        width=trades + 3,
        seed=seed,
    )
    for rows in facts.rows.values():
        rows[np.arange(len(rows)), np.arange(len(rows)) % trades] += 3
    return facts
