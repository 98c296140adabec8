"""`NamedFacts`: a snapshot whose nodes can be called by name."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from graph.links.graph_view import Facts

_MOST_NAMED = 5


class NamedFacts(Facts, Protocol):
    """What a diagnosis asks of a snapshot; see `graph.snapshot.snapshot.Snapshot`."""

    def ids(self, kind: str) -> Sequence[str]: ...


def name_of(facts: NamedFacts, kind: str, number: int) -> str:
    """Return how a node is called in a sentence."""
    return f"{kind} {facts.ids(kind)[number]!r}"


def some_of(names: Iterable[str], count: int) -> str:
    """Return the first of some names, and how many more there are."""
    shown = [name for name, _ in zip(names, range(_MOST_NAMED), strict=False)]
    more = count - len(shown)
    return ", ".join(shown) + (f" and {more:,} more" if more > 0 else "")
