"""`diagnose`: looks a graph over, and a model of it if there is one, and says what is wrong."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import torch

from graph.diagnostics.accuracy import judge_accuracy, measure_accuracy
from graph.diagnostics.degrees import check_degrees, check_edge_weights
from graph.diagnostics.diagnosis import Diagnosis, Tables
from graph.diagnostics.diagnosis_config import DiagnosisConfig
from graph.diagnostics.drift import judge_drift, measure_drift
from graph.diagnostics.features import check_features
from graph.diagnostics.finding import Finding, Severity
from graph.diagnostics.gradients import judge_gradients, measure_gradients
from graph.diagnostics.homophily import check_homophily
from graph.diagnostics.named_facts import NamedFacts
from graph.diagnostics.relations import judge_relations, measure_relations
from graph.diagnostics.smoothing import judge_layers, measure_layers
from graph.links.graph_view import GraphView, schema_of
from graph.links.link_model import LinkModel
from graph.training.lessons import Chapter, NothingToLearn, plan_course
from graph.training.training_config import TrainingConfig

Step = Callable[[str, int], None]  # (what is being looked at, how many parts are done)


def diagnose(
    facts: NamedFacts,
    model: LinkModel | None = None,
    config: DiagnosisConfig | None = None,
    step: Step = lambda _name, _done: None,
) -> Diagnosis:
    """Look a graph over, and a model of it.

    Never raises for what is wrong with either: that is what it says. With one number of threads
    the same graph, model and config give the same diagnosis.

    Args:
        facts: The graph.
        model: What is to serve it; left as it was. None: the graph alone is looked at.
        config: How much to look at.
        step: Told what is being looked at.
    """
    return _Examination(facts, config or DiagnosisConfig(), step).diagnose(model)


class _Examination:
    def __init__(self, facts: NamedFacts, config: DiagnosisConfig, step: Step) -> None:
        self.facts, self.config, self._step = facts, config, step
        self.findings: list[Finding] = []
        self.tables = Tables()
        self.done = 0

    def diagnose(self, model: LinkModel | None) -> Diagnosis:
        self._graph()
        obstacle = self._obstacle(model)
        if obstacle is not None:
            self.findings.append(obstacle)
        elif model is not None:
            with _evaluated(model):
                self._model(model)
        facts, order = self.facts, list(Severity)
        return Diagnosis(
            {kind: facts.num_nodes(kind) for kind in facts.widths},
            {str(each): facts.adjacency(each).num_edges for each in facts.relations},
            model is not None,
            tuple(sorted(self.findings, key=lambda each: -order.index(each.severity))),
            self.tables,
        )

    def _tell(self, name: str) -> None:
        self._step(name, self.done)
        self.done += 1

    def _graph(self) -> None:
        self._tell("features")
        features = check_features(self.facts)
        self._tell("degrees")
        degrees, weights = check_degrees(self.facts), check_edge_weights(self.facts)
        self._tell("homophily")
        homophily = check_homophily(self.facts, self.config)
        empty = any(each.name == "empty_graph" for each in degrees.findings)
        self.findings += degrees.findings if empty else features.findings + degrees.findings
        self.findings += weights.findings + homophily.findings
        self.tables = Tables(features.rows, degrees.by_relation, degrees.isolated, homophily.rows)

    def _obstacle(self, model: LinkModel | None) -> Finding | None:
        """Return why the model cannot be looked at; None where it can."""
        if model is None:
            meaning = "There is no model: only the graph was looked at."
            advice = "Train one, or name the release to look at."
            return Finding("no_model", Severity.NOTICE, "model", meaning, advice)
        skipped = "The model was not looked at: "
        spoilt = [each for each in self.findings if each.name in _SPOILING]
        if spoilt:
            names = ", ".join(dict.fromkeys(each.name.replace("_", " ") for each in spoilt))
            advice = "See to these first."
            return Finding("model_skipped", Severity.NOTICE, "model", skipped + names, advice)
        schema = model.encoder.schema
        try:
            found = schema_of(self.facts, schema.relations)
            schema.check_same(found)
        except ValueError as error:
            advice = "Train a model on this graph, or build the snapshot with the model's features."
            return Finding("foreign_model", Severity.FAULT, "model", f"{skipped}{error}.", advice)
        broken = [name for name, each in model.named_parameters() if not each.isfinite().all()]
        if broken:
            meaning = f"{skipped}{len(broken)} of its weights are no numbers: {broken[0]}"
            advice = "Take an earlier release; train anew with a lower learning_rate."
            return Finding("broken_weights", Severity.FAULT, broken[0], meaning, advice)
        return None

    def _model(self, model: LinkModel) -> None:
        view = model.view(self.facts, seed=self.config.seed)
        self._tell("layers")
        self._layers(model, view)
        if any(row.broken for row in self.tables.layers):
            return
        self._tell("relations")
        relations = measure_relations(model, view, self.config)
        self.findings += judge_relations(relations)
        self._tell("cold and warm")
        drift = measure_drift(model, view, self.config)
        self.findings += judge_drift(drift)
        self.tables = replace(
            self.tables,
            relations=tuple(relations),
            drift=tuple(drift.views),
            populations=tuple(drift.populations),
        )
        self._lessons(model)

    def _layers(self, model: LinkModel, view: GraphView) -> None:
        rows = []
        for kind, count in view.num_nodes.items():
            if count:
                generator = np.random.default_rng([self.config.seed, count])
                size = min(count, self.config.nodes)
                nodes = np.sort(generator.choice(count, size, replace=False))
                rows += measure_layers(model, view, kind, nodes, self.config)
        self.findings += judge_layers(rows)
        self.tables = replace(self.tables, layers=tuple(rows))

    def _lessons(self, model: LinkModel) -> None:
        """Look at what needs links of the past, and the graph as a whole: gradients, accuracy."""
        nodes = sum(self.facts.num_nodes(kind) for kind in self.facts.widths)
        if nodes > self.config.most_nodes_whole:
            self._say_unmeasured(
                f"Gradients and accuracy were not measured: the graph has {nodes:,} nodes, and "
                f"they take all of up to {self.config.most_nodes_whole:,}.",
                "Evaluate the model on a smaller world (careergraph evaluate).",
            )
            return
        training = _training_config(self.config, model.encoder.config.num_layers)
        try:
            chapter, examination = self._course(model, training)
        except NothingToLearn as error:
            self._say_unmeasured(
                f"Gradients and accuracy were not measured: {error}.",
                "Import connections, applications or skills, and diagnose again.",
            )
            return
        self._tell("gradients")
        gradients = measure_gradients(model, chapter, training)
        del chapter  # what it has sent along trails takes much room
        self.findings += judge_gradients(gradients)
        self.tables = replace(self.tables, gradients=tuple(gradients))
        self._tell("accuracy")
        self._accuracy(model, examination)

    def _course(self, model: LinkModel, training: TrainingConfig) -> tuple[Chapter, Chapter]:
        """Return what a batch is drawn from, and what shows how much was learned."""
        targets = tuple(model.scorer.targets.values())
        course = plan_course(self.facts, targets, model.encoder.schema.relations, training)
        return course.chapters[0], course.examination

    def _accuracy(self, model: LinkModel, examination: Chapter) -> None:
        if not any(len(one.links) for one in examination.lessons if one.target.is_dated):
            self._say_unmeasured(
                "Accuracy by degree was not measured: no link came in the newest days.",
                "Wait until more has happened, or evaluate the model (careergraph evaluate).",
            )
            return
        rows = measure_accuracy(model, examination, self.config.ranked_links, self.config.seed)
        self.findings += judge_accuracy(rows)
        self.tables = replace(self.tables, accuracy=tuple(rows))

    def _say_unmeasured(self, meaning: str, advice: str) -> None:
        self.findings.append(Finding("unmeasured", Severity.NOTICE, "model", meaning, advice))


_HISTORY_DAYS = 90  # what a batch asks about came lately, so that its view knows a graph
_SPOILING = frozenset({"empty_graph", "bad_features", "bad_edge_weights"})


def _training_config(config: DiagnosisConfig, num_layers: int) -> TrainingConfig:
    """Return how a batch is drawn: sampled, without anything that chance hides."""
    return TrainingConfig(
        seed=config.seed,
        windows=1,
        history_days=_HISTORY_DAYS,
        whole_graph_up_to=0,
        fan_outs=config.fan_outs(num_layers),
        links=config.links,
        candidates=config.links,
        hard_share=0.0,
        shown_share=0.0,
        edge_dropout=0.0,
        feature_masking=0.0,
        reconstruction=0.0,
    )


@contextmanager
def _evaluated(model: LinkModel) -> Iterator[None]:
    """Put a model in evaluation mode, and afterwards as it was, the random numbers too."""
    modes = {module: module.training for module in model.modules()}
    with torch.random.fork_rng(devices=[]):
        try:
            model.eval()
            yield
        finally:
            for module, was_training in modes.items():
                module.training = was_training
