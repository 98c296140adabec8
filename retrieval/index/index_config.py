"""Settings of a `VectorIndex`, saved beside its vectors."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Self

from graph.encoder.json_fields import checked_fields
from retrieval.index.index_kind import IndexKind

FEWEST_FOR_IVF_PQ = 256  # as many as a code of one byte tells apart
_WHOLE = (
    "exact_below",
    "hnsw_below",
    "hnsw_links",
    "hnsw_build_effort",
    "hnsw_effort",
    "refine",
    "build_threads",
    "seed",
)
_SHARES = ("ivf_share", "exact_share", "compact_share")


@dataclass(frozen=True)
class IndexConfig:
    """How an index is built and searched."""

    kind: IndexKind | None = None  # None: chosen by size
    exact_below: int = 50_000  # vectors; fewer are searched one by one
    hnsw_below: int = 500_000  # vectors; from here on IVF-PQ, as a graph takes too long to build
    hnsw_links: int = 32  # of a vector in every layer but the lowest, which has twice as many
    hnsw_build_effort: int = 100  # vectors looked at while one is linked
    hnsw_effort: int = 256  # vectors looked at in a search
    ivf_share: float = 0.2  # of the lists that are read in a search
    refine: int = 10  # candidates for each result, to be scored by their whole vectors
    exact_share: float = 0.1  # a filter that leaves no more of the vectors is searched one by one
    compact_share: float = 0.25  # HNSW is built anew when more of its vectors are deleted; 1: never
    build_threads: int = 1  # more link an HNSW graph faster, and differently each time
    seed: int = 0  # of the training of IVF-PQ

    def __post_init__(self) -> None:
        for name in _WHOLE:
            value = getattr(self, name)
            lowest = 0 if name in ("exact_below", "hnsw_below", "seed") else 1
            if type(value) is not int or value < lowest:
                raise ValueError(f"{name} must be a whole number from {lowest} on, got {value!r}")
        for name in _SHARES:
            value = getattr(self, name)
            if type(value) not in (int, float) or not 0 <= value <= 1:
                raise ValueError(f"{name} must be between 0 and 1, got {value!r}")
        if self.hnsw_links < 2:
            raise ValueError(f"hnsw_links must be at least 2, got {self.hnsw_links}")

    @classmethod
    def from_json(cls, found: object) -> Self:
        """Read what `as_json` gave.

        Raises:
            ValueError: A key is missing or unknown, or a value is out of range.
        """
        known = [each.name for each in fields(cls)]
        values = dict(checked_fields("an index config", found, known, required=known))
        if values["kind"] is not None:
            values["kind"] = IndexKind(values["kind"])
        return cls(**values)

    def as_json(self) -> Mapping[str, Any]:
        """Return what goes into config.json."""
        return asdict(self)

    def kind_for(self, count: int) -> IndexKind:
        """Return how so many vectors are searched; too few to train IVF-PQ are searched exactly."""
        kind = self.kind or self._by_size(count)
        if kind is IndexKind.IVF_PQ and count < FEWEST_FOR_IVF_PQ:
            return IndexKind.EXACT
        return kind

    def _by_size(self, count: int) -> IndexKind:
        if count < self.exact_below:
            return IndexKind.EXACT
        return IndexKind.HNSW if count < self.hnsw_below else IndexKind.IVF_PQ
