"""Chooses the neighbours of nodes by one relation."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from graph.relation import Relation
from graph.sampling.graph_arrays import GraphArrays
from graph.sampling.plain import (
    TELEPORT_PARTS,
    WHOLE,
    Ints,
    Numbers,
    PushSettings,
    RowArrays,
    Shares,
)
from graph.sampling.sampling_config import ALL, Choice, SamplingConfig
from graph.sampling.stream import GOLDEN, mixed_array

NONE: Ints = np.empty(0, dtype=np.int64)
NO_LIMIT = 1 << 40


class Listeners(NamedTuple):
    """Nodes that hear by one relation."""

    relation: Relation  # the nodes are of its target type
    nodes: Ints  # (rows,)
    fan_out: int  # how many neighbours each, at most
    stream: np.uint64  # names the random numbers to use
    before: Ints = NONE  # moments that edges must be older than: none, one, or one a row
    trees: Ints = NONE  # the tree that each row stands in, where there are trees


class Neighbours(NamedTuple):
    """Who is heard: row r hears `sources[offsets[r]:offsets[r + 1]]`."""

    offsets: Ints  # (rows + 1,)
    sources: Numbers
    positions: Ints | None  # of the edges; None where there need not be one
    shares: Shares | None = None  # how much each counts; None: all alike


Holes = Mapping[Relation, Ints]  # positions of edges that are not to be used, rising


def choose_neighbours(
    graph: GraphArrays, config: SamplingConfig, listeners: Listeners, holes: Holes
) -> Neighbours:
    """Choose whom the listeners hear: over edges, or, where walks choose, near them."""
    if config.choice is Choice.RANDOM_WALK:
        return _visited(graph, config, listeners, holes)
    if config.choice is Choice.PAGE_RANK:
        return _ranked(graph, config, listeners, holes)
    relation, loops = listeners.relation, graph.loops
    adjacency = graph.adjacencies[relation]
    fan_out = NO_LIMIT if listeners.fan_out == ALL else listeners.fan_out
    rows = (
        *_spans(graph, relation, listeners.nodes, listeners.before, config),
        holes.get(relation, NONE),
    )
    if config.choice is Choice.RECENT:
        offsets, positions = loops.pick_recent(*rows, fan_out)
    else:
        keys = loops.row_keys(listeners.stream, listeners.nodes, listeners.trees)
        if config.choice is Choice.UNIFORM:
            offsets, positions = loops.pick_uniform(*rows, keys, fan_out)
        else:
            offsets, positions = loops.pick_weighted(*rows, keys, fan_out, adjacency.weights)
    return Neighbours(offsets, adjacency.sources[positions], positions)


def _spans(
    graph: GraphArrays, relation: Relation, nodes: Ints, before: Ints, config: SamplingConfig
) -> tuple[Ints, Ints]:
    each = graph.adjacencies[relation]
    return graph.loops.spans(each.starts, each.ends, each.times, nodes, before, _cap(config))


def _cap(config: SamplingConfig) -> int:
    return NO_LIMIT if config.hub_cap is None else config.hub_cap


def _visited(
    graph: GraphArrays, config: SamplingConfig, listeners: Listeners, holes: Holes
) -> Neighbours:
    """Choose whom short walks from each listener come by most often."""
    loops, relation, nodes = graph.loops, listeners.relation, listeners.nodes
    own_keys = loops.row_keys(listeners.stream, nodes, listeners.trees)
    numbers = np.arange(1, config.walks + 1, dtype=np.uint64) * np.uint64(GOLDEN)
    keys = mixed_array((own_keys[:, None] + numbers).ravel())
    before = listeners.before
    before = np.repeat(before, config.walks) if before.size > 1 else before
    at = np.repeat(nodes, config.walks)
    visits = []
    for number, along in enumerate(_steps(graph, relation, config)):
        low, high = _spans(graph, along, np.maximum(at, 0), before, config)
        sources = graph.adjacencies[along].sources
        at = loops.step(at, low, high, holes.get(along, NONE), keys, number, sources)
        if along.source == relation.source:
            visits.append(at)
    own = nodes if relation.source == relation.target else np.full(len(nodes), -1)
    seen = np.stack(visits, axis=1).reshape(len(nodes), -1)
    offsets, sources, shares = loops.top_visited(seen, own, listeners.fan_out)
    return Neighbours(offsets, sources, None, shares)


def _steps(graph: GraphArrays, relation: Relation, config: SamplingConfig) -> tuple[Relation, ...]:
    """Return the relations that walks follow, step by step."""
    back = relation.reversed()
    path = config.paths.get(relation, (relation,) if back == relation else (relation, back))
    if back not in graph.adjacencies and relation not in config.paths:
        return (relation,)
    return path * config.rounds


def _ranked(
    graph: GraphArrays, config: SamplingConfig, listeners: Listeners, holes: Holes
) -> Neighbours:
    """Choose whom an endless walk from each listener, that often begins anew, is at most often."""
    relation = listeners.relation
    back = relation.reversed()
    settings = PushSettings(
        _cap(config),
        round(config.teleport * TELEPORT_PARTS),
        max(int(config.tolerance * WHOLE), 1),
        listeners.fan_out,
        relation.is_undirected,
    )
    offsets, sources, shares = graph.loops.page_rank(
        listeners.nodes,
        _rows(graph, relation, holes),
        _rows(graph, back, holes),
        listeners.before,
        settings,
        graph.page_rank_scratch(relation.target, far=False),
        graph.page_rank_scratch(relation.source, far=True),
    )
    return Neighbours(offsets, sources, None, shares)


def _rows(graph: GraphArrays, relation: Relation, holes: Holes) -> RowArrays:
    each = graph.adjacencies.get(relation)
    missing = holes.get(relation, NONE)
    if each is None:  # nobody goes back
        nothing = np.zeros(graph.num_nodes[relation.target], dtype=np.int64)
        nothing.flags.writeable = False
        none = NONE.view()
        none.flags.writeable = False
        sources = none.astype(np.int32)
        sources.flags.writeable = False
        return RowArrays(nothing, nothing, none, sources, missing)
    return RowArrays(each.starts, each.ends, each.times, each.sources, missing)
