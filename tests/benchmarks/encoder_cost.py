"""Measures what an encoder costs as graphs grow: edges trained a second, inference, memory.

Run: python -m tests.benchmarks.encoder_cost [--edges 100000 1000000 10000000] [--cpu-time]

Every size runs in a process of its own, so that its peak memory is its own. The peer is the
smallest size: how much more a larger graph costs for each edge, or for each batch, is said as a
ratio to it.
"""

import argparse
import json
import statistics
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import numpy as np
import torch
from rich.console import Console
from rich.table import Table
from torch import nn
from torch_geometric.data import HeteroData

from graph.encoder.config import EncoderConfig
from graph.encoder.encoder import GraphEncoder
from graph.encoder.graph_schema import GraphSchema
from graph.encoder.layerwise import encode_all
from graph.relation import Relation
from graph.sampling.flow_sampler import Asked, FlowSampler
from graph.sampling.graph_arrays import GraphArrays
from graph.sampling.group_edges import group_hetero_data
from graph.sampling.sampling_config import SamplingConfig
from tests.benchmarks.sampling import NUM_CLASSES, WIDTH, synthetic_graph

FAN_OUTS = (10, 5)
BATCH = 1_024
WARM_UP = 2  # batches that compile and allocate


def main() -> None:
    """Measure every size, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--edges", type=int, nargs="+", default=[100_000, 1_000_000, 10_000_000])
    parser.add_argument("--batches", type=int, default=10)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument(
        "--cpu-time", action="store_true", help="count seconds of the processor; on a busy machine"
    )
    parser.add_argument("--one", action="store_true", help="measure here, and print JSON")
    options = parser.parse_args()
    if options.one:
        torch.set_num_threads(options.threads)
        clock = process_time if options.cpu_time else perf_counter
        print(json.dumps(measure(options.edges[0], options.batches, clock)))  # noqa: T201
        return
    rows = []
    for edges in options.edges:
        rest = ["--batches", str(options.batches), "--threads", str(options.threads)]
        if options.cpu_time:
            rest.append("--cpu-time")
        command = [sys.executable, "-m", __spec__.name, "--one", "--edges", str(edges), *rest]
        found = subprocess.run(command, check=True, capture_output=True, text=True)
        rows.append(json.loads(found.stdout))
    Console(width=140).print(_table(rows))


def measure(num_edges: int, batches: int, clock: Callable[[], float]) -> dict[str, float]:
    """Train on some batches of a graph, then encode all of it.

    Args:
        num_edges: Of the graph, about.
        batches: How many to train on.
        clock: In seconds.
    """
    data = synthetic_graph(num_edges)
    grouped = group_hetero_data(data)
    arrays = GraphArrays(grouped.adjacencies, grouped.num_nodes)
    held = _peak_memory()
    schema = GraphSchema(
        {kind: WIDTH for kind in data.node_types},
        tuple(Relation(*each) for each in data.edge_types),
        "random",
    )
    encoder = GraphEncoder(EncoderConfig(width=WIDTH, out_width=WIDTH), schema)
    rates, seconds = _train(encoder, data, arrays, batches, clock)
    trained = _peak_memory()
    features = {kind: data[kind].x.numpy().astype(np.float16) for kind in data.node_types}
    begin = clock()
    encode_all(encoder, features, grouped.adjacencies)
    return {
        "edges": data.num_edges,
        "nodes": sum(grouped.num_nodes.values()),
        "trained": statistics.median(rates),
        "batch": statistics.median(seconds),
        "inference": clock() - begin,
        "graph_bytes": held,
        "training_bytes": trained,
        "inference_bytes": _peak_memory(),
    }


def _train(
    encoder: GraphEncoder,
    data: HeteroData,
    arrays: GraphArrays,
    batches: int,
    clock: Callable[[], float],
) -> tuple[list[float], list[float]]:
    """Return edges a second and seconds of every batch."""
    head = nn.Linear(WIDTH, NUM_CLASSES)
    optimiser = torch.optim.AdamW([*encoder.parameters(), *head.parameters()], foreach=True)
    sampler = FlowSampler(arrays, SamplingConfig(FAN_OUTS))
    generator = torch.Generator().manual_seed(0)
    rates, seconds = [], []
    for number in range(batches + WARM_UP):
        seeds = torch.randperm(data["person"].num_nodes, generator=generator)[:BATCH]
        begin = clock()
        flow = sampler.sample({"person": seeds.numpy()}, Asked(number)).flow()
        features = {kind: data[kind].x[numbers] for kind, numbers in flow.nodes.items()}
        scores = head(encoder(features, flow)["person"])
        optimiser.zero_grad()
        nn.functional.cross_entropy(scores, data["person"].y[seeds]).backward()
        optimiser.step()
        if number >= WARM_UP:
            seconds.append(clock() - begin)
            rates.append(sum(len(bag.sources) for bag in flow.bags.values()) / seconds[-1])
    return rates, seconds


def _peak_memory() -> int:
    """Return the most bytes this process has held.

    What `getrusage` says would begin with the memory of the process that started this one.
    """
    status = Path("/proc/self/status").read_text()
    return 1024 * int(status.partition("VmHWM:")[2].split()[0])


def _table(rows: list[dict[str, Any]]) -> Table:
    first = rows[0]
    table = Table(
        "edges",
        "nodes",
        "trained, edges/s",
        "ms a batch",
        "x first",
        "whole graph, s",
        "of an edge, x first",
        "graph MB",
        "training MB",
        "inference MB",
        title=f"The encoder (sage), batches of {BATCH}, fan-outs {list(FAN_OUTS)}, width {WIDTH}",
    )
    for row in rows:
        of_edge = (row["inference"] / row["edges"]) / (first["inference"] / first["edges"])
        table.add_row(
            f"{row['edges']:,}",
            f"{row['nodes']:,}",
            f"{row['trained']:,.0f}",
            f"{1000 * row['batch']:.0f}",
            f"{row['batch'] / first['batch']:.2f}",
            f"{row['inference']:.2f}",
            f"{of_edge:.2f}",
            *(f"{row[name] / 1e6:,.0f}" for name in _MEMORY),
        )
    return table


_MEMORY = ("graph_bytes", "training_bytes", "inference_bytes")

if __name__ == "__main__":
    main()
