"""`LinkVectors`: every node of a graph as a vector, for each target and side, from all it hears."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import torch

from graph.encoder.layerwise import Progress, WholeGraph, encode_all
from graph.links.graph_view import GraphView
from graph.links.link_model import LinkModel
from graph.links.link_scorer import Known, Side

Vectors = npt.NDArray[np.float32]
_NODES_AT_ONCE = 8_192


@dataclass
class LinkVectors:
    """What a model makes of the nodes of a view."""

    model: LinkModel
    view: GraphView
    nodes: dict[str, Vectors]  # node type -> (nodes, out_width): unit vectors, one space for all
    _spaces: dict[tuple[str, Side], Vectors] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        model: LinkModel,
        view: GraphView,
        progress: Callable[[Progress], None] | None = None,
    ) -> "LinkVectors":
        """Encode the whole graph, layer by layer.

        Raises:
            ValueError: A node has features that are no numbers; it is named.
        """
        inputs = {kind: view.inputs(kind).numpy() for kind in view.num_nodes}
        passed = view.graph.adjacencies
        how = WholeGraph(progress=progress)
        return cls(model, view, encode_all(model.encoder, inputs, passed, how))

    def space(self, name: str, side: Side) -> Vectors:
        """Return the vectors of all nodes on one side of a target, (nodes, width).

        The inner product of a source's and a target's vector is how likely the link is: log-odds
        but for a constant.
        """
        key = name, Side(side)
        if key not in self._spaces:
            kind = self.model.ends(name)[Side(side)]
            count = self.view.num_nodes[kind]
            parts = [
                self._rows(name, Side(side), kind, slice(start, start + _NODES_AT_ONCE))
                for start in range(0, max(count, 1), _NODES_AT_ONCE)
            ]
            self._spaces[key] = np.concatenate(parts)
        return self._spaces[key]

    def _rows(self, name: str, side: Side, kind: str, rows: slice) -> Vectors:
        with torch.inference_mode():
            vectors = torch.from_numpy(self.nodes[kind][rows])
            numbers = torch.arange(rows.start, rows.start + len(vectors))
            signatures = self.view.signatures.rows(kind, rows)
            inputs, near = self.view.inputs(kind, numbers), self.view.near(kind, rows)
            known = Known(vectors, inputs, signatures, near)
            return self.model.score(name, side, known).numpy()
