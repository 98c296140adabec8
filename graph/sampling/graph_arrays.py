"""`GraphArrays`: the edges of a graph as sampling reads them, cheap to hand to another process."""

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from graph.relation import Relation
from graph.sampling.kernel import Kernel, Kernels, load_kernels
from graph.snapshot.adjacency import Adjacency

PAGE_RANK_ROWS = 5


class MappedArray(NamedTuple):
    """Where an array lies in a file, for another process to map it."""

    path: Path
    dtype: np.dtype[Any]
    offset: int
    shape: tuple[int, ...]

    def open(self) -> npt.NDArray[Any]:
        """Map the array."""
        return np.memmap(self.path, self.dtype, "r", self.offset, self.shape)


Packed = MappedArray | Tensor


class GraphArrays:
    """Adjacencies, how many nodes each type has, and the scratch of the process that samples.

    Nothing is copied. Pickled, it carries the paths of memory-mapped arrays, and the others as
    shared tensors, so that the workers of a loader read one copy. Scratch is not pickled: each
    process makes its own when it first needs it.
    """

    def __init__(
        self,
        adjacencies: Mapping[Relation, Adjacency],
        num_nodes: Mapping[str, int],
        kernel: Kernel | str = Kernel.AUTO,
    ) -> None:
        self.kernel = Kernel(kernel)
        self.num_nodes = dict(num_nodes)
        self._given = dict(adjacencies)
        for relation, adjacency in self._given.items():
            _check(relation, adjacency, self.num_nodes)
        self._packed: dict[Relation, dict[str, Packed]] = {}
        self._prepare()

    @property
    def relations(self) -> tuple[Relation, ...]:
        """Return the relations there are, in the order in which they were given."""
        return tuple(self._given)

    def labels(self, kind: str) -> npt.NDArray[np.int32]:
        """Return the places of nodes in a sample: all -1 between samples."""
        if kind not in self._labels:
            self._labels[kind] = np.full(self.num_nodes[kind], -1, dtype=np.int32)
        return self._labels[kind]

    def page_rank_scratch(self, kind: str, *, far: bool) -> npt.NDArray[np.int64]:
        """Return what page rank notes of nodes; a type has two, one for each end of a relation."""
        if (kind, far) not in self._page_rank:
            shape = (PAGE_RANK_ROWS, self.num_nodes[kind])
            self._page_rank[kind, far] = np.zeros(shape, dtype=np.int64)
        return self._page_rank[kind, far]

    def __getstate__(self) -> dict[str, Any]:
        for relation, adjacency in self._given.items():
            if relation not in self._packed:
                self._packed[relation] = {
                    name: _pack(array) for name, array in _arrays(adjacency).items()
                }
        sources = {relation: each.num_sources for relation, each in self._given.items()}
        return {
            "kernel": self.kernel,
            "num_nodes": self.num_nodes,
            "packed": self._packed,
            "num_sources": sources,
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.kernel, self.num_nodes = state["kernel"], state["num_nodes"]
        self._packed = state["packed"]
        self._given = {
            relation: Adjacency(
                **{name: _unpack(array) for name, array in arrays.items()},
                num_sources=state["num_sources"][relation],
            )
            for relation, arrays in self._packed.items()
        }
        self._prepare()

    def _prepare(self) -> None:
        # Kernels are compiled for a kind of array: one kind for all, mapped or not.
        self.adjacencies: dict[Relation, Adjacency] = {
            relation: Adjacency(
                **{name: _read_only(array) for name, array in _arrays(each).items()},
                num_sources=each.num_sources,
            )
            for relation, each in self._given.items()
        }
        self.loops: Kernels = load_kernels(self.kernel)
        self._labels: dict[str, npt.NDArray[np.int32]] = {}
        self._page_rank: dict[tuple[str, bool], npt.NDArray[np.int64]] = {}


def _arrays(adjacency: Adjacency) -> dict[str, npt.NDArray[Any]]:
    """Return the fields that are arrays."""
    return {
        each.name: getattr(adjacency, each.name)
        for each in fields(adjacency)
        if each.name != "num_sources"
    }


def _check(relation: Relation, adjacency: Adjacency, num_nodes: Mapping[str, int]) -> None:
    """Raise ValueError where the rows of a relation do not fit the nodes."""
    for kind, found in (
        (relation.target, adjacency.num_targets),
        (relation.source, adjacency.num_sources),
    ):
        if num_nodes.get(kind) != found:
            raise ValueError(
                f"{relation} speaks of {found} {kind} nodes, the graph has {num_nodes.get(kind)}"
            )


def _read_only(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    view = array.view(np.ndarray)
    view.flags.writeable = False
    return view


def _pack(array: npt.NDArray[Any]) -> Packed:
    if isinstance(array, np.memmap) and array.filename is not None:
        whole = array
        while isinstance(whole.base, np.memmap):
            whole = whole.base
        if array.flags.c_contiguous:
            shift = array.__array_interface__["data"][0] - whole.__array_interface__["data"][0]
            path = Path(array.filename)
            return MappedArray(path, array.dtype, whole.offset + shift, array.shape)
    return torch.from_numpy(np.array(array)).share_memory_()


def _unpack(packed: Packed) -> npt.NDArray[Any]:
    return packed.open() if isinstance(packed, MappedArray) else packed.numpy()
