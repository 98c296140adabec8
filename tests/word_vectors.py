"""A text encoder that knows nothing but words, in place of a model that takes seconds to load."""

from collections.abc import Sequence
from hashlib import sha256

import numpy as np

from graph.text.text_vectors import Progress, Vectors, silent


class WordVectors:
    """Gives every word a direction of its own, and a text the mean of its words."""

    def __init__(self, width: int = 16, name: str = "words") -> None:
        self.width = width
        self.id = f"{name}-{width}"
        self.encoded: list[str] = []  # every text it was asked to encode

    def encode(self, texts: Sequence[str], progress: Progress = silent) -> Vectors:
        vectors = np.array([self._one(text) for text in texts], np.float32)
        self.encoded += texts
        progress(len(texts))
        return vectors.reshape(-1, self.width)

    def _one(self, text: str) -> np.ndarray:
        words = text.lower().split()
        if not words:
            return np.zeros(self.width)
        seeds = (int.from_bytes(sha256(word.encode()).digest()[:4], "big") for word in words)
        total = sum(np.random.default_rng(seed).normal(size=self.width) for seed in seeds)
        return np.asarray(total / np.linalg.norm(total))
