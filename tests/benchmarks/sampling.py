"""Measures sampling and training, in edges a second, beside PyG's compiled sampler.

Run: python -m tests.benchmarks.sampling [--edges 5000000] [--batches 20]

The peer, PyG's `NeighborLoader` with `SAGEConv`, needs torch-sparse, which is no dependency of
this project: `tests/benchmarks/sampling_peer.sh FOLDER` builds it into an environment of its own,
whose python then runs this module. Without it the peer's rows stay empty.
"""

import argparse
import statistics
from collections.abc import Callable, Iterator, Mapping
from importlib.util import find_spec
from time import perf_counter, process_time
from typing import NamedTuple

import numpy as np
import torch
from rich.console import Console
from rich.table import Table
from torch import Tensor, nn
from torch_geometric.data import HeteroData
from torch_geometric.loader import NeighborLoader, NodeLoader
from torch_geometric.nn import HeteroConv, SAGEConv
from torch_geometric.utils import trim_to_layer

from graph.encoder.config import EncoderConfig, JumpingKnowledge
from graph.encoder.encoder import GraphEncoder
from graph.encoder.graph_schema import GraphSchema
from graph.relation import Relation
from graph.sampling.flow_sampler import Asked, FlowSampler
from graph.sampling.graph_arrays import GraphArrays
from graph.sampling.group_edges import group_hetero_data
from graph.sampling.kernel import Kernel
from graph.sampling.neighbour_table import whole_graph_flow
from graph.sampling.sampling_config import Choice, SamplingConfig
from graph.sampling.uniform_sampler import UniformSampler

WIDTH = 64
NUM_CLASSES = 16
YEAR = 365 * 24 * 3600
NODE_SHARES = {
    "person": 0.06,
    "job": 0.02,
    "company": 0.004,
    "school": 0.0004,
    "skill": 0.001,
    "title": 0.0004,
    "place": 0.0001,
}
EDGE_SHARES = {  # of all edges, each way; fifteen edge types with the reverses
    Relation("person", "connected_to", "person"): 0.2,
    Relation("person", "has_skill", "skill"): 0.11,
    Relation("person", "works_at", "company"): 0.05,
    Relation("person", "studied_at", "school"): 0.05,
    Relation("person", "lives_in", "place"): 0.04,
    Relation("person", "apply", "job"): 0.08,
    Relation("job", "requires", "skill"): 0.05,
    Relation("job", "posted_by", "company"): 0.02,
}


class Rate(NamedTuple):
    """What a contender did, batch after batch."""

    edges: list[int]
    seconds: list[float]

    @property
    def edges_per_second(self) -> float:
        """Return the median over batches."""
        return statistics.median(
            edges / seconds for edges, seconds in zip(self.edges, self.seconds, strict=True)
        )


Contender = Callable[[Tensor], int]  # takes seeds, returns how many edges it sampled


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--edges", type=int, default=5_000_000)
    parser.add_argument("--batches", type=int, default=20)
    parser.add_argument("--batch-size", type=int, default=1024)
    parser.add_argument("--fan-outs", type=int, nargs="+", default=[10, 5])
    parser.add_argument(
        "--cpu-time", action="store_true", help="count seconds of the processor; on a busy machine"
    )
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    options = parser.parse_args()
    clock = process_time if options.cpu_time else perf_counter
    torch.set_num_threads(options.threads)
    data = synthetic_graph(options.edges)
    fan_outs = tuple(options.fan_outs)
    seeds = list(_seeds(data, options.batches, options.batch_size))
    console = Console()
    console.print(
        f"{data.num_edges:,} edges of {len(data.edge_types)} types, {data.num_nodes:,} nodes; "
        f"batch {options.batch_size}, fan-outs {list(fan_outs)}, {options.threads} threads"
    )
    if not has_peer():
        console.print(
            "no torch-sparse: PyG's side is missing; see tests/benchmarks/sampling_peer.sh"
        )
    console.print(_table("Sampling", measure(sampling_contenders(data, fan_outs), seeds, clock)))
    console.print(_table("Training", measure(training_contenders(data, fan_outs), seeds, clock)))
    for choice, seconds, edges in table_speeds(data, clock):
        console.print(f"whole-graph table, {choice}: {edges:,} edges in {seconds:.2f} s")


def has_peer() -> bool:
    """Return whether PyG can sample by itself."""
    return find_spec("torch_sparse") is not None


