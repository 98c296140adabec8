"""Settings of an index are whole, in range, and say which kind a size gets."""

import json

import pytest

from retrieval.index.index_config import IndexConfig
from retrieval.index.index_kind import IndexKind


def test_few_vectors_are_searched_exactly_more_by_hnsw_and_very_many_by_ivf_pq() -> None:
    kinds = [IndexConfig().kind_for(count) for count in (0, 49_999, 50_000, 499_999, 500_000)]
    assert kinds == ["exact", "exact", "hnsw", "hnsw", "ivf_pq"]


def test_a_kind_that_is_named_is_taken_whatever_the_size() -> None:
    assert IndexConfig(kind=IndexKind.EXACT).kind_for(10**7) is IndexKind.EXACT
    assert IndexConfig(kind=IndexKind.HNSW).kind_for(1) is IndexKind.HNSW


def test_vectors_too_few_to_train_ivf_pq_are_searched_exactly() -> None:
    config = IndexConfig(kind=IndexKind.IVF_PQ)
    assert [config.kind_for(255), config.kind_for(256)] == ["exact", "ivf_pq"]


@pytest.mark.parametrize("config", [IndexConfig(), IndexConfig(kind=IndexKind.HNSW, seed=4)])
def test_a_config_comes_back_from_json(config: IndexConfig) -> None:
    assert IndexConfig.from_json(json.loads(json.dumps(config.as_json()))) == config


@pytest.mark.parametrize(
    "values",
    [
        {"hnsw_links": 1},
        {"hnsw_effort": 0},
        {"refine": 1.5},
        {"seed": -1},
        {"exact_share": 1.1},
        {"compact_share": float("nan")},
        {"build_threads": True},
    ],
)
def test_a_value_out_of_range_is_refused_by_its_name(values: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(values))):
        IndexConfig(**values)  # type: ignore[arg-type]
