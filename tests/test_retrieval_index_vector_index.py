"""An index finds what a slow twin finds, and never what may not be found."""

from collections.abc import Sequence

import faiss
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.index.index_config import IndexConfig
from retrieval.index.index_kind import IndexKind
from retrieval.index.ranked_rows import Hit
from retrieval.index.vector_index import VectorIndex

KINDS = list(IndexKind)
SIZE, WIDTH = 600, 10  # a width that codes of four numbers a byte do not fill
Floats = npt.NDArray[np.float32]


def config_of(kind: IndexKind, **values: object) -> IndexConfig:
    """Return settings of a small index."""
    small: dict[str, object] = {"hnsw_links": 16, "hnsw_effort": 64, "ivf_share": 0.8}
    return IndexConfig(kind=kind, **{**small, **values})  # type: ignore[arg-type]


def names(count: int, first: int = 0) -> list[str]:
    return [f"job:{number}" for number in range(first, first + count)]


def drawn(count: int, seed: int = 0) -> Floats:
    """Vectors of any length."""
    random = np.random.default_rng(seed)
    lengths = np.exp(random.standard_normal((count, 1)) / 3)
    return (random.standard_normal((count, WIDTH)) * lengths).astype(np.float32)


def built(kind: IndexKind, **values: object) -> VectorIndex:
    index = VectorIndex.build(names(SIZE), drawn(SIZE), config_of(kind, **values))
    assert index.kind is kind
    return index


def slow_twin(vectors: dict[str, Floats], query: Floats, k: int) -> list[Hit]:
    """Score one after the other, and sort."""
    scores = {
        each: float(np.float32(np.dot(vector.astype(float), query.astype(float))))
        for each, vector in vectors.items()
    }
    best = sorted(scores, key=lambda each: (-scores[each], each))[:k]
    return [Hit(each, scores[each]) for each in best]


def ids_of(hits: Sequence[Hit]) -> list[str]:
    return [hit.id for hit in hits]


# --- what is found


def test_vectors_of_known_inner_products_come_in_their_order() -> None:
    """(1, 0) with (3, 4), (2, 0) and (-1, 9): 3, 2 and -1, whatever their lengths."""
    index = VectorIndex.build(["a", "b", "c"], [[2, 0], [3, 4], [-1, 9]])
    assert index.search([[1, 0]], 3) == [[Hit("b", 3.0), Hit("a", 2.0), Hit("c", -1.0)]]


def test_exact_search_finds_what_the_slow_twin_finds() -> None:
    index, queries = built(IndexKind.EXACT), drawn(20, seed=1)
    vectors = dict(zip(names(SIZE), drawn(SIZE), strict=True))
    for query, hits in zip(queries, index.search(queries, 25), strict=True):
        assert hits == slow_twin(vectors, query, 25)


@pytest.mark.parametrize("kind", KINDS)
def test_most_of_what_exact_search_finds_is_found_in_every_kind(kind: IndexKind) -> None:
    recall = built(kind).recall_against_exact(drawn(50, seed=1), 20)
    assert recall == 1 if kind is IndexKind.EXACT else recall > 0.9


@pytest.mark.parametrize("kind", KINDS)
def test_a_query_finds_the_same_alone_and_among_others(kind: IndexKind) -> None:
    index, queries = built(kind), drawn(40, seed=2)
    assert index.search(queries, 10) == [index.search(each[None], 10)[0] for each in queries]


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_gives_the_same_index(kind: IndexKind) -> None:
    first, second = built(kind, seed=7), built(kind, seed=7)
    assert first.search(drawn(20, seed=3), 30) == second.search(drawn(20, seed=3), 30)


@pytest.mark.parametrize("kind", KINDS)
def test_equal_vectors_come_in_the_order_of_their_ids(kind: IndexKind) -> None:
    vectors = np.tile(drawn(1), (300, 1))
    shuffled = np.random.default_rng(0).permutation(names(300)).tolist()
    index = VectorIndex.build(shuffled, vectors, config_of(kind))
    found = ids_of(index.search(vectors[:1], 300)[0])
    assert found == sorted(shuffled)


def test_equals_at_the_end_of_an_exact_search_are_cut_by_their_ids() -> None:
    shuffled = np.random.default_rng(0).permutation(names(500)).tolist()
    vectors = np.ones((500, 3), np.float32)
    vectors[shuffled.index("job:77")] = 2
    index = VectorIndex.build(shuffled, vectors)
    others = sorted(each for each in shuffled if each != "job:77")
    assert ids_of(index.search(np.ones((1, 3)), 5)[0]) == ["job:77", *others[:4]]


