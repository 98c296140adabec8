"""Knows the texts that stand where a name should and say nothing."""

from graph.linking.normalise import fold, words
from graph.schema import NodeType
from graph.taxonomy import Taxonomy
from graph.taxonomy_rows import PlaceholderKind

# Sentences about what somebody wants, where what they do should stand.
WISHES = (
    "looking for ",
    "actively looking ",
    "seeking ",
    "actively seeking ",
    "open to work",
    "open to new ",
    "in search of ",
    "in between ",
)
KINDS_WITH_WISHES = frozenset({NodeType.TITLE, NodeType.COMPANY})


class Placeholders:
    """Tells whether a text says nothing."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._texts: dict[NodeType, frozenset[str]] = {}
        for kind in PlaceholderKind:
            if kind is PlaceholderKind.ANY:
                continue
            wanted = (kind, PlaceholderKind.ANY)
            self._texts[NodeType(kind.value)] = frozenset(
                _key(row.text) for row in taxonomy.placeholders if row.kind in wanted
            )

    def __call__(self, kind: NodeType, text: str) -> bool:
        """Tell whether the text names nothing of this kind."""
        key = _key(text)
        if not key or key in self._texts[kind]:
            return True
        return kind in KINDS_WITH_WISHES and key.startswith(WISHES)


def _key(text: str) -> str:
    return " ".join(words(fold(text)))
