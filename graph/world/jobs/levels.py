"""Says at which levels a title is looked for."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from graph.schema import Seniority
from graph.world.vocabulary import LEVELS, Vocabulary

# Levels at which a title is looked for, by the level the bare title implies; a level that the
# ladder of the family lacks falls out.
_LEVEL_SHARES: Mapping[Seniority, Mapping[Seniority, float]] = {
    Seniority.INTERN: {Seniority.INTERN: 1.0},
    Seniority.JUNIOR: {
        Seniority.INTERN: 0.05,
        Seniority.JUNIOR: 0.66,
        Seniority.MID: 0.18,
        Seniority.SENIOR: 0.07,
        Seniority.LEAD: 0.04,
    },
    Seniority.MID: {
        Seniority.INTERN: 0.04,
        Seniority.JUNIOR: 0.15,
        Seniority.MID: 0.44,
        Seniority.SENIOR: 0.27,
        Seniority.LEAD: 0.06,
        Seniority.STAFF: 0.02,
        Seniority.PRINCIPAL: 0.02,
    },
    Seniority.SENIOR: {
        Seniority.SENIOR: 0.82,
        Seniority.LEAD: 0.1,
        Seniority.STAFF: 0.03,
        Seniority.PRINCIPAL: 0.05,
    },
}


def level_shares(vocabulary: Vocabulary) -> npt.NDArray[np.float64]:
    """Return how often each title is looked for at each level, (titles, levels)."""
    shares = np.eye(len(LEVELS))
    for own, wanted in _LEVEL_SHARES.items():
        row = shares[LEVELS.index(own)]
        row[:] = 0
        for level, share in wanted.items():
            row[LEVELS.index(level)] = share
    exists = np.zeros((len(vocabulary.families), len(LEVELS)), np.bool_)
    for step in vocabulary.taxonomy.ladders:
        exists[vocabulary.family_number[step.family], LEVELS.index(step.seniority)] = True
    own_level = np.eye(len(LEVELS), dtype=np.bool_)[vocabulary.title_level]
    return shares[vocabulary.title_level] * (exists[vocabulary.title_family] | own_level)
