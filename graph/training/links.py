"""Finds the links to be foretold in a snapshot, and who is known to be linked to whom."""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graph.links.graph_view import Facts
from graph.links.link_target import SHOWN, LinkTarget
from graph.relation import Relation
from graph.snapshot.adjacency import Adjacency, first_older
from graph.snapshot.row_places import row_places

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
_USUAL, _MOST_OF_USUAL = 0.9, 3.0


class Links(NamedTuple):
    """Pairs of nodes, each pair once."""

    sources: Ints  # (links,): node numbers
    targets: Ints
    worth: Floats  # how much each says

    def __len__(self) -> int:
        return len(self.sources)

    def rows(self, chosen: Ints) -> "Links":
        """Return some of them."""
        return Links(self.sources[chosen], self.targets[chosen], self.worth[chosen])


class Span(NamedTuple):
    """A stretch of time, seconds since 1970 UTC."""

    start: int
    end: int  # not within


def links_within(facts: Facts, target: LinkTarget, span: Span | None) -> Links:
    """Return the links of a target that are dated within a span, or all.

    Of a pair that is linked more than once, what says most counts. A link of an undirected
    relation is there from both ends.
    """
    found = [
        (*_pairs(facts, relation, span), worth)
        for relation, worth in target.worth.items()
        if relation in facts.relations
    ]
    if not found:
        none = np.zeros(0, np.int64)
        return Links(none, none, np.zeros(0))
    sources = np.concatenate([each[0] for each in found])
    targets = np.concatenate([each[1] for each in found])
    worth = np.concatenate([np.full(len(each[0]), each[2]) for each in found])
    order = np.lexsort((-worth, targets, sources))
    sources, targets, worth = sources[order], targets[order], worth[order]
    is_first = np.ones(len(sources), bool)
    is_first[1:] = (np.diff(sources) != 0) | (np.diff(targets) != 0)
    return Links(sources[is_first], targets[is_first], worth[is_first])


def capped(links: Links) -> Links:
    """Return links in which nobody counts for much more than the most active tenth of the others.

    Else one member who clicks ten thousand times would be most of what a model learns from.
    """
    if not len(links):
        return links
    total = np.bincount(links.sources, links.worth)
    usual = np.quantile(total[total > 0], _USUAL, method="lower")
    factor = np.minimum(1.0, _MOST_OF_USUAL * usual / total[links.sources])
    return Links(links.sources, links.targets, links.worth * factor)


def shown_within(facts: Facts, links: Links, span: Span) -> Links:
    """Return what lists put before people within a span; worth 0 where nothing came of it."""
    if SHOWN not in facts.relations:
        none = np.zeros(0, np.int64)
        return Links(none, none, np.zeros(0))
    sources, targets = _pairs(facts, SHOWN, span)
    width = facts.num_nodes(SHOWN.target)
    codes = np.unique(sources * width + targets)
    linked = links.sources * width + links.targets
    place = np.searchsorted(linked, codes).clip(max=max(len(linked) - 1, 0))
    worth = np.zeros(len(codes))
    if len(linked):
        worth = np.where(linked[place] == codes, links.worth[place], 0.0)
    return Links(codes // width, codes % width, worth)


def alive_within(facts: Facts, target: LinkTarget, span: Span) -> Ints:
    """Return who could be the answer within a span: of jobs those that anybody met in it.

    A job that was posted later, or had been filled, would teach that new and old jobs are bad.
    """
    count = facts.num_nodes(target.target)
    relations = [*target.worth, SHOWN] if SHOWN.target == target.target else []
    met = [_pairs(facts, each, span)[1] for each in relations if each in facts.relations]
    alive = np.unique(np.concatenate(met)) if met else np.zeros(0, np.int64)
    return alive if len(alive) else np.arange(count)


class KnownLinks:
    """Who is linked to whom, so that no link is taken for a missing one."""

    def __init__(self, facts: Facts, target: LinkTarget, before: int | None = None) -> None:
        """Look links up.

        Args:
            facts: All of them.
            target: Which links.
            before: Seconds; links from then on are not known. None: all are.
        """
        backward = (relation.reversed() for relation in target.worth)
        rows = [facts.adjacency(each) for each in backward if each in facts.relations]
        self._rows = rows if before is None else [each.before(before) for each in rows]
        self._is_own_type = target.source == target.target

    def among(self, sources: Ints, candidates: Ints, count: int) -> npt.NDArray[np.bool_]:
        """Tell which candidates each source is linked to, or is itself, (sources, candidates).

        Args:
            sources: Node numbers.
            candidates: Node numbers, each once.
            count: How many nodes the type of the candidates has.
        """
        column = np.full(count, -1, np.int64)
        column[candidates] = np.arange(len(candidates))
        known = np.zeros((len(sources), len(candidates)), bool)
        for adjacency in self._rows:
            row, linked = _edges_of(adjacency, sources)
            place = column[linked]
            known[row[place >= 0], place[place >= 0]] = True
        if self._is_own_type:
            place = column[sources]
            known[np.flatnonzero(place >= 0), place[place >= 0]] = True
        return known


def _edges_of(adjacency: Adjacency, nodes: Ints) -> tuple[Ints, Ints]:
    starts = adjacency.starts[nodes]
    counts = adjacency.ends[nodes] - starts
    row = np.repeat(np.arange(len(nodes)), counts)
    places = row_places(starts, adjacency.ends[nodes])
    return row, adjacency.sources[places].astype(np.int64)


def _pairs(facts: Facts, relation: Relation, span: Span | None) -> tuple[Ints, Ints]:
    adjacency = facts.adjacency(relation)
    starts, ends = np.asarray(adjacency.starts), np.asarray(adjacency.ends)
    if span is not None:
        # Rows fall in time: first what is not older than the end is left out, then the older.
        starts = first_older(starts, ends, adjacency.times, span.end)
        ends = first_older(starts, ends, adjacency.times, span.start)
    targets = np.repeat(np.arange(len(starts)), ends - starts)
    return adjacency.sources[row_places(starts, ends)].astype(np.int64), targets


def moments_since(facts: Facts, targets: Sequence[LinkTarget], start: int) -> Ints:
    """Return when something happened that dated targets foretell or lists showed, rising."""
    relations = [each for target in targets if target.is_dated for each in target.worth]
    found = [np.zeros(0, np.int64)]
    for relation in dict.fromkeys([*relations, SHOWN]):
        if relation in facts.relations:
            adjacency = facts.adjacency(relation)
            starts, ends = np.asarray(adjacency.starts), np.asarray(adjacency.ends)
            recent = row_places(starts, first_older(starts, ends, adjacency.times, start))
            found.append(np.asarray(adjacency.times[recent], np.int64))
    return np.sort(np.concatenate(found))


def spans_of(moments: Ints, end: int, count: int, last_share: float) -> list[Span]:
    """Cut time so that as much happens in every stretch, the oldest first.

    Where most of what is known happened lately, stretches of equal length would teach mostly what
    was true long ago.

    Args:
        moments: When something happened, rising.
        end: Of the last stretch, seconds since 1970 UTC.
        count: How many stretches there are before the last one; fewer where little happened.
        last_share: How much of all that happened falls in the last one.
    """
    if not len(moments):
        return [Span(end, end), Span(end, end)]
    cuts = np.quantile(moments, np.linspace(0, 1 - last_share, count + 1), method="nearest")
    starts = [int(each) for each in np.unique(cuts)]
    if len(starts) == 1:
        starts = [starts[0], end]
    return [Span(start, stop) for start, stop in pairwise([*starts, end])]
