"""Loaders whose batches carry the weights of edges that walks have chosen."""

from collections.abc import Callable
from typing import Any

from torch_geometric.data import Data, HeteroData
from torch_geometric.loader import LinkLoader, NodeLoader
from torch_geometric.sampler import HeteroSamplerOutput, SamplerOutput

from graph.sampling.graph_sampler import WeighedOutput

Output = SamplerOutput | HeteroSamplerOutput
Transform = Callable[[HeteroData], HeteroData]


class ImportanceNodeLoader(NodeLoader):
    """A `NodeLoader` that gives each chosen edge its `edge_weight`; its transform sees them."""

    def __init__(self, *args: Any, transform: Transform | None = None, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self._weighed_transform = transform

    def filter_fn(self, out: Output) -> HeteroData:
        """Join nodes with their features, and edges with their weights."""
        data = _weighed(super().filter_fn(out), out)
        return data if self._weighed_transform is None else self._weighed_transform(data)


class ImportanceLinkLoader(LinkLoader):
    """A `LinkLoader` that gives each chosen edge its `edge_weight`; its transform sees them."""

    def __init__(self, *args: Any, transform: Transform | None = None, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self._weighed_transform = transform

    def filter_fn(self, out: Output) -> HeteroData:
        """Join nodes with their features, and edges with their weights."""
        data = _weighed(super().filter_fn(out), out)
        return data if self._weighed_transform is None else self._weighed_transform(data)


def _weighed(data: Data | HeteroData, out: Output) -> HeteroData:
    assert isinstance(data, HeteroData)
    if isinstance(out, WeighedOutput):
        for relation, weights in (out.edge_weight or {}).items():
            data[relation].edge_weight = weights
    return data