# --- filters


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("share", [0.9, 0.4, 0.05, 0.01])
def test_only_what_is_allowed_is_found_and_as_much_as_there_is(
    kind: IndexKind, share: float
) -> None:
    index = built(kind)
    allowed = names(SIZE)[: int(share * SIZE)]
    labels = index.labels_of(allowed)
    for hits in index.search(drawn(10, seed=4), 50, labels):
        found = ids_of(hits)
        assert len(found) == len(set(found)) == min(50, len(allowed))
        assert set(found) <= set(allowed)
    assert index.recall_against_exact(drawn(10, seed=4), 50, labels) > 0.8


@pytest.mark.parametrize("kind", KINDS)
def test_few_that_are_allowed_are_searched_exactly(kind: IndexKind) -> None:
    index, queries = built(kind), drawn(10, seed=4)
    allowed = names(SIZE)[::12]
    vectors = dict(zip(names(SIZE), drawn(SIZE), strict=True))
    few = {each: vectors[each] for each in allowed}
    for query, hits in zip(
        queries, index.search(queries, 9, index.labels_of(allowed)), strict=True
    ):
        assert hits == slow_twin(few, query, 9)


@pytest.mark.parametrize("kind", KINDS)
def test_all_that_is_allowed_is_found_where_the_approximate_way_ends_early(kind: IndexKind) -> None:
    index = built(kind, hnsw_effort=1, ivf_share=0.0, refine=1)
    half = names(SIZE)[::2]
    found = index.search(drawn(3, seed=5), SIZE, index.labels_of(half))
    assert [sorted(ids_of(hits)) for hits in found] == [sorted(half)] * 3


@pytest.mark.parametrize("kind", KINDS)
def test_marks_say_the_same_as_labels(kind: IndexKind) -> None:
    index = built(kind)
    index.delete(names(20))
    marks = np.arange(len(index)) % 3 == 0
    labels = index.labels[marks]
    queries = drawn(5, seed=6)
    assert index.search(queries, 20, marks) == index.search(queries, 20, labels)


def test_nothing_allowed_finds_nothing() -> None:
    index = built(IndexKind.EXACT)
    assert index.search(drawn(2), 5, np.empty(0, np.int64)) == [[], []]
    assert index.search(drawn(2), 5, np.zeros(SIZE, bool)) == [[], []]
    assert index.search(drawn(1), 5, np.array([-1, 10**15])) == [[]]


def test_a_filter_made_before_an_upsert_does_not_let_the_new_vector_in() -> None:
    index = VectorIndex.build(["a", "b"], np.eye(2))
    before = index.labels_of(["a"])
    index.upsert(["a"], [[5, 5]])
    assert index.search([[1, 1]], 2, before) == [[]]


def test_marks_of_another_number_are_refused() -> None:
    with pytest.raises(ValueError, match="599 marks came for 600 ids"):
        built(IndexKind.EXACT).search(drawn(1), 3, np.ones(599, bool))
    with pytest.raises(ValueError, match="float64"):
        built(IndexKind.EXACT).search(drawn(1), 3, np.ones(600))  # type: ignore[arg-type]


# --- coming and going


@pytest.mark.parametrize("kind", KINDS)
def test_a_deleted_vector_is_never_found(kind: IndexKind) -> None:
    index = built(kind)
    assert index.delete([*names(100), "nobody", "job:5"]) == 100
    found = index.search(drawn(100), SIZE)  # each asks for what is gone
    assert all(sorted(ids_of(hits)) == sorted(names(500, first=100)) for hits in found)
    assert len(index) == 500
    assert "job:5" not in index
    assert index.delete(["job:5"]) == 0


@pytest.mark.parametrize("kind", KINDS)
def test_an_upsert_takes_the_place_of_what_was_there(kind: IndexKind) -> None:
    index = built(kind)
    old = index.labels_of(["job:3"])
    index.upsert(["job:3", "new"], np.stack([-drawn(SIZE)[3], 100 * drawn(SIZE)[4]]))
    assert len(index) == SIZE + 1
    assert index.labels_of(["job:3"]) > old
    assert index.search(drawn(SIZE)[4:5], 1)[0][0].id == "new"
    everything = index.search(drawn(SIZE)[3:4], SIZE + 1)[0]
    assert len(set(ids_of(everything))) == SIZE + 1
    score = next(hit.score for hit in everything if hit.id == "job:3")
    assert score == pytest.approx(-float(np.square(drawn(SIZE)[3]).sum()), rel=1e-5)


