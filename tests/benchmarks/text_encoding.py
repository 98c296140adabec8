"""Times ways to run the text encoder, and says how near each stays to the plain one.

    python -m tests.benchmarks.text_encoding --store STORE.db [--texts 300] [--threads 2]

Ways: 32-bit floats (what the product does), bfloat16, and dynamic 8-bit integers for all layers or
only for those that bear it best. All encode the same texts of people and jobs, in turn, `--rounds`
times; of each the fastest round counts, in wall time and in processor time, as another process
may be running. A way is worth building in where it is clearly faster at a cosine of 0.99 or more,
mean and worst in a hundred. The last lines time the cache: the first time and the second.
"""

import argparse
import copy
import random
import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from rich.console import Console
from rich.table import Table

from graph.schema import NodeType
from graph.store import Store
from graph.text.cached_encoder import CachedEncoder
from graph.text.node_texts import node_texts
from graph.text.text_encoder import TextEncoder
from graph.text.vector_cache import VectorCache


class Timed(NamedTuple):
    """What came of one way."""

    vectors: np.ndarray
    seconds: float
    cpu_seconds: float


def timed(encoder: TextEncoder | CachedEncoder, texts: Sequence[str]) -> Timed:
    wall, cpu = time.perf_counter(), time.process_time()
    vectors = encoder.encode(texts)
    return Timed(vectors, time.perf_counter() - wall, time.process_time() - cpu)


def with_model(change: Callable[[Any], Any]) -> TextEncoder:
    """Return the encoder with its model changed."""
    encoder = TextEncoder(device="cpu")
    encoder.__dict__["_model"] = change(copy.deepcopy(encoder._model))
    return encoder


def integers(per_channel: bool, is_chosen: Callable[[str], bool]) -> Callable[[Any], Any]:
    """Return what makes the chosen linear layers of a model compute with 8-bit integers."""
    import torch
    from torch.ao.quantization import qconfig, quantize_dynamic

    def change(model: torch.nn.Module) -> torch.nn.Module:
        way = (
            qconfig.per_channel_dynamic_qconfig if per_channel else qconfig.default_dynamic_qconfig
        )
        layers = [
            name for name, layer in model.named_modules() if isinstance(layer, torch.nn.Linear)
        ]
        chosen = {name: way for name in layers if is_chosen(name)}
        return quantize_dynamic(model, chosen, dtype=torch.qint8)

    return change


def bears_integers(name: str) -> bool:
    """Tell the layers whose inputs have no outliers: the first of each pair, not the second."""
    return "intermediate" in name or "attention.self" in name


def ways() -> dict[str, TextEncoder]:
    return {
        "float32": TextEncoder(device="cpu"),
        "bfloat16": with_model(lambda model: model.bfloat16()),
        "int8, all layers, a scale a tensor": with_model(integers(False, lambda _: True)),
        "int8, all layers, a scale a row": with_model(integers(True, lambda _: True)),
        "int8, first layers, a scale a row": with_model(integers(True, bears_integers)),
    }


def some_texts(store: Store, count: int) -> list[str]:
    """Return texts of people and jobs, as many of each."""
    chosen: list[str] = []
    for kind in (NodeType.PERSON, NodeType.JOB):
        texts = [text for batch in node_texts(store, kind) for text in batch.texts if text]
        chosen += random.Random(0).sample(texts, min(count // 2, len(texts)))
    return chosen


def compare(texts: Sequence[str], rounds: int) -> Table:
    encoders = ways()
    for encoder in encoders.values():
        encoder.encode(texts[:8])  # loads and warms up
    best: dict[str, Timed] = {}
    for _ in range(rounds):
        for name, encoder in encoders.items():
            found = timed(encoder, texts)
            old = best.get(name, found)
            best[name] = Timed(
                found.vectors,
                min(old.seconds, found.seconds),
                min(old.cpu_seconds, found.cpu_seconds),
            )
    table = Table("way", "texts/s", "texts/cpu s", "cosine mean", "1st percentile", "least")
    plain = best["float32"].vectors
    for name, found in best.items():
        cosine = (found.vectors * plain).sum(axis=1)
        rates = (len(texts) / found.seconds, len(texts) / found.cpu_seconds)
        near = (cosine.mean(), np.percentile(cosine, 1), cosine.min())
        table.add_row(name, *(f"{rate:.1f}" for rate in rates), *(f"{each:.4f}" for each in near))
    return table


def show_cache(texts: Sequence[str], console: Console) -> None:
    with tempfile.TemporaryDirectory() as folder:
        cached = CachedEncoder(TextEncoder(device="cpu"), VectorCache(Path(folder) / "vectors.db"))
        first, second = timed(cached, texts), timed(cached, texts)
    console.print(f"cache: first {first.seconds:.2f} s, second {second.seconds:.4f} s")
    console.print(f"second time: {len(texts) / second.seconds:,.0f} texts/s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", type=Path, required=True)
    parser.add_argument("--texts", type=int, default=300)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    import torch

    warnings.simplefilter("ignore")  # torch.ao says that it will move to another package
    torch.set_num_threads(given.threads)
    console = Console()
    texts = some_texts(Store.open(given.store), given.texts)
    console.print(f"{len(texts)} texts, {given.threads} threads, torch {torch.__version__}")
    console.print(compare(texts, given.rounds))
    show_cache(texts, console)


if __name__ == "__main__":
    main()
