"""`GraphEncoder`: gives nodes of every type a unit vector from what is around them."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import accumulate
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

from graph.encoder.config import EncoderConfig
from graph.encoder.convolutions.convolution import Convolution
from graph.encoder.convolutions.edges import Edges
from graph.encoder.graph_schema import GraphSchema
from graph.encoder.input_layer import InputLayer
from graph.encoder.layer import HeteroLayer, States
from graph.encoder.output_layer import OutputLayer
from graph.relation import Relation
from graph.sampling.message_flow import Bag, MessageFlow

if TYPE_CHECKING:  # takes a second to import
    from torch_geometric.data import HeteroData


class GraphEncoder(nn.Module):
    """An inductive encoder: its weights know node types and relations, but no node.

    A relation of the flow that the schema lacks has no weights, and is passed over (`unknown`
    names such relations). Data-parallel training must reckon with batches that lack a relation or
    a node type, whose weights then get no gradient: either `find_unused_parameters=True`, or add
    `touch()` to the loss.
    """

    def __init__(self, config: EncoderConfig, schema: GraphSchema) -> None:
        super().__init__()
        strangers = sorted(set(config.id_embeddings) - set(schema.widths))
        if strangers:
            raise ValueError(
                f"id_embeddings name the node types {strangers}; known are {sorted(schema.widths)}"
            )
        self.config, self.schema = config, schema
        self.inputs = nn.ModuleDict(
            {kind: InputLayer(kind, width, config) for kind, width in schema.widths.items()}
        )
        self.layers = nn.ModuleList(HeteroLayer(config, schema) for _ in range(config.num_layers))
        self.outputs = nn.ModuleDict({kind: OutputLayer(config) for kind in schema.kinds})

    def forward(self, features: Mapping[str, Tensor], flow: MessageFlow) -> dict[str, Tensor]:
        """Return the vectors of the seeds.

        Args:
            features: Node type -> (nodes, feature width), the rows of `flow.nodes` in that order.
            flow: Who hears whom. It may have fewer hops than the encoder has layers, or more.

        Returns:
            Node type -> (seeds, out_width), float32, of length 1; types without seeds are left out.

        Raises:
            ValueError: The flow or the features are not of the encoder's schema.
        """
        seeds = {kind: met[0] for kind, met in flow.met.items() if met[0]}
        return self.read_out(self.hidden_states(features, flow), seeds)

    def hidden_states(self, features: Mapping[str, Tensor], flow: MessageFlow) -> list[States]:
        """Return the states after the input and after each layer, of the nodes each still has.

        Raises:
            ValueError: As `forward`.
        """
        counts = {kind: len(numbers) for kind, numbers in flow.nodes.items()}
        bags = self._prepared(flow, counts)
        states = [self.input_states(features, counts, flow.nodes)]
        for depth, layer in enumerate(self.hetero_layers()):
            targets = flow.targets_of_layer(depth, self.config.num_layers)
            trimmed = {
                relation: bag.first(targets.get(relation.target, 0))
                for relation, bag in bags.items()
            }
            listen = partial(_listen, states[-1], trimmed)
            if self.config.checkpointing and self.training:
                found = checkpoint(layer, states[-1], targets, listen, use_reentrant=False)
            else:
                found = layer(states[-1], targets, listen)
            states.append(found)
        return states

    def forward_reference(
        self,
        x: Mapping[str, Tensor],
        edge_index: Mapping[Relation, Tensor],
        edge_weight: Mapping[Relation, Tensor | None] | None = None,
        met: Mapping[str, Sequence[int]] | None = None,
        nodes: Mapping[str, Tensor] | None = None,
    ) -> dict[str, Tensor]:
        """Do what `forward` does, through PyG's message passing.

        Args:
            x: Node type -> (nodes, feature width).
            edge_index: Relation -> (2, edges), sources above targets.
            edge_weight: Relation -> (edges,); None: all alike.
            met: Node type -> nodes met up to each hop, as `MessageFlow` has it: the running sum
                of a loader's `num_sampled_nodes`. None: every node is a seed.
            nodes: Node type -> (nodes,): node numbers, for vectors of their own.
        """
        counts = {kind: len(rows) for kind, rows in x.items()}
        met = {kind: [count] for kind, count in counts.items()} if met is None else met
        weights = edge_weight or {}
        edges = {
            relation: self.hetero_layers()[0]
            .convolution(relation)
            .prepare_edges(
                Edges(
                    edge_index[relation],
                    weights.get(relation),
                    counts[relation.source],
                    counts[relation.target],
                )
            )
            for relation in map(Relation._make, edge_index)
            if relation in self.schema.relations
        }
        states = [self.input_states(x, counts, nodes or {})]
        flow = MessageFlow({}, met, {})
        for depth, layer in enumerate(self.hetero_layers()):
            targets = flow.targets_of_layer(depth, self.config.num_layers)
            listen = partial(_listen_reference, states[-1], edges, targets)
            states.append(layer(states[-1], targets, listen))
        return self.read_out(states, {kind: each[0] for kind, each in met.items() if each[0]})

    def forward_batch(self, batch: "HeteroData") -> dict[str, Tensor]:
        """Do the same for a batch of one of PyG's loaders, or for a whole `HeteroData`.

        Args:
            batch: With `x`; of a loader, also with `num_sampled_nodes` and `n_id`. An `edge_attr`
                of one number an edge is its weight.
        """
        met, nodes, weights = {}, {}, {}
        for kind in batch.node_types:
            store = batch[kind]
            if "num_sampled_nodes" in store:
                met[kind] = list(accumulate(map(int, store.num_sampled_nodes)))
            if "n_id" in store:
                nodes[kind] = store.n_id
        for name in batch.edge_types:
            found = batch[name].get("edge_attr")
            weights[Relation(*name)] = None if found is None else found.flatten()
        edges = {Relation(*name): pairs for name, pairs in batch.edge_index_dict.items()}
        return self.forward_reference(batch.x_dict, edges, weights, met or None, nodes)

    def input_states(
        self,
        features: Mapping[str, Tensor],
        counts: Mapping[str, int],
        numbers: Mapping[str, Tensor],
    ) -> States:
        """Return what nodes are before they have heard anybody.

        Args:
            features: Node type -> (nodes, feature width).
            counts: Node type -> how many nodes.
            numbers: Node type -> (nodes,), int64; types may be missing.

        Raises:
            ValueError: A type is unknown, or its features are of another shape.
        """
        found: States = {}
        for kind, count in counts.items():
            if kind not in self.schema.widths:
                known = sorted(self.schema.widths)
                raise ValueError(f"the encoder does not know the node type {kind!r}: {known}")
            found[kind] = self.inputs[kind](features.get(kind), numbers.get(kind), count)
        return found

    def read_out(self, states: Sequence[Mapping[str, Tensor]], seeds: Mapping[str, int]) -> States:
        """Return unit vectors of the first nodes of each type, from the states of all layers."""
        return {
            kind: self.outputs[kind]([each[kind][:count] for each in states])
            for kind, count in seeds.items()
        }

    def hetero_layers(self) -> list[HeteroLayer]:
        """Return the layers, the first first."""
        return [layer for layer in self.layers if isinstance(layer, HeteroLayer)]

    def unknown(self, flow: MessageFlow) -> tuple[Relation, ...]:
        """Return the relations of a flow that the encoder passes over."""
        return tuple(each for each in flow.bags if each not in self.schema.relations)

    def silence(self, relations: Sequence[Relation]) -> None:
        """Let relations say nothing from now on, those that training has shown no edge of.

        Their weights are what they were drawn as, and would add noise where such edges turn up.
        """
        places = [self.schema.relations.index(relation) for relation in relations]
        with torch.no_grad():
            for layer in self.hetero_layers():
                layer.gates[places] = 0.0

    def sparse_parameters(self) -> Iterator[nn.Parameter]:
        """Yield the weights with sparse gradients: vectors of nodes, for SparseAdam or Adagrad."""
        for layer in self.inputs.values():
            if isinstance(layer, InputLayer) and layer.of_node is not None:
                weight = layer.of_node.weight
                assert isinstance(weight, nn.Parameter)
                yield weight

    def dense_parameters(self) -> Iterator[nn.Parameter]:
        """Yield all other weights, for AdamW."""
        sparse = {id(each) for each in self.sparse_parameters()}
        return (each for each in self.parameters() if id(each) not in sparse)

    def touch(self) -> Tensor:
        """Return a zero that every dense weight is in, so that each has a gradient."""
        return torch.stack([each.sum() * 0.0 for each in self.dense_parameters()]).sum()

    def _prepared(self, flow: MessageFlow, counts: Mapping[str, int]) -> dict[Relation, Bag]:
        first = self.hetero_layers()[0]
        found: dict[Relation, Bag] = {}
        for relation in self.schema.relations:
            bag = flow.bags.get(relation)
            if bag is None or not len(bag.sources):
                continue
            num_sources = counts.get(relation.source, 0)
            if int(bag.sources.max()) >= num_sources or bag.num_targets > counts[relation.target]:
                raise ValueError(
                    f"relation {relation} has the source {int(bag.sources.max())} and "
                    f"{bag.num_targets} targets; the flow has {num_sources} "
                    f"{relation.source} and {counts[relation.target]} {relation.target} nodes"
                )
            whole = _with_targets(bag, counts[relation.target])
            found[relation] = first.convolution(relation).prepare(whole, num_sources)
        return found


def _with_targets(bag: Bag, count: int) -> Bag:
    """Return the bag with empty rows for the nodes of the last hop, which were not expanded."""
    missing = count - bag.num_targets
    if not missing:
        return bag
    return bag._replace(offsets=torch.cat([bag.offsets, bag.offsets[-1:].expand(missing)]))


def _listen(
    states: Mapping[str, Tensor],
    bags: Mapping[Relation, Bag],
    relation: Relation,
    convolution: Convolution,
) -> tuple[Tensor, Tensor] | None:
    bag = bags.get(relation)
    if bag is None or not len(bag.sources):
        return None
    message = convolution(states[relation.source], states[relation.target], bag)
    return message, bag.offsets.diff() > 0


def _listen_reference(
    states: Mapping[str, Tensor],
    edges: Mapping[Relation, Edges],
    targets: Mapping[str, int],
    relation: Relation,
    convolution: Convolution,
) -> tuple[Tensor, Tensor] | None:
    from torch_geometric.utils import degree

    if relation not in edges:
        return None
    count = targets[relation.target]
    trimmed = edges[relation].first(count)._replace(num_sources=len(states[relation.source]))
    own = states[relation.target][:count]
    message = convolution.reference(states[relation.source], own, trimmed)
    return message, degree(trimmed.pairs[1], count) > 0
