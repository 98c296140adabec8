"""How all plots of a report look: quiet, safe for the colour-blind, readable by day and night.

Plots are SVG with their letters as text, and their bytes depend on nothing but what they show.
"""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

INK, QUIET, GRID, PAPER = "#1f2933", "#5b6773", "#dde3e9", "#ffffff"
# Of Okabe and Ito's palette, which people of every colour vision tell apart.
BLUE, ORANGE, GREEN, PURPLE = "#0072b2", "#d55e00", "#009e73", "#9a5b8d"
_BY_NIGHT = {
    INK: "#e6edf3",
    QUIET: "#9aa7b4",
    GRID: "#303a45",
    PAPER: "#0d1117",
    BLUE: "#56b4e9",
    ORANGE: "#ff9e5e",
    GREEN: "#3fc79a",
    PURPLE: "#d79cc9",
}
_MEASURED_IN = "DejaVu Sans"  # comes with matplotlib: texts are measured alike everywhere
_SHOWN_IN = "system-ui, -apple-system, 'Segoe UI', Roboto, Helvetica, Arial, sans-serif"
_SETTINGS: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "careergraph",
    "font.family": _MEASURED_IN,
    "font.size": 10,
    "text.color": INK,
    "axes.labelcolor": QUIET,
    "axes.edgecolor": QUIET,
    "axes.facecolor": "none",
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 11,
    "axes.titlelocation": "left",
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "legend.frameon": False,
    "legend.labelcolor": INK,
    "figure.facecolor": PAPER,
    "figure.constrained_layout.use": True,
}


@contextmanager
def house_style() -> Iterator[None]:
    """Draw in the style of the house, on no screen."""
    import matplotlib as mpl

    mpl.use("Agg")
    with mpl.rc_context(_SETTINGS):
        yield


def svg_of(figure: "Figure", title: str, description: str) -> str:
    """Return a figure as SVG, with words for those who cannot see it."""
    from matplotlib import pyplot as plt

    sheet = io.StringIO()
    nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    figure.savefig(sheet, format="svg", metadata=nothing)
    plt.close(figure)
    text = re.sub(r"<\?xml.*?<svg ", "<svg ", sheet.getvalue(), count=1, flags=re.DOTALL)
    text = re.sub(r"\s*<metadata>.*?</metadata>", "", text, count=1, flags=re.DOTALL)
    text = text.replace(f"font-family: '{_MEASURED_IN}'", f"font-family: {_SHOWN_IN}")
    head = text.index(">") + 1
    opening = text[: head - 1] + ' role="img" aria-labelledby="title description">'
    words = f'\n <title id="title">{escape(title)}</title>\n'
    words += f' <desc id="description">{escape(description)}</desc>\n'
    return opening + words + _night() + text[head:]


def _night() -> str:
    """Return the rules that change the colours where the reader's screen is dark."""
    rules = [
        f'  [style*="{paint}: {day}"] {{ {paint}: {night} !important }}'
        for day, night in _BY_NIGHT.items()
        for paint in ("fill", "stroke")
    ]
    body = "\n".join(rules)
    return f" <style>\n @media (prefers-color-scheme: dark) {{\n{body}\n }}\n </style>"
