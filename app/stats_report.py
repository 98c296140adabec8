"""Shows what a store holds, as a table for a person."""

from rich.console import Group, RenderableType
from rich.table import Table

from app.counted import counted
from graph.store.store import Stats


def as_text(stats: Stats) -> RenderableType:
    """Return the counts as a person reads them; what is zero is left out."""
    return Group(
        _table("Nodes", stats.nodes),
        _table("Relations", stats.edges),
        _table("Events", stats.events),
        f"{counted(stats.review_queue, 'open question')} in the review queue (careergraph review)",
        f"fingerprint {stats.fingerprint}",
    )


def _table(heading: str, counts: dict[str, int]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(heading, min_width=16)
    table.add_column("", justify="right")
    for kind, count in counts.items():
        if count:
            table.add_row(kind.replace("_", " "), f"{count:,}")
    return table
