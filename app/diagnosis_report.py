"""Shows a diagnosis to a person."""

from collections.abc import Iterable, Sequence

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table

from graph.diagnostics.diagnosis import Diagnosis, Tables
from graph.diagnostics.drift import QUANTILES
from graph.diagnostics.finding import Finding, Severity

_STYLES = {
    Severity.OK: "green",
    Severity.NOTICE: "cyan",
    Severity.WARNING: "yellow",
    Severity.FAULT: "bold red",
}


def as_text(diagnosis: Diagnosis) -> RenderableType:
    """Return findings, the worst first, and the tables behind them that fit a terminal."""
    nodes, edges = sum(diagnosis.nodes.values()), sum(diagnosis.edges.values())
    head = f"{nodes:,} nodes, {edges:,} edges, {'a' if diagnosis.has_model else 'no'} model"
    parts: list[RenderableType] = [head, _findings(diagnosis.findings)]
    for heading, table in _tables(diagnosis.tables):
        parts += ["", escape(heading), table]
    return Group(*parts)


def has_faults(diagnosis: Diagnosis) -> bool:
    """Tell whether something is wrong enough that results cannot be trusted."""
    return diagnosis.severity is Severity.FAULT


def _findings(findings: Sequence[Finding]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("", "Finding", "Where", "What it means, and what to do"):
        table.add_column(heading, overflow="fold")
    for each in findings:
        told = each.meaning
        if each.severity is not Severity.OK:
            told += f"\nTo do: {each.what_to_do}"
        mark = f"[{_STYLES[each.severity]}]{each.severity.value}[/]"
        table.add_row(mark, each.name.replace("_", " "), escape(each.where), escape(told))
    return table


def _tables(tables: Tables) -> Iterable[tuple[str, Table]]:
    if tables.layers:
        yield "How far nodes are apart (mean 1 - cosine), by layer", _layers(tables)
    if tables.accuracy:
        heading = "How well the newest links are found, by edges from acts and contacts"
        yield heading, _accuracy(tables)
    if tables.drift:
        yield "Cosine of vectors with and without neighbours", _drift(tables)
    if tables.homophily:
        yield "How alike the nodes are that relations bring together", _homophily(tables)


def _layers(tables: Tables) -> Table:
    rows = (
        (
            row.kind,
            row.layer,
            _number(row.distance),
            _number(row.neighbour_distance),
            _number(row.norm_median),
            _number(row.directions, 1),
        )
        for row in tables.layers
    )
    return _table(("type", "layer", "all pairs", "neighbours", "length", "directions"), rows)


def _accuracy(tables: Tables) -> Table:
    rows = (
        (
            row.target,
            row.side,
            row.degrees,
            f"{row.links:,}",
            _number(row.reciprocal_rank),
            _number(row.recall),
        )
        for row in tables.accuracy
    )
    return _table(("target", "end", "edges", "links", "reciprocal rank", "recall@50"), rows)


def _drift(tables: Tables) -> Table:
    rows = (
        (row.kind, row.view, *map(_number, row.quantiles), _number(row.strangers))
        for row in tables.drift
    )
    headings = ("type", "view", *(f"{share:.0%}" for share in QUANTILES), "strangers")
    return _table(headings, rows)


def _homophily(tables: Tables) -> Table:
    rows = (
        (
            row.relation,
            ", ".join(
                f"{name} {each.share:.0%} ({each.at_random:.0%})"
                for name, each in row.shared.items()
            ),
            f"{row.pairs:,}",
            _number(row.cosine),
            _number(row.cosine_at_random),
        )
        for row in tables.homophily
    )
    return _table(("relation", "shared (at random)", "pairs", "cosine", "at random"), rows)


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for number, heading in enumerate(headings):
        table.add_column(heading, justify="left" if number < 2 else "right")
    for row in rows:
        table.add_row(*map(escape, row))
    return table


def _number(value: float | None, digits: int = 3) -> str:
    return "" if value is None else f"{value:.{digits}f}"
