"""Encodes a whole graph layer by layer, so that no neighbourhood ever grows beyond one hop."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import torch

from graph.encoder.config import Normalisation
from graph.encoder.convolutions.convolution import Convolution
from graph.encoder.encode import check_finite
from graph.encoder.encoder import GraphEncoder
from graph.encoder.layer import HeteroLayer
from graph.relation import Relation
from graph.sampling.message_flow import Bag
from graph.snapshot.adjacency import Adjacency
from graph.snapshot.row_places import row_places

Array = npt.NDArray[Any]  # of floating numbers
Hidden = dict[str, Array]  # node type -> (nodes, width)


class Progress(NamedTuple):
    """How far a whole graph is encoded; nodes count once a layer, and for input and output."""

    done: int
    total: int


@dataclass(frozen=True)
class WholeGraph:
    """How to encode a whole graph; none of it changes the result but `dtype`."""

    nodes_at_once: int = 16_384
    edges_at_once: int = 1_000_000  # of one relation; a node with more comes alone
    dtype: npt.DTypeLike = np.float32  # of the states between layers; float16 halves them
    scratch: Path | None = None  # an empty folder for the states between layers; None: in memory
    progress: Callable[[Progress], None] | None = None

    def __post_init__(self) -> None:
        if self.nodes_at_once < 1 or self.edges_at_once < 1:
            raise ValueError(
                f"nodes_at_once ({self.nodes_at_once}) and edges_at_once ({self.edges_at_once}) "
                "must be 1 or more"
            )


def encode_all(
    encoder: GraphEncoder,
    features: Mapping[str, Array],
    adjacencies: Mapping[Relation, Adjacency],
    how: WholeGraph | None = None,
) -> dict[str, npt.NDArray[np.float32]]:
    """Return the vectors of all nodes, each from its full neighbourhood.

    Equal to `encoder.forward` over one flow of the whole graph. The states of all layers are
    held, in memory or in files; beyond them memory is bounded by the chunks.

    Args:
        encoder: Left as it was, also if it was in training.
        features: Node type -> (nodes, feature width); may be memory-mapped, of any floating type.
        adjacencies: Relation -> its edges; relations that the encoder lacks are passed over.
        how: Sizes, types and places.

    Returns:
        Node type -> (nodes, out_width), of length 1.

    Raises:
        ValueError: Sizes do not fit the encoder's schema or each other, or a vector is not
            finite, whose node is then named.
    """
    how = how or WholeGraph()
    was_training = encoder.training
    try:
        encoder.eval()
        with torch.inference_mode():
            return _Run(encoder, features, adjacencies, how).vectors()
    finally:
        encoder.train(was_training)


class _Run:
    def __init__(
        self,
        encoder: GraphEncoder,
        features: Mapping[str, Array],
        adjacencies: Mapping[Relation, Adjacency],
        how: WholeGraph,
    ) -> None:
        self.encoder, self.features, self.how = encoder, features, how
        self.counts = {kind: len(rows) for kind, rows in features.items()}
        known = encoder.schema.relations
        self.adjacencies = {each: adjacencies[each] for each in known if each in adjacencies}
        for relation, adjacency in self.adjacencies.items():
            _check_sizes(relation, adjacency, self.counts)
        self.degrees = self._source_degrees()
        rounds = encoder.config.num_layers + 2
        self.progress = Progress(0, rounds * sum(self.counts.values()))

    def vectors(self) -> dict[str, npt.NDArray[np.float32]]:
        states = [self._inputs()]
        for depth, layer in enumerate(self.encoder.hetero_layers()):
            states.append(self._next(depth, layer, states[-1]))
        return self._outputs(states)

    def _inputs(self) -> Hidden:
        found = self._room(0)
        for kind, count in self.counts.items():
            for chunk in _spans(count, self.how.nodes_at_once):
                rows = np.ascontiguousarray(self.features[kind][chunk])
                size, numbers = len(rows), np.arange(chunk.start, chunk.stop)
                check_finite(kind, rows, numbers)
                made = self.encoder.input_states(
                    {kind: torch.from_numpy(rows.astype(np.float32))},
                    {kind: size},
                    {kind: torch.from_numpy(numbers)},
                )
                self._keep(found[kind], kind, chunk, made[kind])
        return found

    def _next(self, depth: int, layer: HeteroLayer, states: Hidden) -> Hidden:
        found = self._room(depth + 1)
        for kind in self.counts:
            for chunk in self._chunks(kind):
                listen = _Listener(self, states, chunk)
                own = {kind: listen.rows(kind, chunk)}
                # Every source type is there, so that the layer asks for all of its relations.
                sources = {each: torch.empty(1, 0) for each, n in self.counts.items() if n}
                made = layer(sources | own, {kind: chunk.stop - chunk.start}, listen)
                self._keep(found[kind], kind, chunk, made[kind])
        return found

    def _outputs(self, states: list[Hidden]) -> dict[str, npt.NDArray[np.float32]]:
        width = self.encoder.config.out_width
        found = {kind: np.empty((n, width), np.float32) for kind, n in self.counts.items()}
        for kind, count in self.counts.items():
            for chunk in _spans(count, self.how.nodes_at_once):
                layers = [{kind: _tensor(each[kind][chunk])} for each in states]
                made = self.encoder.read_out(layers, {kind: chunk.stop - chunk.start})
                self._keep(found[kind], kind, chunk, made[kind])
        return found

    def _keep(self, room: Array, kind: str, chunk: slice, made: torch.Tensor) -> None:
        values = made.float().numpy()
        with np.errstate(over="ignore"):  # too great for float16 is named below
            room[chunk] = values
        check_finite(kind, room[chunk], np.arange(chunk.start, chunk.stop))
        self.progress = self.progress._replace(done=self.progress.done + len(values))
        if self.how.progress is not None:
            self.how.progress(self.progress)

    def _room(self, depth: int) -> Hidden:
        """Return where the states of one layer go."""
        width, folder = self.encoder.config.width, self.how.scratch
        dtype = np.dtype(self.how.dtype)
        found: Hidden = {}
        for kind, count in self.counts.items():
            if folder is None or not count:
                found[kind] = np.empty((count, width), dtype)
                continue
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / f"{kind}-{depth}.states"
            found[kind] = np.memmap(path, dtype, mode="w+", shape=(count, width))
        return found

    def _chunks(self, kind: str) -> Iterator[slice]:
        """Cut the nodes of a type so that no relation has too many edges in a chunk."""
        into = [each for relation, each in self.adjacencies.items() if relation.target == kind]
        for chunk in _spans(self.counts[kind], self.how.nodes_at_once):
            cuts = {chunk.stop}
            for adjacency in into:
                edges = np.cumsum(adjacency.ends[chunk] - adjacency.starts[chunk])
                parts = np.arange(1, edges[-1] // self.how.edges_at_once + 1)
                found = np.searchsorted(edges, parts * self.how.edges_at_once, side="left")
                cuts.update((chunk.start + found).tolist(), (chunk.start + found + 1).tolist())
            start = chunk.start
            for stop in sorted(cut for cut in cuts if chunk.start < cut <= chunk.stop):
                yield slice(start, stop)
                start = stop

    def _source_degrees(self) -> dict[Relation, npt.NDArray[np.float32]]:
        """Count what the weights out of every source add up to, where the family asks for it."""
        config = self.encoder.config
        if config.normalisation is Normalisation.GIVEN or config.convolution not in (
            "gcn",
            "lightgcn",
        ):
            return {}
        found: dict[Relation, npt.NDArray[np.float32]] = {}
        for relation, adjacency in self.adjacencies.items():
            total = np.zeros(adjacency.num_sources)
            for chunk in _spans(adjacency.num_targets, self.how.nodes_at_once):
                sources, _, weights = _rows(adjacency, chunk)
                total += np.bincount(sources, weights, minlength=len(total))
            found[relation] = total.astype(np.float32)
        return found


class _Listener:
    """Gives a layer the messages of some targets, from the states of their sources alone."""

    def __init__(self, run: _Run, states: Hidden, chunk: slice) -> None:
        self._run, self._states, self._chunk = run, states, chunk

    def rows(self, kind: str, which: slice | npt.NDArray[np.int64]) -> torch.Tensor:
        """Return states in float32, copied."""
        return _tensor(self._states[kind][which])

    def __call__(
        self, relation: Relation, convolution: Convolution
    ) -> tuple[torch.Tensor, torch.Tensor] | None:
        adjacency = self._run.adjacencies.get(relation)
        if adjacency is None:
            return None
        sources, offsets, weights = _rows(adjacency, self._chunk)
        if not len(sources):
            return None
        heard, places = np.unique(sources, return_inverse=True)
        bag = Bag(*map(torch.from_numpy, (places.astype(np.int64), offsets, weights)))
        degrees = self._run.degrees.get(relation)
        prepared = convolution.prepare(
            bag, len(heard), None if degrees is None else torch.from_numpy(degrees[heard])
        )
        own = self.rows(relation.target, self._chunk)
        return convolution(self.rows(relation.source, heard), own, prepared), bag.offsets.diff() > 0


class _Rows(NamedTuple):
    sources: npt.NDArray[np.int64]
    offsets: npt.NDArray[np.int64]
    weights: npt.NDArray[np.float32]


def _rows(adjacency: Adjacency, chunk: slice) -> _Rows:
    """Return the edges of some targets; rows need not stand close together."""
    starts = np.asarray(adjacency.starts[chunk], np.int64)
    counts = np.asarray(adjacency.ends[chunk], np.int64) - starts
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])
    edges = row_places(starts, starts + counts)
    return _Rows(
        adjacency.sources[edges].astype(np.int64),
        offsets,
        adjacency.weights[edges].astype(np.float32),
    )


def _tensor(rows: Array) -> torch.Tensor:
    return torch.from_numpy(np.array(rows, np.float32))


def _spans(count: int, at_once: int) -> Iterator[slice]:
    for start in range(0, count, at_once):
        yield slice(start, min(start + at_once, count))


def _check_sizes(relation: Relation, adjacency: Adjacency, counts: Mapping[str, int]) -> None:
    found = (adjacency.num_sources, adjacency.num_targets)
    wanted = (counts.get(relation.source, 0), counts.get(relation.target, 0))
    if found != wanted:
        raise ValueError(
            f"relation {relation} is from {found[0]} to {found[1]} nodes, "
            f"and there are features of {wanted[0]} and {wanted[1]}"
        )
