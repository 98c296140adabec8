"""Turns texts into unit vectors with a sentence-transformers model."""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from graph.text.packaged_model import PACKAGE, find_model, packaged_model
from graph.text.text_vectors import Progress, Vectors, silent

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

# What a model folder says that vectors depend on; the rest is documentation and other formats.
_DECISIVE = frozenset({".bin", ".json", ".model", ".pt", ".safetensors", ".txt"})
_TOKENISED_AT_ONCE = 2048


@dataclass(frozen=True)
class TextEncoderConfig:
    """How texts are read; part of the encoder's id."""

    max_tokens: int = 128  # of a window; attention costs more than in proportion
    windows: int = 1  # pieces of a long text that are averaged; what lies behind them is not read

    def __post_init__(self) -> None:
        if self.max_tokens < 4 or self.windows < 1:
            raise ValueError(f"a text needs at least one window of at least 4 tokens, got {self}")


class TextEncoder:
    """A sentence-transformers model; it is loaded when the first text needs it."""

    def __init__(
        self,
        model: str | Path | None = None,
        config: TextEncoderConfig | None = None,
        *,
        device: str | None = None,
        batch_tokens: int = 8192,
    ) -> None:
        """Find a model on this machine.

        Args:
            model: A folder, or the name of a model downloaded before; None: the packaged one.
            config: How texts are read.
            device: As torch names it; None: a GPU where there is one.
            batch_tokens: How many tokens are encoded at once.

        Raises:
            FileNotFoundError: The model is not on this machine.
        """
        self.folder = find_model(model)
        self.config = config or TextEncoderConfig()
        self._device = device
        self._batch_tokens = batch_tokens

    @property
    def id(self) -> str:
        """Return the model's name with a hash of its files and of how texts are read."""
        return self._id

    @property
    def width(self) -> int:
        """Return how many numbers a vector has."""
        return self._model.get_embedding_dimension() or 0

    @cached_property
    def _id(self) -> str:
        is_packaged = self.folder.parent.name == PACKAGE
        name = packaged_model().parent.name if is_packaged else self.folder.name
        return f"{name}-{_hash_of_model(self.folder, asdict(self.config))}"

    def encode(self, texts: Sequence[str], progress: Progress = silent) -> Vectors:
        """Encode texts, in the order given; each distinct text once, like lengths together.

        What shares a batch with a text does not change its vector beyond rounding (1e-6).

        Returns:
            (texts, width): unit vectors; zeros for a text with nothing but blanks.
        """
        place: dict[str, int] = {text: 0 for text in texts if text.strip()}
        for number, text in enumerate(place):
            place[text] = number
        vectors = np.zeros((len(place) + 1, self.width), np.float32)  # the last: for no text
        if place:
            self._encode_distinct(list(place), vectors, progress)
        return vectors[[place.get(text, len(place)) for text in texts]]

    def _encode_distinct(self, texts: list[str], vectors: Vectors, progress: Progress) -> None:
        pieces, owners, lengths = self._cut(texts)
        order = np.argsort(lengths, kind="stable")
        done = 0
        for batch in _batches(order, lengths, self._batch_tokens):
            encoded = self._model.encode(
                [pieces[i] for i in batch],
                batch_size=len(batch),
                normalize_embeddings=True,
                show_progress_bar=False,
            )
            # A piece weighs as much as it has tokens, so that a short last one does not count
            # like a full one.
            share = lengths[batch].astype(np.float32)
            np.add.at(vectors, owners[batch], np.asarray(encoded, np.float32) * share[:, None])
            done += len(batch)
            progress(len(texts) * done // len(pieces))
        norms = np.linalg.norm(vectors, axis=1, keepdims=True)
        np.divide(vectors, norms, out=vectors, where=norms > 0)

    def _cut(self, texts: list[str]) -> tuple[list[str], np.ndarray, np.ndarray]:
        """Cut texts into windows: pieces, whose they are, and how many tokens each has."""
        pieces: list[str] = []
        owners: list[int] = []
        lengths: list[int] = []
        for start in range(0, len(texts), _TOKENISED_AT_ONCE):
            for owner, (piece, length) in self._windows(texts[start : start + _TOKENISED_AT_ONCE]):
                pieces.append(piece)
                owners.append(start + owner)
                lengths.append(length)
        return pieces, np.array(owners), np.array(lengths)

    def _windows(self, texts: list[str]) -> Iterator[tuple[int, tuple[str, int]]]:
        tokenizer: Any = self._model.tokenizer
        if not getattr(tokenizer, "is_fast", False):  # it cannot say where its tokens lie
            for owner, text in enumerate(texts):
                yield owner, (text, min(len(text) // 4 + 2, self.config.max_tokens))
            return
        found = tokenizer(
            texts, add_special_tokens=False, return_offsets_mapping=True, verbose=False
        )
        room = self.config.max_tokens - tokenizer.num_special_tokens_to_add()
        for owner, (text, spans) in enumerate(zip(texts, found["offset_mapping"], strict=True)):
            count = min(max(-(-len(spans) // room), 1), self.config.windows)
            for number in range(count):
                own = spans[number * room : (number + 1) * room]
                whole = not own or (number == 0 and len(spans) <= room)
                yield owner, (text if whole else text[own[0][0] : own[-1][1]], len(own) + 2)

    @cached_property
    def _model(self) -> "SentenceTransformer":
        import torch
        from sentence_transformers import SentenceTransformer
        from transformers.utils.logging import disable_progress_bar

        disable_progress_bar()  # of loading, which takes a moment
        device = self._device or ("cuda" if torch.cuda.is_available() else "cpu")
        model = SentenceTransformer(str(self.folder), device=device, local_files_only=True)
        model.max_seq_length = self.config.max_tokens
        return model.eval()


def _batches(order: np.ndarray, lengths: np.ndarray, most: int) -> Iterator[np.ndarray]:
    """Cut an order of rising length into batches of at most so many tokens, padding counted."""
    start = 0
    while start < len(order):
        end = start + 1
        while end < len(order) and int(lengths[order[end]]) * (end + 1 - start) <= most:
            end += 1
        yield order[start:end]
        start = end


def _hash_of_model(folder: Path, settings: dict[str, Any]) -> str:
    digest = hashlib.sha256(json.dumps(settings, sort_keys=True).encode())
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        is_hidden = any(part.startswith(".") for part in inside.parts)
        if path.suffix not in _DECISIVE or is_hidden or not path.is_file():
            continue
        digest.update(f"\0{inside.as_posix()}\0".encode())
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:12]
