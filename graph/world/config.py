"""Says which world to make: how many people and jobs, from which seed, with which planted bias."""

from dataclasses import dataclass
from datetime import UTC, datetime

MOST_PEOPLE = 20_000_000
MOST_JOBS = 10_000_000
MOST_SEED = 2**64 - 1
FEWEST = 50  # of people and of jobs; a smaller world has no careers to speak of

# The clock of every world. It stands still, so that the same seed makes the same bytes for ever.
TODAY = int(datetime(2026, 7, 1, tzinfo=UTC).timestamp()) // 86_400  # days since 1970
THIS_MONTH = 2026 * 12 + 6  # months since year 0; January is month 0 of its year
OBSERVED_DAYS = 548  # the eighteen months whose postings and behaviour are known


@dataclass(frozen=True)
class WorldConfig:
    """What a world is made from; the same config makes the same world on any machine."""

    people: int
    jobs: int
    seed: int
    exposure_bias: float = 0.0  # chance that a better-paid job drawn for group B is withheld
    hiring_bias: float = 0.0  # logits taken from group B by interviewers

    def __post_init__(self) -> None:
        if not FEWEST <= self.people <= MOST_PEOPLE:
            raise ValueError(f"people must be {FEWEST} to {MOST_PEOPLE:,}, got {self.people:,}")
        if not FEWEST <= self.jobs <= MOST_JOBS:
            raise ValueError(f"jobs must be {FEWEST} to {MOST_JOBS:,}, got {self.jobs:,}")
        if not 0 <= self.seed <= MOST_SEED:
            raise ValueError(f"the seed must be 0 to {MOST_SEED}, got {self.seed}")
        if not 0 <= self.exposure_bias < 1:
            raise ValueError(f"the exposure bias must be 0 to 1, got {self.exposure_bias}")
        if not 0 <= self.hiring_bias <= 10:
            raise ValueError(f"the hiring bias must be 0 to 10 logits, got {self.hiring_bias}")
