"""What a model gets wrong about one batch."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from graph.links.link_model import LinkModel
from graph.links.link_scorer import Known, Side
from graph.links.link_target import JOB
from graph.relation import Relation
from graph.sampling.message_flow import Bag, MessageFlow
from graph.sampling.pseudo_neighbours import ALIKE_RELATIONS
from graph.schema import EventKind, NodeType
from graph.training.batch import JOBS, PERSON, Asked, Batch
from graph.training.disguise import Disguise, kept_edges
from graph.training.flows import Scene
from graph.training.lessons import Chapter
from graph.training.objectives import acted_on, apart, bpr, distilled, info_nce
from graph.training.training_config import Objective, TrainingConfig

_ACTS = frozenset(kind.value for kind in EventKind)
_Part = tuple[str, float, Tensor]  # of a loss: its name, how much it weighs, and what it is
_COLD = 0.5  # how much links of cold copies weigh beside those of the nodes themselves
_LISTED = 0.15
_ALONE = 0.3
_MOST_MASKED = 1024  # nodes of a type whose features are told from their neighbours in a step


class Loss(NamedTuple):
    """A loss, and what it is made of."""

    total: Tensor
    parts: dict[str, float]


class _Space(NamedTuple):
    """Nodes as one side of a target, (nodes, width)."""

    whole: Tensor  # by all that is known
    alone: Tensor | None  # by the encoder alone; None: it is not taught yet


class Trainee(nn.Module):
    """A model with what only training needs of it."""

    def __init__(self, model: LinkModel) -> None:
        super().__init__()
        self.model = model
        width = model.encoder.config.out_width
        schema = model.encoder.schema
        into = {kind: 2 * sum(r.target == kind for r in schema.relations) for kind in schema.kinds}
        self.decoders = nn.ModuleDict(
            {kind: nn.Linear(width, schema.widths[kind] - into[kind]) for kind in schema.kinds}
        )
        self.shown_bias = nn.Parameter(torch.tensor(-2.0))
        self.shown_bias_alone = nn.Parameter(torch.tensor(-2.0))

    def forward(
        self,
        chapter: Chapter,
        batch: Batch,
        config: TrainingConfig,
        number: int,
        epoch: int,
        *,
        is_alone: bool = False,
    ) -> Loss:
        """Return what the model gets wrong about a batch.

        Args:
            chapter: The stretch of time.
            batch: What is asked about it.
            config: Weights of the parts.
            number: Of the step, for what chance decides in it.
            epoch: For the neighbours in the whole graph.
            is_alone: Whether the scorer is taught without the encoder.
        """
        scene = chapter.flows.scene(batch.seeds, batch.copies, number, epoch)
        return _Step(self, chapter, batch, config, scene, is_alone=is_alone).loss(number)


class _Step:
    def __init__(
        self,
        trainee: Trainee,
        chapter: Chapter,
        batch: Batch,
        config: TrainingConfig,
        scene: Scene,
        *,
        is_alone: bool = False,
    ) -> None:
        self.is_alone = is_alone
        self.trainee, self.model, self.view = trainee, trainee.model, chapter.view
        self.batch, self.config, self.scene = batch, config, scene
        self.is_whole = chapter.flows.is_whole
        self.disguise = self._disguise()
        self.vectors: dict[str, Tensor] = {}
        self.inputs: dict[str, Tensor] = {}
        self.generator = torch.Generator()

    def loss(self, number: int) -> Loss:
        generator = torch.Generator().manual_seed(((self.config.seed << 32) + number) % (1 << 63))
        self.generator = generator
        flow = self.disguise.flow(self.scene.flow)
        flow = thinned(flow, self.config.edge_dropout, generator)
        inputs = {
            kind: self.disguise.inputs(kind, self.view.inputs(kind, numbers), self.view, numbers)
            for kind, numbers in flow.nodes.items()
        }
        flow = MessageFlow(self._nameless(flow.nodes), flow.met, flow.bags)
        self.inputs = inputs
        parts: list[_Part] = []
        if not self.is_alone:
            seen, masked = self._mask(inputs, flow, generator)
            self.vectors = self.model.encoder(seen, flow)
            parts = [*self._alignment(), *self._masked(masked)]
        parts = [*self._links(), *self._shown(), *parts]
        total = torch.stack([weight * value for _, weight, value in parts]).sum()
        return Loss(total, {name: float(value.detach()) for name, _, value in parts})

    def _disguise(self) -> Disguise:
        disguise = Disguise()
        counts = {kind: len(numbers) for kind, numbers in self.scene.flow.nodes.items()}
        for asked in self.batch.asked:
            kind = asked.lesson.target.source
            if len(asked.hidden):
                hidden = tuple(relation.reversed() for relation in asked.lesson.target.worth)
                places = self.scene.places(kind, asked.hidden)
                disguise.hide(kind, places, counts[kind], hidden)
                for relation in hidden:
                    disguise.lose(self.view, relation, torch.from_numpy(asked.hidden))
        for kind, relation in ALIKE_RELATIONS.items():
            if relation in self.view.relations and kind in counts:
                has_met = self.view.has_met(kind)[self.scene.flow.nodes[kind]]
                has_met[self._copied(kind)] = False
                disguise.hide(kind, has_met.nonzero().flatten(), counts[kind], (relation,))
        for kind in self.batch.copies:
            places, is_bare = self._copied(kind), torch.from_numpy(self.batch.bare[kind])
            into = tuple(r for r in self.view.relations if r.target == kind)
            quiet = tuple(r for r in into if is_behaviour(r))
            disguise.hide(kind, places, counts[kind], (None, *quiet))
            disguise.hide(kind, places[is_bare], counts[kind], into)
        return disguise

    def _nameless(self, nodes: Mapping[str, Tensor]) -> dict[str, Tensor]:
        """Return node numbers, those of copies below 0: who is new has no vector of its own."""
        found = dict(nodes)
        for kind in self.batch.copies:
            found[kind] = found[kind].index_fill(0, self._copied(kind), -1)
        return found

    def _copied(self, kind: str) -> Tensor:
        """Return the places of the copies of a type."""
        numbers = self.batch.copies.get(kind, ())
        seeds = self.batch.seeds.get(kind, ())
        begin = self.view.num_nodes[kind] if self.is_whole else len(seeds)
        return torch.arange(begin, begin + len(numbers))

    def _space(self, name: str, side: Side, kind: str, numbers: np.ndarray) -> "_Space":
        places = self.scene.places(kind, numbers)
        return self._space_at(name, side, kind, places, torch.from_numpy(numbers))

    def _space_at(
        self, name: str, side: Side, kind: str, places: Tensor, numbers: Tensor
    ) -> "_Space":
        signatures = self.view.signatures.rows(kind, numbers)
        hidden = self.disguise.signatures(kind, signatures, places)
        near, inputs = self.view.near(kind, numbers), self.inputs[kind][places]
        if not self.vectors:
            known = Known(None, inputs, hidden, near)
            return _Space(self.model.score(name, side, known), None)
        vectors = self.vectors[kind][places]
        # The encoder learns to stand by itself; the rest then takes of it what helps.
        known = Known(vectors.detach(), inputs, hidden, near)
        alone = self.model.scorer.directions(name, side, vectors)
        return _Space(self.model.score(name, side, known), alone)

    def _links(self) -> list[_Part]:
        found: list[_Part] = []
        for asked in self.batch.asked:
            target = asked.lesson.target
            if not len(asked.links):
                continue
            sources = self._space(target.name, Side.SOURCE, target.source, asked.links.sources)
            candidates = self._space(
                target.name, Side.TARGET, target.target, asked.candidates.numbers
            )
            if target.name == JOB.name:
                candidates = self._with_cold_jobs(asked, candidates)
            found += self._told(target.name, target.share, asked, sources, candidates)
            cold = self._cold_sources(asked)
            if cold is not None:
                rows, copies = cold
                label, share = f"cold {target.name}", _COLD * target.share
                found += self._told(label, share, asked, copies, candidates, rows)
        return found

    def _told(
        self,
        label: str,
        share: float,
        asked: Asked,
        sources: "_Space",
        candidates: "_Space",
        rows: np.ndarray | None = None,
    ) -> list[_Part]:
        """Return how surprising the links are to the whole score, and to the encoder alone."""
        # Which jobs lists put before people is less to the whole than what people made of them.
        weight = share * (_LISTED if asked.lesson.target.name == JOB.name else 1.0)
        whole = sources.whole @ candidates.whole.T
        found = [(label, weight, self._surprise(asked, whole, rows))]
        if sources.alone is not None and candidates.alone is not None:
            scores = sources.alone @ candidates.alone.T
            found.append((f"{label}, encoder", share, self._surprise(asked, scores, rows)))
            if self.config.distillation:
                taught = distilled(scores, whole).mean()
                found.append((f"{label}, taught", self.config.distillation * share, taught))
        return found

    def _surprise(self, asked: Asked, scores: Tensor, rows: np.ndarray | None) -> Tensor:
        links, columns = asked.links, torch.from_numpy(asked.columns())
        if rows is not None:
            links, columns = links.rows(rows), columns[rows]
        lesson, numbers = asked.lesson, asked.candidates.numbers
        count = self.view.num_nodes[lesson.target.target]
        known = torch.from_numpy(lesson.known.among(links.sources, numbers, count))
        if self.config.objective is Objective.BPR:
            wrong = torch.randint(len(numbers), (len(links),), generator=self.generator)
            return bpr(scores, columns, wrong, known).mean()
        expected = torch.from_numpy(asked.candidates.log_expected)
        return info_nce(scores, columns, expected, known).mean()

    def _cold_sources(self, asked: Asked) -> tuple[np.ndarray, "_Space"] | None:
        """Return which links have a source that is there as a copy, and the copies."""
        target, copies = asked.lesson.target, self.batch.copies.get(PERSON)
        if not target.is_dated or target.source != PERSON or copies is None or not len(copies):
            return None
        place = np.searchsorted(copies, asked.links.sources).clip(max=len(copies) - 1)
        rows = np.flatnonzero(copies[place] == asked.links.sources)
        if not len(rows):
            return None
        which = torch.from_numpy(place[rows])
        numbers = torch.from_numpy(asked.links.sources[rows])
        places = self._copied(PERSON)[which]
        return rows, self._space_at(target.name, Side.SOURCE, PERSON, places, numbers)

    def _with_cold_jobs(self, asked: Asked, candidates: "_Space") -> "_Space":
        """Return the candidates with some jobs as they were before anybody met them."""
        copies = self.batch.copies.get(JOBS)
        if copies is None or not len(copies):
            return candidates
        columns = torch.from_numpy(np.searchsorted(asked.candidates.numbers, copies))
        cold = self._space_at(
            JOB.name, Side.TARGET, JOBS, self._copied(JOBS), torch.from_numpy(copies)
        )
        whole = candidates.whole.index_copy(0, columns, cold.whole)
        if candidates.alone is None or cold.alone is None:
            return _Space(whole, None)
        return _Space(whole, candidates.alone.index_copy(0, columns, cold.alone))

    def _shown(self) -> list[_Part]:
        shown = self.batch.shown
        if not len(shown):
            return []
        sources = self._space(JOB.name, Side.SOURCE, PERSON, shown.sources)
        jobs = self._space(JOB.name, Side.TARGET, JOBS, shown.targets)
        share = self.config.shown_share
        worth = torch.from_numpy(shown.worth).to(sources.whole.dtype)
        scores = (sources.whole * jobs.whole).sum(1) + self.trainee.shown_bias
        found = [("shown", share, acted_on(scores, worth).mean())]
        if sources.alone is not None and jobs.alone is not None:
            scores = (sources.alone * jobs.alone).sum(1) + self.trainee.shown_bias_alone
            found.append(("shown, encoder", _ALONE * share, acted_on(scores, worth).mean()))
        return found

    def _alignment(self) -> list[_Part]:
        found = []
        for kind, numbers in self.batch.copies.items():
            if len(numbers) and self.config.alignment:
                warm = self.vectors[kind][self.scene.places(kind, numbers)]
                cold = self.vectors[kind][self._copied(kind)]
                distance = apart(cold, warm).mean()
                found.append((f"cold and warm {kind}", self.config.alignment, distance))
        return found

    def _mask(
        self, inputs: dict[str, Tensor], flow: MessageFlow, generator: torch.Generator
    ) -> tuple[dict[str, Tensor], dict[str, tuple[Tensor, Tensor]]]:
        """Blank the features of some seeds, and return all, and where and what these were."""
        seen, found = dict(inputs), dict[str, tuple[Tensor, Tensor]]()
        if not self.config.feature_masking:
            return seen, found
        for kind, met in flow.met.items():
            width = self.view.facts.widths[kind]
            is_masked = torch.rand(met[0], generator=generator) < self.config.feature_masking
            places = is_masked.nonzero().flatten()
            if not len(places) or not width:
                continue
            told = places[torch.randperm(len(places), generator=generator)[:_MOST_MASKED]]
            found[kind] = told, inputs[kind][told, :width]
            seen[kind] = inputs[kind].clone()
            seen[kind][places, :width] = 0.0
        return seen, found

    def _masked(self, masked: dict[str, tuple[Tensor, Tensor]]) -> list[_Part]:
        found = []
        for kind, (places, features) in masked.items():
            told = self.trainee.decoders[kind](self.vectors[kind][places])
            distance = 1 - functional.cosine_similarity(told, features, dim=1)
            found.append(
                (f"masked {kind}", self.config.reconstruction / len(masked), distance.mean())
            )
        return found


def is_behaviour(relation: Relation) -> bool:
    """Tell whether only what people do makes such edges, so that whoever is new has none."""
    name = relation.reversed().name if relation.is_reversed else relation.name
    return name in _ACTS or (relation.is_undirected and relation.source == NodeType.PERSON.value)


def thinned(flow: MessageFlow, share: float, generator: torch.Generator) -> MessageFlow:
    """Return a flow without a share of its edges (DropEdge, https://arxiv.org/abs/1907.10903)."""
    if not share:
        return flow
    bags: dict[Relation, Bag] = {}
    for relation, bag in flow.bags.items():
        keep = torch.rand(len(bag.sources), generator=generator) >= share
        bags[relation] = kept_edges(bag, keep)
    return MessageFlow(flow.nodes, flow.met, bags)
