"""`train_encoder`: learns from a snapshot which links come next."""

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from graph.encoder.config import EncoderConfig
from graph.encoder.encoder import GraphEncoder
from graph.links.columns import NO_COLUMNS, Columns
from graph.links.graph_view import Facts, schema_of
from graph.links.link_model import LinkModel
from graph.links.link_scorer import LinkScorer, ScorerConfig
from graph.links.link_target import TARGETS, LinkTarget
from graph.relation import Relation
from graph.training.batch import draw_batch
from graph.training.checkpoint import (
    RunState,
    files_of_run,
    hash_of_weights,
    load_run,
    save_run,
)
from graph.training.data_parallel import (
    any_process,
    average_gradients,
    num_processes,
    process_number,
    send_weights,
)
from graph.training.finite_features import check_features
from graph.training.hard_candidates import find_hard_candidates
from graph.training.lessons import Course, Lesson, plan_course
from graph.training.optimisers import learning_rate, make_optimisers
from graph.training.passed_relations import passed_relations
from graph.training.repeatable import repeatable
from graph.training.step_loss import Loss, Trainee
from graph.training.training_config import Precision, TrainingConfig
from graph.training.validation import Found, examine, mark_of
from graph.whole_file import sole_writer


class TrainingFailed(Exception):
    """A loss or a gradient is no number any more; nothing was published."""


class StopTraining(Exception):
    """Whoever is told of a step wants the run to end there, and to go on another time."""


class Told(NamedTuple):
    """How far a run has come."""

    step: int
    steps: int
    loss: float
    parts: dict[str, float]
    found: dict[str, Found] | None  # after an evaluation
    is_best: bool = False


@dataclass(frozen=True)
class Trained:
    """What a run made."""

    model: LinkModel
    state: RunState
    run: dict[str, Any]


def train_encoder(
    facts: Facts,
    encoder: EncoderConfig,
    config: TrainingConfig,
    folder: Path | None = None,
    tell: Callable[[Told], None] = lambda _told: None,
    targets: tuple[LinkTarget, ...] = TARGETS,
    start: LinkModel | LinkScorer | None = None,
    columns: Mapping[str, Columns] = NO_COLUMNS,
) -> Trained:
    """Train an encoder to foretell links, and return it as it was at its best evaluation.

    With one number of threads and one kind of machine the same facts, settings and seed give the
    same weights to the bit, whether or not the run was interrupted.

    Args:
        facts: The snapshot to learn from.
        encoder: Which encoder.
        config: How to train it.
        folder: Where the state of the run is kept, to go on from after a kill; None: nowhere.
        tell: Told of every step. May raise `StopTraining`: then the state is kept, all processes
            end after the same step, and the next run with the folder goes on from there.
        targets: What to foretell; those without examples are passed over.
        start: A model of the same shape whose weights to begin from, or a scorer, of which all is
            taken over but what it makes of the encoder's vectors; None: drawn by the seed.
        columns: Node type -> where in its features texts ("text") and places ("where") are.

    Raises:
        NothingToLearn: The graph has no links to foretell.
        TrainingFailed: The loss is no number any more.
        ForeignRun: The folder holds a run of other data or settings.
        StopTraining: Whoever is told said so, in this process or another.
        BlockingIOError: Another run writes to the folder.
        ValueError: A feature is no finite number; the node is named.
    """
    run = _Run(facts, encoder, config, targets, columns)
    run.begin_from(start)
    with _held(folder, config), repeatable():
        run.restore(folder)
        while not run.is_over:
            _take_step(run, folder, tell)
    return Trained(run.best_model(), run.state, run.said)


def _take_step(run: "_Run", folder: Path | None, tell: Callable[[Told], None]) -> None:
    loss = run.step()
    found, is_best, wants_stop, is_due = None, False, False, run.is_due
    if is_due:
        if run.is_joined:
            found, is_best = run.evaluate()
        run.keep(folder)
    step, steps = run.state.step, run.config.all_steps
    try:
        tell(Told(step, steps, float(loss.total), loss.parts, found, is_best))
    except StopTraining:
        wants_stop = True
    if any_process(here=wants_stop):
        if not is_due:
            run.keep(folder)
        raise StopTraining(f"training was stopped after step {step} of {steps}")


