"""Finds out what the best simple model does not see, by taking parts of the truth away."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from app.world_report.contest import SEED, Lessons, across_halves
from app.world_report.exam import Exam
from graph.world.behaviour.utility import Part, Task
from retrieval.baselines.learned import Fit
from retrieval.baselines.pair_features import FEATURES, Kind
from retrieval.metrics import Estimate, estimate

Floats = npt.NDArray[np.float64]

# What a part of the utility takes to be seen; parts that stand alone carry their own name.
SIGNALS: dict[str, tuple[Part, ...]] = {
    "contacts of contacts": (Part.SECOND,),
    "direct contacts": (Part.SOCIAL,),
    "what was looked at last": (Part.SESSION,),
    "taste, told by texts alone": (Part.TASTE,),
    "skills that only texts name": (Part.COVERAGE_TEXT,),
    "skills as listed": (Part.COVERAGE,),
    "title": (Part.TITLE,),
    "level": (Part.LEVEL,),
    "place": (Part.PLACE,),
    "pay": (Part.PAY,),
    "size of the company": (Part.SIZE,),
    "age of the posting": (Part.FRESHNESS,),
    "wrong titles and bait": (Part.MISLABELLED, Part.BAIT),
    "one's own company": (Part.OWN_COMPANY,),
}
# What the features of the simple models say nothing of, by where it would have to be found.
ONLY_IN = {
    "the network": "contacts of contacts",
    "the sequence": "what was looked at last",
    "the text": "taste, told by texts alone",
}


@dataclass(frozen=True)
class Signal:
    """What a part of the utility is worth, in NDCG@10 of applications."""

    name: str
    people: float  # share of people among whose jobs it differs; the estimates are over these
    model: Estimate  # the best simple model as it is
    oracle_without: Estimate  # the oracle that does not see it, in the true world
    model_told: Estimate  # the best simple model that is told the true value of it
    model_gain: Estimate  # what that gains, person by person
    model_without: Estimate  # the best simple model in a world where it moves nobody


@dataclass(frozen=True)
class Feature:
    """What features of a kind are worth to the best simple model, in NDCG@10 of applications."""

    kind: Kind
    model_without: Estimate
    model_loss: Estimate  # what that loses, person by person


def weigh_signals(exam: Exam, best: Floats, task: Task = Task.APPLY) -> list[Signal]:
    """Take each part of the utility away, and tell it to the best simple model.

    Args:
        exam: The pairs and the truth.
        best: Scores of the best simple model, (pairs,).
        task: What is ranked for.

    Returns:
        The parts that the model gains most from first; without those that are the same for all.
    """
    gains = exam.chance(task)
    alone = exam.ndcg(gains, best)
    signals: list[Signal] = []
    for name, parts in SIGNALS.items():
        values = [exam.utility.values[part].astype(float) for part in parts]
        touched = np.logical_or.reduce([_differs(exam, value) for value in values])
        if not touched.any():
            continue
        told = exam.ndcg(gains, across_halves(exam, np.column_stack([best, *values]), gains))
        without = exam.chance(task, parts)
        measured = (
            alone,
            exam.ndcg(gains, without),
            told,
            told - alone,
            exam.ndcg(without, best),
        )
        estimates = (estimate(each[touched], SEED) for each in measured)
        signals.append(Signal(name, float(touched.mean()), *estimates))
    return sorted(signals, key=lambda signal: -signal.model_gain.mean)


def weigh_features(
    exam: Exam, lessons: Lessons, fit: Fit, best: Floats, task: Task = Task.APPLY
) -> list[Feature]:
    """Fit the best simple model again and again, each time without features of one kind."""
    gains = exam.chance(task)
    alone = exam.ndcg(gains, best)
    found: list[Feature] = []
    for kind in dict.fromkeys(kind for _, kind in FEATURES):
        without = exam.ndcg(gains, lessons.scores(fit, task, kind))
        found.append(Feature(kind, estimate(without, SEED), estimate(alone - without, SEED)))
    return sorted(found, key=lambda feature: -feature.model_loss.mean)


def _differs(exam: Exam, values: Floats) -> npt.NDArray[np.bool_]:
    """Tell among whose candidates a value differs, (people,)."""
    starts = exam.offsets[:-1]
    return np.maximum.reduceat(values, starts) > np.minimum.reduceat(values, starts)
