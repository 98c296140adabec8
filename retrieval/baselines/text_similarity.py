"""Ranks jobs by how alike the texts of person and job are to a sentence encoder."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from graph.schema import EdgeType, NodeType
from graph.store import Store
from graph.text.text_encoder import TextEncoder, TextEncoderConfig
from graph.text.text_vectors import Progress, Vectors, silent
from retrieval.baselines.pairs import Pairs

MOST_TOKENS = 128  # of a text; what follows adds little and costs as much again

Encoder = Callable[[Sequence[str]], Vectors]  # texts -> unit vectors, (texts, width)


def load_encoder(folder: Path, progress: Progress = silent) -> Encoder:
    """Load a sentence-transformers model from a folder."""
    encoder = TextEncoder(folder, TextEncoderConfig(MOST_TOKENS), device="cpu")
    return lambda texts: encoder.encode(texts, progress)


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
