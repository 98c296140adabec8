"""`Finding`: one thing a diagnosis has to say, in plain words, with what to do about it."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Generic, NamedTuple, TypeVar

import numpy as np

NOTHING_TO_DO = "Nothing to do."
Value = float | int | str | None
Row = TypeVar("Row")


class Severity(StrEnum):
    """How bad it is, the mildest first."""

    OK = "ok"
    NOTICE = "notice"  # good to know
    WARNING = "warning"  # results suffer
    FAULT = "fault"  # results cannot be trusted, or there are none


@dataclass(frozen=True)
class Finding:
    """One thing a diagnosis has to say."""

    name: str  # stable: programs tell findings apart by it
    severity: Severity
    where: str  # of the graph or the model
    meaning: str
    what_to_do: str = NOTHING_TO_DO
    values: Mapping[str, Value] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return {
            "name": self.name,
            "severity": self.severity.value,
            "where": self.where,
            "meaning": self.meaning,
            "what_to_do": self.what_to_do,
            "values": as_plain(self.values),
        }


class Checked(NamedTuple, Generic[Row]):
    """What one part of a diagnosis measured, and what is to be said of it."""

    rows: tuple[Row, ...]
    findings: tuple[Finding, ...]


def as_plain(value: Any) -> Any:  # noqa: ANN401  whatever rows and findings hold
    """Return a value as JSON can hold it: numbers that are none become null."""
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return as_plain(value._asdict())  # pyright: ignore[reportAttributeAccessIssue]
    if isinstance(value, Mapping):
        return {str(key): as_plain(each) for key, each in value.items()}
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Sequence):
        return [as_plain(each) for each in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return round(value, 6) if math.isfinite(value) else None
    return value


def worst(findings: Sequence[Finding]) -> Severity:
    """Return the worst severity there is."""
    order = list(Severity)
    return max((each.severity for each in findings), key=order.index, default=Severity.OK)
