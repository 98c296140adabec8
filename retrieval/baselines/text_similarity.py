"""Ranks jobs by how alike the texts of person and job are to a sentence encoder."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from graph.schema import EdgeType, NodeType
from graph.store import Store
from retrieval.baselines.pairs import Pairs

BATCH = 32
MOST_TOKENS = 128  # of a text; what follows adds little and costs as much again

Vectors = npt.NDArray[np.float32]
Encoder = Callable[[Sequence[str]], Vectors]  # texts -> unit vectors, (texts, width)
Progress = Callable[[int], None]  # texts encoded so far


def load_encoder(folder: Path, progress: Progress = lambda _done: None) -> Encoder:
    """Load a sentence-transformers model from a folder."""
    from sentence_transformers import SentenceTransformer
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()  # of loading, which takes a moment
    model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
    model.max_seq_length = MOST_TOKENS

    def encode(texts: Sequence[str]) -> Vectors:
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))  # like lengths together
        vectors = np.zeros((len(texts), model.get_embedding_dimension() or 0), np.float32)
        for start in range(0, len(order), BATCH):
            chosen = order[start : start + BATCH]
            batch: list[str] = [texts[i] for i in chosen]
            vectors[chosen] = model.encode(
                batch, normalize_embeddings=True, show_progress_bar=False
            )
            progress(start + len(chosen))
        return vectors

    return encode


def text_scores(
    encode: Encoder, people: Sequence[str], jobs: Sequence[str], pairs: Pairs
) -> npt.NDArray[np.float64]:
    """Return the cosine of the texts of each pair, (pairs,).

    Args:
        encode: Texts to unit vectors.
        people: The text of each person.
        jobs: The text of each job.
        pairs: Only the texts that occur in them are encoded.
    """
    chosen_people, person = np.unique(pairs.person, return_inverse=True)
    chosen_jobs, job = np.unique(pairs.job, return_inverse=True)
    texts = [people[int(i)] for i in chosen_people] + [jobs[int(i)] for i in chosen_jobs]
    vectors = np.asarray(encode(texts), float)
    of_people, of_jobs = vectors[: len(chosen_people)], vectors[len(chosen_people) :]
    return np.einsum("pw,pw->p", of_people[person], of_jobs[job])


def person_texts(store: Store) -> list[str]:
    """Return headline, summary and positions of every person, the newest position first."""
    positions: dict[int, list[tuple[str, str]]] = {}
    for kind in (EdgeType.WORKS_AT, EdgeType.WORKED_AT):
        for batch in store.stream_edges(kind):
            for row in batch:
                notes = json.loads(row.notes) if row.notes else {}
                said = _joined(notes.get("title"), notes.get("description"))
                positions.setdefault(row.source_key, []).append((row.since, said))
    return [
        _joined(headline, summary, *(said for _, said in sorted(positions.get(key, []))[::-1]))
        for batch in store.stream_nodes(NodeType.PERSON, ("headline", "summary"))
        for key, _id, headline, summary in batch
    ]


def job_texts(store: Store) -> list[str]:
    """Return title and description of every job."""
    return [
        _joined(title, description)
        for batch in store.stream_nodes(NodeType.JOB, ("title", "description"))
        for _key, _id, title, description in batch
    ]


def _joined(*texts: str | None) -> str:
    return "\n".join(text for text in texts if text)