def synthetic_graph(num_edges: int, seed: int = 0) -> HeteroData:
    """Draw a graph of people, jobs and what they share, with popular and unpopular nodes."""
    random = np.random.default_rng(seed)
    data = HeteroData()
    for kind, share in NODE_SHARES.items():
        count = max(int(share * num_edges), 10)
        data[kind].x = torch.from_numpy(random.standard_normal((count, WIDTH), dtype=np.float32))
    data["person"].y = torch.from_numpy(random.integers(0, NUM_CLASSES, data["person"].num_nodes))
    for relation, share in EDGE_SHARES.items():
        count = int(share * num_edges / (2 if relation.is_undirected else 1))
        ends = [
            (random.random(count) ** power * data[kind].num_nodes).astype(np.int64)
            for kind, power in ((relation.source, 1.3), (relation.target, 2))
        ]
        times = random.integers(0, YEAR, count)
        weights = random.random(count, dtype=np.float32)
        if relation.is_undirected:
            ends = [np.concatenate(ends), np.concatenate(ends[::-1])]
            times, weights = np.tile(times, 2), np.tile(weights, 2)
        _add(data, relation, np.stack(ends), times, weights)
        if not relation.is_undirected:
            _add(data, relation.reversed(), np.stack(ends[::-1]), times, weights)
    return data


def _add(
    data: HeteroData,
    relation: Relation,
    pairs: np.ndarray,
    times: np.ndarray,
    weights: np.ndarray,
) -> None:
    store = data[relation]
    store.edge_index = torch.from_numpy(pairs)
    store.edge_time = torch.from_numpy(times)
    store.edge_weight = torch.from_numpy(weights)


def _seeds(data: HeteroData, batches: int, size: int) -> Iterator[Tensor]:
    generator = torch.Generator().manual_seed(0)
    for _ in range(batches):
        yield torch.randperm(data["person"].num_nodes, generator=generator)[:size]


def measure(
    contenders: Mapping[str, Contender], seeds: list[Tensor], clock: Callable[[], float]
) -> dict[str, Rate]:
    """Give every batch to every contender in turn, so that a busy machine slows them alike."""
    rates = {name: Rate([], []) for name in contenders}
    for contender in contenders.values():  # compile, allocate
        contender(seeds[0])
    for batch in seeds:
        for name, contender in contenders.items():
            begin = clock()
            edges = contender(batch)
            rates[name].seconds.append(clock() - begin)
            rates[name].edges.append(edges)
    return rates


def _arrays(data: HeteroData, kernel: Kernel = Kernel.AUTO) -> GraphArrays:
    grouped = group_hetero_data(data)
    return GraphArrays(grouped.adjacencies, grouped.num_nodes, kernel)


