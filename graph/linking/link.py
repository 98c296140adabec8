"""Says what linking a text answers: the standard thing it names, or what it might name."""

from dataclasses import dataclass
from enum import StrEnum

from graph.schema import NodeType, Seniority


class Tier(StrEnum):
    """How a text was recognised, the surest way first."""

    EXACT = "exact"  # the standard name itself
    ALIAS = "alias"  # a listed other wording
    NORMALISED = "normalised"  # the same words, written another way
    FUZZY = "fuzzy"  # a typing mistake away
    LEARNED = "learned"  # a person has said so
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A standard thing that a text might name, for a person to judge."""

    id: str
    name: str
    score: float  # 0..1


@dataclass(frozen=True, slots=True)
class Link:
    """What a text names."""

    text: str
    id: str | None  # the accepted standard id, None if not accepted
    tier: Tier
    score: float  # 0..1
    suggestions: tuple[Suggestion, ...] = ()  # best first, at most 3; only where id is None
    seniority: Seniority | None = None  # titles only, read from the words
    placeholder: bool = False  # the text says nothing: it makes no node and never matches
    local_id: str | None = None  # of the node to make when there is no id and no placeholder
    name: str = ""  # the standard name, or the cleaned text


@dataclass(frozen=True, slots=True)
class LearnedAlias:
    """What a person has decided about a text of the review queue."""

    kind: NodeType
    key: str  # as `Linker.key` gives it
    id: str | None  # None: a thing of its own, never to be suggested again


@dataclass(frozen=True, slots=True)
class Match:
    """What the linker of one kind makes of a text."""

    id: str | None = None
    tier: Tier = Tier.NONE
    score: float = 0.0
    suggestions: tuple[Suggestion, ...] = ()
    seniority: Seniority | None = None
    placeholder: bool = False