@contextmanager
def _held(folder: Path | None, config: TrainingConfig) -> Iterator[None]:
    """Keep other runs out of a folder, and remove what killed ones left half written."""
    if folder is None or process_number():
        yield
        return
    with sole_writer(folder, files_of_run(config.all_steps)):
        yield


class _Run:
    def __init__(
        self,
        facts: Facts,
        encoder: EncoderConfig,
        config: TrainingConfig,
        targets: tuple[LinkTarget, ...],
        columns: Mapping[str, Columns],
    ) -> None:
        check_features(facts)
        relations = passed_relations(facts, with_alike=config.pseudo_neighbours)
        self.config = config
        self.course: Course = plan_course(facts, targets, relations, config, columns)
        torch.manual_seed(config.seed)
        schema = schema_of(facts, relations)
        sizes = ScorerConfig(
            encoder.out_width,
            input_widths=schema.widths,
            feature_widths=facts.widths,
            columns=columns,
        )
        scorer = LinkScorer(sizes, targets)
        self.model = LinkModel(GraphEncoder(encoder, schema), scorer)
        self.trainee = Trainee(self.model)
        send_weights(self.trainee)
        self.optimisers = make_optimisers(self.trainee, config)
        self.state = RunState(history=[])
        self.best: dict[str, Tensor] = {}
        self.said: dict[str, Any] = {
            "encoder": encoder.as_json(),
            "training": config.as_json(),
            "schema": schema.as_json(),
            "scorer": sizes.as_json(),
            "as_of": facts.as_of,
            "nodes": {kind: facts.num_nodes(kind) for kind in facts.widths},
            "edges": {str(each): facts.adjacency(each).num_edges for each in facts.relations},
            "targets": [target.name for target in targets],
            "processes": num_processes(),
        }

    def begin_from(self, start: LinkModel | LinkScorer | None) -> None:
        if start is None:
            return
        if isinstance(start, LinkScorer):
            self.model.scorer.begin_from(start)
        else:
            start.encoder.schema.check_same(self.model.encoder.schema)
            self.model.load_state_dict(start.state_dict())
        self.said["start"] = hash_of_weights(start)

    @property
    def is_over(self) -> bool:
        state, config = self.state, self.config
        return state.step >= config.all_steps or state.without_gain >= config.patience

    @property
    def is_alone(self) -> bool:
        """Whether the scorer still learns without the encoder."""
        return self.state.step < self.config.scorer_steps

    @property
    def is_joined(self) -> bool:
        """Whether the encoder has begun to learn, so that the whole model can be examined."""
        return self.state.step > self.config.scorer_steps

    @property
    def is_due(self) -> bool:
        step, config = self.state.step, self.config
        return step % config.evaluate_every == 0 or step in (config.scorer_steps, config.all_steps)

    def restore(self, folder: Path | None) -> None:
        found = None
        if folder is not None:
            found = load_run(folder, self.said, self.trainee, self.optimisers)
        if found is not None:
            self.state, kept = found
            best = ((name.partition("/"), each) for name, each in kept.items())
            self.best = {name: each for (part, _, name), each in best if part == "best"}
            for key, lesson in self._lessons():
                hard = kept.get(key)
                lesson.candidates.hard = None if hard is None else hard.numpy()

    def step(self) -> Loss:
        state, config = self.state, self.config
        chapters = self.course.chapters
        chapter = chapters[state.step % len(chapters)]
        epoch = state.step // len(chapters)
        self.trainee.train()
        for optimiser in self.optimisers:
            optimiser.zero_grad(set_to_none=True)
        total = Loss(torch.zeros(()), {})
        for part in range(config.accumulate):
            number = (state.step * config.accumulate + part) * num_processes() + process_number()
            generator = np.random.default_rng([config.seed, number])
            torch.manual_seed(int(generator.integers(1 << 62)))  # for dropout
            progress = max(state.step - config.scorer_steps, 0) / max(config.steps, 1)
            batch = draw_batch(chapter, config, progress, generator)
            with torch.autocast("cpu", torch.bfloat16, config.precision is Precision.BF16):
                loss = self.trainee(chapter, batch, config, number, epoch, is_alone=self.is_alone)
            if any_process(here=not math.isfinite(loss.total.item())):
                raise TrainingFailed(
                    f"the loss of step {state.step + 1} is {loss.total.item()}: {loss.parts}"
                )
            (loss.total / config.accumulate).backward()
            total = Loss(total.total + loss.total.detach() / config.accumulate, loss.parts)
        self._update()
        state.step += 1
        return total

    def evaluate(self) -> tuple[dict[str, Found], bool]:
        """Examine the model, and note whether it is the best so far."""
        state = self.state
        found = examine(self.model, self.course.examination, self.config.seed)
        mark = mark_of(found)
        # Where there is nothing to examine, the newest weights are the best.
        is_best = mark > state.best_mark or not self.best or not found
        if is_best:
            state.best_mark, state.best_step, state.without_gain = mark, state.step, 0
            weights = self.model.state_dict().items()
            self.best = {name: each.detach().clone() for name, each in weights}
        else:
            state.without_gain += 1
        assert state.history is not None
        state.history.append(
            {
                "step": state.step,
                "mark": mark,
                **{name: each._asdict() for name, each in found.items()},
            }
        )
        self._find_hard()
        return found, is_best

    def keep(self, folder: Path | None) -> None:
        if folder is not None and process_number() == 0:
            kept = {f"best/{name}": each for name, each in self.best.items()}
            for key, lesson in self._lessons():
                if lesson.candidates.hard is not None:
                    kept[key] = torch.from_numpy(lesson.candidates.hard)
            save_run(folder, self.said, self.state, self.trainee, kept, self.optimisers)

    def _lessons(self) -> Iterator[tuple[str, Lesson]]:
        """Yield all lessons, with a name each."""
        for number, chapter in enumerate(self.course.chapters):
            for lesson in chapter.lessons:
                yield f"hard/{number}/{lesson.target.name}", lesson

    def best_model(self) -> LinkModel:
        if self.best:
            self.model.load_state_dict(self.best)
        if not self.config.steps:
            self.model.scorer.without_encoder()
        self.model.encoder.silence(self._never_heard())
        return self.model.eval()

    def _never_heard(self) -> list[Relation]:
        """Return the relations that no chapter had an edge of: their weights learned nothing."""
        views = [chapter.view for chapter in self.course.chapters]
        heard = {
            relation
            for view in views
            for relation, adjacency in view.adjacencies.items()
            if adjacency.num_edges
        }
        return [each for each in self.model.encoder.schema.relations if each not in heard]

    def _find_hard(self) -> None:
        if self.config.hard_share:
            for chapter in self.course.chapters:
                find_hard_candidates(self.model, chapter)

    def _update(self) -> None:
        average_gradients(self.trainee, self.model.sparse_parameters())
        dense = [
            each
            for each in self.trainee.parameters()
            if each.grad is not None and not each.grad.is_sparse
        ]
        norm = nn.utils.clip_grad_norm_(dense, self.config.most_norm)
        if not math.isfinite(norm.item()):
            raise TrainingFailed(
                f"the gradient of step {self.state.step + 1} has the length {norm.item()}"
            )
        rate = learning_rate(self.state.step, self.config)
        sparse = rate * self.config.sparse_learning_rate / self.config.learning_rate
        for optimiser, each in zip(self.optimisers, (rate, sparse), strict=False):
            for group in optimiser.param_groups:
                group["lr"] = each * group.get("factor", 1.0)
            optimiser.step()
