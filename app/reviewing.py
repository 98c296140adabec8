"""Goes through the review queue: what entity linking was not sure about."""

import sys
import time
from typing import Any

import typer
from rich.markup import escape
from rich.table import Table

from app.counted import counted
from app.mistake import Mistake
from app.output import Output
from app.workspace import built_in_taxonomy
from graph.linking import Linker
from graph.schema import NodeType
from graph.store import Store
from graph.store.offers import offered
from graph.store.reviews import (
    ACCEPTED,
    OPEN,
    Review,
    accept,
    keep_separate,
    read_decisions,
    read_reviews,
    reopen,
)

LINKED = (NodeType.TITLE, NodeType.SKILL, NodeType.COMPANY, NodeType.SCHOOL, NodeType.PLACE)
_EVERYTHING = 1_000_000


class Reviewing:
    """Decides about texts of the queue, by their kind and words."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def open_questions(self) -> list[Review]:
        """Return the open questions, the most wanted answers first."""
        with self._store.read() as connection:
            return offered(connection, read_reviews(connection, OPEN, _EVERYTHING))

    def as_of_now(self, question: Review) -> Review:
        """Return a question with what it can still mean after what was decided since."""
        with self._store.read() as connection:
            return offered(connection, [question])[0]

    def accept(self, kind: str, text: str, target_id: str | None) -> dict[str, Any]:
        """Let a text mean a node: the one named, else the best suggestion.

        Raises:
            Mistake: The queue has no such text, or there is no such node.
        """
        found = self.as_of_now(self._find(kind, text))
        _refuse_if_accepted(found)
        target = target_id or (found.suggestions[0].id if found.suggestions else None)
        if target is None:
            raise Mistake(f"{text!r} has no suggestion: name a node with --as")
        with self._store.write() as writer:
            try:
                end = read_decisions(writer.connection).end_of(found.kind, target)
                moved = accept(writer.connection, found, target, int(time.time()))
            except KeyError:
                raise Mistake(f"there is no {kind} with the id {target!r}") from None
        return {"kind": kind, "text": text, "target": end, "moved": moved}

    def keep_separate(self, kind: str, text: str) -> dict[str, Any]:
        """Let a text stand for itself.

        Raises:
            Mistake: The queue has no such text, or its facts have moved to another node.
        """
        found = self._find(kind, text)
        _refuse_if_accepted(found)
        with self._store.write() as writer:
            keep_separate(writer.connection, found, int(time.time()))
        return {"kind": kind, "text": text, "target": None, "moved": 0}

    def undo(self, kind: str, text: str) -> dict[str, Any]:
        """Make a decided text an open question again.

        Raises:
            Mistake: The queue has no such text, or it is open.
        """
        found = self._find(kind, text)
        if found.status == OPEN:
            raise Mistake(f"{text!r} is an open question already")
        linker = Linker(built_in_taxonomy())
        with self._store.write() as writer:
            moved = reopen(writer.connection, found, lambda words: linker.key(found.kind, words))
        return {"kind": kind, "text": text, "target": found.target_id, "moved": moved}

    def _find(self, kind: str, text: str) -> Review:
        if kind not in LINKED:
            raise Mistake(f"a kind is one of {', '.join(LINKED)}, not {kind!r}")
        for each in self._store.reviews(None, _EVERYTHING):
            if each.kind == kind and text in (each.text, each.link_key):
                return each
        raise Mistake(f"the review queue has no {kind} {text!r}")


def list_open(queue: Reviewing, output: Output) -> None:
    """Print the open questions."""
    questions = queue.open_questions()
    output.emit({"open": [_json(each) for each in questions]})
    if not questions:
        output.show("Nothing waits for a decision.")
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("Kind", "Text", "Facts", "Could mean"):
        table.add_column(heading, overflow="fold")
    for each in questions:
        could_mean = ", ".join(f"{s.name} [{s.id}] {s.score:.2f}" for s in each.suggestions)
        table.add_row(each.kind, escape(each.text), str(each.seen), escape(could_mean))
    output.show(table)


def ask_one_by_one(queue: Reviewing, output: Output) -> None:
    """Ask about each open question at the terminal; every answer is kept at once."""
    questions = queue.open_questions()
    for number, asked in enumerate(questions, 1):
        each = queue.as_of_now(asked)
        output.show(
            f"\n[bold]{number} of {len(questions)}[/bold], a {each.kind}, {each.seen} facts:"
        )
        output.show(f"  {escape(each.text)}")
        for choice, suggestion in enumerate(each.suggestions, 1):
            output.show(f"  {choice}  {escape(suggestion.name)} ({suggestion.score:.2f})")
        output.show("  s  a thing of its own    Enter  later    q  stop")
        answer = typer.prompt("Which", default="", show_default=False).strip().lower()
        if answer == "q":
            return
        try:
            _answer(queue, each, answer, output)
        except Mistake as mistake:
            sys.stderr.write(f"  {mistake}; left for later\n")
    output.show("\nNothing more waits for a decision." if questions else "Nothing waits.")


def _answer(queue: Reviewing, each: Review, answer: str, output: Output) -> None:
    if answer == "s":
        queue.keep_separate(each.kind, each.link_key)
    elif answer.isdecimal() and 1 <= int(answer) <= len(each.suggestions):
        chosen = each.suggestions[int(answer) - 1]
        done = queue.accept(each.kind, each.link_key, chosen.id)
        output.say(
            f"  {counted(done['moved'], 'fact')} moved; `careergraph review undo` takes it back"
        )
    elif answer:
        sys.stderr.write("  that is none of the choices; left for later\n")


def _json(each: Review) -> dict[str, Any]:
    return {
        "kind": each.kind.value,
        "text": each.text,
        "seen": each.seen,
        "suggestions": [s._asdict() for s in each.suggestions],
    }


def _refuse_if_accepted(found: Review) -> None:
    """Refuse to decide anew about facts that have moved: only `undo` knows the way back."""
    if found.status == ACCEPTED:
        raise Mistake(
            f"{found.text!r} means {found.target_id} already: "
            f"`careergraph review undo {found.kind} {found.text!r}` first"
        )
