"""`TrainingConfig`: how an encoder is trained."""

from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

DAY_SECONDS = 86_400


class Objective(StrEnum):
    """How a link is told from what might have been one."""

    INFO_NCE = "info_nce"  # against all candidates at once
    BPR = "bpr"  # against one candidate at a time


class Precision(StrEnum):
    """How exactly the passes compute; weights and their updates are float32 always."""

    FP32 = "fp32"
    BF16 = "bf16"


@dataclass(frozen=True)
class TrainingConfig:
    """How an encoder is trained; saved beside its weights."""

    scorer_steps: int = 250  # first, in which the scorer learns alone: what few weights can say
    steps: int = 100  # then, with the encoder: what only it can say; 0: it stays silent
    seed: int = 0
    # What is seen and what is foretold
    history_days: int = 540  # what is older is known, and not foretold
    windows: int = 6  # stretches in which as much happened; each is foretold from what was before
    validation_share: float = 0.1  # of all that happened, the newest: to know when to stop
    whole_graph_up_to: int = 50_000  # nodes; a larger graph is sampled around each batch
    fan_outs: tuple[int, ...] = (16, 8)  # neighbours by hop; the whole graph takes the first
    links: int = 512  # of each target, in a step
    shown: int = 8192  # jobs that lists put before somebody, in a step
    candidates: int = 512  # who else might have been the answer, beside the batch's own
    popular_share: float = 0.3  # of the candidates, drawn as often as they are linked
    hard_share: float = 0.3  # of the candidates at the end: near, and not linked; none at first
    hidden_share: float = 0.15  # of the nodes that an undated target is asked about, at most
    objective: Objective = Objective.INFO_NCE
    shown_share: float = 3.0  # weight of telling what was acted on from what was only shown
    distillation: float = 1.0  # weight of teaching the encoder how likely all else holds what
    # What makes it robust
    cold_share: float = 0.25  # of the sources, seen once more without neighbours
    pseudo_neighbours: bool = False  # who has met nobody hears those that share school, work, title
    alignment: float = 0.3  # weight of pulling cold and warm views together
    edge_dropout: float = 0.1
    feature_masking: float = 0.1
    reconstruction: float = 0.1  # weight of telling masked features from the neighbours
    # How steps are taken
    scorer_learning_rate: float = 1e-2
    learning_rate: float = 3e-3
    sparse_learning_rate: float = 1e-2  # of vectors that nodes have of their own
    weight_decay: float = 0.1
    warm_up: float = 0.1  # of the steps
    most_norm: float = 1.0  # longer gradients are cut
    accumulate: int = 1  # batches to a step
    precision: Precision = Precision.FP32
    evaluate_every: int = 20  # steps; a state to resume from is kept as often
    patience: int = 4  # evaluations without gain before it stops

    def __post_init__(self) -> None:
        for name, enum in (("objective", Objective), ("precision", Precision)):
            value = getattr(self, name)
            if value not in list(enum):
                raise ValueError(f"{name} must be one of {[*map(str, enum)]}, got {value!r}")
            object.__setattr__(self, name, enum(value))
        object.__setattr__(self, "fan_outs", tuple(self.fan_outs))
        self._check_ranges()
        if self.popular_share + self.hard_share > 1:
            raise ValueError(
                f"popular_share ({self.popular_share}) and hard_share ({self.hard_share}) "
                "are more than all candidates"
            )
        if not self.fan_outs or min(self.fan_outs) < 1:
            raise ValueError(f"fan_outs must be 1 or more each, got {self.fan_outs}")

    def _check_ranges(self) -> None:
        for name in _AT_LEAST_ONE:
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be 1 or more, got {getattr(self, name)}")
        for name in _SHARES:
            if not 0 <= getattr(self, name) < 1:
                raise ValueError(
                    f"{name} must be at least 0 and below 1, got {getattr(self, name)}"
                )
        for name in ("scorer_steps", "steps"):
            if getattr(self, name) < 0:
                raise ValueError(f"{name} must be 0 or more, got {getattr(self, name)}")
        if not self.all_steps:
            raise ValueError("scorer_steps and steps must not both be 0")
        if min(getattr(self, name) for name in _ABOVE_ZERO) <= 0:
            raise ValueError("learning rates and most_norm must be above 0")

    @property
    def all_steps(self) -> int:
        """Return how many steps there are, those of the scorer alone and those with the encoder."""
        return self.scorer_steps + self.steps

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return values | {"fan_outs": list(self.fan_outs)}


_AT_LEAST_ONE = (
    "history_days",
    "windows",
    "links",
    "shown",
    "candidates",
    "accumulate",
    "evaluate_every",
    "patience",
)
_ABOVE_ZERO = ("scorer_learning_rate", "learning_rate", "sparse_learning_rate", "most_norm")
_SHARES = (
    "validation_share",
    "popular_share",
    "hard_share",
    "hidden_share",
    "cold_share",
    "edge_dropout",
    "feature_masking",
    "warm_up",
)
