"""A text is encoded once in its life, and has the same vector every time."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from word_vectors import WordVectors

from graph.text.cached_encoder import CachedEncoder
from graph.text.text_vectors import Progress, Vectors, silent
from graph.text.vector_cache import VectorCache


class Unloadable(WordVectors):
    """An encoder whose model must not be needed."""

    def encode(self, texts: Sequence[str], progress: Progress = silent) -> Vectors:
        raise AssertionError(f"asked to encode {texts}")


class StopsAfter(WordVectors):
    """An encoder that is killed after some portions."""

    def __init__(self, portions: int) -> None:
        super().__init__()
        self._left = portions

    def encode(self, texts: Sequence[str], progress: Progress = silent) -> Vectors:
        self._left -= 1
        if self._left < 0:
            raise KeyboardInterrupt
        return super().encode(texts, progress)


@pytest.fixture
def cache(tmp_path: Path) -> VectorCache:
    return VectorCache(tmp_path / "vectors.db")


def test_the_second_time_costs_no_encoding_and_gives_the_very_same_vectors(
    cache: VectorCache,
) -> None:
    texts = ["data engineer", "", "nurse", "data engineer"]
    first = CachedEncoder(WordVectors(), cache).encode(texts)
    again = CachedEncoder(Unloadable(), cache)
    assert np.array_equal(first, again.encode(texts))
    assert again.width == 16


def test_vectors_have_length_one_and_stay_near_what_the_encoder_said(cache: VectorCache) -> None:
    encoder = WordVectors(width=384)
    texts = ["a", "b c", "d e f"]
    vectors = CachedEncoder(encoder, cache).encode(texts)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    assert np.allclose(vectors, encoder.encode(texts), atol=1e-3)


def test_only_new_texts_are_encoded_each_once(cache: VectorCache) -> None:
    encoder = WordVectors()
    cached = CachedEncoder(encoder, cache)
    cached.encode(["a", "b"])
    cached.encode(["b", "c", "c", " "])
    assert sorted(encoder.encoded) == ["a", "b", "c"]


def test_what_was_encoded_before_a_kill_is_kept(cache: VectorCache) -> None:
    texts = [f"text {number:04}" for number in range(1300)]
    with pytest.raises(KeyboardInterrupt):
        CachedEncoder(StopsAfter(2), cache).encode(texts)
    rest = WordVectors()
    CachedEncoder(rest, cache).encode(texts)
    assert len(rest.encoded) == 1300 - 2 * 512


def test_progress_ends_at_the_number_of_texts(cache: VectorCache) -> None:
    told: list[int] = []
    CachedEncoder(WordVectors(), cache).encode(["a", "b", "a", ""], told.append)
    assert told == sorted(told)
    assert told[-1] == 4


def test_vectors_of_texts_that_are_gone_can_be_dropped(cache: VectorCache) -> None:
    cached = CachedEncoder(WordVectors(), cache)
    cached.encode(["stays", "goes", "goes too"])
    assert cached.keep_only(iter(["stays", "", "is new"])) == 2
    assert len(cache) == 1


def test_a_vector_of_another_width_is_refused(cache: VectorCache) -> None:
    CachedEncoder(WordVectors(width=4, name="x"), cache).encode(["a"])
    odd = WordVectors(width=4, name="x")
    cache.write("y", cache.read(list(CachedEncoder(odd, cache).keys(["a"]))))
    other = WordVectors(width=8)
    other.id = "x-4"
    cached = CachedEncoder(other, cache)
    cached.__dict__["_width"] = 8
    with pytest.raises(ValueError, match="holds a vector of 4 numbers, not 8"):
        cached.encode(["a"])
