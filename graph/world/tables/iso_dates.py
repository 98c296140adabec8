"""Writes the days and months of a world as ISO 8601 dates, column by column."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

_EPOCH_MONTH = 1970 * 12


def iso_days(days: npt.NDArray[np.integer]) -> pa.StringArray:
    """Return days since 1970 as 2024-03-01."""
    return _texts(days, "D")


def iso_months(months: npt.NDArray[np.integer], is_empty: npt.NDArray[np.bool_]) -> pa.StringArray:
    """Return months since year 0 as 2024-03; null where one is empty."""
    return _texts(np.where(is_empty, _EPOCH_MONTH, months) - _EPOCH_MONTH, "M", is_empty)


def iso_years(years: npt.NDArray[np.integer]) -> pa.StringArray:
    """Return years as 2024."""
    return _texts(years.astype(np.int64) - 1970, "Y")


def _texts(
    counts: npt.NDArray[np.integer], unit: str, is_empty: npt.NDArray[np.bool_] | None = None
) -> pa.StringArray:
    # There are few different dates, and to spell one takes long.
    distinct, place = np.unique(counts.astype(np.int64), return_inverse=True)
    texts = np.datetime_as_string(distinct.astype(f"datetime64[{unit}]"))
    return pa.array(texts, pa.string()).take(pa.array(place.astype(np.int32), mask=is_empty))
