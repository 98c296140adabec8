"""Says whether two groups fare alike: counts of each person in, numbers with intervals out.

Something happens in some of the trials that a person has: of the jobs shown some are well paid, of
the applications some lead to an interview. The rates of group A and B are put beside each other.
Of jobs shown that is the exposure ratio, of candidates the selection ratio, and counted among the
qualified alone the difference is that of equal opportunity (https://arxiv.org/abs/1610.02413).

One person's trials are alike, so it is people that are counted as independent, not trials. The
interval of a rate is Wilson's (https://doi.org/10.1080/01621459.1927.10502953), with as many
trials as independent ones would have to be to scatter as much, and never more than there are.
Ratios and differences take their intervals from those of the two rates
(https://doi.org/10.1002/sim.1548), so they hold where nothing or next to nothing happened.
"""

from dataclasses import dataclass
from enum import StrEnum
from math import inf, nan, sqrt
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

from retrieval.metrics import COVERAGE

FEWEST_OF_MOST = 0.8  # the four-fifths rule

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.integer]


class Verdict(StrEnum):
    """Whether a difference between the groups shows."""

    FOUND = "found"
    SILENT = "silent"  # none shows; that there is none does not follow


class FourFifths(StrEnum):
    """Whether the group that fares worse has four fifths of the other's rate."""

    KEPT = "kept"
    BROKEN = "broken"
    OPEN = "open"  # the interval reaches to both sides


class Rate(NamedTuple):
    """How often it happens in a group; without trials nan, and anything from 0 to 1."""

    value: float
    low: float
    high: float
    trials: int


class Rates(NamedTuple):
    """The rates of both groups."""

    a: Rate
    b: Rate


class Contrast(NamedTuple):
    """Group B beside group A; nan where there is nothing to compare."""

    value: float
    low: float
    high: float
    neutral: float  # its value where both fare alike

    @property
    def verdict(self) -> Verdict:
        """Found when the interval leaves out what would be if both fared alike."""
        return Verdict.SILENT if self.low <= self.neutral <= self.high else Verdict.FOUND


@dataclass(frozen=True)
class Counts:
    """How many trials each person had, and in how many of them it happened; (people,) each."""

    happened: Numbers
    trials: Numbers

    def __post_init__(self) -> None:
        if self.happened.shape != self.trials.shape or self.trials.ndim != 1:
            raise ValueError(f"happened is {self.happened.shape}, trials are {self.trials.shape}")
        wrong = np.flatnonzero((self.happened < 0) | (self.happened > self.trials))
        if len(wrong):
            person = int(wrong[0])
            raise ValueError(
                f"for person {person} it happened {self.happened[person]} times "
                f"in {self.trials[person]} trials"
            )

    @classmethod
    def of(cls, happened: Flags, person: Numbers, people: int) -> "Counts":
        """Count trials, (trials,) each, by the person whose they are."""
        if happened.shape != person.shape:
            raise ValueError(f"happened is {happened.shape}, person is {person.shape}")
        return cls(
            np.bincount(person[happened], minlength=people),
            np.bincount(person, minlength=people),
        )


def rates_of(counts: Counts, is_b: Flags, coverage: float = COVERAGE) -> Rates:
    """Return the rates of both groups, `is_b` telling them apart, (people,).

    Args:
        counts: Of all people.
        is_b: Who is in group B; all others are in group A.
        coverage: How often intervals hold what they are about.
    """
    if is_b.shape != counts.trials.shape:
        raise ValueError(f"is_b is {is_b.shape}, trials are {counts.trials.shape}")
    if not 0 < coverage < 1:
        raise ValueError(f"the coverage must lie between 0 and 1, got {coverage}")
    a, b = (
        _rate(counts.happened[own].astype(float), counts.trials[own].astype(float), coverage)
        for own in (~is_b, is_b)
    )
    return Rates(a, b)


