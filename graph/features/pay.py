"""Makes pays comparable: a year's, as a logarithm, against what is usual in the same currency."""

import math
from collections.abc import Mapping
from statistics import median
from typing import Any

from sqlalchemy import Connection, select

from graph.schema import NodeType
from graph.store.tables import job
from graph.text.node_batches import read_batches

PERIODS_IN_A_YEAR: Mapping[str, int] = {
    "year": 1,
    "month": 12,
    "week": 52,
    "day": 220,
    "hour": 1760,
}
PAY_COLUMNS = ("salary_min", "salary_max", "salary_period", "currency")


def log_yearly_pay(low: float | None, high: float | None, period: str | None) -> float | None:
    """Return the logarithm of the middle of a pay range for a year; None when it says nothing."""
    stated = [pay for pay in (low, high) if pay is not None]
    middle = sum(stated) / len(stated) if stated else 0.0
    if middle <= 0:
        return None
    return math.log(middle * PERIODS_IN_A_YEAR.get((period or "year").casefold(), 1))


def read_pay_middles(connection: Connection, known: Mapping[str, float]) -> dict[str, float]:
    """Return the median logarithm of yearly pay in each currency that a store has.

    Args:
        connection: An open read of a store.
        known: Medians of currencies that stay what they are.
    """
    held = connection.scalars(select(job.c.currency).distinct())
    unknown = {currency_code(each) for each in held} - set(known)
    if not unknown:
        return dict(known)
    pays: dict[str, list[float]] = {}
    for rows in read_batches(connection, NodeType.JOB, PAY_COLUMNS):
        for _key, _id, low, high, period, currency in rows:
            code, pay = currency_code(currency), _finite_pay(low, high, period)
            if code in unknown and pay is not None:
                pays.setdefault(code, []).append(pay)
    return {**known, **{code: median(values) for code, values in sorted(pays.items())}}


def currency_code(stated: str | None) -> str:
    """Return a currency as it is compared; "" for none."""
    return (stated or "").strip().upper()


def _finite_pay(low: Any, high: Any, period: str | None) -> float | None:  # noqa: ANN401
    # What is no number is refused, with its job, when that job is read.
    if not all(pay is None or math.isfinite(pay) for pay in (low, high)):
        return None
    return log_yearly_pay(low, high, period)
