"""Encodes each text once in its life: what the cache on disk holds is not encoded again."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

import numpy as np

from graph.text.text_vectors import Progress, TextVectors, Vectors, silent
from graph.text.vector_cache import Half, VectorCache, key_of

_WRITE_EVERY = 512  # texts: what a kill can cost, and about a second of writing in an hour


class CachedEncoder:
    """An encoder with a cache before it, whose model is not loaded while the cache suffices.

    Vectors are rounded to half precision on the way in, and scaled to length 1 on the way out:
    a text has exactly the same vector the first time and every other time.
    """

    def __init__(self, encoder: TextVectors, cache: VectorCache) -> None:
        self._encoder = encoder
        self._cache = cache

    @property
    def id(self) -> str:
        """Return the id of the encoder."""
        return self._encoder.id

    @property
    def width(self) -> int:
        """Return how many numbers a vector has; the model is not loaded when the cache knows."""
        return self._width

    @cached_property
    def _width(self) -> int:
        known = self._cache.width(self.id)
        return self._encoder.width if known is None else known

    def encode(self, texts: Sequence[str], progress: Progress = silent) -> Vectors:
        """Encode texts, in the order given, those that the cache holds for free.

        Returns:
            (texts, width): unit vectors; zeros for a text with nothing but blanks.
        """
        keys = {text: key_of(self.id, text) for text in texts if text.strip()}
        known = self._cache.read(list(keys.values()))
        absent = [text for text, key in keys.items() if key not in known]
        known |= self._encode_new(absent, keys, len(texts), progress)
        vectors = np.zeros((len(texts), self.width), np.float32)
        for number, text in enumerate(texts):
            if text in keys:
                vectors[number] = self._checked(known[keys[text]])
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        np.divide(vectors, norms, out=vectors, where=norms > 0)
        progress(len(texts))
        return vectors

    def keys(self, texts: Iterable[str]) -> Iterator[bytes]:
        """Yield the keys under which the cache holds the vectors of texts."""
        return (key_of(self.id, text) for text in texts if text.strip())

    def keep_only(self, texts: Iterable[str]) -> int:
        """Drop from the cache the vectors of all other texts; return how many went."""
        return self._cache.keep_only(self.keys(texts))

    def _encode_new(
        self, texts: Sequence[str], keys: dict[str, bytes], total: int, progress: Progress
    ) -> dict[bytes, Half]:
        before, found = total - len(texts), {}
        # By length, so that a portion holds like lengths; portions, so that a kill loses little.
        ordered = sorted(texts, key=len)
        for start in range(0, len(ordered), _WRITE_EVERY):
            some = ordered[start : start + _WRITE_EVERY]
            done = before + start
            vectors = self._encoder.encode(some, lambda now, done=done: progress(done + now))
            halves = dict(zip((keys[t] for t in some), vectors.astype(np.float16), strict=True))
            self._cache.write(self.id, halves)
            found |= halves
        return found

    def _checked(self, half: Half) -> Half:
        if len(half) != self.width:
            said = f"{self._cache.path} holds a vector of {len(half)} numbers, not {self.width}"
            raise ValueError(f"{said}: remove it, and it is made anew")
        return half
