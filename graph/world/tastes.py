"""Names what people look for in an employer, and what employers are like."""

from enum import IntEnum


class Taste(IntEnum):
    """A dimension of a company's culture and of a person's taste; both are vectors over these.

    No table holds them: they show in what people and companies write, and in what people do.
    """

    MISSION = 0  # work that does good
    PACE = 1  # speed, a young company, change
    CRAFT = 2  # depth, quality, doing it properly
    STABILITY = 3  # security, predictable days, long tenures
    MENTORING = 4  # learning, coaching, being supported
    AUTONOMY = 5  # freedom, trust, ownership
    BALANCE = 6  # time for a life beside work
    AMBITION = 7  # prestige, growth, winning
