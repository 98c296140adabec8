"""Measures the convolutions `gcn` and `gat` on Planetoid's papers, beside what needs no network.

Run as `python -m tests.benchmarks.public_planetoid --data FOLDER`. Each convolution is the layer of
the paper's own network of two: https://arxiv.org/abs/1609.02907, https://arxiv.org/abs/1710.10903.
Weights are those of the best validation accuracy.
"""

import argparse
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import torch
from scipy.sparse import csr_array
from sklearn.linear_model import LogisticRegression
from torch import Tensor, nn
from torch.nn import functional

from graph.encoder.convolutions.convolution import Convolution
from graph.encoder.convolutions.gat import AttentionConvolution
from graph.encoder.convolutions.gcn import GraphConvolution
from graph.encoder.convolutions.symmetric import with_self_loops
from graph.sampling.message_flow import Bag
from retrieval.baselines.matrix_shape import shape_of
from tests.benchmarks.public.planetoid_files import Papers, read_papers
from tests.benchmarks.public.report import Report, whole_time
from tests.benchmarks.public.whole_graph import bag_of

EPOCHS, PATIENCE = 400, 100  # epochs at most, and how many without a better one end it
SMOOTHINGS, SHARE_BACK = 10, 0.1  # of label propagation
PUBLISHED = {("cora", "gcn"): 81.5, ("cora", "gat"): 83.0}
PUBLISHED |= {("citeseer", "gcn"): 70.3, ("citeseer", "gat"): 72.5}


class TwoLayers(nn.Module):
    """The network of both papers."""

    def __init__(self, first: Convolution, second: Convolution, dropout: float) -> None:
        super().__init__()
        self.first, self.second, self.dropout = first, second, dropout
        self.is_attentive = isinstance(first, AttentionConvolution)

    def forward(self, words: Tensor, bag: Bag) -> Tensor:
        words = self._dropped(words).to_dense()
        hidden = self.first(words, words, bag)
        hidden = functional.elu(hidden) if self.is_attentive else functional.relu(hidden)
        hidden = functional.dropout(hidden, self.dropout, self.training)
        return self.second(hidden, hidden, bag)

    def _dropped(self, words: Tensor) -> Tensor:
        """Drop entries; only those that are not zero, as the others stay what they are."""
        values = functional.dropout(words.values(), self.dropout, self.training)
        return torch.sparse_coo_tensor(words.indices(), values, words.shape, is_coalesced=True)


def gcn(words: int, fields: int) -> TwoLayers:
    """Make the network of Kipf and Welling."""
    return TwoLayers(GraphConvolution(words, 16), GraphConvolution(16, fields), 0.5)


def gat(words: int, fields: int) -> TwoLayers:
    """Make the network of Velickovic and others."""
    first = AttentionConvolution(words, 8, 8, version=1, dropout=0.6, is_shared=True)
    second = AttentionConvolution(
        64, fields, 1, version=1, dropout=0.6, is_averaged=True, is_shared=True
    )
    return TwoLayers(first, second, 0.6)


def trained_accuracy(papers: Papers, kind: str, seed: int) -> float:
    """Train one network and return its accuracy on the test papers."""
    torch.manual_seed(seed)
    rows, columns = papers.words.tocoo().coords
    places = torch.from_numpy(np.stack([rows, columns]).astype(np.int64))
    values = torch.from_numpy(papers.words.data.astype(np.float32))
    words = torch.sparse_coo_tensor(places, values, shape_of(papers.words)).coalesce()
    field = torch.from_numpy(papers.field)
    make = gat if kind == "gat" else gcn
    network = make(words.shape[1], int(papers.field.max()) + 1)
    bag = network.first.prepare(with_self_loops(bag_of(papers.citations)), len(words))
    rate, decay = (0.005, 5e-4) if kind == "gat" else (0.01, 5e-4)
    decayed = network if kind == "gat" else network.first  # GCN decays its first layer alone
    kept = {id(each) for each in decayed.parameters()}
    groups = [
        {"params": [p for p in network.parameters() if id(p) in kept], "weight_decay": decay},
        {"params": [p for p in network.parameters() if id(p) not in kept]},
    ]
    optimiser = torch.optim.Adam([group for group in groups if group["params"]], lr=rate)
    best = (-1.0, float("inf"), 0.0)
    last_better = 0
    for epoch in range(EPOCHS):
        network.train()
        loss = functional.cross_entropy(network(words, bag)[papers.train], field[papers.train])
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        found = _better(best, network, (words, bag), papers)
        last_better = epoch if found != best else last_better
        best = found
        if epoch - last_better >= PATIENCE:
            break
    return best[2]


