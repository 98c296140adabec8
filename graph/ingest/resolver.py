"""Turns the words of a source into keys of nodes, making local nodes for words nobody knows."""

from collections.abc import Iterable
from typing import NamedTuple

from graph.ingest.local_names import LocalNames
from graph.linking import Link, Linker, Tier
from graph.linking.normalise import shown
from graph.schema import NodeType, Seniority
from graph.store.reviews import Review, Suggested
from graph.store.rows import VALUE_COLUMNS, NodeRow
from graph.store.writer import Writer

_MOST_WORDS_KEPT = 500_000
SURE = 0.99  # a question is never certain of its answer


class Resolved(NamedTuple):
    """The node that some words mean."""

    key: int
    id: str
    mention: str | None  # the words, where they differ from the node's name
    seniority: Seniority | None


class Resolver:
    """Maps titles, skills, companies, schools and places to nodes, for one import."""

    def __init__(self, writer: Writer, linker: Linker) -> None:
        self._writer = writer
        self._linker = linker
        self._known: dict[tuple[NodeType, str], Resolved | None] = {}
        self._reviews: dict[tuple[NodeType, str], Review] = {}
        self._names = LocalNames(writer.connection)

    def resolve(
        self, kind: NodeType, texts: Iterable[str | None], source_id: int
    ) -> dict[str, Resolved]:
        """Find or make the node for each text.

        Returns:
            Text -> node; texts that say nothing ("N/A", "Self-employed") are left out.
        """
        if len(self._known) > _MOST_WORDS_KEPT:
            self._known = {}
        wanted = dict.fromkeys(text for text in texts if text)
        new = [text for text in wanted if (kind, text) not in self._known]
        if new:
            self._link(kind, new, source_id)
        found = ((text, self._known[kind, text]) for text in wanted)
        return {text: node for text, node in found if node is not None}

    def forget(self) -> None:
        """Forget everything resolved so far."""
        self._known, self._reviews = {}, {}
        self._names.forget()

    def take_reviews(self) -> list[Review]:
        """Return the questions of the file that has just been read to its end."""
        reviews = list(self._reviews.values())
        self._reviews = {}
        self._names.keep()
        return reviews

    def settle_names(self) -> None:
        """Give local nodes the best of the spellings met; edges keep what their source wrote."""
        self._names.settle()
        self._known = {}

    def _link(self, kind: NodeType, texts: list[str], source_id: int) -> None:
        links = {text: self._link_one(kind, text) for text in texts}
        ids = {text: node_id(link) for text, link in links.items()}
        self._make_missing(kind, links, source_id)
        wanted = [id for id in ids.values() if id]
        keys = self._writer.keys.find(kind, wanted)
        held = self._names.held(kind, wanted)
        for text, link in links.items():
            id = ids[text]
            if id is None or id not in keys:
                self._known[kind, text] = None
                continue
            mention = text if text != held.get(id, link.name) else None
            self._known[kind, text] = Resolved(keys[id], id, mention, link.seniority)
            if id in held and link.tier is not Tier.LEARNED:
                self._names.meet(kind, id, _spelling(link))
            if link.id is None and link.suggestions:
                self._ask(kind, link)

    def _link_one(self, kind: NodeType, text: str) -> Link:
        link = self._linker.link(kind, text)
        if kind in (NodeType.COMPANY, NodeType.SCHOOL) and link.id is None and link.local_id:
            # Known from now on, so that the next name like it can be asked about.
            self._linker.register(kind, link.local_id, link.name)
        return link

    def _make_missing(self, kind: NodeType, links: dict[str, Link], source_id: int) -> None:
        wanted: dict[str, Link] = {}
        for link in links.values():
            if id := node_id(link):
                wanted.setdefault(id, link)
        known = self._writer.keys.find(kind, wanted)
        rows = [
            NodeRow(id, named(kind, link.name))
            for id, link in sorted(wanted.items())
            if id not in known
        ]
        self._writer.nodes(kind, rows, source_id)

    def _ask(self, kind: NodeType, link: Link) -> None:
        key = self._linker.key(kind, link.text)
        suggestions = tuple(
            Suggested(s.id, s.name, round(min(s.score, SURE), 3)) for s in link.suggestions
        )
        self._reviews.setdefault(
            (kind, key),
            Review(kind, key, link.text, link.local_id or "", suggestions, 0, "open", None),
        )


def node_id(link: Link) -> str | None:
    """Return the id of the node that a link stands for: standard, else local, else none."""
    if link.placeholder:
        return None
    return link.id or link.local_id


def _spelling(link: Link) -> str:
    # A link to a node that is registered already carries that node's name, not these words.
    return link.name if link.id is None else shown(link.text)


def named(kind: NodeType, name: str) -> tuple[str | None, ...]:
    """Return node values that hold a name alone."""
    return tuple(name if column == "name" else None for column in VALUE_COLUMNS[kind])
