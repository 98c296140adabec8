"""`SamplingConfig`: how many neighbours a node hears, and which."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from graph.relation import Relation

ALL = -1  # the fan-out that leaves no edge out


class Choice(StrEnum):
    """Which of a node's neighbours are heard."""

    UNIFORM = "uniform"  # all alike; GraphSAGE, https://arxiv.org/abs/1706.02216
    WEIGHTED = "weighted"  # in proportion to the weights of the edges
    RECENT = "recent"  # the newest edges
    RANDOM_WALK = "random_walk"  # where walks come by; PinSage, https://arxiv.org/abs/1806.01973
    PAGE_RANK = "page_rank"  # the highest personalised page rank


WALKING = frozenset((Choice.RANDOM_WALK, Choice.PAGE_RANK))


@dataclass(frozen=True)
class SamplingConfig:
    """How many neighbours a node hears by each relation, and which."""

    fan_outs: tuple[int, ...] = (20, 10)  # by hop; `ALL` takes every edge
    choice: Choice = Choice.UNIFORM
    relation_fan_outs: Mapping[Relation, tuple[int, ...]] = field(default_factory=dict)
    hub_cap: int | None = 10_000  # of a node's edges, only as many, the newest, are looked at
    walks: int = 32  # random walks from each node
    rounds: int = 3  # times that a walk goes along its path
    # By relation: the relations that its walks follow; without: it, and back.
    paths: Mapping[Relation, tuple[Relation, ...]] = field(default_factory=dict)
    teleport: float = 0.15  # page rank: how readily the walk goes home
    tolerance: float = 1e-3  # page rank: what is too little to spread along an edge

    def __post_init__(self) -> None:
        if not self.fan_outs:
            raise ValueError("fan_outs is empty: no hop would be taken")
        for relation, fan_outs in (("every relation", self.fan_outs), *self._own_fan_outs()):
            self._check_fan_outs(str(relation), fan_outs)
        if self.hub_cap is not None and self.hub_cap < 1:
            raise ValueError(f"hub_cap must be at least 1, got {self.hub_cap}")
        if min(self.walks, self.rounds) < 1:
            raise ValueError(f"walks ({self.walks}) and rounds ({self.rounds}) begin at 1")
        if not 0 < self.teleport < 1 or not 0 < self.tolerance < 1:
            raise ValueError(
                f"teleport ({self.teleport}) and tolerance ({self.tolerance}) lie between 0 and 1"
            )
        for relation, path in self.paths.items():
            _check_path(relation, path)

    def fan_out(self, relation: Relation, hop: int) -> int:
        """Return how many neighbours a node hears by a relation in a hop."""
        return self.relation_fan_outs.get(relation, self.fan_outs)[hop]

    def _own_fan_outs(self) -> tuple[tuple[Relation, tuple[int, ...]], ...]:
        return tuple(self.relation_fan_outs.items())

    def _check_fan_outs(self, relation: str, fan_outs: tuple[int, ...]) -> None:
        if len(fan_outs) != len(self.fan_outs):
            raise ValueError(
                f"fan-outs of {relation} {fan_outs} are not as many as the hops {self.fan_outs}"
            )
        if min(fan_outs) < ALL:
            raise ValueError(f"fan-outs of {relation} must be {ALL} (all) or more: {fan_outs}")
        if self.choice in WALKING and ALL in fan_outs:
            raise ValueError(f"{self.choice} cannot take all neighbours: {fan_outs}")


def _check_path(relation: Relation, path: tuple[Relation, ...]) -> None:
    """Raise ValueError where a walk could not go along its path again and again."""
    stops = [relation.target, *(each.source for each in path)]
    for stop, each in zip(stops, path, strict=False):
        if each.target != stop:
            raise ValueError(f"the path of {relation} comes to {stop}, where {each} does not begin")
    if not path or stops[-1] != relation.target:
        raise ValueError(f"the path of {relation} does not come back to {relation.target}")
    if relation.source not in stops[1:]:
        raise ValueError(f"the path of {relation} never comes to {relation.source}")