def test_hnsw_is_built_anew_when_a_quarter_is_deleted() -> None:
    index = built(IndexKind.HNSW)
    index.delete(names(150))
    assert index.num_deleted == 150
    index.delete(["job:150"])
    assert (index.num_deleted, len(index), index.kind) == (0, 449, IndexKind.HNSW)
    assert index.recall_against_exact(drawn(20, seed=8), 10) > 0.9


@pytest.mark.parametrize("kind", KINDS)
def test_compacting_keeps_labels_and_what_is_found(kind: IndexKind) -> None:
    index = built(kind, compact_share=1.0)
    index.delete(names(300))
    labels = index.labels_of(names(SIZE))
    index.compact()
    assert index.num_deleted == 0
    np.testing.assert_array_equal(index.labels_of(names(SIZE)), labels)
    found = index.search(drawn(3), SIZE)
    assert all(sorted(ids_of(hits)) == sorted(names(300, first=300)) for hits in found)


def test_exact_and_ivf_pq_hold_nothing_of_what_was_deleted() -> None:
    for kind in (IndexKind.EXACT, IndexKind.IVF_PQ):
        index = built(kind, compact_share=1.0)
        index.delete(names(400))
        index.upsert(names(10, first=400), drawn(10, seed=9))
        assert index.num_deleted == 0


@pytest.mark.parametrize("kind", KINDS)
def test_an_index_can_be_emptied_and_filled_again(kind: IndexKind) -> None:
    index = built(kind)
    assert index.delete(names(SIZE)) == SIZE
    assert (len(index), index.ids, index.search(drawn(2), 5)) == (0, [], [[], []])
    index.upsert(names(SIZE), drawn(SIZE, seed=10))
    assert index.kind is kind
    assert index.labels.min() >= SIZE  # none of before
    assert index.recall_against_exact(drawn(10, seed=11), 10) > 0.9


def test_the_kind_goes_by_size_when_it_is_built_and_compacted() -> None:
    config = IndexConfig(exact_below=300, hnsw_below=400)
    index = VectorIndex.build(names(299), drawn(299), config)
    index.upsert(names(100, first=299), drawn(100, seed=1))
    assert index.kind is IndexKind.EXACT
    index.compact()
    assert index.kind is IndexKind.HNSW
    index.upsert(["one more"], drawn(1))
    index.compact()
    assert index.kind is IndexKind.IVF_PQ


INTEGERS = st.lists(st.integers(-2, 2), min_size=2, max_size=2)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("upsert"), st.dictionaries(st.sampled_from("abcdefgh"), INTEGERS)),
        st.tuples(st.just("delete"), st.sets(st.sampled_from("abcdefgh"))),
        st.tuples(st.just("compact"), st.none()),
    ),
    max_size=8,
)


@settings(max_examples=150, deadline=None)
@given(STEPS, INTEGERS, st.integers(0, 9), st.sampled_from([IndexKind.EXACT, IndexKind.HNSW]))
def test_whatever_comes_and_goes_the_index_holds_what_a_dictionary_holds(
    steps: list[tuple[str, object]], query: list[int], k: int, kind: IndexKind
) -> None:
    """Of vectors so few, and so often equal, HNSW looks at all it can reach."""
    index, twin = VectorIndex(2, IndexConfig(kind=kind, exact_share=0)), {}
    for name, value in steps:
        if isinstance(value, dict):
            index.upsert(list(value), np.array(list(value.values())).reshape(-1, 2))
            twin |= {each: np.array(vector, np.float32) for each, vector in value.items()}
        elif isinstance(value, set):
            assert index.delete(value) == len(value & twin.keys())
            twin = {each: vector for each, vector in twin.items() if each not in value}
        else:
            assert name == "compact"
            index.compact()
    asked = np.array(query, np.float32)
    hits = index.search(asked[None], k)[0]
    assert sorted(index.ids) == sorted(twin)
    assert hits == slow_twin(twin, asked, k)


# --- edges


def test_k_may_be_nought_or_more_than_there_is() -> None:
    index = VectorIndex.build(["a", "b"], np.eye(2))
    assert index.search([[1, 0]], 0) == [[]]
    assert ids_of(index.search([[1, 0]], 9)[0]) == ["a", "b"]
    assert index.search(np.empty((0, 2)), 3) == []
    with pytest.raises(ValueError, match="-1"):
        index.search([[1, 0]], -1)


