"""Draws a diagnosis: four small plots on one sheet."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from app.plot_style import BLUE, GREEN, ORANGE, PURPLE, QUIET, house_style, svg_of
from graph.diagnostics.accuracy import bucket_names
from graph.diagnostics.diagnosis import Diagnosis
from graph.diagnostics.drift import BARE, BINS
from graph.diagnostics.homophily import FEW
from graph.schema import NodeType

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_COLOURS = {
    NodeType.PERSON.value: BLUE,
    NodeType.JOB.value: ORANGE,
    NodeType.SKILL.value: GREEN,
    NodeType.TITLE.value: PURPLE,
}
_MARKERS = {
    NodeType.COMPANY.value: "s",
    NodeType.SCHOOL.value: "^",
    NodeType.PLACE.value: "v",
}  # grey, all three
_SERIES = (BLUE, ORANGE, GREEN, PURPLE)
_MOST_BARS = 12
_ROOM = 1.3  # above the curves, for the legend
_SIZE = 10.0, 7.4  # inches


def draw(diagnosis: Diagnosis) -> str:
    """Return the plots as SVG; the same diagnosis gives the same bytes."""
    with house_style():
        from matplotlib import pyplot as plt

        figure, sheets = plt.subplots(2, 2, figsize=_SIZE)
        parts = (_smoothing, _accuracy, _drift, _homophily)
        told = [part(diagnosis, axes) for part, axes in zip(parts, sheets.flat, strict=True)]
        return svg_of(figure, "Diagnosis of the graph and its model", " ".join(told))


def _smoothing(diagnosis: Diagnosis, axes: "Axes") -> str:
    axes.set_title("how far nodes are apart, by layer")
    rows = [row for row in diagnosis.tables.layers if row.distance is not None]
    if not rows:
        return _nothing(axes, "No states were looked at.")
    names = list(dict.fromkeys(row.layer for row in rows))
    for kind in dict.fromkeys(row.kind for row in rows):
        own = [row for row in rows if row.kind == kind]
        colour = _COLOURS.get(kind, QUIET)
        places = [names.index(row.layer) for row in own]
        far = _numbers(row.distance for row in own)
        near = _numbers(row.neighbour_distance for row in own)
        axes.plot(places, far, color=colour, marker=_MARKERS.get(kind, "o"), label=kind)
        if np.isfinite(near).any():
            axes.plot(places, near, color=colour, linestyle=":")
    axes.set_xticks(range(len(names)), names)
    ends = (each for row in rows for each in (row.distance, row.neighbour_distance))
    axes.set_ylim(0, _ROOM * max(each or 0.0 for each in ends) or 1.0)
    axes.set_ylabel("mean 1 - cosine (dotted: neighbours)")
    axes.legend(fontsize=8, ncols=4, loc="upper left")
    low = min((row for row in rows if row.layer == names[-1]), key=lambda row: row.distance or 0.0)
    return f"Mean distance of vectors: least for {low.kind}, {low.distance:.2f}."


def _accuracy(diagnosis: Diagnosis, axes: "Axes") -> str:
    axes.set_title("links found, by what was known of an end")
    rows = diagnosis.tables.accuracy
    if not rows:
        return _nothing(axes, "Accuracy was not measured.")
    names = bucket_names()
    series = list(dict.fromkeys((row.target, row.side) for row in rows))
    for number, (target, side) in enumerate(series):
        own = [row for row in rows if (row.target, row.side) == (target, side)]
        style = "-" if number < len(_SERIES) else "--"
        axes.plot(
            [names.index(row.degrees) for row in own],
            [row.recall for row in own],
            color=_SERIES[number % len(_SERIES)],
            linestyle=style,
            marker="o",
            label=f"{target}, by {side}",
        )
    axes.set_xticks(range(len(names)), names)
    axes.set(xlabel="edges from acts and contacts", ylabel="recall@50", ylim=(0, None))
    axes.legend(fontsize=8)
    links = sum(row.links for row in rows if row.side == rows[0].side)
    return f"Recall@50 by degree, over {links} links."


def _drift(diagnosis: Diagnosis, axes: "Axes") -> str:
    axes.set_title("vectors with and without neighbours")
    rows = diagnosis.tables.drift
    if not rows:
        return _nothing(axes, "No vectors were compared.")
    edges = np.linspace(-1, 1, BINS + 1)
    for row in rows:
        axes.stairs(
            row.histogram,
            edges,
            color=_COLOURS.get(row.kind, QUIET),
            linestyle="--" if row.view == BARE else "-",
            label=f"{row.kind}, {row.view}",
        )
    lowest = min(edges[int(np.flatnonzero(row.histogram)[0])] for row in rows)
    axes.set(xlabel="cosine with its own vector", ylabel="share of nodes", xlim=(lowest, 1))
    axes.legend(fontsize=8, loc="upper left")
    medians = "; ".join(f"{row.kind} {row.view} {row.quantiles[2]:.2f}" for row in rows)
    return f"Median cosine: {medians}."


def _homophily(diagnosis: Diagnosis, axes: "Axes") -> str:
    axes.set_title("how much more alike than random pairs")
    rows = [row for row in diagnosis.tables.homophily if row.pairs >= FEW and row.standard_error]
    if not rows:
        return _nothing(axes, "No pairs were compared.")
    rows = sorted(rows, key=lambda row: (-abs(row.gain), row.relation))[:_MOST_BARS]
    rows = sorted(rows, key=lambda row: (row.gain, row.relation))
    errors = [2 * (row.standard_error or 0.0) for row in rows]
    heights = np.arange(len(rows))
    colours = [BLUE if row.gain >= 0 else ORANGE for row in rows]
    axes.barh(heights, [row.gain for row in rows], color=colours)
    axes.errorbar([row.gain for row in rows], heights, xerr=errors, fmt="none", ecolor=QUIET)
    axes.set_yticks(heights, [row.relation for row in rows], fontsize=8)
    axes.grid(visible=False, axis="y")
    axes.set_xlabel("difference of cosines of features")
    return f"Most alike by {rows[-1].relation}: {rows[-1].gain:+.2f}."


def _numbers(values: Iterable[float | None]) -> npt.NDArray[np.float64]:
    return np.array([np.nan if each is None else each for each in values])


def _nothing(axes: "Axes", words: str) -> str:
    axes.set_xticks([])
    axes.set_yticks([])
    axes.text(0.5, 0.5, words, ha="center", va="center", color=QUIET, transform=axes.transAxes)
    return words
