"""Says in which ways two occupations are alike: by their words, their meaning and their group."""

from collections.abc import Callable, Sequence

import numpy as np
from scipy.sparse import csr_array
from sklearn.feature_extraction.text import TfidfVectorizer

from tests.benchmarks.public.esco_files import Concept
from tests.benchmarks.public.ranking import Floats, Numbers

# What each way counts for before anything is learned, and for ridge regression; chosen on the
# validation split. Words of all texts, descriptions, names; letters of names; meaning of
# descriptions and of labels; groups of four, three and two digits.
WAYS = (0.17, 0.17, 0.17, 0.17, 0.15, 0.05, 0.1, 0.05, 0.02)
GROUP_DIGITS = (4, 3, 2)


class OccupationLikeness:
    """Every way is 1 for the same texts or groups, and 0 for what has nothing in common."""

    def __init__(self, occupations: Sequence[Concept], vectors: Sequence[Floats]) -> None:
        """Weigh the words.

        Args:
            occupations: Their texts and groups.
            vectors: Of descriptions and of labels, unit length, (occupations, width) each.
        """
        names = [f"{each.label}\n{each.other_labels}" for each in occupations]
        letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True)
        self.words = words_of([each.all_text for each in occupations])
        self._weighed = (
            self.words,
            words_of([each.description for each in occupations]),
            words_of(names),
            csr_array(letters.fit_transform(names), dtype=np.float32),
        )
        self._vectors = vectors
        self._groups = [
            np.array([each.group[:digits] for each in occupations]) for digits in GROUP_DIGITS
        ]

    def ways(self, rows: Numbers, known: Numbers) -> list[Floats]:
        """Return how alike they are in each way, (rows, known) each."""
        found = [csr_array(each[rows] @ each[known].T).toarray() for each in self._weighed]
        found += [np.maximum(each[rows] @ each[known].T, 0) for each in self._vectors]
        found += [(each[rows][:, None] == each[known]).astype(np.float32) for each in self._groups]
        return found

    def all_alike(self) -> Floats:
        """Return all ways as one, (occupations, occupations)."""
        everybody = np.arange(len(self._groups[0]))
        found = np.zeros((len(everybody), len(everybody)), np.float32)
        for weight, way in zip(WAYS, self.ways(everybody, everybody), strict=True):
            found += np.float32(weight) * way
        return found


def words_of(texts: Sequence[str]) -> csr_array:
    """Return the TF-IDF of texts, (texts, words)."""
    return csr_array(TfidfVectorizer(sublinear_tf=True).fit_transform(texts), dtype=np.float32)


def text_match(
    occupations: Sequence[Concept], skills: Sequence[Concept]
) -> Callable[[Numbers], Floats]:
    """Return how to get the words that texts of occupations share with those of all skills."""
    texts = [each.all_text for each in (*occupations, *skills)]
    weights = words_of(texts)
    here, there = csr_array(weights[: len(occupations)]), csr_array(weights[len(occupations) :].T)
    return lambda rows: csr_array(here[rows] @ there).toarray()
