"""Ranks jobs by how often the people who acted on them acted on what this person acted on.

Item-based collaborative filtering with cosine similarity (https://doi.org/10.1145/371920.372071);
we shrink similarities that rest on few people.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from retrieval.baselines.history import Acts, History
from retrieval.baselines.matrix_entries import entries
from retrieval.baselines.pairs import Pairs

SHRINKAGE = 10.0  # people of nothing in common that every two jobs are given
SMALLEST_SHARE = 1e-6  # of popularity: it only orders jobs about which nothing else is known

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class ItemBased:
    """Who did what to which job, and how alike jobs are by it."""

    deeds: csr_array  # (people, jobs), the largest weight of what was done
    similarity: csr_array  # (jobs, jobs), 0 with itself

    @classmethod
    def fit(cls, acts: Acts, people: int, jobs: int) -> "ItemBased":
        """Learn from what people did, there being so many people and jobs."""
        place = acts.pairs.person * jobs + acts.pairs.job
        distinct, which = np.unique(place, return_inverse=True)
        weight = np.zeros(len(distinct))
        np.maximum.at(weight, which, acts.weight)
        deeds = csr_array((weight, np.divmod(distinct, jobs)), shape=(people, jobs))
        return cls(deeds, _cosine(deeds))

    def scores(self, pairs: Pairs, history: History) -> Floats:
        """Return how near each job is to what its person did, (pairs,).

        Everything learned from counts, whatever the moment of a pair. Where nothing links the
        two, the popularity of the job decides.
        """
        chosen, row = np.unique(pairs.person, return_inverse=True)
        near = csr_array(self.deeds[chosen] @ self.similarity)
        linked = entries(near, row, pairs.job)
        return linked + SMALLEST_SHARE * np.log1p(history.popularity(pairs))


def _cosine(deeds: csr_array) -> csr_array:
    norm = np.sqrt(np.asarray(deeds.multiply(deeds).sum(axis=0)).ravel())
    together = (deeds.T @ deeds).tocoo()
    rows, columns = together.coords
    is_other = rows != columns
    rows, columns, shared = rows[is_other], columns[is_other], together.data[is_other]
    cosine = shared / (norm[rows] * norm[columns] + SHRINKAGE)
    return csr_array((cosine, (rows, columns)), shape=together.shape)
