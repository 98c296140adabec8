"""Says which encoder to make: how wide and deep it is, and how nodes listen to their neighbours."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from graph.encoder.json_fields import checked_fields

MOST_WIDTH = 8_192
MOST_LAYERS = 16


class ConvolutionKind(StrEnum):
    """How a node makes one message of what the neighbours of one relation say."""

    SAGE = "sage"
    GCN = "gcn"
    GAT = "gat"
    GIN = "gin"
    LIGHTGCN = "lightgcn"
    PINSAGE = "pinsage"


class Aggregation(StrEnum):
    """How `sage` makes one of many."""

    MEAN = "mean"
    MAX = "max"
    LSTM = "lstm"
    SUM = "sum"


class JumpingKnowledge(StrEnum):
    """What of the layers goes into the vector: the input and every layer, or only the last."""

    LAST = "last"
    CAT = "cat"
    MAX = "max"
    MEAN = "mean"


class Combination(StrEnum):
    """How the messages of several relations become one."""

    MEAN = "mean"  # over the relations in which the node has a neighbour
    SUM = "sum"


class Normalisation(StrEnum):
    """Whence `gcn` and `lightgcn` know how many neighbours the two ends of an edge have."""

    FLOW = "flow"  # counted in the flow as sampled; exact where the flow is the whole graph
    GIVEN = "given"  # the weights of the flow are the factors, whoever sampled it computed them


@dataclass(frozen=True)
class EncoderConfig:
    """What an encoder is made from, beside the schema of its graph."""

    width: int = 128  # of hidden states
    out_width: int = 128  # of the vectors
    num_layers: int = 2  # hops that a vector sees
    convolution: ConvolutionKind = ConvolutionKind.SAGE
    aggregation: Aggregation = Aggregation.MEAN  # read by `sage`
    num_heads: int = 4  # read by `gat`
    attention_version: int = 2  # read by `gat`: 1 or 2
    attention_dropout: float = 0.0  # read by `gat`
    normalisation: Normalisation = Normalisation.FLOW  # read by `gcn` and `lightgcn`
    combination: Combination = Combination.MEAN
    jumping_knowledge: JumpingKnowledge = JumpingKnowledge.CAT
    residual: bool = True
    dropout: float = 0.3
    checkpointing: bool = False  # compute layers again when going back, to save memory
    # Node type -> how many nodes, from number 0, have a vector of their own; the rest have none.
    id_embeddings: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        _check_types(self)
        for name in ("width", "out_width"):
            if not 1 <= getattr(self, name) <= MOST_WIDTH:
                raise ValueError(f"{name} must be 1 to {MOST_WIDTH}, got {getattr(self, name)}")
        if not 1 <= self.num_layers <= MOST_LAYERS:
            raise ValueError(f"num_layers must be 1 to {MOST_LAYERS}, got {self.num_layers}")
        for name in ("dropout", "attention_dropout"):
            if not 0 <= getattr(self, name) < 1:
                raise ValueError(
                    f"{name} must be at least 0 and below 1, got {getattr(self, name)}"
                )
        self._check_attention()
        if self.is_light and self.jumping_knowledge is JumpingKnowledge.LAST:
            raise ValueError(
                "convolution 'lightgcn' with jumping_knowledge 'last' forgets the node itself; "
                "take 'mean' (as the paper does), 'cat' or 'max'"
            )
        for kind, count in self.id_embeddings.items():
            if not kind or count < 1:
                raise ValueError(f"id_embeddings of {kind!r} must count 1 node or more: {count}")

    def _check_attention(self) -> None:
        if self.attention_version not in (1, 2):
            raise ValueError(f"attention_version must be 1 or 2, got {self.attention_version}")
        if self.num_heads < 1:
            raise ValueError(f"num_heads must be 1 or more, got {self.num_heads}")
        if self.convolution is ConvolutionKind.GAT and self.width % self.num_heads:
            raise ValueError(
                f"width ({self.width}) must be divisible by num_heads ({self.num_heads})"
            )

    @property
    def is_light(self) -> bool:
        """Whether layers only propagate, and have no weight matrices."""
        return self.convolution is ConvolutionKind.LIGHTGCN

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return values | {"id_embeddings": dict(self.id_embeddings)}

    @classmethod
    def from_json(cls, found: object) -> "EncoderConfig":
        """Make it from what `as_json` returned; a key that is missing has its default.

        Raises:
            ValueError: A key is unknown, or a value is not what it must be.
        """
        known = {each.name for each in fields(cls)}
        return cls(**checked_fields("the encoder's config", found, known))


_ENUMS: Mapping[str, type[StrEnum]] = {
    "convolution": ConvolutionKind,
    "aggregation": Aggregation,
    "normalisation": Normalisation,
    "combination": Combination,
    "jumping_knowledge": JumpingKnowledge,
}
_TYPES: Mapping[str, type] = {
    "width": int,
    "out_width": int,
    "num_layers": int,
    "num_heads": int,
    "attention_version": int,
    "dropout": float,
    "attention_dropout": float,
    "residual": bool,
    "checkpointing": bool,
}


def _check_types(config: EncoderConfig) -> None:
    """Turn words into members of their enum, and refuse what JSON or a caller got wrong."""
    for name, enum in _ENUMS.items():
        value = getattr(config, name)
        if value not in [each.value for each in enum]:
            raise ValueError(f"{name} must be one of {[*map(str, enum)]}, got {value!r}")
        object.__setattr__(config, name, enum(value))
    for name, wanted in _TYPES.items():
        value = getattr(config, name)
        is_whole = isinstance(value, int) and not isinstance(value, bool)
        if wanted is float and is_whole:
            object.__setattr__(config, name, float(value))
        elif not isinstance(value, wanted) or (wanted is int and not is_whole):
            raise ValueError(f"{name} must be of type {wanted.__name__}, got {value!r}")
    counts = config.id_embeddings
    if not isinstance(counts, Mapping) or not all(type(each) is int for each in counts.values()):
        raise ValueError(f"id_embeddings must map node types to whole numbers, got {counts!r}")
    object.__setattr__(config, "id_embeddings", MappingProxyType(dict(counts)))
