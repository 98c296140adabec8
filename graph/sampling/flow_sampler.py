"""`FlowSampler`: neighbourhoods of seeds, hop by hop, over all relations at once."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from graph.relation import Relation
from graph.sampling.graph_arrays import GraphArrays
from graph.sampling.left_out import Links, edges_of_links
from graph.sampling.neighbourhood import Neighbourhood, SampledEdges
from graph.sampling.neighbours import NONE, Holes, Listeners, Neighbours, choose_neighbours
from graph.sampling.node_numbers import Numberlike, to_numbers
from graph.sampling.plain import Ints, Shares
from graph.sampling.sampling_config import SamplingConfig
from graph.sampling.stream import stream_of

Seeds = Mapping[str, Numberlike]  # node type -> node numbers: an array, a tensor or a list
Moments = int | Mapping[str, Numberlike] | None


class Asked(NamedTuple):
    """What one call of a sampler wants besides its seeds."""

    call: int = 0  # calls of one number, seeds and settings find the same
    before: Moments = None  # seconds; edges must be older. A mapping: one moment for each seed
    without: Mapping[Relation, Links] | None = None  # links that are not to be heard of


NOTHING_ELSE = Asked()


class FlowSampler:
    """Samples what seeds hear, and what those they hear hear.

    A node is expanded once, in the hop after the one it was met in. With a moment for each seed,
    every seed has a tree of its own that shares no node with another's, as each is cut at its own
    time; with one moment, or none, seeds share what they have in common.
    """

    def __init__(self, graph: GraphArrays, config: SamplingConfig, seed: int = 0) -> None:
        known = set(graph.adjacencies)
        if strange := [str(each) for each in config.relation_fan_outs if each not in known]:
            raise ValueError(f"fan-outs are given for relations without edges: {strange}")
        self.graph = graph
        self.config = config
        self.seed = seed

    def sample(self, seeds: Seeds, asked: Asked = NOTHING_ELSE) -> Neighbourhood:
        """Sample the neighbourhood of seeds.

        Args:
            seeds: Node numbers by type. A node given twice is there twice, and met once.
            asked: The number of the call, the time, and what to leave out.

        Raises:
            ValueError: A seed is no node of its type.
        """
        growth = _Growth(self.graph, seeds, asked.before)
        holes = edges_of_links(self.graph, asked.without or {})
        try:
            for hop in range(len(self.config.fan_outs)):
                self._grow(growth, hop, asked.call, holes)
            return growth.result()
        finally:
            growth.forget()

    def _grow(self, growth: "_Growth", hop: int, call: int, holes: Holes) -> None:
        """Expand the nodes that the last hop met."""
        begins = growth.begin_hop()
        for number, relation in enumerate(self.graph.relations):
            nodes, trees, before = growth.frontier(relation.target, begins[relation.target])
            fan_out = self.config.fan_out(relation, hop)
            if not len(nodes) or not fan_out:
                growth.add_nothing(relation, len(nodes))
                continue
            stream = stream_of(self.seed, call, number)
            listeners = Listeners(relation, nodes, fan_out, stream, before, trees)
            found = choose_neighbours(self.graph, self.config, listeners, holes)
            growth.add(relation, found, trees)
        growth.end_hop()


class _Part(NamedTuple):
    """What a relation brought in one hop."""

    offsets: Ints
    places: Ints  # of the sources among the nodes met
    positions: Ints | None
    shares: Shares | None


class _Growth:
    """A neighbourhood while it is sampled."""

    def __init__(self, graph: GraphArrays, seeds: Seeds, before: Moments) -> None:
        self._graph = graph
        self._numbers = {kind: _seeds(graph, kind, seeds.get(kind, ())) for kind in graph.num_nodes}
        if strange := set(seeds) - set(graph.num_nodes):
            raise ValueError(f"seeds of types that the graph does not have: {sorted(strange)}")
        self._common = NONE
        self._trees: dict[str, Ints] | None = None
        self._tree_times = NONE
        if isinstance(before, Mapping):
            self._plant(seeds, before)
        elif before is not None:
            self._common = np.array([before], dtype=np.int64)
        self._counts = {kind: len(numbers) for kind, numbers in self._numbers.items()}
        self._met = {kind: [count] for kind, count in self._counts.items()}
        self._parts: dict[Relation, list[_Part]] = {each: [] for each in graph.relations}
        self._label_seeds()

    def begin_hop(self) -> dict[str, int]:
        """Return where the nodes begin that the last hop met."""
        self._frontier_ends = dict(self._counts)
        return {kind: met[-2] if len(met) > 1 else 0 for kind, met in self._met.items()}

    def frontier(self, kind: str, begin: int) -> tuple[Ints, Ints, Ints]:
        """Return the nodes to expand, their trees, and the moments they are cut at."""
        met = slice(begin, self._frontier_ends[kind])
        nodes = self._numbers[kind][met]
        if self._trees is None:
            return nodes, NONE, self._common
        trees = self._trees[kind][met]
        return nodes, trees, self._tree_times[trees]

    def add(self, relation: Relation, found: Neighbours, trees: Ints) -> None:
        """Add what a relation brought."""
        kind = relation.source
        count = self._counts[kind]
        self._make_room(kind, count + len(found.sources))
        numbers = self._numbers[kind]
        loops = self._graph.loops
        if self._trees is None:
            labels = self._graph.labels(kind)
            places, self._counts[kind] = loops.label(found.sources, labels, numbers, count)
        else:
            of_sources = np.repeat(trees, np.diff(found.offsets))
            size = self._graph.num_nodes[kind]
            places, self._counts[kind] = loops.label_in_trees(
                found.sources, of_sources, numbers, self._trees[kind], count, size
            )
        part = _Part(found.offsets, places, found.positions, found.shares)
        self._parts[relation].append(part)

    def add_nothing(self, relation: Relation, targets: int) -> None:
        """Note that a relation was not asked."""
        offsets = np.zeros(targets + 1, dtype=np.int64)
        self._parts[relation].append(_Part(offsets, NONE, NONE, None))

    def end_hop(self) -> None:
        """Note how many nodes were met."""
        for kind, count in self._counts.items():
            self._met[kind].append(count)

    def result(self) -> Neighbourhood:
        """Return what was found."""
        nodes = {kind: self._numbers[kind][:count] for kind, count in self._counts.items()}
        trees = None
        if self._trees is not None:
            trees = {kind: self._trees[kind][:count] for kind, count in self._counts.items()}
        edges = {relation: _joined(parts) for relation, parts in self._parts.items()}
        return Neighbourhood(nodes, self._met, edges, trees)

    def forget(self) -> None:
        """Leave the scratch of the graph as it was."""
        if self._trees is None:
            for kind, count in self._counts.items():
                if count:
                    self._graph.labels(kind)[self._numbers[kind][:count]] = -1

    def _label_seeds(self) -> None:
        if self._trees is None:
            for kind, count in self._counts.items():
                if count:  # of a node that is there twice, the first place
                    places = np.arange(count - 1, -1, -1, dtype=np.int32)
                    self._graph.labels(kind)[self._numbers[kind][::-1]] = places

    def _plant(self, seeds: Seeds, before: Mapping[str, Numberlike]) -> None:
        """Give each seed a tree of its own, numbered through the types in the order given."""
        self._trees, times, planted = {}, [], 0
        for kind in (*seeds, *(kind for kind in self._numbers if kind not in seeds)):
            count = len(self._numbers[kind])
            moments = to_numbers(before.get(kind, ()))
            if len(moments) != count:
                raise ValueError(f"{count} {kind} seeds have {len(moments)} moments")
            times.append(moments)
            self._trees[kind] = np.arange(planted, planted + count)
            planted += count
        self._tree_times = np.concatenate(times) if times else NONE

    def _make_room(self, kind: str, needed: int) -> None:
        self._numbers[kind] = _grown(self._numbers[kind], needed)
        if self._trees is not None:
            self._trees[kind] = _grown(self._trees[kind], needed)


def _seeds(graph: GraphArrays, kind: str, given: Numberlike) -> Ints:
    """Return seeds as an array of our own."""
    numbers = to_numbers(given)
    if numbers.size and not 0 <= numbers.min() <= numbers.max() < graph.num_nodes[kind]:
        raise ValueError(
            f"{kind} seeds {numbers.min()} to {numbers.max()}: the graph has "
            f"{graph.num_nodes[kind]} {kind} nodes"
        )
    return numbers


def _grown(array: Ints, needed: int) -> Ints:
    if needed <= len(array):
        return array
    grown = np.empty(max(needed, 2 * len(array)), dtype=np.int64)
    grown[: len(array)] = array
    return grown


def _joined(parts: list[_Part]) -> SampledEdges:
    """Put the hops of a relation one after the other."""
    per_hop = [len(part.places) for part in parts]
    shifts = np.cumsum([0, *per_hop])
    offsets = [part.offsets[:-1] + shift for part, shift in zip(parts, shifts[:-1], strict=True)]
    positions = [part.positions for part in parts if part.positions is not None]
    shares = [part.shares for part in parts if part.shares is not None]
    return SampledEdges(
        np.concatenate((*offsets, shifts[-1:])),
        np.concatenate([part.places for part in parts]),
        None if shares else np.concatenate(positions),
        np.concatenate(shares) if shares else None,
        per_hop,
    )
