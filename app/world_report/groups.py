"""Audits worlds with and without a planted bias: is what is there found, and nothing else?"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from app.output import Step
from app.workspace import built_in_taxonomy
from app.world import WORDS
from app.world_report.group_counts import Measure, count_all
from graph.world.config import WorldConfig
from graph.world.world import make_world
from retrieval.fairness import (
    Contrast,
    Counts,
    Rates,
    Verdict,
    difference_of,
    rates_of,
    ratio_of,
)

# Large enough for a bias to show in interviews, which are rare.
PEOPLE, JOBS = 16_000, 8_000
EXPOSURE_BIAS, HIRING_BIAS = 0.5, 1.5
# Fifteen verdicts are given at once: with intervals of 95 % every other page would tell of a
# difference that is not there.
COVERAGE = 0.99
LOTS = 200


class Bias(StrEnum):
    """What is planted in a world."""

    NONE = "no bias"
    EXPOSURE = "exposure bias"
    HIRING = "hiring bias"


BIASES: Mapping[Bias, Mapping[str, float]] = {
    Bias.NONE: {},
    Bias.EXPOSURE: {"exposure_bias": EXPOSURE_BIAS},
    Bias.HIRING: {"hiring_bias": HIRING_BIAS},
}
MOVED_BY: Mapping[Measure, Bias | None] = {
    Measure.BETTER_PAID: Bias.EXPOSURE,
    Measure.APPLICATIONS: None,
    Measure.INTERVIEWS: Bias.HIRING,
    Measure.HIRES: Bias.HIRING,
    Measure.QUALIFIED_INTERVIEWS: Bias.HIRING,
}


class Expected(StrEnum):
    """What a measure should say in a world."""

    FOUND = "planted"
    SILENT = "nothing planted"
    OPEN = "may follow"  # from what is planted elsewhere


@dataclass(frozen=True)
class Audit:
    """One measure in one world."""

    measure: Measure
    bias: Bias
    rates: Rates
    ratio: Contrast
    difference: Contrast

    @property
    def expected(self) -> Expected:
        """What the measure should say."""
        if MOVED_BY[self.measure] is self.bias:
            return Expected.FOUND
        # Whoever is shown other jobs applies to others, and may be invited more or less often.
        return Expected.OPEN if self.bias is Bias.EXPOSURE else Expected.SILENT

    @property
    def is_difference(self) -> bool:
        """Whether the groups are compared by difference: equal opportunity is."""
        return self.measure is Measure.QUALIFIED_INTERVIEWS

    @property
    def contrast(self) -> Contrast:
        """What the verdict rests on."""
        return self.difference if self.is_difference else self.ratio

    @property
    def verdict(self) -> Verdict:
        """What the measure says."""
        return self.contrast.verdict


@dataclass(frozen=True)
class GroupAudits:
    """All measures in all worlds, and how they behave where groups are drawn by lot."""

    config: WorldConfig  # of the world without bias
    audits: list[Audit]
    false_alarms: float  # share of verdicts that find a difference between groups drawn by lot
    lots: int  # how often groups were drawn; each draw has one verdict a measure

    def of(self, measure: Measure) -> list[Audit]:
        """Return what a measure says in each world."""
        return [audit for audit in self.audits if audit.measure is measure]

    def told(self, expected: Expected, verdict: Verdict) -> int:
        """Count the verdicts of a kind where another or the same was expected."""
        return sum((each.expected, each.verdict) == (expected, verdict) for each in self.audits)


def audit_groups(seed: int, step: Step, people: int = PEOPLE, jobs: int = JOBS) -> GroupAudits:
    """Make a world, let its people live in it under each bias, and audit what happened.

    People, network and jobs do not depend on the bias, so they are made once.
    """
    config = WorldConfig(people, jobs, seed)
    world = make_world(config, built_in_taxonomy(), WORDS, step)
    is_b = world.people.is_group_b
    counts: dict[Bias, dict[Measure, Counts]] = {}
    for bias, sizes in BIASES.items():
        step(f"groups: {bias}", 0)
        counts[bias] = count_all(replace(world, config=replace(config, **sizes)))
    audits = [
        audit_of(measure, bias, counts[bias][measure], is_b) for measure in Measure for bias in Bias
    ]
    return GroupAudits(config, audits, false_alarms(counts[Bias.NONE], is_b, seed), LOTS)


def audit_of(measure: Measure, bias: Bias, counts: Counts, is_b: npt.NDArray[np.bool_]) -> Audit:
    """Compare the groups by one measure in one world."""
    rates = rates_of(counts, is_b, COVERAGE)
    return Audit(measure, bias, rates, ratio_of(rates), difference_of(rates))


def false_alarms(
    counts: Mapping[Measure, Counts], is_b: npt.NDArray[np.bool_], seed: int, lots: int = LOTS
) -> float:
    """Draw the groups by lot, and return how often a difference is found between them.

    What was counted stays as it is: who has many trials and who few, and how alike a person's are.
    """
    random = np.random.default_rng(seed)
    found = 0
    for _lot in range(lots):
        drawn = random.permutation(is_b)
        audits = (audit_of(each, Bias.NONE, counts[each], drawn) for each in Measure)
        found += sum(audit.verdict is Verdict.FOUND for audit in audits)
    return found / (lots * len(Measure))