def ratio_of(rates: Rates) -> Contrast:
    """Return the rate of group B as a share of that of group A; 1 is alike."""
    a, b = rates
    if not (a.trials and b.trials):
        return Contrast(nan, 0.0, inf, 1.0)
    value = b.value / a.value if a.value else (inf if b.value else nan)
    inverse = _least_ratio(a, b)
    return Contrast(value, _least_ratio(b, a), 1 / inverse if inverse else inf, 1.0)


def difference_of(rates: Rates) -> Contrast:
    """Return by how much the rate of group B exceeds that of group A; 0 is alike."""
    a, b = rates
    if not (a.trials and b.trials):
        return Contrast(nan, -1.0, 1.0, 0.0)
    value = b.value - a.value
    below = sqrt((b.value - b.low) ** 2 + (a.high - a.value) ** 2)
    above = sqrt((b.high - b.value) ** 2 + (a.value - a.low) ** 2)
    return Contrast(value, value - below, value + above, 0.0)


def four_fifths(ratio: Contrast) -> FourFifths:
    """Hold a ratio against the four-fifths rule, whichever group fares worse."""
    if ratio.high < FEWEST_OF_MOST or ratio.low > 1 / FEWEST_OF_MOST:
        return FourFifths.BROKEN
    if ratio.low >= FEWEST_OF_MOST and ratio.high <= 1 / FEWEST_OF_MOST:
        return FourFifths.KEPT
    return FourFifths.OPEN


def wilson(share: float, trials: float, deviations: float) -> tuple[float, float]:
    """Return Wilson's interval of a share of independent trials.

    Args:
        share: In which it happened, 0 to 1.
        trials: More than 0, and not necessarily whole.
        deviations: Half the width of the interval in standard deviations.
    """
    square = deviations**2 / trials
    centre = (share + square / 2) / (1 + square)
    half = sqrt(square * share * (1 - share) + square**2 / 4) / (1 + square)
    return max(0.0, min(share, centre - half)), min(1.0, max(share, centre + half))


def _rate(happened: Floats, trials: Floats, coverage: float) -> Rate:
    total, quantile = float(trials.sum()), (1 + coverage) / 2
    if not total:
        return Rate(nan, 0.0, 1.0, 0)
    share = float(happened.sum()) / total
    # As many people with equally many trials would count as much.
    people = total**2 / float((trials**2).sum())
    if people <= 1:
        return Rate(share, 0.0, 1.0, int(total))
    if not 0 < share < 1:  # how alike one person's trials are does not show: wholly, then
        worth, freedom = people, people - 1
    else:
        owners, scatter = int(np.count_nonzero(trials)), share * (1 - share)
        squares = (happened - share * trials) ** 2
        spread = owners / (owners - 1) * float(squares.sum()) / total**2
        worth = min(total, scatter / spread) if spread else total
        # What rare events scatter by themselves is in Wilson's interval already.
        own = max(0.0, total * scatter * (1 - 6 * scatter))
        freedom = max(1.0, min(people - 1, _freedom(squares, owners, own)))
    low, high = wilson(share, worth, float(stdtrit(freedom, quantile)))
    return Rate(share, low, high, int(total))


def _freedom(squares: Floats, owners: int, own: float) -> float:
    """Return how many degrees of freedom a sum of squares has, by its own scatter.

    Where a few people decide, the sum is known badly, and the interval must be the wider.

    Args:
        squares: Of how far people lie from the mean of all, (people,).
        owners: How many of them have trials.
        own: The excess of the fourth moment that independent trials have.
    """
    total = float(squares.sum())
    scatter = float((squares**2).sum()) - total**2 / owners - own
    return 2 * total**2 / scatter if scatter > 0 else inf


def _least_ratio(over: Rate, under: Rate) -> float:
    """Return the least ratio at which the interval of `over - ratio * under` holds 0."""
    loss, excess = over.value - over.low, under.high - under.value
    product = over.value * under.value
    most = over.value**2 - loss**2
    root = sqrt(max(product**2 - most * (under.value**2 - excess**2), 0.0))
    return most / (product + root) if product + root else 0.0
