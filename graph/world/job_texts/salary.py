"""States the pay of jobs as postings do: a range, in local money, by the year, month or hour."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from graph.world.institutions.economy import Economy

WIDTH = (0.04, 0.16)  # of a range, to either side
ONE_NUMBER = 0.08  # share of postings with a single number
LOW_PAY = 42_000  # EUR a year, in Germany; below it hours and months are more usual
HOURS, MONTHS = 1_800, 12  # of a year
# What amounts are rounded to, by their size.
_EDGES = np.array([50, 300, 2_000, 20_000, 200_000, 2_000_000])
_STEPS = np.array([0.5, 1, 10, 50, 500, 5_000, 50_000])


class Salaries(NamedTuple):
    """Pay as stated, one entry a job."""

    low: npt.NDArray[np.float64]
    high: npt.NDArray[np.float64]
    yearly_low: npt.NDArray[np.float64]
    yearly_high: npt.NDArray[np.float64]
    currency: list[str]
    period: list[str]


def state_salaries(
    economy: Economy,
    pay: npt.NDArray[np.floating],
    city: npt.NDArray[np.integer],
    uniforms: npt.NDArray[np.float64],
) -> Salaries:
    """State pay in the money of a city.

    Args:
        economy: Knows what money is worth.
        pay: EUR a year, (jobs,).
        city: Where, (jobs,).
        uniforms: In [0, 1), (jobs, 3).
    """
    rates = np.array([country.eur_per_unit for country in economy.countries])
    country = economy.city_country[city]
    local = pay / rates[country]
    width = WIDTH[0] + (WIDTH[1] - WIDTH[0]) * uniforms[:, 0]
    width = np.where(uniforms[:, 1] < ONE_NUMBER, 0.0, width)
    low, high = local * (1 - width), local * (1 + width)
    is_low = pay / economy.city_pay[city] < LOW_PAY
    by_hour = uniforms[:, 2] < np.where(is_low, 0.22, 0.02)
    by_month = ~by_hour & (uniforms[:, 2] < np.where(is_low, 0.36, 0.09))
    parts = np.where(by_hour, HOURS, np.where(by_month, MONTHS, 1))
    currencies = [one.currency for one in economy.countries]
    return Salaries(
        _round(low / parts),
        _round(high / parts),
        _round(low),
        _round(high),
        [currencies[one] for one in country.tolist()],
        np.where(by_hour, "hour", np.where(by_month, "month", "year")).tolist(),
    )


def _round(amount: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    step = _STEPS[np.searchsorted(_EDGES, amount)]
    return np.maximum(np.round(amount / step), 1) * step
