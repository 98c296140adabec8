"""Small graphs held in memory, with a known illness each, for the tests of diagnostics."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from graph.encoder import EncoderConfig
from graph.encoder.encoder import GraphEncoder
from graph.links.link_model import LinkModel
from graph.links.link_scorer import LinkScorer
from graph.relation import EDGE_RELATIONS, EVENT_RELATIONS, Relation
from graph.sampling.group_edges import Edges, group_edges
from graph.schema import EdgeType, EventKind
from graph.snapshot.adjacency import ALWAYS, Adjacency
from graph.training.train import train_encoder
from graph.training.training_config import DAY_SECONDS, TrainingConfig

CONNECTED = EDGE_RELATIONS[EdgeType.CONNECTED_TO]
HOLDS = EDGE_RELATIONS[EdgeType.HOLDS]
REQUIRES = EDGE_RELATIONS[EdgeType.REQUIRES]
HAS_SKILL = EDGE_RELATIONS[EdgeType.HAS_SKILL]
APPLY = EVENT_RELATIONS[EventKind.APPLY]
GROUPS = 4
AS_OF = 200 * DAY_SECONDS
Pairs = tuple[npt.ArrayLike, npt.ArrayLike]


@dataclass
class HeldFacts:
    """A snapshot in memory."""

    rows: dict[str, npt.NDArray[np.floating]]
    adjacencies: dict[Relation, Adjacency] = field(default_factory=dict)
    as_of: int = AS_OF
    features_fingerprint: str = "features-1"

    @property
    def relations(self) -> tuple[Relation, ...]:
        return tuple(self.adjacencies)

    @property
    def widths(self) -> Mapping[str, int]:
        return {kind: rows.shape[1] for kind, rows in self.rows.items()}

    def num_nodes(self, kind: str) -> int:
        return len(self.rows[kind])

    def adjacency(self, relation: Relation) -> Adjacency:
        return self.adjacencies[relation]

    def features(self, kind: str) -> npt.NDArray[np.float16]:
        return self.rows[kind]  # some tests hold wider numbers

    def ids(self, kind: str) -> Sequence[str]:
        return [f"{kind[0]}{number}" for number in range(len(self.rows[kind]))]

    def join(self, relation: Relation, pairs: Pairs, days: npt.ArrayLike | None = None) -> None:
        """Add edges, and their reverses; `days` is when, counted from 1970."""
        one, other = (np.asarray(each, np.int64) for each in pairs)
        times = np.full(len(one), ALWAYS) if days is None else np.asarray(days) * DAY_SECONDS
        if relation.is_undirected:
            one, other = np.concatenate((one, other)), np.concatenate((other, one))
            times = np.tile(times, 2)
        for each, sources, targets in ((relation, one, other), (relation.reversed(), other, one)):
            edges = Edges(sources, targets, times.astype(np.int64))
            sizes = self.num_nodes(each.source), self.num_nodes(each.target)
            self.adjacencies[each] = group_edges(edges, *sizes).adjacency


def nodes_alone(**counts: int) -> HeldFacts:
    """Nodes that have features, and no edges."""
    random = np.random.default_rng(3)
    rows = {kind: random.normal(size=(count, 5)) for kind, count in counts.items()}
    return HeldFacts({kind: each.astype(np.float16) for kind, each in rows.items()})


def grouped_facts(people: int = 80, jobs: int = 48, seed: int = 1) -> HeldFacts:
    """People, jobs, skills and titles of four groups that keep to themselves in all they do."""
    random = np.random.default_rng(seed)
    centres = random.normal(size=(GROUPS, 6)) * 2
    counts = {"person": people, "job": jobs, "skill": 12, "title": 8}
    group = {kind: np.arange(count) % GROUPS for kind, count in counts.items()}
    facts = HeldFacts(
        {
            kind: (centres[each] + random.normal(size=(len(each), 6))).astype(np.float16)
            for kind, each in group.items()
        }
    )
    for relation, each in ((CONNECTED, 5), (APPLY, 4), (HAS_SKILL, 2), (REQUIRES, 2), (HOLDS, 1)):
        sources = np.repeat(np.arange(counts[relation.source]), each)
        steps = random.integers(0, counts[relation.target] // GROUPS, len(sources))
        targets = steps * GROUPS + group[relation.source][sources]
        pairs = np.unique(np.stack([sources, targets]), axis=1)
        pairs = pairs[:, pairs[0] != pairs[1]] if relation.is_undirected else pairs
        is_dated = relation in (CONNECTED, APPLY)
        days = random.integers(120, 200, pairs.shape[1]) if is_dated else None
        facts.join(relation, (pairs[0], pairs[1]), days)
    return facts


@lru_cache(maxsize=1)
def trained_model(steps: int = 12) -> LinkModel:
    """Return a model that has learned a little of `grouped_facts()`; it must not be changed."""
    config = TrainingConfig(
        scorer_steps=20,
        steps=steps,
        windows=2,
        links=128,
        candidates=64,
        fan_outs=(8, 4),
        evaluate_every=steps,
    )
    return train_encoder(grouped_facts(), EncoderConfig(width=16, out_width=16), config).model


def copied_model() -> LinkModel:
    """Return a model with the same weights, for a test to change."""
    model = trained_model()
    encoder = GraphEncoder(model.encoder.config, model.encoder.schema)
    scorer = LinkScorer(model.scorer.config, tuple(model.scorer.targets.values()))
    copy = LinkModel(encoder, scorer)
    copy.load_state_dict(model.state_dict())
    return copy.eval()
