"""Checks a JSON object that is to become a dataclass: every key known, none missing."""

from collections.abc import Collection, Mapping
from typing import Any


def checked_fields(
    what: str, found: object, known: Collection[str], required: Collection[str] = ()
) -> Mapping[str, Any]:
    """Return a JSON object whose keys are those of a dataclass.

    Raises:
        ValueError: It is no object, has a key that nobody reads, or lacks one that is needed.
    """
    if not isinstance(found, Mapping):
        raise ValueError(f"{what} must be a JSON object, got {type(found).__name__}")
    unknown = sorted(map(str, set(found) - set(known)))
    if unknown:
        raise ValueError(f"{what} has unknown keys {unknown}; known are {sorted(known)}")
    missing = sorted(set(required) - set(found))
    if missing:
        raise ValueError(f"{what} lacks the keys {missing}; it has {sorted(found)}")
    return found