def sampling_contenders(data: HeteroData, fan_outs: tuple[int, ...]) -> dict[str, Contender]:
    """Return who samples: PyG, then every way of ours."""
    arrays, plain = _arrays(data), _arrays(data, Kernel.NUMPY)
    ours: dict[str, Contender] = {}
    for choice in Choice:
        ours[f"ours, {choice}"] = _sampling(arrays, SamplingConfig(fan_outs, choice))
    ours["ours, uniform, common time"] = _sampling(arrays, SamplingConfig(fan_outs), YEAR // 2)
    trees = SamplingConfig(fan_outs, Choice.RECENT)
    ours["ours, recent, a time for each seed"] = _sampling(arrays, trees, YEAR // 2, own=True)
    for choice in (Choice.UNIFORM, Choice.WEIGHTED, Choice.RECENT):
        ours[f"ours in numpy, {choice}"] = _sampling(plain, SamplingConfig(fan_outs, choice))
    ours["ours as a PyG sampler, uniform"] = _pyg_output(UniformSampler(arrays, fan_outs))
    return {**_peer_sampling(data, fan_outs), **ours}


def _sampling(
    arrays: GraphArrays, config: SamplingConfig, before: int | None = None, *, own: bool = False
) -> Contender:
    sampler = FlowSampler(arrays, config)

    def sample(seeds: Tensor) -> int:
        moments = {"person": torch.full((len(seeds),), before or 0)} if own else before
        flow = sampler.sample({"person": seeds}, Asked(int(seeds[0]), moments)).flow()
        return sum(bag.sources.numel() for bag in flow.bags.values())

    return sample


def _pyg_output(sampler: object) -> Contender:
    def sample(seeds: Tensor) -> int:
        out = sampler._sample({"person": seeds})  # type: ignore[attr-defined]
        return sum(row.numel() for row in out.row.values())

    return sample


def _peer_sampling(data: HeteroData, fan_outs: tuple[int, ...]) -> dict[str, Contender]:
    if not has_peer():
        return {}
    from torch_geometric.sampler import NeighborSampler

    return {"PyG (torch-sparse), uniform": _pyg_output(NeighborSampler(data, list(fan_outs)))}


def training_contenders(data: HeteroData, fan_outs: tuple[int, ...]) -> dict[str, Contender]:
    """Return who learns to tell the classes of people: PyG, then ours."""
    contenders = {"ours, GraphEncoder (sage, mean)": _our_training(data, fan_outs)}
    arrays = _arrays(data)
    contenders["PyG's SAGEConv, our sampler"] = _sage_training(
        data, UniformSampler(arrays, fan_outs), fan_outs
    )
    if not has_peer():
        return contenders
    return {"PyG NeighborLoader + SAGEConv": _sage_training(data, None, fan_outs)} | contenders


def _our_training(data: HeteroData, fan_outs: tuple[int, ...]) -> Contender:
    relations = tuple(Relation(*each) for each in data.edge_types)
    schema = GraphSchema({kind: WIDTH for kind in data.node_types}, relations, "random")
    config = EncoderConfig(
        width=WIDTH,
        out_width=WIDTH,
        num_layers=len(fan_outs),
        jumping_knowledge=JumpingKnowledge.LAST,
        dropout=0.0,
    )
    encoder, head = GraphEncoder(config, schema), nn.Linear(WIDTH, NUM_CLASSES)
    optimiser = torch.optim.Adam([*encoder.parameters(), *head.parameters()], foreach=True)
    sampler = FlowSampler(_arrays(data), SamplingConfig(fan_outs))

    def train(seeds: Tensor) -> int:
        flow = sampler.sample({"person": seeds}, Asked(int(seeds[0]))).flow()
        features = {kind: data[kind].x[numbers] for kind, numbers in flow.nodes.items()}
        scores = head(encoder(features, flow)["person"])
        _learn(scores, data["person"].y[seeds], optimiser)
        return sum(bag.sources.numel() for bag in flow.bags.values())

    return train


class HeteroSage(nn.Module):
    """GraphSAGE as PyG has it for several types, layers trimmed to what they need if possible."""

    def __init__(self, edge_types: list[tuple[str, str, str]], num_layers: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(
            HeteroConv({each: SAGEConv((WIDTH, WIDTH), WIDTH) for each in edge_types})
            for _ in range(num_layers)
        )
        self.head = nn.Linear(WIDTH, NUM_CLASSES)

    def forward(self, batch: HeteroData) -> Tensor:
        """Return scores of the nodes of type person, seeds first."""
        x, edges = batch.x_dict, batch.edge_index_dict
        # torch-sparse does not say how many each hop brought, so that PyG can leave nothing out.
        is_told = "num_sampled_nodes" in batch["person"]
        for depth, layer in enumerate(self.layers):
            if is_told:
                sizes = batch.num_sampled_nodes_dict, batch.num_sampled_edges_dict
                x, edges, _ = trim_to_layer(depth, *sizes, x, edges)
            x = {kind: values.relu() for kind, values in layer(x, edges).items()}
        return self.head(x["person"])


def _sage_training(
    data: HeteroData, sampler: UniformSampler | None, fan_outs: tuple[int, ...]
) -> Contender:
    bare = HeteroData()  # as PyG's users have it: no attributes of edges that nobody reads
    for kind in data.node_types:
        bare[kind].x = data[kind].x
    bare["person"].y = data["person"].y
    for edge_type in data.edge_types:
        bare[edge_type].edge_index = data[edge_type].edge_index
    loader = (
        NeighborLoader(bare, list(fan_outs), ("person", None))
        if sampler is None
        else NodeLoader(bare, sampler, ("person", None))
    )
    model = HeteroSage(data.edge_types, len(fan_outs))
    optimiser = torch.optim.Adam(model.parameters(), foreach=True)

    def train(seeds: Tensor) -> int:
        batch = loader(seeds)
        scores = model(batch)[: len(seeds)]
        _learn(scores, batch["person"].y[: len(seeds)], optimiser)
        return batch.num_edges

    return train


def _learn(scores: Tensor, classes: Tensor, optimiser: torch.optim.Optimizer) -> None:
    optimiser.zero_grad()
    nn.functional.cross_entropy(scores, classes).backward()
    optimiser.step()


def table_speeds(
    data: HeteroData, clock: Callable[[], float]
) -> Iterator[tuple[Choice, float, int]]:
    """Return how long neighbours of all nodes take to choose, ten for each."""
    arrays = _arrays(data)
    for choice in Choice:
        begin = clock()
        flow = whole_graph_flow(arrays, SamplingConfig((10,), choice))
        seconds = clock() - begin
        yield choice, seconds, sum(bag.sources.numel() for bag in flow.bags.values())


def _table(title: str, rates: Mapping[str, Rate]) -> Table:
    table = Table("", "edges/s", "ms a batch", "edges a batch", "x PyG", title=title)
    peer = next(
        (
            rate
            for name, rate in rates.items()
            if name.startswith("PyG (") or name.startswith("PyG NeighborLoader")
        ),
        None,
    )
    for name, rate in rates.items():
        times = "" if peer is None else f"{rate.edges_per_second / peer.edges_per_second:.2f}"
        table.add_row(
            name,
            f"{rate.edges_per_second:,.0f}",
            f"{1000 * statistics.median(rate.seconds):.1f}",
            f"{statistics.median(rate.edges):,.0f}",
            times,
        )
    return table


if __name__ == "__main__":
    main()
