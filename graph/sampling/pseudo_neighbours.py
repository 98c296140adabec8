"""Neighbours for those who have none: people, or jobs, that share uncommon things with them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graph.relation import EDGE_RELATIONS, Relation
from graph.sampling.plain import expand, offsets_of
from graph.sampling.stream import GOLDEN, mixed_array, stream_of
from graph.schema import EdgeType, NodeType
from graph.snapshot.adjacency import ALWAYS, Adjacency

ALIKE = "alike"
PEOPLE_ALIKE = Relation(NodeType.PERSON.value, ALIKE, NodeType.PERSON.value)
JOBS_ALIKE = Relation(NodeType.JOB.value, ALIKE, NodeType.JOB.value)
ALIKE_RELATIONS: Mapping[str, Relation] = {each.target: each for each in (PEOPLE_ALIKE, JOBS_ALIKE)}
PEOPLE_SHARE = (
    (EdgeType.STUDIED_AT,),
    (EdgeType.WORKS_AT, EdgeType.WORKED_AT),  # who left and who stayed share the company
    (EdgeType.HOLDS,),
)
JOBS_SHARE = ((EdgeType.HAS_TITLE,), (EdgeType.POSTED_BY,), (EdgeType.REQUIRES,))
PEOPLE_MEET = (EDGE_RELATIONS[EdgeType.CONNECTED_TO],)
JOBS_MEET = (Relation("person", "apply", "job"), Relation("person", "save", "job"))
PAIRS_AT_ONCE = 1 << 21

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class AlikeConfig:
    """Whom to give pseudo-neighbours, and how many."""

    neighbours: int = 10  # at most
    # For nodes with at most as many edges of the kind that makes warm; None: for all.
    max_degree: int | None = 0
    members: int = 64  # of a group (a school, a title, ...), only as many are looked at
    seed: int = 0

    def __post_init__(self) -> None:
        if min(self.neighbours, self.members) < 1 or (self.max_degree or 0) < 0:
            raise ValueError(f"neighbours and members begin at 1, max_degree at 0, got {self}")


def people_alike(
    adjacencies: Mapping[Relation, Adjacency], people: int, config: AlikeConfig | None = None
) -> Adjacency:
    """Return `PEOPLE_ALIKE`: whom people without connections share a school, work or title with.

    Args:
        adjacencies: The edges of the graph, cut at whatever time counts (`Adjacency.before`).
        people: How many there are.
        config: How many, and for whom.
    """
    config = config or AlikeConfig()
    return _alike(
        _memberships(adjacencies, PEOPLE_SHARE, config),
        _lonely(adjacencies, NodeType.PERSON, people, config),
        people,
        config,
    )


def jobs_alike(
    adjacencies: Mapping[Relation, Adjacency], jobs: int, config: AlikeConfig | None = None
) -> Adjacency:
    """Return `JOBS_ALIKE`: which jobs those without applicants share title, company, skills with.

    Args:
        adjacencies: The edges of the graph, cut at whatever time counts (`Adjacency.before`).
        jobs: How many there are.
        config: How many, and for which.
    """
    config = config or AlikeConfig()
    return _alike(
        _memberships(adjacencies, JOBS_SHARE, config),
        _lonely(adjacencies, NodeType.JOB, jobs, config),
        jobs,
        config,
    )


def alike(
    adjacencies: Mapping[Relation, Adjacency], kind: str, count: int, config: AlikeConfig
) -> Adjacency:
    """Return `people_alike` or `jobs_alike`, by the type of node."""
    return (people_alike if kind == NodeType.PERSON else jobs_alike)(adjacencies, count, config)


def degrees_of_meeting(adjacencies: Mapping[Relation, Adjacency], kind: str, count: int) -> Ints:
    """Return how many edges nodes have of the kinds that make them warm, (nodes,).

    Args:
        adjacencies: The edges of the graph.
        kind: Of the nodes: people or jobs.
        count: How many there are.
    """
    degrees = np.zeros(count, dtype=np.int64)
    for relation in PEOPLE_MEET if kind == NodeType.PERSON else JOBS_MEET:
        if relation in adjacencies:
            degrees += adjacencies[relation].degrees()
    return degrees


def _lonely(
    adjacencies: Mapping[Relation, Adjacency], kind: str, count: int, config: AlikeConfig
) -> Ints:
    """Return the nodes that are to have pseudo-neighbours."""
    if config.max_degree is None:
        return np.arange(count)
    return np.flatnonzero(degrees_of_meeting(adjacencies, kind, count) <= config.max_degree)


@dataclass(frozen=True)
class _Memberships:
    """Who belongs to which groups; the groups of all kinds are numbered through."""

    members: Ints  # (pairs,), group by group, within a group in a random order
    begins: Ints  # (groups + 1,)
    groups: Ints  # (pairs,), member by member
    member_ids: Ints  # (pairs,), rising: whose groups


def _memberships(
    adjacencies: Mapping[Relation, Adjacency],
    kinds: Sequence[Sequence[EdgeType]],
    config: AlikeConfig,
) -> _Memberships:
    members, groups, shift = [np.empty(0, np.int64)], [np.empty(0, np.int64)], 0
    for kind in kinds:
        found = [EDGE_RELATIONS[each] for each in kind if EDGE_RELATIONS[each] in adjacencies]
        sizes = [0]
        for adjacency in (adjacencies[each] for each in found):
            rows, ranks = expand(adjacency.degrees())
            members.append(adjacency.sources[adjacency.starts[rows] + ranks].astype(np.int64))
            groups.append(rows + shift)
            sizes.append(adjacency.num_targets)
        shift += max(sizes)
    pairs = np.unique(np.stack((np.concatenate(members), np.concatenate(groups))), axis=1)
    ids, of = pairs
    shuffle = _hashed(ids, stream_of(config.seed, 1))
    order = np.lexsort((ids, shuffle, of))
    return _Memberships(ids[order], offsets_of(np.bincount(of, minlength=shift)), of, ids)


def _alike(memberships: _Memberships, lonely: Ints, count: int, config: AlikeConfig) -> Adjacency:
    """Return edges from those who share the most with each lonely node.

    A shared group weighs 1 / ln(1 + its members): a small school says more than a common title.
    """
    counts = np.zeros(count, dtype=np.int64)
    sources, weights = [np.empty(0, np.int64)], [np.empty(0)]
    for part in _parts(memberships, lonely, config):
        rows, others, shared = _best(memberships, part, count, config)
        counts += np.bincount(rows, minlength=count)
        sources.append(others)
        weights.append(shared)
    offsets = offsets_of(counts)
    return Adjacency(
        offsets[:-1],
        offsets[1:],
        np.concatenate(sources).astype(np.int32),
        np.full(offsets[-1], ALWAYS),
        np.concatenate(weights).astype(np.float32),
        count,
    )


def _parts(memberships: _Memberships, lonely: Ints, config: AlikeConfig) -> Iterator[Ints]:
    """Split nodes so that the pairs of a part fit into memory."""
    low = np.searchsorted(memberships.member_ids, lonely)
    high = np.searchsorted(memberships.member_ids, lonely, side="right")
    pairs = np.cumsum((high - low) * config.members)
    ends = np.searchsorted(pairs, np.arange(PAIRS_AT_ONCE, pairs[-1:].sum(), PAIRS_AT_ONCE))
    yield from (part for part in np.split(lonely, ends) if part.size)


def _best(
    memberships: _Memberships, nodes: Ints, count: int, config: AlikeConfig
) -> tuple[Ints, Ints, npt.NDArray[np.float64]]:
    """Return, sorted by node and other, the heaviest pairs of each node with their weight."""
    low = np.searchsorted(memberships.member_ids, nodes)
    high = np.searchsorted(memberships.member_ids, nodes, side="right")
    which, ranks = expand(high - low)
    groups = memberships.groups[low[which] + ranks]
    sizes = np.diff(memberships.begins)[groups]
    # Of a large group, a window of its shuffled members that begins elsewhere for each node.
    begins = _hashed(nodes[which] + groups * count, stream_of(config.seed, 2))
    begins = (begins % sizes.astype(np.uint64)).astype(np.int64)
    items, place = expand(np.minimum(sizes, config.members))
    place = (begins[items] + place) % sizes[items]
    others = memberships.members[memberships.begins[groups[items]] + place]
    is_other = others != nodes[which[items]]
    items, others = items[is_other], others[is_other]
    pairs, inverse = np.unique(nodes[which[items]] * count + others, return_inverse=True)
    weights = np.zeros(len(pairs))
    np.add.at(weights, inverse, 1 / np.log1p(sizes[items]))
    rows, others = np.divmod(pairs, count)
    order = np.lexsort((others, -weights, rows))
    rank = np.arange(len(rows)) - np.searchsorted(rows, rows)
    kept = np.sort(order[rank < config.neighbours])
    return rows[kept], others[kept], weights[kept]


def _hashed(values: Ints, stream: np.uint64) -> npt.NDArray[np.uint64]:
    return mixed_array(values.astype(np.uint64) * np.uint64(GOLDEN) + stream)
