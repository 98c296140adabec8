"""Refuses a snapshot whose features are no numbers, before anything is learned from them."""

import numpy as np

from graph.links.graph_view import Facts

_ROWS_AT_ONCE = 65_536


def check_features(facts: Facts) -> None:
    """Look at every feature.

    Raises:
        ValueError: One is not finite; the type and number of its node are named.
    """
    for kind in facts.widths:
        rows = facts.features(kind)
        for start in range(0, len(rows), _ROWS_AT_ONCE):
            is_bad = ~np.isfinite(rows[start : start + _ROWS_AT_ONCE]).all(axis=1)
            if is_bad.any():
                row = start + int(np.flatnonzero(is_bad)[0])
                column = int(np.flatnonzero(~np.isfinite(rows[row]))[0])
                raise ValueError(
                    f"feature {column} of {kind} number {row} is {rows[row, column]}: "
                    "features must be finite numbers"
                )