def test_an_empty_index_finds_nothing() -> None:
    for kind in (None, *KINDS):
        index = VectorIndex(3, IndexConfig(kind=kind))
        index.upsert([], np.empty((0, 3)))
        index.compact()
        assert index.search(np.ones((2, 3)), 4) == [[], []]
        assert np.isnan(index.recall_against_exact(np.ones((2, 3)), 4))
        assert index.delete(["a"]) == 0


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, 1e20])
def test_a_number_that_cannot_be_compared_is_refused_with_its_id(bad: float) -> None:
    index = VectorIndex.build(["a", "b"], np.eye(2))
    with pytest.raises(ValueError, match="vector of 'd' has a number"):
        index.upsert(["a", "d"], [[1, 2], [bad, 0]])
    assert index.search([[1, 0]], 2) == [[Hit("a", 1.0), Hit("b", 0.0)]]
    with pytest.raises(ValueError, match="query 1 has a number"):
        index.search([[1, 0], [0, bad]], 2)


def test_what_does_not_fit_is_refused_and_changes_nothing() -> None:
    index = VectorIndex.build(["a", "b"], np.eye(2))
    refused: list[tuple[list[str], object, str]] = [
        (["c"], [[1, 2, 3]], r"'c' and others must be \(vectors, 2\), got \(1, 3\)"),
        (["c", "d"], [[1, 2]], "2 ids came with 1 vectors"),
        (["c", "c"], np.eye(2), "'c' is there twice"),
        ([""], [[1, 2]], "text that is not empty"),
        (["c"], [["x", "y"]], "must be of numbers"),
    ]
    for ids, vectors, said in refused:
        with pytest.raises(ValueError, match=said):
            index.upsert(ids, vectors)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"\(vectors, 2\)"):
        index.search([[1, 2, 3]], 1)
    assert index.ids == ["a", "b"]


def test_vectors_of_noughts_and_large_numbers_have_finite_scores() -> None:
    index = VectorIndex.build(["zero", "large"], [[0, 0], [1e15, 1e15]])
    hits = index.search([[0, 0], [-1e15, -1e15]], 2)
    assert ids_of(hits[0]) == ["large", "zero"]
    assert ids_of(hits[1]) == ["zero", "large"]
    assert all(np.isfinite(hit.score) for each in hits for hit in each)


def test_the_vectors_given_are_copied() -> None:
    vectors = np.eye(2, dtype=np.float32)
    index = VectorIndex.build(["a", "b"], vectors)
    vectors[:] = 9
    assert index.search([[1, 0]], 1) == [[Hit("a", 1.0)]]


# --- a GPU


class CountedCopies:
    """Stands for a GPU: copies on the processor, and counts them."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, rows: faiss.IndexFlat) -> faiss.Index:
        self.count += 1
        return faiss.clone_index(rows)


def test_a_gpu_holds_a_copy_that_is_made_anew_when_vectors_have_changed() -> None:
    copies = CountedCopies()
    index = VectorIndex(2, copy_to_gpu=copies)
    index.upsert(["a", "b"], np.eye(2))
    for _ in range(3):
        assert index.search([[1, 0]], 1) == [[Hit("a", 1.0)]]
    assert copies.count == 1
    index.upsert(["a"], [[0, 3]])
    assert index.search([[1, 0]], 1) == [[Hit("a", 0.0)]]
    index.delete(["a"])
    assert index.search([[1, 0]], 1) == [[Hit("b", 0.0)]]
    assert copies.count == 3


def test_filtered_and_very_long_searches_stay_on_the_processor() -> None:
    copies = CountedCopies()
    index = VectorIndex(2, copy_to_gpu=copies)
    index.upsert(names(3000), np.ones((3000, 2)))
    assert len(index.search([[1, 0]], 2500)[0]) == 2500
    assert ids_of(index.search([[1, 0]], 2, index.labels_of(["job:9"]))[0]) == ["job:9"]
    assert copies.count == 0


@pytest.mark.gpu
def test_a_gpu_finds_what_the_processor_finds() -> None:
    on_gpu, on_cpu = built(IndexKind.EXACT), VectorIndex(WIDTH, copy_to_gpu=lambda _: None)
    on_cpu.upsert(names(SIZE), drawn(SIZE))
    queries = drawn(50, seed=1)
    assert on_gpu.search(queries, 20) == on_cpu.search(queries, 20)
