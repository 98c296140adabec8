"""Words studies: what the degree is called, and what was studied."""

from collections.abc import Sequence

import numpy as np

from graph.world.phrases import Phrases
from graph.world.segments import Floats, Ints
from graph.world.vocabulary import Vocabulary

DEGREES = ("vocational", "bachelor", "master", "doctorate")  # by the numbers of `Studies.degree`
UNNAMED_DEGREES, UNNAMED_FIELDS = 0.06, 0.08


class StudyTexts:
    """The wordings of degrees and fields of study, by family."""

    def __init__(
        self, vocabulary: Vocabulary, phrases: Phrases, group_of_family: Sequence[str]
    ) -> None:
        self._fields = [
            phrases.of(f"person.study.{family.id.replace('-', '_')}")
            for family in vocabulary.families
        ]
        self._degrees = [
            [self._names(phrases, degree, group) for degree in DEGREES] for group in group_of_family
        ]

    @staticmethod
    def _names(phrases: Phrases, degree: str, group: str) -> Sequence[str]:
        own = f"person.degree.{degree}.{group}"
        return phrases.of(own if own in phrases.sections else f"person.degree.{degree}")

    def fields(self, families: Ints, uniforms: Floats) -> list[str]:
        """Word what was studied; every study has a field, stated or not."""
        return [
            fields[int(uniform * len(fields))]
            for fields, uniform in zip(
                (self._fields[family] for family in families.tolist()),
                uniforms.tolist(),
                strict=True,
            )
        ]

    def degrees(self, degrees: Ints, families: Ints, uniforms: Floats) -> list[str]:
        """Word the degrees; uniforms in [0, 1), (studies,)."""
        rows = zip(degrees.tolist(), families.tolist(), uniforms.tolist(), strict=True)
        return [
            names[int(uniform * len(names))]
            for names, uniform in (
                (self._degrees[family][degree], uniform) for degree, family, uniform in rows
            )
        ]


def partly(texts: list[str], uniforms: Floats, missing: float) -> list[str | None]:
    """Leave a share of the texts out."""
    is_there = (np.asarray(uniforms) >= missing).tolist()
    return [text if there else None for text, there in zip(texts, is_there, strict=True)]