@torch.no_grad()
def _better(
    best: tuple[float, float, float], network: TwoLayers, given: tuple[Tensor, Bag], papers: Papers
) -> tuple[float, float, float]:
    """Return validation accuracy, validation loss and test accuracy of the better weights."""
    network.eval()
    found = network(*given)
    own = torch.from_numpy(papers.field)
    loss = float(functional.cross_entropy(found[papers.validation], own[papers.validation]))
    is_right = found.argmax(1).numpy() == papers.field
    right = float(is_right[papers.validation].mean())
    if (right, -loss) > (best[0], -best[1]):
        return right, loss, float(is_right[papers.test].mean())
    return best


def most_frequent(papers: Papers) -> float:
    """Give every paper the field that most validation papers have; in training all are alike."""
    field = np.bincount(papers.field[papers.validation]).argmax()
    return float((papers.field[papers.test] == field).mean())


def from_words(papers: Papers) -> float:
    """Learn from words alone."""
    model = LogisticRegression(C=1e4, max_iter=1000)
    model.fit(papers.words[papers.train], papers.field[papers.train])
    return float(model.score(papers.words[papers.test], papers.field[papers.test]))


def from_citations(papers: Papers) -> float:
    """Spread the known fields along citations, and look at no word."""
    degrees = np.maximum(np.asarray(papers.citations.sum(axis=1)).ravel(), 1)
    known = np.zeros((len(papers.field), int(papers.field.max()) + 1))
    known[papers.train, papers.field[papers.train]] = 1
    spread, citations = known.copy(), csr_array(papers.citations)
    for _ in range(SMOOTHINGS):
        spread = (1 - SHARE_BACK) * (citations @ spread) / degrees[:, None] + SHARE_BACK * known
    return float((spread.argmax(axis=1) == papers.field)[papers.test].mean())


def main() -> None:
    """Measure every method and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--name", default="cora")
    parser.add_argument("--seeds", type=int, default=10)
    chosen = parser.parse_args()
    if chosen.data is None:
        parser.exit(0, "give --data FOLDER\n")
    papers = read_papers(chosen.data, chosen.name)
    title = f"{chosen.name}: {len(papers.field):,} papers, {papers.citations.nnz:,} citations"
    report = Report(title, ("accuracy", "spread", "published"))
    with whole_time(report):
        report.measure("most frequent field", lambda: {"accuracy": most_frequent(papers)})
        report.measure("logistic regression, words", lambda: {"accuracy": from_words(papers)})
        report.measure("label propagation", lambda: {"accuracy": from_citations(papers)})
        for kind in ("gcn", "gat"):
            report.measure(f"ours, {kind}", lambda kind=kind: _seeds(papers, kind, chosen))
    report.show("ours", "accuracy", f"Ours: mean and standard deviation of {chosen.seeds} seeds.")


def _seeds(papers: Papers, kind: str, chosen: argparse.Namespace) -> Mapping[str, float]:
    found = [trained_accuracy(papers, kind, seed) for seed in range(chosen.seeds)]
    published = PUBLISHED.get((chosen.name, kind), float("nan")) / 100
    return {
        "accuracy": float(np.mean(found)),
        "spread": float(np.std(found)),
        "published": published,
    }


if __name__ == "__main__":
    main()
